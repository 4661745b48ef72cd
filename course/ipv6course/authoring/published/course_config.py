"""Opens the course from this folder: `jupyter lab --config=course_config.py`."""

import os
from pathlib import Path

import ipv6course

_FOLDER = Path(__file__).absolute().parent
os.environ["COURSE_HOME"] = str(_FOLDER)  # the notebooks keep progress where they are
c = get_config()  # type: ignore[name-defined]  # noqa: F821 (Jupyter brings it)
c.ServerApp.root_dir = str(_FOLDER)
load_subconfig(  # type: ignore[name-defined]  # noqa: F821 (Jupyter brings it)
    str(Path(ipv6course.__file__).parent / "jupyter" / "jupyter_server_config.py")
)
