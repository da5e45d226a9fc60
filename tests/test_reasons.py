"""Why an answer is wrong where no mistake has a name for it: patterns, errors, names, shapes."""

import numpy as np
import pytest
import torch
from exercise_inputs import EXERCISES

from bnlib.classroom import exercises
from bnlib.classroom.check import verdict
from bnlib.classroom.check.advice import ADVICE, ARRAYS_AND_TENSORS, arrays_of_the_notebook
from bnlib.classroom.check.patterns import WORDS, pattern
from bnlib.classroom.exercises import TASKS

NORMALIZE = exercises.normalize_table
DRAW = np.random.default_rng(0)


def answer(body, name="normalize_table", arguments="x, eps", **notebook):
    """A function as a cell of a notebook makes it, with other names of that notebook."""
    scope = {"np": np, "torch": torch} | notebook
    exec(f"def {name}({arguments}):\n    {body}", scope)
    return scope[name]


INPUTS = [{"x": DRAW.normal(size=(n, 3))} for n in (2, 5, 7)]
RIGHT = [(given["x"] * 2 + 1,) for given in INPUTS]
MADE = {
    verdict.SIGN: lambda y, n: -y,
    verdict.N_TIMES: lambda y, n: y * n,
    verdict.NTH: lambda y, n: y / n,
    verdict.BESSEL: lambda y, n: y * n / (n - 1),
    verdict.INVERSE_BESSEL: lambda y, n: y * (n - 1) / n,
    verdict.FACTOR: lambda y, n: y * 1.7,
    verdict.OFFSETS: lambda y, n: y + np.array([1.0, -2.0, 0.5]),
    verdict.FIRST_SAMPLE: lambda y, n: y + np.arange(n)[:, None],
}


def made(kind, right=RIGHT):
    return [(MADE[kind](y, len(y)), *others) for y, *others in right]


def test_every_pattern_is_tried():
    assert set(MADE) == set(WORDS)
    assert set(WORDS) <= verdict.OUTCOMES


@pytest.mark.parametrize("kind", MADE)
def test_a_pattern_is_said_where_it_holds_everywhere(kind):
    found, words = pattern(INPUTS, made(kind), RIGHT)
    assert found == kind
    assert words.startswith(WORDS[kind].partition("{")[0])
    two = [(y, y * 3) for (y,) in RIGHT]
    assert pattern(INPUTS, made(kind, two), two)[0] == kind, "in one of two results"


@pytest.mark.parametrize("kind", MADE)
def test_a_pattern_is_not_said_where_one_number_does_not_follow_it(kind):
    for at in range(len(INPUTS)):
        wrong = made(kind)
        wrong[at][0].flat[0 if kind == verdict.FIRST_SAMPLE else -1] += 0.1
        found = pattern(INPUTS, wrong, RIGHT)
        assert found is None or found[0] != kind
    nan = made(kind)
    nan[0][0].flat[-1] = np.nan
    assert pattern(INPUTS, nan, RIGHT) is None


def test_two_numbers_are_too_few_for_a_pattern():
    assert pattern([{}], [(np.array([2.0, 4.0]),)], [(np.array([1.0, 2.0]),)]) is None
    assert pattern([{}], [(np.array(2.0),)], [(np.array(1.0),)]) is None


def test_other_shapes_have_no_pattern():
    assert pattern(INPUTS, [(y[:1],) for (y,) in RIGHT], RIGHT) is None


@pytest.mark.parametrize("task", EXERCISES, ids=lambda task: task.name)
def test_no_known_mistake_has_a_pattern_that_other_inputs_refute(task):
    """What is said of outcomes holds for each number of them, recomputed here."""
    for variant in task.known.singles:
        found = pattern(task.inputs, variant.outcomes, task.known.right, task.mode)
        if found and found[0] == verdict.SIGN:
            for mine, right in zip(variant.outcomes, task.known.right, strict=True):
                for a, b in zip(mine, right, strict=True):
                    assert np.allclose(a, -b) or np.allclose(a, b)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return -(x - x.mean(0)) / np.sqrt(x.var(0) + eps) * 1.0", "“mean minus value”"),
        (
            "return 3 * (x - x.mean(0)) / np.sqrt(x.var(0) + eps)",
            "are 3 times what they",
        ),
        ("return (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + 2.5", "Each channel is off by an"),
    ],
)
def test_a_check_says_the_pattern(body, words):
    said = NORMALIZE.check(answer(body))
    assert words in said.text
    assert said.text.count("\n") <= 4


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return (x - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + eps)", "“normalized per sample”"),
        ("return torch.sqrt(x)", ARRAYS_AND_TENSORS),
        ("return x - torch.ones(2, 1)[:, :, None].expand(2, 1, 5)", ARRAYS_AND_TENSORS),
        ("return (x - x.mean(0)) / root", "This name means nothing"),
        ("return x.mean(axis=7)", "fewer axes"),
        ("return 2 (x)", "is no function"),
        ("return x - np.ones((4, 3, 2))", "whose shapes do not fit"),
        ("return normalize_table(x, eps)", "calls itself"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*is not callable:SyntaxWarning")
def test_an_error_is_told_what_to_do_about(body, words):
    assert words in NORMALIZE.check(answer(body)).text


def test_each_advice_is_tried_and_a_sentence():
    assert len(ADVICE) == 6
    assert all(words.endswith((".", "?")) for words in ADVICE.values())


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_names_of_the_notebook_are_told(kind):
    body = "return (x - mean) / np.sqrt(var + eps)"
    function = answer(body, mean=kind([5.0]), var=kind([4.0]), other=kind([1.0]))
    assert arrays_of_the_notebook(function) == ["mean", "var"]
    said = NORMALIZE.check(function)
    assert "Your function uses mean and var of the notebook; the check gives other" in said.text
    assert said.finding.outcome == verdict.OF_THE_NOTEBOOK


def test_what_is_no_array_of_the_notebook_is_not_blamed():
    assert arrays_of_the_notebook(answer("return x.mean(axis)", axis=0, mean=np.ones(1))) == []
    assert arrays_of_the_notebook(np.sqrt) == []


@pytest.mark.parametrize(
    ("task", "body", "arguments", "words"),
    [
        ("normalize_table", "return ((x - x.mean(0)) / np.sqrt(x.var(0) + eps)).T", "x, eps",
         "of shape (1, 2); it should have (2, 1). It is transposed."),
        ("normalize_table", "return ((x - x.mean(0)) / np.sqrt(x.var(0) + eps)).ravel()", "x, eps",
         "of shape (2,); it should have (2, 1). Its numbers are right."),
        ("next_running_mean", "return (0.9 * running_mean + 0.1 * x.mean(0, keepdims=True)) if "
         "training else running_mean[None]", "x, running_mean, training",
         "it should have (1,). Its numbers are right (keepdims=True leaves axes of length 1)."),
        ("smallest_momentum", "return np.array([1 - left ** (1 / batches)])", "batches, left",
         "of shape (1,); it should be a number. Its numbers are right"),
        ("normalize_table", "return x.mean(0)", "x, eps", "shape (1,); it should have (2, 1).\n"),
    ],
)  # fmt: skip
def test_right_numbers_in_another_shape_are_told(task, body, arguments, words):
    assert words in TASKS[task].check(answer(body, task, arguments)).text


def test_what_is_right_in_one_mode_alone_is_told():
    body = "return (x - running_mean) / np.sqrt(running_var + eps) if not training else np.exp(x)"
    arguments = "x, running_mean, running_var, training, eps"
    said = exercises.output_in_mode.check(answer(body, "output_in_mode", arguments))
    assert "All is right in test mode; what goes wrong is in training mode." in said.text
    assert said.finding.outcome == verdict.IN_ONE_MODE
