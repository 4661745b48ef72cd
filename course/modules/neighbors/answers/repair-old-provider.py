"""Traps: silence, shorter lifetimes, other flags, the new prefix, and a filter against the symptom."""

# %% right: two hours to live, and deprecated
clinic_repair = f"""
r1: radvd <<END
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 10;
  prefix {found.site}:1:1::/64 {{ AdvValidLifetime 86400; AdvPreferredLifetime 14400; }};
  prefix {found.site}:90:1::/64 {{ AdvValidLifetime 7200; AdvPreferredLifetime 0; }};
}};
END
"""

# %% right: deprecated, and otherwise as it was
clinic_repair = f"""
r1: radvd <<END
interface eth0
{{
    AdvSendAdvert on;
    MinRtrAdvInterval 5;
    MaxRtrAdvInterval 15;
    prefix {found.site}:90:1::/64
    {{
        AdvValidLifetime 86400;
        AdvPreferredLifetime 0;
    }};
    prefix {found.site}:1:1::/64
    {{
    }};
}};
END
"""

# %% wrong: says nothing of the old prefix any more
# points=[0, 0] hint="clinic-far" met="visible"
clinic_repair = f"""
r1: radvd <<END
interface eth0 {{
  AdvSendAdvert on;
  MinRtrAdvInterval 5;
  MaxRtrAdvInterval 15;
  prefix {found.site}:1:1::/64 {{ }};
}};
END
"""

# %% wrong: no new addresses of the old prefix, but those that are there stay
# points=[0, 0] hint="clinic-far" met="visible"
clinic_repair = f"""
r1: radvd <<END
interface eth0 {{
  AdvSendAdvert on;
  MinRtrAdvInterval 5;
  MaxRtrAdvInterval 15;
  prefix {found.site}:90:1::/64 {{ AdvAutonomous off; }};
  prefix {found.site}:1:1::/64 {{ }};
}};
END
"""

# %% wrong: a shorter preferred lifetime, renewed again and again
# points=[0, 0] hint="clinic-far" met="visible"
clinic_repair = f"""
r1: radvd <<END
interface eth0 {{
  AdvSendAdvert on;
  MinRtrAdvInterval 5;
  MaxRtrAdvInterval 15;
  prefix {found.site}:90:1::/64 {{ AdvPreferredLifetime 60; }};
  prefix {found.site}:1:1::/64 {{ }};
}};
END
"""

# %% wrong: the router's own address is taken away
# points=[0, 0] hint="clinic-far" met="visible"
clinic_repair = f"r1: ip addr del {found.site}:90:1::1/64 dev eth0"

# %% wrong: the new prefix is deprecated
# points=[0, 0] hint="clinic-far" met="visible"
clinic_repair = f"""
r1: radvd <<END
interface eth0 {{
  AdvSendAdvert on;
  MinRtrAdvInterval 5;
  MaxRtrAdvInterval 15;
  prefix {found.site}:90:1::/64 {{ }};
  prefix {found.site}:1:1::/64 {{ AdvPreferredLifetime 0; }};
}};
END
"""

# %% wrong: r1 drops what the provider would drop
# points=[0, 0] hint="clinic-far" met="visible"
clinic_repair = f"""
r1: nftables <<END
table ip6 filter {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    oifname "eth1" ip6 saddr {found.site}:90::/48 reject
  }}
}}
END
"""

# %% wrong: the computer is not theirs
# points=[0, 0] hint="repair-refused" met="visible"
clinic_repair = "h1: sysctl eth0.autoconf=0"
