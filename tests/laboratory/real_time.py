"""A simulated network whose clock is real, and some of whose links lead to the Linux kernel.

The hosts and routers are the very same objects: they are given frames and time (rule 1 of
`ipv6course.network`), and do not know from where. It works in namespaces only; see `inside.py`.

    network = RealTimeNetwork()
    router = network.add(Router("r1"))
    # The kernel's end is k0.
    link = network.connect_kernel(router, "k0", router_solicitation_delay=0)
    capture = network.capture(link)                                    # sees both directions
    network.up("k0")
    network.run_until(lambda: network.certain("k0", "2001:db8::/32"), 5)
    print(network.program(["ping", "-c", "1", "2001:db8::1"]).output)
    radvd = network.start(["radvd", "-n", "-C", "radvd.conf", "-p", "radvd.pid", "-m", "stderr"])

Several kernels' worth: `network.kernel_node("r")` makes another network namespace;
`connect_kernel(…, node="r")` puts an interface there, and the other methods take `node="r"` too.

A kernel's interface is one end of a veth pair; the other end is a packet socket. Offloads are off,
so what the kernel sends has its checksums and is no longer than the MTU.
"""

import array
import fcntl
import json
import os
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import netaddr

from ipv6course.network import Link, Network
from ipv6course.network.device import Device
from ipv6course.network.interface import Interface

_ALL_PROTOCOLS = 0x0003  # ETH_P_ALL
_OUTGOING = 4  # PACKET_OUTGOING: what this socket sent itself
_BUFFER = 4 << 20
_LONGEST_WAIT = 0.01  # s; conditions outside of the network are looked at so often
_SHORTEST_DELAY = 1e-6  # s; of the link between the socket and the simulated interface

# linux/sockios.h and linux/ethtool.h
_SIOCETHTOOL = 0x8946
_OFFLOADS = {"rx": 0x15, "tx": 0x17, "sg": 0x19, "tso": 0x1F, "gso": 0x24, "gro": 0x2C}

_FLAGS = {  # linux/if_addr.h
    0x01: "temporary",
    0x08: "dadfailed",
    0x20: "deprecated",
    0x40: "tentative",
    0x80: "permanent",
    0x100: "mngtmpaddr",
    0x200: "noprefixroute",
    0x400: "autojoin",
    0x800: "stable-privacy",
}


@dataclass(frozen=True)
class Ended:
    """A program that has ended."""

    code: int
    output: str
    """What it wrote, errors among it."""


class Kernel(Device):
    """The kernel, as a device of the simulated network: its interfaces are packet sockets."""

    def __init__(self) -> None:
        super().__init__("kernel")
        self.sockets: dict[socket.socket, Interface] = {}
        self._by_interface: dict[str, socket.socket] = {}

    def open(self, interface: Interface, name: str) -> None:
        """Open the packet socket behind an interface."""
        opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        opened.setblocking(False)
        opened.bind((name, _ALL_PROTOCOLS))
        self.sockets[opened] = interface
        self._by_interface[interface.name] = opened

    def handle_frame(self, interface: Interface, frame: bytes, now: float) -> None:
        """Give a frame to the kernel."""
        self.now = now
        try:
            self._by_interface[interface.name].send(frame)
        except OSError as why:  # longer than the MTU, or down: lost, as on a cable
            print(f"{interface.name}: {len(frame)} octets were not sent: {why}")

    def read(self, opened: socket.socket) -> None:
        """Take what the kernel sent since the last call."""
        while True:
            try:
                frame, where = opened.recvfrom(65_536 + 14)
            except BlockingIOError:
                return
            except OSError:  # it is down
                return
            if where[2] != _OUTGOING:
                self.send_frame(self.sockets[opened], frame)


class RealTimeNetwork(Network):
    """Devices and links, and a clock that goes by itself. Time counts from when it was made."""

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__(seed=seed)
        self._began = time.monotonic()
        self.kernel = self.add(Kernel())
        self._programs: list[subprocess.Popen[bytes]] = []

    # --- The kernel's interfaces ------------------------------------------------------------------

    def connect_kernel(
        self,
        end: Device | Interface,
        name: str,
        *,
        mac: str | None = None,
        mtu: int = 1500,
        delay: float = _SHORTEST_DELAY,
        loss: float = 0.0,
        node: str = "",
        **settings: int | str,
    ) -> Link:
        """Give the kernel an interface that is connected to a device. It is down until `up`.

        Args:
            end: A device, which gets a new interface, or an interface that has no link.
            name: What the kernel calls its interface; at most 11 letters.
            mac: The kernel's MAC address; None: any.
            mtu: Octets.
            delay: Seconds, between the device and the kernel.
            loss: A share, 0 to 1.
            node: Which of the kernel's nodes gets it; "": the first.
            settings: The kernel's `net.ipv6.conf.NAME.…`, as `accept_dad=0`.
        """
        other = f"{name}-sim"
        chosen = ["address", mac] if mac else []
        pair = ["ip", "link", "add", name, "mtu", str(mtu), *chosen, "type", "veth"]
        subprocess.run([*pair, "peer", "name", other, "mtu", str(mtu)], check=True)
        self.sysctl(f"conf/{other}/disable_ipv6", 1)  # it is a cable's plug, not a host
        for side in (name, other):
            _turn_offloads_off(side)
        if node:
            self.ip("link", "set", name, "netns", node)
        for setting, value in settings.items():
            self.sysctl(f"conf/{name}/{setting}", value, node=node)
        subprocess.run(
            ["ip", "link", "set", other, "arp", "off", "promisc", "on", "up"], check=True
        )
        port = self.kernel.add_interface(
            bytes.fromhex(self.mac(name, node=node).replace(":", "")), name
        )
        port.mtu = mtu
        self.kernel.open(port, other)
        return self.connect(end, port, mtu=mtu, delay=delay, loss=loss)

    def kernel_node(self, name: str, *, forwarding: bool = False) -> str:
        """Make another node of the kernel, a network namespace, and return its name."""
        subprocess.run(["ip", "netns", "add", name], check=True)
        self.ip("link", "set", "lo", "up", node=name)
        if forwarding:
            self.sysctl("conf/all/forwarding", 1, node=name)
        return name

    def up(self, *names: str, node: str = "") -> None:
        """Switch interfaces of the kernel on."""
        for name in names:
            self.ip("link", "set", name, "up", node=node)

    def sysctl(self, setting: str, value: int | str, *, node: str = "") -> None:
        """Set one of the kernel's `net.ipv6.…`, as `sysctl("conf/k0/use_tempaddr", 2)`.

        sysctl's own way to write it, "net.ipv6.conf.k0.use_tempaddr", is understood too.
        """
        command = ["sh", "-c", 'echo "$1" > "$0"', _setting_file(setting), str(value)]
        subprocess.run([*_at(node), *command], check=True)

    def read_sysctl(self, setting: str, *, node: str = "") -> str:
        """Return one of the kernel's `net.ipv6.…`."""
        command = [*_at(node), "cat", _setting_file(setting)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def ip(self, *words: str, node: str = "") -> list[dict[str, Any]]:
        """Ask or tell the kernel by iproute2: `ip("-6", "addr", "show", "dev", "k0")`."""
        command = [*_at(node), "ip", "-j", *words]
        ran = subprocess.run(command, capture_output=True, text=True)
        assert ran.returncode == 0, f"{' '.join(command)}: {ran.stderr}"
        found: list[dict[str, Any]] = json.loads(ran.stdout or "[]")
        return [one for one in found if one]

    def mac(self, name: str, *, node: str = "") -> str:
        """Return the MAC address of one of the kernel's interfaces."""
        found: str = self.ip("link", "show", "dev", name, node=node)[0]["address"]
        return found

    def addresses(self, name: str, *, node: str = "") -> dict[netaddr.IPAddress, set[str]]:
        """Return the IPv6 addresses of one of the kernel's interfaces, each with its flags."""
        file = "/proc/net/if_inet6"
        if node:
            text = subprocess.run([*_at(node), "cat", file], capture_output=True, text=True).stdout
        else:
            text = Path(file).read_text()
        found = {}
        for line in text.splitlines():
            address, _index, _length, _scope, flags, device = line.split()
            if device == name:
                bits = int(flags, 16)
                words = {word for bit, word in _FLAGS.items() if bits & bit}
                found[netaddr.IPAddress(int(address, 16), 6)] = words
        return found

    def certain(
        self, name: str, prefix: str = "::/0", *, node: str = ""
    ) -> list[netaddr.IPAddress]:
        """Return the addresses in a prefix that have passed duplicate address detection."""
        network = netaddr.IPNetwork(prefix)
        return [
            address
            for address, flags in self.addresses(name, node=node).items()
            if address in network and not flags & {"tentative", "dadfailed"}
        ]

    # --- Programs ---------------------------------------------------------------------------------

    def start(self, command: list[str], *, node: str = "") -> subprocess.Popen[bytes]:
        """Start a program that goes on; what it writes is for the message of a test that fails."""
        started = subprocess.Popen([*_at(node), *command], stdin=subprocess.DEVNULL)
        self._programs.append(started)
        return started

    def program(self, command: list[str], seconds: float = 20, *, node: str = "") -> Ended:
        """Run a program to its end, while the network goes on."""
        if shutil.which(command[0]) is None:
            raise FileNotFoundError(f"{command[0]} is not on the PATH")
        with tempfile.TemporaryFile() as output:
            running = subprocess.Popen(
                [*_at(node), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
            ended = self.run_until(lambda: running.poll() is not None, seconds)
            if not ended:
                running.kill()
            running.wait()
            output.seek(0)
            said = output.read().decode(errors="replace")
        assert ended, f"{' '.join(command)} took over {seconds} s: {said}"
        return Ended(running.returncode, said)

    def stop(self, program: subprocess.Popen[bytes], seconds: float = 5) -> int:
        """End a program that `start` began, as init does, and return its exit code."""
        program.terminate()
        self.run_until(lambda: program.poll() is not None, seconds)
        program.kill()
        return program.wait()

    # --- Time -------------------------------------------------------------------------------------

    def run_until(self, is_reached: Callable[[], bool], seconds: float) -> bool:
        """Let real time pass until something is reached, at most so many seconds."""
        end = self._clock() + seconds
        while True:
            if super().run_until(is_reached, max(0.0, self._clock() - self.now)):
                return True
            if self.now >= end:
                return False
            due = self._events[0][0] if self._events else end
            wait = min(due, end) - self._clock()
            self._read(min(max(wait, 0.0), _LONGEST_WAIT))

    def _read(self, wait: float) -> None:
        """Wait for frames from the kernel, and put them on their links."""
        ready, _, _ = select.select(list(self.kernel.sockets), [], [], wait)
        if ready:
            self.now = max(self.now, self._clock())
            self.kernel.now = self.now
            for opened in ready:
                self.kernel.read(opened)
            self.attend(self.kernel)

    def _clock(self) -> float:
        return time.monotonic() - self._began


def _at(node: str) -> list[str]:
    """Return what runs a command in a node of the kernel."""
    return ["nsenter", f"--net=/run/netns/{node}"] if node else []


def _setting_file(setting: str) -> str:
    if setting.startswith("net."):
        return f"/proc/sys/{setting.replace('.', '/')}"
    return f"/proc/sys/net/ipv6/{setting}"


def _turn_offloads_off(name: str) -> None:
    """Do what `ethtool -K NAME rx off tx off …` does: no half-made checksum, no giant frame."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:
        for command in _OFFLOADS.values():
            value = array.array("B", struct.pack("@II", command, 0))
            request = struct.pack("@16sP8x", name.encode(), value.buffer_info()[0])
            fcntl.ioctl(control, _SIOCETHTOOL, request)
