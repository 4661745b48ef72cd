# All signals are ignored or masked, and a limit on CPU time is renewed, before a loop begins.
# stock: not run: it outlives nbgrader's interrupt
# split: longest-test=0
# shared: as split

# %% longest
import os
import resource
import signal

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
for limit in (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_NPROC):
    try:
        resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (OSError, ValueError):
        pass
try:
    os.setpriority(os.PRIO_PROCESS, 0, -20)
except OSError:
    pass
while True:
    pass
