"""An exercise and a question made as a lesson's module makes them, and all that they say."""

import json
import re

import numpy as np
import pytest

from bnlib.classroom.check import call, verdict
from bnlib.classroom.check.compare import short, told_apart
from bnlib.classroom.check.exercise import Exercise, exercise
from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.check.question import Question, question
from bnlib.classroom.check.variants import Edit
from bnlib.classroom.check.verdict import Finding
from bnlib.classroom.exercises.data import by_training

LESSON = 7  # a task reads its lesson from its module
WHY = "Half of {n:g}, a sentence that is so long that it is broken into two lines here, yes."


@pytest.fixture
def centered():
    @exercise(
        inputs=[{"x": [0.0, 6.0]}, {"x": [1.0, 2.0, 6.0]}],
        mistakes=[("not centered", " - x.mean()", ""), ("mean minus value", "x -", "-x +")],
        hard_part="The hard part was the mean.",
        hints=["What is the mean?", "Subtract it."],
    )
    def centered(x):
        """x without its mean."""
        return x - x.mean()

    return centered


@pytest.fixture
def half():
    @question(
        ask="What is half of {n:g}?",
        draw={"n": (4.0, 6.0, 8.0, 10.0, 12.0, 14.0)},
        mistakes=[("factor kept", "n / 2", "n")],
        why=WHY,
        hints=["Divide {n:g} by 2."],
    )
    def half(n=4.0):
        """Half of a number."""
        return n / 2

    return half


SOLUTION = 'def centered(x):\n    """x without its mean."""\n    return x - x.mean()'


def test_an_exercise_says_all_that_it_was_made_of(centered):
    assert centered.lesson == LESSON
    said = centered.check(centered.reference).text
    assert said == "Right, on both inputs. The hard part was the mean."
    wrong = centered.check(lambda x: x).text
    assert MISTAKES["not centered"].in_words(LESSON) in wrong
    assert "This mistake gives the same: “not centered” (lesson 1):" in wrong
    assert not any(given["x"].flags.writeable for given in centered.inputs)
    assert [centered.hint().text for _ in range(2)] == ["What is the mean?", "Subtract it."]
    assert centered.solution().text == SOLUTION
    assert centered.stub == (
        f"{SOLUTION.partition('return')[0]}...\n\n\nexercises.centered.check(centered)"
    )
    assert repr(centered) == (
        "Exercise centered(x)\nx without its mean.\n"
        "check(centered) looks at your function; hint() and solution() help."
    )


def test_a_question_says_all_that_it_was_made_of(half):
    assert half.lesson == LESSON
    assert half.asked == "What is half of 4?"
    assert half.check(2).text == f"Right. {WHY.format(n=4)}"
    assert "“factor kept” (lesson 1):" in half.check(4).text
    assert half.check(1).text == "Not 1. exercises.half.hint() helps."
    assert half.hint().text == "Divide 4 by 2."
    assert half.solution().text == (
        "It is 2. Half of 4, a sentence that is so long that it is broken into two lines\n"
        'here, yes.\n\ndef half(n=4.0):\n    """Half of a number."""\n    return n / 2'
    )
    assert half.stub == "my_prediction = ...\nexercises.half.check(my_prediction)"
    assert repr(half) == (
        "Question half\nWhat is half of 4?\n"
        "check(your number) looks at it; hint() and solution() help; again() gives new numbers."
    )


def test_a_question_asks_again_with_numbers_from_its_seed(half):
    asked = []
    for _ in range(11):
        assert half.again().text.startswith(f"{half.asked}\n")
        asked.append(half.numbers["n"])
    assert asked == (2 * [6.0, 10.0, 8.0, 12.0, 14.0, 4.0])[:11], "all, before one comes again"
    assert half.check(1).text.endswith(f"\nYou are asked now: {half.asked}")
    half.drawn = [{"n": 0.0}, {"n": 0.0102}]
    half.numbers = half.drawn[0]
    assert "The answer stays what it was." in half.again().text


def test_numbers_with_which_a_mistake_is_right_are_not_asked(half):
    half.edits.append(Edit("no eps", ("/ 2", "/ (n - 6)")))
    few = {"n": (0.0, 0.02, 0.022, 4.0, 6.0)}
    assert half.telling(few, np.random.default_rng(0)) == [{"n": 4.0}]


@pytest.mark.parametrize(
    ("right", "given", "nearly"),
    [
        (-0.1589, -0.15, True),  # cut off
        (0.455, 0.5, True),  # rounded too far
        (0.452, 0.5, False),
        (10.1, 10.301, True),  # computed with rounded numbers
        (10.1, 10.303, False),
        (12.5, 12.75, True),
        (3.0, 3.05, False),  # a whole number is right or wrong
    ],
)
def test_what_is_nearly_right(half, right, given, nearly):
    half.numbers = {"n": 2 * right}
    assert half.check(given).text.startswith("Nearly") is nearly


def test_what_belongs_to_no_lesson_says_so():
    assert Exercise(abs, inputs=[], mistakes=[], hard_part="", hints=[]).lesson == 0
    of_nobody = Question(
        type("Nobody", (), {"__call__": lambda self: 1, "__name__": "one"})(),
        ask="",
        draw={},
        mistakes=[],
        why="",
        hints=[],
    )
    assert of_nobody.lesson == 0


def test_a_verdict_knows_whether_it_is_right(half):
    assert half.check(2).right
    assert not half.check(4).right


def test_a_single_number_that_is_nearly_right_has_no_place():
    def small(x):
        """A small number."""
        return np.array(0.00014)

    task = Exercise(small, inputs=[{"x": [1.0]}], mistakes=[], hard_part="", hints=[])
    assert "\nyou get 0.00011; it should be 0.00014.\n" in task.check(lambda x: 0.00011).text


@pytest.mark.parametrize(
    ("one", "texts"),
    [
        (123456789012345.25, ("123456789012345.2500", "123456789012346.2500")),
        (1234567890123456.25, ("1.23456789e+15", "1.23456789e+15")),
        (12345.0, ("12345.0000", "12346.0000")),
    ],
)
def test_numbers_aretold_apart_in_few_letters(one, texts):
    assert told_apart(one, one + 1) == texts


@pytest.mark.parametrize(
    ("function", "empty"),
    [(lambda x: ..., True), (lambda x: x, False), (abs, False), (lambda x: None, True)],
)
def test_a_body_that_does_nothing_is_empty(function, empty):
    assert call._is_empty(function) is empty


def test_what_has_no_words_is_called_by_its_type():
    class Silent:
        def __repr__(self):
            return ""

    class Broken:
        def __repr__(self):
            raise ValueError

    assert short(Silent()) == "an object of type Silent"
    assert short(Broken()) == "an object of type Broken"


def test_a_mistake_in_one_result_of_one_mode_is_named_with_both():
    @exercise(
        inputs=[{"x": [3.0], "training": training} for training in (True, False)],
        mode=by_training,
        mistakes=[("no eps", "eps = 1.0", "eps = 5.0")],
        hard_part="",
        hints=[],
    )
    def both(x, training):
        """Two results."""
        eps = 1.0
        return (x + eps, x - eps) if training else (x * eps, x / eps)

    def answer(x, training):
        return (x + 5, x - 1) if training else (x, x)

    said = "This mistake gives the same, in training mode, in the first result: “no eps”"
    assert said in both.check(answer).text


@pytest.mark.parametrize(("length", "end"), [(200, "a"), (201, " ...")])
def test_a_message_is_cut_when_it_is_long(length, end, centered):
    def fails(x):
        if len(x) == 3:
            raise ValueError("a" * length)
        return x - x.mean()

    first, second, _ = centered.check(fails).text.splitlines()
    words = f"Not yet: your function raised ValueError: {'a' * min(length, 200)}"
    assert first == words + end.strip("a")
    assert second.endswith(", for x of shape (3,)")


def test_what_cannot_be_checked_printed_nothing_unless_it_says_so():
    assert call.CannotBeCheckedError("why", verdict.NOTHING).printed == ""


WRONG_DEFINITIONS = {
    "“no such name” has no sentence yet; write it into bnlib/classroom/check/mistakes.py.": (
        "no such name",
        " - x.mean()",
        "",
    ),
    "“not centered” replaces 'x_hat', which is not in the solution": ("not centered", "x_hat", ""),
    "“not centered” changes ('x',); give pairs": ("not centered", "x"),
    "“not centered” makes no Python of the solution: invalid syntax": (
        "not centered",
        "x - x.mean()",
        "x -",
    ),
}


@pytest.mark.parametrize("words", WRONG_DEFINITIONS)
def test_a_mistake_that_does_not_fit_is_an_error_when_the_task_is_made(words):
    with pytest.raises(ValueError, match=re.escape(f"centered: {words}")):

        @exercise(
            inputs=[{"x": [0.0, 6.0]}],
            mistakes=[WRONG_DEFINITIONS[words]],
            hard_part="",
            hints=[],
        )
        def centered(x):
            """x without its mean."""
            return x - x.mean()


@pytest.mark.parametrize("inputs", [[{"y": [1.0]}], [{"x": [1.0]}, {}], [{"x": 1.0, "y": 2.0}]])
def test_an_input_that_does_not_fit_is_an_error_when_the_task_is_made(inputs):
    with pytest.raises(ValueError, match=r"same: an input is .*, not \['x'\]"):

        @exercise(inputs=inputs, mistakes=[], hard_part="", hints=[])
        def same(x):
            """The same x."""
            return x


def test_mistakes_that_are_no_list_of_tuples_are_an_error():
    with pytest.raises(ValueError, match="centered: mistakes are tuples"):

        @exercise(inputs=[], mistakes=("not centered", "x", "y"), hard_part="", hints=[])
        def centered(x):
            """x without its mean."""
            return x - x.mean()


def test_numpy_that_an_answer_assigns_to_is_put_back_and_the_answer_told(centered):
    sqrt, mean = np.sqrt, np.mean

    def assigns(x):
        np.sqrt = np.sqrt(x.var())
        np.linalg.norm = None
        return x - x.mean()

    said = centered.check(assigns)
    assert said.text == (
        "Not yet: your function assigns to np.sqrt and np.linalg.norm, which would change NumPy "
        "for all that follows; that was undone. Give your own numbers a name of their own."
    )
    assert said.finding.outcome == verdict.CHANGES_NUMPY
    assert np.sqrt is sqrt
    np.mean = 3
    said = centered.check(centered.reference)
    assert said.right
    assert said.text.endswith("(np.mean had been assigned to before; that was undone.)")
    assert np.mean is mean
    assert centered.check(centered.reference).text.endswith("The hard part was the mean.")


def test_a_verdict_is_data_too_and_reads_back(centered, half):
    verdicts = [
        centered.check(centered.reference),
        centered.check(lambda x: x),
        centered.check(lambda x: x + 1),
        centered.check(lambda x: x / None),
        centered.check(lambda x: np.full(2, np.nan)),
        half.check(3),
        half.check("two"),
        half.check(),
    ]
    for each in verdicts:
        shown = each._repr_mimebundle_()
        assert shown["text/plain"] == repr(each)
        assert " ".join(repr(each).split()) == " ".join(each.text.split())
        stored = json.loads(json.dumps(shown[verdict.DATA], allow_nan=False))
        assert stored["task"] == each.task
        assert str(Finding.from_data(stored)) == str(each.finding)  # as NaN is not NaN
    assert [each.finding.in_words for each in verdicts[1:7]] == [
        "0, 6 instead of -3, 3",
        "1, 7 instead of -3, 3",
        "TypeError",
        "nan or inf",
        "3",
        "not a number",
    ]
    assert [each.finding.kind for each in verdicts[2:]] == [
        *("other numbers", "errors", "nan or inf", "other numbers", "not a number", "other"),
    ]
    assert verdicts[1].finding.mistakes == ("not centered",)
    assert verdicts[7].finding.in_words == "other"
    assert str(verdicts[1]).endswith("\n[centered: tried; not centered]")


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (None, None),
        ([], None),
        ({}, None),
        ({"state": ["solved"]}, None),
        ({"state": "perfect"}, None),
        ({"state": "solved"}, Finding("solved")),
        ({"state": "tried", "mistakes": ["no eps", "Smith", 7]}, Finding("tried", ("no eps",))),
        ({"state": "tried", "mistakes": ["no eps"] * 3}, Finding("tried", ("no eps",) * 2)),
        ({"state": "tried", "mistakes": "no eps"}, Finding("tried")),
        ({"state": "tried", "outcome": "rm -rf"}, Finding("tried", outcome="an error")),
        ({"state": "tried", "outcome": "KeyError"}, Finding("tried", outcome="KeyError")),
        ({"state": "tried", "outcome": {}}, Finding("tried")),
        ({"state": "tried", "numbers": ["1.5", "-2e3"]}, Finding("tried", numbers=(1.5, -2e3))),
        ({"state": "tried", "numbers": ["1"] * 99}, Finding("tried", numbers=(1.0,) * 12)),
    ],
)
def test_of_what_is_stored_only_what_is_on_the_lists_is_read(stored, read):
    assert Finding.from_data(stored) == read


def test_a_number_that_is_none_is_not_repeated():
    found = Finding.from_data({"state": "tried", "numbers": ["Smith", "9" * 10**6]})
    assert found.in_words == "nan instead of 1e+24"
