"""A simulated network: real bytes, virtual time, the behaviour of the RFCs in force.

The rules of this room. Whoever changes it keeps them, and a learner may read on from here.

1. **Nodes do no input and no output** (sans-IO). A `Device` takes frames (`handle_frame`) and time
   (`handle_timer`); it gives frames (`frames_to_send`) and the time at which it wants to be called
   again (`get_timer`). It opens no socket, starts no thread and reads no clock. So the same host
   runs in a notebook, in a test, and behind a packet socket opposite the Linux kernel.
2. **Bytes are real.** What a link carries are Ethernet frames. A router forwards the bytes that it
   got, with the hop limit changed; it does not build the packet anew. The formats are in `wire`,
   a file a protocol, as `push_…` and `pull_…`.
3. **Time is virtual.** Only `Network` advances it, from one event to the next. `run(60)` is a
   minute for the nodes, and milliseconds for the learner.
4. **Chance has a seed.** Each device and each link draws from a generator of its own, made from the
   network's seed and its own name. The same seed gives the same capture, byte for byte, and a new
   node changes no other's choices.
5. **One subject a file.** A protocol is an object that belongs to one node. It registers what it
   wants to see in the node's tables (`ether_types`, `next_headers`, `icmp_types`), keeps its own
   state, and sets timers through `node.timers`. Tables rather than branches.
6. **Addresses inside are bytes**: 16 octets, 6 for a MAC address; they are the dictionary keys of
   the hot path. At the room's surface text or netaddr values go in, and netaddr values come out.
7. **The RFC in force decides**, and is cited where it does. Where the Linux kernel differs, the
   laboratory's tests list the difference and the text that decides.
8. Nothing here is true of the simulator only: what a topology file says, a real kernel can do.

How a packet goes: `Network` takes an event from its queue → `Device.handle_frame` → for a node,
`Node.receive_ipv6` → to the upper layer (`Node.deliver`) or on its way (`Router.forward`) →
`Neighbors.send` finds the next hop's MAC address → the frame goes to the outbox → `Network` takes
it from there and gives it to the `Link`, which decides when, and whether, it arrives.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipv6course.network.capture import Capture
    from ipv6course.network.host import Host
    from ipv6course.network.link import Link
    from ipv6course.network.network import Network
    from ipv6course.network.router import Router
    from ipv6course.network.switch import Switch

__all__ = ["Capture", "Host", "Link", "Network", "Router", "Switch"]

_HOMES = {
    "Capture": "capture",
    "Host": "host",
    "Link": "link",
    "Network": "network",
    "Router": "router",
    "Switch": "switch",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found  # the next look-up does not come here
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
