"""Lesson 2: the output and the running mean in training and test mode."""

import numpy as np

from bnlib.classroom.checking import exercise, question
from bnlib.classroom.exercises.data import UNEVEN, WRONG_EPS, WRONG_STATISTICS

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


@exercise(
    inputs=[
        SMALL | {"training": True, "eps": 7.0},
        SMALL | {"training": False, "eps": 7.0},
        LARGE | {"training": True, "eps": 1e-5},
        LARGE | {"training": False, "eps": 1e-5},
    ],
    mistakes=[
        ("batch statistics in test mode", RUNNING, OF_THE_BATCH),
        ("batch statistics in test mode", RUNNING, "mean, var = x.mean(axis=0), running_var"),
        ("batch statistics in test mode", RUNNING, "mean, var = running_mean, x.var(axis=0)"),
        ("running statistics in training mode", OF_THE_BATCH, RUNNING),
        ("modes exchanged", "if training", "if not training"),
        (
            "normalized by the updated statistics",
            OF_THE_BATCH,
            UPDATED.format("x.var(axis=0, ddof=1)"),
        ),
        ("normalized by the updated statistics", OF_THE_BATCH, UPDATED.format("x.var(axis=0)")),
        *WRONG_EPS,
        *WRONG_STATISTICS,
    ],
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
            "the other momentum convention",
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
        ("one mean for the whole array", "axis=0", ""),
    ],
    hard_part="The hard part was to do nothing in test mode.",
    hints=[
        "In training it moves a tenth of the way toward the batch's mean.",
        "A tenth of the way: nine tenths of the old value, plus one tenth of the new.",
    ],
)
def next_running_mean(x, running_mean, training):
    """The running mean after x, of shape (N, C), has passed a layer in training or test mode."""
    if not training:
        return running_mean
    return 0.9 * running_mean + 0.1 * x.mean(axis=0)


@question(
    ask="A new layer sees the batch {low:g}, {high:g} once in training mode, with momentum 0.1. "
    "What does it make of {low:g} in test mode?",
    draw={"low": (10.0, 20.0, 0.0), "high": (30.0, 40.0, 70.0)},
    mistakes=[
        ("batch statistics in test mode", "running_mean, running_var\n", "x.mean(), x.var()\n"),
        (
            "batch statistics in test mode",
            "running_mean, running_var\n",
            "x.mean(), x.var(ddof=1)\n",
        ),
        (
            "the other momentum convention",
            "0.9 * 0 + 0.1",
            "0.1 * 0 + 0.9",
            "0.9 * 1 + 0.1",
            "0.1 * 1 + 0.9",
        ),
        ("biased variance into running_var", "x.var(ddof=1)", "x.var()"),
        ("running standard deviation", "x.var(ddof=1)", "x.std(ddof=1)"),
        ("running_var starts at 0", "0.9 * 1 + ", ""),
        ("not centered", "low - mean", "low"),
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
def early_output(low=10.0, high=30.0):
    """What test mode makes of a value after a single batch."""
    x = np.array([low, high])
    running_mean = 0.9 * 0 + 0.1 * x.mean()
    running_var = 0.9 * 1 + 0.1 * x.var(ddof=1)
    mean, var = running_mean, running_var
    return (low - mean) / np.sqrt(var)
