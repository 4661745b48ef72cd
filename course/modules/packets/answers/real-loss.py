"""Traps: the first hop with loss, the worst one, the last one, counting from 0, the tolerance."""


# %% right: from the end
def loss_begins(sent, answered):
    hop = len(answered)
    while hop > 0 and sent - answered[hop - 1] > 0.1 * sent:
        hop -= 1
    return hop + 1 if hop < len(answered) else None


# %% right: the first from which all are lossy
def loss_begins(sent, answered):
    lossy = [10 * (sent - count) > sent for count in answered]
    for hop in range(len(lossy)):
        if all(lossy[hop:]):
            return hop + 1
    return None


# %% wrong: the first hop with loss
# points=[0, 0] hint="loss-one-hop" met="visible"
def loss_begins(sent, answered):
    for hop, count in enumerate(answered, 1):
        if sent - count > 0.1 * sent:
            return hop
    return None


# %% wrong: the worst hop
# points=[0, 0] hint="loss-one-hop" met="visible"
def loss_begins(sent, answered):
    worst = min(answered)
    return answered.index(worst) + 1 if sent - worst > 0.1 * sent else None


# %% wrong: the end, if it is lossy
# points=[0, 0] hint="loss-only-the-end" met="visible"
def loss_begins(sent, answered):
    return len(answered) if sent - answered[-1] > 0.1 * sent else None


# %% wrong: hops counted from 0
# points=[0, 0] hint="loss-counted-from-zero" met="visible"
def loss_begins(sent, answered):
    lossy = [10 * (sent - count) > sent for count in answered]
    for hop in range(len(lossy)):
        if all(lossy[hop:]):
            return hop
    return None


# %% wrong: one lost packet is loss
# points=[2, 0] hint="loss-one-hop" met="visible"
def loss_begins(sent, answered):
    lossy = [count < sent for count in answered]
    for hop in range(len(lossy)):
        if all(lossy[hop:]):
            return hop + 1
    return None


# %% wrong: the first lossy hop, if the end is lossy
# points=[2, 0] hint="loss-one-hop" met="visible"
def loss_begins(sent, answered):
    lossy = [10 * (sent - count) > sent for count in answered]
    return lossy.index(True) + 1 if lossy[-1] else None


# %% wrong: only what is silent altogether
# points=[0, 0] hint="loss-where" met="visible"
def loss_begins(sent, answered):
    for hop in range(len(answered)):
        if not any(answered[hop:]):
            return hop + 1
    return None
