"""Traps: size for number, new for cumulative, linear for percent, the wrong lines, one registry."""

# %% right: by the question
settings = [
    ["ipv6", "all", "ldc", "records", "linear"],
    ["ipv6", "all", "sids", "cumulative_records", "log"],
    ["ipv6", "all", "income", "cumulative", "linear"],
][question]


# %% right: always on a logarithmic scale
settings = [
    ["ipv6", "all", "ldc", "records", "log"],
    ["ipv6", "all", "sids", "cumulative_records", "log"],
    ["ipv6", "all", "income", "cumulative", "log"],
][question]


# %% wrong: as the explorer began
# points=[0, 0] hint="pace-which-data" met="visible"
settings = [
    ["ipv4", "afrinic", "all", "size", "linear"],
    ["ipv4", "afrinic", "all", "size", "linear"],
    ["ipv4", "afrinic", "all", "records", "linear"],
][question]


# %% wrong: IPv4
# points=[0, 2] hint="pace-which-data" met="visible"
settings = [
    ["ipv4", "all", "ldc", "records", "log"],
    ["ipv4", "all", "sids", "cumulative_records", "log"],
    ["ipv4", "all", "income", "cumulative", "log"],
][question]


# %% wrong: lines of registries
# points=[0, 2] hint="pace-which-lines" met="visible"
settings = [
    ["ipv6", "all", "registry", "records", "log"],
    ["ipv6", "all", "registry", "cumulative_records", "log"],
    ["ipv6", "all", "registry", "cumulative", "log"],
][question]


# %% wrong: size for number, and number for size
# points=[1, 0] hint="pace-which-unit" met="visible"
settings = [
    ["ipv6", "all", "ldc", "size", "linear"],
    ["ipv6", "all", "sids", "cumulative", "log"],
    ["ipv6", "all", "income", "cumulative_records", "linear"],
][question]


# %% wrong: so far for each year, and each year for so far
# points=[1, 0] hint="pace-new-or-total" met="visible"
settings = [
    ["ipv6", "all", "ldc", "cumulative_records", "log"],
    ["ipv6", "all", "sids", "records", "log"],
    ["ipv6", "all", "income", "size", "log"],
][question]
