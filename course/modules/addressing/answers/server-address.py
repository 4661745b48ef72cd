"""By the builder: each wrong answer is a field or a method that one of the facts rules out."""

# %% right: the toolkit
from ipv6course.address import stable_private

server = str(
    stable_private(new_building, lesson.learner.mac, network_name, conflicts, secret.encode())
)

# %% right: the builder's fields
by_fields = InterfaceIdentifier(method="stable-private", prefix=str(new_building), mac=server_mac)
by_fields.fields["network_id"].value = network_name
by_fields.fields["secret"].value = secret
by_fields.fields["dad_counter"].value = conflicts
server = by_fields.value

# %% wrong: the builder as it was
# points=[0, 0] hint="not-the-new-building" met="visible"
server = builder.value

# %% wrong: the old building
# points=[0, 0] hint="not-the-new-building" met="visible"
from ipv6course.widgets.interface_identifier import build

server = build(
    "stable-private",
    str(old_building),
    server_mac,
    network_id=network_name,
    dad_counter=conflicts,
    secret=secret,
).address

# %% wrong: from the MAC address, for it stays too
# points=[0, 0] hint="mac-is-shown" met="visible"
from ipv6course.widgets.interface_identifier import build

server = build("eui64", str(new_building), server_mac).address

# %% wrong: temporary, for it shows nothing
# points=[2, 0] hint="gone-next-week" met="visible"
from ipv6course.widgets.interface_identifier import build

server = build("temporary", str(new_building), seed=1).address

# %% wrong: the first try, which a printer has
# points=[2, 0] hint="printer-has-it" met="visible"
from ipv6course.widgets.interface_identifier import build

server = build(
    "stable-private", str(new_building), server_mac, network_id=network_name, secret=secret
).address

# %% wrong: no network name and no conflict
# points=[2, 0] hint="printer-has-it" met="visible"
from ipv6course.widgets.interface_identifier import build

server = build("stable-private", str(new_building), server_mac, secret=secret).address

# %% wrong: typed in by hand
# points=[0, 0] hint="not-from-the-builder" met="visible"
server = f"{netaddr.IPAddress(new_building.first + 0x53)}"

# %% wrong: one conflict too many
# points=[2, 0] hint="not-from-this-order" met="hidden"
from ipv6course.widgets.interface_identifier import build

server = build(
    "stable-private",
    str(new_building),
    server_mac,
    network_id=network_name,
    dad_counter=conflicts + 1,
    secret=secret,
).address
