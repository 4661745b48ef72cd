"""Traps: a reserve with lifetime 0, the route at the wrong router, a route that is too wide."""

# %% right: high at the fibre, and a route with a preference
fibre_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultPreference high;
  prefix {lan}/64 {{ }};
}};
"""
satellite_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {lan}/64 {{ }};
  route {customs}/64 {{ AdvRoutePreference high; AdvRouteLifetime 600; }};
}};
"""


# %% right: the prefix from one router only, and a wider route
fibre_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  MaxRtrAdvInterval 30;
  AdvDefaultPreference medium;
  prefix {lan}/64 {{ }};
}};
"""
satellite_conf = """
interface eth0 {
  AdvSendAdvert on;
  MaxRtrAdvInterval 30;
  AdvDefaultPreference low;
  route 2001:db8:ca::/48 { };
};
"""


# %% wrong: the reserve is no default router
# points=[1, 2, 0] hint="ra-no-reserve" met="visible"
fibre_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {lan}/64 {{ }};
}};
"""
satellite_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultLifetime 0;
  prefix {lan}/64 {{ }};
  route {customs}/64 {{ }};
}};
"""


# %% wrong: only the preferences
# points=[1, 0, 2] hint="ra-customs-by-satellite" met="visible"
fibre_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultPreference high;
  prefix {lan}/64 {{ }};
}};
"""
satellite_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultPreference low;
  prefix {lan}/64 {{ }};
}};
"""


# %% wrong: the route at the fibre router
# points=[1, 0, 2] hint="ra-customs-by-satellite" met="visible"
fibre_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {lan}/64 {{ }};
  route {customs}/64 {{ }};
}};
"""
satellite_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultPreference low;
  prefix {lan}/64 {{ }};
}};
"""


# %% wrong: a route for all of documentation space
# points=[0, 0, 0] hint="ra-web-by-fibre" met="visible"
fibre_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {lan}/64 {{ }};
}};
"""
satellite_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultPreference low;
  prefix {lan}/64 {{ }};
  route 2001:db8::/32 {{ }};
}};
"""


# %% wrong: high where it should be low
# points=[0, 0, 0] hint="ra-web-by-fibre" met="visible"
fibre_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultPreference low;
  prefix {lan}/64 {{ }};
}};
"""
satellite_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultPreference high;
  prefix {lan}/64 {{ }};
  route {customs}/64 {{ }};
}};
"""


# %% wrong: the satellite router is silent
# points=[1, 0, 0] hint="ra-customs-by-satellite" met="visible"
fibre_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {lan}/64 {{ }};
}};
"""
satellite_conf = """
interface eth0 {
  AdvSendAdvert off;
};
"""


# %% wrong: a route with a low preference, and the satellite as the default
# points=[0, 0, 0] hint="ra-web-by-fibre" met="visible"
fibre_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultLifetime 0;
  prefix {lan}/64 {{ }};
  route ::/0 {{ AdvRoutePreference low; }};
}};
"""
satellite_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  prefix {lan}/64 {{ }};
  route {customs}/64 {{ }};
}};
"""


# %% wrong: the lifetime is shorter than radvd allows
# points=[0, 0, 0] hint="ra-refused" met="visible"
fibre_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultLifetime 60;
  prefix {lan}/64 {{ }};
}};
"""
satellite_conf = f"""
interface eth0 {{
  AdvSendAdvert on;
  AdvDefaultPreference low;
  prefix {lan}/64 {{ }};
  route {customs}/64 {{ }};
}};
"""
