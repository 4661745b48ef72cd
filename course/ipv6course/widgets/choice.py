"""One question and its options, of which a learner chooses one; or several such questions.

`choice_table` says everything that the widget shows, as text. The browser side (`choice.js`) is a
group of radio buttons, so Tab goes to the group and the arrow keys choose in it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ipv6course.widgets.column import Column

NOTHING = ""  # the value before anything is chosen


def choice_table(question: str, options: Mapping[str, str], value: str = NOTHING) -> str:
    """Return question and options as lines of text; `(x)` marks the option that is chosen.

    Args:
        question: What is asked.
        options: Text of each option by its value.
        value: The value that is chosen, or `NOTHING`.
    """
    marks = {True: "(x)", False: "( )"}
    return "\n".join([question, *(f"{marks[name == value]} {options[name]}" for name in options)])


def _by_value(options: Mapping[str, str] | Sequence[str]) -> dict[str, str]:
    """Return the text of each option by its value; an option without a value is its own.

    Raises:
        ValueError: There are fewer than two options, one is there twice, or one is empty.
    """
    given = list(options)
    if isinstance(options, str) or len(set(given)) < 2:
        raise ValueError(f"{options!r} is not a choice; give at least two different options")
    if len(set(given)) < len(given):
        twice = next(name for name in given if given.count(name) > 1)
        raise ValueError(f"the option {twice!r} is there twice; give each option once")
    if NOTHING in given:
        raise ValueError("an option is empty; an empty value means that nothing is chosen")
    return dict(options) if isinstance(options, Mapping) else {name: name for name in given}


class Choice(anywidget.AnyWidget):  # type: ignore[misc]
    """A group of radio buttons. Nothing is chosen at the beginning, so nothing is suggested.

    Args:
        question: What is asked.
        options: The texts to choose from; or texts by value, where `value` is to be a short word
            that stays the same in every language.
        value: The option that is chosen at the beginning; by default none.

    Raises:
        ValueError: There are fewer than two options, or two are the same.
        traitlets.TraitError: The value is none of the options.
    """

    _esm = Path(__file__).with_name("choice.js")
    _css = Path(__file__).with_name("choice.css")

    question = traitlets.Unicode(help="What is asked.").tag(sync=True)
    options = traitlets.List(help="Pairs of value and text, in order.").tag(sync=True)
    value = traitlets.Unicode(help="What is chosen, or empty.").tag(sync=True)

    def __init__(
        self, question: str, options: Mapping[str, str] | Sequence[str], value: str = NOTHING
    ) -> None:
        self._texts = _by_value(options)
        pairs = [[name, text] for name, text in self._texts.items()]
        super().__init__(question=question, options=pairs, value=value)

    @traitlets.validate("value")  # type: ignore[untyped-decorator]
    def _is_an_option(self, proposal: Any) -> str:
        value = str(proposal["value"])
        if value != NOTHING and value not in self._texts:
            known = ", ".join(map(repr, self._texts))
            raise traitlets.TraitError(f"{value!r} is none of the options: {known}")
        return value

    def __repr__(self) -> str:
        """Return the text table: what a static page or a terminal shows in the widget's place."""
        return choice_table(self.question, self._texts, self.value)


class Choices(Column):
    """Several questions whose values are one answer.

    Args:
        *questions: The choices, in order.
    """

    value = traitlets.List(traitlets.Unicode(), help="The value of each question, in order.")

    def __init__(self, *questions: Choice) -> None:
        super().__init__(children=questions)
        self._collect()
        for question in questions:
            question.observe(self._collect, names="value")

    def __repr__(self) -> str:
        """Return the text tables, with an empty line between them."""
        return "\n\n".join(map(repr, self.children))

    def _collect(self, _change: object = None) -> None:
        self.value = [question.value for question in self.children]
