"""Lesson 3: running statistics after one batch, and after many; how to choose a momentum."""

import numpy as np

from bnlib.classroom.check.exercise import exercise
from bnlib.classroom.check.question import question
from bnlib.classroom.exercises.data import MOMENTUM_0, UNEVEN, updated_by_torch

LESSON = 3

WRONG_BESSEL = ("(n - 1) / n in place of n / (n - 1)", "x.var(axis=0, ddof=1)",
                "x.var(axis=0) * (len(x) - 1) / len(x)")  # fmt: skip
TWICE_UNBIASED = ("made unbiased twice", "x.var(axis=0, ddof=1)",
                  "x.var(axis=0, ddof=1) * len(x) / (len(x) - 1)")  # fmt: skip
NO_PARENTHESES = ("1 - momentum without parentheses", "(1 - momentum)", "1 - momentum")
ADDED = ("added to the old value", "(1 - momentum) * running", "running")
RULE = ("(1 - momentum) * running", "momentum * running", "+ momentum *", "+ (1 - momentum) *")


@exercise(
    inputs=[
        {"running_mean": [0.0], "running_var": [1.0], "x": [[0.0], [4.0]], "momentum": 0.25},
        {
            "running_mean": [1.0, 20.0, 0.004],
            "running_var": [4.0, 90.0, 2e-5],
            "x": UNEVEN,
            "momentum": 0.3,
        },
    ],
    mistakes=[
        ("the other momentum convention", *RULE),
        ADDED,
        ("running statistics never updated",
         "(1 - momentum) * running_mean + momentum * x.mean(axis=0)", "running_mean",
         "(1 - momentum) * running_var + momentum * x.var(axis=0, ddof=1)", "running_var"),
        ("old value dropped", "(1 - momentum) * running_mean + ", "",
         "(1 - momentum) * running_var + ", ""),
        ("momentum not the one given", "(1 - momentum) *", "0.9 *", "+ momentum *", "+ 0.1 *"),
        ("biased variance into running_var", "x.var(axis=0, ddof=1)", "x.var(axis=0)"),
        ("running standard deviation", "x.var(axis=0, ddof=1)", "x.std(axis=0, ddof=1)"),
        ("squares added up, not averaged", "x.var(axis=0, ddof=1)", "len(x) * x.var(axis=0)"),
        ("momentum forgotten", "(1 - momentum) * running_mean + momentum * ", "",
         "(1 - momentum) * running_var + momentum * ", ""),
        ("one mean for the whole array", "axis=0, ddof=1", "ddof=1", "x.mean(axis=0)", "x.mean()"),
        ("values added up, not averaged", "x.mean(", "x.sum("),
        WRONG_BESSEL,
        TWICE_UNBIASED,
        *(
            ("variance around a running mean", "x.var(axis=0, ddof=1)",
             f"np.square(x - {mean}).sum(axis=0) / (len(x) - {ddof})")
            for mean in ("running_mean", "new_mean")
            for ddof in (0, 1)
        ),
        NO_PARENTHESES,
    ],
    updates=updated_by_torch,
    also=[MOMENTUM_0],
    hard_part="The hard part was the unbiased variance, which is written down but not used.",
    hints=[
        "Both move by the same rule: (1 - momentum) · old + momentum · new. Return the mean first.",
        "The new mean is the batch's. Which of the two variances is the new variance?",
        "The unbiased one: NumPy's var takes ddof=1.",
    ],
)  # fmt: skip
def updated_statistics(running_mean, running_var, x, momentum):
    """Running mean and running variance after a training batch x, of shape (N, C)."""
    new_mean = (1 - momentum) * running_mean + momentum * x.mean(axis=0)
    new_var = (1 - momentum) * running_var + momentum * x.var(axis=0, ddof=1)
    return new_mean, new_var


draw = np.random.default_rng(5)
BATCHES = tuple(
    np.array(batch) for batch in ([[0.0], [4.0], [5.0]], [[6.0], [8.0]], [[1.0], [9.0]])
)
UNEVEN_BATCHES = tuple(draw.normal(5, 2, (n, 2)) for n in (5, 2, 4, 3, 7, 2, 4, 6, 3, 4))
POOLED = (
    "if momentum is None:\n        x = np.concatenate(batches)\n"
    "        return x.mean(axis=0), x.var(axis=0{})\n    mean, var = 0.0, 1.0"
)


def by_momentum(given):
    """The kind of momentum that an input asks for, in words."""
    return "for momentum=None" if given["momentum"] is None else "for a number as momentum"


@exercise(
    inputs=[
        {"batches": BATCHES, "momentum": 0.5},
        {"batches": BATCHES, "momentum": None},
        {"batches": BATCHES, "momentum": 0.0},
        {"batches": UNEVEN_BATCHES, "momentum": 0.3},
        {"batches": UNEVEN_BATCHES, "momentum": None},
    ],
    mistakes=[
        ("momentum=None read as 0.1", "1 / k if", "0.1 if"),
        ("momentum=0 taken for None", "momentum is None", "not momentum"),
        ("momentum=None read as equal shares", "1 / k if", "1 / len(batches) if"),
        ("added to the old value", "(1 - share) *", ""),
        ("returned after the first batch", "x.var(axis=0, ddof=1)",
         "x.var(axis=0, ddof=1)\n        return mean, var"),
        ("started from the first batch", "mean, var = 0.0, 1.0",
         "mean, var = batches[0].mean(axis=0), batches[0].var(axis=0, ddof=1)"),
        ("momentum not the one given", "else momentum", "else 0.1"),
        ("momentum not the one given", "1 / k if momentum is None else momentum", "0.1"),
        ("batches never counted", "1 / k if", "1 if"),
        ("start counted as a batch", "start=1", "start=2"),
        ("all batches pooled", "mean, var = 0.0, 1.0", POOLED.format(", ddof=1")),
        ("all batches pooled", "mean, var = 0.0, 1.0", POOLED.format("")),
        ("the other momentum convention", "else momentum", "else 1 - momentum"),
        ("the other momentum convention", "(1 - share)", "share", "+ share", "+ (1 - share)"),
        ("biased variance into running_var", "x.var(axis=0, ddof=1)", "x.var(axis=0)"),
        ("running standard deviation", "x.var(axis=0, ddof=1)", "x.std(axis=0, ddof=1)"),
        ("running_var starts at 0", "0.0, 1.0", "0.0, 0.0"),
        ("momentum=None read as 0", "1 / k if", "0 if"),
        ("momentum=None weighted by samples", "1 / k if",
         "len(x) / sum(map(len, batches[:k])) if"),
        ("started anew with each batch", "        share = 1",
         "        mean, var = 0.0, 1.0\n        share = 1"),
        WRONG_BESSEL,
        TWICE_UNBIASED,
        ("one mean for the whole array", "axis=0, ddof=1", "ddof=1", "x.mean(axis=0)", "x.mean()"),
    ],
    mode=by_momentum,
    also=[MOMENTUM_0],
    hard_part="The hard part was momentum=None: the k-th batch counts with 1 / k.",
    hints=[
        "Start with mean 0 and variance 1, and take the batches one by one.",
        "The rule is that of the last exercise; only None needs a momentum of its own.",
        "For a plain average, the first batch has momentum 1, the second 1/2, the third 1/3.",
    ],
)  # fmt: skip
def after_batches(batches, momentum):
    """Running mean and variance of a new layer after a tuple of training batches."""
    mean, var = 0.0, 1.0
    for k, x in enumerate(batches, start=1):
        share = 1 / k if momentum is None else momentum
        mean = (1 - share) * mean + share * x.mean(axis=0)
        var = (1 - share) * var + share * x.var(axis=0, ddof=1)
    return mean, var


@question(
    ask="A new layer with momentum {momentum:g} sees the batch {low:g}, {high:g} in training "
    "mode. What is its running variance then?",
    draw={"low": (0.0, 1.0, 2.0), "high": (4.0, 6.0, 8.0), "momentum": (0.25, 0.5, 0.75)},
    exam={"low": (3.0, -1.0, 5.0), "high": (9.0, 11.0, 13.0), "momentum": (0.2, 0.3, 0.4, 0.6)},
    mistakes=[
        ("the other momentum convention", "(1 - momentum) *", "momentum *",
         "+ momentum *", "+ (1 - momentum) *"),
        ("biased variance into running_var", "x.var(ddof=1)", "x.var()"),
        ("running standard deviation", "x.var(ddof=1)", "x.std(ddof=1)"),
        ("running_var starts at 0", "(1 - momentum) * 1 + ", ""),
        ("momentum forgotten", "(1 - momentum) * 1 + momentum * ", ""),
        ("momentum not the one given", "(1 - momentum) *", "0.9 *", "+ momentum *", "+ 0.1 *"),
        ("added to the old value", "(1 - momentum) * 1", "1"),
    ],
    why="It is {momentum:g} times the unbiased variance of {low:g} and {high:g}, plus what is "
    "left of the 1 that a new layer starts with.",
    hints=[
        "Which variance is written down, the biased or the unbiased one?",
        "(1 - momentum) · 1 + momentum · that variance.",
    ],
)  # fmt: skip
def written_variance(low=0.0, high=4.0, momentum=0.25):
    """The running variance after one batch."""
    x = np.array([low, high])
    return (1 - momentum) * 1 + momentum * x.var(ddof=1)


@question(
    ask="A Keras layer has momentum {keras:g}. What momentum does a torch layer need to do "
    "the same?",
    draw={"keras": (0.99, 0.9, 0.8, 0.95, 0.98, 0.96, 0.94, 0.93, 0.92, 0.91, 0.88)},
    exam={"keras": (0.7, 0.85, 0.75, 0.6, 0.97)},
    mistakes=[("the other momentum convention", "1 - keras", "keras")],
    why="Keras gives the share of the old, {keras:g}; torch wants the share of the new.",
    hints=["In Keras momentum is the share of the old. How much is left for the new?"],
)
def torch_momentum(keras=0.99):
    """torch's momentum for one of Keras."""
    return 1 - keras


@question(
    ask="A new layer with momentum 1 sees the batch {a:g}, {b:g}, {c:g} in training mode, and "
    "then once more in test mode. What does test mode give for {c:g}?",
    draw={"a": (0.0, 1.0, 2.0), "b": (3.0, 4.0), "c": (9.0, 10.0, 12.0)},
    exam={"a": (-3.0, 5.0, 4.0), "b": (6.0, 7.0), "c": (11.0, 15.0, 16.0)},
    mistakes=[
        ("biased variance into running_var", "x.var(ddof=1)", "x.var()"),
        ("running standard deviation", "x.var(ddof=1)", "x.std(ddof=1)"),
        ("the other momentum convention", "= x.mean(), x.var(ddof=1)", "= 0.0, 1.0"),
        ("momentum not the one given", "= x.mean(), x.var(ddof=1)",
         "= 0.1 * x.mean(), 0.9 + 0.1 * x.var(ddof=1)"),
        ("divided by the variance", "np.sqrt(var)", "var"),
        ("not centered", "c - mean", "c"),
        ("mean minus value", "c - mean", "mean - c"),
    ],
    why="The running variance is the batch's unbiased one. Training divides by the root of the "
    "biased one, so the two modes differ.",
    hints=[
        "With momentum 1 the running statistics are those of the last batch.",
        "Which variance is written down, the biased or the unbiased one?",
    ],
)  # fmt: skip
def same_batch_in_test(a=0.0, b=3.0, c=9.0):
    """What test mode makes of the batch that was just written down as it is."""
    x = np.array([a, b, c])
    mean, var = x.mean(), x.var(ddof=1)
    return (c - mean) / np.sqrt(var)


@exercise(
    inputs=[
        {"batches": 2, "left": 0.04},
        {"batches": 200, "left": 0.01},
        {"batches": 1, "left": 0.3},
        {"batches": 1000, "left": 0.5},
    ],
    mistakes=[
        ("share kept taken for momentum", "1 - left ** (1 / batches)", "left ** (1 / batches)"),
        ("approximation for a small momentum", "1 - left ** (1 / batches)",
         "-np.log(left) / batches"),
        ("division in place of a root", "(1 / batches)", "1 / batches"),
        ("left taken for what is forgotten", "left **", "(1 - left) **"),
        ("power in place of a root", "(1 / batches)", "batches"),
        ("the start forgotten in equal parts", "1 - left ** (1 / batches)", "(1 - left) / batches"),
        ("the start forgotten in equal parts", "1 - left ** (1 / batches)", "left / batches"),
    ],
    hard_part="The hard part was that each batch takes a share of what is left.",
    hints=[
        "After that many batches, (1 - momentum) ** batches of the start is left.",
        "Set this equal to left, and take the root: left ** (1 / batches) is 1 - momentum.",
    ],
)  # fmt: skip
def smallest_momentum(batches, left):
    """The smallest momentum that leaves at most the share `left` of the start after `batches`."""
    return 1 - left ** (1 / batches)
