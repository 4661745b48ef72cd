"""The choice: what it shows as text, and what its value may be. No browser here."""

import pytest
import traitlets

from ipv6course.widgets.answer import Answer, answer_line
from ipv6course.widgets.choice import Choice, Choices, choice_table


def test_the_table_marks_what_is_chosen():
    assert choice_table("Which?", {"a": "The first", "b": "The second"}, "b").splitlines() == [
        "Which?",
        "( ) The first",
        "(x) The second",
    ]


def test_nothing_is_chosen_at_the_beginning():
    choice = Choice("Which?", ["one", "two"])

    assert choice.value == ""
    assert repr(choice) == "Which?\n( ) one\n( ) two"


def test_an_option_is_its_own_value_unless_it_has_a_short_one():
    plain = Choice("Which?", ["one", "two"], value="two")
    short = Choice("Which?", {"1": "one", "2": "two"})
    short.value = "1"

    assert plain.options == [["one", "one"], ["two", "two"]]
    assert repr(plain) == "Which?\n( ) one\n(x) two"
    assert short.options == [["1", "one"], ["2", "two"]]
    assert repr(short) == "Which?\n(x) one\n( ) two"


def test_the_value_is_one_of_the_options_or_empty():
    choice = Choice("Which?", {"1": "one", "2": "two"}, value="1")

    with pytest.raises(traitlets.TraitError, match="'one' is none of the options: '1', '2'"):
        choice.value = "one"
    with pytest.raises(traitlets.TraitError, match="none of the options"):
        Choice("Which?", ["one", "two"], value="three")
    choice.value = ""
    assert choice.value == ""


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ([], "at least two different options"),
        (["one"], "at least two different options"),
        ("one", "at least two different options"),
        (["one", "one"], "at least two different options"),
        (["one", "two", "one"], "'one' is there twice"),
        (["one", ""], "an option is empty"),
    ],
)
def test_what_is_no_choice_is_refused(options, why):
    with pytest.raises(ValueError, match=why):
        Choice("Which?", options)


def test_several_questions_have_one_value():
    first, second = Choice("First?", ["a", "b"]), Choice("Second?", ["c", "d"], value="d")
    both = Choices(first, second)
    seen = []
    both.observe(lambda change: seen.append(change["new"]), names="value")

    assert both.value == ["", "d"]
    first.value = "b"

    assert both.value == ["b", "d"]
    assert seen == [["b", "d"]]
    assert repr(both) == "First?\n( ) a\n(x) b\n\nSecond?\n( ) c\n(x) d"


def test_the_button_takes_the_value_of_either():
    one = Choice("Which?", ["a", "b"])
    several = Choices(one, Choice("And?", ["c", "d"]))
    single = Answer("an-exercise", "chosen", of=one)
    double = Answer("an-exercise", "chosen", of=several)

    one.value = "b"

    assert single.line == answer_line("chosen", "b") == "chosen = 'b'"
    assert double.line == "chosen = ['b', '']"
