"""What an administrator sets on an interface, by the names of Linux's sysctls.

`net.ipv6.conf.IFACE.NAME`, as the kernel's documentation (networking/ip-sysctl) lists them. Only
what a real kernel has stands here, so that a topology file can start one with the same lines.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Settings:
    """The settings of one interface; the defaults are those of the RFCs."""

    accept_ra: int = 1
    """0: router advertisements are ignored; 1: a host listens to them, and a router does not; 2: a
    router does, too, as on the side of its provider."""
    autoconf: bool = True
    """Whether it makes addresses from prefixes with the A flag, RFC 4862 section 5.5.3."""
    accept_redirects: bool = True
    addr_gen_mode: str = "stable-privacy"
    """How identifiers are made, iproute2's words: "eui64", "stable-privacy" (RFC 7217, the default
    by RFC 8064), "random" (with a secret made at start), or "none"."""
    stable_secret: str = ""
    """RFC 7217's secret, 16 octets written as an address; "": made from the network's seed."""
    use_tempaddr: int = 0
    """RFC 8981: 0 none, 1 made but not preferred, 2 preferred."""
    temp_valid_lft: int = 2 * 86400
    """Seconds; TEMP_VALID_LIFETIME of RFC 8981 section 3.8."""
    temp_prefered_lft: int = 86400
    """Seconds; TEMP_PREFERRED_LIFETIME. Linux spells it so."""
    dad_transmits: int = 1
    """RFC 4862's DupAddrDetectTransmits; 0: no detection."""
    router_solicitations: int = -1
    """How many before it gives up; -1: it never does, and waits longer each time, RFC 7559 section
    2. RFC 4861's MAX_RTR_SOLICITATIONS was 3."""
    router_solicitation_interval: int = 4
    """Seconds; RTR_SOLICITATION_INTERVAL."""
    router_solicitation_max_interval: int = 3600
    """Seconds; MRT of RFC 7559 section 2.1."""
    router_solicitation_delay: int = 1
    """Seconds; at most so long is the random delay before the first, MAX_RTR_SOLICITATION_DELAY."""
    hop_limit: int = 64
    base_reachable_time_ms: int = 30_000
    """REACHABLE_TIME, RFC 4861 section 10."""
    retrans_time_ms: int = 1_000
    """RETRANS_TIMER."""
    accept_dad: int = 2
    """0: no duplicate address detection; 1: a duplicate is not used; 2: and where a link-local
    address that was made from the MAC address is one, the interface is disabled, RFC 4862 section
    5.4.5. (Linux begins with 1.)"""
    enhanced_dad: bool = True
    """Whether detection tells its own solicitations by a nonce, RFC 7527."""
    disable_ipv6: bool = False
    """Whether the interface neither sends nor receives IPv6. Detection may set it."""
    ndisc_notify: bool = True
    """Whether a host announces a new global address to the routers, RFC 9131 section 6.1.2. (Linux
    begins with False, and announces to all nodes.)"""
    accept_untracked_na: int = 1
    """Whether a router notes a neighbor that announces itself, RFC 9131 section 6.1.1. (Linux
    begins with 0.)"""
    max_desync_factor: int = 34_560
    """Seconds; MAX_DESYNC_FACTOR of RFC 8981 section 3.8: 0.4 * TEMP_PREFERRED_LIFETIME. (Linux
    begins with 600.)"""
    rp_filter: int = 0
    """Reverse path filter of a router (uRPF, RFC 3704): 0 none, 1 strict, 2 loose. For IPv6 Linux
    does it by nftables' fib expression; a laboratory writes that rule."""
