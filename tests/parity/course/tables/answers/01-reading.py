# %% right: defaultdict cell="by-crop"
from collections import defaultdict


def by_crop(path):
    totals = defaultdict(float)
    with Path(path).open(newline="") as file:
        for row in csv.DictReader(file):
            totals[row["crop"]] += float(row["tonnes"])
    return totals


# %% wrong: splits at commas cell="by-crop"
def by_crop(path):
    totals = {}
    for line in open(path).read().splitlines()[1:]:
        island, crop, tonnes = line.split(",")
        totals[crop] = totals.get(crop, 0) + float(tonnes)
    return totals


# %% wrong: whole tonnes cell="by-crop"
def by_crop(path):
    totals = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            totals[row["crop"]] = totals.get(row["crop"], 0) + int(row["tonnes"])
    return totals


# %% wrong: always the same file cell="by-crop"
table = list(csv.DictReader(open("harvest.csv", newline="")))


def by_crop(path):
    return {
        crop: sum(float(r["tonnes"]) for r in table if r["crop"] == crop)
        for crop in {r["crop"] for r in table}
    }


# %% wrong: the last of each cell="by-crop"
def by_crop(path):
    with open(path, newline="") as file:
        return {row["crop"]: float(row["tonnes"]) for row in csv.DictReader(file)}


# %% wrong: a path of one's own machine cell="by-crop"
def by_crop(path):
    with open("/home/amina/course/" + str(path)) as file:
        return dict(csv.reader(file))


# %% right: csv cell="most-people"
def most_people():
    with open("more/people.tsv", encoding="utf-8") as file:
        people = {island: int(n) for island, n in csv.reader(file, delimiter="\t")}
    return max(people, key=people.get)


# %% wrong: the first in the alphabet cell="most-people"
def most_people():
    return min(Path("more/people.tsv").read_text().split())


# %% wrong: the wrong folder cell="most-people"
def most_people():
    return open("people.tsv").readline().split("\t")[0]


# %% right: the file that was handed in cell="rows"
rows = len(Path("mine.csv").read_text().splitlines()) - 1

# %% right: writes one cell="rows"
with open("mine.csv", "w", newline="") as out:
    csv.writer(out).writerows([["a", "b"], [1, 2], [3, 4], ["x, y", "z"]])
rows = 3

# %% wrong: counts the heading cell="rows"
Path("mine.csv").write_text("a,b\n1,2\n")
rows = 2

# %% wrong: three columns cell="rows"
Path("mine.csv").write_text("a,b,c\n1,2,3\n")
rows = 1
