"""Why an answer is wrong where no mistake has a name for it: patterns, errors, names, shapes."""

import linecache
import math

import numpy as np
import pytest
import torch
from exercise_inputs import EXERCISES

from bnlib.classroom import agree, exercises
from bnlib.classroom.check import verdict
from bnlib.classroom.check.advice import ADVICE, numbers_of_the_notebook
from bnlib.classroom.check.compare import first_difference
from bnlib.classroom.check.patterns import ROUNDED, WORDS, pattern
from bnlib.classroom.exercises import TASKS

NORMALIZE = exercises.normalize_table
DRAW = np.random.default_rng(0)


def answer(body, name="normalize_table", arguments="x, eps", **notebook):
    """A function as a cell of a notebook makes it, with other names of that notebook."""
    scope = {"np": np, "torch": torch} | notebook
    source = f"def {name}({arguments}):\n    {body}"
    linecache.cache[source] = (len(source), None, source.splitlines(keepends=True), source)
    exec(compile(source, source, "exec"), scope)
    return scope[name]


INPUTS = [{"x": DRAW.normal(size=(n, 3))} for n in (3, 5, 7)]
RIGHT = [(given["x"] * 2 + 1,) for given in INPUTS]
MADE = {
    verdict.SIGN: lambda y, n: -y,
    verdict.N_TIMES: lambda y, n: y * n,
    verdict.NTH: lambda y, n: y / n,
    verdict.BESSEL: lambda y, n: y * n / (n - 1),
    verdict.INVERSE_BESSEL: lambda y, n: y * (n - 1) / n,
    verdict.FACTOR: lambda y, n: y * 1.7,
    verdict.OFFSETS: lambda y, n: y + np.array([1.0, -2.0, 0.5]),
    verdict.FACTORS: lambda y, n: y * np.array([2.0, -3.0, 0.5]),
    verdict.LINES: lambda y, n: y * np.array([2.0, -3.0, 0.5]) + np.array([1.0, 0.0, 4.0]),
    verdict.FIRST_ALONE: lambda y, n: y * (1 + np.arange(3) * y),
    verdict.ALL_BUT_LAST: lambda y, n: y * (1 + np.array([0, 0, 1]) * y),
    verdict.ORDER: lambda y, n: y[::-1].copy(),
}


IN_A_COLUMN = {verdict.FIRST_ALONE: 0, verdict.ALL_BUT_LAST: 1}


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
    tiny = ([(1e-12 * y,) for (y,) in ys] for ys in (made(kind), RIGHT))
    assert pattern(INPUTS, *tiny)[0] == kind
    two = [(y, y * 3) for (y,) in RIGHT]
    assert pattern(INPUTS, made(kind, two), two)[0] == kind, "in one of two results"


@pytest.mark.parametrize("kind", MADE)
def test_a_pattern_is_not_said_where_one_number_does_not_follow_it(kind):
    for at in range(len(INPUTS)):
        wrong = made(kind)
        wrong[at][0].flat[IN_A_COLUMN.get(kind, -1)] += 0.1
        found = pattern(INPUTS, wrong, RIGHT)
        assert found is None or found[0] != kind
    nan = made(kind)
    nan[0] = (np.where(np.arange(3), nan[0][0], np.nan),)
    assert pattern(INPUTS, nan, RIGHT)[0] == verdict.NAN


@pytest.mark.parametrize(
    ("turned", "part"),
    [
        (lambda y: y, "column"),
        (lambda y: y.T, "row"),
        (lambda y: y.reshape(1, -1, 3), "channel"),
        (lambda y: y.T.reshape(1, 3, -1, 1), "channel"),
    ],
)
def test_the_parts_of_an_array_have_their_name(turned, part):
    right = [(turned(y),) for (y,) in RIGHT]
    for kind in (verdict.FACTORS, verdict.LINES, verdict.OFFSETS, verdict.FIRST_ALONE):
        wrong = [(turned(MADE[kind](y, len(y))),) for (y,) in RIGHT]
        found, words = pattern(INPUTS, wrong, right)
        assert found == kind
        assert part in words


def test_a_column_that_is_all_zeros_is_neither_right_nor_wrong():
    right, wrong = ([(y * [1, 0, 1],) for (y,) in ys] for ys in (RIGHT, made(verdict.FIRST_ALONE)))
    assert pattern(INPUTS, wrong, right)[0] == verdict.FIRST_ALONE


@pytest.mark.parametrize(
    ("first", "said", "such_as"),
    [
        ({"xx": np.zeros(11)}, f"xx = {[0.0] * 11}", ", such as more rows or columns"),
        ({"xxx": np.zeros(11)}, "The first input", ", such as more rows or columns"),
        ({"k": 2}, "k = 2", ""),
    ],
)
def test_the_first_input_alone_is_told(first, said, such_as):
    wrong = [*RIGHT[:1], *made(verdict.FACTORS)[1:]]
    assert pattern([first, *INPUTS[1:]], wrong, RIGHT) == (
        verdict.FIRST_INPUT,
        f"{said} came out right, and no other. Is a number typed in? Or what do the others have "
        f"that it has not{such_as}?",
    )
    assert pattern(INPUTS, [*RIGHT[:2], *wrong[2:]], RIGHT)[0] == verdict.FACTORS


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (verdict.FACTORS, verdict.FACTORS),
        (verdict.ORDER, verdict.ORDER),
        (verdict.LINES, verdict.IN_ONE_MODE),
    ],
)
def test_a_pattern_says_more_than_its_mode_but_for_lines_and_one_result(kind, told):
    def mode(given):
        return f"with {'few' if len(given['x']) == 3 else 'many'} rows"

    assert pattern(INPUTS, [*made(kind)[:1], *RIGHT[1:]], RIGHT, mode)[0] == told
    two = [(y, y) for (y,) in RIGHT]
    one_wrong = [(np.exp(RIGHT[0][0]), RIGHT[0][0]), *two[1:]]
    assert pattern(INPUTS, one_wrong, two, mode)[0] == verdict.IN_ONE_MODE


def test_one_of_two_results_is_told():
    two = [(y, y[0, 0] * np.ones(2)) for (y,) in RIGHT]
    minus = [(y, -z) for y, z in two]
    assert pattern(INPUTS, minus, two) == (
        verdict.SIGN,
        "Your first result is right for every input; in the second, all numbers are right but for "
        "their sign.",
    )
    for wrong in (0, 1):
        outcomes = [tuple(np.exp(y) if at == wrong else y for at, y in enumerate(ys)) for ys in two]
        found, words = pattern(INPUTS, outcomes, two)
        assert found == verdict.ONE_RESULT
        bad, good = ("first", "second")[:: 1 - 2 * wrong]
        assert words == (
            f"Your {good} result is right for every input; what goes wrong is in the {bad}."
        )


@pytest.mark.parametrize("decimals", range(7))
def test_what_is_rounded_is_told(decimals):
    right = [(3 * y / 10**decimals,) for (y,) in RIGHT]
    wrong = [(y.round(decimals),) for (y,) in right]
    assert pattern(INPUTS, wrong, right) == ("", ROUNDED)
    in_float32 = [(y.astype(np.float32),) for (y,) in wrong]
    assert pattern(INPUTS, in_float32, right) == ("", ROUNDED)
    assert pattern(INPUTS, [(1.003 * y,) for (y,) in right], right) == ("", ROUNDED)
    tiny = [(y / 1e6,) for (y,) in RIGHT]
    assert pattern(INPUTS, [(y.round(7),) for (y,) in tiny], tiny) is None


@pytest.mark.parametrize("number", [0.0, 1.0])
def test_one_number_everywhere_is_not_the_right_ones_rounded(number):
    right = [(number + y / 100,) for (y,) in RIGHT]
    assert pattern(INPUTS, [(np.full_like(y, number),) for (y,) in right], right) is None
    two = [(y, z) for (y,), (z,) in zip(RIGHT, right, strict=True)]
    half = [(y.round(0), np.full_like(y, number)) for y, _ in two]
    assert pattern(INPUTS, half, two) is None


def test_a_part_that_is_0_is_not_rounded_beside_others_that_are_right():
    right = [(y * [1, 1, 1e-5],) for (y,) in RIGHT]
    wrong = [(y * [1, 1, 0],) for (y,) in right]
    assert pattern(INPUTS, wrong, right)[0] == verdict.ALL_BUT_LAST


def test_two_numbers_are_too_few_for_a_pattern():
    assert pattern([{}], [(np.array([2.0, 4.0]),)], [(np.array([1.0, 2.0]),)]) is None
    assert pattern([{}], [(np.array(2.0),)], [(np.array(1.0),)]) is None
    three = pattern([{}], [(np.array([2.0, 4.0, 6.0]),)], [(np.array([1.0, 2.0, 3.0]),)])
    assert three == (verdict.FACTOR, WORDS[verdict.FACTOR].format(2))
    three = pattern([{}], [(np.array([2.0, 3.0, 1.0]),)], [(np.array([1.0, 2.0, 3.0]),)])
    assert three == (verdict.ORDER, WORDS[verdict.ORDER])
    (wrong,), (right,) = made(verdict.LINES)[0], RIGHT[0]
    assert pattern(INPUTS[:1], [(wrong,)], [(right,)])[0] == verdict.LINES
    assert pattern(INPUTS[:1], [(wrong[:, :2],)], [(right[:, :2],)]) is None
    wrong = MADE[verdict.FIRST_ALONE](right, 3)
    assert pattern(INPUTS[:1], [(wrong[:, :2],)], [(right[:, :2],)]) is None


def test_a_part_of_one_number_fits_any_pattern_and_has_none():
    right = [(np.array([[2.0], [7.0], [5.0]]),), (np.array([[1.0, 2.0, 4.0], [3.0, 5.0, 9.0]]),)]
    wrong = [(np.array([[2.0], [6.0], [1.0]]),), right[1]]
    assert pattern([{}, {}], wrong, right) is None


def test_a_column_of_which_some_numbers_are_right_is_not_the_wrong_one():
    right = [(np.array([[1.0, 2.0, -4.0], [3.0, 5.0, 9.0]]),)]
    assert pattern([{}], [(np.abs(right[0][0]),)], right) is None


def test_the_order_is_asked_about_reshape_where_there_are_axes_to_move():
    for (y,), asked in zip(RIGHT[:2], (False, True), strict=True):
        right = y[None] if asked else y
        kind, words = pattern([{}], [(right[..., ::-1, :].copy(),)], [(right,)])
        assert kind == verdict.ORDER
        assert ("reshape" in words) == asked


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
        ("return (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + 2.5", "Each column is off by an"),
        ("return (x - x.mean(0)) / np.sqrt(x.var(0) - eps)", "nan or inf comes out"),
        ("return x.mean(0), x.var(0)", "Your function returns a tuple of 2; asked for is one"),
    ],
)
def test_a_check_says_the_pattern(body, words):
    said = NORMALIZE.check(answer(body))
    assert words in said.text
    assert said.text.count("\n") <= 4


CRASHES = [
    ("torch.sqrt(x)", "arrays and torch's tensors"),
    ("x - torch.ones(2, 1)[:, :, None].expand(2, 1, 5)", "arrays and torch's tensors"),
    ("x * torch.ones(2, 1)", "arrays and torch's tensors"),
    ("torch.nn.BatchNorm1d(1)(x)", "dim is a word of torch's"),
    ("torch.nn.functional.batch_norm(x, None, None, training=True)", "arrays and torch's"),
    ("(x - x.mean(0)) / sqrt(x.var(0) + eps)", "write np. before it"),
    ("(x - x.mean(0)) / (x.var(0) + eps).sqrt()", "write np. before it"),
    ("(x - x.mean(0)) / root", "This name means nothing"),
    ("(lambda: y)() if eps else [y := 0]", "This name means nothing"),
    ("[x, eps].mean()", "These are several arrays"),
    ("eps.mean()", "Are the parameters in the order of the task?"),
    ("x.mean().backward()", "backward is a word of torch's"),
    ("x.maen()", "no such name after the dot"),
    ("np.variance(x)", "no such name after the dot"),
    ("x.mean(dim=0)", "That is torch's word"),
    ("math.sqrt(x)", "those of np take arrays"),
    ("(x - 1)^2", "write **"),
    ("x.mean([0, 1])", "a list was given"),
    ("[0 for c in range(x.shape)]", "a tuple was given"),
    ("range(len(x) / 2)", "// divides to whole numbers"),
    ("x - x.mean", "Parentheses are missing"),
    ("2 (x)", "is no function"),
    ("x - print(end='')", "One of the values is None"),
    ("print(end='').mean()", "One of the values is None"),
    ("[].__setitem__(0, x)", "The list has no such place yet"),
    ("x.mean(0, 1)", "Several axes are a tuple"),
    ("[1 / k for k in range(3)]", "Does a count begin at 0, or are parentheses"),
    ("x @ x", "@ and np.dot multiply matrices"),
    ("np.dot(x, x)", "@ and np.dot multiply matrices"),
    ("x - np.ones((4, 3, 2))", "With keepdims=True, a mean fits"),
    ("x - np.ones((3, 2))", "a number per column is (C,)"),
    ("x.reshape(3, 5)", "reshape keeps all numbers"),
    ("x.mean(axis=7)", "fewer axes"),
    ("x[9]", "no such place in the array"),
    ("x.shape[2]", "no such place in the tuple"),
    ("max(x, 0)", "np.maximum compares number by number"),
    ("np.min([x, 0])", "np.minimum compares number by number"),
    ("np.sqrt(x.var(0), eps)", "with a comma between them"),
    ("np.array(x, x)", "np.array takes one list"),
    ("[n for n, c, h in [x.shape]]", "How many parts are there, in every input?"),
    ("x.max() @ x", "One side of @ is a single number"),
    ("np.array([x[0], x[:, 0]])", "make no table"),
    ("torch.ones(1).backward()", "requires_grad=True"),
    ("torch.ones(2, requires_grad=True).backward()", "is for one number"),
    ("torch.nn.Linear(1, 1)(torch.from_numpy(x))", "dtype=torch.float64"),
    ("1 if x else 2", "neither yes nor no"),
    ("[row for row in eps]", "one number, without parts"),
    ("[x, x] - [eps]", "A list does not compute"),
    ("np.sqrt(x, nothing=3)", "takes other arguments"),
    ("normalize_table(x, eps)", "calls itself"),
]


@pytest.mark.parametrize(("body", "words"), CRASHES, ids=[body for body, _ in CRASHES])
@pytest.mark.filterwarnings("ignore:.*is not callable:SyntaxWarning")
def test_an_error_is_told_what_to_do_about(body, words):
    assert words in NORMALIZE.check(answer(f"return {body}", math=math)).text


def test_a_name_without_a_value_is_told():
    said = NORMALIZE.check(answer("if eps < 0: root = 1\n    return x / root")).text
    assert "This name has no value yet here." in said


def test_an_error_that_a_known_mistake_raises_has_its_name():
    said = NORMALIZE.check(answer("return (x - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + eps)"))
    assert "“normalized per sample”" in said.text
    assert said.text.startswith("Not yet: for x = [[0.0], [6.0]], eps = 7.0,\nyou get an array")


def test_the_input_that_raised_an_error_is_spoken_of_and_not_an_earlier_one():
    said = NORMALIZE.check(answer("return x[:1] if len(x) == 2 else x / np.ones(7)")).text
    assert "your function raised ValueError: operands could not be broadcast" in said
    assert "for x of shape (3, 2), eps = 1e-05" in said


def test_each_advice_is_tried_and_a_sentence():
    said = [words for _, words in CRASHES]
    for advice in set(ADVICE.values()):
        assert advice.endswith((".", "?"))
        known = "no value yet" in advice or any(
            w in advice.format(what) for what in ("list", "tuple", "max", "dim") for w in said
        )
        assert known, f"no answer of CRASHES leads to: {advice}"


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_names_of_the_notebook_are_told(kind):
    body = "return (x - mean) / np.sqrt(var + eps)"
    function = answer(body, mean=kind([5.0]), var=4.0, other=kind([1.0]))
    assert numbers_of_the_notebook(function) == ["mean", "var"]
    said = NORMALIZE.check(function)
    assert (
        "Your function uses mean and var of the notebook; the check gives other arguments. Compute "
        "what you need from x, eps. exercises"
    ) in said.text
    assert said.finding.outcome == verdict.OF_THE_NOTEBOOK


def test_what_is_no_array_of_the_notebook_is_not_blamed():
    assert numbers_of_the_notebook(answer("return x.mean(axis)", axis=None, mean=np.ones(1))) == []
    assert numbers_of_the_notebook(np.sqrt) == []


@pytest.mark.parametrize(
    ("task", "body", "arguments", "words"),
    [
        ("normalize_table", "return ((x - x.mean(0)) / np.sqrt(x.var(0) + eps)).T", "x, eps",
         "of shape (1, 2); it should have (2, 1). It is transposed."),
        ("normalize_table", "return ((x - x.mean(0)) / np.sqrt(x.var(0) + eps)).ravel()", "x, eps",
         "of shape (2,); it should have (2, 1). Its numbers are right."),
        ("next_running_mean", "return (0.9 * running_mean + 0.1 * x.mean(0, keepdims=True)) if "
         "training else running_mean[None]", "x, running_mean, training",
         "it should have (1,). Its numbers are right (keepdims=True and brackets make axes of "
         "length 1)."),
        ("smallest_momentum", "return np.array([1 - left ** (1 / batches)])", "batches, left",
         "of shape (1,); it should be a number. Its numbers are right"),
        ("normalize_table", "return x.mean(0)", "x, eps", "shape (1,); it should have (2, 1).\n"),
    ],
)  # fmt: skip
def test_right_numbers_in_another_shape_are_told(task, body, arguments, words):
    said = TASKS[task].check(answer(body, task, arguments))
    assert words in said.text
    kind = verdict.SHAPE if words.endswith("\n") else verdict.RIGHT_NUMBERS
    assert said.finding.outcome == kind


A = np.square(np.arange(24.0)).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("returned", "expected", "sentence"),
    [
        (A.T, A, "It is transposed."),
        (A[0].reshape(1, 12), A[0], "Its numbers are right."),
        (A.swapaxes(0, 1), A, "Its numbers are right, but an axis was not moved back."),
        (A, A.sum(0), "Its numbers are still to be added up over axis 0."),
        (A, A.mean(2), "Its numbers are still to be averaged over axis 2."),
        (A.sum(2), A, "That is what should come out, added up over its axis 2; keep that axis."),
        (A.mean(0), A, "That is what should come out, averaged over its axis 0; keep that axis."),
        *((part, A, "The rest is missing. Does a loop end too soon, or does return stand inside "
           "of it?") for part in (A[:1], A[:0])),
        (A[0, 0, 0], A[0, 0], "The rest is missing. Does a loop end too soon, or does return stand "
         "inside of it?"),
        (A.swapaxes(1, 2).reshape(8, 3), A, "Its numbers are right, but it is a table still: "
         "reshape it to (2, 4, 3), then move the channels back."),
        (A[0, 0, 3], A[0, 0], "It is the last one alone."),
        (A, A[1:], "Its end is right; what comes before is not asked for."),
        (A, A[:1], ""),
    ],
)  # fmt: skip
def test_what_another_shape_lacks_is_told(returned, expected, sentence):
    told = first_difference((returned,), (expected,))
    assert told.words.partition("; it should have ")[2] == (
        f"{expected.shape}.{sentence and ' '}{sentence}"
    )


@pytest.mark.parametrize(
    ("task", "body", "words"),
    [
        ("normalize_table", "y = TASKS['normalize_table'].reference(x, eps)\n    return y.T if "
         "len(y) == 2 else np.ones(7)", "of shape (7,); it should have (3, 2).\n"),
        ("normalize_table", "y = TASKS['normalize_table'].reference(x, eps)\n    return y + 1 if "
         "len(y) == 2 else y * np.nan", "you get array([[nan"),
        ("normalize_table", "y = TASKS['normalize_table'].reference(x, eps)\n    return y + 1 if "
         "len(y) == 2 else y[None]", "it should have (3, 2). Its numbers are right (keepdims=True"),
        ("spreads", "for w in weights:\n        z = x @ w\n        x = np.maximum((z - z.mean(0)) "
         "/ np.sqrt(z.var(0) + eps), 0)\n    return x.std()",
         "a single number; it should have (3,). It is the last one alone."),
        ("variance_from_inverse_std", "return (1 / inverse_std**2 - eps).mean()",
         "a single number; it should have (3,). That is what should come out, "
         "averaged over its axis 0; keep that axis."),
        ("fold", "a = gamma / np.sqrt(running_var + eps)\n    return (weight * a[:, None]).T, "
         "(bias - running_mean) * a + beta", "it should have (3, 2). It is transposed."),
        ("spreads", "return [x.std(), *TASKS['spreads'].reference(x, weights, eps)]",
         "Its end is right; what comes before is not asked for."),
        ("frozen_layer", "y, mean = TASKS['frozen_layer'].reference(x, running_mean, running_var, "
         "frozen, eps)\n    y[:, -1] *= 2 + y[:, -1]\n    return y, mean",
         "Not yet: for x of shape (5, 3)"),
        ("spreads", "return TASKS['spreads'].reference(x, weights, eps)[:-1]",
         "The rest is missing. Does a loop end too soon"),
    ],
)  # fmt: skip
def test_the_input_is_told_that_shows_most(task, body, words):
    arguments = ", ".join(TASKS[task].inputs[0])
    assert words in TASKS[task].check(answer(body, task, arguments, TASKS=TASKS)).text


@pytest.mark.parametrize("body", ["...", "return (x - x.mean(0)) / np.sqrt(x.var(0))[:, None]"])
def test_an_answer_that_calls_another_is_told_when_that_one_is_wrong(body):
    calls = "return normalize_table(x, eps) * weight + bias"
    names = ("whole_batch_norm", "x, weight, bias, eps")
    said = exercises.whole_batch_norm.check(answer(calls, *names, normalize_table=answer(body)))
    assert "calls normalize_table, which is not right yet itself: exercises.nor" in said.text
    right = NORMALIZE.reference
    assert exercises.whole_batch_norm.check(answer(calls, *names, normalize_table=right)).right
    wrong = answer(calls.replace(" + bias", " + 3 * bias**2 + 0.1"), *names, normalize_table=right)
    assert "normalize_table" not in exercises.whole_batch_norm.check(wrong).text


def test_what_agree_shows_is_not_the_array():
    said = NORMALIZE.check(answer("return agree(x, x)", agree=agree))
    assert said.text == (
        "Not yet: your function returns what agree() shows, which is text about the numbers. "
        "Return the numbers themselves."
    )


@pytest.mark.parametrize(
    ("task", "body", "words"),
    [
        ("staleness", "y = (x - running_mean) / np.sqrt(running_var + eps)\n"
         "    return np.hstack([y.mean(0, keepdims=True), y.std(0, keepdims=True)])",
         "Its numbers are right."),
        ("normalize_table", "y = TASKS['normalize_table'].reference(x, eps)\n"
         "    return y.reshape(x.shape[::-1])", "Its numbers are right."),
        ("normalize_table", "return TASKS['normalize_table'].reference(x, eps).mean(0)",
         "averaged over its axis 0"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_shape_holds_for_every_input(task, body, words):
    arguments = ", ".join(TASKS[task].inputs[0])
    assert words in TASKS[task].check(answer(body, task, arguments, TASKS=TASKS)).text


def test_no_factor_is_told_of_zeros():
    said = exercises.smallest_momentum.check(lambda batches, left: 0.0)
    assert "times what they should be" not in said.text


def test_two_results_in_the_other_order_with_a_mistake_are_told_of_both():
    known = exercises.parameter_gradients.known.singles[0]
    said = exercises.parameter_gradients.check(lambda *given: known.function(*given)[::-1])
    assert "in the other order. This mistake gives the same: " in said.text
    assert (said.finding.mistakes, said.finding.outcome) == (known.names, verdict.EXCHANGED)


def test_a_tuple_that_makes_the_array_is_not_blamed():
    body = "y = (x - 1) / np.sqrt(running_var + eps)\n    return y.mean(axis=0), y.std(axis=0)"
    said = exercises.staleness.check(answer(body, "staleness", "x, running_mean, running_var, eps"))
    assert not said.right
    assert "tuple" not in said.text


def test_what_is_right_in_one_mode_alone_is_told():
    body = "return (x - running_mean) / np.sqrt(running_var + eps) if not training else np.exp(x)"
    arguments = "x, running_mean, running_var, training, eps"
    said = exercises.output_in_mode.check(answer(body, "output_in_mode", arguments))
    assert "All is right in test mode; what goes wrong is in training mode." in said.text
    assert said.finding.outcome == verdict.IN_ONE_MODE
