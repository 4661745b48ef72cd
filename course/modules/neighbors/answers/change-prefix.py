"""Traps: silence, two hours in every RA, the A flag, last words, and the old name server."""

# %% right: lifetimes that run down
moving = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {new}/64 {{ AdvValidLifetime 5400; AdvPreferredLifetime 2700; }};
  prefix {old}/64 {{
    AdvValidLifetime 7200;
    AdvPreferredLifetime 0;
    DecrementLifetimes on;
  }};
  RDNSS {new}53 {{ AdvRDNSSLifetime 1800; }};
}};
"""


# %% right: the old name server with lifetime 0, too
moving = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 200;
  prefix {old}/64 {{
    AdvOnLink off;
    AdvValidLifetime 0;
    AdvPreferredLifetime 0;
  }};
  prefix {new}/64 {{ }};
  RDNSS {old}53 {{ AdvRDNSSLifetime 0; }};
  RDNSS {new}53 {{ AdvRDNSSLifetime 600; }};
}};
"""


# %% wrong: the old prefix is left out
# points=[0, 0] hint="ra-old-preferred" met="visible"
moving = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {new}/64 {{ }};
  RDNSS {new}53 {{ AdvRDNSSLifetime 1800; }};
}};
"""


# %% wrong: two hours in each advertisement
# points=[3, 0] hint="ra-never-ends" met="visible"
moving = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {new}/64 {{ }};
  prefix {old}/64 {{ AdvPreferredLifetime 0; AdvValidLifetime 7200; }};
  RDNSS {new}53 {{ AdvRDNSSLifetime 1800; }};
}};
"""


# %% wrong: only the preferred lifetime is 0
# points=[3, 0] hint="ra-never-ends" met="visible"
moving = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {new}/64 {{ }};
  prefix {old}/64 {{ AdvPreferredLifetime 0; }};
  RDNSS {new}53 {{ AdvRDNSSLifetime 1800; }};
}};
"""


# %% wrong: ten minutes, which is as long as the interval
# points=[3, 0] hint="ra-never-ends" met="visible"
moving = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {new}/64 {{ }};
  prefix {old}/64 {{ AdvPreferredLifetime 0; AdvValidLifetime 1200; }};
  RDNSS {new}53 {{ AdvRDNSSLifetime 1800; }};
}};
"""


# %% wrong: takes the A flag away
# points=[0, 0] hint="ra-old-preferred" met="visible"
moving = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {new}/64 {{ }};
  prefix {old}/64 {{
    AdvAutonomous off;
    AdvPreferredLifetime 0;
    AdvValidLifetime 0;
  }};
  RDNSS {new}53 {{ AdvRDNSSLifetime 1800; }};
}};
"""


# %% wrong: deprecates it in the last words only
# points=[0, 0] hint="ra-old-preferred" met="visible"
moving = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {new}/64 {{ }};
  prefix {old}/64 {{ DeprecatePrefix on; }};
  RDNSS {new}53 {{ AdvRDNSSLifetime 1800; }};
}};
"""


# %% wrong: keeps the old name server beside the new one
# points=[0, 3] hint="ra-old-resolver" met="visible"
moving = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {new}/64 {{ }};
  prefix {old}/64 {{ AdvPreferredLifetime 0; AdvValidLifetime 0; }};
  RDNSS {new}53 {old}53 {{ AdvRDNSSLifetime 1800; }};
}};
"""


# %% wrong: takes the router back with the prefix
# points=[0, 0] hint="ra-no-router" met="visible"
moving = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultLifetime 0;
  prefix {new}/64 {{ }};
  prefix {old}/64 {{ AdvPreferredLifetime 0; AdvValidLifetime 0; }};
  RDNSS {new}53 {{ AdvRDNSSLifetime 1800; }};
}};
"""


# %% wrong: the new prefix as long as the site
# points=[0, 0] hint="ra-no-new-address" met="visible"
moving = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {new}/56 {{ }};
  prefix {old}/64 {{ AdvPreferredLifetime 0; AdvValidLifetime 0; }};
  RDNSS {new}53 {{ AdvRDNSSLifetime 1800; }};
}};
"""
