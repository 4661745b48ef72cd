"""The wheel that a publication carries: what a lesson imports, and nothing of the instructor's.

It is put together from the packages that run at this moment. So it comes out alike from a checkout
and from an installed course, needs no network and no build tool, and is the same bytes everywhere:
members in order, with one date, not compressed (how zlib compresses differs between versions).

It differs from the course's own wheel in what it lacks: lessons and answers, the autograder, the
`ipv6course` command. Its build tag says so. Of each module it has the hints, which `Lesson` reads.

Sources: PyPA specifications "Binary distribution format", "Recording installed projects" and
"Core metadata".
"""

import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

import ipv6course
import ipv6data
from ipv6course.authoring.outline import read_outline
from ipv6course.places import modules_folder

DISTRIBUTION = "ipv6-course"
_BUILD_TAG = "1learner"
_LEFT_OUT = tuple(
    f"ipv6course/{name}" for name in ("__main__.py", "binder/", "commands/", "modules/")
)
_LABEXTENSION = ("ipv6course/labextension/", "data/share/jupyter/labextensions/ipv6-course/")
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the first date that a zip file can hold
_FILE_MODE = 0o100644


def core_requirements() -> list[Requirement]:
    """Return what the course's lessons need, as `pyproject.toml` says it: no extras."""
    requirements = map(Requirement, distribution(DISTRIBUTION).requires or [])
    return [one for one in requirements if "extra" not in str(one.marker or "")]


def wheel_name() -> str:
    """Return the wheel's file name."""
    return f"{_stem(distribution(DISTRIBUTION))}-{_BUILD_TAG}-py3-none-any.whl"


def licences() -> dict[str, bytes]:
    """Return the texts of the course's licences by file name."""
    course = distribution(DISTRIBUTION)
    names = course.metadata.get_all("License-File") or []
    return {name: (course.read_text(f"licenses/{name}") or "").encode() for name in names}


def learner_wheel() -> bytes:
    """Return the wheel."""
    course = distribution(DISTRIBUTION)
    files = dict(_members(course))
    record = f"{_stem(course)}.dist-info/RECORD"
    files[record] = _record(files, record)
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, _OLDEST)
            member.create_system = 3  # Unix: the mode counts, also where this is Windows
            member.external_attr = _FILE_MODE << 16
            archive.writestr(member, content)
    return output.getvalue()


def _stem(course: Distribution) -> str:
    return f"{DISTRIBUTION.replace('-', '_')}-{course.version}"


def _members(course: Distribution) -> Iterator[tuple[str, bytes]]:
    """Yield every member but RECORD, in order; the metadata last, as the format recommends."""
    for package in (ipv6course, ipv6data):
        for name, path in _package_files(package.__name__, Path(str(package.__file__)).parent):
            yield name, path.read_bytes()
    modules = modules_folder()
    for module in sorted(one.name for one in read_outline(modules)):
        hints = modules / module / "hints.toml"
        if hints.is_file():
            yield f"ipv6course/modules/{module}/hints.toml", hints.read_bytes()
    stem = _stem(course)
    inside, installed = _LABEXTENSION
    for name, path in _package_files("ipv6course", Path(str(ipv6course.__file__)).parent):
        if name.startswith(inside):
            yield f"{stem}.data/{installed}{name.removeprefix(inside)}", path.read_bytes()
    for name, text in licences().items():
        yield f"{stem}.dist-info/licenses/{name}", text
    yield f"{stem}.dist-info/METADATA", _metadata(course).encode()
    yield f"{stem}.dist-info/WHEEL", _WHEEL.encode()


def _package_files(package: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a package that learners get, by name in the wheel."""
    # By parts: paths themselves are ordered in another way on Windows.
    for path in sorted(folder.rglob("*"), key=lambda path: path.parts):
        parts = path.relative_to(folder).parts
        name = "/".join((package, *parts))
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.is_file() and not hidden and not name.startswith(_LEFT_OUT):
            yield name, path


_WHEEL = f"""\
Wheel-Version: 1.0
Generator: ipv6course publish
Root-Is-Purelib: true
Tag: py3-none-any
Build: {_BUILD_TAG}
"""


def _metadata(course: Distribution) -> str:
    """Return the core metadata, in a form that does not change with the tool that built us."""
    said = course.metadata
    lines = ["Metadata-Version: 2.4", f"Name: {DISTRIBUTION}", f"Version: {course.version}"]
    lines += [f"{key}: {said[key]}" for key in ("Summary", "License-Expression") if key in said]
    lines += [f"License-File: {name}" for name in licences()]
    lines += [f"Requires-Python: {said['Requires-Python']}"]
    lines += sorted(f"Requires-Dist: {one}" for one in core_requirements())
    return "\n".join(lines) + "\n"


def _record(files: dict[str, bytes], own_name: str) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        rows.writerow((name, f"sha256={digest}", len(content)))
    rows.writerow((own_name, "", ""))
    return text.getvalue().encode()
