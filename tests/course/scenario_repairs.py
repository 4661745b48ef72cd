"""What an instructor knows of a scenario, and a learner is to find: fault and repairs.

A file of `repairs` has the name of its scenario, and two keys: `fault` and `repairs`.
"""

from pathlib import Path

from ipv6course.network import yaml_text

FOLDER = Path(__file__).parent / "repairs"


def fault(name: str) -> str:
    return _read(name)["fault"].text("fault")


def repairs(name: str, site: str = "2001:db8") -> list[str]:
    """Return the repairs of a scenario that was loaded with addresses of this site."""
    listed = _read(name)["repairs"].list("repairs")
    return [one.text("a repair").replace("2001:db8:", f"{site}:") for one in listed]


def _read(name: str) -> dict[str, yaml_text.Value]:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml_text.read(text).mapping("the repairs of a scenario", ("fault", "repairs"))
