"""Six questions that tell a learner whether to read the refresher first. Nothing is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import ipywidgets

from ipv6course.classroom.messages import _
from ipv6course.widgets.column import Column


@dataclass(frozen=True)
class Question:
    """One question, and every text that answers it."""

    topic: str
    """The heading of the refresher that explains it."""
    text: str
    answers: tuple[str, ...]

    def is_right(self, answer: str) -> bool:
        """Return whether an answer is right; blanks and capital letters do not matter."""
        return answer.strip().lower().removeprefix("0x").replace(" ", "") in self.answers


QUESTIONS = (
    Question("Hexadecimal", "Which hexadecimal digit is the number 12?", ("c",)),
    Question("Hexadecimal", "Which decimal number is hexadecimal 1f?", ("31",)),
    Question("Binary", "Write the number 5 with four bits.", ("0101", "101")),
    Question("Binary", "How many bits make one hexadecimal digit?", ("4", "four")),
    Question(
        "Prefixes",
        "How many addresses are there in 192.0.2.0/28, the first and the last included?",
        ("16",),
    ),
    Question(
        "Prefixes",
        "With which address does the network of 198.51.100.77/26 begin?",
        ("198.51.100.64",),
    ),
)


@dataclass(frozen=True)
class Advice:
    """What the answers say."""

    right: tuple[bool, ...]
    topics: tuple[str, ...]
    """The parts of the refresher to read; none of them if the learner can go on."""

    def text(self) -> str:
        """Return the advice in words."""
        count = _("{right} of {all} are right.").format(right=sum(self.right), all=len(self.right))
        if not self.topics:
            return f"{count} " + _("Go on to the next lesson.")
        read = _("Read in the refresher at the end of this page: {topics}.")
        return f"{count} " + read.format(topics=", ".join(map(_, self.topics)))


def judge(answers: Sequence[str]) -> Advice:
    """Return the advice for six answers, in the order of the questions.

    Raises:
        ValueError: There are more or fewer answers than questions.
    """
    if len(answers) != len(QUESTIONS):
        raise ValueError(f"{len(answers)} answers to {len(QUESTIONS)} questions")
    pairs = list(zip(QUESTIONS, answers, strict=True))
    right = tuple(question.is_right(answer) for question, answer in pairs)
    wrong = (question.topic for question, ok in zip(QUESTIONS, right, strict=True) if not ok)
    return Advice(right, tuple(dict.fromkeys(wrong)))


class Diagnostic(Column):
    """The questions as a form: Tab moves on, the button checks."""

    def __init__(self) -> None:
        self._fields = [
            ipywidgets.Text(
                description=_("Answer {number}").format(number=number),
                tooltip=_(question.text),
                continuous_update=False,
                layout={"max_width": "20rem"},
            )
            for number, question in enumerate(QUESTIONS, start=1)
        ]
        self._marks = [ipywidgets.HTML(_paragraph(_(question.text))) for question in QUESTIONS]
        self._advice = ipywidgets.HTML()
        button = ipywidgets.Button(description=_("Check"), button_style="")
        button.on_click(self._check)
        rows = [item for pair in zip(self._marks, self._fields, strict=True) for item in pair]
        super().__init__([*rows, button, self._advice])

    def __repr__(self) -> str:
        """Return the questions as text: what an exported page and a plain console show."""
        return "\n".join(f"{n}. {_(q.text)}" for n, q in enumerate(QUESTIONS, start=1))

    def _check(self, _button: object) -> None:
        advice = judge([field.value for field in self._fields])
        for question, mark, right in zip(QUESTIONS, self._marks, advice.right, strict=True):
            mark.value = _paragraph(("✔ " if right else "✘ ") + _(question.text))
        self._advice.value = f'<div role="status">{_paragraph(advice.text(), bold=True)}</div>'


def _paragraph(text: str, bold: bool = False) -> str:
    weight = "600" if bold else "400"
    style = f"margin: .6em 0 .1em; line-height: 1.4; white-space: normal; font-weight: {weight};"
    color = "color: var(--jp-content-font-color1, #1a1a1a)"
    return f'<p style="{style} {color}">{escape(text)}</p>'
