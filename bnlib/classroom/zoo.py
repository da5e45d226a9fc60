"""The zoo: wrong batch norms that people have really written, each with its name.

Sources of each, and what it did to whom: see the lesson that teaches it.
"""

from bnlib.classroom.mistakes import Mistake

WRITE = "y[:, few] = scale_and_shift_(values, weight[few] * inverse, bias[few])"
NORMALIZE = "(x - mean) * inverse_std(var, eps)"
INVERSE_STD = "1 / np.sqrt(var + eps)"
MEAN = "mean = x.sum(all_but_channels(x)) / n"
VAR = "var = sum_of_products(x, x) / n"
CENTER = "mean[few], var[few] = center_(values)"
THROUGH_MEAN = "grad -= along_channels(mean_grad, grad)"
THROUGH_VAR = "grad -= centered  # the path through the variance"
WRITE_GRADIENT = "grad_x[:, few] = grad"
TWO_VALUES = "F.batch_norm([[0.0], [6.0]], None, None, training=True, eps=7.0)"
IMAGES = "F.batch_norm(np.arange(24.0).reshape(2, 2, 2, 3), None, None, training=True)"
SEQUENCES = "F.batch_norm(np.arange(12.0).reshape(2, 2, 3), None, None, training=True)"
RUNNING = """[bn := bnlib.BatchNorm1d(1, {}), bn([[0.0], [4.0]]), bn([[6.0], [8.0]]),
 np.append(bn.running_mean, bn.running_var)][-1]"""
IN_TEST = """[bn := bnlib.BatchNorm1d(1), bn([[0.0], [4.0]]), bn.eval()([[6.0], [8.0]]),
 bn.running_mean][{}]"""
BACKWARD = "F.batch_norm_backward([[1.0], [2.0], [4.0]], [[0.0], [1.0], [5.0]], [2.0]){}"


def normalized(x_hat: str, where: str) -> tuple[str, str]:
    """Another x_hat in batch_norm, on small arrays, whose channels are taken all at once."""
    return (
        WRITE,
        f"{WRITE}\n        if {where}:\n            y[:] = scale_and_shift({x_hat}, weight, bias)",
    )


def reshaped(shape: str) -> tuple[str, str]:
    """In training, normalize x as if it had another shape."""
    other = f"x.reshape({shape})"
    x_hat = f"normalize({other}, *batch_statistics({other}), eps).reshape(x.shape)"
    return normalized(x_hat, "training and x.ndim > 2")


def channels_last(dimensions: str) -> tuple[str, str]:
    """In training, normalize x as if its channels were on the last axis."""
    other = "np.moveaxis(x, -1, 1)"
    x_hat = f"np.moveaxis(normalize({other}, *batch_statistics({other}), eps), 1, -1)"
    return normalized(x_hat, f"training and {dimensions}")


FORMULA = (
    Mistake(
        "no eps",
        "eps was left out, so a constant channel gives 0 / 0; it belongs under the root: "
        "sqrt(var + eps).",
        1,
        ((INVERSE_STD, "1 / np.sqrt(var)"),),
        TWO_VALUES,
    ),
    Mistake(
        "eps outside the root",
        "eps was added to the standard deviation; it belongs to the variance, under the root: "
        "sqrt(var + eps).",
        1,
        ((INVERSE_STD, "1 / (np.sqrt(var) + eps)"),),
        TWO_VALUES,
    ),
    Mistake(
        "eps added to the output",
        "eps was added after the division; it belongs under the root: sqrt(var + eps).",
        1,
        (
            (NORMALIZE, "(x - mean) / np.sqrt(var) + eps"),
            normalized("normalize(x, mean, var, eps)", "True"),
        ),
        TWO_VALUES,
    ),
    Mistake(
        "unbiased variance",
        "the squares were divided by n - 1; batch normalization normalizes by the biased "
        "variance, divided by n.",
        1,
        (
            (VAR, "var = sum_of_products(x, x) / (n - 1)"),
            ("unbiased_var = var * n / (n - 1)", "unbiased_var = var"),
        ),
        "F.batch_norm([[0.0], [2.0]], None, None, training=True)",
    ),
    Mistake(
        "divided by the variance",
        "the root was left out; divide by the standard deviation, sqrt(var + eps).",
        1,
        ((INVERSE_STD, "1 / (var + eps)"),),
        TWO_VALUES,
    ),
    Mistake(
        "one mean for the whole array",
        "all channels were thrown together; each has a mean and a variance of its own.",
        1,
        (
            (MEAN, "mean = np.full(x.shape[1], x.mean())"),
            (VAR, "var = np.full(x.shape[1], np.square(x).mean())"),
        ),
        "F.batch_norm([[0.0, 10.0], [2.0, 30.0]], None, None, training=True)",
    ),
    Mistake(
        "normalized per sample",
        "each sample was put on its own scale, which is layer normalization; batch "
        "normalization averages over the samples, channel by channel.",
        1,
        (
            normalized(
                "normalize(rows, *batch_statistics(rows), eps).reshape(x.shape)",
                "training and (rows := x.reshape(1, len(x), -1)).size",
            ),
        ),
        "F.batch_norm([[0.0, 10.0], [2.0, 30.0]], None, None, training=True)",
    ),
    Mistake(
        "not centered",
        "the mean was not subtracted; it is x - mean that is divided by the root.",
        1,
        (
            (NORMALIZE, "x * inverse_std(var, eps)"),
            normalized("normalize(x, mean, var, eps)", "True"),
        ),
        TWO_VALUES,
    ),
    Mistake(
        "scaled after the shift",
        "the weight multiplied the bias too, weight * (x_hat + bias); the bias is added last: "
        "weight * x_hat + bias.",
        1,
        (
            (
                "scale_and_shift_(x_hat.astype(np.float64), weight, bias)",
                "scale_and_shift_(x_hat.astype(np.float64), weight, weight * bias)",
            ),
            normalized("normalize(x, mean, var, eps)", "True"),
        ),
        "F.batch_norm([[0.0], [2.0]], None, None, np.array([2.0]), np.array([1.0]), True)",
    ),
    Mistake(
        "mean of the squares minus square of the mean",
        "in float32 this difference loses its digits; subtract the mean first, then square.",
        1,
        (
            (
                "return center_(x.astype(np.float64))  # a copy, as center_ overwrites it",
                "axes = all_but_channels(x)\n"
                "    var = np.square(x).mean(axes) - np.square(x.mean(axes))\n"
                "    return x.mean(axes, dtype=np.float64), np.asarray(var, np.float64)",
            ),
            (CENTER, f"{CENTER}\n            var[few] = batch_statistics(x[:, few])[1]"),
        ),
        "F.batch_norm(np.float32([[5000], [5001], [5002]]), None, None, training=True)",
    ),
)

MODES = (
    Mistake(
        "batch statistics in test mode",
        "test mode normalized by the batch; it normalizes by the running statistics.",
        2,
        (
            (
                f"if training:\n            {CENTER}",
                f"if True:\n            {CENTER}",
            ),
        ),
        IN_TEST.format(-2),
    ),
    Mistake(
        "running statistics in training mode",
        "training normalized by the running statistics; it normalizes by the batch's own.",
        2,
        (normalized("normalize(x, running_mean, running_var, eps)", "running_mean is not None"),),
        "bnlib.BatchNorm1d(1)([[0.0], [4.0]])",
    ),
    Mistake(
        "normalized by the updated statistics",
        "training updated the running statistics and normalized by the result; it normalizes "
        "by the batch's own.",
        2,
        (
            normalized(
                "normalize(x, running_update(running_mean, mean, momentum), "
                "running_update(running_var, var * x.size / (x.size - x.shape[1]), momentum), eps)",
                "training and running_mean is not None",
            ),
        ),
        "bnlib.BatchNorm1d(1)([[0.0], [4.0]])",
    ),
    Mistake(
        "running statistics updated in test mode",
        "test mode wrote to the running statistics; only training does.",
        2,
        (
            (
                "if training and x.size > 0 and running_mean is not None "
                "and running_var is not None:",
                "if x.size > 0 and running_mean is not None and running_var is not None:\n"
                "        mean, var = batch_statistics(x)",
            ),
        ),
        IN_TEST.format(-1),
    ),
    Mistake(
        "mode taken from whether gradients are on",
        "no_grad() was taken for test mode; the mode is set by train() and eval(), and by "
        "nothing else.",
        2,
        (
            (
                "use_running = not self.training and self.running_mean is not None",
                "use_running = not __import__('torch').is_grad_enabled() "
                "and self.running_mean is not None",
            ),
            (
                "update_running = self.training and self.track_running_stats",
                "update_running = not use_running and self.track_running_stats",
            ),
        ),
        IN_TEST.format(-2),
    ),
    Mistake(
        "running_var starts at 0",
        "the running variance of a new layer was 0; it is 1.",
        2,
        (
            (
                "self.running_var = np.ones(num_features, dtype)",
                "self.running_var = np.zeros(num_features, dtype)",
            ),
            ("self.running_var[:] = 1", "self.running_var[:] = 0"),
        ),
        RUNNING.format("momentum=0.1"),
    ),
)

MOMENTUM = (
    Mistake(
        "the other momentum convention",
        "momentum weighed the old value, as in Keras; in torch it weighs the new one: "
        "(1 - momentum) * running + momentum * observed.",
        3,
        (
            (
                "return (1 - momentum) * running + momentum * observed",
                "return momentum * running + (1 - momentum) * observed",
            ),
        ),
        RUNNING.format("momentum=0.1"),
    ),
    Mistake(
        "biased variance into running_var",
        "the variance written down was divided by n; torch writes down the unbiased one, "
        "divided by n - 1.",
        3,
        (("unbiased_var = var * n / (n - 1)", "unbiased_var = var"),),
        RUNNING.format("momentum=0.1"),
    ),
    Mistake(
        "running standard deviation",
        "the root of the variance was written down; running_var holds variances.",
        3,
        (
            (
                "running_update(running_var, unbiased_var, momentum)",
                "running_update(running_var, np.sqrt(unbiased_var), momentum)",
            ),
        ),
        RUNNING.format("momentum=0.1"),
    ),
    Mistake(
        "momentum=None read as 0.1",
        "momentum=None was taken for the default, 0.1; it stands for the plain average of all "
        "batches.",
        3,
        (("momentum = 1 / tracked", "momentum = 0.1"),),
        RUNNING.format("momentum=None"),
    ),
    Mistake(
        "batches never counted",
        "num_batches_tracked stood still, so that momentum=None forgets all but the last batch; "
        "every training batch counts.",
        3,
        (("self.num_batches_tracked = tracked\n        self._b", "self._b"),),
        RUNNING.format("momentum=None"),
    ),
)

GRADIENTS = (
    Mistake(
        "mean treated as a constant",
        "the path through the mean is missing or came to 0: every x moves the mean, and with it "
        "all outputs.",
        4,
        ((THROUGH_MEAN, "pass"),),
        BACKWARD.format(".input"),
    ),
    Mistake(
        "variance treated as a constant",
        "the path through the variance is missing or came to 0: every x moves the variance, and "
        "with it all outputs.",
        4,
        ((THROUGH_VAR, "pass"),),
        BACKWARD.format(".input"),
    ),
    Mistake(
        "mean and variance treated as constants",
        "only the path through the value is there; mean and variance depend on x too.",
        4,
        ((THROUGH_MEAN, "pass"), (THROUGH_VAR, "pass")),
        BACKWARD.format(".input"),
    ),
    Mistake(
        "weight forgotten in the gradient of x",
        "the gradient was not multiplied by the weight on its way back to x.",
        4,
        (
            (
                "grad *= along_channels(weight[few] * inverse, grad)",
                "grad *= along_channels(inverse, grad)",
            ),
        ),
        BACKWARD.format(".input"),
    ),
    Mistake(
        "n / (n - 1) in the gradient of x",
        "the path through the variance has a factor n / (n - 1), that of the unbiased variance; "
        "torch normalizes by the biased one.",
        4,
        (
            (
                "mean_grad_x_hat = grad_bias[few] / n, grad_weight[few] / n",
                "mean_grad_x_hat = grad_bias[few] / n, grad_weight[few] / (n - 1)",
            ),
        ),
        BACKWARD.format(".input"),
    ),
    Mistake(
        "gradient of the weight with x",
        "grad_output was multiplied by x; the weight multiplies x_hat, so it is x_hat.",
        4,
        (
            (
                WRITE_GRADIENT,
                f"{WRITE_GRADIENT}\n"
                "        grad_weight[few] = (grad_output * x)[:, few].sum(all_but_channels(x))",
            ),
        ),
        BACKWARD.format(".weight"),
    ),
    Mistake(
        "averaged instead of summed",
        "the gradients of weight and bias were averaged over the batch; they add up.",
        4,
        (
            (
                WRITE_GRADIENT,
                f"{WRITE_GRADIENT}\n"
                "        grad_weight[few] /= x.size / x.shape[1]\n"
                "        grad_bias[few] /= x.size / x.shape[1]",
            ),
        ),
        BACKWARD.format(".bias"),
    ),
    Mistake(
        "training gradient in test mode",
        "test mode was given the gradient of training, through the batch's own statistics; there "
        "the statistics are the running ones, and constants.",
        4,
        (("training = mean is None", "training = True"),),
        "F.batch_norm_backward([[1.0], [2.0]], [[0.0], [4.0]], None, [0.5], [3.0]).input",
    ),
    Mistake(
        "three paths in test mode",
        "the paths through mean and variance were taken in test mode too; there the statistics "
        "are constants.",
        4,
        (("if training:\n            n =", "if True:\n            n ="),),
        "F.batch_norm_backward([[1.0], [2.0]], [[0.0], [4.0]], None, [0.5], [3.0]).input",
    ),
)

SHAPES = (
    Mistake(
        "normalized per place",
        "each place, be it a pixel or a word, had a mean of its own; a channel shares one, over "
        "samples and places.",
        5,
        (reshaped("len(x), -1"),),
        IMAGES,
    ),
    Mistake(
        "normalized per sample and channel",
        "each sample had means of its own, which is instance normalization; batch normalization "
        "averages over the samples too.",
        5,
        (reshaped("1, x.shape[0] * x.shape[1], -1"),),
        IMAGES,
    ),
    Mistake(
        "channels taken from the last axis",
        "the last axis was taken for the channels; they are on axis 1.",
        5,
        (channels_last("x.ndim > 3"),),
        IMAGES,
    ),
    Mistake(
        "reshaped without moving the channel axis",
        "the array was flattened to (-1, C) as it was, so that the columns mix channels; move "
        "the channel axis to the end first.",
        5,
        (reshaped("-1, x.shape[1]"),),
        IMAGES,
    ),
    Mistake(
        "(N, L, C) taken for (N, C, L)",
        "axis 1 and axis 2 were exchanged: the statistics are those of the places, not of the "
        "channels.",
        5,
        (channels_last("x.ndim == 3"),),
        SEQUENCES,
    ),
)

ZOO = FORMULA + MODES + MOMENTUM + GRADIENTS + SHAPES
