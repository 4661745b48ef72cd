# %% right: tasks cell="ask-all"
async def ask_all(islands):
    tasks = {island: asyncio.ensure_future(ask(island)) for island in islands}
    return {island: await task for island, task in tasks.items()}


# %% right: one after the other is slow but fine cell="ask-all"
async def ask_all(islands):
    return {island: await ask(island) for island in islands}


# %% wrong: forgets to await cell="ask-all"
async def ask_all(islands):
    return {island: ask(island) for island in islands}


# %% wrong: not async, and runs a loop in a loop cell="ask-all"
def ask_all(islands):
    return {island: asyncio.run(ask(island)) for island in islands}


# %% wrong: a list cell="ask-all"
async def ask_all(islands):
    return await asyncio.gather(*[ask(island) for island in islands])
