"""The zoo: every mistake is a mistake, and each is told from all the others."""

import itertools
import json
import sys
from pathlib import Path

import numpy as np
import pytest

import bnlib
from bnlib import functional as F
from bnlib.classroom.checking import _same
from bnlib.classroom.zoo import ZOO

sys.path.insert(0, str(Path(__file__).parent / "zoo"))
import witnesses
from picture import SEEN

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
    assert len({mistake.name for mistake in ZOO}) == len(ZOO) == 34


@every_mistake
def test_agree_names_it(mistake):
    assert witnesses.agree_names(mistake)


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
    for ours, torchs in zip(exercise._outcomes(witnesses.bnlib_now), exercise.right, strict=True):
        for mine, theirs in zip(ours, torchs, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-3 * np.abs(theirs).max())


@every_question
def test_a_question_knows_the_right_number_and_names_the_wrong_ones(name):
    question = witnesses.QUESTIONS[name]
    (right,) = question.exercise.right[0]
    numbers = [float(right)]
    assert question.check(round(numbers[0], 2)).text.startswith("Right.")
    assert question.exercise.mistakes
    for mistake, ((wrong,),) in question.exercise.mistakes:
        words = question.check(round(float(wrong), 2)).text
        assert words.startswith("Not ")
        assert witnesses.named(words, mistake), words
        numbers.append(float(wrong))
    for one, other in itertools.combinations(numbers, 2):
        assert abs(one - other) > 0.011
    assert "mistake" not in question.check(123.456).text


@every_question
@pytest.mark.parametrize("nothing", [..., None])
def test_a_question_without_a_prediction_is_calm(name, nothing):
    assert witnesses.QUESTIONS[name].check(nothing).text.startswith("No prediction yet")


def test_a_question_wants_a_number():
    question = witnesses.QUESTIONS["upper_value"]
    assert question.check("much").text == "'much' is not a number."
