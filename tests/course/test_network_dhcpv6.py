"""DHCPv6 in the simulated network: what hosts, relay agents and delegating routers do."""

import itertools
import random

import netaddr
import pytest
from oracles import tshark

from ipv6course.network import Host, Network, Router, Switch, kea, scenario
from ipv6course.network.dhcpv6 import duid
from ipv6course.network.dhcpv6.delegation import Subnets
from ipv6course.network.dhcpv6.exchange import PARAMETERS, Exchange, Parameters, RateLimit
from ipv6course.network.interface import InterfaceAddress
from ipv6course.network.wire import MalformedError, dhcpv6, nd
from ipv6course.network.wire.dhcpv6 import (
    ClientIdentifier,
    IaAddress,
    IaNa,
    IaPd,
    IaPrefix,
    Message,
    UnknownOption,
)

ONE_LINK = """
{ "Dhcp6": {
  "interfaces-config": { "interfaces": [ "eth0" ] },
  "preferred-lifetime": 3000, "valid-lifetime": 4000, "renew-timer": 1000, "rebind-timer": 2000,
  "option-data": [
    { "name": "dns-servers", "data": "2001:db8::53" },
    { "name": "information-refresh-time", "data": "1200" },
    { "name": "solmax-rt", "data": "100" }
  ],
  "subnet6": [ {
    "subnet": "2001:db8:1::/64", "interface": "eth0",
    "pools": [ { "pool": "2001:db8:1::/80" } ],
    "pd-pools": [ { "prefix": "2001:db8:8000::", "prefix-len": 40, "delegated-len": 56 } ]
  } ]
} }
"""
ONE_ADDRESS = ONE_LINK.replace('"2001:db8:1::/80"', '"2001:db8:1::7 - 2001:db8:1::7"')


def address(text):
    return netaddr.IPAddress(text).packed


def give(node, interface, text):
    """Configure an address that is certain at once."""
    there = node.interface(interface)
    network = netaddr.IPNetwork(text)
    node.configuration.add(there, InterfaceAddress(network.ip.packed, network.prefixlen))


def one_link(text=ONE_LINK, clients=1, seed=1):
    """A server and clients on a switch; the server is ready."""
    network = Network(seed=seed)
    server, switch = network.add(Router("server")), network.add(Switch("s"))
    network.connect(server, switch)
    hosts = [network.add(Host(f"h{number}")) for number in range(clients)]
    for host in hosts:
        network.connect(host, switch)
    server.configure(kea=text)
    capture = network.capture(server)
    network.run(4)
    capture.clear()
    return network, server, hosts, capture


def said(capture):
    """Return time, sender and message of each DHCPv6 datagram."""
    found = []
    for frame in capture:
        data = frame.data
        if data[20] == 17 and int.from_bytes(data[56:58], "big") in (546, 547):
            found.append((frame.time, frame.sender.device.name, dhcpv6.pull_message(data[62:])))
    return found


def names(capture):
    return [message.name for _, _, message in said(capture)]


# --- On the wire ----------------------------------------------------------------------------------

DUID = duid.link_layer(bytes.fromhex("00005e0053fd"))
A = address("2001:db8::a")
EVERY_OPTION = (
    ClientIdentifier(DUID),
    dhcpv6.ServerIdentifier(duid.link_layer_time(bytes.fromhex("00005e005302"), 7)),
    IaNa(1, 10, 20, (IaAddress(A, 30, 40, (dhcpv6.StatusCode(0, "fine"),)),)),
    IaPd(2, 10, 20, (IaPrefix(address("2001:db8:8::"), 56, 30, 40),)),
    IaPd(3, 0, 0, (dhcpv6.StatusCode(6, "nothing left"),)),
    dhcpv6.OptionRequest((23, 24, 82)),
    dhcpv6.Preference(255),
    dhcpv6.ElapsedTime(0xFFFF),
    dhcpv6.Authentication(3, 1, 0, 7, bytes(17)),
    dhcpv6.StatusCode(1, "why"),
    dhcpv6.RapidCommit(),
    dhcpv6.UserClass((b"one", b"two")),
    dhcpv6.VendorClass(32473, (b"model",)),
    dhcpv6.VendorOptions(32473, (UnknownOption(1, b"x"),)),
    dhcpv6.ReconfigureAccept(),
    dhcpv6.DnsServers((A, address("2001:db8::b"))),
    dhcpv6.DomainList(("example.com", "a.example.org")),
    dhcpv6.SntpServers((A,)),
    dhcpv6.InformationRefreshTime(1200),
    dhcpv6.ClientFqdn("host.example.com", 1),
    dhcpv6.ClientFqdn("host", 0, is_partial=True),
    dhcpv6.NtpServer.at(A),
    dhcpv6.SolMaxRt(100),
    dhcpv6.InfMaxRt(100),
    UnknownOption(65000, b"who knows"),
)


def framed(message, source_port=546, port=547):
    """Return a frame that carries a message."""
    from ipv6course.network.wire import ethernet, ipv6
    from ipv6course.network.wire.udp import push_udp

    source, group = address("fe80::1"), dhcpv6.ALL_RELAY_AGENTS_AND_SERVERS
    udp = push_udp(source, group, source_port, port, dhcpv6.push_message(message))
    packet = ipv6.push_packet(ipv6.UDP, udp, source=source, destination=group, hop_limit=1)
    mac = bytes.fromhex("00005e005301")
    return ethernet.push_frame(ethernet.multicast_mac(group), mac, ethernet.IPV6, packet)


def test_every_option_is_read_as_it_was_written():
    message = Message(dhcpv6.REPLY, 0x123456, EVERY_OPTION)

    assert dhcpv6.pull_message(dhcpv6.push_message(message)) == message


def test_tshark_reads_every_option_and_finds_nothing_wrong():
    relayed = dhcpv6.push_message(Message(dhcpv6.SOLICIT, 1, EVERY_OPTION[:1]))
    relay = dhcpv6.RelayMessage(
        dhcpv6.RELAY_FORWARD,
        0,
        A,
        address("fe80::2"),
        (
            dhcpv6.InterfaceId(b"eth1"),
            dhcpv6.RelayedMessage(relayed),
            dhcpv6.ClientLinkLayerAddress(bytes.fromhex("00005e005301")),
        ),
    )
    # One option a message, so that one that is wrong is named; elapsed time beside it.
    frames = [framed(Message(dhcpv6.SOLICIT, 1, (option,))) for option in EVERY_OPTION]
    frames.append(framed(relay))
    pcap = tshark.pcap(frames)

    assert tshark.marks(pcap) == []
    read = tshark.fields(
        pcap, ["dhcpv6.option.type", "dhcpv6.iaaddr.ip", "dhcpv6.iaprefix.pref_len"]
    )
    assert [int(row["dhcpv6.option.type"][0]) for row in read[:-1]] == [
        dhcpv6.code_of(option) for option in EVERY_OPTION
    ]
    assert read[2]["dhcpv6.iaaddr.ip"] == ["2001:db8::a"]
    assert read[3]["dhcpv6.iaprefix.pref_len"] == ["56"]


def test_scapy_reads_the_same_addresses_and_prefixes():
    from scapy.layers import dhcp6

    data = dhcpv6.push_message(Message(dhcpv6.REPLY, 0x123456, EVERY_OPTION[:6]))
    read = dhcp6.DHCP6_Reply(data)

    assert (read.msgtype, read.trid) == (7, 0x123456)
    assert read[dhcp6.DHCP6OptIAAddress].addr == "2001:db8::a"
    assert (read[dhcp6.DHCP6OptIAPrefix].prefix, read[dhcp6.DHCP6OptIAPrefix].plen) == (
        "2001:db8:8::",
        56,
    )
    assert bytes(read) == data


def test_hostile_bytes_are_malformed_and_nothing_else():
    good = dhcpv6.push_message(Message(dhcpv6.REPLY, 1, EVERY_OPTION))
    chance = random.Random(7)
    for _ in range(3000):
        bad = bytearray(good[: chance.randrange(len(good) + 1)])
        for _ in range(chance.randrange(4)):
            if bad:
                bad[chance.randrange(len(bad))] = chance.randrange(256)
        try:
            read = dhcpv6.pull_message(bytes(bad))
        except MalformedError:
            continue
        assert dhcpv6.push_message(read) == bytes(bad)


def test_deep_nesting_is_kept_and_not_followed():
    inner = b""
    for _ in range(4000):
        inner = b"\x00\x03" + (12 + len(inner)).to_bytes(2, "big") + bytes(12) + inner
    message = dhcpv6.pull_message(b"\x01\0\0\1" + inner)

    assert isinstance(message.get(IaNa).options[0], UnknownOption)
    assert dhcpv6.push_message(message) == b"\x01\0\0\1" + inner


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("0001 0002 0003", "DUID"),
        ("0003 000b 0000000100000000000000", "needs 12"),
        ("0017 000f 20010db800000000000000000000", "15"),
        ("0018 0003 046162", "cut off"),
        ("0018 0002 c000", "compresses no name"),
        ("000d 0001 00", "needs 2"),
    ],
)
def test_a_wrong_option_is_refused_with_the_reason(body, what):
    data = bytes.fromhex("07000001" + body.replace(" ", ""))
    with pytest.raises(MalformedError, match=what if what != "15" else "octets"):
        dhcpv6.pull_message(data)


# --- Retransmission, RFC 9915 section 15 ----------------------------------------------------------


def schedule(message, parameters, seconds, seed=0):
    """Return when a message is sent, in a network where nobody answers."""
    network = Network(seed=seed)
    host = network.add(Host("h"))
    sent, failed = [], []
    network.run(0)
    exchange = Exchange(
        host,
        message,
        parameters,
        RateLimit(),
        lambda elapsed: sent.append((network.now, elapsed)),
        lambda: failed.append(network.now),
    )
    with host.asked():
        exchange.begin()
    network.run(seconds)
    return sent, failed


@pytest.mark.parametrize("message", PARAMETERS)
def test_each_message_is_sent_again_as_its_parameters_say(message):
    parameters = PARAMETERS[message]
    sent, failed = schedule(message, parameters, 40_000, seed=message)
    waits = [later[0] - earlier[0] for earlier, later in itertools.pairwise(sent)]

    assert sent[0][0] <= parameters.delay
    assert 0.9 * parameters.irt <= waits[0] <= 1.1 * parameters.irt
    if message == dhcpv6.SOLICIT:
        assert waits[0] > parameters.irt  # section 18.2.1
    for before, wait in itertools.pairwise(waits):
        doubled = 1.9 * before <= wait <= 2.1 * before
        assert doubled or 0.9 * parameters.mrt <= wait <= 1.1 * parameters.mrt
    if parameters.mrc:
        assert len(sent) == parameters.mrc
        assert len(failed) == 1
    if parameters.mrd:
        assert failed == [pytest.approx(sent[0][0] + parameters.mrd)]
    first = sent[0][0]
    assert all(elapsed == min(round((when - first) * 100), 0xFFFF) for when, elapsed in sent)


def test_a_client_sends_no_more_than_20_messages_in_20_seconds():
    sent, _ = schedule(dhcpv6.REQUEST, Parameters(0.001, 0.001), 21)

    assert len(sent) <= 41
    assert all(
        sum(when <= other < when + 1 for other, _ in sent) <= 2 for when, _ in sent if when > 1
    )


# --- Client and server on one link ----------------------------------------------------------------


def test_a_host_gets_an_address_by_four_messages():
    network, server, (host,), capture = one_link()
    dialogue = host.dhcpv6.start("eth0")
    network.run(4)

    assert names(capture) == ["Solicit", "Advertise", "Request", "Reply"]
    assert dialogue.state == "bound"
    (found,) = dialogue.addresses
    assert found in netaddr.IPNetwork("2001:db8:1::/80")
    there = host.interface("eth0").addresses[found.packed]
    assert (there.prefix_length, there.origin, there.is_assigned) == (128, "dhcpv6", True)
    assert dialogue.dns_servers == [netaddr.IPAddress("2001:db8::53")]
    assert [binding.duid for binding in server.dhcpv6_server.bindings] == [host.dhcpv6.duid]


def test_a_lease_is_no_sign_of_what_is_on_the_link():
    network, _, (host,), _ = one_link()
    host.dhcpv6.start("eth0")
    network.run(4)

    assert not [route for route in host.routes if route.length == 64 and route.prefix >> 125 == 1]


def test_the_client_renews_rebinds_expires_and_looks_for_a_server_again():
    network, server, (host,), capture = one_link()
    dialogue = host.dhcpv6.start("eth0")
    network.run(5)
    capture.clear()
    network.run(1000)
    assert names(capture) == ["Renew", "Reply"]
    server.dhcpv6_server.close()
    network.run(1000)
    assert dialogue.state == "Renew"
    network.run(1000)
    assert dialogue.state == "Rebind"
    assert dialogue.addresses
    network.run(2000)
    assert dialogue.state == "Solicit"
    assert dialogue.addresses == []
    assert not [one for one in host.interface("eth0").addresses.values() if one.origin == "dhcpv6"]
    server.dhcpv6_server.open()
    network.run(400)  # SOL_MAX_RT is 100 s by the server's option
    assert dialogue.state == "bound"


def test_a_server_limits_how_slowly_solicits_are_sent():
    network, _server, (host,), capture = one_link(
        ONE_LINK.replace('"pools"', '"user-context": {}, "pools"').replace(
            '[ { "pool": "2001:db8:1::/80" } ]', "[]"
        )
    )
    dialogue = host.dhcpv6.start("eth0")
    network.run(4000)

    assert dialogue.state == "Solicit"
    assert dialogue.solicit_max_rt == 100
    sent = [when for when, who, _ in said(capture) if who == "s"]
    assert 89 < sent[-1] - sent[-2] < 111
    advertise = next(message for _, who, message in said(capture) if who == "server")
    assert advertise.get(IaNa).status == dhcpv6.NO_ADDRESSES_AVAILABLE


def test_an_address_that_somebody_has_is_declined_and_not_given_again():
    network, server, (host, other), capture = one_link(
        ONE_LINK.replace('"2001:db8:1::/80"', '"2001:db8:1::7 - 2001:db8:1::8"'), clients=2
    )
    for taken in ("2001:db8:1::7",):
        give(other, "eth0", f"{taken}/64")
    network.run(3)
    found = None
    for _ in range(2):
        dialogue = host.dhcpv6.start("eth0")
        network.run(20)
        found = dialogue.addresses
    assert found == [netaddr.IPAddress("2001:db8:1::8")]
    if "Decline" in names(capture):  # the hash may have chosen ::8 at once
        assert server.dhcpv6_server.bindings.get((address("2001:db8:1::7"), 128)) is None


def test_the_last_address_is_declined_and_then_there_is_none():
    network, _, (host, other), capture = one_link(ONE_ADDRESS, clients=2)
    give(other, "eth0", "2001:db8:1::7/64")
    network.run(3)
    capture.clear()
    dialogue = host.dhcpv6.start("eth0")
    network.run(20)

    assert names(capture)[:6] == ["Solicit", "Advertise", "Request", "Reply", "Decline", "Reply"]
    assert dialogue.state == "Solicit"
    assert dialogue.addresses == []


def test_what_is_released_goes_to_the_next_client():
    network, _, (first, second), capture = one_link(ONE_ADDRESS, clients=2)
    one = first.dhcpv6.start("eth0")
    network.run(4)
    two = second.dhcpv6.start("eth0")
    network.run(10)
    assert (len(one.addresses), len(two.addresses)) == (1, 0)
    capture.clear()
    first.dhcpv6.release("eth0")
    assert one.addresses == []  # before the server knows, section 18.2.7
    network.run(200)

    assert names(capture)[:2] == ["Release", "Reply"]
    assert two.addresses == [netaddr.IPAddress("2001:db8:1::7")]


def test_a_server_that_forgot_a_lease_says_so_and_the_client_asks_anew():
    network, server, (host,), capture = one_link()
    host.dhcpv6.start("eth0")
    network.run(5)
    kept = server.dhcpv6_server.bindings
    for binding in list(kept):
        kept.remove(binding)
    capture.clear()
    network.run(1000)

    assert names(capture) == ["Renew", "Reply", "Request", "Reply"]


def test_confirm_says_whether_addresses_fit_the_link():
    network, server, (host,), capture = one_link()
    dialogue = host.dhcpv6.start("eth0")
    network.run(5)
    capture.clear()
    dialogue.link_changed()
    network.run(3)
    assert names(capture) == ["Confirm", "Reply"]
    assert dialogue.state == "bound"
    server.configure(kea=ONE_LINK.replace("2001:db8:1:", "2001:db8:2:"))
    dialogue.link_changed()
    network.run(5)
    assert dialogue.addresses[0] in netaddr.IPNetwork("2001:db8:2::/64")


def test_a_renumbered_server_ends_the_old_address_at_the_next_renewal():
    network, server, (host,), _ = one_link()
    dialogue = host.dhcpv6.start("eth0")
    network.run(5)
    server.configure(kea=ONE_LINK.replace("2001:db8:1:", "2001:db8:2:"))
    network.run(1100)

    (found,) = dialogue.addresses
    assert found in netaddr.IPNetwork("2001:db8:2::/64")


def test_the_server_with_the_higher_preference_is_chosen():
    network = Network(seed=3)
    switch = network.add(Switch("s"))
    for name, preference in (("low", 0), ("high", 200)):
        server = network.add(Router(name))
        network.connect(server, switch)
        preferred = f'{{ "name": "preference", "data": "{preference}", "always-send": true }},'
        server.configure(kea=ONE_LINK.replace('"option-data": [', '"option-data": [' + preferred))
    host = network.add(Host("h"))
    network.connect(host, switch)
    network.run(4)
    dialogue = host.dhcpv6.start("eth0")
    network.run(4)

    assert dialogue.server == duid.of(network["high"])


def test_a_preference_of_255_needs_no_waiting():
    preferred = '{ "name": "preference", "data": "255", "always-send": true },'
    network, _, (host,), capture = one_link(
        ONE_LINK.replace('"option-data": [', '"option-data": [' + preferred)
    )
    host.dhcpv6.start("eth0")
    network.run(4)

    times = [when for when, _, _ in said(capture)]
    assert times[2] - times[1] < 0.01


def test_rapid_commit_needs_two_messages():
    network, _, (host,), capture = one_link(
        ONE_LINK.replace('"interface": "eth0"', '"interface": "eth0", "rapid-commit": true')
    )
    dialogue = host.dhcpv6.start("eth0", rapid_commit=True)
    network.run(4)

    assert names(capture) == ["Solicit", "Reply"]
    assert dialogue.state == "bound"


def test_information_is_asked_for_again_when_its_time_is_over():
    network, server, (host,), capture = one_link()
    dialogue = host.dhcpv6.inform("eth0")
    network.run(3)
    server.configure(kea=ONE_LINK.replace("2001:db8::53", "2001:db8::54"))
    assert dialogue.dns_servers == [netaddr.IPAddress("2001:db8::53")]
    network.run(1200)

    assert names(capture) == ["Information-request", "Reply"] * 2
    assert dialogue.dns_servers == [netaddr.IPAddress("2001:db8::54")]
    assert dialogue.addresses == []


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"managed": True}, "Solicit"),
        ({"managed": True, "other": True}, "Solicit"),
        ({"other": True}, "Information-request"),
        ({}, None),
    ],
)
def test_the_flags_of_a_router_advertisement_start_the_client(flags, expected):
    network, _server, (host,), capture = one_link()
    advertisement = nd.RouterAdvertisement(64, **flags)
    for tell in host.discovery.on_advertisement:
        with host.asked():
            tell(host.interface("eth0"), advertisement, address("fe80::1"))
    network.run(3)

    assert names(capture)[:1] == ([expected] if expected else [])


def test_two_runs_are_the_same_byte_for_byte():
    runs = []
    for _ in range(2):
        network, _, hosts, capture = one_link(clients=3)
        for host in hosts:
            host.dhcpv6.start("eth0", prefixes=True)
        network.run(3000)
        runs.append([(frame.time, frame.data) for frame in capture])

    assert runs[0] == runs[1]


# --- What a server and a client drop, RFC 9915 section 16 -----------------------------------------


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (dhcpv6.SOLICIT, ()),
        (dhcpv6.SOLICIT, (ClientIdentifier(DUID), dhcpv6.ServerIdentifier(DUID))),
        (dhcpv6.REQUEST, (ClientIdentifier(DUID), IaNa(1))),
        (dhcpv6.REQUEST, (ClientIdentifier(DUID), dhcpv6.ServerIdentifier(DUID), IaNa(1))),
        (dhcpv6.CONFIRM, (ClientIdentifier(DUID), IaNa(1))),
        (dhcpv6.REBIND, (ClientIdentifier(DUID), dhcpv6.ServerIdentifier(DUID), IaNa(1))),
        (dhcpv6.INFORMATION_REQUEST, (ClientIdentifier(DUID), IaNa(1))),
        (dhcpv6.INFORMATION_REQUEST, (dhcpv6.ServerIdentifier(DUID),)),
        (dhcpv6.ADVERTISE, (ClientIdentifier(DUID),)),
        (dhcpv6.REPLY, (ClientIdentifier(DUID),)),
        (99, (ClientIdentifier(DUID),)),
    ],
)
def test_a_server_drops_what_is_not_valid(kind, options):
    _, server, _, _ = one_link()
    serving = server.dhcpv6_server

    answer = serving.answer(
        Message(kind, 1, options),
        serving.configuration.subnets[0],
        address("fe80::2"),
        server.interface("eth0"),
    )
    assert answer is None


def test_a_server_ignores_temporary_addresses_and_unknown_options():
    _, server, _, _ = one_link()
    serving = server.dhcpv6_server
    answer = serving.answer(
        Message(
            dhcpv6.SOLICIT,
            1,
            (ClientIdentifier(DUID), dhcpv6.IaTa(4), IaNa(1), UnknownOption(999, b"?")),
        ),
        serving.configuration.subnets[0],
        address("fe80::2"),
        None,
    )

    assert answer.type == dhcpv6.ADVERTISE
    assert answer.get(dhcpv6.IaTa) is None
    assert len(answer.get(IaNa).addresses) == 1


def test_a_request_for_another_links_address_is_not_on_link():
    _, server, _, _ = one_link()
    serving = server.dhcpv6_server
    asked = IaNa(1, options=(IaAddress(address("2001:db8:77::1")),))
    answer = serving.answer(
        Message(
            dhcpv6.REQUEST,
            1,
            (ClientIdentifier(DUID), dhcpv6.ServerIdentifier(serving.duid), asked),
        ),
        serving.configuration.subnets[0],
        address("fe80::2"),
        None,
    )

    assert answer.get(IaNa).status == dhcpv6.NOT_ON_LINK


def test_no_client_takes_an_answer_that_is_not_its_own():
    network, _server, (host,), _ = one_link()
    dialogue = host.dhcpv6.start("eth0")
    network.run_until(lambda: dialogue._advertised, 3)
    exchange = dialogue.exchange
    me, other = ClientIdentifier(host.dhcpv6.duid), ClientIdentifier(DUID + b"x")
    lease = IaNa(1, 1, 2, (IaAddress(address("2001:db8:66::1"), 5, 6),))
    server_id = dhcpv6.ServerIdentifier(DUID)
    right = exchange.transaction
    before = list(dialogue._advertised)
    for wrong in (
        Message(dhcpv6.ADVERTISE, right ^ 1, (me, server_id, lease)),
        Message(dhcpv6.ADVERTISE, right, (other, server_id, lease)),
        Message(dhcpv6.ADVERTISE, right, (server_id, lease)),
        Message(dhcpv6.ADVERTISE, right, (me, lease)),
        Message(dhcpv6.ADVERTISE, right, (me, server_id)),
        Message(dhcpv6.REPLY, right, (me, server_id, lease)),
        Message(dhcpv6.RECONFIGURE, right, (me, server_id, dhcpv6.ReconfigureMessage(5))),
    ):
        dialogue.receive(wrong)
    assert dialogue._advertised == before
    assert dialogue.exchange is exchange


# --- Prefix delegation ----------------------------------------------------------------------------


def provider_and_customer():
    network = Network(seed=5)
    provider, customer = network.add(Router("provider")), network.add(Router("customer"))
    network.connect(provider, customer)
    hosts = [network.add(Host(name)) for name in ("one", "two")]
    for host in hosts:
        network.connect(customer, host)
    provider.configure(kea=ONE_LINK)
    network.run(4)
    return network, provider, customer


def test_a_delegated_prefix_becomes_subnets_and_the_provider_has_a_route():
    network, provider, customer = provider_and_customer()
    dialogue = customer.dhcpv6.start(
        "eth0", addresses=False, prefix_length=56, downstream=["eth1", "eth2"]
    )
    network.run(5)

    (prefix,) = dialogue.prefixes
    assert prefix == netaddr.IPNetwork("2001:db8:8000::/56")
    there = {
        name: [
            str(one)
            for one in customer.interface(name).addresses.values()
            if "fe80" not in str(one)
        ]
        for name in ("eth1", "eth2")
    }
    assert there == {
        "eth1": ["2001:db8:8000:1::1/64"],
        "eth2": ["2001:db8:8000:2::1/64"],
    }
    route = provider.routes.lookup(address("2001:db8:8000:2::77"))
    assert (route.next_hop, route.origin) == (customer.interface("eth0").link_local, "dhcp")
    unused = customer.routes.lookup(address("2001:db8:8000:99::1"))
    assert unused.kind == "unreachable"


def test_a_prefix_that_ends_takes_its_subnets_and_routes_with_it():
    network, provider, customer = provider_and_customer()
    subnets = Subnets(customer, customer.interface("eth0"), [customer.interface("eth1")])
    told = []
    subnets.on_change.append(lambda subnet: told.append((subnet.network, subnet.valid_until)))
    customer.dhcpv6.on_change.append(subnets.follow)
    dialogue = customer.dhcpv6.start("eth0", addresses=False, prefixes=True)
    network.run(5)
    assert len(subnets.assigned) == 1
    customer.dhcpv6.release("eth0")
    released = network.now
    network.run(2)

    assert dialogue.prefixes == []
    assert subnets.assigned == {}
    assert told[-1] == (netaddr.IPNetwork("2001:db8:8000:1::/64"), released)
    # Hosts may use their addresses for as long as they were told; they are answered, RFC 7084 L-14.
    assert [str(one.network) for one in customer.routes if one.origin == "dhcp"] == [
        "2001:db8:8000:1::/64"
    ]
    assert not [one for one in provider.routes if one.origin == "dhcp"]
    assert provider.routes.lookup(address("2001:db8:8000:1::1")) is None
    network.run(8000)
    assert not [one for one in customer.routes if one.origin == "dhcp"]


def test_the_providers_route_ends_with_the_lease():
    network, provider, customer = provider_and_customer()
    customer.dhcpv6.start("eth0", addresses=False, prefixes=True)
    network.run(5)
    assert [one for one in provider.routes if one.origin == "dhcp"]
    customer.dhcpv6.stop("eth0")  # without a word
    network.run(4000)

    assert not [one for one in provider.routes if one.origin == "dhcp"]


def test_hosts_get_addresses_in_a_delegated_prefix_and_reach_the_provider():
    network, _, customer = provider_and_customer()
    customer.configure(
        radvd="interface eth1 { AdvSendAdvert on; MaxRtrAdvInterval 10; prefix ::/64 { }; };"
    )
    give(network["provider"], "eth0", "2001:db8:f::1/64")
    give(customer, "eth0", "2001:db8:f::2/64")
    dialogue = customer.dhcpv6.start(
        "eth0", addresses=False, prefix_length=56, downstream=["eth1", "eth2"]
    )
    capture = network.capture(network["one"])
    network.run(30)
    host = network["one"]
    mine = [one for one in host.interface("eth0").addresses.values() if one.origin == "slaac"]

    (prefix,) = dialogue.prefixes
    assert len(mine) == 1
    assert mine[0].ip in netaddr.IPNetwork("2001:db8:8000:1::/64")
    (lease,) = dialogue.leases(IaPd)
    assert mine[0].valid_until <= lease.valid_until + 1  # section 18.2.10.1
    assert host.ping("2001:db8:f::1").received == 3
    assert tshark.marks(tshark.pcap((frame.time, frame.data) for frame in capture)) == []
    assert prefix.prefixlen == 56


def test_a_prefix_that_is_replaced_is_said_to_have_ended_at_once_and_for_its_time():
    network, provider, customer = provider_and_customer()
    customer.configure(
        radvd="interface eth1 { AdvSendAdvert on; MaxRtrAdvInterval 100; prefix ::/64 { }; };"
    )
    customer.dhcpv6.start("eth0", addresses=False, prefix_length=56, downstream=["eth1"])
    network.run(10)
    host = network["one"].interface("eth0")
    (old,) = [one for one in host.addresses.values() if one.origin == "slaac"]
    capture = network.capture(network["one"])
    customer.dhcpv6.release("eth0")
    provider.configure(kea=ONE_LINK.replace("2001:db8:8000::", "2001:db8:9000::"))
    network.run(1)
    customer.dhcpv6.start("eth0", addresses=False, prefix_length=56, downstream=["eth1"])
    network.run(9)

    said = [
        (str(netaddr.IPAddress(int.from_bytes(option.prefix, "big"))), option)
        for frame in capture
        if frame.data[54] == nd.ROUTER_ADVERTISEMENT
        for option in nd.pull_message(frame.data[54:]).options
        if isinstance(option, nd.PrefixInformation)
    ]
    ended = [option for text, option in said if text == "2001:db8:8000:1::"]
    assert said[0][0] == "2001:db8:8000:1::"  # at once, RFC 7084 L-13
    assert {(option.valid, option.preferred) for option in ended} == {(0, 0)}
    assert len(ended) >= 2  # beside the new one, too: RFC 9096 section 3.5
    assert said[-2][0] == "2001:db8:9000:1::"
    assert all(option.autonomous and option.on_link for _, option in said)
    assert old.state.value == "deprecated"
    assert [one for one in host.addresses.values() if "2001:db8:9000:1:" in str(one)]


def test_who_sends_from_a_prefix_that_has_ended_is_told_so_rfc_7084_l_14():
    network, _, customer = provider_and_customer()
    customer.configure(
        radvd="interface eth1 { AdvSendAdvert on; MaxRtrAdvInterval 10; prefix ::/64 { }; };"
    )
    give(network["provider"], "eth0", "2001:db8:f::1/64")
    give(customer, "eth0", "2001:db8:f::2/64")
    ask = {"addresses": False, "prefix_length": 56, "downstream": ["eth1"]}
    customer.dhcpv6.start("eth0", **ask)
    network.run(20)
    host = network["one"]
    (old,) = [one for one in host.interface("eth0").addresses.values() if one.origin == "slaac"]
    customer.dhcpv6.release("eth0")
    network.run(3)
    capture = network.capture(host)
    assert host.ping("2001:db8:f::1", count=1, source=old.ip).received == 0

    errors = [frame.data[54:56] for frame in capture if frame.data[54] == 1]
    assert errors == [bytes((1, 5))]
    customer.dhcpv6.start("eth0", **ask)
    network.run(10)
    assert host.ping("2001:db8:f::1", count=1, source=old.ip).received == 1
    assert tshark.marks(tshark.pcap((frame.time, frame.data) for frame in capture)) == []


def test_managed_advertisements_and_kea_configure_a_host_that_nobody_told_anything():
    network = Network(seed=1)
    router, host = network.add(Router("r")), network.add(Host("h"))
    network.connect(router, host)
    give(router, "eth0", "2001:db8:1::ffff/64")
    router.configure(
        radvd="""interface eth0 { AdvSendAdvert on; AdvManagedFlag on;
                 prefix 2001:db8:1::/64 { AdvAutonomous off; }; };""",
        kea=ONE_LINK,
    )
    network.run(12)

    assert host.dhcpv6.dialogues["eth0"].addresses
    assert host.ping("2001:db8:1::ffff").received == 3
    assert [server for server, _ in host.resolver.name_servers()] == [address("2001:db8::53")]
    assert router.texts["kea"] == ONE_LINK


# --- Kea's text -----------------------------------------------------------------------------------


def test_what_kea_knows_and_the_room_does_not_do_is_named_with_its_path():
    text = ONE_LINK.replace(
        '"subnet6": [ {',
        """"client-classes": [ { "name": "a" } ], "loggers": [],
        "subnet6": [ { "client-class": "a", "max-valid-lifetime": 9,""",
    ).replace('"option-data": [', '"option-data": [ { "name": "unicast", "data": "2001:db8::1" },')
    _, server, _, _ = one_link()
    said_of = {line.split(": ", 1)[0]: line for line in server.configure(kea=text)}

    assert set(said_of) == {
        "Dhcp6.client-classes",
        "Dhcp6.loggers",
        "Dhcp6.subnet6[0].client-class",
        "Dhcp6.subnet6[0].max-valid-lifetime",
        "Dhcp6.option-data[0]",
    }
    assert "21.12" in said_of["Dhcp6.option-data[0]"]


def test_a_text_that_is_wrong_changes_nothing():
    _, server, _, _ = one_link()
    before = server.kea()
    for wrong in ("{", '{"Dhcp6": {"subnet": []}}', ONE_LINK.replace("eth0", "eth9"), "[]"):
        with pytest.raises(ValueError, match=r"Line|Dhcp6|eth9|/"):
            server.configure(kea=wrong)
    assert server.kea() == before
    assert server.texts["kea"] == ONE_LINK


def test_what_is_printed_is_read_as_the_same():
    _, server, _, _ = one_link()
    first = server.kea()
    server.configure(kea=first)

    assert server.kea() == first


def test_a_mistake_in_json_is_named_by_line_and_column_comments_counted():
    with pytest.raises(ValueError, match="Line 4, column"):
        kea.read('{ "Dhcp6": {\n# one\n/* two\n*/ "subnet6" [] } }')


def test_no_option_is_taken_for_a_comment():
    read = kea.read(
        '{"Dhcp6": {"option-data": [{"name": "v6-captive-portal", '
        '"data": "https://example.com/#//"}]}} // end'
    )

    assert read.options[0].option == UnknownOption(103, b"https://example.com/#//")


# --- Relay agents ---------------------------------------------------------------------------------

RELAYED = """
{ "Dhcp6": {
  "interfaces-config": { "interfaces": [ "eth0", "eth0/2001:db8:f::1" ] },
  "subnet6": [
    { "subnet": "2001:db8:1::/64", "pools": [ { "pool": "2001:db8:1::/80" } ],
      "pd-pools": [ { "prefix": "2001:db8:8000::", "prefix-len": 40, "delegated-len": 56 } ] },
    { "subnet": "2001:db8:2::/64", "pools": [ { "pool": "2001:db8:2::/80" } ] }
  ]
} }
"""


def relayed(servers):
    """A server behind a relay agent that has two links with clients."""
    network = Network(seed=2)
    server, relay = network.add(Router("server")), network.add(Router("relay"))
    up = network.connect(server, relay)
    clients = [network.add(Host("one")), network.add(Router("two"))]
    for client in clients:
        network.connect(relay, client)
    for number, node in ((1, server), (2, relay)):
        give(node, "eth0", f"2001:db8:f::{number}/64")
    for number in (1, 2):
        give(relay, f"eth{number}", f"2001:db8:{number}::ffff/64")
    server.configure(kea=RELAYED)
    network.run(4)
    relay.relay_dhcpv6(["eth1", "eth2"], servers)
    return network, server, relay, clients, network.capture(up)


@pytest.mark.parametrize("servers", [None, ["2001:db8:f::1"]])
def test_a_relay_agent_takes_messages_to_the_server_and_back(servers):
    network, _, _, clients, capture = relayed(servers)
    dialogues = [client.dhcpv6.start("eth0") for client in clients]
    network.run(6)

    assert [one.state for one in dialogues] == ["bound", "bound"]
    for number, one in enumerate(dialogues, 1):
        assert one.addresses[0] in netaddr.IPNetwork(f"2001:db8:{number}::/64")
    assert set(names(capture)) == {"Relay-forward", "Relay-reply"}
    forward = next(message for _, _, message in said(capture) if message.name == "Relay-forward")
    assert forward.hop_count == 0
    assert forward.get(dhcpv6.InterfaceId).data in (b"eth1", b"eth2")
    assert forward.peer_address[:2] == b"\xfe\x80"
    to = {frame.data[38:54]: frame.data[21] for frame in capture if frame.data[20] == 17}
    if servers is None:
        assert to[dhcpv6.ALL_SERVERS] == 8  # the hop limit, section 19
    else:
        assert address("2001:db8:f::1") in to
    assert tshark.marks(tshark.pcap((frame.time, frame.data) for frame in capture)) == []


def test_a_relay_agent_learns_routes_to_prefixes_and_forgets_released_ones():
    network, _, relay, (_, customer), _ = relayed(None)
    dialogue = customer.dhcpv6.start("eth0", addresses=False, prefixes=True)
    network.run(5)
    assert dialogue.prefixes == []  # the second link has no prefixes
    network, _, relay, (host, _), _ = relayed(None)
    dialogue = host.dhcpv6.start("eth0", addresses=False, prefixes=True)
    network.run(5)

    (prefix,) = dialogue.prefixes
    route = relay.routes.lookup(prefix.ip.packed)
    assert (route.interface.name, route.next_hop) == ("eth1", host.interface("eth0").link_local)
    host.dhcpv6.release("eth0")
    network.run(3)
    assert relay.routes.lookup(prefix.ip.packed) is None


def test_two_relay_agents_in_a_row_are_gone_through_backwards():
    network = Network(seed=4)
    nodes = [network.add(Router(name)) for name in ("server", "far", "near")]
    client = network.add(Host("client"))
    for left, right in zip(nodes, [*nodes[1:], client], strict=True):
        network.connect(left, right)
    server, far, near = nodes
    give(server, "eth0", "2001:db8:f::1/64")
    give(far, "eth0", "2001:db8:f::2/64")
    give(far, "eth1", "2001:db8:e::1/64")
    give(near, "eth0", "2001:db8:e::2/64")
    give(near, "eth1", "2001:db8:1::ffff/64")
    server.configure(kea=RELAYED)
    network.run(4)
    far.relay_dhcpv6(["eth1"])
    near.relay_dhcpv6(["eth1"], ["2001:db8:e::1"])
    capture = network.capture(server)
    dialogue = client.dhcpv6.start("eth0")
    network.run(6)

    assert dialogue.state == "bound"
    outer = next(message for _, _, message in said(capture))
    assert outer.hop_count == 1
    inner = dhcpv6.pull_message(outer.get(dhcpv6.RelayedMessage).data)
    assert (inner.name, inner.hop_count) == ("Relay-forward", 0)
    assert tshark.marks(tshark.pcap((frame.time, frame.data) for frame in capture)) == []


def test_a_relay_agent_stops_a_message_that_went_round_too_often():
    network, server, _relay, _, capture = relayed(None)
    too_often = dhcpv6.RelayMessage(
        dhcpv6.RELAY_FORWARD, 8, bytes(16), A, (dhcpv6.RelayedMessage(b"\x01\0\0\1"),)
    )
    source = server.udp.open(5000)
    capture.clear()
    with server.asked():
        source.send(dhcpv6.push_message(too_often), "2001:db8:f::2", 547)
    network.run(2)

    assert len(said(capture)) == 1


def test_a_node_is_a_server_or_a_relay_agent_and_says_so():
    _, server, _, _ = one_link()
    with pytest.raises(ValueError, match="547"):
        server.relay_dhcpv6(["eth0"])


# --- A link that goes and comes -------------------------------------------------------------------


def test_an_interface_that_was_off_asks_whether_its_address_is_still_right():
    network, _, (host,), capture = one_link()
    dialogue = host.dhcpv6.start("eth0")
    network.run(5)
    (before,) = dialogue.addresses
    capture.clear()
    host.ip("link set eth0 down")
    network.run(10)
    assert not host.interface("eth0").addresses
    host.ip("link set eth0 up")
    network.run(10)

    assert names(capture) == ["Confirm", "Reply"]
    assert dialogue.addresses == [before]
    assert host.interface("eth0").addresses[before.packed].is_assigned


def test_a_router_that_was_off_the_link_rebinds_its_prefix():
    network, _provider, customer = provider_and_customer()
    dialogue = customer.dhcpv6.start("eth0", addresses=False, prefixes=True, downstream=["eth1"])
    network.run(5)
    capture = network.capture(customer)
    customer.ip("link set eth0 down")
    network.run(2)
    customer.ip("link set eth0 up")
    network.run(10)

    assert names(capture) == ["Rebind", "Reply"]
    assert dialogue.prefixes == [netaddr.IPNetwork("2001:db8:8000::/56")]


def test_a_host_that_was_informed_asks_again_where_the_link_returns():
    network, _, (host,), capture = one_link()
    host.dhcpv6.inform("eth0")
    network.run(5)
    capture.clear()
    host.ip("link set eth0 down")
    host.ip("link set eth0 up")
    network.run(5)

    assert names(capture) == ["Information-request", "Reply"]


def test_a_server_and_a_relay_agent_whose_links_were_off_serve_again():
    network, server, relay, (client, _), _ = relayed(["2001:db8:f::1"])
    for node, interface, text in (
        (server, "eth0", "2001:db8:f::1/64"),
        (relay, "eth1", "2001:db8:1::ffff/64"),
    ):
        node.ip(f"link set {interface} down")
        node.ip(f"link set {interface} up")
        give(node, interface, text)
    network.run(4)
    dialogue = client.dhcpv6.start("eth0")
    network.run(6)

    assert dialogue.state == "bound"


def test_a_lan_that_was_off_has_its_subnet_again_at_once():
    network, _, customer = provider_and_customer()
    customer.dhcpv6.start("eth0", addresses=False, prefix_length=56, downstream=["eth1"])
    network.run(5)
    lan = customer.interface("eth1")
    (subnet,) = [one for one in lan.addresses.values() if one.origin == "static"]
    customer.ip("link set eth1 down")
    network.run(5)
    assert not lan.addresses
    customer.ip("link set eth1 up")
    network.run(3)

    again = lan.addresses[subnet.address]
    assert again.is_assigned
    assert again.valid_until == subnet.valid_until  # it is the lease's


def test_routes_to_delegated_prefixes_come_back_with_the_interface():
    network, _, relay, (client, _), _ = relayed(None)
    dialogue = client.dhcpv6.start("eth0", addresses=False, prefixes=True)
    network.run(5)
    (prefix,) = dialogue.prefixes
    relay.ip("link set eth1 down")
    assert relay.routes.lookup(prefix.ip.packed) is None
    relay.ip("link set eth1 up")
    assert relay.routes.lookup(prefix.ip.packed).next_hop == client.interface("eth0").link_local
    relay.ip("link set eth1 down")
    network.run(8000)  # the lease ends meanwhile: the client can't renew it
    relay.ip("link set eth1 up")
    assert relay.routes.lookup(prefix.ip.packed) is None


@pytest.mark.parametrize(("second", "expected"), [("100", 100), ("200", 3600), (None, 100)])
def test_servers_that_disagree_on_sol_max_rt_leave_the_default(second, expected):
    nothing = ONE_LINK.replace('[ { "pool": "2001:db8:1::/80" } ]', "[]")
    network, _, (host,), _ = one_link(nothing)
    other = network.add(Router("other"))
    network.connect(other, network["s"])
    said = f'{{ "name": "solmax-rt", "data": "{second}" }}' if second else ""
    other.configure(kea=nothing.replace('{ "name": "solmax-rt", "data": "100" }', said))
    network.run(4)
    dialogue = host.dhcpv6.start("eth0")
    network.run(10)

    assert dialogue.state == "Solicit"
    assert dialogue.solicit_max_rt == expected


# --- From a topology file -------------------------------------------------------------------------


def test_a_relay_agent_that_installs_no_routes_has_none():
    network, _, relay, (host, _), _ = relayed(None)
    relay.dhcpv6_relay.close()
    relay.relay_dhcpv6(["eth1", "eth2"], installs_routes=False)
    dialogue = host.dhcpv6.start("eth0", addresses=False, prefixes=True)
    network.run(5)

    (prefix,) = dialogue.prefixes
    assert relay.routes.lookup(prefix.ip.packed) is None


def test_a_topology_has_relay_agents_and_shares_prefixes_out():
    network = scenario.load("delegation-without-route").network
    text = network.to_yaml()
    again = Network.from_yaml(text)
    again.run(40)

    assert again.to_yaml() == text
    assert "downstream" in text
    assert again["isp"].dhcpv6_relay.installs_routes is False
    assert [
        one.ip in netaddr.IPNetwork("2001:db8:101:4201::/64")
        for one in again["home1"].interface("eth0").addresses.values()
        if one.origin == "slaac"
    ] == [True]


@pytest.mark.parametrize(
    ("relay", "what"),
    [
        ("{servers: []}", "interfaces"),
        ("{interfaces: [eth9]}", "eth9"),
        ('{interfaces: [eth0], servers: ["zz"]}', "zz"),
        ("{interfaces: [eth0], routes: true}", "routes"),
    ],
)
def test_a_relay_agent_that_makes_no_sense_names_its_line(relay, what):
    text = (
        f"nodes:\n  r1:\n    kind: router\n    interfaces: {{eth0: }}\n    dhcpv6_relay: {relay}\n"
    )
    with pytest.raises(ValueError, match="ine 5") as why:
        Network.from_yaml(text)
    assert what in str(why.value)
