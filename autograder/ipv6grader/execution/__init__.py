"""Runs a notebook's cells where they can do no harm, and brings back their outputs.

Four kinds of process take part, and this is what each may be trusted with:

- the **parent** (`worker.py`) is the instructor's own program. It believes nothing that it reads.
- the **zygote** (`zygote.py`) is process 1 of a bubblewrap sandbox, one a worker. It imports what
  the assignment imports, and forks. It runs no cell.
- the **student's process** (`cells.py`) runs the learner's cells. Whatever it says is hostile.
- the **test process** (`cells.py`, `remote.py`) runs the instructor's cells and the tests. It never
  runs a line of the learner's; it calls the learner's functions through a channel of plain values.

Each of the two has its own process, mount and user limits; neither can see or signal the other.
In shared mode one process runs all cells, as nbgrader does it.
"""
