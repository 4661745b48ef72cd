"""A notebook with one of each widget that the lessons share, for tests and measurements of them."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode

NAME = "gallery"
CHOSEN = "chosen"  # grade_id of the cell that the answer is written into
CELLS = {
    "slicer": """
from ipv6course.widgets.prefix_slicer import PrefixSlicer

PrefixSlicer(prefix="2001:db8::/32", length=48)
""",
    "identifier": """
from ipv6course.widgets.interface_identifier import InterfaceIdentifier

InterfaceIdentifier()
""",
    "mapper": """
from ipv6course.widgets.multicast_mapper import MulticastMapper

MulticastMapper(value="2001:db8:60:1::4c:102a")
""",
    "treemap": """
from ipv6course.plan import AddressPlan
from ipv6course.widgets.plan_treemap import PlanTreemap

plan = AddressPlan.start("Provider", "2001:db8::/32")
for name in ("Suva", "Nadi", "Labasa"):
    plan = plan.add_next(name, 36, "Provider")
PlanTreemap(plan)
""",
    "countries": """
from ipv6course.widgets.country_explorer import CountryExplorer
from ipv6data.database import open_data

data = open_data()
CountryExplorer(data, ["FJ", "EG"])
""",
    "pace": """
from ipv6course.widgets.pace_explorer import PaceExplorer

PaceExplorer(data)
""",
    "chart": """
from ipv6course.widgets.charts.pace import pace_chart
from ipv6course.widgets.charts.sources import source_note
from ipv6data.queries import pace

pace_chart(
    {"AFRINIC": [(row.period, row.cumulative) for row in pace(data, registry="afrinic")]},
    title="IPv6 space of AFRINIC",
    unit="/32-equivalents",
    note=source_note(data, "pace"),
)
""",
    "inspector": """
from ipv6course.network import Host, Network
from ipv6course.widgets.packet_inspector import PacketInspector

network = Network()
network.connect(network.add(Host("h1")), network.add(Host("h2")), mtu=1400)
capture = network.capture()
network.run(3)
network["h1"].ping(network["h2"].interface("eth0").link_local, count=1, interface="eth0")
PacketInspector(capture)
""",
    "ladder": """
from ipv6course.widgets.ladder import Ladder

Ladder(capture)
""",
    "network": """
from ipv6course.widgets.network_view import NetworkView

NetworkView(network)
""",
    "row": """
from ipv6course.network import Router

row = Network()
routers = [row.add(Router(f"r{number}")) for number in range(1, 6)]
for near, far in zip(routers, routers[1:]):
    row.connect(near, far, mtu=1400)
NetworkView(row)
""",
    "builder": """
from ipv6course.widgets.packet_builder import PacketBuilder

PacketBuilder(["ethernet", "ipv6", "echo-request"])
""",
    "choices": """
from ipv6course.widgets.choice import Choice, Choices

questions = Choices(
    Choice("How long is the prefix of a LAN?", ["/48", "/56", "/64"]),
    Choice("Does it hold 300 hosts?", {"yes": "Yes", "no": "No"}),
)
questions
""",
    "answer": f"""
from ipv6course.widgets.answer import Answer

Answer("{CHOSEN}", "chosen", of=questions)
""",
    CHOSEN: "raise NotImplementedError()",
}
POSITION = {name: place for place, name in enumerate(CELLS)}


def write_gallery(work: Path) -> None:
    """Write the notebook into a learner's folder of lessons."""
    cells = [_cell(name, source.strip()) for name, source in CELLS.items()]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, work / f"{NAME}.ipynb")


def _cell(name: str, source: str) -> NotebookNode:
    cell = nbformat.v4.new_code_cell(source)
    if name == CHOSEN:
        cell.metadata["nbgrader"] = {
            "grade_id": CHOSEN,
            "grade": False,
            "locked": False,
            "schema_version": 3,
            "solution": True,
            "task": False,
        }
    return cell
