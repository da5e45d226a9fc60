"""Your turn: what the learner writes in each lesson, and the numbers to predict.

Each function below is the solution of an exercise. Its signature and docstring are the task,
as the notebook shows it, so that task, solution and check cannot drift apart.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bnlib.classroom.checking import Exercise, Inputs, Question

Array = np.ndarray
draw = np.random.default_rng(5)
FAR_AWAY = draw.normal(3000, 1, (64, 2)).astype(np.float32)
# The last column has a variance of about 1e-5, so that eps matters.
UNEVEN = [[0.0, 10.0, 0.003], [1.0, 30.0, 0.0035], [5.0, 20.0, 0.008], [2.0, 70.0, -0.001]]


def exercise(
    reference: Callable[..., Any], inputs: Sequence[Inputs], hard_part: str, hints: Sequence[str]
) -> Callable[[Callable[..., Any]], Exercise]:
    """Make an exercise of its solution."""
    return lambda solution: Exercise(solution, reference, inputs, hard_part, hints)


# Lesson 1


@exercise(
    lambda bnlib, x, eps: bnlib.batch_norm(x, None, None, training=True, eps=eps),
    inputs=[
        {"x": [[0.0], [6.0]], "eps": 7.0},
        {"x": [[0.0, 7.0], [1.0, 7.0], [8.0, 7.0]], "eps": 1e-5},
        {"x": UNEVEN, "eps": 0.1},
        {"x": FAR_AWAY, "eps": 1e-5},
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
    centered = x - x.mean(axis=0)
    var = np.square(centered).mean(axis=0)
    return centered / np.sqrt(var + eps)


@exercise(
    lambda bnlib, x, weight, bias, eps: bnlib.batch_norm(
        x, None, None, weight, bias, training=True, eps=eps
    ),
    inputs=[
        {"x": [[0.0], [6.0]], "weight": [2.0], "bias": [1.0], "eps": 7.0},
        {"x": UNEVEN, "weight": [2.0, -1.0, 0.5], "bias": [1.0, 3.0, -2.0], "eps": 1e-5},
    ],
    hard_part="The hard part was the order: multiply first, and add the bias last.",
    hints=[
        "Normalize first, as in the exercise before.",
        "Then weight times that, plus bias. Each has one number for each column.",
    ],
)
def whole_batch_norm(x, weight, bias, eps):
    """Normalize each column of x, of shape (N, C); then scale by weight and shift by bias."""
    centered = x - x.mean(axis=0)
    x_hat = centered / np.sqrt(np.square(centered).mean(axis=0) + eps)
    return weight * x_hat + bias


upper_value = Question(
    lambda bnlib: bnlib.batch_norm([[0.0], [6.0]], None, None, training=True, eps=7.0)[1, 0],
    "(6 - 3) / √(9 + 7) = 3 / 4.",
)


# Lesson 2


@exercise(
    lambda bnlib, x, running_mean, running_var, training, eps: bnlib.batch_norm(
        x, running_mean, running_var, training=training, eps=eps
    ),
    inputs=[
        {
            "x": [[0.0], [4.0]],
            "running_mean": [1.0],
            "running_var": [9.0],
            "training": True,
            "eps": 7.0,
        },
        {
            "x": [[0.0], [4.0]],
            "running_mean": [1.0],
            "running_var": [9.0],
            "training": False,
            "eps": 7.0,
        },
        {
            "x": UNEVEN,
            "running_mean": [1.0, 20.0, 0.004],
            "running_var": [4.0, 90.0, 2e-5],
            "training": True,
            "eps": 1e-5,
        },
        {
            "x": UNEVEN,
            "running_mean": [1.0, 20.0, 0.004],
            "running_var": [4.0, 90.0, 2e-5],
            "training": False,
            "eps": 1e-5,
        },
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


def _next_running_mean(bnlib: Any, x: Array, running_mean: Array, training: bool) -> Array:
    bnlib.batch_norm(x, running_mean, np.ones_like(running_mean), training=training)
    return running_mean


@exercise(
    _next_running_mean,
    inputs=[
        {"x": [[0.0], [4.0]], "running_mean": [12.0], "training": True},
        {"x": [[0.0], [4.0]], "running_mean": [12.0], "training": False},
        {"x": UNEVEN, "running_mean": [0.0, 20.0, -3.0], "training": True},
        {"x": UNEVEN, "running_mean": [0.0, 20.0, -3.0], "training": False},
    ],
    hard_part="The hard part was to do nothing in test mode.",
    hints=[
        "In training it moves a tenth of the way toward the batch's mean.",
        "A tenth of the way: nine tenths of the old value, plus one tenth of the new.",
    ],
)
def next_running_mean(x, running_mean, training):
    """The running mean after x, of shape (N, C), has passed a layer in training or test mode."""
    if training:
        return 0.9 * running_mean + 0.1 * x.mean(axis=0)
    return running_mean


def _test_output(bnlib: Any) -> Any:
    bn = bnlib.BatchNorm1d(1, momentum=0.1, dtype=np.float64)
    bn([[10.0], [30.0]])
    return bn.eval()([[10.0], [30.0]])[0, 0]


early_output = Question(
    _test_output,
    "Running mean 2, running variance 0.9 + 0.1 · 200 = 20.9, and (10 - 2) / √20.9 = 1.75.",
)


# Lesson 3


def _updated(
    bnlib: Any, running_mean: Array, running_var: Array, x: Array, momentum: float
) -> tuple[Array, Array]:
    bnlib.batch_norm(x, running_mean, running_var, training=True, momentum=momentum)
    return running_mean, running_var


@exercise(
    _updated,
    inputs=[
        {"running_mean": [0.0], "running_var": [1.0], "x": [[0.0], [4.0]], "momentum": 0.25},
        {
            "running_mean": [1.0, 20.0, 0.004],
            "running_var": [4.0, 90.0, 2e-5],
            "x": UNEVEN,
            "momentum": 0.1,
        },
    ],
    hard_part="The hard part was the unbiased variance, which is written down but not used.",
    hints=[
        "Both move by the same rule: (1 - momentum) · old + momentum · new.",
        "The new mean is the batch's. Which of the two variances is the new variance?",
        "The unbiased one: NumPy's var takes ddof=1.",
    ],
)
def updated_statistics(running_mean, running_var, x, momentum):
    """Running mean and running variance after a training batch x, of shape (N, C)."""
    new_mean = (1 - momentum) * running_mean + momentum * x.mean(axis=0)
    new_var = (1 - momentum) * running_var + momentum * x.var(axis=0, ddof=1)
    return new_mean, new_var


def _after_batches(
    bnlib: Any, batches: tuple[Array, ...], momentum: float | None
) -> tuple[Array, Array]:
    bn = bnlib.BatchNorm1d(batches[0].shape[1], momentum=momentum, dtype=np.float64)
    for x in batches:
        bn(x)
    return bn.running_mean, bn.running_var


BATCHES = tuple(np.array(batch) for batch in ([[0.0], [4.0]], [[6.0], [8.0]], [[1.0], [9.0]]))
MANY_BATCHES = tuple(draw.normal(5, 2, (4, 2)) for _ in range(10))


@exercise(
    _after_batches,
    inputs=[
        {"batches": BATCHES, "momentum": 0.5},
        {"batches": BATCHES, "momentum": None},
        {"batches": MANY_BATCHES, "momentum": 0.1},
        {"batches": MANY_BATCHES, "momentum": None},
    ],
    hard_part="The hard part was momentum=None: the k-th batch counts with 1 / k.",
    hints=[
        "Start with mean 0 and variance 1, and take the batches one by one.",
        "The rule is that of the last exercise; only None needs a momentum of its own.",
        "For a plain average, the first batch has momentum 1, the second 1/2, the third 1/3.",
    ],
)
def after_batches(batches, momentum):
    """Running mean and variance of a new layer after a tuple of training batches."""
    mean, var = 0.0, 1.0
    for k, x in enumerate(batches, start=1):
        share = 1 / k if momentum is None else momentum
        mean = (1 - share) * mean + share * x.mean(axis=0)
        var = (1 - share) * var + share * x.var(axis=0, ddof=1)
    return mean, var


def _variance_after(bnlib: Any) -> Any:
    bn = bnlib.BatchNorm1d(1, momentum=0.25, dtype=np.float64)
    bn([[0.0], [4.0]])
    return bn.running_var[0]


written_variance = Question(
    _variance_after, "The unbiased variance is 8, and 0.75 · 1 + 0.25 · 8 = 2.75."
)


# Lesson 4

UNEVEN_GRADIENT = [[1.0, 2.0, -1.0], [0.5, -1.0, 2.0], [2.0, 0.0, 3.0], [-1.0, 4.0, 0.3]]


@exercise(
    lambda bnlib, grad_output, x, eps: tuple(
        bnlib.batch_norm_backward(grad_output, x, eps=eps)[1:]
    ),
    inputs=[
        {"grad_output": [[1.0], [4.0]], "x": [[0.0], [6.0]], "eps": 7.0},
        {"grad_output": UNEVEN_GRADIENT, "x": UNEVEN, "eps": 1e-5},
    ],
    hard_part="The hard part was that the weight meets the normalized x, not x itself.",
    hints=[
        "y = weight · x_hat + bias. By what is the weight multiplied? And the bias?",
        "Each sample adds its part: sum over the samples.",
    ],
)
def parameter_gradients(grad_output, x, eps):
    """Gradients of weight and bias in training mode, for x of shape (N, C)."""
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return (grad_output * x_hat).sum(axis=0), grad_output.sum(axis=0)


@exercise(
    lambda bnlib, grad_output, x, weight, eps: (
        bnlib.batch_norm_backward(grad_output, x, weight, eps=eps).input
    ),
    inputs=[
        {
            "grad_output": [[1.0], [2.0], [4.0]],
            "x": [[0.0], [1.0], [5.0]],
            "weight": [2.0],
            "eps": 1e-5,
        },
        {
            "grad_output": UNEVEN_GRADIENT,
            "x": UNEVEN,
            "weight": [2.0, -1.0, 0.5],
            "eps": 0.5,
        },
    ],
    hard_part="The hard part was that mean and variance depend on every x.",
    hints=[
        "Start with h = weight · grad_output: how the loss changes with each x_hat.",
        "Three paths: h, minus the mean of h, minus x_hat times the mean of h · x_hat.",
        "All of it is divided by the root, √(var + eps).",
    ],
)
def input_gradient(grad_output, x, weight, eps):
    """Gradient of x in training mode, for x of shape (N, C)."""
    root = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / root
    h = weight * grad_output
    return (h - h.mean(axis=0) - x_hat * (h * x_hat).mean(axis=0)) / root


@exercise(
    lambda bnlib, grad_output, x, weight, running_mean, running_var, eps: (
        bnlib.batch_norm_backward(grad_output, x, weight, running_mean, running_var, eps).input
    ),
    inputs=[
        {
            "grad_output": [[1.0], [2.0]],
            "x": [[0.0], [4.0]],
            "weight": [2.0],
            "running_mean": [0.5],
            "running_var": [3.0],
            "eps": 1.0,
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
    hard_part="The hard part was to leave two paths out: here the statistics are constants.",
    hints=[
        "Which of the three paths is there if mean and variance are constants?",
        "Only the one through the value. By what is grad_output multiplied on it?",
    ],
)
def input_gradient_in_test(grad_output, x, weight, running_mean, running_var, eps):
    """Gradient of x in test mode, for x of shape (N, C)."""
    return weight * grad_output / np.sqrt(running_var + eps)


bias_gradient = Question(
    lambda bnlib: bnlib.batch_norm_backward([[1.0], [2.0], [4.0]], [[0.0], [1.0], [5.0]]).bias[0],
    "Each sample adds its part: 1 + 2 + 4 = 7.",
)


# Lesson 5


@exercise(
    lambda bnlib, x, eps: bnlib.batch_norm(x, None, None, training=True, eps=eps),
    inputs=[
        {"x": np.square(np.arange(12.0)).reshape(2, 2, 1, 3), "eps": 500.0},
        {"x": draw.normal(size=(3, 2, 4, 5)) * [1.0, 2.0, 1.0, 3.0, 1.0], "eps": 1e-5},
    ],
    hard_part="The hard part was which axes belong together: all but the channels.",
    hints=[
        "One mean and one variance for each channel. Over which axes?",
        "axis=(0, 2, 3), and keepdims=True so that the result still fits x.",
    ],
)
def normalize_images(x, eps):
    """Normalize images, (N, C, H, W), as batch normalization does in training."""
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


def _normalize_text(bnlib: Any, x: Array, eps: float) -> Array:
    y = bnlib.batch_norm(np.moveaxis(x, -1, 1), None, None, training=True, eps=eps)
    return np.moveaxis(y, 1, -1)


@exercise(
    _normalize_text,
    inputs=[
        {"x": np.square(np.arange(12.0)).reshape(2, 3, 2), "eps": 500.0},
        {"x": draw.normal(size=(3, 4, 4)) * [0.5, 2.0, 3.0, 4.0], "eps": 1e-5},
    ],
    hard_part="The hard part was that nothing complains about the wrong axis in (3, 4, 4).",
    hints=[
        "The channels are the last axis. What belongs together is on axes 0 and 1.",
        "Either average over axes (0, 1), or move the channels to axis 1 and back.",
    ],
)
def normalize_text(x, eps):
    """Normalize text, (N, L, C) with the channels last, each channel by itself."""
    mean, var = x.mean(axis=(0, 1)), x.var(axis=(0, 1))
    return (x - mean) / np.sqrt(var + eps)


first_pixel = Question(
    lambda bnlib: bnlib.batch_norm(np.arange(24.0).reshape(2, 3, 1, 4), None, None, training=True)[
        0, 0, 0, 0
    ],
    "The first channel holds 0 to 3 and 12 to 15: mean 7.5, variance 37.25, -7.5 / 6.103.",
)
