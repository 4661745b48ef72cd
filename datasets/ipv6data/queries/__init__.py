"""The named queries: what the course asks of its data, each a function and a text of SQL.

A query takes the connection of `ipv6data.database.open_data` and returns plain rows: a list of
NamedTuples in the order that its docstring states. `sql("pace")` is the text that it runs, and
`parameters(data, type="ipv6")` are the values of its parameters, so that a reader can run it too.

The rules of every query:

- **Which files.** The newest set of files in which every registry is there with all its records:
  October 2018 as shipped, a newer one after a refresh. `snapshot="2026-08"` takes other files
  instead: of every registry the newest whose date begins so. `as_of(data, "pace")` says the dates.
- **Held** is what is allocated or assigned. Available and reserved space is the registry's own.
- **Units.** `size` is in IPv4 addresses, in AS numbers, or in IPv6 /32-equivalents (a /32 is 1,
  a /48 is 1/65536). IPv6 is added up as an exact number of /64s; the division by 2**32 comes last.
- **No country.** Registries also write EU, AP, ZZ or nothing where a country belongs. These are no
  rows of the table of countries. Queries keep them: with `name` None where rows are countries, and
  as the group `NO_COUNTRY` where rows are groups. `outside(data, type="ipv4")` says how much it is.
- **Survivors only.** One file shows what is held on its date, with the date on which each block was
  delegated. What was given back before is in no row; a transferred block is where it is now.
- The country is where the holder registered, not where the addresses are used.
"""

from ipv6data.queries.countries import (
    GROUPS,
    NO_COUNTRY,
    NOT_CLASSIFIED,
    Adoption,
    Group,
    PerHead,
    against_adoption,
    by_group,
    per_head,
)
from ipv6data.queries.delegations import (
    FirstDelegation,
    Length,
    Month,
    Outside,
    Period,
    first_delegations,
    lengths,
    monthly,
    outside,
    pace,
)
from ipv6data.queries.inequality import (
    Concentration,
    Imbalance,
    LorenzPoint,
    concentration,
    gini,
    hhi,
    ipv4_imbalance,
    lorenz,
)
from ipv6data.queries.pools import Pool, Transfer, pools, transfers
from ipv6data.queries.profile import Country, country
from ipv6data.queries.search import Found, find_country
from ipv6data.queries.sets import AsOf, Snapshot, as_of, parameters, snapshots
from ipv6data.queries.text import names, sql

__all__ = [
    "GROUPS",
    "NOT_CLASSIFIED",
    "NO_COUNTRY",
    "Adoption",
    "AsOf",
    "Concentration",
    "Country",
    "FirstDelegation",
    "Found",
    "Group",
    "Imbalance",
    "Length",
    "LorenzPoint",
    "Month",
    "Outside",
    "PerHead",
    "Period",
    "Pool",
    "Snapshot",
    "Transfer",
    "against_adoption",
    "as_of",
    "by_group",
    "concentration",
    "country",
    "find_country",
    "first_delegations",
    "gini",
    "hhi",
    "ipv4_imbalance",
    "lengths",
    "lorenz",
    "monthly",
    "names",
    "outside",
    "pace",
    "parameters",
    "per_head",
    "pools",
    "snapshots",
    "sql",
    "transfers",
]
