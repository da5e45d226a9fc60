"""Lesson 4: the gradients of weight and bias, and of x in training and test mode."""

import numpy as np

from bnlib.classroom.check.exercise import exercise
from bnlib.classroom.check.question import question
from bnlib.classroom.exercises.data import UNEVEN, UNEVEN_GRADIENT, WRONG_EPS

LESSON = 4

ONE_MEAN = ("one mean for the whole array", "x.mean(axis=0), x.var(axis=0)", "x.mean(), x.var()")


@exercise(
    inputs=[
        {"grad_output": [[1.0], [4.0]], "x": [[0.0], [6.0]], "eps": 7.0},
        {"grad_output": UNEVEN_GRADIENT, "x": UNEVEN, "eps": 0.1},
    ],
    mistakes=[
        ("gradient of the weight with x", "grad_output * x_hat", "grad_output * x"),
        ("gradient of the weight with x", "grad_output * x_hat", "grad_output * (x - mean)"),
        ("gradient of the weight without x_hat", "(grad_output * x_hat)", "grad_output"),
        ("averaged instead of summed", "x_hat).sum(", "x_hat).mean(",
         "grad_output.sum(", "grad_output.mean("),
        ("samples counted instead of summed", "grad_output.sum", "np.ones_like(x).sum"),
        *WRONG_EPS,
        ("unbiased variance", "x.var(axis=0)", "x.var(axis=0, ddof=1)"),
        ONE_MEAN,
        ("normalized per sample", "x.mean(axis=0)", "x.mean(axis=1, keepdims=True)",
         "x.var(axis=0)", "x.var(axis=1, keepdims=True)"),
    ],
    hard_part="The hard part was that the weight meets the normalized x, not x itself.",
    hints=[
        "y = weight · x_hat + bias. By what is the weight multiplied? And the bias?",
        "Each sample adds its part: sum over the samples.",
    ],
)  # fmt: skip
def parameter_gradients(grad_output, x, eps):
    """Gradients of weight and bias in training mode, for x of shape (N, C)."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return (grad_output * x_hat).sum(axis=0), grad_output.sum(axis=0)


UNBIASED = ("x.var(axis=0)", "x.var(axis=0, ddof=1)")
MEAN_DY_X_HAT = "(grad_output * x_hat).mean(axis=0)"
N_MINUS_1 = (MEAN_DY_X_HAT, "(grad_output * x_hat).sum(axis=0) / (len(x) - 1)")
EPS_OUTSIDE = ("np.sqrt(var + eps)", "(np.sqrt(var) + eps)")


@exercise(
    inputs=[
        {
            "grad_output": [[1.0], [2.0], [4.0]],
            "x": [[0.0], [1.0], [5.0]],
            "weight": [2.0],
            "eps": 0.1,
        },
        {
            "grad_output": UNEVEN_GRADIENT,
            "x": UNEVEN,
            "weight": [2.0, -1.0, 0.5],
            "eps": 0.5,
        },
    ],
    mistakes=[
        ("mean treated as a constant", " - through_mean", ""),
        ("variance treated as a constant", " - through_var", ""),
        ("mean and variance treated as constants", " - through_mean - through_var", ""),
        ("weight forgotten in the gradient of x", "weight / root", "1 / root"),
        ("root forgotten in the gradient of x", "weight / root", "weight"),
        ("multiplied by the root", "weight / root", "weight * root"),
        ("weight counted twice", "weight / root", "weight * weight / root"),
        ("weight not multiplied", "weight / root", "1 / weight / root"),
        *(
            ("one path scaled alone", "weight / root * (grad_output - through_mean - through_var)",
             alone)
            for alone in (
                "weight / root * grad_output - through_mean - through_var",
                "(weight * grad_output - through_mean - through_var) / root",
                "weight * (grad_output / root - through_mean - through_var)",
            )
        ),
        ("path of the value missing", "(grad_output - through_mean", "(-through_mean"),
        ("output in place of the gradient", "weight / root * (grad_output - through_mean - "
         "through_var)", "weight * x_hat"),
        ("gradient of y handed on as it is", "weight / root * (grad_output - through_mean - "
         "through_var)", "grad_output"),
        ("2 of the square forgotten", "through_var = x_hat", "through_var = x_hat / 2"),
        ("1 / 2 of the root forgotten", "through_var = x_hat", "through_var = 2 * x_hat"),
        ("divided by the variance", "weight / root", "weight / (root * root)"),
        ("n / (n - 1) in the gradient of x", *N_MINUS_1),
        ("sums instead of means in the gradient of x", "grad_output.mean(", "grad_output.sum(",
         "x_hat).mean(", "x_hat).sum("),
        ("sums instead of means in the gradient of x", "grad_output.mean(", "grad_output.sum("),
        ("sums instead of means in the gradient of x", "x_hat).mean(", "x_hat).sum("),
        ("path added instead of subtracted", "- through_var", "+ through_var"),
        ("path added instead of subtracted", "- through_mean", "+ through_mean"),
        ("path added instead of subtracted", "- through_mean - through_var",
         "+ through_mean + through_var"),
        ("x_hat missing from the path through the variance", f"x_hat * {MEAN_DY_X_HAT}",
         MEAN_DY_X_HAT),
        *(
            ("x_hat not normalized in the gradient of x", "x_hat = (x - mean) / root",
             f"x_hat = {instead}")
            for instead in ("x - mean", "x")
        ),
        ONE_MEAN,
        (ONE_MEAN[0], "axis=0", ""),
        (ONE_MEAN[0], "grad_output.mean(axis=0)", "grad_output.mean()"),
        (ONE_MEAN[0], "x_hat).mean(axis=0)", "x_hat).mean()"),
        (ONE_MEAN[0], "grad_output.mean(axis=0)", "grad_output.mean()",
         "x_hat).mean(axis=0)", "x_hat).mean()"),
        ("normalized per sample", "grad_output.mean(axis=0)",
         "grad_output.mean(axis=1, keepdims=True)", "x_hat).mean(axis=0)",
         "x_hat).mean(axis=1, keepdims=True)"),
        ("unbiased variance", *UNBIASED),
        ("unbiased variance", *UNBIASED, *N_MINUS_1),  # as automatic differentiation has it
        ("eps outside the root", *EPS_OUTSIDE),
        ("eps outside the root", *EPS_OUTSIDE, "through_var = x_hat *",
         "through_var = (x - mean) / np.sqrt(var) *"),  # as automatic differentiation has it
        ("no eps", "var + eps", "var"),
        ("eps not the one given", "var + eps", "var + 1e-5"),
        *(
            ("eps right in one place only", "x_hat = (x - mean) / root",
             f"x_hat = (x - mean) / {instead}")
            for instead in ("np.sqrt(var)", "np.sqrt(var + 1e-5)", "(np.sqrt(var) + eps)")
        ),
        *(
            ("eps right in one place only", "weight / root", f"weight / {instead}")
            for instead in ("np.sqrt(var)", "np.sqrt(var + 1e-5)", "(np.sqrt(var) + eps)")
        ),
    ],
    hard_part="The hard part was that mean and variance depend on every x.",
    hints=[
        "Three paths: the value, the mean, the variance. The last two are subtracted; their means "
        "go over the samples, axis=0.",
        "With dy for grad_output: dy, minus the mean of dy, minus x_hat times the mean of "
        "dy · x_hat.",
        "All of it times weight, and divided by the root, √(var + eps).",
    ],
)  # fmt: skip
def input_gradient(grad_output, x, weight, eps):
    """Gradient of x in training mode, for x of shape (N, C)."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    root = np.sqrt(var + eps)
    x_hat = (x - mean) / root
    through_mean = grad_output.mean(axis=0)
    through_var = x_hat * (grad_output * x_hat).mean(axis=0)
    return weight / root * (grad_output - through_mean - through_var)


RUNNING = "weight * grad_output / np.sqrt(running_var + eps)"
THROUGH_MEAN = " - grad_output.mean(axis=0)"
THROUGH_VAR = f" - x_hat * {MEAN_DY_X_HAT}"
THREE_PATHS = f"weight * (grad_output{THROUGH_MEAN}{THROUGH_VAR}) / root"


@exercise(
    inputs=[
        {
            "grad_output": [[1.0], [2.0]],
            "x": [[0.0], [4.0]],
            "weight": [2.0],
            "running_mean": [0.5],
            "running_var": [1.75],
            "eps": 2.25,
        },
        {
            "grad_output": UNEVEN_GRADIENT,
            "x": UNEVEN,
            "weight": [2.0, -1.0, 0.5],
            "running_mean": [1.0, 20.0, 0.004],
            "running_var": [4.0, 90.0, 2e-5],
            "eps": 1e-5,
        },
    ],
    mistakes=[
        ("weight forgotten in the gradient of x", "weight * grad_output", "grad_output"),
        ("root forgotten in the gradient of x", " / np.sqrt(running_var + eps)", ""),
        ("no eps", "running_var + eps", "running_var"),
        ("eps outside the root", "np.sqrt(running_var + eps)", "(np.sqrt(running_var) + eps)"),
        ("eps added to the output", "np.sqrt(running_var + eps)", "np.sqrt(running_var) + eps"),
        ("eps not the one given", "running_var + eps", "running_var + 1e-5"),
        ("divided by the variance", "np.sqrt(running_var + eps)", "(running_var + eps)"),
        ("batch statistics in test mode", "running_var + eps", "x.var(axis=0) + eps"),
        ("multiplied by the root", "/ np.sqrt", "* np.sqrt"),
        ("weight not multiplied", "weight * grad_output", "grad_output / weight"),
        ("gradient of y left out", "weight * grad_output", "weight * np.ones_like(grad_output)"),
        ("gradient of y left out", "weight * grad_output", "weight"),
        ("output in place of the gradient", "weight * grad_output", "weight * (x - running_mean)"),
        ("three paths in test mode", f"return {RUNNING}",
         "root = np.sqrt(running_var + eps)\n    x_hat = (x - running_mean) / root\n"
         f"    return {THREE_PATHS}"),
        *(
            ("three paths in test mode", f"return {RUNNING}",
             "root = np.sqrt(running_var + eps)\n    x_hat = (x - running_mean) / root\n"
             f"    return {THREE_PATHS.replace(path, '')}")
            for path in (THROUGH_MEAN, THROUGH_VAR)
        ),
        ("three paths in test mode", f"return {RUNNING}",
         "root = np.sqrt(running_var + eps)\n    x_hat = (x - x.mean(axis=0)) / root\n"
         f"    return {THREE_PATHS}"),
        ("training gradient in test mode", f"return {RUNNING}",
         "root = np.sqrt(x.var(axis=0) + eps)\n    x_hat = (x - x.mean(axis=0)) / root\n"
         f"    return {THREE_PATHS}"),
    ],
    hard_part="The hard part was to leave two paths out: here the statistics are constants.",
    hints=[
        "Which of the three paths is there if mean and variance are constants?",
        "Only the one through the value. By what is grad_output multiplied on it?",
    ],
)  # fmt: skip
def input_gradient_in_test(grad_output, x, weight, running_mean, running_var, eps):
    """Gradient of x in test mode, for x of shape (N, C)."""
    return weight * grad_output / np.sqrt(running_var + eps)


@question(
    ask="Three samples pass one channel, and their dy is {first:g}, {second:g} and {third:g}. "
    "What is the gradient of the bias?",
    draw={"first": (1.0, 3.0, -1.0), "second": (2.0, 5.0), "third": (4.0, 6.0, 8.0)},
    exam={"first": (-2.0, 4.0, 7.0), "second": (3.0, -5.0, 9.0), "third": (10.0, 12.0, 11.0)},
    mistakes=[
        ("averaged instead of summed", "grad_output.sum()", "grad_output.mean()"),
        ("samples counted instead of summed", "grad_output.sum()", "grad_output.size"),
    ],
    why="Each sample adds its part: {first:g} + {second:g} + {third:g}.",
    hints=["y = weight · x_hat + bias: if the bias grows by 1, by how much does each y grow?"],
)
def bias_gradient(first=1.0, second=2.0, third=4.0):
    """The gradient of the bias, from that of y."""
    grad_output = np.array([first, second, third])
    return grad_output.sum()


@question(
    ask="A channel holds the two values {low:g} and {high:g}, with dy {dy_low:g} and {dy_high:g}. "
    "eps is left out. What is the gradient of the weight?",
    draw={
        "low": (0.0, 1.0, 2.0),
        "high": (4.0, 6.0, 10.0),
        "dy_low": (3.0, -2.0, 1.0),
        "dy_high": (5.0, 4.0),
    },
    exam={
        "low": (3.0, -1.0, 5.0),
        "high": (9.0, 11.0, 15.0),
        "dy_low": (2.0, -3.0, 4.0),
        "dy_high": (7.0, -1.0, 6.0),
    },
    mistakes=[
        ("gradient of the weight with x", "grad_output * x_hat", "grad_output * x"),
        ("gradient of the weight with x", "grad_output * x_hat", "grad_output * (x - mean)"),
        ("gradient of the weight without x_hat", "grad_output * x_hat", "grad_output"),
        ("each dy taken for 1", "grad_output * x_hat", "x_hat"),
        ("averaged instead of summed", ".sum()", ".mean()"),
        ("unbiased variance", "x.var()", "x.var(ddof=1)"),
    ],
    why="Two values become -1 and 1, and each dy counts with its x_hat: the second dy minus "
    "the first.",
    hints=[
        "What do the two values become when they are normalized?",
        "The gradient of the weight is the sum of dy · x_hat.",
    ],
)
def weight_gradient(low=0.0, high=4.0, dy_low=3.0, dy_high=5.0):
    """The gradient of the weight, for a channel of two values."""
    x, grad_output = np.array([low, high]), np.array([dy_low, dy_high])
    mean, var = x.mean(), x.var()
    x_hat = (x - mean) / np.sqrt(var)
    return (grad_output * x_hat).sum()


@question(
    ask="A channel holds only the two values {low:g} and {high:g}, with dy {dy_low:g} and "
    "{dy_high:g}. The weight is 1, and eps is left out. What is dx of the first value?",
    draw={
        "low": (1.0, 0.0, -1.0),
        "high": (7.0, 9.0, 11.0),
        "dy_low": (5.0, -3.0, 7.0),
        "dy_high": (-1.0, 2.0),
    },
    mistakes=[
        ("mean and variance treated as constants", " - through_mean - through_var", ""),
        ("mean treated as a constant", " - through_mean", ""),
        ("variance treated as a constant", " - through_var", ""),
        ("path added instead of subtracted", "- through_var", "+ through_var"),
        ("path added instead of subtracted", "- through_mean", "+ through_mean"),
        ("n / (n - 1) in the gradient of x", "(grad_output * x_hat).mean()",
         "(grad_output * x_hat).sum()"),
        ("gradient of y handed on as it is", "(grad_output - through_mean - through_var)[0] / root",
         "grad_output[0]"),
    ],
    why="Two values become -1 and 1 whatever they are, so moving one of them changes nothing: "
    "both directions are lost.",
    hints=[
        "What do two values become, and what if one of them moves a little?",
        "Both directions that two values have are lost.",
    ],
)  # fmt: skip
def pair_gradient(low=1.0, high=7.0, dy_low=5.0, dy_high=-1.0):
    """The gradient of the first of two values."""
    x, grad_output = np.array([low, high]), np.array([dy_low, dy_high])
    root = np.sqrt(x.var())
    x_hat = (x - x.mean()) / root
    through_mean = grad_output.mean()
    through_var = x_hat * (grad_output * x_hat).mean()
    return (grad_output - through_mean - through_var)[0] / root


BATCH_VARIANCE = ("running_var + 1", "np.array([1.0, 5.0]).var() + 1")
ALL_PATHS = (
    "return (weight / root * grad_output)",
    "x_hat = (np.array([1.0, 5.0]) - 3) / root\n"
    "    paths = grad_output - grad_output.mean() - x_hat * (grad_output * x_hat).mean()\n"
    "    return (weight / root * paths)",
)


@question(
    ask="A layer is in test mode, with running mean 3, running variance {running_var:g}, "
    "weight {weight:g} and eps = 1. Two samples, 1 and 5, have dy {first:g} and {second:g}. What "
    "is dx of the first?",
    draw={
        "running_var": (8.0, 15.0, 24.0),
        "weight": (2.0, 3.0, -2.0),
        "first": (6.0, 10.0, -4.0),
        "second": (0.0, 2.0, 8.0),
    },
    exam={
        "running_var": (3.0, 35.0, 48.0),
        "weight": (4.0, 5.0, -3.0),
        "first": (12.0, -6.0, 9.0),
        "second": (1.0, 3.0, 7.0),
    },
    mistakes=[
        ("three paths in test mode", *ALL_PATHS),
        ("training gradient in test mode", *BATCH_VARIANCE, *ALL_PATHS),
        ("training gradient in test mode", "running_var + 1", "np.array([1.0, 5.0]).var()",
         *ALL_PATHS),
        ("gradient of y handed on as it is", "(weight / root * grad_output)", "grad_output"),
        ("batch statistics in test mode", *BATCH_VARIANCE),
        ("weight forgotten in the gradient of x", "weight / root", "1 / root"),
        ("root forgotten in the gradient of x", "weight / root", "weight"),
        ("divided by the variance", "weight / root", "weight / root**2"),
        ("no eps", "running_var + 1", "running_var"),
        ("eps outside the root", "np.sqrt(running_var + 1)", "(np.sqrt(running_var) + 1)"),
    ],
    why="In test mode the statistics are constants, so dx is weight · dy / √(running variance + "
    "eps), and the other sample does not matter.",
    hints=[
        "Which of the three paths is there in test mode?",
        "The weight, divided by the root of running variance plus eps, times dy.",
    ],
)  # fmt: skip
def dx_in_test(running_var=8.0, weight=2.0, first=6.0, second=0.0):
    """The gradient of the first of two samples, 1 and 5, in test mode."""
    grad_output = np.array([first, second])
    root = np.sqrt(running_var + 1)
    return (weight / root * grad_output)[0]
