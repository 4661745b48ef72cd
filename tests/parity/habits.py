"""What people do to a notebook while they work in it, none of it to cheat.

A habit is a function of a notebook and a source of random numbers; it returns whether it found
something to do. `HARMLESS` habits must change no score. `DAMAGING` ones can: nbgrader marks what is
left, and a grader that repairs the notebook first may give more.
"""

import ast
import io
import keyword
import tokenize
from collections.abc import Callable, Iterator
from random import Random

import nbformat
from nbformat import NotebookNode

Habit = Callable[[NotebookNode, Random], bool]

SCRATCH = (
    "# my notes\nx = 3\nx + 1",
    "print('hello', [n * n for n in range(5)])",
    "1 / 0",
    "undefined_name",
    "import sys\nprint('to stderr', file=sys.stderr)",
    "import warnings\nwarnings.warn('in a cell of my own')",
    "for n in range(3000):\n    print('a long line of output', n)",
    "%%time\nsum(range(10))",
    "%who",
    "len?",
    "name = input('your name? ')",
    "from IPython.display import HTML, display\n"
    "display(HTML('<b>bold</b><script>0</script>'))\nHTML('<i>x</i>')",
    "import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=[3, 1, 2]))",
    "import numpy as np\nnp.zeros(3)",
    "import time\ntime.sleep(0.1)\ntime.monotonic() > 0",
    "_",
    "Out",
    "help(len)",
    "open('scratch.txt', 'w').write('kept')\nopen('scratch.txt').read()",
    "!ls",
    "%cd ..\n%cd -",
    "import os\nos.getcwd()\nNone",
    "try:\n    raise KeyError('mine')\nexcept KeyError as error:\n    print(repr(error))",
    "class Mine:\n    def __repr__(self):\n        return 'Ω' * 3\n\n\nMine()",
    "def later():\n    raise RuntimeError('in a function of my own')\n\n\nlater()",
    "%%capture caught_here\nprint('caught')",
    "%%html\n<b>bold</b>",
    "x = [1, 2, 3]\nx.append(x)\nx",
    "'\\u202e' + 'right to left'",
    "print('\\x1b[31mred\\x1b[0m', end='')",
    "def broken(:\n    pass",
    "",
    "assert 1 == 2, 'my own test'",
    "import random\nrandom.seed(4)\nrandom.random()",
    "10 ** 400",
)


def _meta(cell: NotebookNode) -> NotebookNode:
    return cell.metadata.get("nbgrader", {})


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _solutions(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in _code(notebook) if _meta(cell).get("solution")]


def _tests(notebook: NotebookNode) -> list[NotebookNode]:
    return [
        cell
        for cell in _code(notebook)
        if _meta(cell).get("grade") and not _meta(cell).get("solution")
    ]


def _ordinary(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in _code(notebook) if not _meta(cell)]


def _insert(notebook: NotebookNode, random: Random, source: str) -> None:
    place = random.randrange(len(notebook.cells) + 1)
    notebook.cells.insert(
        place, nbformat.v4.new_code_cell(source, id=f"mine-{random.randrange(10**9)}")
    )


# --- harmless -----------------------------------------------------------------------------------


def scratch_cells(notebook: NotebookNode, random: Random) -> bool:
    """Add cells of one's own, anywhere; some of them fail."""
    for source in random.sample(SCRATCH, random.randint(1, 3)):
        _insert(notebook, random, source)
    return True


def notes_in_prose(notebook: NotebookNode, random: Random) -> bool:
    """Write between the lines, and delete a passage."""
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown" and not _meta(cell)]
    if not prose:
        return False
    random.choice(prose).source += "\n\n*My note: $x^2$ <b>important</b>*"
    notebook.cells.remove(random.choice(prose))
    return True


def unused_imports(notebook: NotebookNode, random: Random) -> bool:
    """Import what is not needed."""
    for cell in _solutions(notebook)[:1]:
        cell.source = "import os, sys, itertools as it\nfrom typing import *\n" + cell.source
    return bool(_solutions(notebook))


def comments(notebook: NotebookNode, random: Random) -> bool:
    """Comment, and leave blanks at the ends of lines."""
    for cell in _solutions(notebook):
        if "YOUR CODE HERE" not in cell.source:
            cell.source = f"# solution no. {random.randint(2, 9)}\n\n{cell.source}   \n\n# end"
    return True


def debug_prints(notebook: NotebookNode, random: Random) -> bool:
    """Leave a print, and a value at the end, in an answer's cell."""
    for cell in random.sample(_solutions(notebook), min(2, len(_solutions(notebook)))):
        if "YOUR CODE HERE" not in cell.source:
            cell.source += "\nprint('got here')\n42"
    return True


def slow(notebook: NotebookNode, random: Random) -> bool:
    """Wait a little in an answer's cell."""
    for cell in _solutions(notebook)[-1:]:
        cell.source = f"import time\ntime.sleep({random.choice((0.1, 0.3, 0.6))})\n{cell.source}"
    return True


def renamed_variables(notebook: NotebookNode, random: Random) -> bool:
    """Use other names inside of functions."""
    done = False
    for cell in _solutions(notebook):
        names = _local_names(cell.source)
        if names and random.random() < 0.7:
            cell.source = _rename(cell.source, {name: f"{name}_1" for name in names})
            done = True
    return done


def _local_names(source: str) -> set[str]:
    """Return the names that functions of a cell bind and that are nothing else there."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    inside: set[str] = set()
    other: set[str] = set()
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        other |= {arg.arg for arg in ast.walk(function.args) if isinstance(arg, ast.arg)}
        other.add(function.name)
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                inside.add(node.id)
            elif isinstance(node, ast.Global | ast.Nonlocal):
                other |= set(node.names)
            elif isinstance(node, ast.keyword) and node.arg:
                other.add(node.arg)
            elif isinstance(node, ast.JoinedStr):
                other |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            other |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    return {name for name in inside - other if not keyword.iskeyword(name)}


def _rename(source: str, names: dict[str, str]) -> str:
    """Return the source with names replaced, but not those of attributes."""
    pieces, before = [], ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        text = token.string
        if token.type == tokenize.NAME and before != ".":
            text = names.get(text, text)
        pieces.append((token.type, text))
        before = token.string
    return tokenize.untokenize(pieces)


def answer_in_own_cell(notebook: NotebookNode, random: Random) -> bool:
    """Write an answer in a cell of one's own, before the one that is meant for it."""
    found = [cell for cell in _solutions(notebook) if "YOUR CODE HERE" not in cell.source]
    if not found:
        return False
    cell = random.choice(found)
    place = notebook.cells.index(cell)
    own = nbformat.v4.new_code_cell(cell.source, id=f"own-{random.randrange(10**9)}")
    notebook.cells.insert(place, own)
    cell.source = "# it is in the cell above"
    return True


def helper_cell(notebook: NotebookNode, random: Random) -> bool:
    """Put the work into a helper in a cell of one's own, and call it."""
    for cell in _solutions(notebook):
        try:
            body = ast.parse(cell.source).body
        except SyntaxError:
            continue
        if len(body) == 1 and isinstance(body[0], ast.FunctionDef):
            name = body[0].name
            own = nbformat.v4.new_code_cell(
                f"{cell.source}\n\n\nmy_{name} = {name}", id=f"help-{random.randrange(10**9)}"
            )
            notebook.cells.insert(notebook.cells.index(cell), own)
            cell.source = f"def {name}(*args, **kwargs):\n    return my_{name}(*args, **kwargs)"
            return True
    return False


def tried_twice(notebook: NotebookNode, random: Random) -> bool:
    """Leave an older version that does not work above the answer."""
    found = [cell for cell in _solutions(notebook) if "YOUR CODE HERE" not in cell.source]
    if not found:
        return False
    cell = random.choice(found)
    lines = cell.source.split("\n")
    older = nbformat.v4.new_code_cell(
        "\n".join(lines[: max(1, len(lines) // 2)]), id=f"old-{random.randrange(10**9)}"
    )
    notebook.cells.insert(notebook.cells.index(cell), older)
    return True


def stale_outputs(notebook: NotebookNode, random: Random) -> bool:
    """Hand in the outputs of cells that were run in another order."""
    numbers = list(range(1, len(_code(notebook)) + 1))
    random.shuffle(numbers)
    for number, cell in zip(numbers, _code(notebook), strict=True):
        cell.execution_count = number
        cell.outputs = [
            nbformat.v4.new_output("stream", name="stderr", text="an old warning\n"),
            nbformat.v4.new_output(
                "execute_result", data={"text/plain": "99"}, execution_count=number
            ),
        ]
    return True


def other_editor(notebook: NotebookNode, random: Random) -> bool:
    """Come back from another editor: no ids, another kernel's name, metadata of its own."""
    notebook.metadata["kernelspec"] = {"name": "venv312", "display_name": "venv (3.12)"}
    notebook.metadata["colab"] = {"provenance": [], "toc_visible": True}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.12.1"}
    notebook["nbformat_minor"] = 4
    for number, cell in enumerate(notebook.cells):
        cell.pop("id", None)
        cell.metadata["id"] = f"cell{number}"
        cell.metadata["collapsed"] = bool(number % 2)
    return True


def windows_line_ends(notebook: NotebookNode, random: Random) -> bool:
    """Save an answer with the line ends of Windows."""
    for cell in _solutions(notebook):
        if "YOUR CODE HERE" not in cell.source:
            cell.source = cell.source.replace("\n", "\r\n")
    return True


def edited_test(notebook: NotebookNode, random: Random) -> bool:
    """Try other values in a test cell, and forget to change it back."""
    tests = _tests(notebook)
    if tests:
        cell = random.choice(tests)
        cell.source = cell.source.replace("assert", "print('trying')\nassert", 1) + "\n# ?"
    return bool(tests)


def edited_locked(notebook: NotebookNode, random: Random) -> bool:
    """Write into a cell that is read-only where the editor honours that."""
    cells = [
        cell
        for cell in notebook.cells
        if _meta(cell).get("locked") and not _meta(cell).get("grade")
    ]
    for cell in cells[:1]:
        cell.source += "\n# I looked at this" if cell.cell_type == "code" else "\n\nRead it."
    return bool(cells)


def edited_ordinary(notebook: NotebookNode, random: Random) -> bool:
    """Add a comment, a print and an import to a cell of the instructor."""
    cells = _ordinary(notebook)
    if cells:
        random.choice(cells).source += "\nimport os  # I need this\nprint('edited')"
    return bool(cells)


def main_guard(notebook: NotebookNode, random: Random) -> bool:
    """Write an answer as if it were a program."""
    for cell in _solutions(notebook)[:1]:
        cell.source += "\n\nif __name__ == '__main__':\n    print('run as a program', __name__)"
    return bool(_solutions(notebook))


HARMLESS: dict[Habit, float] = {
    scratch_cells: 0.5,
    notes_in_prose: 0.3,
    unused_imports: 0.15,
    comments: 0.25,
    debug_prints: 0.2,
    slow: 0.06,
    renamed_variables: 0.2,
    answer_in_own_cell: 0.1,
    helper_cell: 0.12,
    tried_twice: 0.12,
    stale_outputs: 0.5,
    windows_line_ends: 0.05,
    edited_test: 0.1,
    edited_locked: 0.1,
    edited_ordinary: 0.12,
    main_guard: 0.06,
    other_editor: 0.12,  # the last: it takes the ids away
}
"""How many of a hundred people do what no score should depend on."""


# --- damaging -----------------------------------------------------------------------------------


def deleted_ordinary(notebook: NotebookNode, random: Random) -> bool:
    """Delete a cell of the instructor that nbgrader does not guard: imports, say."""
    cells = _ordinary(notebook)
    if cells:
        notebook.cells.remove(random.choice(cells))
    return bool(cells)


def deleted_test(notebook: NotebookNode, random: Random) -> bool:
    """Delete a test cell."""
    tests = _tests(notebook)
    if tests:
        notebook.cells.remove(random.choice(tests))
    return bool(tests)


def copied_test(notebook: NotebookNode, random: Random) -> bool:
    """Copy a test cell with nbgrader's metadata, to run it elsewhere too."""
    tests = _tests(notebook)
    if not tests:
        return False
    cell = random.choice(tests)
    copy = nbformat.from_dict({**cell, "id": f"copy-{random.randrange(10**9)}"})
    notebook.cells.insert(notebook.cells.index(cell), copy)
    return True


def moved_answer(notebook: NotebookNode, random: Random) -> bool:
    """Move an answer to the end of the notebook, below its tests."""
    cells = _solutions(notebook)
    if cells:
        cell = random.choice(cells)
        notebook.cells.remove(cell)
        notebook.cells.append(cell)
    return bool(cells)


def hidden_builtin(notebook: NotebookNode, random: Random) -> bool:
    """Use the name of a builtin, or of something that the tests use, for a variable."""
    name = random.choice(
        ("sum = 0", "list = [1, 2]", "len = 4", "str = 'x'", "math = 3", "equal = 1")
    )
    notebook.cells.insert(0, nbformat.v4.new_code_cell(name, id="hidden-builtin"))
    return True


def left_exit(notebook: NotebookNode, random: Random) -> bool:
    """Leave an `exit()` at the end of a cell: it ends the kernel."""
    _insert(notebook, random, "print('done')\nexit()")
    return True


def changed_ordinary(notebook: NotebookNode, random: Random) -> bool:
    """Change values in a cell of the instructor."""
    cells = [cell for cell in _ordinary(notebook) if "import" in cell.source]
    if cells:
        random.choice(cells).source = "# cleaned up"
    return bool(cells)


DAMAGING: dict[Habit, float] = {
    deleted_ordinary: 0.05,
    deleted_test: 0.04,
    moved_answer: 0.04,
    hidden_builtin: 0.05,
    changed_ordinary: 0.03,
    left_exit: 0.02,
    copied_test: 0.03,
}
"""How many of a hundred people do what nbgrader takes points for."""


def fall_into(notebook: NotebookNode, random: Random, habits: dict[Habit, float]) -> Iterator[str]:
    """Let some habits happen to a notebook; yield their names."""
    for habit, often in habits.items():
        if random.random() < often and habit(notebook, random):
            yield habit.__name__


# --- code that does not run ---------------------------------------------------------------------


def broken(source: str, random: Random) -> str:
    """Return an answer as it stands when the time is over."""
    lines = source.split("\n")
    way = random.randrange(9)
    if way == 0:
        return source.replace(":", "", 1)
    if way == 1:
        return source.replace(")", "", 1)
    if way == 2:
        return "\n".join(lines[: max(1, len(lines) // 2)])
    if way == 3:
        return "\n".join([lines[0], *(line.removeprefix(" ") for line in lines[1:])])
    if way == 4:
        return source.replace("return ", "retrun ", 1)
    if way == 5:
        return source + "\nraise NotImplementedError()"
    if way == 6:
        return "<<<<<<< mine\n" + source + "\n=======\n>>>>>>> yours"
    if way == 7:
        return source.replace("def ", "Def ", 1).replace("class ", "Class ", 1)
    return 'print("unfinished\n' + source
