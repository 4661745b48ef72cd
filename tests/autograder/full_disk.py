"""A program: grades on a small disk of its own that fills up, and then on one with room again.

`python full_disk.py COURSE_ROOT MOUNT_POINT SEED ROUNDS` in a mount namespace where it is root.
Prints as JSON what went wrong, if anything, and how often the disk was full.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from hand_ins import RIGHT, WRONG, auto_scores, hand_in, leftovers, pool, verdict

from ipv6grader.autograde import Batch, BatchStoppedError
from ipv6grader.course import Course

STUDENTS = ("amina.k", "tupou-f", "zoe")
_DISK = 4_000_000


def main(generated, disk, seed, rounds):
    """Fill the disk again and again, and grade."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(disk)], check=True)
    random.seed(seed)
    root = Path(shutil.copytree(generated, disk / "room"))
    workers = pool()
    wrong, stops = [], 0
    for _round in range(rounds):
        answers = {student: random.choice((RIGHT, WRONG)) for student in STUDENTS}
        for student in STUDENTS:
            hand_in(root, student, answers[student], time=f"20{random.randint(10, 99)}-01-01 UTC")
        used = os.statvfs(disk)
        free = used.f_bavail * used.f_frsize
        left = random.randrange(0, 40_000) if _round else 0
        (disk / "filler").write_bytes(bytes(max(0, free - left)))
        stops += not _graded(root, workers)
        (disk / "filler").unlink()
        if not _graded(root, workers):
            wrong.append("with room again it stopped")
        for student, scores in auto_scores(root).items():
            good = 2.5 if answers[student] is RIGHT else 0.0
            if scores["double-2"] != good:
                wrong.append(f"{student} has {scores['double-2']}, not {good}")
        wrong += leftovers(root)
    workers.close()
    print(json.dumps({"wrong": wrong, "stops": stops}))


def _graded(root, workers):
    try:
        return Batch(Course(root), "ps1", verdict).run(workers).done == len(STUDENTS)
    except BatchStoppedError as why:
        assert "Make room" in str(why) or "full" in str(why), why
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
