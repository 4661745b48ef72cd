"""The laboratory itself: frames go between the kernel and a simulated device, both ways."""

import socket

from inside import inside
from oracles import tshark
from real_time import RealTimeNetwork

from ipv6course.network import Switch
from ipv6course.network.device import Device
from ipv6course.network.wire import ethernet


class Mirror(Device):
    """It sends each packet that it gets for 2001:db8::2 back, with the addresses exchanged."""

    def handle_frame(self, interface, frame, now):
        self.now = now
        if frame[12:14] == ethernet.IPV6 and frame[38:54] == socket.inet_pton(
            socket.AF_INET6, "2001:db8::2"
        ):
            back = frame[6:12] + frame[:6] + frame[12:22] + frame[38:54] + frame[22:38]
            self.after(0.01, lambda: self.send_frame(interface, back + frame[54:]))


@inside(seconds=20)
def mirrored():
    network = RealTimeNetwork()
    mirror, switch = network.add(Mirror("m")), network.add(Switch("s"))
    link = network.connect_kernel(switch, "k0", mac="00:00:5e:00:53:aa", accept_dad=0, accept_ra=0)
    network.connect(switch, mirror)
    capture = network.capture(link)
    network.up("k0")
    network.ip("-6", "addr", "add", "2001:db8::1/64", "dev", "k0", "nodad")
    network.ip("-6", "neigh", "add", "2001:db8::2", "lladdr", "00:00:5e:00:53:bb", "dev", "k0")
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
        sender.bind(("2001:db8::1", 7000))
        sender.setblocking(False)
        sender.sendto(b"there and back", ("2001:db8::2", 7000))
        received = []

        def comes_back():
            try:
                received.append(sender.recv(100))
            except BlockingIOError:
                return False
            return True

        network.run_until(comes_back, 5)
    return {
        "received": received,
        "frames": [(frame.time, frame.data) for frame in capture],
        "certain": network.certain("k0"),
        "echo": network.program(["echo", "done"]),
    }


def test_a_datagram_goes_from_the_kernel_to_a_device_and_back():
    seen = mirrored()

    assert seen["received"] == [b"there and back"]
    pcap = tshark.pcap(seen["frames"])
    assert tshark.marks(pcap) == []
    ports = tshark.fields(pcap, ["udp.port", "eth.src"])
    assert [row["eth.src"] for row in ports if row["udp.port"]] == [
        ["00:00:5e:00:53:aa"],
        ["00:00:5e:00:53:bb"],
    ]
    assert {str(address) for address in seen["certain"]} == {
        "2001:db8::1",
        "fe80::200:5eff:fe00:53aa",
    }
    assert seen["echo"].output == "done\n"


@inside(seconds=20)
def two_kernel_nodes():
    network = RealTimeNetwork()
    switch = network.add(Switch("s"))
    for name in ("a", "b"):
        node = network.kernel_node(name)
        network.connect_kernel(switch, f"{name}0", node=node, accept_dad=0, accept_ra=0)
        network.up(f"{name}0", node=node)
        address = f"2001:db8::{name}/64"
        network.ip("-6", "addr", "add", address, "dev", f"{name}0", "nodad", node=node)
    ping = ["ping", "-c", "1", "-W", "3", "2001:db8::b"]
    return network.program(ping, node="a"), network.certain("b0", node="b")


def test_two_nodes_of_the_kernel_speak_through_a_simulated_switch():
    ping, addresses = two_kernel_nodes()

    assert ping.code == 0, ping.output
    assert "1 received" in ping.output
    assert len(addresses) == 2
