"""Made by clicks. Traps: link-local, the deprecated site-local, L = 0, more bits than needed."""

# %% right: turned over bit by bit
from ipv6course.widgets.address_explorer import flip

clinic_address = clinic_start
for bit in (0, 1, 6):
    clinic_address = flip(clinic_address, bit)

# %% right: another spelling of it
from ipv6course.address import full

clinic_address = "FD" + full(clinic_start)[2:].upper()

# %% wrong: link-local
# points=[0, 0] hint="link-local-stays" met="visible"
from ipv6course.widgets.address_explorer import flip

clinic_address = clinic_start
for bit in (0, 1, 7, 9):
    clinic_address = flip(clinic_address, bit)

# %% wrong: site-local, which is deprecated
# points=[0, 0] hint="site-local-gone" met="visible"
from ipv6course.widgets.address_explorer import flip

clinic_address = clinic_start
for bit in (0, 1, 7):
    clinic_address = flip(clinic_address, bit)

# %% wrong: unique local with L = 0
# points=[0, 0] hint="l-bit-zero" met="visible"
from ipv6course.widgets.address_explorer import flip

clinic_address = clinic_start
for bit in (0, 1, 6, 7):
    clinic_address = flip(clinic_address, bit)

# %% wrong: a group
# points=[0, 0] hint="group-not-host" met="visible"
from ipv6course.widgets.address_explorer import flip

clinic_address = clinic_start
for bit in (0, 1):
    clinic_address = flip(clinic_address, bit)

# %% wrong: the address as it was
# points=[0, 0] hint="not-inside-only" met="visible"
clinic_address = clinic_start

# %% wrong: one bit, into space that nobody has
# points=[0, 0] hint="not-inside-only" met="visible"
from ipv6course.widgets.address_explorer import flip

clinic_address = flip(clinic_start, 0)

# %% wrong: unique local, but typed in anew
# points=[2, 0] hint="too-many-bits" met="visible"
clinic_address = "fd12:3456:789a:1::7"

# %% wrong: the block, not an address in it
# points=[0, 0] hint="not-one-address" met="visible"
clinic_address = "fd00::/8"
