"""IPython in this process, with the outputs that a Jupyter kernel would send.

The streams stand in the place of `sys.stdout` and `sys.stderr` from before the first import of the
zygote on: a library that keeps one of them at import keeps the right one.
"""

import ast
import builtins
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

OUTPUT_BYTES = 4 * 1024 * 1024
"""What is kept of one cell's outputs; more is dropped, and a line says so."""
_TOO_MUCH = "\n... Output truncated ...\n"


class Outputs:
    """The outputs of the cell that runs now, as nbformat has them."""

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, count: int) -> None:
        """Forget everything: the cell `In[count]` begins."""
        self.list: list[dict[str, Any]] = []
        self.count = count
        self._room = OUTPUT_BYTES
        self._clear_at_next = False

    def text(self, name: str, text: str) -> None:
        """Add text to a stream, `stdout` or `stderr`."""
        last = self._last()
        if last.get("output_type") != "stream" or last["name"] != name:
            if self._room <= 0:
                return
            last = {"output_type": "stream", "name": name, "text": ""}
            self._add(last)
        if self._room > 0:
            kept = text[: self._room]
            last["text"] += kept if len(kept) == len(text) else kept + _TOO_MUCH
            self._room -= len(text)

    def add(self, output: dict[str, Any], size: int) -> None:
        """Add an output of so many characters; data that is no JSON is left out of it."""
        if self._room <= 0:
            return
        for name in ("data", "metadata"):
            output[name] = {k: v for k, v in dict(output[name]).items() if _is_json(k, v)}
        self._room -= size
        if self._room <= 0:
            self.text("stdout", _TOO_MUCH)
        else:
            self._add(output)

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        """Add an error; there is always room for one, for it decides about points."""
        error = {"output_type": "error", "ename": name[:200], "evalue": value[:20_000]}
        lines = traceback if len(traceback) < 300 else [*traceback[:150], "...", *traceback[-149:]]
        self._add({**error, "traceback": [line[:20_000] for line in lines]})

    def clear(self, wait: bool) -> None:
        """Forget what was shown, at once or when the next output comes."""
        if wait:
            self._clear_at_next = True
        else:
            self.list.clear()

    def _last(self) -> dict[str, Any]:
        return self.list[-1] if self.list and not self._clear_at_next else {}

    def _add(self, output: dict[str, Any]) -> None:
        if self._clear_at_next:
            self.list.clear()
            self._clear_at_next = False
        self.list.append(output)


OUTPUTS = Outputs()


class Stream(io.TextIOBase):
    """What a program writes to goes into the outputs."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, name: str) -> None:
        self.name = f"<{name}>"
        self._stream = name

    def write(self, text: str) -> int:
        """Write text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        OUTPUTS.text(self._stream, text)
        return len(text)

    def writable(self) -> bool:
        """Return that it is."""
        return True

    def fileno(self) -> int:
        """Return the descriptor of the process's own stream, which is watched too."""
        return 1 if self._stream == "stdout" else 2


class _DisplayHook(DisplayHook):  # type: ignore[misc]
    """Takes the value of a cell's last line."""

    def start_displayhook(self) -> None:
        self._data: tuple[dict[str, Any], dict[str, Any]] = ({}, {})

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self._data = (dict(format_dict), dict(md_dict or {}))

    def finish_displayhook(self) -> None:
        data, metadata = self._data
        if data:
            output = {"output_type": "execute_result", "execution_count": OUTPUTS.count}
            OUTPUTS.add({**output, "data": data, "metadata": metadata}, _size(data))


class _DisplayPublisher(DisplayPublisher):  # type: ignore[misc]
    """Takes what `display` shows."""

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **kwargs: Any,
    ) -> None:
        output = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
        OUTPUTS.add(output, _size(data))

    def clear_output(self, wait: bool = False) -> None:
        OUTPUTS.clear(wait)


def _size(data: Any) -> int:
    return sum(len(v) if isinstance(v, str) else len(repr(v)) for v in dict(data).values())


def _is_json(name: Any, value: Any) -> bool:
    if type(name) is str and type(value) is str:
        return True
    try:
        return type(name) is str and bool(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        return False


class _Compiler(CachingCompiler):  # type: ignore[misc]
    """Parses a cell once, where the shell asks twice: to know what it is, and to run it."""

    _parsed: tuple[tuple[str, str, int], ast.AST] | None = None

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> ast.AST:
        """Return a tree that nobody else has."""
        known, self._parsed = self._parsed, None
        asked = (source, symbol, self.flags)
        if known and known[0] == asked:
            return known[1]
        tree: ast.AST = super().ast_parse(source, filename, symbol)
        self._parsed = asked, tree
        return tree


class Shell(InteractiveShell):  # type: ignore[misc]
    """An IPython whose outputs are those of a kernel."""

    compiler_class = _Compiler
    displayhook_class = _DisplayHook
    display_pub_class = _DisplayPublisher

    def transform_cell(self, raw_cell: str) -> str:
        """Return a cell as Python; what is Python already is not taken apart for it.

        IPython's own way tokenizes every cell, which takes longer than most cells run.
        """
        if "\n" in raw_cell.strip() and not raw_cell[0].isspace() and self._has_usual_transforms():
            cell = raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
            try:
                self.compile.ast_parse(cell)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
            else:
                return cell
        return str(super().transform_cell(raw_cell))

    def should_run_async(self, raw_cell: str, **given: Any) -> bool:
        """Return whether a cell needs an event loop; IPython's own way compiles it to know."""
        cell = given.get("transformed_cell") or raw_cell
        if "await" not in cell and "async" not in cell:
            return False
        return bool(super().should_run_async(raw_cell, **given))

    def _has_usual_transforms(self) -> bool:
        manager = self.input_transformer_manager
        lists = (manager.cleanup_transforms, manager.line_transforms, manager.token_transformers)
        usual = self.__dict__.setdefault("_usual", tuple(map(len, lists)))
        return usual == tuple(map(len, lists)) and not self.input_transformers_post

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: there is no window."""

    def init_io(self) -> None:
        """Leave the streams as they are."""

    def ask_exit(self) -> None:
        """Go on: `exit` in a cell ends nothing here."""

    def _format_exception_for_storage(self, *_arguments: Any, **_keywords: Any) -> Any:
        return []  # for a history that nobody reads; it takes as long as showing the error

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        try:
            value = str(evalue)
        except Exception:
            value = "<an error whose text cannot be had>"
        OUTPUTS.error(str(etype.__name__), value, [str(line) for line in stb])

    def raw_input(self, prompt: str = "") -> str:
        """Refuse, in a kernel's own words."""
        raise StdinNotImplementedError(
            "raw_input was called, but this frontend does not support input requests."
        )


def make_shell() -> Shell:
    """Make the process's one shell, and put its streams in place.

    Call it before anything that the assignment imports is imported.
    """
    sys.stdout = Stream("stdout")
    sys.stderr = Stream("stderr")
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.ast_node_interactivity = "last_expr"
    config.InteractiveShell.cache_size = 1000
    config.InteractiveShell.banner1 = ""
    shell: Shell = Shell.instance(config=config)
    vars(builtins)["input"] = shell.raw_input
    return shell


class Watched:
    """What goes to descriptors 1 and 2 beside Python's streams, such as a subprocess's words."""

    def __init__(self) -> None:
        self._files: list[tuple[str, int]] = []
        self._at = [0, 0]

    def begin(self, folder: str) -> None:
        """Point both descriptors at files in a folder; the caller deletes the folder."""
        for number, name in ((1, "stdout"), (2, "stderr")):
            flags = os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
            path = Path(folder, f".{name}")
            file = os.open(path, flags, 0o600)
            path.unlink()
            os.dup2(file, number)
            self._files.append((name, file))

    def collect(self) -> None:
        """Add what was written since the last time."""
        for place, (name, file) in enumerate(self._files):
            try:
                data = os.pread(file, OUTPUT_BYTES, self._at[place])
                self._at[place] = os.fstat(file).st_size
            except OSError:  # the learner's code has closed it
                continue
            if data:
                OUTPUTS.text(name, data.decode("utf-8", "replace"))


WATCHED = Watched()


def run_cell(shell: Shell, source: str, count: int) -> list[dict[str, Any]]:
    """Run a cell as `In[count]`, and return its outputs."""
    OUTPUTS.begin(count)
    shell.execution_count = count
    try:
        result = shell.run_cell(source, store_history=True)
        failed = result.error_before_exec or result.error_in_exec
    except BaseException as error:  # what reaches here has gone past IPython's own net
        failed = error
    WATCHED.collect()
    if failed is not None and not any(o["output_type"] == "error" for o in OUTPUTS.list):
        kind = type(failed).__name__
        OUTPUTS.error(kind, "", ["ERROR: An error occurred while showtraceback was disabled"])
    return OUTPUTS.list
