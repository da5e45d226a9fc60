"""Lesson 6: a step through batch norm, the spread through layers, and what learns in 63 steps."""

import numpy as np

from bnlib.classroom.check.exercise import exercise
from bnlib.classroom.check.question import question
from bnlib.classroom.exercises.data import UNEVEN, UNEVEN_GRADIENT

LESSON = 6

# The last column makes a z with a variance of about 1e-5, so that eps matters.
WEIGHT = [[1.0, 0.001], [0.1, 0.0], [2.0, -0.4]]
# One more makes values that are all negative, which ReLU makes constant, and one is constant.
NEGATIVE = np.hstack([WEIGHT, [[2.0, -1.0], [-0.2, -0.1], [1.0, 0.0]]])
CONSTANT = np.hstack([WEIGHT, [[2.0, 0.0], [-0.2, 0.0], [1.0, 0.0]]])
THROUGH_MEAN, THROUGH_VAR = " - h.mean(axis=0)", " - z_hat * (h * z_hat).mean(axis=0)"
# The weight multiplies all three paths at the end: the same, unless means go over channels.
GAMMA_LAST = (
    "h = gamma * grad_y",
    "h = grad_y",
    "/ root\n    grad_w",
    "/ root * gamma\n    grad_w",
)
STEPPED = "w - lr * grad_w, gamma - lr * grad_gamma"


def in_all_statistics(of):
    """Texts of an edit: every mean and variance of a training step taken in another way."""
    statistics = ("z.mean", "z.var", "h.mean", "(h * z_hat).mean")
    return [text for each in statistics for text in (f"{each}(axis=0)", f"{each}{of}")]


EPS = (
    ("no eps", "var + eps", "var"),
    ("eps outside the root", "np.sqrt(var + eps)", "(np.sqrt(var) + eps)"),
    ("eps not the one given", "var + eps", "var + 1e-5"),
    ("divided by the variance", "np.sqrt(var + eps)", "(var + eps)"),
)


@exercise(
    inputs=[
        {
            "x": [[0.0], [1.0], [5.0]],
            "w": [[2.0]],
            "gamma": [5.0],
            "grad_y": [[1.0], [2.0], [4.0]],
            "lr": 0.5,
            "eps": 7.0,
        },
        {
            "x": UNEVEN,
            "w": WEIGHT,
            "gamma": [2.0, -0.5],
            "grad_y": [row[1:] for row in UNEVEN_GRADIENT],
            "lr": 2.0,
            "eps": 1.0,
        },
    ],
    mistakes=[
        ("stepped up the gradient", "w - lr", "w + lr", "gamma - lr", "gamma + lr"),
        ("learning rate forgotten", "lr * ", ""),
        *(
            ("gradients returned", STEPPED, f"{factor}grad_w, {factor}grad_gamma")
            for factor in ("", "lr * ", "-lr * ")
        ),
        ("parameter left as it was", "w - lr * grad_w,", "w,"),
        ("parameter left as it was", "gamma - lr * grad_gamma", "gamma"),
        ("gradient not taken through batch norm", "x.T @ grad_z", "x.T @ grad_y"),
        ("gradient not taken through batch norm", "x.T @ grad_z", "x.T @ h"),
        ("mean treated as a constant", THROUGH_MEAN, ""),
        ("variance treated as a constant", THROUGH_VAR, ""),
        ("mean and variance treated as constants", THROUGH_MEAN + THROUGH_VAR, ""),
        ("x_hat missing from the path through the variance", THROUGH_VAR,
         " - (h * z_hat).mean(axis=0)"),
        ("weight forgotten in the gradient of x", "h = gamma * grad_y", "h = grad_y"),
        ("weight counted twice", "h = gamma * grad_y", "h = gamma * gamma * grad_y"),
        ("root forgotten in the gradient of x", f"(h{THROUGH_MEAN}{THROUGH_VAR}) / root",
         f"(h{THROUGH_MEAN}{THROUGH_VAR})"),
        ("gradient of the weight with x", "grad_y * z_hat", "grad_y * z"),
        ("gradient of the weight with x", "grad_y * z_hat", "grad_y * (z - mean)"),
        ("gradient of the weight without x_hat", "(grad_y * z_hat).sum(", "grad_y.sum("),
        ("sums instead of means in the gradient of x", "h.mean(", "h.sum(",
         "(h * z_hat).mean(", "(h * z_hat).sum("),
        ("path added instead of subtracted", "- z_hat * (h", "+ z_hat * (h"),
        ("path added instead of subtracted", "- h.mean(", "+ h.mean("),
        ("path added instead of subtracted", "- h.mean(", "+ h.mean(",
         "- z_hat * (h", "+ z_hat * (h"),
        ("averaged instead of summed", "(grad_y * z_hat).sum(", "(grad_y * z_hat).mean("),
        ("averaged instead of summed", "(grad_y * z_hat).sum(", "(grad_y * z_hat).mean(",
         "x.T @ grad_z", "x.T @ grad_z / len(x)"),
        ("parameter changed before its gradient was used", "gamma * grad_y",
         "(gamma - lr * grad_gamma) * grad_y"),
        ("unbiased variance", "z.var(axis=0)", "z.var(axis=0, ddof=1)"),
        ("unbiased variance", "z.var(axis=0)", "z.var(axis=0, ddof=1)",  # by autograd
         "(h * z_hat).mean(axis=0)", "(h * z_hat).sum(axis=0) / (len(x) - 1)"),
        *(
            (name, *in_all_statistics(of), *gamma)
            for gamma in ((), GAMMA_LAST)
            for name, of in (("one mean for the whole array", "()"),
                             ("normalized per sample", "(axis=1, keepdims=True)"))
        ),
        ("normalized per sample", *in_all_statistics("(axis=1)")),
        *EPS,
    ],
    hard_part="The hard part was the way back: first through batch norm, then to w.",
    hints=[
        "Forward: z = x @ w, then z_hat. Backward goes from y to z_hat to z to w.",
        "The gradient of z is that of lesson 4: h = gamma · grad_y, minus the mean of h, minus "
        "z_hat times the mean of h · z_hat, all divided by the root.",
        "The gradient of w is x.T @ grad_z, as in the linear layer above.",
    ],
)  # fmt: skip
def training_step(x, w, gamma, grad_y, lr, eps):
    """w and gamma after one step, where y = gamma * batch_norm(x @ w) and x is (N, D)."""
    z = x @ w
    mean, var = z.mean(axis=0), z.var(axis=0)
    root = np.sqrt(var + eps)
    z_hat = (z - mean) / root
    grad_gamma = (grad_y * z_hat).sum(axis=0)
    h = gamma * grad_y
    grad_z = (h - h.mean(axis=0) - z_hat * (h * z_hat).mean(axis=0)) / root
    grad_w = x.T @ grad_z
    return w - lr * grad_w, gamma - lr * grad_gamma


draw = np.random.default_rng(6)


@exercise(
    inputs=[
        {"x": [[0.0], [2.0], [8.0]], "weights": [np.array([[3.0, 0.5]])], "eps": 7.0},
        {
            "x": UNEVEN,
            "weights": [NEGATIVE, draw.normal(size=(4, 5)), draw.normal(size=(5, 4))],
            "eps": 0.1,
        },
        {"x": UNEVEN, "weights": [CONSTANT, draw.normal(size=(4, 2))], "eps": 0.1},
    ],
    mistakes=[
        ("batch norm left out", "(z - mean) / np.sqrt(var + eps)", "z"),
        ("batch norm after ReLU", "z = x @ w", "z = np.maximum(x @ w, 0)",
         "np.maximum(z_hat, 0)", "z_hat"),
        *EPS,
        ("eps added to the output", "np.sqrt(var + eps)", "np.sqrt(var) + eps"),
        ("not centered", "(z - mean)", "z"),
        ("variance instead of standard deviation", "x.std()", "x.var()"),
        ("spread before ReLU", "        found.append(x.std())\n",
         "        found.append(z_hat.std())\n"),
        ("batch norm before the product", "z = x @ w\n        mean, var = z.mean(axis=0), "
         "z.var(axis=0)\n        z_hat = (z - mean) / np.sqrt(var + eps)",
         "mean, var = x.mean(axis=0), x.var(axis=0)\n        z_hat = (x - mean) / "
         "np.sqrt(var + eps) @ w"),
        ("layers not chained", "x = np.maximum(z_hat, 0)\n        found.append(x.std())",
         "found.append(np.maximum(z_hat, 0).std())"),
        ("ReLU left out", "np.maximum(z_hat, 0)", "z_hat"),
        ("another function than ReLU", "np.maximum(z_hat, 0)", "np.minimum(z_hat, 0)"),
        ("another function than ReLU", "np.maximum(z_hat, 0)", "np.abs(z_hat)"),
        ("multiplied by the root", "/ np.sqrt", "* np.sqrt"),
        ("root mean square instead of standard deviation", "x.std()", "np.sqrt((x**2).mean())"),
        ("spreads of the channels averaged", "x.std()", "x.std(axis=0).mean()"),
        ("unbiased standard deviation", "x.std()", "x.std(ddof=1)"),
        ("unbiased variance", "z.var(axis=0)", "z.var(axis=0, ddof=1)"),
        ("one mean for the whole array", "axis=0", ""),
        ("normalized per sample", "axis=0", "axis=1, keepdims=True"),
        ("normalized per sample", "axis=0", "axis=1"),
    ],
    hard_part="The hard part was the order: product, batch norm, and only then ReLU.",
    hints=[
        "One layer: z = x @ w, then normalize z column by column, then what is negative becomes 0.",
        "Its result is the next layer's x. Its spread is x.std(), one number over all values.",
    ],
)  # fmt: skip
def spreads(x, weights, eps):
    """The standard deviation of all values after each layer: product, batch norm, ReLU."""
    found = []
    for w in weights:
        z = x @ w
        mean, var = z.mean(axis=0), z.var(axis=0)
        z_hat = (z - mean) / np.sqrt(var + eps)
        x = np.maximum(z_hat, 0)
        found.append(x.std())
    return np.array(found)


@question(
    ask="A layer computes x @ w + b, and batch normalization follows. Someone adds {shift:g} to "
    "each b and lets {batches} training batches pass, at momentum 0.1. How much larger is the "
    "running mean than it would be otherwise?",
    draw={"shift": (5.0, 15.0, 20.0, 30.0, 50.0, 80.0), "batches": (2, 3)},
    exam={"shift": (10.0, 40.0, 60.0), "batches": (2, 3)},
    mistakes=[
        ("bias thought to vanish", "return shift", "return 0 * shift"),
        ("momentum forgotten", " * (1 - 0.9**batches)", ""),
        ("one batch counted of several", "0.9**batches", "0.9"),
        ("the start forgotten in equal parts", "(1 - 0.9**batches)", "0.1 * batches"),
        ("the other momentum convention", "0.9**batches", "0.1**batches"),
    ],
    why="The output of training did not change, for the mean takes the {shift:g} away. But it "
    "is this mean that the running mean moves toward, by a tenth each time.",
    hints=[
        "What does adding {shift:g} to every value do to the batch's mean?",
        "The running mean goes a tenth of the way there with each batch: 1 - 0.9^k after k.",
    ],
)
def moved_mean(shift=5.0, batches=2):
    """What a shift of the bias adds to the running mean."""
    return shift * (1 - 0.9**batches)


@question(
    ask="The weights w before a batch normalization are multiplied by {factor:g}. The scores stay "
    "as they are. By what must the learning rate of w be multiplied, so that training goes on "
    "as before?",
    draw={"factor": (3.0, 5.0, 10.0, 11.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0)},
    exam={"factor": (4.0, 6.0, 7.0, 8.0, 9.0)},
    mistakes=[
        ("scale counted once", "factor**2", "factor"),
        ("scale counted once, the wrong way round", "factor**2", "1 / factor"),
        ("effects added instead of multiplied", "factor**2", "2 * factor"),
        ("scale not counted", "factor**2", "1 + 0 * factor"),
        ("scale counted the wrong way round", "factor**2", "1 / factor**2"),
    ],
    why="The gradient is divided by {factor:g}, and a step has to be {factor:g} times as long to "
    "change the longer w by the same share.",
    hints=[
        "What happens to the gradient of w?",
        "And how long must a step be, to change a w that is so much longer by the same share?",
    ],
)
def matching_rate(factor=3.0):
    """The factor of the learning rate that makes up for a factor of the weights."""
    return factor**2


@question(
    ask="Six hidden layers of 32, 63 steps at a learning rate of {lr:g}. (1) Without batch "
    "normalization, batches of 64. (2) With it, batches of 2. (3) With it, batches of 64. "
    "(4) As (1), with first weights half as large. One of them gets above 80%. Which?",
    draw={"lr": (0.3, 0.5, 1.0)},
    mistakes=[
        ("depth without batch norm trusted", '["batches of 64"]', '["without"]'),
        ("depth without batch norm trusted", '["batches of 64"]', '["smaller weights"]'),
        ("batches of two trusted", '["batches of 64"]', '["batches of two"]'),
    ],
    why="In (2) each channel is told no more than which of two images has more. In (1) and (4), 63 "
    "steps are not enough at {lr:g}: with many more, some of these networks get there at 0.3, and "
    "none does at 1.",
    hints=[
        "Which of them normalizes, and has enough images to take a mean and a variance from?",
        "It is not asked which would learn in the end. Who is there after 63 steps?",
    ],
)
def which_learns(lr=0.3):
    """The number of the network that learns."""
    settings = {"without": 1, "batches of two": 2, "batches of 64": 3, "smaller weights": 4}
    return settings["batches of 64"]
