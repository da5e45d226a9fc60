"""Lesson 9: statistics of several workers, and which gradient is right without the others."""

import numpy as np

from bnlib.classroom.check.exercise import exercise
from bnlib.classroom.check.question import question

LESSON = 9
DISTANCES = " + n1 * (mean1 - mean) ** 2 + n2 * (mean2 - mean) ** 2"


@exercise(
    inputs=[
        {"n1": 2, "mean1": [2.0], "m2_1": [8.0], "n2": 2, "mean2": [12.0], "m2_2": [8.0]},
        {"n1": 3, "mean1": [1.0, -4.0], "m2_1": [6.0, 0.5], "n2": 5, "mean2": [2.0, 7.0],
         "m2_2": [1.0, 9.0]},
        {"n1": 40, "mean1": [0.5, 0.1], "m2_1": [30.0, 2.0], "n2": 1, "mean2": [9.0, -3.0],
         "m2_2": [0.0, 0.0]},
        {"n1": 3, "mean1": [2.0], "m2_1": [6.0], "n2": 0, "mean2": [0.0], "m2_2": [0.0]},
        {"n1": 0, "mean1": [0.0], "m2_1": [0.0], "n2": 4, "mean2": [5.0], "m2_2": [1.0]},
    ],
    mistakes=[
        ("average of means unweighted", "(n1 * mean1 + n2 * mean2) / (n1 + n2)",
         "(mean1 + mean2) / 2"),
        ("values added up, not averaged", "(n1 * mean1 + n2 * mean2) / (n1 + n2)",
         "n1 * mean1 + n2 * mean2"),
        ("only one term divided", "(n1 * mean1 + n2 * mean2) /", "n1 * mean1 + n2 * mean2 /"),
        ("only one term divided", "(n1 * mean1 + n2 * mean2) / (n1 + n2)",
         "n1 * mean1 + n2 * mean2 / n1 + n2"),
        ("counts exchanged", "n1 * mean1 + n2 * mean2", "n2 * mean1 + n1 * mean2"),
        ("distance of the means forgotten", DISTANCES, ""),
        ("distances of the means unweighted", "n1 * (mean1 - mean) ** 2",
         "(mean1 - mean) ** 2", "n2 * (mean2 - mean) ** 2", "(mean2 - mean) ** 2"),
        ("spread within the workers forgotten", "m2_1 + m2_2 + ", ""),
        ("distances of the means unweighted", DISTANCES, " + (mean1 - mean2) ** 2"),
        ("distances of the means not squared", "(mean1 - mean) ** 2", "abs(mean1 - mean)",
         "(mean2 - mean) ** 2", "abs(mean2 - mean)"),
        ("M2 averaged over workers", "m2_1 + m2_2 +", "(m2_1 + m2_2) / 2 +"),
        ("M2 averaged over workers", "m2_1 + m2_2 +", "(n1 * m2_1 + n2 * m2_2) / (n1 + n2) +"),
        ("distance of one worker alone", "n1 * (mean1 - mean) ** 2 + ", ""),
        ("distance of one worker alone", " + n2 * (mean2 - mean) ** 2", ""),
        ("variance in place of M2", "return mean, m2", "return mean, m2 / (n1 + n2)"),
        ("variance in place of M2", "return mean, m2", "return mean, m2 / (n1 + n2 - 1)"),
        ("M2 taken for a variance", "m2_1 + m2_2", "n1 * m2_1 + n2 * m2_2"),
        ("product of the counts not divided", DISTANCES, " + (mean1 - mean2) ** 2 * n1 * n2"),
    ],
    hard_part="The hard part was the distance of each mean from the common one: without it, two "
    "workers far apart would look as calm as each of them is.",
    hints=[
        "The common mean is the sum of all values divided by their number. What is the sum of "
        "the first worker's values?",
        "A worker's squared distances from another point than its own mean are larger than m2, "
        "by n times the squared distance of the two points.",
    ],
)  # fmt: skip
def merge_two_workers(n1, mean1, m2_1, n2, mean2, m2_2):
    """Mean and M2 of all values, from the count, mean and M2 of each worker's, (C,)."""
    mean = (n1 * mean1 + n2 * mean2) / (n1 + n2)
    m2 = m2_1 + m2_2 + n1 * (mean1 - mean) ** 2 + n2 * (mean2 - mean) ** 2
    return mean, m2


@exercise(
    inputs=[
        {"inverse_std": [0.25], "eps": 7.0},
        {"inverse_std": [0.5, 0.9, 0.05], "eps": 0.1},
        {"inverse_std": [10.0, 30.0], "eps": 0.001},
    ],
    mistakes=[
        ("eps left in the variance", "1 / inverse_std**2 - eps", "1 / inverse_std**2"),
        ("eps subtracted before squaring", "inverse_std**2", "inverse_std"),
        (
            "eps subtracted before squaring",
            "1 / inverse_std**2 - eps",
            "(1 / inverse_std - eps)**2",
        ),
        (
            "eps subtracted before turning over",
            "1 / inverse_std**2 - eps",
            "1 / (inverse_std**2 - eps)",
        ),
        ("eps added instead of subtracted", "- eps", "+ eps"),
        ("inverse not turned over", "1 / inverse_std**2", "inverse_std**2"),
        ("standard deviation instead of variance", "1 / inverse_std**2 - eps", "1 / inverse_std"),
        (
            "standard deviation instead of variance",
            "1 / inverse_std**2 - eps",
            "np.sqrt(1 / inverse_std**2 - eps)",
        ),
        ("eps not the one given", "- eps", "- 1e-5"),
    ],
    hard_part="The hard part was to take eps out again: it is added once, after the merging.",
    hints=[
        "inverse_std is 1 / sqrt(var + eps). Solve that for var.",
        "Square it, turn it over, and subtract what stands beside var.",
    ],
)
def variance_from_inverse_std(inverse_std, eps):
    """The variance of a shard, (C,), from the 1 / sqrt(var + eps) that its worker sent."""
    return 1 / inverse_std**2 - eps


@question(
    ask="One worker has {a:g}, {b:g}, another {c:g}, {d:g}. What is the biased variance of all "
    "four values?",
    draw={"a": (0.0, 1.0), "b": (2.0, 4.0), "c": (10.0, 12.0), "d": (14.0, 16.0, 18.0)},
    exam={"a": (3.0, 5.0), "b": (7.0, 9.0), "c": (21.0, 23.0), "d": (25.0, 31.0)},
    mistakes=[
        ("average of variances", "np.array([a, b, c, d]).var()",
         "(np.var([a, b]) + np.var([c, d])) / 2"),
        ("unbiased variance", ".var()", ".var(ddof=1)"),
        ("standard deviation instead of variance", ".var()", ".std()"),
        ("spread within the workers forgotten", "np.array([a, b, c, d]).var()",
         "np.var([a + b, c + d]) / 4"),
        ("squares added up, not averaged", "return np.array([a, b, c, d]).var()",
         "x = np.array([a, b, c, d])\n    return x.size * x.var()"),
    ],
    why="The spread within the workers and the distance of their means both count.",
    hints=[
        "The mean of all four first. How far is each value from it?",
        "The average of the two variances forgets how far apart the workers are.",
    ],
)  # fmt: skip
def merged_variance(a=0.0, b=2.0, c=10.0, d=12.0):
    """The biased variance of what two workers hold."""
    return np.array([a, b, c, d]).var()


@question(
    ask="Two workers normalize their shards alone, and their gradients are added up. "
    "Given the same dy, one of the three is right in every case. Type {x:g} for the gradient of x, "
    "{weight:g} for that of the weight, {bias:g} for that of the bias.",
    draw={"x": (1.0, 2.0, 3.0, 4.0), "weight": (1.0, 2.0, 3.0, 4.0), "bias": (1.0, 2.0, 3.0)},
    mistakes=[
        ("gradient of x without the other workers", "return bias", "return x"),
        ("gradient of the weight without the other workers", "return bias", "return weight"),
    ],
    why="The gradient of the bias is the sum of the gradients of y. No mean or variance is in it.",
    hints=[
        "Lesson 4 has a formula for each of the three. Which of them has no x_hat?",
    ],
)
def right_without_syncing(x=1.0, weight=2.0, bias=3.0):
    """The number of the gradient that needs no statistics."""
    return bias


@question(
    ask="Two workers train with DistributedDataParallel; momentum is 0.1, and the running mean "
    "starts at 0. The two shards of rank 0 have the means {a:g}, then {b:g}; those of rank 1 "
    "{c:g}, then {d:g}. Which running mean does rank 0 save?",
    draw={"a": (10.0, 4.0, 6.0), "b": (20.0, 8.0, 14.0), "c": (30.0, 24.0, 50.0),
          "d": (40.0, 62.0, 36.0)},
    exam={"a": (12.0, 18.0), "b": (26.0, 40.0), "c": (34.0, 46.0), "d": (52.0, 70.0)},
    mistakes=[
        ("running statistics thought to be shared", "0.9 * 0.1 * a + 0.1 * b",
         "(0.9 * 0.1 * (a + c) + 0.1 * (b + d)) / 2"),
        ("running statistics of another rank", "0.1 * b", "0.1 * d"),
        ("running statistics of a rank never overwritten", "0.9 * 0.1 * a + 0.1 * b",
         "0.9 * 0.1 * c + 0.1 * d"),
        ("the other momentum convention", "0.9 * 0.1 * a + 0.1 * b", "0.1 * 0.9 * a + 0.9 * b"),
        ("added to the old value", "0.9 * 0.1 * a", "0.1 * a"),
    ],
    why="Only what rank 0 has seen is in it: a tenth of {a:g}, of which nine tenths are kept, and "
    "a tenth of {b:g}.",
    hints=[
        "What does DistributedDataParallel do with the buffers of the other ranks before each "
        "forward pass?",
        "So leave rank 1 out, and take two steps of lesson 3's rule.",
    ],
)  # fmt: skip
def saved_mean(a=10.0, b=20.0, c=30.0, d=40.0):
    """The running mean in the checkpoint of rank 0, after two batches."""
    return 0.9 * 0.1 * a + 0.1 * b
