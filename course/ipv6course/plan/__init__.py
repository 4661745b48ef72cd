"""Subnetting and address plans: split and summarize prefixes, plan them as a tree, measure it.

netaddr values or text go in, netaddr values come out. Refusals are `ValueError`s that say what is
wrong, where, and what would be right. ruamel.yaml is imported only when a file needs it.
"""

from ipv6course.plan.address_plan import AddressPlan
from ipv6course.plan.advice import Advice, advice_on_prefix
from ipv6course.plan.measure import (
    HD_RATIO_THRESHOLD,
    HD_RATIO_UNIT,
    Utilisation,
    hd_ratio,
    hd_threshold,
)
from ipv6course.plan.node import KINDS, Node
from ipv6course.plan.prefix import Subnets, split, summarize
from ipv6course.plan.refusals import Refused

__all__ = [
    "HD_RATIO_THRESHOLD",
    "HD_RATIO_UNIT",
    "KINDS",
    "AddressPlan",
    "Advice",
    "Node",
    "Refused",
    "Subnets",
    "Utilisation",
    "advice_on_prefix",
    "hd_ratio",
    "hd_threshold",
    "split",
    "summarize",
]
