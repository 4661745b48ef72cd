"""Programs that somebody else wrote, asked what they make of ours: the tests' judges."""

import os
import shutil

import pytest


def cannot(why: str) -> None:
    """Skip the test that asks, and say why. On CI a judge that is not there is an error."""
    if os.environ.get("CI"):
        pytest.fail(f"On CI every judge must be there: {why}", pytrace=False)
    pytest.skip(why)


def program(name: str) -> str:
    """Return the path of a program; without it, the test that asks is skipped."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        cannot(f"{name} is not on the PATH; make requirements says how to get it")
        raise AssertionError("cannot() returns never")
    return found
