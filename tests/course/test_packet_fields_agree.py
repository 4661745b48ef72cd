"""`explain` and tshark read the same: every field that both have, its place and its value."""

import xml.etree.ElementTree as ElementTree
from collections import Counter
from functools import cache

import netaddr
import packet_samples
from oracles import tshark

from ipv6course.packet import explain

# What tshark calls our fields, by group and field.
NAMES = {
    ("Ethernet", "Destination"): "eth.dst",
    ("Ethernet", "Source"): "eth.src",
    ("Ethernet", "Type"): "eth.type",
    ("VLAN Tag", "Priority"): "vlan.priority",
    ("VLAN Tag", "VLAN Identifier"): "vlan.id",
    ("VLAN Tag", "Type"): "vlan.etype",
    ("ARP", "Hardware Type"): "arp.hw.type",
    ("ARP", "Operation"): "arp.opcode",
    ("ARP", "Sender Hardware Address"): "arp.src.hw_mac",
    ("ARP", "Sender Protocol Address"): "arp.src.proto_ipv4",
    ("ARP", "Target Protocol Address"): "arp.dst.proto_ipv4",
    ("IPv4", "Total Length"): "ip.len",
    ("IPv4", "Identification"): "ip.id",
    ("IPv4", "Time to Live"): "ip.ttl",
    ("IPv4", "Protocol"): "ip.proto",
    ("IPv4", "Header Checksum"): "ip.checksum",
    ("IPv4", "Source Address"): "ip.src",
    ("IPv4", "Destination Address"): "ip.dst",
    ("IPv6", "Traffic Class"): "ipv6.tclass",
    ("Traffic Class", "DSCP"): "ipv6.tclass.dscp",
    ("Traffic Class", "ECN"): "ipv6.tclass.ecn",
    ("IPv6", "Flow Label"): "ipv6.flow",
    ("IPv6", "Payload Length"): "ipv6.plen",
    ("IPv6", "Next Header"): "ipv6.nxt",
    ("IPv6", "Hop Limit"): "ipv6.hlim",
    ("IPv6", "Source Address"): "ipv6.src",
    ("IPv6", "Destination Address"): "ipv6.dst",
    ("Hop-by-Hop Options", "Next Header"): "ipv6.hopopts.nxt",
    ("Hop-by-Hop Options", "Hdr Ext Len"): "ipv6.hopopts.len",
    ("Destination Options", "Next Header"): "ipv6.dstopts.nxt",
    ("Destination Options", "Hdr Ext Len"): "ipv6.dstopts.len",
    ("*", "Option Type"): "ipv6.opt.type",
    ("Option Type", "Action"): "ipv6.opt.type.action",
    ("Option Type", "Change"): "ipv6.opt.type.change",
    ("Option Type", "Rest"): "ipv6.opt.type.rest",
    ("*", "Opt Data Len"): "ipv6.opt.length",
    ("Router Alert", "Value"): "ipv6.opt.router_alert",
    ("Home Address", "Home Address"): "ipv6.opt.mipv6.home_address",
    ("RPL Option (deprecated)", "O"): "ipv6.opt.rpl.flag.o",
    ("RPL Option (deprecated)", "R"): "ipv6.opt.rpl.flag.r",
    ("RPL Option (deprecated)", "F"): "ipv6.opt.rpl.flag.f",
    ("RPL Option (deprecated)", "RPLInstanceID"): "ipv6.opt.rpl.instance_id",
    ("RPL Option (deprecated)", "SenderRank"): "ipv6.opt.rpl.sender_rank",
    ("Routing", "Next Header"): "ipv6.routing.nxt",
    ("Routing", "Hdr Ext Len"): "ipv6.routing.len",
    ("Routing", "Routing Type"): "ipv6.routing.type",
    ("Routing", "Segments Left"): "ipv6.routing.segleft",
    ("Routing", "Address"): "ipv6.routing.src.addr",
    ("Routing", "Last Entry"): "ipv6.routing.srh.last_entry",
    ("Routing", "Flags"): "ipv6.routing.srh.flags",
    ("Routing", "Tag"): "ipv6.routing.srh.tag",
    ("Routing", "Segment List"): "ipv6.routing.srh.addr",
    ("Routing", "Addresses"): "ipv6.routing.rpl.address",
    ("Routing", "CmprI"): "ipv6.routing.rpl.cmprI",
    ("Routing", "CmprE"): "ipv6.routing.rpl.cmprE",
    ("Routing", "Pad"): "ipv6.routing.rpl.pad",
    ("Fragment", "Next Header"): "ipv6.fraghdr.nxt",
    ("Fragment", "Reserved"): "ipv6.fraghdr.reserved_octet",
    ("Fragment", "Fragment Offset"): "ipv6.fraghdr.offset",
    ("Fragment", "M"): "ipv6.fraghdr.more",
    ("Fragment", "Identification"): "ipv6.fraghdr.ident",
    ("Authentication Header", "Next Header"): "ah.next_header",
    ("Authentication Header", "Payload Len"): "ah.length",
    ("Authentication Header", "Security Parameters Index"): "ah.spi",
    ("Authentication Header", "Sequence Number"): "ah.sequence",
    ("Authentication Header", "Integrity Check Value"): "ah.icv",
    ("Encapsulating Security Payload", "Security Parameters Index"): "esp.spi",
    ("Encapsulating Security Payload", "Sequence Number"): "esp.sequence",
    ("ICMPv6", "Type"): "icmpv6.type",
    ("ICMPv6", "Code"): "icmpv6.code",
    ("ICMPv6", "Checksum"): "icmpv6.checksum",
    ("ICMPv6", "Identifier"): "icmpv6.echo.identifier",
    ("ICMPv6", "Sequence Number"): "icmpv6.echo.sequence_number",
    ("ICMPv6", "MTU"): "icmpv6.mtu",
    ("ICMPv6", "Pointer"): "icmpv6.pointer",
    ("Extension Structure", "Version"): "icmp.ext.version",
    ("Extension Structure", "Checksum"): "icmp.ext.checksum",
    ("Object", "Length"): "icmp.ext.length",
    ("Object", "Class-Num"): "icmp.ext.class",
    ("Object", "C-Type"): "icmp.ext.ctype",
    ("Label Stack Entry", "Label"): "icmp.mpls.label",
    ("Label Stack Entry", "EXP"): "icmp.mpls.exp",
    ("Label Stack Entry", "S"): "icmp.mpls.s",
    ("Label Stack Entry", "TTL"): "icmp.mpls.ttl",
    ("ICMPv6", "Cur Hop Limit"): "icmpv6.nd.ra.cur_hop_limit",
    ("ICMPv6", "M"): "icmpv6.nd.ra.flag.m",
    ("ICMPv6", "H"): "icmpv6.nd.ra.flag.h",
    ("ICMPv6", "Prf"): "icmpv6.nd.ra.flag.prf",
    ("ICMPv6", "P"): "icmpv6.nd.ra.flag.p",
    ("ICMPv6", "Router Lifetime"): "icmpv6.nd.ra.router_lifetime",
    ("ICMPv6", "Reachable Time"): "icmpv6.nd.ra.reachable_time",
    ("ICMPv6", "Retrans Timer"): "icmpv6.nd.ra.retrans_timer",
    ("ICMPv6", "Maximum Response Code"): "icmpv6.mld.maximum_response_code",
    ("ICMPv6", "Maximum Response Delay"): "icmpv6.mld.maximum_response_delay",
    ("ICMPv6", "Multicast Address"): "icmpv6.mld.multicast_address",
    ("ICMPv6", "QRV"): "icmpv6.mld.flag.qrv",
    ("ICMPv6", "QQIC"): "icmpv6.mld.qqi",
    ("ICMPv6", "Number of Sources"): "icmpv6.mld.nb_sources",
    ("ICMPv6", "Source Address"): "icmpv6.mld.source_address",
    ("ICMPv6", "Nr of Mcast Address Records"): "icmpv6.mldr.nb_mcast_records",
    ("Multicast Address Record", "Record Type"): "icmpv6.mldr.mar.record_type",
    ("Multicast Address Record", "Aux Data Len"): "icmpv6.mldr.mar.aux_data_len",
    ("Multicast Address Record", "Number of Sources"): "icmpv6.mldr.mar.nb_sources",
    ("Multicast Address Record", "Multicast Address"): "icmpv6.mldr.mar.multicast_address",
    ("Multicast Address Record", "Source Address"): "icmpv6.mldr.mar.source_address",
    ("Prefix Information", "Prefix Length"): "icmpv6.opt.prefix.length",
    ("Prefix Information", "L"): "icmpv6.opt.prefix.flag.l",
    ("Prefix Information", "A"): "icmpv6.opt.prefix.flag.a",
    ("Prefix Information", "R"): "icmpv6.opt.prefix.flag.r",
    ("Prefix Information", "Valid Lifetime"): "icmpv6.opt.prefix.valid_lifetime",
    ("Prefix Information", "Preferred Lifetime"): "icmpv6.opt.prefix.preferred_lifetime",
    ("MTU", "MTU"): "icmpv6.opt.mtu",
    ("Recursive DNS Server Option", "Lifetime"): "icmpv6.opt.rdnss.lifetime",
    ("Recursive DNS Server Option", "Address of IPv6 Recursive DNS Server"): "icmpv6.opt.rdnss",
    ("DNS Search List Option", "Lifetime"): "icmpv6.opt.dnssl.lifetime",
    ("DNS Search List Option", "Domain Name"): "icmpv6.opt.dnssl",
    ("Route Information Option", "Prefix Length"): "icmpv6.opt.prefix.length",
    ("Route Information Option", "Prf"): "icmpv6.opt.route_info.flag.route_preference",
    ("Route Information Option", "Route Lifetime"): "icmpv6.opt.route_lifetime",
    ("PREF64 option", "Scaled Lifetime"): "icmpv6.opt.pref64.scaled_lifetime",
    ("PREF64 option", "PLC"): "icmpv6.opt.pref64.plc",
    ("Advertisement Interval Option", "Advertisement Interval"):
        "icmpv6.opt.advertisement_interval",
    ("Home Agent Information Option", "Home Agent Preference"):
        "icmpv6.opt.home_agent_preference",
    ("Home Agent Information Option", "Home Agent Lifetime"): "icmpv6.opt.home_agent_lifetime",
    ("Nonce Option", "Nonce"): "icmpv6.opt.nonce",
    ("DHCP Captive-Portal", "URI"): "icmpv6.opt.captive_portal",
    ("6LoWPAN Context Option", "Context Length"): "icmpv6.opt.6co.context_length",
    ("6LoWPAN Context Option", "C"): "icmpv6.opt.6co.flag.c",
    ("6LoWPAN Context Option", "CID"): "icmpv6.opt.6co.flag.cid",
    ("6LoWPAN Context Option", "Valid Lifetime"): "icmpv6.opt.6co.valid_lifetime",
    ("Authoritative Border Router Option", "Version Low"): "icmpv6.opt.abro.version_low",
    ("Authoritative Border Router Option", "Version High"): "icmpv6.opt.abro.version_high",
    ("Authoritative Border Router Option", "Valid Lifetime"): "icmpv6.opt.abro.valid_lifetime",
    ("Authoritative Border Router Option", "6LBR Address"): "icmpv6.opt.abro.6lbr_address",
    ("UDP", "Source Port"): "udp.srcport",
    ("UDP", "Destination Port"): "udp.dstport",
    ("UDP", "Length"): "udp.length",
    ("UDP", "Checksum"): "udp.checksum",
    ("TCP", "Source Port"): "tcp.srcport",
    ("TCP", "Destination Port"): "tcp.dstport",
    ("TCP", "Sequence Number"): "tcp.seq_raw",
    ("TCP", "Acknowledgment Number"): "tcp.ack_raw",
    ("TCP", "CWR"): "tcp.flags.cwr",
    ("TCP", "ECE"): "tcp.flags.ece",
    ("TCP", "URG"): "tcp.flags.urg",
    ("TCP", "ACK"): "tcp.flags.ack",
    ("TCP", "PSH"): "tcp.flags.push",
    ("TCP", "RST"): "tcp.flags.reset",
    ("TCP", "SYN"): "tcp.flags.syn",
    ("TCP", "FIN"): "tcp.flags.fin",
    ("TCP", "Window"): "tcp.window_size_value",
    ("TCP", "Checksum"): "tcp.checksum",
    ("TCP", "Urgent Pointer"): "tcp.urgent_pointer",
    ("*", "Maximum Segment Size"): "tcp.options.mss_val",
    ("Window Scale", "shift.cnt"): "tcp.options.wscale.shift",
    ("Timestamps", "TSval"): "tcp.options.timestamp.tsval",
    ("Timestamps", "TSecr"): "tcp.options.timestamp.tsecr",
    ("DNS", "ID"): "dns.id",
    ("DNS", "QR"): "dns.flags.response",
    ("DNS", "Opcode"): "dns.flags.opcode",
    ("DNS", "AA"): "dns.flags.authoritative",
    ("DNS", "TC"): "dns.flags.truncated",
    ("DNS", "RD"): "dns.flags.recdesired",
    ("DNS", "RA"): "dns.flags.recavail",
    ("DNS", "AD"): "dns.flags.authenticated",
    ("DNS", "CD"): "dns.flags.checkdisable",
    ("DNS", "RCODE"): "dns.flags.rcode",
    ("DNS", "QDCOUNT"): "dns.count.queries",
    ("DNS", "ANCOUNT"): "dns.count.answers",
    ("DNS", "NSCOUNT"): "dns.count.auth_rr",
    ("DNS", "ARCOUNT"): "dns.count.add_rr",
    ("Question", "QNAME"): "dns.qry.name",
    ("Question", "QTYPE"): "dns.qry.type",
    ("Answer", "NAME"): "dns.resp.name",
    ("Answer", "TYPE"): "dns.resp.type",
    ("Answer", "TTL"): "dns.resp.ttl",
    ("Answer", "RDLENGTH"): "dns.resp.len",
    ("RDATA", "CNAME"): "dns.cname",
    ("DHCPv6", "msg-type"): "dhcpv6.msgtype",
    ("DHCP-relay-message", "msg-type"): "dhcpv6.msgtype",
    ("DHCPv6", "transaction-id"): "dhcpv6.xid",
    ("DHCP-relay-message", "transaction-id"): "dhcpv6.xid",
    ("DHCPv6", "hop-count"): "dhcpv6.hopcount",
    ("DHCPv6", "link-address"): "dhcpv6.linkaddr",
    ("DHCPv6", "peer-address"): "dhcpv6.peeraddr",
    ("*", "option-code"): "dhcpv6.option.type",
    ("*", "option-len"): "dhcpv6.option.length",
    ("DUID", "DUID-Type"): "dhcpv6.duid.type",
    ("*", "IAID"): "dhcpv6.iaid",
    ("*", "T1"): "dhcpv6.iaid.t1",
    ("*", "T2"): "dhcpv6.iaid.t2",
    ("*", "IPv6-address"): "dhcpv6.iaaddr.ip",
    ("OPTION_IAADDR", "preferred-lifetime"): "dhcpv6.iaaddr.pref_lifetime",
    ("OPTION_IAADDR", "valid-lifetime"): "dhcpv6.iaaddr.valid_lifetime",
    ("OPTION_IAPREFIX", "preferred-lifetime"): "dhcpv6.iaprefix.pref_lifetime",
    ("OPTION_IAPREFIX", "valid-lifetime"): "dhcpv6.iaprefix.valid_lifetime",
    ("OPTION_IAPREFIX", "prefix-length"): "dhcpv6.iaprefix.pref_len",
    ("OPTION_IAPREFIX", "IPv6-prefix"): "dhcpv6.iaprefix.pref_addr",
    ("*", "requested-option-code"): "dhcpv6.requested_option_code",
    ("*", "pref-value"): "dhcpv6.option_preference",
    ("*", "status-code"): "dhcpv6.status_code",
    ("*", "DNS-recursive-name-server"): "dhcpv6.dns_server",
    ("OPTION_S46_RULE", "F"): "dhcpv6.s46_rule.flags.fmr",
    ("OPTION_S46_RULE", "ea-len"): "dhcpv6.s46_rule.ea_len",
    ("OPTION_S46_RULE", "prefix4-len"): "dhcpv6.s46_rule.ipv4_pref_len",
    ("OPTION_S46_RULE", "ipv4-prefix"): "dhcpv6.s46_rule.ipv4_prefix",
    ("OPTION_S46_RULE", "prefix6-len"): "dhcpv6.s46_rule.ipv6_prefix_len",
    ("OPTION_S46_RULE", "ipv6-prefix"): "dhcpv6.s46_rule.ipv6_prefix",
    ("OPTION_S46_BR", "br-ipv6-address"): "dhcpv6.s46_br.address",
    ("OPTION_S46_DMR", "dmr-prefix6-len"): "dhcpv6.s46_dmr.dmr_pref_len",
    ("OPTION_S46_DMR", "dmr-ipv6-prefix"): "dhcpv6.s46_dmr.dmr_prefix",
    ("OPTION_S46_V4V6BIND", "ipv4-address"): "dhcpv6.s46_v4v6bind.ipv4_address",
    ("OPTION_S46_V4V6BIND", "bindprefix6-len"): "dhcpv6.s46_v4v6bind.ipv6_pref_len",
    ("OPTION_S46_V4V6BIND", "bind-ipv6-prefix"): "dhcpv6.s46_v4v6bind.ipv6_prefix",
    ("OPTION_S46_PORTPARAMS", "offset"): "dhcpv6.s46_portparam.offset",
    ("OPTION_S46_PORTPARAMS", "PSID-len"): "dhcpv6.s46_portparam.psid_len",
    ("OPTION_S46_PORTPARAMS", "PSID"): "dhcpv6.s46_portparam.psid",
    ("RIPng", "command"): "ripng.cmd",
    ("RIPng", "version"): "ripng.version",
    ("Route Table Entry", "IPv6 prefix"): "ripng.rte.ipv6_prefix",
    ("Route Table Entry", "route tag"): "ripng.rte.route_tag",
    ("Route Table Entry", "prefix len"): "ripng.rte.prefix_length",
    ("Route Table Entry", "metric"): "ripng.rte.metric",
    ("CoAP", "Version"): "coap.version",
    ("CoAP", "Type"): "coap.type",
    ("CoAP", "Token Length"): "coap.token_len",
    ("CoAP", "Code"): "coap.code",
    ("CoAP", "Message ID"): "coap.mid",
    ("CoAP", "Token"): "coap.token",
    ("IEEE 802.15.4", "Sequence Number"): "wpan.seq_no",
    ("IEEE 802.15.4", "Destination PAN ID"): "wpan.dst_pan",
    ("6LoWPAN IPHC", "TF"): "6lowpan.iphc.tf",
    ("6LoWPAN IPHC", "NH"): "6lowpan.iphc.nh",
    ("6LoWPAN IPHC", "HLIM"): "6lowpan.iphc.hlim",
    ("6LoWPAN IPHC", "CID"): "6lowpan.iphc.cid",
    ("6LoWPAN IPHC", "SAC"): "6lowpan.iphc.sac",
    ("6LoWPAN IPHC", "SAM"): "6lowpan.iphc.sam",
    ("6LoWPAN IPHC", "M"): "6lowpan.iphc.m",
    ("6LoWPAN IPHC", "DAC"): "6lowpan.iphc.dac",
    ("6LoWPAN IPHC", "DAM"): "6lowpan.iphc.dam",
    ("6LoWPAN NHC UDP", "C"): "6lowpan.nhc.udp.checksum",
    ("6LoWPAN NHC UDP", "P"): "6lowpan.nhc.udp.ports",
    ("6LoWPAN NHC UDP", "Checksum"): "6lowpan.udp.checksum",
}  # fmt: skip
WANTED = frozenset(NAMES.values())

# Not in this table, because tshark 4.0 does not read them: the RPL option by its number of RFC 9008
# (0x23), the fields of EARO after Status (it reads RFC 6775's), OPTION_V6_PREFIX64 and newer ones.
PREFERENCES = ("ipv6.defragment:FALSE",)


def ours(data, link):
    """Return (tshark's name, offset or None for bits, value) of each field in the table."""
    found = []

    def take(fields, group):
        for field in fields:
            name = NAMES.get((group, field.name)) or NAMES.get(("*", field.name))
            if name and field.value is not None:
                whole = field.bit_offset == 0 and field.bit_length % 8 == 0
                at = field.offset if whole else None
                found.append((name, at, field.value))
            take(field.children, field.name)

    take(explain(data, link).layers, "")
    return found


def theirs(packet):
    """Return the same of tshark's tree."""
    found = []
    for field in packet.iter("field"):
        name = field.get("name")
        if name in WANTED and field.get("value") is not None and field.get("hide") != "yes":
            found.append((name, int(field.get("pos")), field.get("value"), field.get("show")))
    return found


@cache
def _trees(kind):
    frames = packet_samples.packets() if kind == "ethernet" else packet_samples.lowpan()
    link = tshark.ETHERNET if kind == "ethernet" else tshark.IEEE802154
    tree = ElementTree.fromstring(tshark.tree(tshark.pcap(frames, link), preferences=PREFERENCES))
    return frames, list(tree.iter("packet"))


def same(value, hexadecimal, shown, whole):
    """Whether the values are one: as address, text, octets or number."""
    if isinstance(value, netaddr.IPAddress):
        return value == netaddr.IPAddress(shown)
    if isinstance(value, str):
        return value.rstrip(".") == shown.rstrip(".")
    if isinstance(value, bytes):
        return value.hex() == hexadecimal
    if isinstance(value, netaddr.EUI):
        return value == netaddr.EUI(shown)
    if whole:  # tshark may show more than the number: MLD's codes as times
        return int(hexadecimal, 16) == int(value) or int(shown, 0) == int(value)
    if shown in ("True", "False"):
        return bool(value) is (shown == "True")
    return int(shown, 0) == int(value)


def differences(kind):
    """Yield where the two differ, and count what was compared."""
    compared = Counter()
    different = []
    frames, packets = _trees(kind)
    assert len(frames) == len(packets)
    for index, (frame, packet) in enumerate(zip(frames, packets, strict=True)):
        their_fields = theirs(packet)
        our_fields = ours(frame, kind)
        for name in {row[0] for row in our_fields + their_fields}:
            if kind == "ieee802154" and not name.startswith(("wpan", "6lowpan")):
                continue  # of the packet that tshark decompressed, whose octets are not here
            a = sorted((row for row in our_fields if row[0] == name), key=lambda row: row[1] or 0)
            b = sorted((row for row in their_fields if row[0] == name), key=lambda row: row[1])
            agree = len(a) == len(b) and all(
                (mine[1] is None or mine[1] == other[1])
                and same(mine[2], other[2], other[3], mine[1] is not None)
                for mine, other in zip(a, b, strict=True)
            )
            compared[name] += len(a)
            if not agree:
                different.append((index, name, a, b))
    return compared, different


def test_every_field_agrees_with_tshark_in_place_and_value():
    compared, different = differences("ethernet")

    assert len(_trees("ethernet")[0]) >= 200
    assert different == []
    assert sum(compared.values()) > 5_000


def test_the_fields_of_6lowpan_agree_with_tshark():
    compared, different = differences("ieee802154")

    assert different == []
    assert sum(compared.values()) > 400


def test_no_name_of_the_table_goes_uncompared():
    names = differences("ethernet")[0] + differences("ieee802154")[0]

    assert [name for name in sorted(WANTED) if not names[name]] == []
