"""Traps: half of the repair, the wrong value, the wrong interface, the wrong next hop."""

# %% right: a static route, and no word of a lifetime
school_repair = f"""
gw: ip -6 route add default via fe80::1 dev eth1
gw: radvd <<END
interface eth0 {{
  AdvSendAdvert on;
  prefix {found.site}:1::/64 {{ AdvOnLink on; AdvAutonomous on; }};
}};
END
"""

# %% right: the host first, then the router
school_repair = (
    "gw: radvd <<END\n"
    + "interface eth0 { AdvSendAdvert on; MaxRtrAdvInterval 10; "
    + "prefix ::/64 { }; };\n"
    + "END\n"
    + "gw: sysctl -w net.ipv6.conf.eth1.accept_ra=2\n"
)

# %% wrong: the router only
# points=[2, 0] hint="school-host" met="visible"
school_repair = "gw: sysctl eth1.accept_ra=2"

# %% wrong: the hosts only
# points=[0, 0] hint="school-router" met="visible"
school_repair = f"""
gw: radvd <<END
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultLifetime 1800;
  prefix {found.site}:1::/64 {{ }};
}};
END
"""

# %% wrong: accept_ra=1, which a router does not heed
# points=[0, 0] hint="school-router" met="visible"
school_repair = f"""
gw: sysctl eth1.accept_ra=1
gw: radvd <<END
interface eth0 {{
  AdvSendAdvert on;
  prefix {found.site}:1::/64 {{ }};
}};
END
"""

# %% wrong: listens to itself, on the inner side
# points=[0, 0] hint="school-router" met="visible"
school_repair = f"""
gw: sysctl eth0.accept_ra=2
gw: radvd <<END
interface eth0 {{
  AdvSendAdvert on;
  prefix {found.site}:1::/64 {{ }};
}};
END
"""

# %% wrong: a link-local next hop on no interface
# points=[0, 0] hint="repair-refused" met="visible"
school_repair = "gw: ip -6 route add default via fe80::1"

# %% wrong: a default route to nobody
# points=[0, 0] hint="school-router" met="visible"
school_repair = f"""
gw: ip -6 route add default dev eth1
gw: radvd <<END
interface eth0 {{
  AdvSendAdvert on;
  prefix {found.site}:1::/64 {{ }};
}};
END
"""

# %% wrong: routes on the computers, which are not theirs
# points=[0, 0] hint="repair-refused" met="visible"
school_repair = f"""
gw: sysctl eth1.accept_ra=2
h1: ip -6 route add default via {found.site}:1::1
h2: ip -6 route add default via {found.site}:1::1
"""

# %% wrong: the prefix is forgotten
# points=[2, 0] hint="school-later" met="hidden"
school_repair = """
gw: sysctl eth1.accept_ra=2
gw: radvd <<END
interface eth0 {
  AdvSendAdvert on;
  AdvDefaultLifetime 1800;
};
END
"""
