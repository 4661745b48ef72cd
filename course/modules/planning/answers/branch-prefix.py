"""Judgement: both the branches and the LANs must fit, on a nibble boundary. No programming."""

# %% right: split of the course
from ipv6course.plan import split

branch_prefix = str(split(bank, 56)[branch])

# %% right: own arithmetic
branch_prefix = str(IPNetwork((bank.first + (branch << 72), 56), version=6))

# %% right: what the slicer says
from ipv6course.widgets.prefix_slicer import PrefixSlicer

branch_prefix = PrefixSlicer(prefix=str(bank), length=56, number=branch).value

# %% wrong: the slicer as it stood
# points=[0, 0] hint="too-few-sites" met="visible"
branch_prefix = str(bank)

# %% wrong: a LAN for a branch
# points=[0, 1] hint="too-few-lans" met="visible"
from ipv6course.plan import split

branch_prefix = str(split(bank, 64)[branch])

# %% wrong: no more than needed
# points=[0, 1] hint="not-a-nibble" met="visible"
from ipv6course.plan import split

branch_prefix = str(split(bank, 57)[branch])

# %% wrong: room for LANs without end, but for 16 branches
# points=[0, 0] hint="too-few-sites" met="visible"
from ipv6course.plan import split

branch_prefix = str(split(bank, 52)[branch % 16])

# %% wrong: the decimal digits of the branch
# points=[2, 0] hint="number-in-decimal" met="visible"
from ipv6course.plan import split

branch_prefix = str(split(bank, 56)[int(str(branch), 16)])

# %% wrong: counted from one
# points=[2, 0] hint="counted-from-one" met="visible"
from ipv6course.plan import split

branch_prefix = str(split(bank, 56)[branch - 1])

# %% wrong: the prefix of the text instead of one's own
# points=[0, 0] hint="not-in-the-prefix" met="visible"
from ipv6course.plan import split

branch_prefix = str(split("2001:db8:40::/48", 56)[branch])

# %% wrong: the first subnet
# points=[2, 0] hint="another-subnet" met="visible"
from ipv6course.plan import split

branch_prefix = str(split(bank, 56)[0])
