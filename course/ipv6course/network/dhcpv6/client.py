"""The DHCPv6 client, RFC 9915 section 18.2: one dialogue an interface.

`Dhcpv6Client` is the node's; it holds UDP port 546 and hears router advertisements. `Dialogue` is
what goes on on one interface. It has at most one exchange under way, and `_ANSWERS` says what an
answer to it does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import netaddr

from ipv6course.network.dhcpv6 import duid
from ipv6course.network.dhcpv6.delegation import Subnets
from ipv6course.network.dhcpv6.exchange import PARAMETERS, Exchange, Parameters, RateLimit
from ipv6course.network.interface import Interface, InterfaceAddress
from ipv6course.network.timers import Timer
from ipv6course.network.wire import MalformedError, dhcpv6, ipv6
from ipv6course.network.wire.dhcpv6 import (
    ADVERTISE,
    CLIENT_PORT,
    CONFIRM,
    DECLINE,
    INFORMATION_REQUEST,
    REBIND,
    RELEASE,
    RENEW,
    REPLY,
    REQUEST,
    SERVER_PORT,
    SOLICIT,
    IaAddress,
    IaNa,
    IaPd,
    IaPrefix,
    Message,
    Option,
)

if TYPE_CHECKING:
    from ipv6course.network.node import Node
    from ipv6course.network.udp import Datagram, UdpSocket
    from ipv6course.network.wire.nd import RouterAdvertisement

REQUESTED = (dhcpv6.DnsServers.code, dhcpv6.DomainList.code, dhcpv6.NtpServer.code)
"""What a client asks for, where nothing else is said."""

_INFORMATION_REFRESH = 86400  # IRT_DEFAULT, RFC 9915 section 7.6
_SHORTEST_REFRESH = 600  # IRT_MINIMUM
_LONGEST_RT = range(60, 86401)  # what SOL_MAX_RT and INF_MAX_RT may be, sections 21.24 and 21.25
_MOST_PREFERRED = 255  # section 18.2.1: a server that need not be compared with others

# The options that are the protocol's own; all others are information for the node.
_PROTOCOL = frozenset({*range(1, 21), IaPd.code, IaPrefix.code, 32, 82, 83})

Key = tuple[bytes, int]
"""An address with 128, or a prefix with its length."""


@dataclass(slots=True)
class Lease:
    """An address or a prefix that a server gave. Times are virtual; `math.inf` is forever."""

    value: bytes
    length: int
    preferred_until: float
    valid_until: float

    @property
    def network(self) -> netaddr.IPNetwork:
        """The prefix (an address: with 128 bits), as netaddr's value."""
        return netaddr.IPNetwork((int.from_bytes(self.value, "big"), self.length), version=6)


@dataclass(slots=True, eq=False)
class Association:
    """An identity association, RFC 9915 section 12."""

    kind: type[IaNa] | type[IaPd]
    iaid: int
    hint: int = 0
    """The length of prefix that the client would like; 0: any."""
    leases: dict[Key, Lease] = field(default_factory=dict)
    offered: tuple[Key, ...] = ()
    """What the chosen server advertised."""
    declined: tuple[Key, ...] = ()
    t1: float = math.inf
    """When to renew."""
    t2: float = math.inf
    """When to rebind."""

    def option(self, keys: tuple[Key, ...]) -> IaNa | IaPd:
        """Return the option for a message; a client sends zeros for all times, section 21.4."""
        inside: list[Option] = []
        for value, length in keys:
            inside.append(IaAddress(value) if self.kind is IaNa else IaPrefix(value, length))
        if self.kind is IaPd and not inside and self.hint:
            inside.append(IaPrefix(bytes(16), self.hint))  # section 18.2.4: a length, no prefix
        return self.kind(self.iaid, options=tuple(inside))


def _seconds(number: int) -> float:
    return math.inf if number == dhcpv6.INFINITY else number


class Dialogue:
    """What a client and its server say on one interface."""

    def __init__(
        self,
        client: Dhcpv6Client,
        interface: Interface,
        associations: list[Association],
        *,
        rapid_commit: bool = False,
        requested: tuple[int, ...] = REQUESTED,
    ) -> None:
        self.client = client
        self.node = client.node
        self.interface = interface
        self.associations = associations
        """What it asks for; none: information only."""
        self.rapid_commit = rapid_commit
        self.requested = requested
        self.server: bytes | None = None
        """The DUID of the server that it talks with."""
        self.exchange: Exchange | None = None
        """What is under way; None: it waits for T1, or for nothing."""
        self.options: tuple[Option, ...] = ()
        """The information of the last Reply: all options that are not the protocol's own."""
        self.is_waiting = False
        """Whether it begins as soon as the interface has a link-local address."""
        self.solicit_max_rt = PARAMETERS[SOLICIT].mrt
        self.inform_max_rt = PARAMETERS[INFORMATION_REQUEST].mrt
        self._advertised: list[Message] = []
        self._limits_said: dict[int, dict[bytes, int]] = {}
        self._released: list[Association] = []
        self._timers: list[Timer] = []
        self._limit = client.limits.setdefault(interface.name, RateLimit())

    # --- What it knows ----------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """What it is doing, in one word of RFC 9915, such as "Solicit" or "bound"."""
        if self.exchange is not None:
            return dhcpv6.MESSAGE_NAMES[self.exchange.message]
        if any(association.leases for association in self.associations):
            return "bound"
        return "informed" if self.server else "idle"

    @property
    def addresses(self) -> list[netaddr.IPAddress]:
        """The addresses that it got."""
        return [lease.network.ip for lease in self.leases(IaNa)]

    @property
    def prefixes(self) -> list[netaddr.IPNetwork]:
        """The prefixes that were delegated to it."""
        return [lease.network for lease in self.leases(IaPd)]

    @property
    def dns_servers(self) -> list[netaddr.IPAddress]:
        """The recursive DNS servers, RFC 3646."""
        found = dhcpv6.first(self.options, dhcpv6.DnsServers)
        return [_netaddr(address) for address in found.addresses] if found else []

    @property
    def search_list(self) -> list[str]:
        """The domain search list, RFC 3646."""
        found = dhcpv6.first(self.options, dhcpv6.DomainList)
        return list(found.names) if found else []

    @property
    def ntp_servers(self) -> list[netaddr.IPAddress]:
        """The time servers, RFC 5908."""
        found = [option for option in self.options if isinstance(option, dhcpv6.NtpServer)]
        return [_netaddr(address) for option in found for address in option.addresses]

    def leases(self, kind: type[IaNa] | type[IaPd]) -> list[Lease]:
        """Return the leases of one kind."""
        return [
            lease
            for association in self.associations
            if association.kind is kind
            for lease in association.leases.values()
        ]

    # --- Beginning and ending ---------------------------------------------------------------------

    def begin(self) -> None:
        """Look for a server, or ask for information, once there is a link-local address."""
        self.is_waiting = self.interface.link_local is None  # it sends from there, section 17.1
        if self.is_waiting:
            return
        if self.associations:
            self._solicit()
        else:
            self._inform()

    def release(self) -> None:
        """Give everything back, section 18.2.7: first stop using it, then tell the server."""
        self._cancel()
        self.options = ()
        given_up = [
            replace(association, leases=dict(association.leases))
            for association in self.associations
            if association.leases
        ]
        for association in self.associations:
            self._discard(association, tuple(association.leases))
        self.client.changed(self)
        if given_up and self.server is not None:
            self._released = given_up
            self._start(RELEASE, self._finished)

    def link_lost(self) -> None:
        """Be silent while the interface is off; leases and what was under way are kept in mind."""
        self._cancel()
        self.is_waiting = False
        self._watch_leases()

    def stop(self) -> None:
        """Forget everything without a word, as where the power fails."""
        self._cancel()
        for association in self.associations:
            self._discard(association, tuple(association.leases))

    def link_changed(self) -> None:
        """Ask whether what it has is still right, for the link may be another, section 18.2.12.

        What it has is tested and used again meanwhile. Where nobody answers it stays so.
        """
        self.is_waiting = self.interface.link_local is None
        if self.is_waiting:
            return
        for lease in self.leases(IaNa):
            self._use(lease)
        if self.leases(IaPd):
            parameters = PARAMETERS[CONFIRM]  # a Rebind, but as a Confirm is sent
            self._start(REBIND, self._finished, parameters)
        elif self.leases(IaNa):
            self._start(CONFIRM, self._finished)
        else:
            self.begin()

    def _finished(self) -> None:
        """End an exchange; leases stay as long as they are valid."""
        asked = self.exchange.message if self.exchange is not None else None
        if asked == RELEASE:
            self.server = None
        for association in self.associations:
            association.declined = ()
        self._schedule()
        if asked == DECLINE and not self._held():
            self._solicit()  # another address, please

    # --- Exchanges --------------------------------------------------------------------------------

    def _start(
        self,
        message: int,
        failed: Callable[[], None],
        parameters: Parameters | None = None,
        *,
        first_ended: Callable[[], bool] = lambda: False,
    ) -> None:
        self._cancel()
        self._watch_leases()
        self.exchange = exchange = Exchange(
            self.node,
            message,
            parameters or PARAMETERS[message],
            self._limit,
            lambda elapsed: self._send(exchange, elapsed),
            failed,
            first_ended,
        )
        exchange.begin()

    def _cancel(self) -> None:
        if self.exchange is not None:
            self.exchange.stop()
            self.exchange = None
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def _at(self, when: float, action: Callable[[], None]) -> None:
        if not math.isinf(when):
            self._timers.append(self.node.timers.at(when, action))

    def _solicit(self) -> None:
        self.server = None
        self._advertised = []
        self._limits_said = {}
        for association in self.associations:
            association.offered = ()
        parameters = replace(PARAMETERS[SOLICIT], mrt=self.solicit_max_rt)
        self._start(SOLICIT, self._solicit, parameters, first_ended=self._choose)

    def _request(self) -> None:
        self._start(REQUEST, self._request_failed)

    def _request_failed(self) -> None:
        if not self._choose():  # another one that advertised; none: look again
            self._solicit()

    def _renew(self) -> None:
        ends = min(association.t2 for association in self._held())
        parameters = replace(PARAMETERS[RENEW], mrd=0 if math.isinf(ends) else ends - self.node.now)
        self._start(RENEW, self._rebind, parameters)

    def _rebind(self) -> None:
        ends = max(lease.valid_until for lease in (*self.leases(IaNa), *self.leases(IaPd)))
        left = 0 if math.isinf(ends) else ends - self.node.now
        self._start(REBIND, self._solicit, replace(PARAMETERS[REBIND], mrd=left))

    def _inform(self) -> None:
        parameters = replace(PARAMETERS[INFORMATION_REQUEST], mrt=self.inform_max_rt)
        self._start(INFORMATION_REQUEST, self._inform, parameters)

    def _decline(self) -> None:
        self._start(DECLINE, self._finished)

    def _send(self, exchange: Exchange, elapsed: int) -> None:
        options = [dhcpv6.ClientIdentifier(self.client.duid)]
        built: list[Option] = [*options]
        if exchange.message in _TO_ONE_SERVER and self.server is not None:
            built.append(dhcpv6.ServerIdentifier(self.server))
        built.extend(self._associations(exchange.message))
        if exchange.message in _WITH_REQUESTS:
            built.append(dhcpv6.OptionRequest(self._codes(exchange.message)))
        built.append(dhcpv6.ElapsedTime(elapsed))
        if exchange.message == SOLICIT and self.rapid_commit:
            built.append(dhcpv6.RapidCommit())
        self.client.send(
            self.interface, Message(exchange.message, exchange.transaction, tuple(built))
        )

    def _associations(self, message: int) -> list[Option]:
        """Return the associations that a message has, sections 18.2.1 to 18.2.8."""
        if message == RELEASE:
            return [one.option(tuple(one.leases)) for one in self._released]
        if message == INFORMATION_REQUEST:
            return []
        found: list[Option] = []
        for one in self.associations:
            keys = {
                SOLICIT: (),
                REQUEST: one.offered or tuple(one.leases),
                DECLINE: one.declined,
            }.get(message, tuple(one.leases))
            if keys or message in (SOLICIT, REQUEST, RENEW, REBIND):
                found.append(one.option(keys))
        return found

    def _codes(self, message: int) -> tuple[int, ...]:
        # Sections 18.2.1 and 18.2.6 say what must be asked for.
        extra: tuple[int, ...] = (dhcpv6.SolMaxRt.code,)
        if message == INFORMATION_REQUEST:
            extra = (dhcpv6.InformationRefreshTime.code, dhcpv6.InfMaxRt.code)
        return tuple(sorted({*self.requested, *extra}))

    # --- Answers ----------------------------------------------------------------------------------

    def receive(self, message: Message) -> None:
        """Take a message from a server; what is not valid is dropped, section 16."""
        exchange = self.exchange
        if exchange is None or message.transaction != exchange.transaction or not exchange.sent:
            return
        client = message.get(dhcpv6.ClientIdentifier)
        if message.get(dhcpv6.ServerIdentifier) is None:
            return
        if client is None or client.data != self.client.duid:
            return
        answer = self._ANSWERS.get((exchange.message, message.type))
        if answer is not None:
            self._take_limits(message)
            answer(self, message)

    def _take_limits(self, message: Message) -> None:
        """Take the options that say how seldom to ask, sections 21.24 and 21.25.

        Servers that advertise different values cancel each other out, section 18.2.9.
        """
        solicit, inform = message.get(dhcpv6.SolMaxRt), message.get(dhcpv6.InfMaxRt)
        exchange = self.exchange
        if solicit is not None and solicit.value in _LONGEST_RT:
            default = PARAMETERS[SOLICIT].mrt
            self.solicit_max_rt = self._agreed(message, SOLICIT, solicit.value, default)
            if exchange is not None and exchange.message == SOLICIT:
                exchange.parameters = replace(exchange.parameters, mrt=self.solicit_max_rt)
        if inform is not None and inform.value in _LONGEST_RT:
            default = PARAMETERS[INFORMATION_REQUEST].mrt
            self.inform_max_rt = self._agreed(message, INFORMATION_REQUEST, inform.value, default)

    def _agreed(self, message: Message, asked: int, value: int, default: float) -> float:
        if message.type != ADVERTISE:
            return value
        server = message.get(dhcpv6.ServerIdentifier)
        assert server is not None
        said = self._limits_said.setdefault(asked, {})
        said[server.data] = value
        return value if len(set(said.values())) == 1 else default

    def _take_advertise(self, message: Message) -> None:
        if not _has_leases(message):
            return  # section 18.2.9: as if it had not come
        self._advertised.append(message)
        exchange = self.exchange
        assert exchange is not None
        if exchange.sent > 1 or _preference(message) == _MOST_PREFERRED:
            self._choose()

    def _choose(self) -> bool:
        """Take the best of the servers that advertised, section 18.2.9; False: there is none."""
        if not self._advertised:
            return False
        best = max(self._advertised, key=lambda found: (_preference(found), _offers(found)))
        self._advertised.remove(best)
        server = best.get(dhcpv6.ServerIdentifier)
        assert server is not None
        self.server = server.data
        for association in self.associations:
            found = _find(best, association)
            association.offered = tuple(_keys(found)) if found is not None else ()
        self._request()
        return True

    def _take_commit(self, message: Message) -> None:
        if message.get(dhcpv6.RapidCommit) is not None and self.rapid_commit:
            self._take_leases(message)

    def _take_leases(self, message: Message) -> None:
        """Take the Reply to a Solicit, a Request, a Renew or a Rebind, section 18.2.10.1."""
        assert self.exchange is not None
        asked = self.exchange.message
        status = message.get(dhcpv6.StatusCode)
        if status is not None and status.status == dhcpv6.UNSPECIFIED_FAILURE:
            return  # it is sent again, as long and as often as its type allows
        server = message.get(dhcpv6.ServerIdentifier)
        assert server is not None
        self.server = server.data
        found = [_find(message, association) for association in self.associations]
        statuses = {option.status for option in found if option is not None}
        if status is not None:
            statuses.add(status.status)
        if dhcpv6.NOT_ON_LINK in statuses and asked in (SOLICIT, REQUEST):
            self._solicit()
            return
        for association, option in zip(self.associations, found, strict=True):
            if option is not None:
                self._update(association, option)
        self._take_information(message)
        if dhcpv6.NO_BINDING in statuses and asked in (RENEW, REBIND):
            self._request()  # the server forgot something: ask for all of it
        elif any(association.leases for association in self.associations):
            self._finished()
        elif asked == REQUEST:
            self._request_failed()
        else:
            self._solicit()

    def _update(self, association: Association, option: IaNa | IaPd) -> None:
        now = self.node.now
        if option.t1 > option.t2 > 0:
            return  # section 21.4: as if it were not there
        gone: list[Key] = []
        for inside in (*_addresses(option), *_prefixes(option)):
            key, preferred, valid = inside
            if preferred > valid:
                continue  # section 21.6
            if not valid:
                gone.append(key)
                continue
            lease = Lease(*key, now + _seconds(preferred), now + _seconds(valid))
            association.leases[key] = lease
            if association.kind is IaNa:
                self._use(lease)
        self._discard(association, tuple(gone))
        self._set_times(association, option.t1, option.t2)

    def _set_times(self, association: Association, t1: int, t2: int) -> None:
        """Say when to renew and rebind; 0 leaves it to the client, section 14.2."""
        now = self.node.now
        preferred = [lease.preferred_until - now for lease in association.leases.values()]
        shortest = min(preferred, default=math.inf)
        association.t1 = now + (_seconds(t1) if t1 else 0.5 * shortest)
        association.t2 = max(association.t1, now + (_seconds(t2) if t2 else 0.8 * shortest))

    def _take_information(self, message: Message) -> None:
        # What is not in it any more is not true any more, section 18.2.10.5.
        self.options = tuple(
            option for option in message.options if dhcpv6.code_of(option) not in _PROTOCOL
        )
        self.client.changed(self)

    def _take_confirmation(self, message: Message) -> None:
        status = message.get(dhcpv6.StatusCode)
        if status is not None and status.status == dhcpv6.NOT_ON_LINK:
            for association in self.associations:
                self._discard(association, tuple(association.leases))
            self.client.changed(self)
            self._solicit()
        else:
            self._finished_exchange()

    def _take_settled(self, message: Message) -> None:
        """Take the Reply to a Release or a Decline: it is done, whatever it says."""
        self._finished_exchange()

    def _finished_exchange(self) -> None:
        assert self.exchange is not None
        self.exchange.stop()
        self._finished()

    def _take_answer(self, message: Message) -> None:
        """Take the Reply to an Information-request, and ask again later, section 21.23."""
        server = message.get(dhcpv6.ServerIdentifier)
        assert server is not None
        self.server = server.data
        refresh = message.get(dhcpv6.InformationRefreshTime)
        self._cancel()
        self._take_information(message)
        seconds = _seconds(refresh.value) if refresh else _INFORMATION_REFRESH
        self._at(self.node.now + max(seconds, _SHORTEST_REFRESH), self._inform)

    _ANSWERS: ClassVar[dict[tuple[int, int], Callable[[Dialogue, Message], None]]] = {
        (SOLICIT, ADVERTISE): _take_advertise,
        (SOLICIT, REPLY): _take_commit,
        (REQUEST, REPLY): _take_leases,
        (RENEW, REPLY): _take_leases,
        (REBIND, REPLY): _take_leases,
        (CONFIRM, REPLY): _take_confirmation,
        (RELEASE, REPLY): _take_settled,
        (DECLINE, REPLY): _take_settled,
        (INFORMATION_REQUEST, REPLY): _take_answer,
    }

    # --- Leases -----------------------------------------------------------------------------------

    def _held(self) -> list[Association]:
        return [association for association in self.associations if association.leases]

    def _schedule(self) -> None:
        """Set the timers of the earliest T1, T2 and end of a lease, section 18.2.4."""
        self._cancel()
        held = self._held()
        if not held:
            return
        renew = min(association.t1 for association in held)
        rebind = min(association.t2 for association in held)
        now = self.node.now
        if rebind <= now:
            self._at(now, self._rebind)
        else:
            self._at(max(renew, now), self._renew)
        self._watch_leases()

    def _watch_leases(self) -> None:
        ends = [lease.valid_until for lease in (*self.leases(IaNa), *self.leases(IaPd))]
        self._at(min(ends, default=math.inf), self._expire)

    def _expire(self) -> None:
        """Give up what is not valid any more; where nothing is left, look for a server."""
        now = self.node.now
        for association in self.associations:
            ended = tuple(key for key, one in association.leases.items() if one.valid_until <= now)
            self._discard(association, ended)
        self.client.changed(self)
        if not self._held():
            self._solicit()
        else:
            self._watch_leases()

    def _use(self, lease: Lease) -> None:
        """Give the interface an address, or new lifetimes; a new one is tested first (DAD)."""
        # 128: a lease says nothing of what is on the link, section 18.2.10.1.
        self.node.configuration.add(
            self.interface,
            InterfaceAddress(
                lease.value,
                128,
                origin="dhcpv6",
                preferred_until=lease.preferred_until,
                valid_until=lease.valid_until,
            ),
        )

    def _discard(self, association: Association, keys: tuple[Key, ...]) -> None:
        for key in keys:
            association.leases.pop(key, None)
            if association.kind is IaNa:
                self.node.configuration.remove(self.interface, key[0])

    def decline(self, address: bytes) -> None:
        """Decline an address that another node has, section 18.2.8."""
        for association in self.associations:
            key = (address, 128)
            if association.kind is IaNa and key in association.leases:
                self._discard(association, (key,))
                association.declined = (*association.declined, key)
                self._decline()


# Appendix B of RFC 9915: which messages have which options.
_TO_ONE_SERVER = frozenset({REQUEST, RENEW, RELEASE, DECLINE})
_WITH_REQUESTS = frozenset({SOLICIT, REQUEST, RENEW, REBIND, INFORMATION_REQUEST})


def _netaddr(address: bytes) -> netaddr.IPAddress:
    return netaddr.IPAddress(int.from_bytes(address, "big"), 6)


def _preference(message: Message) -> int:
    found = message.get(dhcpv6.Preference)
    return found.value if found else 0


def _find(message: Message, association: Association) -> IaNa | IaPd | None:
    for option in message.options:
        if isinstance(option, association.kind) and option.iaid == association.iaid:
            return option
    return None


def _addresses(option: IaNa | IaPd) -> list[tuple[Key, int, int]]:
    if not isinstance(option, IaNa):
        return []
    return [((one.address, 128), one.preferred, one.valid) for one in option.addresses]


def _prefixes(option: IaNa | IaPd) -> list[tuple[Key, int, int]]:
    if not isinstance(option, IaPd):
        return []
    return [((one.prefix, one.length), one.preferred, one.valid) for one in option.prefixes]


def _keys(option: IaNa | IaPd) -> list[Key]:
    return [key for key, _, valid in (*_addresses(option), *_prefixes(option)) if valid]


def _offers(message: Message) -> int:
    """Return in how many associations a server offers something."""
    return sum(bool(_keys(one)) for one in message.options if isinstance(one, IaNa | IaPd))


def _has_leases(message: Message) -> bool:
    return _offers(message) > 0


class Dhcpv6Client:
    """The DHCPv6 client of one node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.dialogues: dict[str, Dialogue] = {}
        """By the interface's name."""
        self.limits: dict[str, RateLimit] = {}
        self.on_change: list[Callable[[Dialogue], None]] = []
        """Who is told that leases or information changed."""
        self.subnets: list[Subnets] = []
        """What becomes of delegated prefixes."""
        node.configuration.on_assigned.append(self._hear_assigned)
        node.configuration.on_duplicate.append(self._hear_duplicate)
        node.discovery.on_advertisement.append(self.follow)
        self.follows_advertisements = not node.is_router
        """Whether the flags M and O of a router advertisement start it, RFC 4861 section 4.2."""
        self._socket: UdpSocket | None = None

    @property
    def duid(self) -> bytes:
        """The node's DUID: one for all its interfaces, RFC 9915 section 11."""
        return duid.of(self.node)

    @property
    def dns_servers(self) -> list[netaddr.IPAddress]:
        """The DNS servers of all interfaces."""
        return [server for one in self.dialogues.values() for server in one.dns_servers]

    @property
    def search_list(self) -> list[str]:
        """The domain search lists of all interfaces."""
        return [name for one in self.dialogues.values() for name in one.search_list]

    def name_servers(self) -> list[tuple[bytes, Interface | None]]:
        """Return the DNS servers as the resolver wants them: with the link, where it needs one."""
        return [
            (server.packed, one.interface if ipv6.is_link_local(server.packed) else None)
            for one in self.dialogues.values()
            for server in one.dns_servers
        ]

    def start(
        self,
        interface: Interface | str,
        *,
        addresses: bool = True,
        prefixes: bool = False,
        prefix_length: int = 0,
        downstream: list[str] | None = None,
        rapid_commit: bool = False,
        requested: tuple[int, ...] = REQUESTED,
    ) -> Dialogue:
        """Ask for addresses, prefixes and information on an interface.

        Args:
            interface: Where; its name will do.
            addresses: Whether to ask for an address (IA_NA).
            prefixes: Whether to ask for a prefix (IA_PD).
            prefix_length: The length of prefix that it would like; 0: any.
            downstream: The names of the interfaces that get subnets of the prefix, first to last.
            rapid_commit: Whether two messages will do, RFC 9915 section 21.14.
            requested: The codes of the options to ask for.

        Returns:
            What goes on there; it fills as time passes.

        Raises:
            ValueError: There is no such interface, or the length is not from 0 to 128.
        """
        if not 0 <= prefix_length <= 128:
            raise ValueError(f"a prefix of {prefix_length} bits; an address has 128")
        found = self._interface(interface)
        iaid = found.index  # the same at each start, section 12
        wanted = [Association(IaNa, iaid)] if addresses else []
        if downstream:
            self.divide(found, downstream)
        if prefixes or prefix_length:
            wanted.append(Association(IaPd, iaid, prefix_length))
        return self._begin(
            Dialogue(self, found, wanted, rapid_commit=rapid_commit, requested=requested)
        )

    def divide(self, upstream: Interface, downstream: list[str]) -> Subnets:
        """Make subnets of what is delegated on an interface, one for each of some others."""
        subnets = Subnets(self.node, upstream, [self.node.interface(name) for name in downstream])
        for before in [one for one in self.subnets if one.upstream is upstream]:
            self.subnets.remove(before)
            self.on_change.remove(before.follow)
            before.close()
            subnets.invalidated |= before.invalidated
        subnets.on_change.append(self.node.subnet_changed)
        self.subnets.append(subnets)
        self.on_change.append(subnets.follow)
        return subnets

    def inform(
        self, interface: Interface | str, *, requested: tuple[int, ...] = REQUESTED
    ) -> Dialogue:
        """Ask for information only: stateless DHCPv6, RFC 9915 section 6.1."""
        return self._begin(Dialogue(self, self._interface(interface), [], requested=requested))

    def release(self, interface: Interface | str) -> None:
        """Give back what an interface got."""
        found = self.dialogues.get(self._interface(interface).name)
        if found is not None:
            with self.node.asked():
                found.release()

    def stop(self, interface: Interface | str) -> None:
        """End what goes on on an interface, without a word to the server."""
        found = self.dialogues.pop(self._interface(interface).name, None)
        if found is not None:
            found.stop()
            self.changed(found)

    def follow(
        self, interface: Interface, advertisement: RouterAdvertisement, _router: bytes
    ) -> None:
        """Do what a router advertisement's flags ask for.

        M: addresses by DHCPv6. O without M: information only. RFC 4861 section 4.2.
        """
        if not (self.follows_advertisements and self.node.discovery.listens(interface)):
            return
        known = self.dialogues.get(interface.name)
        if advertisement.managed and (known is None or not known.associations):
            self.start(interface)
        elif advertisement.other and known is None:
            self.inform(interface)

    def hear_link(self, interface: Interface, is_up: bool) -> None:
        """Take the news that an interface was switched off or on, RFC 9915 section 18.2.12."""
        dialogue = self.dialogues.get(interface.name)
        if dialogue is not None and is_up:
            dialogue.link_changed()
        elif dialogue is not None:
            dialogue.link_lost()

    def changed(self, dialogue: Dialogue) -> None:
        """Tell who wants to know."""
        for listener in self.on_change:
            listener(dialogue)

    def send(self, interface: Interface, message: Message) -> None:
        """Send a message to all relay agents and servers of a link, RFC 9915 section 14."""
        assert self._socket is not None
        self._socket.send(
            dhcpv6.push_message(message),
            dhcpv6.ALL_RELAY_AGENTS_AND_SERVERS,
            SERVER_PORT,
            source=interface.link_local,
            interface=interface,
        )

    def _begin(self, dialogue: Dialogue) -> Dialogue:
        if self._socket is None:
            self._socket = self.node.udp.open(CLIENT_PORT, self._receive)
        self.stop(dialogue.interface)
        self.dialogues[dialogue.interface.name] = dialogue
        with self.node.asked():
            dialogue.begin()
        return dialogue

    def _hear_assigned(self, interface: Interface, address: InterfaceAddress) -> None:
        dialogue = self.dialogues.get(interface.name)
        if dialogue is not None and dialogue.is_waiting and address.origin == "link-local":
            dialogue.link_changed()

    def _hear_duplicate(self, interface: Interface, address: InterfaceAddress) -> None:
        dialogue = self.dialogues.get(interface.name)
        if dialogue is not None:
            dialogue.decline(address.address)

    def _interface(self, given: Interface | str) -> Interface:
        return self.node.interface(given) if isinstance(given, str) else given

    def _receive(self, datagram: Datagram) -> None:
        dialogue = self.dialogues.get(datagram.interface.name)
        if dialogue is None or datagram.destination[0] == 0xFF:
            return  # section 16: clients take no multicast
        try:
            message = dhcpv6.pull_message(datagram.data)
        except MalformedError:
            return
        if isinstance(message, Message):
            dialogue.receive(message)
