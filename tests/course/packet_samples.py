"""Packets of every kind that `ipv6course.packet` explains, made with scapy by a seed.

What scapy cannot make, or makes wrong, is written octet by octet.
"""

import random
import struct

from scapy.layers import dhcp6, dns, inet, inet6, l2

from ipv6course.network.wire.ipv6 import with_checksum

MAC = "00:00:5e:00:53:01"


def _address(chance: random.Random) -> str:
    return f"2001:db8::{chance.randrange(1, 0xFFFF):x}:{chance.randrange(1, 0xFFFF):x}"


def _group(chance: random.Random) -> str:
    return f"ff0{chance.choice('258e')}::db8:0:{chance.randrange(1, 0xFFFF):x}"


def _u32(chance: random.Random) -> int:
    return chance.randrange(1 << 32)


def _bytes(chance: random.Random, most: int = 24) -> bytes:
    return chance.randbytes(chance.randrange(1, most))


def _ip(chance: random.Random, **given):
    fields = {
        "src": _address(chance),
        "dst": _address(chance),
        "tc": chance.randrange(256),
        "fl": chance.randrange(1 << 20),
        "hlim": chance.randrange(1, 256),
    }
    return inet6.IPv6(**{**fields, **given})


def _frame(chance: random.Random, packet) -> bytes:
    ether = l2.Ether(src=MAC, dst="00:00:5e:00:53:02")
    if chance.random() < 0.1:
        ether /= l2.Dot1Q(vlan=chance.randrange(4096), prio=chance.randrange(8))
    return bytes(ether / packet)


def nd_options(chance: random.Random):
    """Return some options of router advertisements."""
    a = _address
    choices = [
        inet6.ICMPv6NDOptPrefixInfo(
            prefixlen=chance.choice((48, 64, 128)), L=chance.randrange(2), A=chance.randrange(2),
            R=chance.randrange(2), validlifetime=_u32(chance), preferredlifetime=_u32(chance),
            prefix="2001:db8:1::",
        ),
        inet6.ICMPv6NDOptMTU(mtu=chance.randrange(1280, 9000)),
        inet6.ICMPv6NDOptSrcLLAddr(lladdr=MAC),
        inet6.ICMPv6NDOptRDNSS(lifetime=_u32(chance), dns=[a(chance), a(chance)]),
        inet6.ICMPv6NDOptDNSSL(lifetime=_u32(chance), searchlist=["example.com", "example.org"]),
        inet6.ICMPv6NDOptRouteInfo(
            plen=chance.randrange(65, 129), prf=chance.choice((0, 1, 3)), rtlifetime=_u32(chance),
            prefix="2001:db8:2::", len=3,
        ),
        inet6.ICMPv6NDOptAdvInterval(advint=_u32(chance)),
        inet6.ICMPv6NDOptHAInfo(pref=chance.randrange(65536), lifetime=chance.randrange(65536)),
        inet6.ICMPv6NDOptPREF64(
            scaledlifetime=chance.randrange(1 << 13), plc=chance.randrange(6), prefix="64:ff9b::"
        ),
    ]  # fmt: skip
    return chance.sample(choices, chance.randrange(1, 6))


def _stack(packet, options):
    for option in options:
        packet /= option
    return packet


def _echo(chance):
    kind = chance.choice((inet6.ICMPv6EchoRequest, inet6.ICMPv6EchoReply))
    return _ip(chance) / kind(
        id=chance.randrange(65536), seq=chance.randrange(65536), data=_bytes(chance)
    )


def _router(chance):
    ra = inet6.ICMPv6ND_RA(
        chlim=chance.randrange(256), M=chance.randrange(2), O=chance.randrange(2),
        H=chance.randrange(2), prf=chance.choice((0, 1, 3)), P=chance.randrange(2),
        routerlifetime=chance.randrange(65536), reachabletime=_u32(chance),
        retranstimer=_u32(chance),
    )  # fmt: skip
    return _stack(_ip(chance, src="fe80::1", dst="ff02::1", hlim=255) / ra, nd_options(chance))


def _solicitation(chance):
    target = _address(chance)
    return (
        _ip(chance, hlim=255)
        / inet6.ICMPv6ND_NS(tgt=target)
        / inet6.ICMPv6NDOptSrcLLAddr(lladdr=MAC)
    )


def _advertisement(chance):
    na = inet6.ICMPv6ND_NA(
        tgt=_address(chance), R=chance.randrange(2), S=chance.randrange(2), O=chance.randrange(2)
    )
    return _ip(chance, hlim=255) / na / inet6.ICMPv6NDOptDstLLAddr(lladdr=MAC)


def _redirect(chance):
    quoted = _ip(chance) / inet.UDP(sport=4000, dport=4001) / _bytes(chance)
    quoted = bytes(quoted)
    quoted += bytes(-len(quoted) % 8)
    return (
        _ip(chance, hlim=255, src="fe80::1")
        / inet6.ICMPv6ND_Redirect(tgt="fe80::2", dst=_address(chance))
        / inet6.ICMPv6NDOptDstLLAddr(lladdr=MAC)
        / inet6.ICMPv6NDOptRedirectedHdr(len=1 + len(quoted) // 8, pkt=inet6.IPv6(quoted))
    )


def _error(chance):
    quoted = _ip(chance) / inet.UDP(sport=4000, dport=4001) / _bytes(chance)
    kind = chance.choice((
        inet6.ICMPv6DestUnreach(code=chance.randrange(7)),
        inet6.ICMPv6PacketTooBig(mtu=chance.randrange(1280, 65536)),
        inet6.ICMPv6TimeExceeded(code=chance.randrange(2)),
        inet6.ICMPv6ParamProblem(code=chance.randrange(3), ptr=chance.randrange(60)),
    ))  # fmt: skip
    return _ip(chance) / kind / quoted


def _extended_error(chance):
    """An error with the MPLS labels of the packet that it quotes, RFC 4884 and 4950."""
    quoted = bytes(_ip(chance) / inet.UDP(sport=4000, dport=4001) / _bytes(chance)).ljust(
        128, b"\0"
    )
    labels = chance.randrange(1, 4)
    stack = b"".join(
        struct.pack("!I", _u32(chance) & ~0x100 | (number == labels - 1) << 8)
        for number in range(labels)
    )
    objects = struct.pack("!HBB", 4 + len(stack), 1, 1) + stack
    if chance.random() < 0.5:
        objects += struct.pack("!HBB", 8, 249, 1) + chance.randbytes(4)  # for private use
    structure = struct.pack("!HH", 0x2000, 0) + objects
    if chance.random() < 0.8:
        structure = structure[:2] + struct.pack("!H", _sum(structure)) + structure[4:]
    kind = bytes((chance.choice((1, 3)), 0, 0, 0, 128 // 8, 0, 0, 0))
    header = _ip(chance, nh=58)
    whole = bytes(header / b"")
    return header / with_checksum(whole[8:24], whole[24:40], 58, kind + quoted + structure, 2)


def _sum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    return 0xFFFF - (total % 0xFFFF or 0xFFFF)


def _listener(chance):
    alert = inet6.IPv6ExtHdrHopByHop(options=[inet6.RouterAlert(value=0)])
    records = [
        inet6.ICMPv6MLDMultAddrRec(
            rtype=chance.randrange(1, 7), dst=_group(chance),
            sources=[_address(chance) for _ in range(chance.randrange(3))],
        )
        for _ in range(chance.randrange(1, 4))
    ]  # fmt: skip
    kind = chance.choice((
        inet6.ICMPv6MLReport2(records=records),
        inet6.ICMPv6MLQuery2(
            mladdr=_group(chance), mrd=chance.randrange(65536), S=chance.randrange(2),
            QRV=chance.randrange(8), QQIC=chance.randrange(256),
            sources=[_address(chance) for _ in range(chance.randrange(3))],
        ),
        inet6.ICMPv6MLQuery(mladdr=_group(chance), mrd=chance.randrange(65536)),
        inet6.ICMPv6MLReport(mladdr=_group(chance)),
        inet6.ICMPv6MLDone(mladdr=_group(chance)),
    ))  # fmt: skip
    return _ip(chance, src="fe80::1", dst="ff02::16", hlim=1) / alert / kind


def _tcp(chance):
    options = chance.sample(
        [("MSS", 1440), ("SAckOK", b""), ("Timestamp", (_u32(chance), _u32(chance))),
         ("WScale", 7), ("NOP", None), ("SAck", (_u32(chance), _u32(chance)))],
        chance.randrange(5),
    )  # fmt: skip
    return (
        _ip(chance)
        / inet.TCP(
            sport=chance.randrange(40000, 65536), dport=40001, seq=_u32(chance), ack=_u32(chance),
            flags=chance.randrange(256), window=chance.randrange(65536), options=options,
            urgptr=chance.randrange(65536),
        )
        / _bytes(chance)
    )  # fmt: skip


def _udp(chance):
    ports = {"sport": chance.randrange(40000, 65000), "dport": 40001}
    return _ip(chance) / inet.UDP(**ports) / _bytes(chance)


def _extension(chance):
    headers = [
        inet6.IPv6ExtHdrHopByHop(options=[inet6.RouterAlert(value=chance.randrange(3))]),
        inet6.IPv6ExtHdrDestOpt(options=[inet6.PadN(optdata=bytes(4))]),
        inet6.IPv6ExtHdrRouting(type=0, segleft=1, addresses=[_address(chance), _address(chance)]),
        inet6.IPv6ExtHdrDestOpt(options=[inet6.HAO(hoa=_address(chance))]),
    ]
    packet = _ip(chance)
    for number in sorted(chance.sample(range(4), chance.randrange(1, 4))):
        packet /= headers[number]
    return packet / inet.UDP(sport=40000, dport=40001) / _bytes(chance)


def _segments(chance):
    segments = [_address(chance) for _ in range(chance.randrange(1, 4))]
    left = chance.randrange(len(segments))
    srh = inet6.IPv6ExtHdrSegmentRouting(
        addresses=segments, segleft=left, lastentry=len(segments) - 1, tag=chance.randrange(65536)
    )
    return _ip(chance) / srh / inet.UDP(sport=40000, dport=40001) / _bytes(chance)


def _source_route(chance):
    """Return a packet with RPL's source route: addresses without their first 14 octets."""
    count = chance.choice((2, 6))
    pad = -2 * count % 8
    first = struct.pack("!BBBBBBH", 59, (2 * count + pad) // 8, 3, count, 0xEE, pad << 4, 0)
    return _ip(chance, nh=43) / (first + chance.randbytes(2 * count) + bytes(pad))


def _fragment(chance):
    offset = chance.choice((0, chance.randrange(1, 1000)))
    header = inet6.IPv6ExtHdrFragment(
        offset=offset, m=1, id=_u32(chance), nh=58 if offset == 0 else 17
    )
    data = bytes(inet6.ICMPv6EchoRequest(id=1, seq=2, data=bytes(56)))[:40]
    return _ip(chance) / header / data


def _tunnel(chance):
    return _ip(chance, nh=41) / bytes(_udp(chance))


def _tunnel_4(chance):
    return inet.IP(src="192.0.2.1", dst="192.0.2.2", proto=41) / bytes(_udp(chance))


def _dns(chance):
    name = chance.choice(("www.example.com", "example.org", "a.b.c.example.net"))
    question = dns.DNSQR(qname=name, qtype=chance.choice(("AAAA", "A", "PTR")))
    answers = [
        dns.DNSRR(rrname=name, type="AAAA", ttl=_u32(chance) >> 1, rdata=_address(chance)),
        dns.DNSRR(rrname=name, type="A", ttl=60, rdata="192.0.2.1"),
        dns.DNSRR(rrname=name, type="CNAME", ttl=60, rdata="host.example.com"),
    ]
    some = chance.sample(answers, chance.randrange(4))
    message = dns.DNS(
        id=chance.randrange(65536), qr=1, aa=chance.randrange(2), tc=0, rd=chance.randrange(2),
        ra=chance.randrange(2), ad=chance.randrange(2), cd=chance.randrange(2),
        rcode=chance.choice((0, 3)), qd=[question], an=some,
    )  # fmt: skip
    return _ip(chance) / inet.UDP(sport=53, dport=chance.randrange(40000, 65000)) / message


def _s46(code: int, body: bytes) -> bytes:
    return struct.pack("!HH", code, len(body)) + body


def s46_options(chance: random.Random) -> bytes:
    """Return AFTR-Name and the S46 options, which scapy has not, octet by octet."""
    rule = _s46(
        89,
        bytes([chance.randrange(2), 16, 24]) + bytes([192, 0, 2, 0]) + bytes([40])
        + bytes.fromhex("20010db800"),
    )  # fmt: skip
    params = _s46(93, bytes([6, 8]) + chance.randbytes(1) + b"\0")
    branch = _s46(90, bytes.fromhex("20010db8" + "00" * 11 + "01"))
    bind = _s46(92, bytes([192, 0, 2, 18]) + bytes([64]) + bytes.fromhex("20010db800010002"))
    dmr = _s46(91, bytes([64]) + bytes.fromhex("20010db8ffff0000"))
    return (
        _s46(64, b"\4aftr\7example\3com\0") + _s46(94, rule + branch + params)
        + _s46(95, dmr) + _s46(96, branch + bind)
    )  # fmt: skip


def _dhcpv6(chance):
    xid = chance.randrange(1 << 24)
    udp = inet.UDP(sport=546, dport=547)
    options = [
        dhcp6.DHCP6OptClientId(duid=dhcp6.DUID_LLT(lladdr=MAC, timeval=_u32(chance))),
        dhcp6.DHCP6OptServerId(duid=dhcp6.DUID_LL(lladdr=MAC)),
        dhcp6.DHCP6OptElapsedTime(elapsedtime=chance.randrange(65536)),
        dhcp6.DHCP6OptOptReq(reqopts=[23, 24, 64, 94]),
        dhcp6.DHCP6OptIA_NA(
            iaid=_u32(chance), T1=100, T2=200,
            ianaopts=[dhcp6.DHCP6OptIAAddress(addr=_address(chance), preflft=_u32(chance),
                                              validlft=_u32(chance))],
        ),
        dhcp6.DHCP6OptIA_PD(
            iaid=_u32(chance), T1=100, T2=200,
            iapdopt=[dhcp6.DHCP6OptIAPrefix(prefix="2001:db8:5::", plen=chance.randrange(40, 65),
                                            preflft=_u32(chance), validlft=_u32(chance))],
        ),
        dhcp6.DHCP6OptDNSServers(dnsservers=[_address(chance), _address(chance)]),
        dhcp6.DHCP6OptDNSDomains(dnsdomains=["example.com"]),
        dhcp6.DHCP6OptStatusCode(statuscode=chance.randrange(7), statusmsg="it is so"),
        dhcp6.DHCP6OptRapidCommit(),
        dhcp6.DHCP6OptPref(prefval=chance.randrange(256)),
    ]  # fmt: skip
    kind = chance.choice((dhcp6.DHCP6_Solicit, dhcp6.DHCP6_Reply, dhcp6.DHCP6_Request))
    message = _stack(kind(trid=xid), chance.sample(options, chance.randrange(2, 8)))
    raw = bytes(message)
    if chance.random() < 0.5:
        raw += s46_options(chance)
    if chance.random() < 0.3:
        relay = dhcp6.DHCP6_RelayForward(hopcount=1, linkaddr=_address(chance), peeraddr="fe80::1")
        raw = bytes(relay) + _s46(9, raw) + _s46(18, b"port1")
        udp = inet.UDP(sport=547, dport=547)
    return _ip(chance) / udp / raw


def _ripng(chance):
    entries = b"".join(
        bytes.fromhex("20010db8") + chance.randbytes(4) + bytes(8)
        + struct.pack("!HBB", chance.randrange(65536), chance.randrange(32, 65),
                      chance.randrange(1, 17))
        for _ in range(chance.randrange(1, 5))
    )  # fmt: skip
    message = bytes([chance.choice((1, 2)), 1, 0, 0]) + entries
    return _ip(chance, hlim=255) / inet.UDP(sport=521, dport=521) / message


def _authenticated(chance):
    icv = chance.randbytes(12)
    payload = bytes(inet.UDP(sport=40000, dport=40001, chksum=0x1234) / b"data")
    header = struct.pack("!BBHII", 59, 4, 0, _u32(chance), _u32(chance)) + icv
    return _ip(chance, nh=51) / (header + payload)


def _encrypted(chance):
    header = struct.pack("!II", _u32(chance), _u32(chance))
    return _ip(chance, nh=50) / (header + chance.randbytes(32))


def _rpl_option(chance):
    data = bytes([0x63, 4]) + bytes([chance.choice((0, 0x80, 0x40, 0x20)), chance.randrange(256)])
    header = bytes([59, 0]) + data + chance.randbytes(2)
    return _ip(chance, nh=0) / header


def _own_nd(chance):
    """Options that scapy has not, or has wrong: Nonce, EARO, Captive-Portal, 6CO, ABRO."""
    options = [
        bytes([14, 1]) + chance.randbytes(6),
        bytes([37, 4]) + b"https://example.com/portal".ljust(30, b"\0"),
        bytes([34, 2, 64, 0x15, 0, 0]) + struct.pack("!H", 60) + bytes.fromhex("20010db800000000"),
        bytes([35, 3]) + struct.pack("!HHH", 1, 2, 3) + bytes.fromhex("20010db8" + "00" * 12),
        bytes([5, 1, 0, 0]) + struct.pack("!I", 1280),
    ]
    body = bytes(16)[:4] + bytes.fromhex("fe80" + "00" * 13 + "07")
    body += b"".join(chance.sample(options, chance.randrange(1, 5)))
    header = _ip(chance, hlim=255, nh=58)
    whole = bytes(header / b"")
    message = with_checksum(whole[8:24], whole[24:40], 58, bytes([135, 0, 0, 0]) + body, 2)
    return header / message


def _coap(chance):
    token = chance.randbytes(chance.randrange(0, 9))
    message = bytes([0x40 | len(token), 1]) + struct.pack("!H", chance.randrange(65536)) + token
    message += b"\xb4time" + b"\x43abc" + b"\xff" + b"data"
    return _ip(chance) / inet.UDP(sport=5683, dport=5683) / message


def _arp(chance):
    return l2.ARP(op=chance.choice((1, 2)), hwsrc=MAC, psrc="192.0.2.1", pdst="192.0.2.2")


MAKERS = (
    _echo, _router, _solicitation, _advertisement, _redirect, _error, _listener, _tcp, _udp,
    _extension, _segments, _fragment, _tunnel, _tunnel_4, _dns, _dhcpv6, _ripng, _authenticated,
    _encrypted, _source_route, _rpl_option, _own_nd, _coap, _arp, _extended_error,
)  # fmt: skip


def packets(seed: int = 7, of_each: int = 10) -> list[bytes]:
    """Return frames of every kind, the same for the same seed."""
    chance = random.Random(seed)
    return [_frame(chance, maker(chance)) for maker in MAKERS for _ in range(of_each)]


def lowpan(seed: int = 7, count: int = 40) -> list[bytes]:
    """Return 802.15.4 frames with 6LoWPAN, octet by octet."""
    chance = random.Random(seed)
    return [_lowpan(chance) for _ in range(count)]


def _lowpan(chance: random.Random) -> bytes:
    mac = bytes.fromhex("4198") + chance.randbytes(1) + b"\xcd\xab" + chance.randbytes(4)
    if chance.random() < 0.4:
        mac = bytes.fromhex("41dc") + chance.randbytes(1) + b"\xcd\xab" + chance.randbytes(16)
    tf, hlim, sam, dam = (chance.randrange(4) for _ in range(4))
    m = chance.randrange(2)
    first = 0x60 | tf << 3 | 1 << 2 | hlim
    second = sam << 4 | m << 3 | dam
    data = bytes([first, second])
    data += (b"\x40\x01\x23\x45", b"\x41\x23\x45", b"\x40", b"")[tf]
    data += b"\x40" if hlim == 0 else b""
    data += bytes.fromhex("20010db8") + chance.randbytes(12) if sam == 0 else b""
    data += chance.randbytes((0, 8, 2, 0)[sam])
    if m:
        data += bytes.fromhex("ff02" + "00" * 12) + chance.randbytes(2) if dam == 0 else b""
        data += chance.randbytes((0, 6, 4, 1)[dam])
    else:
        data += bytes.fromhex("20010db8") + chance.randbytes(12) if dam == 0 else b""
        data += chance.randbytes((0, 8, 2, 0)[dam])
    ports = chance.randrange(4)
    data += bytes([0xF0 | ports]) + chance.randbytes((4, 3, 3, 1)[ports]) + chance.randbytes(2)
    return mac + data + chance.randbytes(10)
