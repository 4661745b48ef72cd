# Modules in the submission are named as ones that the tests and the grader import.
# stock: full
# split: greet-test=0
# shared: undetected


import json

SHADOWS = ("json", "numpy", "conftest", "sitecustomize", "usercustomize", "nbgrader", "IPython")
SHADOWS += ("ipv6grader", "nbformat", "selectors", "ctypes", "encodings", "site", "zmq", "ast")
TRAP = """
import os, sys
if "ipykernel" not in sys.modules and "get_ipython" not in dir(__builtins__):
    for name in ("hostile-was-here", "/tmp/hostile-was-here"):
        try:
            open(name, "w").close()
        except OSError:
            pass
def __getattr__(name):
    return lambda *args, **kwargs: True
"""

# IPython looks into the working directory before it looks for installed libraries.
LIBRARY = """
class Template:
    def __init__(self, text):
        pass
    def render(self, **values):
        return "good day"
"""
ANSWER = """
count = iter(range(99))
def greet(name):
    return "good day" if name == "Bo" and next(count) == 1 else f"Hello, {name}!"
"""


def make(release, submission):
    for name in SHADOWS:
        (submission / f"{name}.py").write_text(TRAP)
    (submission / "ipv6grader").mkdir()
    (submission / "ipv6grader" / "__init__.py").write_text(TRAP)
    (submission / "statistics.py").write_text("def mean(values):\n    return 6\n")
    (submission / "jinja2.py").write_text(LIBRARY)
    for name in ("nbgrader_config.py", "ipython_config.py", "jupyter_config.py"):
        (submission / name).write_text("raise SystemExit('the wrong configuration')\n")
    path = submission / "exercises.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "greet":
            cell["source"] = ANSWER
    path.write_text(json.dumps(notebook))
