# %% right: with the toolbox cell="write-kilograms"
def write_kilograms(path, tonnes):
    Path(path).write_text("".join(f"{toolbox.convert(n):.0f}\n" for n in tonnes))


from pathlib import Path


# %% wrong: appends cell="write-kilograms"
def write_kilograms(path, tonnes):
    with open(path, "a") as file:
        for number in tonnes:
            file.write(f"{int(number * 1000)}\n")


# %% wrong: does not close, and writes tonnes cell="write-kilograms"
def write_kilograms(path, tonnes):
    file = open(path, "w")
    file.writelines(f"{number}\n" for number in tonnes)


# %% wrong: prints cell="write-kilograms"
def write_kilograms(path, tonnes):
    for number in tonnes:
        print(number * 1000)
