# A cell never ends.
# stock: add-visible=0 add-hidden=0
# split: add-visible=0 add-hidden=0
# shared: as split

# %% add
while True:
    pass
