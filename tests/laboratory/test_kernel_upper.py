"""UDP, TCP, DNS and MLD of simulated nodes opposite the Linux kernel and glibc, on a lossy link.

The kernel fetches from a simulated server and serves a simulated client; glibc's resolver asks the
simulated name server; a simulated router asks the kernel to which groups it listens.

Where the kernel differs: it delays its MLD reports up to a second, where RFC 9777 section 6.1 says
"immediately"; and it sends no report before its link-local address has passed detection.
"""

import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import netaddr
import pytest
from inside import inside
from oracles import tshark
from real_time import RealTimeNetwork

from ipv6course.network import Host
from ipv6course.network.dns import DnsServer, Zone
from ipv6course.network.interface import InterfaceAddress
from ipv6course.network.mld_querier import MldQuerier

pytestmark = pytest.mark.xdist_group("laboratory")

KERNEL, SIMULATED = "2001:db8::1", "2001:db8::2"
SIZE = 200_000
GROUPS = ["ff0e::db8:0:1", "ff05::db8:0:2"]

CLIENT = """
import socket, sys
with socket.create_connection((sys.argv[1], 80), 30) as connection:
    connection.sendall(b"x" * 5000 + b"end\\n")
    got = b""
    while data := connection.recv(65536):
        got += data
print(len(got), len(set(got)))
"""
SERVER = """
import socket
with socket.create_server(("::", 8080), family=socket.AF_INET6) as listening:
    print("listening", flush=True)
    while True:
        connection, _ = listening.accept()
        with connection:
            got = b""
            while not got.endswith(b"end\\n"):
                got += connection.recv(65536)
            connection.sendall(b"y" * 200_000)
"""
ZONE = """
www AAAA 2001:db8::80
    AAAA 2001:db8:1::80
alias CNAME www
"""


@inside(seconds=60)
def upper_layers(loss: float) -> dict:
    network = RealTimeNetwork(seed=7)
    host = network.add(Host("h"))
    link = network.connect_kernel(host, "k0", accept_dad=0, accept_ra=0, delay=0.002, loss=loss)
    interface = host.interface("eth0")
    host.assign(interface, InterfaceAddress(netaddr.IPAddress(SIMULATED).packed, 64))
    capture = network.capture(link)
    network.up("k0")
    network.ip("-6", "addr", "add", f"{KERNEL}/64", "dev", "k0", "nodad")
    network.run_until(lambda: interface.link_local is not None, 5)
    found: dict = {}

    host.tcp.listen(80, lambda data: b"z" * SIZE if data.endswith(b"end\n") else None)
    found["fetched"] = network.program([sys.executable, "-c", CLIENT, SIMULATED], 50).output
    found["refused"] = network.program(
        [sys.executable, "-c", CLIENT.replace("80)", "81)"), SIMULATED]
    ).output

    server = network.start([sys.executable, "-c", SERVER])
    listens = "ss -Htln | grep -q :8080"
    network.run_until(lambda: not subprocess.run(["sh", "-c", listens]).returncode, 5)
    found["served"] = len(host.tcp.request(KERNEL, 8080, b"end\n", 50))
    network.stop(server)

    reverse = Zone.parse("@ PTR h.example.com.", netaddr.IPAddress(SIMULATED).reverse_dns)
    DnsServer(host, Zone.parse(ZONE, "example.com"), reverse)
    for path, text in (
        ("/etc/resolv.conf", f"nameserver {SIMULATED}\nsearch example.com\n"),
        ("/etc/nsswitch.conf", "hosts: dns\n"),
    ):
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write(text)
        Path(file.name).chmod(0o644)
        subprocess.run(["mount", "--bind", file.name, path], check=True)
    for name in ("www.example.com", "alias", "none.example.com", SIMULATED):
        found[name] = network.program(["getent", "ahosts" if ":" not in name else "hosts", name])

    querier = MldQuerier(host, interface)
    querier.response_interval = 0.5
    querier.start()
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as member:
        index = struct.pack("@I", socket.if_nametoindex("k0"))
        for group in GROUPS:
            wanted = socket.inet_pton(socket.AF_INET6, group) + index
            member.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, wanted)
        network.run_until(lambda: {str(one.group) for one in querier.groups()} >= set(GROUPS), 15)
        found["listens"] = {str(one.group): one.mode for one in querier.groups()}
    network.run_until(lambda: not set(GROUPS) & {str(one.group) for one in querier.groups()}, 10)
    found["left"] = {str(one.group) for one in querier.groups()}
    found["kernel's groups"] = [
        line.split()[2] for line in Path("/proc/net/igmp6").read_text().splitlines()
        if line.split()[1] == "k0"
    ]  # fmt: skip
    found["frames"] = [(frame.time, frame.data) for frame in capture]
    return found


@pytest.fixture(scope="module")
def seen():
    return upper_layers(0.0)


def test_the_kernel_fetches_from_a_simulated_server(seen):
    assert seen["fetched"] == f"{SIZE} 1\n"
    assert "ConnectionRefusedError" in seen["refused"]


def test_a_simulated_client_fetches_from_the_kernel(seen):
    assert seen["served"] == SIZE


def test_glibc_resolves_by_the_simulated_name_server(seen):
    addresses = {line.split()[0] for line in seen["www.example.com"].output.splitlines()}
    assert addresses == {"2001:db8::80", "2001:db8:1::80"}
    assert {line.split()[0] for line in seen["alias"].output.splitlines()} == addresses
    assert seen["none.example.com"].code == 2  # getent's "not found"
    assert seen[SIMULATED].output.split() == [SIMULATED, "h.example.com"]


def test_the_simulated_querier_knows_to_what_the_kernel_listens(seen):
    kernels = {str(netaddr.IPAddress(int(group, 16), 6)) for group in seen["kernel's groups"]}
    assert set(GROUPS) <= set(seen["listens"])
    assert set(seen["listens"].values()) == {"EXCLUDE"}
    assert not set(GROUPS) & seen["left"]
    assert seen["left"] <= kernels
    assert kernels - seen["left"] == {"ff01::1", "ff02::1"}  # they are never reported


def test_tshark_finds_nothing_wrong(seen):
    assert len(seen["frames"]) > 300
    marks = tshark.marks(
        tshark.pcap(seen["frames"]), preferences=["tcp.desegment_tcp_streams:FALSE"]
    )
    assert [mark for mark in marks if mark.group not in ("reassemble", "sequence")] == []


@pytest.mark.prove
def test_losses_between_the_kernel_and_a_simulated_node_are_repaired():
    seen = upper_layers(0.03)

    assert seen["fetched"] == f"{SIZE} 1\n"
    assert seen["served"] == SIZE
