# Files of the submission are links: to secrets, to the gradebook, to a neighbour, to themselves.
# stock: not run: it copies them
# split: full
# shared: as split

import json


def make(release, submission):
    given = json.loads((submission / "canaries.json").read_text())
    targets = (
        given["home"] + "/secret.txt",
        given["root"] + "/gradebook.db",
        "../../amina.k/target/private.txt",
        "../../amina.k",
        "/etc/passwd",
        "itself",
        "/dev/zero",
        "..",
        "../../../source/target/exercises.ipynb",
    )
    for number, target in enumerate(targets):
        (submission / f"link-{number}.txt").symlink_to(target)
    (submission / "itself").symlink_to("itself")
    (submission / "words.txt").unlink()
    (submission / "words.txt").symlink_to(given["root"] + "/gradebook.db")
