"""Lesson 7: stale statistics, frozen layers, folded layers, a last batch of two."""

import numpy as np

from bnlib.classroom.check.exercise import exercise
from bnlib.classroom.check.question import question
from bnlib.classroom.exercises.data import (
    UNEVEN,
    WRONG_EPS,
    WRONG_STATISTICS,
    one_sample,
    updated_by_torch,
)

LESSON = 7

SMALL = {"x": [[0.0], [4.0]], "running_mean": [12.0], "running_var": [9.0]}
LARGE = {
    "x": UNEVEN,
    "running_mean": [1.0, 20.0, 0.004],
    "running_var": [4.0, 90.0, 2e-5],
}


def by_frozen(given):
    """Whether an input asks for a frozen layer, in words."""
    return "while it is frozen" if given["frozen"] else "while it is not frozen"


@exercise(
    inputs=[
        SMALL | {"eps": 7.0},
        LARGE | {"eps": 1e-5},
    ],
    mistakes=[
        ("measured in training mode", "(x - running_mean) / np.sqrt(running_var + eps)",
         "(x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)"),
        ("one statistic from elsewhere", "x - running_mean", "x - x.mean(axis=0)"),
        ("one statistic from elsewhere", "running_var + eps", "x.var(axis=0) + eps"),
        ("left in the units of the input", " / np.sqrt(running_var + eps)", ""),
        ("old and new exchanged", "y.mean(axis=0), y.std(axis=0)",
         "(running_mean - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps),"
         " np.sqrt(running_var / (x.var(axis=0) + eps))"),
        ("mean minus value", "(x - running_mean)", "(running_mean - x)"),
        ("not centered", "(x - running_mean)", "x"),
        ("variance instead of standard deviation", "y.std", "y.var"),
        ("unbiased standard deviation", "y.std(axis=0)", "y.std(axis=0, ddof=1)"),
        ("root mean square instead of standard deviation", "y.std(axis=0)",
         "np.sqrt((y**2).mean(axis=0))"),
        ("no eps", "running_var + eps", "running_var"),
        ("eps outside the root", "np.sqrt(running_var + eps)", "(np.sqrt(running_var) + eps)"),
        ("eps not the one given", "running_var + eps", "running_var + 1e-5"),
        ("divided by the variance", "np.sqrt(running_var + eps)", "(running_var + eps)"),
        ("multiplied by the root", "/ np.sqrt", "* np.sqrt"),
        ("one mean for the whole array", "axis=0", ""),
        ("normalized per sample", "axis=0", "axis=1"),
    ],
    hard_part="The hard part was the mode: in training mode every batch comes out with 0 and 1.",
    hints=[
        "Which statistics does test mode normalize by?",
        "First what test mode makes of x; then the mean and the standard deviation of that, "
        "channel by channel.",
    ],
)  # fmt: skip
def staleness(x, running_mean, running_var, eps):
    """Mean and standard deviation, (2, C), of what test mode makes of a batch x, (N, C)."""
    y = (x - running_mean) / np.sqrt(running_var + eps)
    return np.array([y.mean(axis=0), y.std(axis=0)])


@exercise(
    inputs=[
        SMALL | {"frozen": True, "eps": 7.0},
        SMALL | {"frozen": False, "eps": 7.0},
        LARGE | {"frozen": True, "eps": 1e-5},
        LARGE | {"frozen": False, "eps": 1e-5},
    ],
    mistakes=[
        ("frozen layer in training mode", "if frozen", "if False"),
        ("batch statistics in test mode", "mean, var = running_mean, running_var",
         "mean, var = x.mean(axis=0), x.var(axis=0)"),
        ("one statistic from elsewhere", "mean, var = running_mean, running_var",
         "mean, var = running_mean, x.var(axis=0)"),
        ("one statistic from elsewhere", "mean, var = running_mean, running_var",
         "mean, var = x.mean(axis=0), running_var"),
        ("one statistic from elsewhere", "mean, var = x.mean(axis=0), x.var(axis=0)",
         "mean, var = x.mean(axis=0), running_var"),
        ("running statistics updated in test mode", "next_mean = running_mean",
         "next_mean = 0.9 * running_mean + 0.1 * x.mean(axis=0)"),
        ("running statistics updated in test mode", "next_mean = running_mean",
         "running_mean *= 0.9; running_mean += 0.1 * x.mean(axis=0); next_mean = running_mean"),
        ("running statistics never updated", "0.9 * running_mean + 0.1 * mean", "running_mean"),
        ("normalized by the updated statistics", "return",
         "if not frozen:\n        mean, var = next_mean, 0.9 * running_var + 0.1 * "
         "x.var(axis=0, ddof=1)\n    return"),
        ("normalized by the updated statistics", "return",
         "if not frozen:\n        mean, var = next_mean, 0.9 * running_var + 0.1 * "
         "x.var(axis=0)\n    return"),
        ("added to the old value", "0.9 * running_mean", "running_mean"),
        (
            "running statistics in training mode",
            "mean, var = x.mean(axis=0), x.var(axis=0)",
            "mean, var = running_mean, running_var",
        ),
        ("the other momentum convention", "0.9 * running_mean + 0.1", "0.1 * running_mean + 0.9"),
        ("momentum forgotten", "0.9 * running_mean + 0.1 * ", ""),
        *WRONG_EPS,
        *WRONG_STATISTICS,
        ("modes exchanged", "if frozen", "if not frozen"),
    ],
    mode=by_frozen,
    updates=updated_by_torch,
    also=[one_sample(frozen=True)],
    hard_part="The hard part was both at once: frozen statistics are used, and they rest.",
    hints=[
        "A frozen layer is in test mode, whatever mode the rest of the network is in.",
        "So which statistics normalize, and what happens to the running mean?",
        "And while it is not frozen: the batch's own normalize, and the running mean goes a tenth "
        "of the way to the batch's mean.",
    ],
)  # fmt: skip
def frozen_layer(x, running_mean, running_var, frozen, eps):
    """The output for x, (N, C), and the next running mean, while the network is trained."""
    if frozen:
        mean, var = running_mean, running_var
        next_mean = running_mean
    else:
        mean, var = x.mean(axis=0), x.var(axis=0)
        next_mean = 0.9 * running_mean + 0.1 * mean
    return (x - mean) / np.sqrt(var + eps), next_mean


@exercise(
    inputs=[
        {
            "weight": [[2.0]],
            "bias": [3.0],
            "gamma": [5.0],
            "beta": [-6.0],
            "running_mean": [4.0],
            "running_var": [9.0],
            "eps": 7.0,
        },
        {
            "weight": [[1.0, 2.0, 4.0], [3.0, -1.0, 0.5], [0.7, 2.5, -3.0]],
            "bias": [3.0, -5.0, 0.3],
            "gamma": [2.0, -1.0, 0.5],
            "beta": [1.0, 0.4, -2.0],
            "running_mean": [2.0, 20.0, 0.4],
            "running_var": [4.0, 90.0, 2e-5],
            "eps": 0.1,
        },
        {
            "weight": [[2.0, 1.0], [-1.0, 0.5], [3.0, 4.0]],  # more channels than inputs
            "bias": [1.5, 0.5, -2.0],
            "gamma": [2.0, -1.0, 0.5],
            "beta": [1.0, 0.4, -2.0],
            "running_mean": [2.0, 20.0, 0.4],
            "running_var": [4.0, 90.0, 0.5],
            "eps": 0.1,
        },
    ],
    mistakes=[
        ("mean not scaled when folding", "(bias - running_mean) * a", "bias * a - running_mean"),
        ("b not scaled when folding", "(bias - running_mean) * a", "bias - running_mean * a"),
        ("b not scaled when folding", "(bias - running_mean) * a", "bias - running_mean"),
        ("b dropped when folding", "(bias - running_mean)", "(-running_mean)"),
        ("bias left as it was", "(bias - running_mean) * a + beta", "bias"),
        ("w not scaled when folding", "weight * a[:, None]", "weight"),
        ("mean added instead of subtracted", "(bias - running_mean)", "(bias + running_mean)"),
        ("multiplied by the root", "gamma / np", "gamma * np"),
        ("mean minus value", "(bias - running_mean)", "(running_mean - bias)"),
        ("mean dropped when folding", "(bias - running_mean)", "bias"),
        ("beta forgotten when folding", " + beta", ""),
        ("beta scaled when folding", "- running_mean) * a + beta", "- running_mean + beta) * a"),
        ("gamma and beta exchanged", "gamma /", "beta /", "+ beta", "+ gamma"),
        ("gamma left out when folding", "gamma / ", "1 / "),
        ("columns scaled instead of rows", "a[:, None]", "a"),
        ("no eps", "running_var + eps", "running_var"),
        ("eps outside the root", "np.sqrt(running_var + eps)", "(np.sqrt(running_var) + eps)"),
        ("eps not the one given", "running_var + eps", "running_var + 1e-5"),
        ("divided by the variance", "np.sqrt(running_var + eps)", "(running_var + eps)"),
    ],
    hard_part="The hard part was the bias: the mean is subtracted from it before both are scaled.",
    hints=[
        "In test mode a channel is a · x + c: what are a and c, from gamma, beta and the running "
        "statistics?",
        "x is z @ weight.T + bias: put it in, and collect what is multiplied by z.",
        "A row of weight belongs to a channel: a[:, None] multiplies row by row.",
    ],
)
def fold(weight, bias, gamma, beta, running_mean, running_var, eps):
    """Weight, (C, D), and bias of one linear layer for two: linear, then batch norm."""
    a = gamma / np.sqrt(running_var + eps)
    return weight * a[:, None], (bias - running_mean) * a + beta


AS_TORCH_DOES = (
    "return means.mean(axis=0), (variances * (counts / (counts - 1))[:, None]).mean(axis=0)"
)


@exercise(
    inputs=[
        {"counts": np.array([8, 2]), "means": [[0.0], [10.0]], "variances": [[1.0], [1.0]]},
        {
            "counts": np.array([5, 2, 9, 3]),
            "means": [[1.0, 20.0], [3.0, -4.0], [0.5, 7.0], [-2.0, 11.0]],
            "variances": [[2.0, 50.0], [0.3, 9.0], [4.0, 30.0], [1.0, 80.0]],
        },
        {"counts": np.array([1, 4]), "means": [[2.01], [3.0]], "variances": [[0.0], [0.003]]},
    ],
    mistakes=[
        ("batches counted instead of samples", "(counts / n)[:, None]", "1 / len(counts)"),
        ("batches counted instead of samples", "return mean, squares * n / (n - 1)",
         AS_TORCH_DOES),
        ("batches counted instead of samples", "return mean, squares * n / (n - 1)",
         "return means.mean(axis=0), variances.mean(axis=0)"),
        ("distance between batches forgotten", " + (means - mean) ** 2", ""),
        ("distance between batches forgotten", "squares * n / (n - 1)",
         "(counts[:, None] * variances).sum(axis=0) / (n - len(counts))"),
        ("distances of the means unweighted", "variances + (means - mean) ** 2)).sum(axis=0)",
         "variances)).sum(axis=0) + ((means - mean) ** 2).sum(axis=0) / n"),
        ("batches counted instead of samples", "(share * means).sum(axis=0)", "means.mean(axis=0)"),
        ("biased variance into running_var", " * n / (n - 1)", ""),
        ("variances taken for unbiased ones", "share * (variances +",
         "share * (variances * (1 - 1 / counts)[:, None] +"),
        ("unbiased before merging", "share * (variances +",
         "share * (variances * (counts / (counts - 1))[:, None] +", " * n / (n - 1)", ""),
        ("unbiased before merging", "share * (variances +",
         "share * (variances * (counts / (counts - 1))[:, None] +"),
        ("number of batches subtracted", "(n - 1)", "(n - len(counts))"),
        ("(n - 1) / n in place of n / (n - 1)", "n / (n - 1)", "(n - 1) / n"),
        ("distances of the means not squared", "(means - mean) ** 2", "abs(means - mean)"),
        ("standard deviation instead of variance", "squares * n / (n - 1)",
         "np.sqrt(squares * n / (n - 1))"),
        ("squares added up, not averaged", "squares * n / (n - 1)", "squares * n"),
        ("one mean for the whole array", "axis=0", ""),
    ],
    hard_part="The hard part was that batches differ in their means too, not just within.",
    hints=[
        "Each batch counts as often as it has samples: its share is counts / counts.sum(), and "
        "share[:, None] * means gives each batch its row.",
        "A batch's squared distances from the mean of all, on average: its variance plus "
        "(its mean - the mean of all)².",
        "At the end the variance that a layer writes down is the unbiased one.",
    ],
)  # fmt: skip
def recalibrate(counts, means, variances):
    """Mean and unbiased variance of all samples, from those of batches; means is (K, C)."""
    n = counts.sum()
    share = (counts / n)[:, None]
    mean = (share * means).sum(axis=0)
    squares = (share * (variances + (means - mean) ** 2)).sum(axis=0)
    return mean, squares * n / (n - 1)


@question(
    ask="A layer's running mean is {old:g}, after many batches of 64. The last batch of the epoch "
    "holds only two values, {one:g} and {other:g}. What is the running mean in the validation that "
    "follows, at momentum 0.1?",
    draw={"old": (5.0, 8.0, 2.0), "one": (30.0, 50.0, 20.0), "other": (40.0, 70.0, 44.0)},
    exam={"old": (4.0, 10.0, 12.0), "one": (24.0, 60.0), "other": (36.0, 80.0)},
    mistakes=[
        ("batch weighed by its size", "0.1 * (one", "0.1 * 2 / 64 * (one", "0.9 * old",
         "(1 - 0.1 * 2 / 64) * old"),
        ("batch weighed by its size", "0.9 * old + 0.1 * (one + other) / 2",
         "(64 * old + one + other) / 66"),
        ("batch weighed by its size", "0.9 * old + 0.1 * (one + other) / 2",
         "(62 * old + one + other) / 64"),
        ("last batch thought to be dropped", "0.9 * old + 0.1 * (one + other) / 2", "old"),
        ("each sample taken for a batch", "0.9 * old + 0.1 * (one + other) / 2",
         "0.9 * (0.9 * old + 0.1 * one) + 0.1 * other"),
        ("the other momentum convention", "0.9 * old + 0.1 * (one", "0.1 * old + 0.9 * (one"),
        ("momentum forgotten", "0.9 * old + 0.1 * ", ""),
        ("added to the old value", "0.9 * old", "old"),
    ],
    why="Two values weigh as much as 64: a tenth of the way from {old:g} to their mean.",
    hints=[
        "Does the rule of running statistics know how many samples a batch has?",
        "The mean of the batch, then nine tenths of the old and a tenth of that.",
    ],
)  # fmt: skip
def last_batch_mean(old=5.0, one=30.0, other=40.0):
    """The running mean after a last batch of two."""
    return 0.9 * old + 0.1 * (one + other) / 2


@question(
    ask="A layer has the running mean {old:g}. All its parameters get requires_grad = False, and "
    "then {batches} batches with mean {new:g} pass in training mode, at momentum 0.1. What is "
    "the running mean now?",
    draw={"old": (2.0, 5.0, 8.0), "new": (20.0, 30.0, 50.0), "batches": (2, 3, 4)},
    exam={"old": (3.0, 10.0, 12.0), "new": (40.0, 60.0, 24.0), "batches": (2, 3)},
    mistakes=[
        ("frozen by requires_grad only", "return new + (old - new) * 0.9**batches", "return old"),
        ("the other momentum convention", "0.9**batches", "0.1**batches"),
        ("momentum forgotten", " + (old - new) * 0.9**batches", ""),
        ("one batch counted of several", "0.9**batches", "0.9"),
        (
            "the start forgotten in equal parts",
            "new + (old - new) * 0.9**batches",
            "old + (new - old) * 0.1 * batches",
        ),
    ],
    why="Nothing was frozen: with each batch it goes a tenth of the way from {old:g} to {new:g}.",
    hints=[
        "Is a running mean a parameter?",
        "A tenth of the distance each time: after k batches 0.9^k of it is left.",
    ],
)
def drifted_mean(old=5.0, new=30.0, batches=3):
    """The running mean of a layer that was thought to be frozen."""
    return new + (old - new) * 0.9**batches


@question(
    ask="A teacher's weights are averages; its running statistics are a new layer's. They are "
    "taken again, with momentum=None, from one batch: {low:g} and {high:g} in one channel. What "
    "does the layer then make of {high:g} in test mode?",
    draw={"low": (10.0, 20.0, 0.0, 15.0), "high": (30.0, 40.0, 70.0)},
    mistakes=[
        ("buffers left behind", "mean, var = x.mean(), x.var(ddof=1)", "mean, var = 0, 1"),
        ("biased variance into running_var", "x.var(ddof=1)", "x.var()"),
        ("momentum=None read as 0.1", "x.mean(), x.var(ddof=1)",
         "0.1 * x.mean(), 0.9 + 0.1 * x.var(ddof=1)"),
        ("not centered", "high - mean", "high"),
        ("mean minus value", "high - mean", "mean - high"),
        ("divided by the variance", "np.sqrt(var)", "var"),
    ],
    why="With momentum=None the first batch says it all: its mean, and its unbiased variance.",
    hints=[
        "What does momentum=None make of the first batch?",
        "The mean is halfway. The unbiased variance of two values is half the square of their "
        "difference.",
    ],
)  # fmt: skip
def after_recalibration(low=10.0, high=30.0):
    """What test mode makes of a value, once the statistics were taken from a batch with it."""
    x = np.array([low, high])
    mean, var = x.mean(), x.var(ddof=1)
    return (high - mean) / np.sqrt(var)
