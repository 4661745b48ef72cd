"""Publishes the course for learners: released notebooks in a folder that needs nothing of ours.

A publication is a value first: every file's content by name. The same version of the course gives
the same bytes. Then it is written, under these rules:

- A folder is taken if it is new or empty (`.git` aside), or an earlier publication.
- A published file that somebody changed is never overwritten: everything is refused before
  anything is written, and every such file is named. Files that we did not publish stay.
- The record of what was published is written before the files, with the old versions beside the
  new ones, and again after them. So a publication that was cut short is gone on with.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from string import Template
from typing import Literal

from ipv6course.authoring import learner_folder
from ipv6course.authoring.build import built_notebooks, describe_course
from ipv6course.authoring.learner_wheel import (
    DISTRIBUTION,
    core_requirements,
    learner_wheel,
    licences,
    wheel_name,
)
from ipv6course.classroom.messages import _
from ipv6course.places import binder_folder, state_folder, write_atomically

RECORD = ".ipv6-course-published.json"
_TEMPLATES = Path(__file__).parent / "published"
_STATE = state_folder().name

Outcome = Literal["new", "updated", "same", "removed"]


class PublishError(ValueError):
    """A folder that is not published into. Its text says what is in the way, and what to do."""


@dataclass(frozen=True)
class Change:
    """What becomes of one file."""

    name: str
    """Its path inside the folder, with slashes."""
    outcome: Outcome


# --- What is published ----------------------------------------------------------------------------


def publication(build: Path, page: str) -> dict[str, bytes]:
    """Return every file of the publication of a built course, by name, in order.

    Args:
        build: A built course.
        page: The home page's notebook.

    Raises:
        FileNotFoundError: The course is installed without its pinned versions.
    """
    notebooks = {
        name: path.read_bytes() for name, path in built_notebooks(build, "release").items()
    }
    placed = {name: [_hash(content)] for name, content in notebooks.items()}
    binder = binder_folder()
    files = {
        **{f"{learner_folder.WORK}/{name}": content for name, content in notebooks.items()},
        **licences(),
        learner_folder.HOME_PAGE: page.encode(),
        f"{_STATE}/{learner_folder.COURSE_MAP}": learner_folder.course_map_text(
            describe_course(build)
        ).encode(),
        f"{_STATE}/{learner_folder.PLACED}": _json(placed),
        "README.md": _readme().encode(),
        "binder/requirements.txt": _BINDER_REQUIREMENTS.encode(),
        "binder/runtime.txt": (binder / "runtime.txt").read_bytes(),
        "binder/start": (binder / "start").read_bytes(),
        "constraints.txt": (binder / "constraints.txt").read_bytes(),
        "course_config.py": (_TEMPLATES / "course_config.py").read_bytes(),
        "requirements.txt": _requirements().encode(),
        f"wheels/{wheel_name()}": learner_wheel(),
    }
    return dict(sorted(files.items()))


_BINDER_REQUIREMENTS = """\
-r ../requirements.txt
# repo2docker brings an older one, which does not go with this JupyterLab.
notebook
"""


def _requirements() -> str:
    """Return what pip installs: names here, versions in constraints.txt beside it."""
    names = sorted({"jupyterlab", *(requirement.name for requirement in core_requirements())})
    head = (
        "# In this file's folder: python3 -m pip install -r requirements.txt\n-c constraints.txt\n"
    )
    return head + f"./wheels/{wheel_name()}\n" + "".join(f"{name}\n" for name in names)


def _readme() -> str:
    text = Template((_TEMPLATES / "README.md").read_text(encoding="utf-8"))
    course = distribution(DISTRIBUTION)
    urls = dict(url.split(", ", 1) for url in course.metadata.get_all("Project-URL") or [])
    return text.substitute(
        version=course.version, repository=urls.get("Repository", ""), wheel=wheel_name()
    )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()


# --- Writing it -----------------------------------------------------------------------------------


def publish(files: Mapping[str, bytes], folder: Path, *, dry_run: bool = False) -> list[Change]:
    """Write a publication into a folder, or bring an earlier one there up to date.

    Args:
        files: What `publication` returns.
        folder: Made if need be.
        dry_run: Say what would be done, and write nothing.

    Returns:
        What becomes of each published file; then of what only the earlier publication had.

    Raises:
        PublishError: The folder is not ours to write in; nothing was written.
        OSError: It cannot be read or written. The same command then goes on from there.
    """
    earlier = _read_record(folder)
    hashes = {name: [_hash(content)] for name, content in files.items()}
    both = {name: [*earlier.get(name, ()), *hashes.get(name, ())] for name in earlier | hashes}
    changes = _changes(folder, files, both)
    if dry_run or (earlier == hashes and all(one.outcome == "same" for one in changes)):
        return changes
    write_atomically(folder / RECORD, _json({"files": both}))
    for change in changes:
        if change.outcome == "removed":
            (folder / change.name).unlink()
        elif change.outcome != "same":
            write_atomically(folder / change.name, files[change.name])
    write_atomically(folder / RECORD, _json({"files": hashes}))
    return changes


def _read_record(folder: Path) -> dict[str, list[str]]:
    """Return the versions of every file that was published here; nothing in an empty folder.

    Raises:
        PublishError: There is something in the folder, and it is not a publication.
    """
    if folder.exists() and not folder.is_dir():
        raise PublishError(_("{folder} is a file. Name a folder.").format(folder=folder))
    record = folder / RECORD
    if not record.is_file():
        others = sorted(path.name for path in folder.glob("*") if path.name != ".git")
        if others:
            raise PublishError(
                _(
                    "{folder} has files that this command did not publish, such as {name}. "
                    "Name a new or an empty folder."
                ).format(folder=folder, name=others[0])
            )
        return {}
    try:
        files = json.loads(record.read_text(encoding="utf-8"))["files"]
        return {str(name): [str(one) for one in hashes] for name, hashes in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PublishError(
            _(
                "{record}, the list of what was published, cannot be read. Publish into a new "
                "folder."
            ).format(record=record)
        ) from None


def _changes(
    folder: Path, files: Mapping[str, bytes], versions: Mapping[str, list[str]]
) -> list[Change]:
    """Return what is to be done.

    Args:
        folder: The publication.
        files: What is to stand there.
        versions: By name, the hashes of what we published there, or are about to.

    Raises:
        PublishError: Files were changed, or are somebody's own; it names them all.
    """
    changes, foreign = [], []
    for name in [*files, *sorted(versions.keys() - files.keys())]:
        present = _present(folder, name)
        if present == "" and name in files:
            changes.append(Change(name, "new"))
        elif name in files and present == _hash(files[name]):
            changes.append(Change(name, "same"))
        elif present in versions[name]:
            changes.append(Change(name, "updated" if name in files else "removed"))
        elif name in files:
            foreign.append(name)
    if foreign:
        raise PublishError(
            _(
                "Nothing was written: these files in {folder} were changed after they were "
                "published, or are your own. Move them away, or name another folder.\n{files}"
            ).format(folder=folder, files="\n".join(f"  {name}" for name in foreign))
        )
    return changes


def _present(folder: Path, name: str) -> str | None:
    """Return the hash of what stands under a name, empty for nothing, None for no file of ours.

    A link is not ours, nor is what lies behind one: it may lead out of the folder.
    """
    path = folder / name
    within = [path, *path.parents][: len(Path(name).parts)]
    if ".." in Path(name).parts or Path(name).is_absolute() or any(map(Path.is_symlink, within)):
        return None
    if not path.exists():
        # A file where a folder is needed would be in the way.
        return None if any(one.is_file() for one in within) else ""
    return _hash(path.read_bytes()) if path.is_file() else None
