"""Traps: a setting that acts only at the next event, typed addresses, DAD switched off."""

# %% right: found by looking, with another kind of identifier
found = {}
for name in ("pc1", "pc2", "pc3", "pc4"):
    seen = the_room().network[name]
    text, routes = seen.ip("-6 addr"), seen.ip("-6 route")
    if "dadfailed" in text:
        found["duplicate"] = name
    elif "default" not in routes:
        found["deaf"] = name
    elif "global" not in text:
        found["no address"] = name
commands = "\n".join(
    [
        "{duplicate}: sysctl eth0.addr_gen_mode=3",
        "{duplicate}: ip link set eth0 down",
        "{deaf}: ip link set eth0 down",
        "{no address}: ip link set eth0 down",
        "{duplicate}: sysctl eth0.disable_ipv6=0",
        "{deaf}: sysctl eth0.accept_ra=1",
        "{no address}: sysctl eth0.autoconf=1",
        "{duplicate}: ip link set eth0 up",
        "{deaf}: ip link set eth0 up",
        "{no address}: ip link set eth0 up",
    ]
).format(**found)


# %% right: one computer after the other
parts = []
for number, settings in (
    (2, ["autoconf=1"]),
    (3, ["accept_ra=1"]),
    (4, ["addr_gen_mode=stable-privacy", "disable_ipv6=0"]),
):
    name = f"pc{(number + turn) % 4 + 1}"
    parts += [f"{name}: sysctl eth0.{setting}" for setting in settings]
    parts += [f"{name}: ip link set eth0 {way}" for way in ("down", "up")]
commands = "\n".join(parts)


# %% wrong: only the settings
# points=[0, 0, 0] hint="slaac-room-no-address" met="visible"
one, two, three = (f"pc{(n + turn) % 4 + 1}" for n in (2, 3, 4))
commands = f"""
{one}: sysctl eth0.autoconf=1
{two}: sysctl eth0.accept_ra=1
{three}: sysctl eth0.addr_gen_mode=2
{three}: sysctl eth0.disable_ipv6=0
"""


# %% wrong: only down and up, as after a power cut
# points=[0, 0, 0] hint="slaac-room-no-address" met="visible"
commands = ""
for number in (2, 3, 4):
    name = f"pc{(number + turn) % 4 + 1}"
    commands += f"{name}: ip link set eth0 down\n{name}: ip link set eth0 up\n"


# %% wrong: types addresses and routes
# points=[0, 0, 0] hint="slaac-by-hand" met="visible"
commands = ""
for number in (2, 3, 4):
    name = f"pc{(number + turn) % 4 + 1}"
    commands += f"""
{name}: ip addr add 2001:db8:50:1::{number}0/64 dev eth0
{name}: ip -6 route add default via 2001:db8:50:1::1
"""


# %% wrong: leaves IPv6 switched off where the duplicate was
# points=[1, 1, 0] hint="slaac-room-duplicate" met="visible"
one, two, three = (f"pc{(n + turn) % 4 + 1}" for n in (2, 3, 4))
commands = f"""
{one}: sysctl eth0.autoconf=1
{two}: sysctl eth0.accept_ra=1
{three}: sysctl eth0.addr_gen_mode=2
"""
for name in (one, two, three):
    commands += f"{name}: ip link set eth0 down\n{name}: ip link set eth0 up\n"


# %% wrong: switches IPv6 on again, with the same address
# points=[1, 1, 0] hint="slaac-room-duplicate" met="visible"
one, two, three = (f"pc{(n + turn) % 4 + 1}" for n in (2, 3, 4))
commands = f"""
{one}: sysctl eth0.autoconf=1
{two}: sysctl eth0.accept_ra=1
{three}: sysctl eth0.disable_ipv6=0
"""
for name in (one, two, three):
    commands += f"{name}: ip link set eth0 down\n{name}: ip link set eth0 up\n"


# %% wrong: switches detection off
# points=[1, 1, 0] hint="slaac-detection-off" met="visible"
one, two, three = (f"pc{(n + turn) % 4 + 1}" for n in (2, 3, 4))
commands = f"""
{one}: sysctl eth0.autoconf=1
{two}: sysctl eth0.accept_ra=1
{three}: sysctl eth0.dad_transmits=0
{three}: sysctl eth0.disable_ipv6=0
"""
for name in (one, two, three):
    commands += f"{name}: ip link set eth0 down\n{name}: ip link set eth0 up\n"


# %% wrong: one cure for all, the computer that works too
# points=[0, 0, 0] hint="slaac-do-not-touch" met="visible"
commands = ""
for name in ("pc1", "pc2", "pc3", "pc4"):
    commands += f"""
{name}: sysctl eth0.autoconf=1
{name}: sysctl eth0.accept_ra=1
{name}: sysctl eth0.addr_gen_mode=2
{name}: sysctl eth0.disable_ipv6=0
{name}: ip link set eth0 down
{name}: ip link set eth0 up
"""


# %% wrong: changes the router
# points=[0, 0, 0] hint="slaac-refused" met="visible"
commands = """
r1: radvd <<END
interface eth0 { AdvSendAdvert on; AdvManagedFlag on; prefix 2001:db8:50:1::/64 { }; };
END
"""
