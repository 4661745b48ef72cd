"""How JupyterLab opens the course where `ipv6course lab` does not start it, such as on Binder.

Jupyter reads this file where JUPYTER_CONFIG_PATH names its folder.
"""

from pathlib import Path

c = get_config()  # type: ignore[name-defined]  # noqa: F821 (Jupyter brings it)
_HOME_PAGE = "/lab/tree/home.ipynb"
c.LabApp.default_url = _HOME_PAGE
c.LabApp.app_settings_dir = str(Path(__file__).parent / "settings")
c.ServerApp.default_url = _HOME_PAGE  # of jupyterhub-singleuser
c.JupyterNotebookApp.default_url = _HOME_PAGE
