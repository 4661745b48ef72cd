"""Routers: advertisements, forwarding, filters, and RA guard on a switch."""

from itertools import pairwise

import netaddr
import pytest

from ipv6course.network import Host, Network, Router, Switch, filters, radvd_conf
from ipv6course.network.fragments import split
from ipv6course.network.interface import InterfaceAddress
from ipv6course.network.ra_guard import Reason
from ipv6course.network.routes import Route
from ipv6course.network.wire import ethernet, ipv6, nd

ADVERTISE = "interface {} {{ AdvSendAdvert on; prefix {} {{ }}; }};"


def packed(text):
    return netaddr.IPAddress(text).packed


def give(node, name, address, length=64):
    interface = node.interface(name)
    node.configuration.add(interface, InterfaceAddress(packed(address), length))
    return interface


def campus(seed=0):
    """Return a network: host a - router r - host b, configured by r's advertisements."""
    network = Network(seed=seed)
    a, r, b = network.add(Host("a")), network.add(Router("r")), network.add(Host("b"))
    network.connect(a, r)
    network.connect(r, b)
    give(r, "eth0", "2001:db8:1::1")
    give(r, "eth1", "2001:db8:2::1")
    r.configure(
        radvd=ADVERTISE.format("eth0", "2001:db8:1::/64")
        + ADVERTISE.format("eth1", "2001:db8:2::/64")
    )
    network.run(5)
    return network, a, r, b


def address_in(host, prefix):
    found = [
        one.ip
        for one in host.interface("eth0").addresses.values()
        if one.ip in netaddr.IPNetwork(prefix)
    ]
    assert len(found) == 1
    return found[0]


def advertisements(capture):
    return [
        (frame.time, frame.data, nd.pull_message(frame.data[54:]))
        for frame in capture
        if frame.data[20] == ipv6.ICMPV6 and frame.data[54] == nd.ROUTER_ADVERTISEMENT
    ]


# --- radvd.conf -----------------------------------------------------------------------------------


def test_every_keyword_of_the_manual_is_known():
    text = """interface eth0 {
        IgnoreIfMissing off; AdvSendAdvert on; UnicastOnly off; AdvRASolicitedUnicast off;
        MaxRtrAdvInterval 400; MinRtrAdvInterval 30.5; MinDelayBetweenRAs 3; AdvManagedFlag on;
        AdvOtherConfigFlag on; AdvLinkMTU 1400; AdvRAMTU 1280; AdvReachableTime 1;
        AdvRetransTimer 1;
        AdvCurHopLimit 0; AdvDefaultLifetime 0; AdvDefaultPreference low; AdvSourceLLAddress off;
        AdvHomeAgentFlag on; AdvHomeAgentInfo on; HomeAgentLifetime 5; HomeAgentPreference 1;
        AdvMobRtrSupportFlag on; AdvIntervalOpt on;
        prefix 2001:db8::1/64 { AdvOnLink on; AdvAutonomous off; AdvRouterAddr on;
            AdvValidLifetime infinity; AdvPreferredLifetime 5; DeprecatePrefix on;
            DecrementLifetimes on; };
        prefix 2001:db8:1::/64 { Base6Interface eth1; };
        prefix 0:0:0:5678::/64 { Base6to4Interface ppp0; };
        route 2001:db8:f::/48 { AdvRouteLifetime infinity; AdvRoutePreference high;
            RemoveRoute off; };
        RDNSS 2001:db8::53 { AdvRDNSSLifetime 500; FlushRDNSS off; };
        DNSSL example.com { AdvDNSSLLifetime 500; FlushDNSSL off; };
        clients { fe80::1; }; AdvRASrcAddress { fe80::2; };
        abro fe80::1/64 { AdvVersionLow 1; AdvVersionHigh 2; AdvValidLifeTime 2; };
        lowpanco { AdvContextLength 64; };
        }; # and a comment"""
    found = radvd_conf.parse(text)
    named = [line.split(": ")[1].split(" ")[0] for line in found.not_honoured]
    assert named == [
        "AdvHomeAgentFlag",
        "AdvHomeAgentInfo",
        "HomeAgentLifetime",
        "HomeAgentPreference",
        "AdvMobRtrSupportFlag",
        "AdvIntervalOpt",
        "Base6Interface",
        "Base6to4Interface",
        "abro",
        "lowpanco",
    ]
    assert "line 7" in found.not_honoured[0]
    again = radvd_conf.parse(found.text())
    assert again.interfaces == found.interfaces
    assert again.not_honoured == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "describes no interface"),
        ("interface eth0 {\n AdvSendAdvrt on;\n};", "line 2: there is no AdvSendAdvrt"),
        ("interface eth0 {\n advsendadvert on;\n};", "AdvSendAdvert"),
        ("interface eth0 {\n AdvSendAdvert yes;\n};", "line 2: AdvSendAdvert cannot be 'yes'"),
        ("interface eth0 {\n AdvSendAdvert on\n};", "line 2: a ';' is missing"),
        ("interface eth0 {\n AdvSendAdvert on;\n}", "line 3, and a ';' is missing"),
        ("interface eth0 {\n AdvSendAdvert on;", "a '}' is missing"),
        ("interface eth0 {};\ninterface eth0 {};", "line 2: interface eth0 has been"),
        ("interface eth0 { prefix 2001:db8::; };", "2001:db8::/64"),
        ("interface eth0 { prefix 2001:db8::/129 { }; };", "/129 is no prefix length"),
        ("interface eth0 { prefix 2001:db8::1::/64 { }; };", "two '::'"),
        ("interface eth0 { prefix fe80::%eth0/64 { }; };", "zone"),
        (
            "interface eth0 { prefix 2001:db8::/64 {\nAdvValidLifetime 60; }; };",
            "line 2: the preferred lifetime, 14400 s",
        ),
        ("interface eth0 {\n AdvLinkMTU 1000; };", "1280"),
        ("interface eth0 {\n AdvDefaultLifetime 10; };", "from 600 to 9000"),
        ("interface eth0 {\n MaxRtrAdvInterval 4; };", "MinRtrAdvInterval 3;"),
        ("interface eth0 {\n MaxRtrAdvInterval 3; };", "from 4 to 1800"),
        ("interface eth0 { RDNSS { }; };", "RDNSS has no address"),
        ("interface eth0 { RDNSS ::1 ::2 ::3 ::4 { }; };", "three addresses"),
        ("interface eth0 { RDNSS ::1 { AdvRDNSSLifetime 5; }; };", "600, at least"),
        ("interface eth0 { DNSSL exa_mple.com { }; };", "no domain name"),
        ("interface eth0 { nat64prefix 64:ff9b::/90 { }; };", "32, 40, 48, 56, 64 or 96"),
    ],
)
def test_a_refusal_names_the_line_and_what_would_be_right(text, said):
    with pytest.raises(ValueError, match=r"radvd\.conf") as refused:
        radvd_conf.parse(text)
    assert said in str(refused.value)


def test_an_interface_that_is_missing_is_named():
    router = Network().add(Router("r"))
    (said,) = router.configure(radvd=ADVERTISE.format("eth7", "2001:db8::/64"))
    assert "line 1" in said and "eth7" in said
    with pytest.raises(ValueError, match="no interface eth7"):
        router.configure(radvd="interface eth7 { IgnoreIfMissing off; };")


# --- Advertisements -------------------------------------------------------------------------------


def test_hosts_configure_themselves_and_reach_each_other():
    _network, a, _r, b = campus()
    address = address_in(b, "2001:db8:2::/64")
    assert a.ping(address, count=2).received == 2


def test_advertisements_keep_their_times():
    network = Network()
    router, host = network.add(Router("r")), network.add(Host("h"))
    network.connect(router, host)
    capture = network.capture()
    router.configure(
        radvd="interface eth0 { AdvSendAdvert on; MinRtrAdvInterval 20; MaxRtrAdvInterval 60; };"
    )
    network.run(600)
    times = [when for when, data, _ in advertisements(capture) if data[:2] == b"\x33\x33"]
    gaps = [after - before for before, after in pairwise(times)]
    assert all(gap <= 16.001 for gap in gaps[:2])  # RFC 4861 section 6.2.4
    assert all(20 <= gap <= 60 for gap in gaps[2:]) and len(gaps) > 10


def test_a_solicitation_is_answered_within_half_a_second():
    network, _a, r, _b = campus()
    link = r.interface("eth0").link
    late = network.add(Host("late"))
    switch = network.add(Switch("s"))
    link.is_up = False
    network.connect(switch, late)
    other = network.connect(r, switch)
    give(r, "eth2", "2001:db8:3::1")
    r.configure(radvd=ADVERTISE.format("eth2", "2001:db8:3::/64"))
    network.run(30)
    third = network.add(Host("third"))
    network.connect(switch, third)
    capture = network.capture(other)
    network.run(5)
    asked = [frame.time for frame in capture if frame.data[20] == 58 and frame.data[54] == 133]
    answered = [when for when, _, _ in advertisements(capture)]
    assert asked and any(0 < when - asked[0] < 0.51 for when in answered)


def test_a_router_that_stops_says_so():
    network, a, r, _b = campus()
    assert a.discovery.routers
    capture = network.capture()
    r.configure(radvd="interface eth1 { AdvSendAdvert on; };")
    network.run(1)
    last = [one for when, _, one in advertisements(capture) if one.lifetime == 0]
    assert last and not a.discovery.routers


def test_a_long_configuration_is_told_in_several_advertisements():
    network = Network()
    router, host = network.add(Router("r")), network.add(Host("h"))
    network.connect(router, host)
    prefixes = " ".join(f"prefix 2001:db8:{n:x}::/64 {{ AdvAutonomous off; }};" for n in range(60))
    router.configure(radvd=f"interface eth0 {{ AdvSendAdvert on; {prefixes} }};")
    capture = network.capture()
    network.run(4)
    found = advertisements(capture)
    assert all(len(data) <= 1514 for _, data, _ in found)
    told = {
        one.prefix for _, _, message in found for one in message.options if hasattr(one, "valid")
    }
    assert len(told) == 60


def test_lifetimes_of_a_delegated_prefix_run_down():
    network = Network()
    router, host = network.add(Router("r")), network.add(Host("h"))
    network.connect(router, host)
    router.configure(
        radvd="interface eth0 { AdvSendAdvert on; MaxRtrAdvInterval 20; prefix 2001:db8:1::/64 "
        "{ AdvValidLifetime 1000; AdvPreferredLifetime 100; DecrementLifetimes on; }; };"
    )
    capture = network.capture()
    network.run(200)
    preferred = [
        one.preferred
        for _, _, message in advertisements(capture)
        for one in message.options
        if isinstance(one, nd.PrefixInformation)
    ]
    assert preferred == sorted(preferred, reverse=True) and preferred[-1] == 0
    assert len(preferred) < len(advertisements(capture))


def test_what_another_router_contradicts_is_noted():
    network = Network()
    switch, one, other = (
        network.add(device) for device in (Switch("s"), Router("r1"), Router("r2"))
    )
    network.connect(one, switch)
    network.connect(other, switch)
    one.configure(radvd="interface eth0 { AdvSendAdvert on; AdvCurHopLimit 64; };")
    other.configure(
        radvd="interface eth0 { AdvSendAdvert on; AdvCurHopLimit 32; AdvManagedFlag on; };"
    )
    network.run(10)
    said = " ".join(one.advertising.inconsistencies)
    assert "AdvCurHopLimit" in said and "AdvManagedFlag" in said


# --- Forwarding -----------------------------------------------------------------------------------


def udp(source, destination, *, size=20, hop_limit=64):
    body = bytes((0x12, 0x34, 0, 9)) + (8 + size).to_bytes(2, "big") + bytes(2 + size)
    body = ipv6.with_checksum(source, destination, ipv6.UDP, body, 6)
    return ipv6.push_packet(
        ipv6.UDP, body, source=source, destination=destination, hop_limit=hop_limit
    )


def errors(capture):
    return [
        (frame.data[54], frame.data[55], int.from_bytes(frame.data[58:62], "big"))
        for frame in capture
        if frame.data[20] == ipv6.ICMPV6 and frame.data[54] < 128
    ]


@pytest.mark.parametrize(
    ("more", "destination", "error"),
    [
        ({"hop_limit": 1}, None, (3, 0, 0)),
        ({}, "2001:db8:9::9", (1, 0, 0)),
        ({}, "2001:db8:8::9", (1, 6, 0)),
        ({"size": 1400}, None, (2, 0, 1400)),
    ],
    ids=["hop limit", "no route", "reject route", "too big"],
)
def test_what_cannot_go_on_is_reported(more, destination, error):
    network, a, r, b = campus()
    r.interface("eth1").mtu = 1400
    r.routes.add(Route(int(netaddr.IPAddress("2001:db8:8::")), 48, None, kind="unreachable"))
    source = address_in(a, "2001:db8:1::/64").packed
    target = packed(destination) if destination else address_in(b, "2001:db8:2::/64").packed
    capture = network.capture(a)
    with a.asked():
        a.send(udp(source, target, **more))
    network.run(2)
    assert errors(capture) == [error]


def test_a_better_first_hop_is_told_once_a_second():
    network = Network()
    switch, r, better, host = (
        network.add(device) for device in (Switch("s"), Router("r"), Router("better"), Host("h"))
    )
    for device in (r, better, host):
        network.connect(device, switch)
    give(r, "eth0", "2001:db8:1::1")
    r.configure(radvd=ADVERTISE.format("eth0", "2001:db8:1::/64"))
    network.run(5)
    hop = better.interface("eth0").link_local
    r.routes.add(Route(int(netaddr.IPAddress("2001:db8:7::")), 48, r.interface("eth0"), hop))
    source = address_in(host, "2001:db8:1::/64").packed
    capture = network.capture()
    with host.asked():
        for _ in range(3):
            host.send(udp(source, packed("2001:db8:7::7")))
    network.run(2)
    told = [
        nd.pull_message(frame.data[54:])
        for frame in capture
        if frame.data[20] == 58 and frame.data[54] == nd.REDIRECT and frame.data[6:12]
    ]
    assert {(one.target, one.destination) for one in told} == {(hop, packed("2001:db8:7::7"))}
    assert (
        len({frame.time for frame in capture if frame.data[20] == 58 and frame.data[54] == 137})
        <= 2
    )


@pytest.mark.parametrize(("setting", "passes"), [(0, True), (1, False), (2, False)])
def test_a_source_without_a_way_back_is_dropped(setting, passes):
    network, a, r, b = campus()
    r.interface("eth0").settings.rp_filter = setting
    capture = network.capture(b)
    target = address_in(b, "2001:db8:2::/64").packed
    with a.asked():
        a.send(udp(packed("2001:db8:bad::1"), target))
    network.run(1)
    assert any(frame.data[20] == ipv6.UDP for frame in capture) is passes


# --- Filters --------------------------------------------------------------------------------------

FORWARD = """table inet filter {{
 chain forward {{
  type filter hook forward priority filter; policy {};
  {}
 }}
}}
"""


def test_rules_count_log_and_drop():
    network, a, r, b = campus()
    rule = 'icmpv6 type echo-request counter log prefix "ping " drop'
    r.configure(nftables=FORWARD.format("accept", rule))
    assert a.ping(address_in(b, "2001:db8:2::/64"), count=3).received == 0
    assert "counter packets 3 bytes 312" in r.nftables()
    assert [line.prefix for line in r.filters.log] == ["ping "] * 3
    assert (r.filters.log[0].incoming, r.filters.log[0].outgoing) == ("eth0", "eth1")
    network.run(1)


def test_rules_that_cannot_be_read_change_nothing():
    _network, a, r, b = campus()
    r.configure(nftables=FORWARD.format("drop", "counter"))
    with pytest.raises(ValueError, match="line 4: 'acept' is not known here"):
        r.configure(nftables=FORWARD.format("accept", "acept"))
    assert a.ping(address_in(b, "2001:db8:2::/64"), count=1).received == 0
    r.configure(nftables="flush ruleset")
    assert a.ping(address_in(b, "2001:db8:2::/64"), count=1).received == 1


def test_from_inside_only_what_was_asked_for_comes_in():
    _network, a, r, b = campus()
    rules = 'ct state established,related accept\n  iifname "eth0" accept'
    r.configure(nftables=FORWARD.format("drop", rules))
    assert b.ping(address_in(a, "2001:db8:1::/64"), count=1).received == 0
    assert a.ping(address_in(b, "2001:db8:2::/64"), count=1).received == 1
    assert a.ping(address_in(b, "2001:db8:2::/64"), count=1, size=4000).received == 1
    assert b.ping(address_in(a, "2001:db8:1::/64"), count=1, size=4000).received == 0


def test_a_rejected_packet_is_answered():
    network, a, r, b = campus()
    r.configure(nftables=FORWARD.format("drop", "reject with icmpv6 admin-prohibited"))
    capture = network.capture(a)
    a.ping(address_in(b, "2001:db8:2::/64"), count=1)
    assert (1, 1, 0) in errors(capture)


def test_the_recommended_rules_let_path_mtu_discovery_through():
    # RFC 4890: eth0 is outside, eth1 inside. Behind eth0 is a narrow link.
    network = Network()
    inside, firewall, narrow, outside = (
        network.add(device)
        for device in (Host("inside"), Router("firewall"), Router("narrow"), Host("outside"))
    )
    network.connect(firewall, narrow)
    network.connect(firewall, inside)
    network.connect(narrow, outside, mtu=1280)
    give(firewall, "eth0", "2001:db8:12::1")
    give(narrow, "eth0", "2001:db8:12::2")
    give(firewall, "eth1", "2001:db8:1::1")
    give(narrow, "eth1", "2001:db8:2::1")
    firewall.configure(
        radvd=ADVERTISE.format("eth1", "2001:db8:1::/64"), nftables=filters.recommended()
    )
    narrow.configure(radvd=ADVERTISE.format("eth1", "2001:db8:2::/64"))
    for router, prefix, hop in (
        (firewall, "2001:db8:2::", "2001:db8:12::2"),
        (narrow, "2001:db8:1::", "2001:db8:12::1"),
    ):
        way = Route(int(netaddr.IPAddress(prefix)), 64, router.interface("eth0"), packed(hop))
        router.routes.add(way)
    network.run(5)
    target = address_in(outside, "2001:db8:2::/64")
    assert inside.ping(target, count=3, size=1400).received >= 2
    mine = address_in(inside, "2001:db8:1::/64").packed
    capture = network.capture(inside)
    with outside.asked():
        outside.send(udp(target.packed, mine))
    network.run(1)
    assert not any(frame.data[20] == ipv6.UDP for frame in capture)


# --- RA guard -------------------------------------------------------------------------------------

ROGUE = packed("fe80::bad")


def rogue(next_header, payload, *, hop_limit=255, source=ROGUE):
    data = ipv6.push_packet(
        next_header, payload, source=source, destination=ipv6.ALL_NODES, hop_limit=hop_limit
    )
    return ethernet.push_frame(
        ethernet.multicast_mac(ipv6.ALL_NODES), bytes.fromhex("020000000bad"), ethernet.IPV6, data
    )


def message():
    body = nd.push_message(
        nd.RouterAdvertisement(options=(nd.PrefixInformation(packed("2001:db8:bad::"), 64),))
    )
    return ipv6.with_checksum(ROGUE, ipv6.ALL_NODES, ipv6.ICMPV6, body, 2)


PADDING = bytes((ipv6.ICMPV6, 0, 1, 4, 0, 0, 0, 0))
LONG = (
    bytes((ipv6.ICMPV6, 150))
    + bytes((1, 206))
    + bytes(206)
    + (b"\1\xfc" + bytes(252)) * 3
    + bytes(151 * 8 - 210 - 254 * 3)
)


def in_fragments(data, size):
    packet = data[14:]
    return [data[:14] + piece for piece in split(packet, size, 7)]


CASES = {
    "plain": (rogue(58, message()), Reason.ADVERTISEMENT),
    "destination options": (rogue(60, PADDING + message()), Reason.ADVERTISEMENT),
    "hop-by-hop options": (rogue(0, PADDING + message()), Reason.ADVERTISEMENT),
    "two of them": (rogue(60, b"\x3c" + PADDING[1:] + PADDING + message()), Reason.ADVERTISEMENT),
    "atomic fragment": (
        rogue(44, bytes((58, 0, 0, 0, 0, 0, 0, 1)) + message()),
        Reason.ADVERTISEMENT,
    ),
    "first fragment without the end of the chain": (
        rogue(44, bytes((60, 0, 0, 1, 0, 0, 0, 1)) + LONG[:1000]),
        Reason.INCOMPLETE_CHAIN,
    ),
    "first fragment with one octet of ICMPv6": (
        rogue(44, bytes((60, 0, 0, 1, 0, 0, 0, 1)) + PADDING + message()[:1]),
        Reason.INCOMPLETE_CHAIN,
    ),
    "later fragment": (rogue(44, bytes((60, 0, 4, 0, 0, 0, 0, 1)) + message()), None),
    "unknown header": (rogue(253, PADDING + message()), Reason.UNKNOWN_HEADER),
    "behind ESP": (rogue(50, PADDING + message()), None),
    "wrong hop limit": (rogue(58, message(), hop_limit=64), None),
    "global source": (rogue(58, message(), source=packed("2001:db8::bad")), None),
    "a solicitation": (rogue(58, bytes((133, 0, 0, 0)) + bytes(4)), None),
    "cut off": (rogue(60, PADDING[:5]), None),
    "no IPv6": (rogue(58, message())[:12] + b"\x08\x00" + bytes(40), None),
}


@pytest.mark.parametrize("name", CASES)
def test_ra_guard_judges_as_rfc_7113_says(name):
    frame, reason = CASES[name]
    switch = Switch("s")
    for _ in range(2):
        switch.add_interface(bytes(6))
    guard = switch.ra_guard("port0")
    assert guard.judge(frame) is reason
    assert guard.may_pass(switch.interface("port0"), frame, 0.0)


def test_ra_guard_keeps_rogue_routers_from_hosts():
    for looks, believed in (("whole chain", False), ("first header", True)):
        network = Network()
        switch, router, host, bad = (
            network.add(one) for one in (Switch("s"), Router("r"), Host("h"), Host("bad"))
        )
        for device in (router, host, bad):
            network.connect(device, switch)
        router.configure(radvd=ADVERTISE.format("eth0", "2001:db8:1::/64"))
        guard = switch.ra_guard("port0", looks=looks)
        network.run(5)
        with bad.asked():
            bad.send_frame(bad.interface("eth0"), CASES["destination options"][0])
        network.run(5)
        prefixes = {str(one.ip)[:13] for one in host.interface("eth0").addresses.values()}
        assert ("2001:db8:bad:" in prefixes) is believed
        assert [one.port for one in guard.dropped] == ([] if believed else ["port2"])


def test_ra_guard_names_a_port_that_is_not_there():
    with pytest.raises(ValueError, match="no port 'port9'"):
        Switch("s").ra_guard("port9")


# --- The subnet-router anycast address -----------------------------------------------------------


def test_a_router_answers_to_the_anycast_address_of_each_of_its_subnets():
    network, a, r, b = campus()
    capture = network.capture(network.links[0])

    assert a.ping("2001:db8:1::", count=1).received == 1
    assert a.ping("fe80::%eth0", count=1).received == 1
    assert b.ping("2001:db8:1::", count=1).received == 1
    heard = [
        nd.pull_message(f.data[54:]) for f in capture if f.data[54] == nd.NEIGHBOR_ADVERTISEMENT
    ]
    shared = [one for one in heard if one.target == packed("2001:db8:1::")]
    assert [(one.override, one.solicited, one.router) for one in shared] == [(False, True, True)]
    sources = {frame.data[22:38] for frame in capture}
    assert packed("2001:db8:1::") not in sources  # it is no source of anything
    assert "ff02::1:ff00:0" in r.ip("-6 maddr show dev eth0")


def test_a_link_of_two_routers_has_no_anycast_address():
    network = Network(seed=1)
    r, s = network.add(Router("r")), network.add(Router("s"))
    network.connect(r, s)
    give(r, "eth0", "2001:db8:9::", 127)
    give(s, "eth0", "2001:db8:9::1", 127)
    network.run(5)

    assert s.ping("2001:db8:9::", count=1).received == 1
    assert packed("2001:db8:9::") not in s.interface("eth0").anycast


def test_an_anycast_address_goes_with_the_last_address_of_its_subnet():
    network, a, r, _ = campus()
    interface = give(r, "eth0", "2001:db8:1::2")
    network.run(3)
    r.ip("-6 addr del 2001:db8:1::1/64 dev eth0")
    assert a.ping("2001:db8:1::", count=1).received == 1
    r.ip("-6 addr del 2001:db8:1::2/64 dev eth0")

    assert packed("2001:db8:1::") not in interface.anycast
    assert a.ping("2001:db8:1::", count=1).received == 0


def test_no_connection_is_made_to_an_anycast_address():
    _network, a, r, _ = campus()
    r.tcp.listen(80, lambda request: request)

    with pytest.raises(OSError):
        a.tcp.request("2001:db8:1::", 80, b"x", seconds=2)
