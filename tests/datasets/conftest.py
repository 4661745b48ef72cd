"""What tests of the data find: the registries' real files, and lines made by Hypothesis."""

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

# Of the files that the registries published on 12 to 14 October 2018.
_SHA256 = {
    "afrinic": "1cadc7d92b157a9ec663cfa9d1bc1eb8baafa8896a96d4983df6dbc03b46d2b5",
    "apnic": "012222be4b6cfd591cafb301632d67f7b06b0c614c2d2c959c8856cf13363ba1",
    "arin": "5688889c86bc9bd157ca5b6c4426f73ff61865f0c33ae3ec707dbb4b662bbafc",
    "lacnic": "29f02a4b23d3aae1f1fbf0112fc35dd34b368c0397b0d214082bef04d6a4f131",
    "ripencc": "8b865e33a45783c35be7e91202c37a0e73a26a5ca9b572b912edaf3f22c5d018",
}


@pytest.fixture(scope="session")
def registry_files() -> dict[str, Path]:
    """The extended files of October 2018 by registry, out of the package `iptocc` 2.1.2."""
    try:
        package = distribution("iptocc")
    except PackageNotFoundError:
        pytest.skip("the package iptocc is not here; tests/requirements.py brings it")
    files = {
        registry: Path(str(package.locate_file(f"iptocc/delegated-{registry}-extended-latest")))
        for registry in _SHA256
    }
    for registry, path in files.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == _SHA256[registry]
    return files
