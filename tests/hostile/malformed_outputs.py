# Outputs are of kinds that no notebook has: numbers for texts, bytes, objects, a thousand types.
# stock: not run: the kernel's own messages break
# split: full
# shared: as split

# %% extra after longest
ODD = (
    {"text/plain": 7},
    {"text/plain": None, 3: "x"},
    {"text/plain": ["a", ["b"]]},
    {"application/json": float("nan")},
    {"image/png": b"bytes"},
    {f"text/x-{number}": "x" for number in range(1_000)},
    {"text/plain": "\ud800 lone surrogate \x00 and a zero"},
    {"text/html": {"nested": {"deep": [1] * 1_000}}},
    {},
)
for data in ODD:
    try:
        display(data, raw=True, metadata={"nbgrader": {"grade": True, "points": 100}})
    except Exception as why:
        print(type(why).__name__)
print("\ud800 \x00 \udcff")
