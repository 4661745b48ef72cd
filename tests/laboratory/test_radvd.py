"""radvd judges advertisements: from one radvd.conf it and the simulated router send the same bytes.

And its `--configtest` judges texts: what is printed here, it reads.
"""

import socket
import subprocess
import time
from dataclasses import replace

import netaddr
import pytest
from inside import inside
from oracles import program, tshark

from ipv6course.network import radvd_conf
from ipv6course.network.interface import InterfaceAddress, State
from ipv6course.network.network import Network
from ipv6course.network.router import Router
from ipv6course.network.wire import ipv6, nd

MAC = "02:00:5e:00:53:01"
LINK_LOCAL = "fe80::5eff:fe00:5301"
SMALL = "interface eth0 { AdvSendAdvert on; prefix 2001:db8:1::/64 { }; };"
FULL = """
interface eth0
{
    AdvSendAdvert on;
    MinRtrAdvInterval 100.5; MaxRtrAdvInterval 300;
    AdvManagedFlag on; AdvOtherConfigFlag on;
    AdvLinkMTU 1400; AdvReachableTime 20000; AdvRetransTimer 500; AdvCurHopLimit 32;
    AdvDefaultLifetime 1000; AdvDefaultPreference high;
    prefix 2001:db8:1::/64 { AdvValidLifetime infinity; AdvPreferredLifetime 1800; };
    prefix 2001:db8:2::/64 { AdvOnLink off; AdvAutonomous off; };
    prefix 2001:db8:3::1/64 { AdvRouterAddr on; };
    RDNSS 2001:db8::53 2001:db8::5353 { };
    RDNSS 2001:db8::54 { AdvRDNSSLifetime 0; };
    DNSSL example.com lab.example.org { AdvDNSSLLifetime 400; };
    DNSSL a.example { };
};
"""
# Two things differ, and the text decides. radvd writes a route's prefix whole; RFC 4191 section 2.3
# allows it to be cut where its length is 64 or less. And radvd sends what stands after the prefix
# length of `prefix 2001:db8:2::77/64`; RFC 4861 section 4.6.2 wants zeros there.
ROUTES = """
interface eth0
{
    AdvSendAdvert on;
    route 2001:db8:f::/48 { AdvRoutePreference low; AdvRouteLifetime 3600; };
    route ::/0 { RemoveRoute off; };
    route 2001:db8:f:1:2::/80 { AdvRoutePreference high; };
    prefix 2001:db8:2::77/64 { DeprecatePrefix on; };
};
"""
QUIET = (
    "interface eth0 { AdvSendAdvert on; AdvSourceLLAddress off; AdvDefaultLifetime 0; "
    "AdvCurHopLimit 0; AdvDefaultPreference low; };"
)
AUTOMATIC = "interface eth0 { AdvSendAdvert on; prefix ::/64 { AdvPreferredLifetime 600; }; };"
SAME_BYTES = {"small": SMALL, "full": FULL, "quiet": QUIET, "automatic": AUTOMATIC}
TEXTS = {**SAME_BYTES, "routes": ROUTES}


@inside(seconds=60)
def radvds(texts, folder):
    """Return radvd's first advertisement, and its last, for each text."""

    def run(*words):
        subprocess.run(words, check=True)

    def setting(name, value):
        with open(f"/proc/sys/net/ipv6/{name}", "w") as file:  # noqa: PTH123
            file.write(str(value))

    setting("conf/all/forwarding", 1)
    setting("auto_flowlabels", 0)
    run("ip", "link", "add", "eth0", "address", MAC, "type", "veth", "peer", "far")
    setting("conf/far/disable_ipv6", 1)
    setting("conf/eth0/accept_dad", 0)
    setting("conf/eth0/addr_gen_mode", 1)
    run("ip", "link", "set", "far", "up")
    run("ip", "link", "set", "eth0", "up")
    run("ip", "-6", "addr", "add", f"{LINK_LOCAL}/64", "dev", "eth0", "nodad")
    run("ip", "-6", "addr", "add", "2001:db8:9::1/64", "dev", "eth0", "nodad")
    far = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x86DD))
    far.bind(("far", 0))
    far.settimeout(5)

    def advertisement():
        while True:
            frame = far.recv(65535)
            if frame[20] == ipv6.ICMPV6 and frame[54] == 134:
                return frame

    found = {}
    for name, text in texts.items():
        path = f"{folder}/{name}.conf"
        with open(path, "w") as file:  # noqa: PTH123
            file.write(text)
        command = ["radvd", "-C", path, "-n", "-m", "stderr", "-p", f"{folder}/pid"]
        started = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        first = advertisement()
        time.sleep(0.05)
        started.terminate()
        found[name] = first, advertisement()
        started.wait(5)
    return found


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    program("radvd")
    folder = tmp_path_factory.mktemp("radvd")
    folder.chmod(0o755)
    return radvds(TEXTS, str(folder))


def ours(text):
    network = Network()
    router = network.add(Router("r"))
    other = network.add(Router("other"))
    network.connect(router, other)
    interface = router.interface("eth0")
    interface.mac = bytes.fromhex(MAC.replace(":", ""))
    interface.settings.addr_gen_mode = "none"
    for address, origin in ((LINK_LOCAL, "link-local"), ("2001:db8:9::1", "static")):
        value = netaddr.IPAddress(address).packed
        router.assign(interface, InterfaceAddress(value, 64, origin, State.PREFERRED))
    assert router.configure(radvd=text) == []
    capture = network.capture()
    network.run(1)
    router.configure(radvd="interface eth0 { };")
    network.run(1)
    frames = [one.data for one in capture if one.data[20] == 58 and one.data[54] == 134]
    return frames[0], frames[-1]


@pytest.mark.parametrize("name", SAME_BYTES)
def test_the_router_sends_radvds_bytes(judged, name):
    for got, wanted in zip(ours(TEXTS[name]), judged[name], strict=True):
        assert got.hex(" ", 8) == wanted.hex(" ", 8)


def test_routes_mean_what_radvds_mean(judged):
    for got, wanted in zip(ours(ROUTES), judged["routes"], strict=True):
        message = nd.pull_message(wanted[54:])
        told = tuple(
            replace(one, prefix=netaddr.IPAddress("2001:db8:2::").packed)
            if isinstance(one, nd.PrefixInformation)
            else one
            for one in message.options
        )
        assert nd.pull_message(got[54:]) == replace(message, options=told)


def test_tshark_finds_nothing_wrong():
    program("tshark")
    frames = [frame for text in TEXTS.values() for frame in ours(text)]
    assert tshark.marks(tshark.pcap(frames)) == []


def test_radvd_reads_what_is_printed(tmp_path):
    radvd = program("radvd")
    for name, text in TEXTS.items():
        printed = radvd_conf.parse(text).text()
        file = tmp_path / f"{name}.conf"
        file.write_text(printed)
        ran = subprocess.run([radvd, "--configtest", "-C", str(file)], capture_output=True)
        assert ran.returncode == 0, (ran.stderr, printed)
        assert radvd_conf.parse(printed) == radvd_conf.parse(text)
