"""Control groups of version 2, as newer systems have: the kernel's own, mounted for the test."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import subprocess, sys
from pathlib import Path
from ipv6grader.execution import sandbox

root = Path(sys.argv[1])
sandbox._CGROUPS = root
controllers = (root / "cgroup.controllers").read_text().split()
limits = {"memory": "memory.max", "pids": "pids.max", "hugetlb": "hugetlb.2MB.max"}
usable = [name for name in limits if name in controllers]
if not usable:
    sys.exit("no controller")
(root / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in usable))
wanted = {limits[name]: 64 << 20 for name in usable}

group = sandbox.Cgroup.__new__(sandbox.Cgroup)
group._folders = []
group._make_unified("ipv6grader-test", wanted)
folder = root / "ipv6grader-test"
assert [str(folder / "cgroup.procs")] == group.doors
assert all((folder / limit).read_text().strip() == str(64 << 20) for limit in wanted)
said = subprocess.run(
    [*sandbox._entering(group.doors), "cat", "/proc/self/cgroup"], capture_output=True, text=True
).stdout
assert "0::/ipv6grader-test" in said, said
group.remove()
assert not folder.exists() and group.doors == []

try:  # no file of that name, so nobody can have the limit: nothing is left behind
    group._make_unified("ipv6grader-test", {f"{usable[0]}.no-such-limit": 1})
except OSError as why:
    assert "no cgroup" in str(why)
else:
    sys.exit("a limit that is not there was set")
assert not folder.exists() and group.doors == []
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root mounts cgroup v2")
def test_a_group_of_version_2_is_made_entered_and_removed(tmp_path: Path) -> None:
    where = tmp_path / "cgroup2"
    where.mkdir()
    mount = 'mount -t cgroup2 none "$1" || exit 77; shift; exec "$@"'
    ran = subprocess.run(
        [
            "unshare",
            "--mount",
            "sh",
            "-c",
            mount,
            "sh",
            where,
            sys.executable,
            "-c",
            PROGRAM,
            where,
        ],
        capture_output=True,
        text=True,
    )
    if ran.returncode == 77 or "no controller" in ran.stderr:
        pytest.skip(f"no cgroup v2 to try: {ran.stderr.strip()}")
    assert ran.returncode == 0, ran.stderr
