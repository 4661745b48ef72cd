"""What Kea knows and this room does not do, key by key, each with the reason.

The keys are those of Kea 2.2's "Dhcp6" (Administrator Reference Manual, "The DHCPv6 Server").
"""

from __future__ import annotations

from ipv6course.address.text import N_

MEMORY = N_("Leases are kept in memory, as a simulated server lives only as long as its network.")
PROCESS = N_("It configures Kea as a process, and there is none here.")
CLASSES = N_("Client classes are not simulated: every client is served alike.")
HINTS = N_("A server ignores the lifetimes that a client asks for (RFC 9915 section 21.6).")
DNS = N_("No DNS server is updated here.")
STORED = N_("It is a note for people, and changes nothing.")
OTHER = N_("This is not simulated.")

EVERYWHERE = {
    "user-context": STORED,
    "comment": STORED,
    "client-class": CLASSES,
    "require-client-classes": CLASSES,
}
TIMES_NOT_HONOURED = {
    "min-preferred-lifetime": HINTS,
    "max-preferred-lifetime": HINTS,
    "min-valid-lifetime": HINTS,
    "max-valid-lifetime": HINTS,
}
DDNS = dict.fromkeys(
    (
        *("ddns-send-updates", "ddns-override-no-update", "ddns-override-client-update"),
        *("ddns-replace-client-name", "ddns-generated-prefix", "ddns-qualifying-suffix"),
        *("ddns-update-on-renew", "ddns-use-conflict-resolution", "hostname-char-set"),
        *("hostname-char-replacement",),
    ),
    DNS,
)
SHARED = {
    **EVERYWHERE,
    **TIMES_NOT_HONOURED,
    **DDNS,
    **dict.fromkeys(
        (
            *("reservation-mode", "reservations-global", "reservations-in-subnet"),
            *("reservations-out-of-pool", "store-extended-info", "cache-threshold"),
            *("cache-max-age", "allocator", "pd-allocator"),
        ),
        OTHER,
    ),
}
GLOBAL = {
    **SHARED,
    "lease-database": MEMORY,
    "lease-databases": MEMORY,
    "expired-leases-processing": MEMORY,
    "sanity-checks": MEMORY,
    "hosts-database": PROCESS,
    "hosts-databases": PROCESS,
    "control-socket": PROCESS,
    "hooks-libraries": PROCESS,
    "loggers": PROCESS,
    "config-control": PROCESS,
    "multi-threading": PROCESS,
    "dhcp-queue-control": PROCESS,
    "statistic-default-sample-count": PROCESS,
    "statistic-default-sample-age": PROCESS,
    "server-tag": PROCESS,
    "data-directory": PROCESS,
    "parked-packet-limit": PROCESS,
    "compatibility": PROCESS,
    "ip-reservations-unique": OTHER,
    "reservations-lookup-first": OTHER,
    "client-classes": CLASSES,
    "option-def": N_("Options of one's own have no definition here; give code, and data in hex."),
    "shared-networks": N_("Subnets that share a link are not simulated; write each as subnet6."),
    "dhcp-ddns": DNS,
    "dhcp4o6-port": OTHER,
    "mac-sources": OTHER,
    "relay-supplied-options": N_("A relay agent's options are not passed on (RFC 6422)."),
    "host-reservation-identifiers": N_("A client is known by its DUID."),
    "reservations": N_("Reservations belong to a subnet here."),
    "tee-times": OTHER,
}
INTERFACES = {
    **EVERYWHERE,
    **dict.fromkeys(
        (
            *("re-detect", "service-sockets-require-all", "service-sockets-max-retries"),
            *("service-sockets-retry-wait-time", "outbound-interface", "dhcp-socket-type"),
        ),
        PROCESS,
    ),
}
RESERVATION = {
    **EVERYWHERE,
    "hw-address": N_("A client is known by its DUID, for a MAC address is not in its messages."),
    "flex-id": OTHER,
    "hostname": DNS,
    "client-classes": CLASSES,
    "option-data": OTHER,
}
PREFIX_POOL = {
    **EVERYWHERE,
    "option-data": OTHER,
    "excluded-prefix": N_("No prefix is excluded from a delegation (RFC 6603)."),
    "excluded-prefix-len": N_("No prefix is excluded from a delegation (RFC 6603)."),
    "pool-id": OTHER,
}
POOL = {**EVERYWHERE, "option-data": OTHER, "pool-id": OTHER}
SERVER_ID = {**EVERYWHERE, "persist": MEMORY}
UNICAST = N_("RFC 9915 section 21.12 made Server Unicast obsolete: a server does not send it.")
