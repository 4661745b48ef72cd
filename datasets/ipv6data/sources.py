"""Where the shipped facts are from: the rows of `source`, and which raw file each belongs to."""

from datetime import date
from typing import NamedTuple

from ipv6data.delegated import Header
from ipv6data.loading import PUBLISHERS, TERMS


class Source(NamedTuple):
    """A row of `source`, but for its number."""

    name: str
    title: str
    publisher: str
    as_of: str
    terms: str
    note: str = ""


_SEEN_IN = {
    ("afrinic", "2022"): "Kept in the public repository fartbagxp/rir-backup.",
    ("afrinic", "2026"): "Kept in the public repository fartbagxp/rir-backup.",
    ("apnic", "2024"): "Kept in the public repository gyssi00700/all-chn-ipv4.",
    ("", "2013"): "Kept in the public repositories ashi009/bestroutetb and dxmon/ipzone.",
    ("", "2014"): "Kept in the public repositories ashi009/bestroutetb and dxmon/ipzone.",
    ("", "2018"): "The file is in the PyPI package iptocc 2.1.2; `ipv6data rebuild` compares.",
}
_APNIC = (
    "free to download and use; APNIC is not liable, and the file is no authoritative statement of"
    " where a resource is in use (the conditions in its header); name APNIC and the NRO"
)


def delegation_source(header: Header, format: str) -> Source:
    """Return the source that a file of delegations is."""
    publisher, day = PUBLISHERS[header.registry], date.fromisoformat(header.end)
    year = header.end[:4]
    return Source(
        f"{header.registry}-{format}-{header.end}",
        f"{publisher} delegation statistics, {format}, {day.day} {day:%B %Y}",
        publisher,
        header.end,
        _APNIC if header.registry == "apnic" else TERMS,
        _SEEN_IN.get((header.registry, year)) or _SEEN_IN.get(("", year), ""),
    )


_IANA = "IANA protocol registries are CC0"
SOURCES = (
    Source(
        "afrinic-monthly",
        "AFRINIC records and space by type and status, month by month",
        "AFRINIC",
        "2026-08-21",
        TERMS,
        "Computed from AFRINIC's extended files; IPv6 in /48s.",
    ),
    Source(
        "lacnic-monthly",
        "LACNIC records and space by type and status, month by month",
        "LACNIC",
        "2024-02-08",
        TERMS,
        "Computed from LACNIC's extended files; IPv6 in /48s.",
    ),
    Source(
        "ipverse-quarterly",
        "IPv6 and IPv4 space by country at the ends of quarters",
        "ipverse",
        "2026-02-01",
        "CC0",
        "Computed from ipverse/rir-ip, which merges the registries' own files: neighbouring blocks"
        " are one, without status or date. EU has no rows since 2025.",
    ),
    Source(
        "ipverse-prefixes",
        "IPv6 prefixes by country, counted by length",
        "ipverse",
        "2026-02-01",
        "CC0",
        "Neighbouring blocks are merged, so these are not delegations. EU has no rows.",
    ),
    Source(
        "iana-ipv4-address-space",
        "IANA IPv4 Address Space Registry",
        "IANA",
        "2023-12-18",
        _IANA,
    ),
    Source(
        "iana-ipv6-unicast",
        "IANA IPv6 Global Unicast Address Assignments",
        "IANA",
        "2024-11-01",
        _IANA,
        "The list of 2024-10-04, and the row of 2410::/12 of 2024-11-01 after it.",
    ),
    Source(
        "iana-ipv4-special",
        "IANA IPv4 Special-Purpose Address Registry",
        "IANA",
        "2025-05-16",
        _IANA,
    ),
    Source(
        "iana-ipv6-special",
        "IANA IPv6 Special-Purpose Address Registry",
        "IANA",
        "2025-05-16",
        _IANA,
        "The blocks are those of 2026, too.",
    ),
    Source(
        "countries",
        "Countries and territories: ISO 3166-1, UN M49 regions, LDC, LLDC and SIDS",
        "ISO, United Nations; collected by datasets/country-codes",
        "2026-05-15",
        "PDDL",
        "The flags are of 2024. Bangladesh, Lao PDR and Nepal were due to leave the list of least"
        " developed countries on 2026-11-24; Sao Tome and Principe left it on 2024-12-13.",
    ),
    Source(
        "country-names",
        "Names of countries in six languages",
        "Unicode CLDR 47, through Babel 2.18",
        "2025-03-13",
        "Unicode License v3",
        "A few are ours: groups.toml says which.",
    ),
    Source(
        "economies-in-transition",
        "World Economic Situation and Prospects, statistical annex, table B",
        "UN DESA",
        "2025-01-09",
        "a list of facts; name the United Nations",
    ),
    Source(
        "itu-regions",
        "Member States by ITU-D region",
        "ITU",
        "2025-06-30",
        "a list of facts; name the ITU",
        "A territory has the region of its state where that is its place, too; else none.",
    ),
    Source(
        "service-regions",
        "Countries and territories in the service region of each registry",
        "AFRINIC, APNIC, ARIN, LACNIC, RIPE NCC, NRO",
        "2018-10-13",
        "a list of facts; name the NRO",
        "Checked against who has most records of each country in October 2018.",
    ),
    Source(
        "worldbank-income",
        "World Bank country classification by income",
        "World Bank; collected by HDX (hdx-python-country 4.2.5)",
        "2023-07-01",
        "World Bank CC BY 4.0; the collection is MIT",
        "The file has no date: its groups are those of fiscal year 2024 (income of 2022).",
    ),
    Source(
        "worldbank-population",
        "Population, total, mid-year",
        "World Bank",
        "2024-07-01",
        "CC BY 4.0",
        "33 territories and Taiwan have no figure.",
    ),
    Source(
        "google-users",
        "Google users that reach it by IPv6, by country",
        "Google",
        "2026-07-19",
        "figures only; name Google",
    ),
    Source(
        "google-world",
        "Google users that reach it by IPv6, in the world, day by day",
        "Google",
        "2021-07-04",
        "figures only; name Google",
    ),
    Source(
        "ripencc-v6asn",
        "Networks (AS numbers) of a country that announce an IPv6 prefix",
        "RIPE NCC",
        "2017-08-14",
        "figures only; name the RIPE NCC",
    ),
    Source(
        "transfers",
        "IPv4 transfers by month",
        "APNIC, ARIN, RIPE NCC",
        "2016-09-30",
        "figures only; name the registry",
        "Within APNIC, ARIN and RIPE NCC: how many prefixes, and addresses, changed their holder.",
    ),
)
FILES = {
    "afrinic-monthly-by-status-2022-2026": "afrinic-monthly",
    "lacnic-monthly-by-status-2022-2024": "lacnic-monthly",
    "ipverse-country-quarterly-2021-2026": "ipverse-quarterly",
    "ipv6-prefixes-by-country-20260201": "ipverse-prefixes",
    "population-worldbank": "worldbank-population",
    "google-ipv6-per-country-20260719": "google-users",
    "google-ipv6-global-daily-2008-2021": "google-world",
    "ipv6-asn-ratio-per-country-to-201708": "ripencc-v6asn",
    "ipv4-transfers-monthly-2009-2016": "transfers",
}
"""The source of each file of the raw material, by the file's name without its ending."""
