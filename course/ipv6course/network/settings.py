"""What an administrator sets on an interface, by the names of Linux's sysctls.

`net.ipv6.conf.IFACE.NAME`, as the kernel's documentation (networking/ip-sysctl) lists them. Only
what a real kernel has stands here, so that a topology file can start one with the same lines.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Settings:
    """The settings of one interface; the defaults are those of the RFCs."""

    accept_ra: bool = True
    """Whether a host listens to router advertisements. A router does not."""
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
    router_solicitations: int = 3
    """MAX_RTR_SOLICITATIONS, RFC 4861 section 10; -1: without end, as RFC 7559 does."""
    router_solicitation_interval: int = 4
    """Seconds; RTR_SOLICITATION_INTERVAL."""
    router_solicitation_delay: int = 1
    """Seconds; at most so long is the random delay before the first, MAX_RTR_SOLICITATION_DELAY."""
    hop_limit: int = 64
    base_reachable_time_ms: int = 30_000
    """REACHABLE_TIME, RFC 4861 section 10."""
    retrans_time_ms: int = 1_000
    """RETRANS_TIMER."""
    rp_filter: int = 0
    """Reverse path filter of a router (uRPF, RFC 3704): 0 none, 1 strict, 2 loose. For IPv6 Linux
    does it by nftables' fib expression; a laboratory writes that rule."""
