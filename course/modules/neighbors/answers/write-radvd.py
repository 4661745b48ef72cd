"""Traps: defaults that are too long, the lifetime of name servers, M to be safe, milliseconds."""

# %% right: everything with its own lifetime
conf = """
interface eth0 {
  AdvSendAdvert on;
  MinRtrAdvInterval 10;
  MaxRtrAdvInterval 29;
  AdvDefaultLifetime 90;
  AdvManagedFlag off;
  AdvOtherConfigFlag off;
  AdvLinkMTU 1420;
  prefix PREFIX/64 {
    AdvOnLink on;
    AdvAutonomous on;
    AdvValidLifetime 5400;
    AdvPreferredLifetime 2700;
  };
  RDNSS ONE { AdvRDNSSLifetime 600; };
  RDNSS OTHER { AdvRDNSSLifetime 600; };
  DNSSL cranes.example.com { AdvDNSSLLifetime 600; };
};
"""
for word, value in (
    ("PREFIX", cranes),
    ("ONE", resolvers[0]),
    ("OTHER", resolvers[1]),
):
    conf = conf.replace(word, str(value))


# %% right: more often, and the prefix of the interface itself
conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 25;
  AdvDefaultLifetime 88;
  prefix ::/64 {{ AdvValidLifetime 5400; AdvPreferredLifetime 2700; }};
  DNSSL cranes.example.com {{ AdvDNSSLLifetime infinity; }};
  RDNSS {resolvers[1]} {resolvers[0]} {{ AdvRDNSSLifetime infinity; }};
  AdvLinkMTU 1420;
}};
"""


# %% wrong: nothing is sent
# points=[0, 0, 0] hint="ra-no-address" met="visible"
conf = f"""
interface eth0 {{
  MaxRtrAdvInterval 30;
  AdvLinkMTU 1420;
  prefix {cranes}/64 {{ AdvValidLifetime 5400; AdvPreferredLifetime 2700; }};
  RDNSS {" ".join(resolvers)} {{ AdvRDNSSLifetime 120; }};
  DNSSL cranes.example.com {{ AdvDNSSLLifetime 120; }};
}};
"""


# %% wrong: name servers and domain with the default lifetime
# points=[2, 2, 0] hint="ra-dns-lost-early" met="visible"
conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 30;
  AdvLinkMTU 1420;
  prefix {cranes}/64 {{ AdvValidLifetime 5400; AdvPreferredLifetime 2700; }};
  RDNSS {" ".join(resolvers)} {{ }};
  DNSSL cranes.example.com {{ }};
}};
"""


# %% wrong: only the Router Lifetime is short
# points=[2, 2, 0] hint="ra-too-rare" met="visible"
conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 90;
  AdvDefaultLifetime 90;
  AdvLinkMTU 1420;
  prefix {cranes}/64 {{ AdvValidLifetime 5400; AdvPreferredLifetime 2700; }};
  RDNSS {" ".join(resolvers)} {{ AdvRDNSSLifetime 270; }};
  DNSSL cranes.example.com {{ AdvDNSSLLifetime 270; }};
}};
"""


# %% wrong: only the interval is short
# points=[2, 2, 0] hint="ra-dead-router-stays" met="visible"
conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 30;
  AdvDefaultLifetime 1800;
  AdvLinkMTU 1420;
  prefix {cranes}/64 {{ AdvValidLifetime 5400; AdvPreferredLifetime 2700; }};
  RDNSS {" ".join(resolvers)} {{ AdvRDNSSLifetime 120; }};
  DNSSL cranes.example.com {{ AdvDNSSLLifetime 120; }};
}};
"""


# %% wrong: a Router Lifetime as short as the interval
# points=[2, 2, 0] hint="ra-router-lost-early" met="visible"
conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 30;
  AdvDefaultLifetime 30;
  AdvLinkMTU 1420;
  prefix {cranes}/64 {{ AdvValidLifetime 5400; AdvPreferredLifetime 2700; }};
  RDNSS {" ".join(resolvers)} {{ AdvRDNSSLifetime 120; }};
  DNSSL cranes.example.com {{ AdvDNSSLLifetime 120; }};
}};
"""


# %% wrong: the O flag, so that name servers are found
# points=[2, 0, 3] hint="ra-no-dhcpv6" met="visible"
conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvOtherConfigFlag on;
  MaxRtrAdvInterval 30;
  AdvLinkMTU 1420;
  prefix {cranes}/64 {{ AdvValidLifetime 5400; AdvPreferredLifetime 2700; }};
  RDNSS {" ".join(resolvers)} {{ AdvRDNSSLifetime 120; }};
  DNSSL cranes.example.com {{ AdvDNSSLLifetime 120; }};
}};
"""


# %% wrong: minutes instead of seconds
# points=[2, 0, 3] hint="ra-lifetimes" met="visible"
conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 30;
  AdvLinkMTU 1420;
  prefix {cranes}/64 {{ AdvValidLifetime 90; AdvPreferredLifetime 45; }};
  RDNSS {" ".join(resolvers)} {{ AdvRDNSSLifetime 120; }};
  DNSSL cranes.example.com {{ AdvDNSSLLifetime 120; }};
}};
"""


# %% wrong: the default lifetimes of the prefix
# points=[2, 0, 3] hint="ra-lifetimes" met="visible"
conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 30;
  AdvLinkMTU 1420;
  prefix {cranes}/64 {{ }};
  RDNSS {" ".join(resolvers)} {{ AdvRDNSSLifetime 120; }};
  DNSSL cranes.example.com {{ AdvDNSSLLifetime 120; }};
}};
"""


# %% wrong: the name servers without the domain
# points=[0, 2, 0] hint="ra-domain" met="visible"
conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 30;
  AdvLinkMTU 1420;
  prefix {cranes}/64 {{ AdvValidLifetime 5400; AdvPreferredLifetime 2700; }};
  RDNSS {" ".join(resolvers)} {{ AdvRDNSSLifetime 120; }};
}};
"""


# %% wrong: one name server only
# points=[0, 2, 0] hint="ra-name-servers" met="visible"
conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 30;
  AdvLinkMTU 1420;
  prefix {cranes}/64 {{ AdvValidLifetime 5400; AdvPreferredLifetime 2700; }};
  RDNSS {resolvers[0]} {{ AdvRDNSSLifetime 120; }};
  DNSSL cranes.example.com {{ AdvDNSSLLifetime 120; }};
}};
"""


# %% wrong: the MTU of IPv6's minimum, to be safe
# points=[0, 2, 3] hint="ra-mtu" met="visible"
conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 30;
  AdvLinkMTU 1280;
  prefix {cranes}/64 {{ AdvValidLifetime 5400; AdvPreferredLifetime 2700; }};
  RDNSS {" ".join(resolvers)} {{ AdvRDNSSLifetime 120; }};
  DNSSL cranes.example.com {{ AdvDNSSLLifetime 120; }};
}};
"""


# %% wrong: an interval that radvd refuses
# points=[0, 0, 0] hint="ra-refused" met="visible"
conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 3;
  AdvLinkMTU 1420;
  prefix {cranes}/64 {{ AdvValidLifetime 5400; AdvPreferredLifetime 2700; }};
}};
"""
