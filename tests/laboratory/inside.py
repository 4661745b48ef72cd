"""Runs a function of a test file in a network of its own, where it may do everything.

    from inside import inside
    from real_time import RealTimeNetwork

    @inside(seconds=20)
    def kernel_and_router():            # runs in another process, as root of its own namespaces
        network = RealTimeNetwork()
        ...
        return {"addresses": [...]}     # what can be pickled

    @pytest.fixture(scope="module")
    def seen():
        return kernel_and_router()      # what it returned; what it raised fails the test

`unshare -Urnmpf` needs no password: a user, network, mount and process namespace. Where a machine
does not allow it to users, root gets the same without the user namespace. Nothing in there touches
this machine's network, and every program that was started in there ends with it. Where neither
works the tests are skipped, with the reason; on CI that is an error.
"""

import faulthandler
import functools
import inspect
import os
import pickle
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from oracles import cannot, program

_TESTS = Path(__file__).resolve().parents[1]
_PROBE = "ip link add probe0 type veth peer name probe1 && mount -t tmpfs none /mnt"
_AS_USER = ("-Urnmpf", "--kill-child")
_AS_ROOT = ("-nmpf", "--kill-child")


def inside(*, seconds: float = 30) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a module-level function run in namespaces of its own.

    Args:
        seconds: After so long it is stopped, and the test fails.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def outside(*arguments: Any, **named: Any) -> Any:
            return _run(function, arguments, named, seconds)

        return outside

    return decorate


@functools.cache
def _namespaces() -> tuple[str, ...] | str:
    """Return the command that makes the namespaces, or why there is none."""
    unshare = program("unshare")
    program("ip")
    said = ""
    for options in (_AS_USER, *([_AS_ROOT] if os.geteuid() == 0 else [])):
        command = (unshare, *options)
        probed = subprocess.run([*command, "sh", "-c", _PROBE], capture_output=True, text=True)
        if probed.returncode == 0:
            return command
        said = probed.stderr.strip()
    return f"this kernel gives no network of one's own: {said}"


def _run(function: Callable[..., Any], arguments: Any, named: Any, seconds: float) -> Any:
    command = _namespaces()
    if isinstance(command, str):
        cannot(command)
    with tempfile.TemporaryDirectory(prefix="laboratory-") as folder:
        asked, answer = Path(folder) / "asked", Path(folder) / "answer"
        asked.write_bytes(pickle.dumps((arguments, named)))
        file = inspect.getsourcefile(function) or ""
        where = (file, function.__name__, str(asked), str(answer), str(0.9 * seconds))
        try:
            ran = subprocess.run(
                [*command, sys.executable, "-u", __file__, *where],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                env={
                    **os.environ,
                    # sbin: where Debian has radvd and Kea, and a user's PATH has not
                    "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin",
                    "PYTHONPATH": os.pathsep.join([str(_TESTS), str(Path(file).parent)]),
                },
            )
        except subprocess.TimeoutExpired as ended:
            said = (ended.stdout or b"").decode(errors="replace")
            raise AssertionError(f"{function.__name__} took over {seconds} s:\n{said}") from None
        said = ran.stdout.decode(errors="replace")
        assert ran.returncode == 0, f"{function.__name__} failed in the laboratory:\n{said}"
        return pickle.loads(answer.read_bytes())


def _main(file: str, name: str, asked: str, answer: str, seconds: str) -> int:
    """Call the function; this is what runs in the namespaces."""
    faulthandler.dump_traceback_later(float(seconds))  # where it hangs, before it is stopped
    # /run is the laboratory's own: `ip netns` and daemons keep their files there.
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    module = __import__(Path(file).stem)
    function = inspect.unwrap(getattr(module, name))
    arguments, named = pickle.loads(Path(asked).read_bytes())
    try:
        result = function(*arguments, **named)
    except BaseException:
        traceback.print_exc()
        return 1
    Path(answer).write_bytes(pickle.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
