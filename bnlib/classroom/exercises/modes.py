"""Lesson 2: what comes out and what is written down, in training and test mode."""

import numpy as np

from bnlib.classroom.check.exercise import exercise
from bnlib.classroom.check.question import question
from bnlib.classroom.exercises.data import (
    UNEVEN,
    WRONG_EPS,
    WRONG_STATISTICS,
    by_training,
    one_sample,
    updated_by_torch,
)

LESSON = 2

SMALL = {"x": [[0.0], [4.0]], "running_mean": [1.0], "running_var": [9.0]}
LARGE = {
    "x": UNEVEN,
    "running_mean": [1.0, 20.0, 0.004],
    "running_var": [4.0, 90.0, 2e-5],
}
OF_THE_BATCH = "mean, var = x.mean(axis=0), x.var(axis=0)"
RUNNING = "mean, var = running_mean, running_var"
UPDATED = "mean, var = 0.9 * running_mean + 0.1 * x.mean(axis=0), 0.9 * running_var + 0.1 * {}"


@question(
    ask="A new layer's first training batch is {a:g}, {b:g} and {c:g}. What does the layer give "
    "for {c:g}?",
    draw={"a": (0.0, 1.0, 2.0), "b": (3.0, 4.0), "c": (9.0, 10.0, 12.0)},
    exam={"a": (-3.0, 5.0, 4.0), "b": (6.0, 7.0), "c": (11.0, 15.0, 16.0)},
    mistakes=[
        ("normalized by the updated statistics", "= x.mean(), x.var()",
         "= 0.1 * x.mean(), 0.9 + 0.1 * x.var(ddof=1)"),
        ("running statistics in training mode", "= x.mean(), x.var()", "= 0.0, 1.0"),
        ("unbiased variance", "x.var()", "x.var(ddof=1)"),
        ("divided by the variance", "np.sqrt(var)", "var"),
        ("not centered", "c - mean", "c"),
        ("mean minus value", "c - mean", "mean - c"),
    ],
    why="It is normalized by the mean and the biased variance of its own batch.",
    hints=[
        "Which mean and which variance normalize in training?",
        "The batch's own mean, and its biased variance: subtract the one, and divide by "
        "the root of the other.",
    ],
)  # fmt: skip
def first_output(a=0.0, b=3.0, c=9.0):
    """What training makes of the largest of three values."""
    x = np.array([a, b, c])
    mean, var = x.mean(), x.var()
    return (c - mean) / np.sqrt(var)


@exercise(
    inputs=[
        SMALL | {"training": True, "eps": 7.0},
        SMALL | {"training": False, "eps": 7.0},
        LARGE | {"training": True, "eps": 1e-5},
        LARGE | {"training": False, "eps": 1e-5},
    ],
    mistakes=[
        ("batch statistics in test mode", RUNNING, OF_THE_BATCH),
        ("one statistic from elsewhere", RUNNING, "mean, var = x.mean(axis=0), running_var"),
        ("one statistic from elsewhere", RUNNING, "mean, var = running_mean, x.var(axis=0)"),
        ("one statistic from elsewhere", OF_THE_BATCH, "mean, var = x.mean(axis=0), running_var"),
        ("one statistic from elsewhere", OF_THE_BATCH, "mean, var = running_mean, x.var(axis=0)"),
        ("running statistics in training mode", OF_THE_BATCH, RUNNING),
        ("mean and variance exchanged", RUNNING, "mean, var = running_var, running_mean"),
        ("test mode thought to do nothing", RUNNING, "mean, var = 0.0, 1.0 - eps"),
        ("modes exchanged", "if training", "if not training"),
        (
            "normalized by the updated statistics",
            OF_THE_BATCH,
            UPDATED.format("x.var(axis=0, ddof=1)"),
        ),
        ("normalized by the updated statistics", OF_THE_BATCH, UPDATED.format("x.var(axis=0)")),
        *(
            ("running statistics updated in test mode", RUNNING, UPDATED.format(variance))
            for variance in ("x.var(axis=0, ddof=1)", "x.var(axis=0)")
        ),
        *WRONG_EPS,
        *WRONG_STATISTICS,
    ],
    mode=by_training,
    updates=updated_by_torch,
    also=[one_sample(training=False)],
    hard_part="The hard part was to choose the statistics by the mode, and nothing else.",
    hints=[
        "Choose a mean and a variance: which ones, if training is True?",
        "In test mode they are running_mean and running_var. The formula is the same for both.",
    ],
)
def output_in_mode(x, running_mean, running_var, training, eps):
    """The output for x, of shape (N, C), in training or in test mode."""
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
    else:
        mean, var = running_mean, running_var
    return (x - mean) / np.sqrt(var + eps)


@exercise(
    inputs=[
        {"x": [[0.0], [4.0]], "running_mean": [12.0], "training": True},
        {"x": [[0.0], [4.0]], "running_mean": [12.0], "training": False},
        {"x": UNEVEN, "running_mean": [0.0, 20.0, -3.0], "training": True},
        {"x": UNEVEN, "running_mean": [0.0, 20.0, -3.0], "training": False},
    ],
    mistakes=[
        (
            "shares of old and new exchanged",
            "0.9 * running_mean + 0.1",
            "0.1 * running_mean + 0.9",
        ),
        (
            "running statistics updated in test mode",
            "if not training:\n        return running_mean\n    ",
            "",
        ),
        ("modes exchanged", "if not training", "if training"),
        ("momentum forgotten", "0.9 * running_mean + 0.1 * ", ""),
        ("added to the old value", "0.9 * running_mean", "running_mean"),
        ("running statistics never updated", "0.9 * running_mean + 0.1 * x.mean(axis=0)",
         "running_mean"),
        ("old value dropped", "0.9 * running_mean + ", ""),
        ("values added up, not averaged", "x.mean(", "x.sum("),
        ("one mean for the whole array", "axis=0", ""),
    ],
    mode=by_training,
    updates=updated_by_torch,
    also=[one_sample(training=False)],
    hard_part="The hard part was to do nothing in test mode.",
    hints=[
        "Test mode writes nothing. So what is the running mean after it?",
        "In training it moves a tenth of the way: nine tenths of the old value, plus one tenth of "
        "the batch's mean.",
    ],
)  # fmt: skip
def next_running_mean(x, running_mean, training):
    """The running mean after x, of shape (N, C), has passed a layer in training or test mode."""
    if not training:
        return running_mean
    return 0.9 * running_mean + 0.1 * x.mean(axis=0)


@question(
    ask="A new layer sees the batch {low:g}, {high:g} once in training mode. What does it "
    "make of {low:g} in test mode?",
    draw={"low": (20.0, 21.0, 22.0, 24.0), "high": (26.0, 28.0, 30.0, 34.0)},
    exam={"low": (30.0, 32.0, 40.0), "high": (46.0, 50.0, 56.0)},
    mistakes=[
        ("batch statistics in test mode", "running_mean, running_var\n", "x.mean(), x.var()\n"),
        (
            "batch statistics in test mode",
            "running_mean, running_var\n",
            "x.mean(), x.var(ddof=1)\n",
        ),
        (
            "shares of old and new exchanged",
            "0.9 * 0 + 0.1",
            "0.1 * 0 + 0.9",
            "0.9 * 1 + 0.1",
            "0.1 * 1 + 0.9",
        ),
        ("biased variance into running_var", "x.var(ddof=1)", "x.var()"),
        ("running standard deviation", "x.var(ddof=1)", "x.std(ddof=1)"),
        ("running_var starts at 0", "0.9 * 1 + ", ""),
        ("added to the old value", "0.9 * 1", "1"),
        ("not centered", "low - mean", "low"),
        ("mean minus value", "low - mean", "mean - low"),
        ("running statistics never updated", "running_mean, running_var\n", "0, 1\n"),
        ("divided by the variance", "np.sqrt(var)", "var"),
    ],
    why="The running mean is 0.1 times the batch's mean, the running variance 0.9 plus 0.1 times "
    "the unbiased variance; subtract the one, and divide by the root of the other.",
    hints=[
        "Which two numbers does test mode normalize by?",
        "The running mean: nine tenths of 0 and a tenth of the batch's mean.",
        "The running variance: nine tenths of 1 and a tenth of the batch's unbiased variance.",
    ],
)
def early_output(low=20.0, high=30.0):
    """What test mode makes of a value after a single batch."""
    x = np.array([low, high])
    running_mean = 0.9 * 0 + 0.1 * x.mean()
    running_var = 0.9 * 1 + 0.1 * x.var(ddof=1)
    mean, var = running_mean, running_var
    return (low - mean) / np.sqrt(var)


@question(
    ask="A layer in training mode has the running mean {running:g}. Under torch.no_grad() it is "
    "given a batch whose mean is {mean:g}. What is its running mean then?",
    draw={"running": (8.0, 5.0, 20.0, 40.0), "mean": (18.0, 35.0, -10.0)},
    exam={"running": (10.0, 30.0, 4.0), "mean": (50.0, 70.0, -20.0, 24.0)},
    mistakes=[
        ("mode taken from whether gradients are on", "0.9 * running + 0.1 * mean", "running"),
        ("shares of old and new exchanged", "0.9 * running + 0.1", "0.1 * running + 0.9"),
        ("momentum forgotten", "0.9 * running + 0.1 * ", ""),
        ("added to the old value", "0.9 * running", "running"),
        ("old value dropped", "0.9 * running + ", ""),
    ],
    why="The layer is in training mode, so it writes: a tenth of the way toward the batch's mean.",
    hints=[
        "What decides whether a layer writes, the mode or no_grad()?",
        "In training mode the running mean moves a tenth of the way toward the batch's mean.",
    ],
)
def mean_under_no_grad(running=8.0, mean=18.0):
    """The running mean after a batch in training mode, under no_grad."""
    return 0.9 * running + 0.1 * mean


@exercise(
    inputs=[
        {"w": [[2.0]], "b": [3.0], "running_mean": [4.0], "running_var": [9.0], "eps": 7.0},
        {
            "w": [[1.0, 2.0, 0.001], [3.0, -1.0, 0.002]],
            "b": [3.0, -5.0, 0.003],
            "running_mean": [2.0, 20.0, 0.004],
            "running_var": [4.0, 90.0, 2e-5],
            "eps": 1e-5,
        },
        {  # as many inputs as channels
            "w": [[1.0, 2.0], [3.0, -1.0]],
            "b": [3.0, -5.0],
            "running_mean": [2.0, 20.0],
            "running_var": [4.0, 90.0],
            "eps": 0.5,
        },
        {
            "w": [[1.0, 2.0], [3.0, -1.0], [0.5, 4.0]],
            "b": [3.0, -5.0],
            "running_mean": [2.0, 20.0],
            "running_var": [4.0, 90.0],
            "eps": 0.5,
        },
    ],
    mistakes=[
        ("mean not scaled when folding", "(b - running_mean) / root", "b / root - running_mean"),
        ("b not scaled when folding", "(b - running_mean) / root", "b - running_mean / root"),
        ("b not scaled when folding", "(b - running_mean) / root", "b - running_mean"),
        ("b not scaled when folding", "(b - running_mean) / root", "b"),
        ("b dropped when folding", "(b - running_mean)", "-running_mean"),
        ("mean subtracted from w when folding", "return w /", "return (w - running_mean) /"),
        (
            "mean and variance exchanged",
            "running_var + eps",
            "running_mean + eps",
            "(b - running_mean)",
            "(b - running_var)",
        ),
        ("mean added instead of subtracted", "(b - running_mean)", "(b + running_mean)"),
        (
            "multiplied by the root",
            "w / root",
            "w * root",
            "(b - running_mean) /",
            "(b - running_mean) *",
        ),
        ("w not scaled when folding", "w / root", "w"),
        ("mean minus value", "(b - running_mean)", "(running_mean - b)"),
        ("mean dropped when folding", "(b - running_mean)", "b"),
        ("no eps", "running_var + eps", "running_var"),
        ("eps outside the root", "np.sqrt(running_var + eps)", "np.sqrt(running_var) + eps"),
        ("eps not the one given", "running_var + eps", "running_var + 1e-5"),
        ("divided by the variance", "np.sqrt(running_var + eps)", "running_var + eps"),
    ],
    hard_part="The hard part was b: the mean is subtracted from it, and both are divided.",
    hints=[
        "Write it out for one column: (x @ w + b - running_mean) / root, where root is "
        "√(running_var + eps).",
        "What is x multiplied by? The rest does not depend on x, and is the new b.",
        "w has a column for each channel, and root a number: w / root divides each column by its "
        "own.",
    ],
)
def folded(w, b, running_mean, running_var, eps):
    """The w and b of one product for x @ w + b and the batch norm after it, in test mode."""
    root = np.sqrt(running_var + eps)
    return w / root, (b - running_mean) / root
