"""The zoo: every mistake is a mistake, and each is told from all the others."""

import itertools
import json

import numpy as np
import pytest
import witnesses
from mistakes_picture import SEEN

import bnlib
from bnlib import functional as F
from bnlib.classroom import agree, diagnosis
from bnlib.classroom.agreement import DisagreementError
from bnlib.classroom.checking import _Bnlib, _same
from bnlib.classroom.mistakes import Mistake, with_each
from bnlib.classroom.zoo import ZOO

every_mistake = pytest.mark.parametrize("mistake", ZOO, ids=lambda mistake: mistake.name)
every_exercise = pytest.mark.parametrize(
    "exercise", witnesses.EXERCISES.values(), ids=lambda e: e.name
)
every_question = pytest.mark.parametrize("name", witnesses.QUESTIONS)


def shown(mistake):
    return np.asarray(eval(mistake.shown_by, {"np": np, "F": F, "bnlib": bnlib}))


@every_mistake
def test_a_mistake_changes_what_it_is_shown_by_and_is_undone(mistake):
    right = shown(mistake)
    with mistake.made(), np.errstate(all="ignore"):
        wrong = shown(mistake)
    assert wrong.shape == right.shape
    assert not np.allclose(right, wrong, atol=1e-3)
    np.testing.assert_array_equal(shown(mistake), right)


def test_names_are_unique():
    assert len({mistake.name for mistake in ZOO}) == len(ZOO) == 35


@every_mistake
def test_agree_names_it(mistake):
    words = witnesses.what_agree_says(mistake)
    assert str(mistake) in words
    named = tuple(other for other in ZOO if str(other) in words)
    values = [value for _, value in with_each(named, lambda: shown(mistake))]
    assert len(values) == len(named) <= 2
    for value in values[1:]:
        np.testing.assert_allclose(value, values[0], atol=1e-6)


@pytest.mark.parametrize(
    "cell",
    [
        "agree(F.batch_norm(2 * x, None, None, training=True), right)",
        "agree(1.5 + F.batch_norm(x, None, None, training=True), right)",
        "agree(F.batch_norm(x, None, None, training=True, eps=30.0), right)",
        "agree(bnlib.BatchNorm2d(2, eps=30.0)(x), right)",
        "agree(*[x, right])",
        "agree(x, *[right])",
        "agree(torchs=right, ours=x)",
        "list(map(agree, [x], [right]))",
    ],
)
def test_agree_names_no_mistake_where_none_was_made(cell):
    x = np.square(np.arange(24.0)).reshape(2, 2, 2, 3)
    right = F.batch_norm(x, None, None, training=True)
    words = witnesses.disagreement_in(cell, x=x, right=right)
    assert "24 of 24 values differ" in words
    assert "mistake" not in words


def test_agree_names_the_mistake_of_an_own_rule(monkeypatch):
    keras = next(mistake for mistake in ZOO if mistake.name == "the other momentum convention")
    monkeypatch.setattr(
        F, "running_update", lambda old, new, share: share * old + (1 - share) * new
    )
    cell = "agree(F.running_update(np.zeros(1), np.ones(1), 0.1), np.array([0.1]))"
    assert witnesses.named(witnesses.disagreement_in(cell), keras)


@pytest.mark.parametrize(("patience", "times"), [(0, 1), (1000, len(ZOO) + 1)])
def test_agree_looks_for_a_name_only_for_a_while(patience, times, monkeypatch):
    monkeypatch.setattr(diagnosis, "PATIENCE", patience)
    calls = []

    def compute():
        calls.append(None)
        return 1.0

    assert "ours 1, torch's 2" in witnesses.disagreement_in(
        "agree(compute(), 2.0)", compute=compute
    )
    assert len(calls) == 1 + times


@pytest.mark.parametrize("value", [None, "3", np.array([None, 1.0])])
def test_agree_wants_numbers(value):
    with pytest.raises(TypeError, match=r"agree\(\) compares numbers; this is of type"):
        agree(value, np.zeros(2))


def test_agree_takes_truth_values():
    with pytest.raises(DisagreementError, match="1 of 2 values differ"):
        agree(np.array([True, False]), np.array([True, True]))


def test_a_mistake_that_does_not_fit_an_edited_bnlib_is_left_out():
    unfit = Mistake("unfit", "", 1, (("not in bnlib", ""),), "")
    assert list(with_each((unfit,), int)) == []


@every_mistake
def test_the_exercises_that_meet_it_name_it(mistake):
    meeting = witnesses.exercises_that_meet(mistake)
    assert meeting or mistake.name == "mode taken from whether gradients are on"
    for exercise in meeting:
        words = exercise.check(witnesses.answer_with(exercise, mistake)).text
        assert witnesses.named(words, mistake), words


SAMPLE = [next(m for m in reversed(ZOO) if m.lesson == lesson) for lesson in range(1, 6)]


@pytest.mark.parametrize("mistake", SAMPLE, ids=lambda mistake: mistake.name)
def test_its_lesson_turns_red(mistake):
    """One of each lesson; make zoo tries all."""
    assert witnesses.lesson_sees(mistake.name, mistake.lesson)


def test_a_lesson_without_a_mistake_stays_green():
    assert not witnesses.lesson_sees("none", 1)


def test_the_stored_matrix_has_every_mistake_seen_by_all():
    seen_by = json.loads(SEEN.read_text())
    assert list(seen_by) == [mistake.name for mistake in ZOO]
    unasked = [name for name, found in seen_by.items() if found != [True] * 4]
    assert unasked == ["mode taken from whether gradients are on"]
    assert seen_by[unasked[0]] == [True, None, True, True]


@every_exercise
def test_no_two_mistakes_give_the_same(exercise):
    assert len(exercise.mistakes) >= 2
    for (one, here), (other, there) in itertools.combinations(exercise.mistakes, 2):
        assert not all(map(_same, here, there, exercise.right)), (one.name, other.name)


@every_exercise
def test_the_references_agree_with_torch(exercise):
    for ours, torchs in zip(exercise._outcomes(_Bnlib), exercise.right, strict=True):
        for mine, theirs in zip(ours, torchs, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-3 * np.abs(theirs).max())


@every_question
def test_a_question_knows_the_right_number_and_names_the_wrong_ones(name):
    question = witnesses.QUESTIONS[name]
    (right,) = question.exercise.right[0]
    numbers = [float(right)]
    assert question.check(round(numbers[0], 2)).text.startswith("Right.")
    assert question.exercise.mistakes
    first_to_give = {}
    for mistake, ((wrong,),) in question.exercise.mistakes:
        first_to_give.setdefault(float(wrong), mistake)
    for wrong, mistake in first_to_give.items():
        words = question.check(round(wrong, 2)).text
        assert words.startswith("Not ")
        assert witnesses.named(words, mistake), words
        numbers.append(wrong)
    for one, other in itertools.combinations(numbers, 2):
        assert abs(one - other) > 0.011
    assert "mistake" not in question.check(123.456).text


@every_question
@pytest.mark.parametrize("nothing", [..., None])
def test_a_question_without_a_prediction_is_calm(name, nothing):
    assert witnesses.QUESTIONS[name].check(nothing).text.startswith("No prediction yet")


@pytest.mark.parametrize(
    ("prediction", "words"),
    [
        ("much", "'much'"),
        ("3/4", "'3/4'"),
        ((0, 75), "(0, 75)"),
        ([0.75], "[0.75]"),
        (1j, "1j"),
        (np.nan, "nan"),
        (-np.inf, "-inf"),
        pytest.param(10**400, "an object of type int", id="huge"),
        (np.zeros(1000), "an object of type ndarray"),
    ],
)
def test_a_question_wants_a_number(prediction, words):
    answer = witnesses.QUESTIONS["upper_value"].check(prediction).text
    assert answer == f"{words} is not a number such as 12.5."


@pytest.mark.parametrize("prediction", ["0.75", " 0.750", np.float32(0.75), np.array(0.75)])
def test_a_question_takes_a_number_in_any_form(prediction):
    assert witnesses.QUESTIONS["upper_value"].check(prediction).text.startswith("Right.")
