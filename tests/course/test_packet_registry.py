"""The numbers of `packet/registry.csv` are those of Wireshark's own tables; the rest is listed."""

import csv
import re
import struct
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from oracles import program, tshark

import ipv6course.packet

CSV = Path(ipv6course.packet.__file__).parent / "registry.csv"
with CSV.open(encoding="utf-8", newline="") as file:
    ROWS = {(row["registry"], int(row["number"])): row["name"] for row in csv.DictReader(file)}

# Our registry, and the field of Wireshark that has a table of its numbers.
TABLES = {
    "coap-code": "coap.code",
    "dhcpv6-message": "dhcpv6.msgtype",
    "dhcpv6-option": "dhcpv6.option.type",
    "dhcpv6-status": "dhcpv6.status_code",
    "dns-rcode": "dns.flags.rcode",
    "dns-type": "dns.qry.type",
    "dscp": "ip.dsfield.dscp",
    "earo-status": "icmpv6.opt.aro.status",
    "edns-option": "dns.opt.code",
    "ethertype": "eth.type",
    "icmpv6-type": "icmpv6.type",
    "ipv6-option": "ipv6.opt.type",
    "mld-record": "icmpv6.mldr.mar.record_type",
    "nd-option": "icmpv6.opt.type",
    "protocol": "ip.proto",
    "routing-type": "ipv6.routing.type",
    "rpl-option": "icmpv6.rpl.opt.type",
    "tcp-option": "tcp.option_kind",
}

# IANA's names have these words; Wireshark's have those.
WORDS = {
    "ADDR": "address", "ADDRSEL": "address selection", "AF": "assured forwarding",
    "ARCH": "system architecture", "AUTH": "authentication", "BOOTFILE": "boot file",
    "CLIENTID": "client identifier", "CS": "class selector", "D": "domain",
    "EF": "expedited forwarding", "EXPERIMENT": "experimental",
    "FQDN": "fully qualified domain name", "HISTORIC": "obsolete",
    "IA": "identity association for", "IAADDR": "identity association for address",
    "IAPREFIX": "identity association for prefix", "ID": "identifier",
    "LINKLAYER": "link layer", "LW": "lightweight", "MSG": "message",
    "NA": "non temporary address", "NII": "network interface identifier",
    "ORO": "option request", "PARAM": "parameters", "PD": "prefix delegation",
    "PORTPARAMS": "port parameters", "RECONF": "reconfigure", "REPL": "reply",
    "SERVERID": "server identifier", "SERVERS": "server",
    "SNTP": "simple network time protocol", "STYLE": "", "TA": "temporary address",
    "TIMESTAMPS": "time stamp",
}  # fmt: skip

# Not in the tables of Wireshark 4.0 (of 2022).
UNKNOWN = {
    "dhcpv6-message": ({20, 21, 36, 37}, "RFC 7341 is left out, RFC 9686 is newer"),
    "dhcpv6-option": ({138, 139, 144, 148}, "RFC 8947 is left out, RFC 9463 and 9686 are newer"),
    "earo-status": (set(range(3, 11)), "it knows RFC 6775, and not yet RFC 8505"),
    "ipv6-option": ({17, 18, 35, 77}, "RFC 9486, 9343, 9008 and a number given back"),
    "nd-option": ({39, 40, 41, 144}, "RFC 8928, 9176 and 9463 are left out"),
    "protocol": ({253, 254, 255}, "shown as experimental by a range, or as reserved"),
    "routing-type": ({255}, "reserved"),
    "tcp-option": ({69}, "RFC 8547 is experimental"),
    "icmpv6-code": (
        {0x108, 0x109, *range(0x404, 0x40B)},
        "RFC 8883 and 8986 are left out, RFC 9914 is newer",
    ),
    "coap-option": ({258, 292}, "RFC 7967 and 9175 are left out"),
}

# The same number under another name.
OTHERWISE = {
    ("coap-option", 252): "No-Op",  # the number's use before RFC 9175 assigned it to Echo
    ("dhcpv6-option", 17): "Vendor-specific Information",
    ("dhcpv6-option", 22): "SIP Servers IPv6 Address List",
    ("dhcpv6-option", 32): "Lifetime",
    ("dhcpv6-option", 43): "Echo Request Option",
    ("dhcpv6-option", 92): "S46 IPv4/IPv6 Address Binding",
    ("dhcpv6-option", 94): "S46 MAP-E Container",
    ("dhcpv6-option", 96): "S46 Lightweight 4over6 Container",
    ("dhcpv6-option", 95): "S46 MAP-T Container",
    ("dhcpv6-option", 112): "Manufacturer Usage Description",
    ("dhcpv6-option", 113): "IPv4/IPv6 Multicast Prefixes",
    ("dhcpv6-status", 2): "NoAddrAvail",
    ("dns-rcode", 0): "No error",
    ("dns-rcode", 1): "Format error",
    ("dns-rcode", 2): "Server failure",
    ("dns-rcode", 3): "No such name",
    ("dns-rcode", 4): "Not implemented",
    ("dns-rcode", 6): "Name exists",
    ("dns-rcode", 7): "RRset exists",
    ("dns-rcode", 8): "RRset does not exist",
    ("dns-rcode", 9): "Not authoritative",
    ("dns-rcode", 10): "Name out of zone",
    ("dns-rcode", 11): "DSO-Type not implemented",
    ("dns-type", 255): "* (A request for all records the server/cache has available)",
    ("earo-status", 1): "Duplicate Exists",
    ("edns-option", 8): "CSUBNET - Client subnet",
    ("ethertype", 0x8100): "802.1Q Virtual LAN",
    ("ethertype", 0x888E): "802.1X Authentication",
    ("ethertype", 0x88A8): "802.1ad Provider Bridge (Q-in-Q)",
    ("icmpv6-code", 0x8B00): "Query subject = IPv6 addresses",
    ("icmpv6-code", 0x8B01): "Query subject = DNS name or empty",
    ("icmpv6-code", 0x8B02): "Query subject = IPv4 addresses",
    ("icmpv6-code", 0x8C01): "Refused",
    ("icmpv6-code", 0x8C02): "Unknown query type",
    ("icmpv6-type", 140): "Node Information Reply",
    ("icmpv6-type", 143): "Multicast Listener Report Message v2",
    ("ipv6-option", 238): "IP_DFF",
    ("mld-record", 3): "Changed to include",
    ("mld-record", 4): "Changed to exclude",
    ("protocol", 4): "IPIP",
    ("protocol", 46): "Reservation Protocol",
    ("protocol", 47): "Generic Routing Encapsulation",
    ("protocol", 50): "Encap Security Payload",
    ("protocol", 97): "Ether in IP",
    ("protocol", 115): "Layer 2 Tunneling",
    ("protocol", 135): "Mobile IPv6",
    ("protocol", 139): "HIP",
    ("routing-type", 5): "Compact Routing Header 16",
    ("routing-type", 6): "Compact Routing Header 32",
    ("rpl-option", 0): "1-byte padding",
    ("rpl-option", 1): "n-byte padding",
    ("rpl-option", 3): "Routing Information",
}
# The registry's own words beside a name: what Wireshark has no need to say.
BESIDE = {"option", "opt", "message", "messages", "the", "of", "ipv6", "v6", "dhcp", "in", "icmp"}
A = bytes.fromhex("20010db8" + "00" * 11 + "01")


def words(name):
    """Return the words that matter in a name, in Wireshark's way of writing them."""
    name = re.sub(r"\(0x..\)|RFC3692", "", name).replace("_", " ")
    found = " ".join(WORDS.get(word.upper(), word) for word in re.findall(r"[A-Za-z]+|\d+", name))
    return set(found.lower().split()) - BESIDE


def tables():
    """Return Wireshark's tables: field, number, name."""
    known = {field: {} for field in TABLES.values()}
    fields = "|".join(map(re.escape, known)).encode()
    run = subprocess.run([program("tshark"), "-G", "values"], capture_output=True, check=True)
    # 90 MB: only the lines that count are made text.
    for row in re.findall(rb"^V\t(?:%s)\t.*" % fields, run.stdout, re.MULTILINE):
        _, field, number, name = row.decode().split("\t")[:4]
        known[field].setdefault(int(number, 0), name)
    return {registry: known[field] for registry, field in TABLES.items()}


def ip(next_header, payload):
    head = bytes([0x60, 0, 0, 0]) + struct.pack("!HBB", len(payload), next_header, 64)
    return bytes.fromhex("00005e00530200005e00530186dd") + head + A + A + payload


def code(number):
    """Return an ICMPv6 message of a type and a code."""
    return ip(58, struct.pack("!HH", number, 0) + bytes(60))


def coap(number):
    """Return a CoAP message with one option."""
    delta = (
        bytes([number << 4 | 1])
        if number < 13
        else struct.pack("!BB", 0xD1, number - 13)
        if number < 269
        else struct.pack("!BH", 0xE1, number - 269)
    )
    message = b"\x40\x01\0\1" + delta + b"a"
    return ip(17, struct.pack("!HHHH", 5683, 5683, 8 + len(message), 0) + message)


SHOWN = {"icmpv6-code": (code, "icmpv6.code"), "coap-option": (coap, "coap.opt.name")}


def shown():
    """Return what Wireshark has no table of, from packets: registry, number, name."""
    wanted = [row for row in ROWS if row[0] in SHOWN]
    frames = [SHOWN[registry][0](number) for registry, number in wanted]
    found = {registry: {} for registry in SHOWN}
    tree = ElementTree.fromstring(tshark.tree(tshark.pcap(frames)))
    for (registry, number), packet in zip(wanted, tree, strict=True):
        for field in packet.iter("field"):
            if field.get("name") == SHOWN[registry][1]:
                name = re.sub(r"^Code: \d+ \(|\)$|^.*#1: ", "", field.get("showname"))
                name = name.removesuffix(": 61")  # the option's value
                if not re.match(r"Unknown( \(| Option|$)", name):
                    found[registry][number] = name
    return found


@pytest.fixture(scope="module")
def theirs():
    return {**tables(), **shown()}


def test_every_number_is_known_to_wireshark_or_listed(theirs):
    strangers = [
        (registry, number, name)
        for (registry, number), name in ROWS.items()
        if registry in theirs
        and number not in theirs[registry]
        and number not in UNKNOWN.get(registry, ((), ""))[0]
    ]

    assert strangers == []


def test_every_number_has_the_name_that_wireshark_gives_it(theirs):
    wrong = []
    for (registry, number), name in ROWS.items():
        other = theirs.get(registry, {}).get(number)
        if other is None or OTHERWISE.get((registry, number)) == other:
            continue
        ours, them = words(name), words(other)
        if not (ours <= them or them <= ours):
            wrong.append((registry, number, name, other))

    assert wrong == []


def test_the_lists_name_rows_that_are_there():
    listed = {
        (registry, number) for registry, (numbers, _) in UNKNOWN.items() for number in numbers
    }

    assert (listed | set(OTHERWISE)) <= set(ROWS)


def test_the_ports_are_those_of_the_services_file():
    folders = subprocess.run([program("tshark"), "-G", "folders"], capture_output=True, text=True)
    data = re.search(r"^(?:Global configuration|Data|Program data)?:?\s*(/\S*/wireshark)$",
                     folders.stdout, re.MULTILINE)  # fmt: skip
    file = Path(data[1] if data else "/usr/share/wireshark") / "services"
    if not file.exists():
        pytest.skip("newer than Wireshark 4.0: its services are no file any more")
    known = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if parts := re.match(r"([^#\s]+)\s+(\d+)/", line):
            known.setdefault(int(parts[2]), set()).add(parts[1])
    wrong = [(n, name) for (registry, n), name in ROWS.items()
             if registry == "port" and name not in known.get(n, ())]  # fmt: skip

    assert wrong == []
