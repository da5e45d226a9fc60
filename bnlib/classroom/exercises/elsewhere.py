"""Lesson 8: the settings of other libraries, and one step by their rules."""

import numpy as np

from bnlib.classroom.check.exercise import exercise
from bnlib.classroom.check.question import question
from bnlib.classroom.exercises.data import MOMENTUM_0, UNEVEN, updated_by_torch

LESSON = 8


@exercise(
    inputs=[
        {"momentum": 0.99, "epsilon": 0.001},
        {"momentum": 0.9, "epsilon": 0.01},
        {"momentum": 0.9975, "epsilon": 1e-5},
    ],
    mistakes=[
        ("the other momentum convention", "return 1 - momentum", "return momentum"),
        ("momentum not the one given", "return 1 - momentum", "return 0.1"),
        ("eps left behind", "1 - momentum, epsilon", "1 - momentum, 1e-5"),
        ("eps not the one given", "1 - momentum, epsilon", "1 - momentum, 1e-3"),
    ],
    also=[MOMENTUM_0],
    hard_part="The hard part was that eps moves too, though no file of weights holds it.",
    hints=[
        "Keras's momentum is the share of the old. torch's is the share of the new.",
        "torch's default eps is not Keras's, so say which one the layer had.",
    ],
)
def keras_to_torch(momentum, epsilon):
    """momentum and eps of the torch layer that behaves like a Keras layer with these settings."""
    return 1 - momentum, epsilon


@exercise(
    inputs=[
        {"running_mean": [0.0], "running_var": [1.0], "x": [[0.0], [4.0]], "momentum": 0.25,
         "weighs": "new", "variance": "unbiased"},
        {"running_mean": [0.0], "running_var": [1.0], "x": [[0.0], [4.0]], "momentum": 0.9,
         "weighs": "old", "variance": "biased"},
        {"running_mean": [1.0, 20.0, 0.004], "running_var": [4.0, 90.0, 2e-5], "x": UNEVEN,
         "momentum": 0.3, "weighs": "old", "variance": "unbiased"},
        {"running_mean": [1.0, 20.0, 0.004], "running_var": [4.0, 90.0, 2e-5], "x": UNEVEN,
         "momentum": 0.1, "weighs": "new", "variance": "biased"},
    ],
    mistakes=[
        ("torch's momentum for every library",
         'momentum if weighs == "new" else 1 - momentum', "momentum"),
        ("Keras's momentum for every library",
         'momentum if weighs == "new" else 1 - momentum', "1 - momentum"),
        ("momentum not the one given", 'momentum if weighs == "new" else 1 - momentum', "0.1"),
        ("momentum not the one given", 'momentum if weighs == "new" else 1 - momentum',
         '0.1 if weighs == "new" else 0.9'),
        ("momentum conventions exchanged", 'weighs == "new"', 'weighs == "old"'),
        ("variances exchanged", 'variance == "unbiased"', 'variance == "biased"'),
        ("momentum and variance tied together", 'weighs == "new"', 'variance == "unbiased"'),
        ("momentum and variance tied together", 'variance == "unbiased"', 'weighs == "new"'),
        ("momentum forgotten", "(1 - share) * running_mean + share * ", "",
         "(1 - share) * running_var + share * ", ""),
        ("running statistics never updated",
         "(1 - share) * running_var + share * x.var(axis=0, ddof=ddof)", "running_var"),
        ("running statistics never updated",
         "(1 - share) * running_mean + share * x.mean(axis=0)", "running_mean"),
        ("added to the old value", "(1 - share) * running", "running"),
        ("old value dropped", "(1 - share) * running_mean + ", "",
         "(1 - share) * running_var + ", ""),
        ("variance around a running mean", "x.var(axis=0, ddof=ddof)",
         "np.square(x - running_mean).sum(axis=0) / (len(x) - ddof)"),
        ("torch's variance for every library", '1 if variance == "unbiased" else 0', "1"),
        ("Keras's variance for every library", '1 if variance == "unbiased" else 0', "0"),
        ("running standard deviation", "x.var(", "x.std("),
        ("(n - 1) / n in place of n / (n - 1)", "x.var(axis=0, ddof=ddof)",
         "x.var(axis=0) * (1 - ddof / len(x))"),
        ("another number taken for n", "x.var(axis=0, ddof=ddof)",
         "x.var(axis=0) * (x.size / (x.size - ddof))"),
        ("values added up, not averaged", "x.mean(", "x.sum("),
        ("one mean for the whole array", "x.mean(axis=0)", "x.mean()", "axis=0, ddof", "ddof"),
    ],
    updates=updated_by_torch,
    also=[MOMENTUM_0],
    hard_part="The hard part was to translate first: then one rule does for every library.",
    hints=[
        "First find the share of the new: momentum, or 1 - momentum?",
        "Then the rule of lesson 3, for the mean and for the variance.",
        "NumPy's var takes ddof=1 for the unbiased variance and ddof=0 for the biased one.",
    ],
)  # fmt: skip
def update_like(running_mean, running_var, x, momentum, weighs, variance):
    """Running mean and variance after a batch x, (N, C), by a library's rule."""
    share = momentum if weighs == "new" else 1 - momentum
    ddof = 1 if variance == "unbiased" else 0
    new_mean = (1 - share) * running_mean + share * x.mean(axis=0)
    new_var = (1 - share) * running_var + share * x.var(axis=0, ddof=ddof)
    return new_mean, new_var


@question(
    ask="A fresh layer of ONNX, where momentum is the share of the old and the biased variance is "
    "written down, has momentum {momentum:g} and sees the batch {low:g}, {high:g}. What is its "
    "running variance then?",
    draw={"momentum": (0.9, 0.8, 0.7), "low": (0.0, 1.0), "high": (8.0, 10.0, 12.0)},
    exam={"momentum": (0.6, 0.75, 0.95), "low": (2.0, 4.0), "high": (14.0, 16.0, 20.0)},
    mistakes=[
        ("torch's momentum for every library", "momentum * 1", "(1 - momentum) * 1",
         "+ (1 - momentum)", "+ momentum"),
        ("torch's variance for every library", "x.var()", "x.var(ddof=1)"),
        ("running standard deviation", "x.var()", "x.std()"),
        ("mean and variance exchanged", "momentum * 1 + (1 - momentum) * x.var()",
         "(1 - momentum) * x.mean()"),
        ("running_var starts at 0", "momentum * 1 + ", ""),
        ("momentum forgotten", "momentum * 1 + (1 - momentum) * ", ""),
        ("momentum forgotten", "momentum * 1 + (1 - momentum) * x.var()", "x.var(ddof=1)"),
    ],
    why="{momentum:g} of the 1 that a fresh layer starts with, and the rest of the biased "
    "variance of {low:g} and {high:g}.",
    hints=[
        "How much of the old 1 is kept, when momentum is the share of the old?",
        "The biased variance of two values is the square of half their distance.",
    ],
)  # fmt: skip
def variance_in_onnx(momentum=0.9, low=0.0, high=8.0):
    """The running variance of a fresh ONNX layer after one batch."""
    x = np.array([low, high])
    return momentum * 1 + (1 - momentum) * x.var()
