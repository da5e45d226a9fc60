"""Lesson 1: normalize a table; the whole of batch norm; four numbers to predict."""

import numpy as np

from bnlib.classroom.check.exercise import exercise
from bnlib.classroom.check.question import question
from bnlib.classroom.exercises.data import NOT_DIVIDED, UNEVEN, WRONG_EPS, WRONG_STATISTICS

LESSON = 1

PARENTHESES = ("only the mean divided", "(x - mean) / np.sqrt(var + eps)",
               "x - mean / np.sqrt(var + eps)")  # fmt: skip
# The variance of each column is 1. In float32 the mean of the squares minus the square of the
# mean gives 2, in any order of summation; with an eps of 3 the root would be exactly 2.
FAR_AWAY = np.array([[4096, -4098], [4098, -4096]], np.float32)


@exercise(
    inputs=[
        {"x": [[0.0], [6.0]], "eps": 7.0},
        {"x": [[0.0, 7.0], [1.0, 7.0], [8.0, 7.0]], "eps": 1e-5},
        {"x": UNEVEN, "eps": 0.1},
        {"x": [[0.0, 10.0, 5.0], [4.0, 30.0, 6.0]], "eps": 1.5},  # more channels than samples
        {"x": FAR_AWAY, "eps": 3.0},
    ],
    mistakes=[
        *WRONG_EPS,
        *NOT_DIVIDED,
        *WRONG_STATISTICS,
        PARENTHESES,
        (
            "distances not squared",
            "np.sqrt(var + eps)",
            "(np.abs(x - mean).mean(axis=0) + eps)",
        ),
        (
            "scaled to the range",
            "(x - mean) / np.sqrt(var + eps)",
            "(x - x.min(axis=0)) / np.ptp(x, axis=0)",
        ),
        (
            "scaled to the range",
            "(x - mean) / np.sqrt(var + eps)",
            "(x - x.min(axis=0)) / (np.ptp(x, axis=0) + eps)",
        ),
        (
            "mean of the squares minus square of the mean",
            "x.var(axis=0)",
            "np.square(x).mean(axis=0) - np.square(mean)",
        ),
    ],
    hard_part="The hard part was eps, inside the root, and which variance.",
    hints=[
        "Three steps: the mean of each column, the variance of each column, then divide.",
        "The variance is the mean of the squared distances; np.square, np.sqrt and axis=0 help.",
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
        *NOT_DIVIDED,
        *WRONG_STATISTICS,
        PARENTHESES,
        ("scaled and shifted first", "x.mean(", "(weight * x + bias).mean(",
         "x.var(", "(weight * x + bias).var(", "(x - mean)", "(weight * x + bias - mean)",
         "weight * x_hat + bias", "x_hat"),
        ("weight and bias forgotten", "weight * x_hat + bias", "x_hat"),
        ("scaled after the shift", "weight * x_hat + bias", "weight * (x_hat + bias)"),
        ("bias forgotten", " + bias", ""),
        ("weight forgotten", "weight * x_hat", "x_hat"),
        ("weight not multiplied", "weight * x_hat", "weight + x_hat"),
        ("weight not multiplied", "weight * x_hat", "x_hat / weight"),
        ("bias subtracted", "+ bias", "- bias"),
        ("weight and bias exchanged", "weight * x_hat + bias", "bias * x_hat + weight"),
    ],
    hard_part="The hard part was the order: multiply first, and add the bias last.",
    hints=[
        "Normalize first, as in the exercise before.",
        "Then weight times that, plus bias: with *, number by number, and not with @. Each has one "
        "number for each column.",
    ],
)  # fmt: skip
def whole_batch_norm(x, weight, bias, eps):
    """Normalize each column of x, of shape (N, C); then scale by weight and shift by bias."""
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return weight * x_hat + bias


@question(
    ask="A table has {samples} samples and {channels} channels. How many means does batch "
    "normalization compute?",
    draw={"samples": (3, 8, 32, 64), "channels": (5, 10, 20, 100)},
    exam={"samples": (12, 48, 96, 200), "channels": (7, 25, 40, 50)},
    mistakes=[
        ("normalized per sample", "axis=0", "axis=1"),
        ("one mean for the whole array", "axis=0", ""),
    ],
    why="One for each channel, and each of them averages {samples} values.",
    hints=["In our batch of 3 samples and 5 channels there were five."],
)
def number_of_means(samples=64, channels=100):
    """How many means a table of that shape has."""
    x = np.zeros((samples, channels))
    return x.mean(axis=0).size


@question(
    ask="A column holds {low:g}, {low:g}, {high:g}, {high:g}. By which number does step 3 divide "
    "the distances from its mean?",
    draw={"low": (0.0, 1.0, -2.0), "high": (4.0, 7.0, 8.0, 10.0)},
    exam={"low": (3.0, 5.0, -4.0, 2.0), "high": (9.0, 11.0, 13.0, 15.0)},
    mistakes=[
        ("unbiased variance", "x.var()", "x.var(ddof=1)"),
        ("divided by the variance", "np.sqrt(x.var())", "x.var()"),
        ("squares added up, not averaged", "x.var()", "(x.size * x.var())"),
    ],
    why="All four distances have the same size; the mean of their squares is its square, and the "
    "root of that is the size again.",
    hints=[
        "The mean lies halfway. What are the four distances, and their squares?",
        "The variance is the mean of the squares; divide by n, then take the root.",
    ],
)
def divisor(low=1.0, high=7.0):
    """The biased standard deviation of four values."""
    x = np.array([low, low, high, high])
    return np.sqrt(x.var())


@question(
    ask="A column holds {low:g} and {high:g}, and eps is {eps:g}. What does {high:g} become?",
    draw={"low": (0.0, 1.0, -2.0), "high": (4.0, 6.0, 7.0), "eps": (5.0, 7.0, 16.0)},
    exam={"low": (4.0, 2.0, -4.0, 6.0), "high": (10.0, 12.0, 14.0), "eps": (4.0, 3.0, 12.0)},
    mistakes=[
        ("no eps", "var + eps", "var"),
        ("eps outside the root", "np.sqrt(var + eps)", "(np.sqrt(var) + eps)"),
        ("eps added to the output", "np.sqrt(var + eps)", "np.sqrt(var) + eps"),
        ("divided by the variance", "np.sqrt(var + eps)", "(var + eps)"),
        ("not centered", "(x - mean)", "x"),
        ("mean minus value", "(x - mean)", "(mean - x)"),
        ("never divided by the root", " / np.sqrt(var + eps)", ""),
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


@question(
    ask="The column 0, 1, 8 is multiplied by {factor:g}, and {shift:g} is added. Then it is "
    "normalized. What becomes of the number that was {value:g}?",
    draw={"factor": (-10.0, -3.0, -0.5), "shift": (1000.0, 50.0), "value": (0.0, 1.0, 8.0)},
    mistakes=[
        ("sign of a factor forgotten", "factor *", "abs(factor) *"),
        ("factor kept", "/ x.std()", "/ x.std() * abs(factor)"),
        ("shift kept", "/ x.std()", "/ x.std() + shift"),
        ("unbiased variance", "x.std()", "x.std(ddof=1)"),
    ],
    why="A negative factor turns the column upside down, and the outputs with it; its size is "
    "forgotten, and so is the shift.",
    hints=[
        "What do the factor and the shift do to the distances from the mean?",
        "And to the standard deviation, which is never negative?",
    ],
)
def moved_value(factor=-10.0, shift=1000.0, value=8.0):
    """What one number of the column 0, 1, 8 comes out as, after it was scaled and shifted."""
    column = np.array([0.0, 1.0, 8.0])
    x = factor * column + shift
    x_hat = (x - x.mean()) / x.std()
    return x_hat[column == value][0]
