"""Lesson 1: normalize a table; the whole of batch norm; which number comes out."""

import numpy as np

from bnlib.classroom.checking import exercise, question
from bnlib.classroom.exercises.data import UNEVEN, WRONG_EPS, WRONG_STATISTICS

LESSON = 1

# The variance of each column is 1. In float32 the mean of the squares minus the square of the
# mean gives 2, in any order of summation; with an eps of 3 the root would be exactly 2.
FAR_AWAY = np.array([[4096, -4098], [4098, -4096]], np.float32)


@exercise(
    inputs=[
        {"x": [[0.0], [6.0]], "eps": 7.0},
        {"x": [[0.0, 7.0], [1.0, 7.0], [8.0, 7.0]], "eps": 1e-5},
        {"x": UNEVEN, "eps": 0.1},
        {"x": FAR_AWAY, "eps": 3.0},
    ],
    mistakes=[
        *WRONG_EPS,
        *WRONG_STATISTICS,
        (
            "mean of the squares minus square of the mean",
            "x.var(axis=0)",
            "np.square(x).mean(axis=0) - np.square(mean)",
        ),
    ],
    hard_part="The hard part was eps, inside the root, and which variance.",
    hints=[
        "Three steps: the mean of each column, the variance of each column, then divide.",
        "The variance is the mean of the squared distances; np.square and axis=0 help.",
        "eps is added to the variance before the root is taken.",
    ],
)
def normalize_table(x, eps):
    """Normalize each column of x, of shape (N, C), by its own mean and biased variance."""
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    return (x - mean) / np.sqrt(var + eps)


@exercise(
    inputs=[
        {"x": [[0.0], [6.0]], "weight": [2.0], "bias": [1.0], "eps": 7.0},
        {"x": UNEVEN, "weight": [2.0, -1.0, 0.5], "bias": [1.0, 3.0, -2.0], "eps": 0.1},
    ],
    mistakes=[
        *WRONG_EPS,
        *WRONG_STATISTICS,
        ("scaled after the shift", "weight * x_hat + bias", "weight * (x_hat + bias)"),
        ("bias forgotten", " + bias", ""),
        ("weight and bias exchanged", "weight * x_hat + bias", "bias * x_hat + weight"),
    ],
    hard_part="The hard part was the order: multiply first, and add the bias last.",
    hints=[
        "Normalize first, as in the exercise before.",
        "Then weight times that, plus bias. Each has one number for each column.",
    ],
)
def whole_batch_norm(x, weight, bias, eps):
    """Normalize each column of x, of shape (N, C); then scale by weight and shift by bias."""
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return weight * x_hat + bias


@question(
    ask="A column holds {low:g} and {high:g}, and eps is {eps:g}. What does {high:g} become?",
    draw={"low": (0.0, 1.0, -2.0), "high": (4.0, 6.0, 7.0), "eps": (5.0, 7.0, 16.0)},
    mistakes=[
        ("no eps", "var + eps", "var"),
        ("eps outside the root", "np.sqrt(var + eps)", "(np.sqrt(var) + eps)"),
        ("eps added to the output", "np.sqrt(var + eps)", "np.sqrt(var) + eps"),
        ("divided by the variance", "np.sqrt(var + eps)", "(var + eps)"),
        ("not centered", "(x - mean)", "x"),
        ("unbiased variance", "x.var()", "x.var(ddof=1)"),
    ],
    why="The mean is halfway, so the variance is half the distance, squared; add {eps:g}, "
    "take the root, and divide half the distance by it.",
    hints=[
        "The mean lies halfway. How far is the upper value from it?",
        "The variance is that distance, squared. Add eps, then take the root.",
    ],
)
def upper_value(low=0.0, high=6.0, eps=7.0):
    """What a column of two values makes of the upper one."""
    x = np.array([low, high])
    mean = x.mean()
    var = x.var()
    return ((x - mean) / np.sqrt(var + eps))[1]
