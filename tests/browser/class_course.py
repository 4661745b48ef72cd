"""A course of one lesson for a class: exercises for the machine to grade, a letter for a person."""

from pathlib import Path

MODULE = "letters"
LESSON = "01-own"
_OUTLINE = f'modules = ["{MODULE}"]\n'
_MODULE = 'title = "Letters"\ngoals = ["Add."]\nmisconceptions = ["Numbers are shared."]\n'
_HINTS = """\
[not-yours]
text = "Add your own number."
rfc = "RFC 4291 section 2.2"
"""
_LESSON = '''\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3 (ipykernel)
  language: python
ipv6course:
  title: "A lesson for a class"
  minutes: 10
  goals:
    - Add.
---

# A lesson for a class

```{code-cell} ipython3
from ipv6course.classroom import Lesson

lesson = Lesson("letters/01-own")
print("Your number is", lesson.learner.number("mine", 9000))
```

### Exercise: your own number

```{code-cell} ipython3
---
nbgrader: {grade_id: own, solution: true}
---
def add_mine(number):
    """Return the number plus your own."""
    ### BEGIN SOLUTION
    return number + lesson.learner.number("mine", 9000)
    ### END SOLUTION
```

```{code-cell} ipython3
---
nbgrader: {grade_id: own-1, points: 1}
---
with lesson.check("own-1") as test:
    mine = lesson.learner.number("mine", 9000)
    test.call(add_mine, 3).gives(3 + mine, hint="not-yours")
```

```{code-cell} ipython3
---
nbgrader: {grade_id: own-2, points: 2}
---
with lesson.check("own-2") as test:
    test.call(add_mine, 0).gives(lesson.learner.number("mine", 9000), hint="not-yours")
    ### BEGIN HIDDEN TESTS
    secret_argument = 7000 + lesson.learner.number("secret", 900)
    secret_sum = secret_argument + lesson.learner.number("mine", 9000)
    test.call(add_mine, secret_argument).gives(secret_sum, hint="not-yours")
    ### END HIDDEN TESTS
```

### Exercise: a letter

Why is a number of your own useful? A person reads your answer.

+++ {"nbgrader": {"grade_id": "letter", "solution": true, "points": 4}}

### BEGIN SOLUTION

**A good answer.** Nobody can copy it.

### END SOLUTION
'''
_RIGHT = """\
# %% right: {title}
def add_mine(number):
    return {value}
"""
_WRONG = """\
# %% wrong: {title}
# points=[0, 0] hint="not-yours" met="visible"
def add_mine(number):
    return {value}
"""
_RIGHT_VALUES = {
    "in order": 'number + lesson.learner.number("mine", 9000)',
    "the other way round": 'lesson.learner.number("mine", 9000) + number',
}
_WRONG_VALUES = {
    "no number": "number",
    "one more": "number + 1",
    "twice": "2 * number",
    "a neighbour's": "number + 9001",
    "negative": "-number",
}
_ANSWERS = "\n\n".join(
    template.format(title=title, value=value)
    for template, values in ((_RIGHT, _RIGHT_VALUES), (_WRONG, _WRONG_VALUES))
    for title, value in values.items()
)


def write_class_course(folder: Path) -> Path:
    """Write the course into a folder of modules, and return it."""
    answers = folder / MODULE / "answers"
    answers.mkdir(parents=True)
    (answers / "own.py").write_text(_ANSWERS, encoding="utf-8")
    (folder / "course.toml").write_text(_OUTLINE, encoding="utf-8")
    (folder / MODULE / "module.toml").write_text(_MODULE, encoding="utf-8")
    (folder / MODULE / "hints.toml").write_text(_HINTS, encoding="utf-8")
    (folder / MODULE / f"{LESSON}.md").write_text(_LESSON, encoding="utf-8")
    return folder
