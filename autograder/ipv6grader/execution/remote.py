"""The learner's functions, called from another process.

`Served` stands in the student's process and does what it is asked. `Remote` stands in the test
process: it gives the tests functions, classes and objects that look like the learner's, and of
which every call crosses the channel. What comes back is a copy (`values.py`) or again such an
object.

Of an object of the learner's own class the tests may read and set attributes, call methods, ask
length, items and text, and iterate. They may not compare it or reckon with it: `==`, `<`, `in` and
`+` would tell the learner's code what is expected, and believe its answer. Two such objects are
equal if they are one.
"""

import builtins
import importlib
import inspect
import itertools
import operator
import os
import socket
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from ipv6grader.execution.channel import (
    Channel,
    ChannelError,
    ClosedError,
    LateError,
    disturbed,
    undisturbed,
)
from ipv6grader.execution.shell import OUTPUTS, WATCHED
from ipv6grader.execution.values import ValueRefusedError, Values

GRACE = 2.0
"""Seconds that the learner's code has for ending after it was interrupted, before it is killed."""
_TEXT = 20_000
_CONTAINERS = (list, dict, set, bytearray)
_OWN = "__ipv6grader_own__"
"""Where an error that a function of the tests raised keeps its number there."""
_NOTHING = inspect.Parameter.empty


class StudentEndedError(Exception):
    """The student's process has ended: it crashed, left, or did not stop when it had to."""


# --- in the student's process ---------------------------------------------------------------------


class Interruptible:
    """Lets a signal stop the learner's code, and nothing else of this process."""

    def __init__(self) -> None:
        self._running = False
        self._process = os.getpid()

    def stop(self, number: int, frame: Any) -> None:
        """Handle the signal."""
        if self._running:
            raise KeyboardInterrupt

    def run(self, action: Callable[[], Any]) -> tuple[Any, BaseException | None]:
        """Run the learner's code; return its value, or the error that ended it.

        A copy of this process that the code has forked ends here: it would speak for it too.
        """
        try:
            try:
                self._running = True
                return action(), None
            finally:
                self._running = False
                if os.getpid() != self._process:
                    os._exit(0)
        except BaseException as error:  # also SystemExit, and errors of their own
            self._running = False
            return None, error


class Served:
    """What the test process may ask of the learner's namespace."""

    def __init__(
        self,
        namespace: dict[str, Any],
        channel: Channel,
        values: Values,
        interruptible: Interruptible,
    ) -> None:
        self._namespace = namespace
        self._channel = channel
        self._values = values
        self._interruptible = interruptible
        self._things: list[Any] = []
        self._number = 0

    def answer(self) -> None:
        """Read one request and answer it."""
        request = self._channel.receive()
        if "op" not in request:  # what a call back should have had, which was stopped meanwhile
            return
        self._number = request["n"]
        OUTPUTS.begin(0)
        reply = self._reply(request)
        WATCHED.collect()
        said = [[o["name"], o["text"]] for o in OUTPUTS.list if o["output_type"] == "stream"]
        try:
            self._channel.send({"n": self._number, "said": said, **reply})
        except ClosedError:
            raise
        except (ChannelError, MemoryError, ValueError) as why:
            error = self._error(ValueRefusedError(f"the value is too large: {type(why).__name__}"))
            self._channel.send({"n": self._number, "said": [], "error": error})

    def _reply(self, request: Mapping[str, Any]) -> dict[str, Any]:
        do = self._names if request["op"] == "names" else self._do
        reply, error = self._interruptible.run(lambda: do(request))
        if error is not None:
            failed = error
            reply, _error = self._interruptible.run(lambda: {"error": self._error(failed)})
        return reply or {"error": self._error(TypeError("an error that cannot be told"))}

    def _names(self, request: Mapping[str, Any]) -> dict[str, Any]:
        here = [name for name in request["names"] if name in self._namespace]
        return {"ok": {name: self._encode(self._namespace[name]) for name in here}}

    def _do(self, request: Mapping[str, Any]) -> dict[str, Any]:
        arguments = [self._decode(item) for item in request["args"]]
        keywords = {name: self._decode(item) for name, item in request["kw"].items()}
        act = getattr(self, f"_do_{request['op']}")
        value = act(self._things[request["on"]], arguments, keywords)
        return {"ok": self._encode(value), "changed": self._changed(request, arguments)}

    @staticmethod
    def _do_call(thing: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        return thing(*arguments, **keywords)

    @staticmethod
    def _do_helper(thing: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        module, _colon, name = arguments[0].partition(":")
        return getattr(importlib.import_module(module), name)(thing, *arguments[1:], **keywords)

    @staticmethod
    def _do_get(thing: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        return getattr(thing, arguments[0])

    @staticmethod
    def _do_set(thing: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        setattr(thing, *arguments)

    @staticmethod
    def _do_item(thing: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        return thing[arguments[0]]

    @staticmethod
    def _do_set_item(thing: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        operator.setitem(thing, *arguments)

    @staticmethod
    def _do_del_item(thing: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        operator.delitem(thing, arguments[0])

    @staticmethod
    def _do_length(thing: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        return len(thing)

    @staticmethod
    def _do_text(thing: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        return _plain_text(repr(thing) if arguments[0] == "repr" else str(thing))

    @staticmethod
    def _do_iterate(thing: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        return _Iterator(iter(thing))

    @staticmethod
    def _do_next(thing: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        return next(thing.iterator)

    def _changed(self, request: Mapping[str, Any], arguments: list[Any]) -> dict[str, Any]:
        """Return the arguments that the learner's code has changed in place."""
        found = {}
        for place, (before, value) in enumerate(zip(request["args"], arguments, strict=True)):
            if type(value) in _CONTAINERS and (after := self._encode(value)) != before:
                found[str(place)] = after
        return found

    def _encode(self, value: Any) -> Any:
        return self._values.encode(value, self._refer)

    def _decode(self, data: Any) -> Any:
        return self._values.decode(data, self._resolve)

    def _refer(self, value: Any) -> dict[str, Any]:
        """Return a reference to a value that stays here, with what the tests may know of it."""
        if isinstance(value, BaseException):
            return self._error(value)
        self._things.append(value)
        here: dict[str, Any] = {"r": len(self._things) - 1}
        if isinstance(value, _Iterator):
            return {**here, "k": "iterator"}
        if isinstance(value, type):
            return {**here, **self._class(value)}
        if isinstance(value, ModuleType):
            return {**here, "k": "module", "name": value.__name__, "class": self._class(ModuleType)}
        if callable(value) and type(value) in _FUNCTIONS:
            name = str(getattr(value, "__name__", "function"))[:200]
            doc = getattr(value, "__doc__", None)
            doc = doc[:_TEXT] if isinstance(doc, str) else None
            return {**here, "k": "function", "name": name, "doc": doc, "takes": _takes(value)}
        return {**here, "k": "object", "class": self._class(type(value))}

    def _class(self, kind: type) -> dict[str, Any]:
        known = self._namespace.setdefault("__ipv6grader_classes__", {})
        if kind not in known:
            self._things.append(kind)
            known[kind] = len(self._things) - 1
        lineage = [[str(c.__module__), str(c.__qualname__)] for c in kind.__mro__[:50]]
        return {"k": "class", "id": known[kind], "name": kind.__name__[:200], "mro": lineage}

    def _error(self, error: BaseException) -> dict[str, Any]:
        """Return what the tests may know of an error."""
        arguments = [
            item if item is None or isinstance(item, (bool, int, float)) else _text_or_bytes(item)
            for item in error.args[:10]
        ]
        return {
            "r": -1,
            "k": "error",
            "class": self._class(type(error)),
            "args": [self._encode(item) for item in arguments],
            "trace": _where(error),
            "own": vars(error).get(_OWN),
        }

    def _resolve(self, data: Mapping[str, Any]) -> Any:
        if "cb" in data:
            return self._callback(data["cb"], data["name"])
        return self._things[data["r"]]

    def _callback(self, number: int, name: str) -> Callable[..., Any]:
        """Return a function that calls one of the tests' own, while they wait for a reply."""

        def call(*arguments: Any, **keywords: Any) -> Any:
            items = [self._encode(item) for item in arguments]
            named = {key: self._encode(item) for key, item in keywords.items()}
            with undisturbed():
                self._channel.send({"n": self._number, "back": number, "args": items, "kw": named})
                reply = self._channel.receive()
            if "error" in reply:
                raise _builtin_error(reply["error"])
            return self._decode(reply["ok"])

        call.__name__ = call.__qualname__ = name
        return call


class _Iterator:
    """An iterator of the learner's, which stays where it is."""

    def __init__(self, iterator: Any) -> None:
        self.iterator = iterator


_FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType)


def _plain_text(text: str) -> str:
    return str.__getitem__(text, slice(_TEXT))


def _text(value: Any) -> str:
    try:
        return _plain_text(str(value))
    except BaseException:
        return f"an object of type {type(value).__name__}"


def _text_or_bytes(value: Any) -> Any:
    return value[:_TEXT] if type(value) is bytes else _text(value)


def _takes(function: Any) -> list[list[Any]] | None:
    """Return name, kind and whether there is a default, of each parameter."""
    try:
        found = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        return None
    return [[p.name, int(p.kind), p.default is not _NOTHING] for p in itertools.islice(found, 100)]


def _where(error: BaseException) -> str:
    """Return where the learner's code stopped, as text."""
    try:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if not frame.filename.startswith(sys.prefix)]
        return "".join(traceback.format_list(own[-5:]))[:2000]
    except Exception:
        return ""


def _builtin_error(data: Mapping[str, Any]) -> BaseException:
    kind = getattr(builtins, data["name"], Exception)
    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
        kind = Exception
    error = kind(data["text"])
    vars(error)[_OWN] = data["own"]
    return error


# --- in the test process --------------------------------------------------------------------------


class RemoteObject:
    """An object of the learner's, in the learner's process.

    Its class here is made from the name alone; `isinstance` of two of the learner's own objects
    and classes works.
    """

    _ipv6grader_remote: "Remote"
    _ipv6grader_number: int

    def _ipv6grader_ask(self, operation: str, *arguments: Any) -> Any:
        return self._ipv6grader_remote.ask(operation, self._ipv6grader_number, arguments)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name.startswith("_ipv6grader"):
            raise AttributeError(name)
        return self._ipv6grader_ask("get", name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._ipv6grader_ask("set", name, value)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call it there."""
        return self._ipv6grader_remote.ask("call", self._ipv6grader_number, arguments, keywords)

    def __run_there__(self, helper: str, *arguments: Any) -> Any:
        return self._ipv6grader_ask("helper", helper, *arguments)

    def __len__(self) -> int:
        return operator.index(self._ipv6grader_ask("length"))

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, key: Any) -> Any:
        return self._ipv6grader_ask("item", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._ipv6grader_ask("set_item", key, value)

    def __delitem__(self, key: Any) -> None:
        self._ipv6grader_ask("del_item", key)

    def __iter__(self) -> Any:
        return self._ipv6grader_ask("iterate")

    def __str__(self) -> str:
        return str(self._ipv6grader_ask("text", "str"))

    def __repr__(self) -> str:
        return str(self._ipv6grader_ask("text", "repr"))


class _RemoteIterator:
    """Yields what an iterator in the learner's process yields."""

    def __init__(self, remote: "Remote", number: int) -> None:
        self._remote = remote
        self._number = number

    def __iter__(self) -> "_RemoteIterator":
        return self

    def __next__(self) -> Any:
        return self._remote.ask("next", self._number, ())


class _RemoteClass(type):
    """The class of a remote class: to call it makes an object there."""

    def __call__(cls, *arguments: Any, **keywords: Any) -> Any:
        remote, number = cls._ipv6grader_remote, cls._ipv6grader_class
        return remote.ask("call", number, arguments, keywords)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") or name.startswith("_ipv6grader"):
            raise AttributeError(name)
        remote, number = cls._ipv6grader_remote, cls._ipv6grader_class
        return remote.ask("get", number, (name,))


class Remote:
    """The learner's process, as the test process sees it.

    Args:
        channel: Connected to `Served`.
        values: Knows the registered types.
        alarm: A socket; a byte `i` in it interrupts the learner's code, `k` kills its process;
            it comes back when that is done.
        in_place: Whether to do to the tests' arguments what the learner's code does to its copies.
    """

    def __init__(
        self, channel: Channel, values: Values, alarm: socket.socket, *, in_place: bool
    ) -> None:
        self._in_place = in_place
        self.changed_arguments = False
        self._channel = channel
        self._values = values
        self._alarm = alarm
        self._numbers = itertools.count(1)
        self._late = 0
        self._classes: dict[int, type] = {}
        self._own: dict[int, Callable[..., Any]] = {}
        self._raised: list[Exception] = []
        self._references: dict[int, tuple[Any, int]] = {}

    def names(self, wanted: list[str]) -> dict[str, Any]:
        """Return what the learner's namespace has of these names.

        Raises:
            StudentEndedError: There is no such process any more.
        """
        with undisturbed():
            reply = self._exchange({"op": "names", "names": wanted}, 2 * GRACE)
            found = reply.get("ok")
            if not isinstance(found, dict):
                raise StudentEndedError("the learner's process answered nonsense")
            return {name: self._decode(data) for name, data in found.items() if name in wanted}

    def ask(
        self,
        operation: str,
        on: int,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any] | None = None,
    ) -> Any:
        """Do something there, and return what comes back, or raise the error that came."""
        with undisturbed():
            request = {
                "op": operation,
                "on": on,
                "args": [self._encode(item) for item in arguments],
                "kw": {name: self._encode(item) for name, item in (keywords or {}).items()},
            }
            reply = self._exchange(request)
            if "error" in reply:
                error = self._decode(reply["error"])
                raise _honest(error, operation)
            if reply.get("changed"):
                self.changed_arguments = True
                if self._in_place:
                    self._change(arguments, reply["changed"])
            return self._decode(reply.get("ok"))

    def settle(self) -> None:
        """Stop a call that the test has given up, so that the next can be made.

        Raises:
            StudentEndedError: It could not be stopped; the process is gone.
        """
        until = time.monotonic() + GRACE
        while self._late:
            try:
                self._alarm.send(b"i" if time.monotonic() < until else b"k")
                self._alarm.recv(1)  # the signal is sent: it cannot reach what is called next
                reply = self._channel.receive(time.monotonic() + 0.02)
            except LateError:
                continue
            except (ChannelError, OSError) as why:
                self._late = 0
                raise StudentEndedError(f"the learner's process has ended: {why}") from None
            if isinstance(reply, dict) and reply.get("n") == self._late and "back" not in reply:
                self._late = 0

    def _exchange(self, request: dict[str, Any], seconds: float | None = None) -> dict[str, Any]:
        """Ask, and return the reply. The test's own limits end the wait, and nothing else."""
        self.settle()
        reply = self._await_reply(request, seconds)
        self._late = 0
        self._print(reply.get("said"))
        return reply

    def _await_reply(self, request: dict[str, Any], seconds: float | None) -> dict[str, Any]:
        """Send a request and return its reply; call the tests' own functions meanwhile."""
        number = next(self._numbers)
        try:
            self._channel.send({"n": number, **request})
            self._late = number
            deadline = time.monotonic() + seconds if seconds else None
            while True:
                reply = self._channel.receive(deadline)
                if not isinstance(reply, dict) or reply.get("n") != number:
                    raise ChannelError("a reply to nothing that was asked")
                if "back" not in reply:
                    return reply
                self._channel.send(self._call_back(reply))
        except LateError:
            raise StudentEndedError("the learner's process does not answer") from None
        except ChannelError as why:
            self._late = 0
            said = "has ended" if isinstance(why, ClosedError) else f"was not understood: {why}"
            raise StudentEndedError(f"the learner's process {said}") from None

    def _call_back(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Call one of the tests' own functions for the learner's code."""
        try:
            function = self._own[request["back"]]
            arguments = [self._decode(item) for item in request["args"]]
            keywords = {name: self._decode(item) for name, item in request["kw"].items()}
            with disturbed():
                value = function(*arguments, **keywords)
            return {"ok": self._encode(value)}
        except Exception as error:
            self._raised.append(error)
            known = {"name": type(error).__name__, "text": str(error)[:_TEXT]}
            return {"error": {**known, "own": len(self._raised) - 1}}

    @staticmethod
    def _print(said: Any) -> None:
        """Write what the learner's code has written, where the test now writes."""
        for item in said if isinstance(said, list) else ():
            if isinstance(item, list) and len(item) == 2 and isinstance(item[1], str):
                stream = sys.stderr if item[0] == "stderr" else sys.stdout
                stream.write(item[1])

    def _change(self, arguments: tuple[Any, ...], changed: Any) -> None:
        """Do to the test's own containers what the learner's code did to its copies."""
        for place, data in changed.items() if isinstance(changed, dict) else ():
            value = (
                arguments[int(place)] if place.isdecimal() and int(place) < len(arguments) else 0
            )
            after = self._decode(data)
            _become(value, after)

    def _encode(self, value: Any) -> Any:
        return self._values.encode(value, self._refer)

    def _decode(self, data: Any) -> Any:
        try:
            return self._values.decode(data, self._resolve)
        except ValueRefusedError as why:
            raise TypeError(f"what came from the learner's code cannot be used: {why}") from None

    def _refer(self, value: Any) -> dict[str, Any]:
        number = None
        if isinstance(value, RemoteObject):
            number = value._ipv6grader_number
        elif isinstance(value, _RemoteClass):
            number = value._ipv6grader_class
        elif id(value) in self._references:
            number = self._references[id(value)][1]
        if number is not None:
            return {"r": number}
        if callable(value) and not isinstance(value, (type, ModuleType)):
            self._own[id(value)] = value
            return {"cb": id(value), "name": str(getattr(value, "__name__", "function"))}
        kind = type(value).__name__
        raise TypeError(f"a value of type {kind} cannot be handed to the learner's process")

    def _resolve(self, data: Mapping[str, Any]) -> Any:
        """Return what stands here for a reference that came."""
        kind, number = data["k"], int(data["r"])
        if kind == "error":
            return self._error(data)
        if kind == "iterator":
            return _RemoteIterator(self, number)
        if kind == "class":
            return self._class(data)
        if kind == "function":
            return self._function(number, data)
        if kind == "module" and data["name"] in sys.modules:
            return sys.modules[data["name"]]  # the tests' own, not the learner's
        return self._object(number, self._class(data["class"]))

    def _object(self, number: int, kind: type) -> Any:
        if not issubclass(kind, RemoteObject):
            kind = _new_class(kind.__name__, (RemoteObject,), self, -1)
        made: Any = object.__new__(kind)
        object.__setattr__(made, "_ipv6grader_remote", self)
        object.__setattr__(made, "_ipv6grader_number", number)
        return made

    def _function(self, number: int, data: Mapping[str, Any]) -> Callable[..., Any]:
        def function(*arguments: Any, **keywords: Any) -> Any:
            return self.ask("call", number, arguments, keywords)

        name = data["name"] if isinstance(data["name"], str) else "function"
        function.__name__ = function.__qualname__ = name
        function.__module__ = "__main__"
        function.__doc__ = data["doc"] if isinstance(data["doc"], str) else None
        function.__signature__ = _signature(data["takes"])  # type: ignore[attr-defined]
        function.__run_there__ = lambda helper, *rest: self.ask(  # type: ignore[attr-defined]
            "helper", number, (helper, *rest)
        )
        self._references[id(function)] = (function, number)
        return function

    def _class(self, data: Mapping[str, Any]) -> type:
        """Return the class that stands here for one of the learner's."""
        number = int(data["id"])
        if number not in self._classes:
            known = _known_error(data["mro"])
            name = str(data["name"])
            made: type
            if known is None:
                made = _new_class(name, (RemoteObject,), self, number)
            elif known[1]:
                made = known[0]
            else:
                made = type(name, (known[0],), {"__module__": "__main__"})
            self._classes[number] = made
        return self._classes[number]

    def _error(self, data: Mapping[str, Any]) -> BaseException:
        """Return an error of the learner's code, or the tests' own that went through it."""
        own = data["own"]
        if isinstance(own, int) and 0 <= own < len(self._raised):
            return self._raised[own]
        kind = self._class(data["class"])
        arguments = [self._decode(item) for item in data["args"]]
        if not issubclass(kind, BaseException):
            kind = Exception
        try:
            error = kind(*arguments) if kind.__module__ == "builtins" else kind.__new__(kind)
        except Exception:
            error = _without_arguments(kind)
        error.args = tuple(arguments)
        if isinstance(data["trace"], str) and data["trace"]:
            error.add_note("In the learner's code:\n" + data["trace"])
        return error


def _without_arguments(kind: Any) -> BaseException:
    """Return an error of a class that does not take the arguments that came."""
    try:
        maker: Any = kind
        error: BaseException = maker.__new__(kind)
    except Exception:
        return Exception()
    return error


def _honest(error: Any, operation: str) -> BaseException:
    """Return an error as it may leave a call.

    StopIteration would end a loop of the test's as if all were well (PEP 479 says why that is bad).
    """
    if not isinstance(error, BaseException):
        return TypeError("no error came")
    ends_loops = isinstance(error, (StopIteration, StopAsyncIteration, GeneratorExit))
    if ends_loops and operation != "next":
        return RuntimeError(f"the learner's code raised {type(error).__name__}")
    return error


def _become(value: Any, after: Any) -> bool:
    """Give a container the content of another, the containers in it too; return whether it is one.

    Identity is kept: a test that holds an inner list sees what became of it.
    """
    if type(value) is not type(after) or type(value) not in _CONTAINERS:
        return False
    if isinstance(value, list) and len(value) == len(after):
        for place, item in enumerate(after):
            if not _become(value[place], item):
                value[place] = item
    elif isinstance(value, dict):
        kept = {k: value[k] if _become(value.get(k), item) else item for k, item in after.items()}
        value.clear()
        value.update(kept)
    elif isinstance(value, set):
        value.clear()
        value.update(after)
    else:
        value[:] = after
    return True


def _new_class(name: str, bases: tuple[type, ...], remote: Remote, number: int) -> type:
    members = {"_ipv6grader_remote": remote, "_ipv6grader_class": number, "__module__": "__main__"}
    return _RemoteClass(name, bases, members)


def _known_error(lineage: Any) -> tuple[type, bool] | None:
    """Return the first class in a lineage that is an error known here, and whether it is the first.

    It is only looked up in modules that are imported already; nothing of it is called.
    """
    for place, (module, name) in enumerate(lineage):
        found: Any = sys.modules.get(module) if module != "__main__" else None
        for part in name.split("."):
            found = getattr(found, part, None)
        if isinstance(found, type) and issubclass(found, BaseException):
            return found, place == 0
    return None


def _signature(takes: Any) -> inspect.Signature | None:
    try:
        found = [
            inspect.Parameter(name, kind, default=... if default else _NOTHING)
            for name, kind, default in takes
        ]
        return inspect.Signature(found)
    except Exception:
        return None
