"""Traps: all 65,536 ports, too few who share, too small a block, a name without a port, only the guilty one."""

# %% right: the ports that can be divided
most = 64512 // busiest
length = 32
while 2 ** (32 - length) * most < homes:
    length -= 1
plan = [str(most), f"/{length}", "sharers", "sharers"]

# %% right: as a fraction
from math import ceil, floor, log2

most = floor((65536 - 1024) / busiest)
plan = [f"{most}", f"/{32 - ceil(log2(ceil(homes / most)))}", "sharers", "sharers"]

# %% wrong: nothing is chosen
# points=[0, 0] hint="sharing-no-choice" met="visible"
plan = ["", "", "", ""]

# %% wrong: all 65,536 ports
# points=[0, 2] hint="sharing-too-many-share" met="visible"
most = 65536 // busiest
length = next(n for n in range(32, 0, -1) if 2 ** (32 - n) * most >= homes)
plan = [str(most), f"/{length}", "sharers", "sharers"]

# %% wrong: only the dynamic ports from 49152 on
# points=[0, 2] hint="sharing-more-may-share" met="visible"
most = 16384 // busiest
length = next(n for n in range(32, 0, -1) if 2 ** (32 - n) * most >= homes)
plan = [str(most), f"/{length}", "sharers", "sharers"]

# %% wrong: the next smaller block
# points=[0, 2] hint="sharing-block-too-small" met="visible"
most = 64512 // busiest
length = next(n for n in range(32, 0, -1) if 2 ** (32 - n) * most >= homes)
plan = [str(most), f"/{length + 1}", "sharers", "sharers"]

# %% wrong: twice the block
# points=[0, 2] hint="sharing-block-too-large" met="visible"
most = 64512 // busiest
length = next(n for n in range(32, 0, -1) if 2 ** (32 - n) * most >= homes)
plan = [str(most), f"/{length - 1}", "sharers", "sharers"]

# %% wrong: a name without a port
# points=[2, 0] hint="sharing-no-port-no-name" met="visible"
most = 64512 // busiest
length = next(n for n in range(32, 0, -1) if 2 ** (32 - n) * most >= homes)
plan = [str(most), f"/{length}", "one", "sharers"]

# %% wrong: only the guilty one is hit
# points=[2, 0] hint="sharing-penalty-box" met="visible"
most = 64512 // busiest
length = next(n for n in range(32, 0, -1) if 2 ** (32 - n) * most >= homes)
plan = [str(most), f"/{length}", "sharers", "one"]
