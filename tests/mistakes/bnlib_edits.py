"""Wrong batch norms: bnlib with a few of its lines edited, under the names of the catalogue.

So there is no second batch norm to keep in step, and each mistake can be read.
"""

import inspect
from contextlib import contextmanager
from types import FunctionType

from bnlib import functional, modules

WRITE = "scale_and_shift_(values, weight[block], bias[block], out=y[:, block])"
CENTER = (
    "values = x[:, block].astype(np.float64)  # a copy, to overwrite\n"
    "                mean, var = center_(values)  # one per channel; values are now x - mean"
)
INVERSE_STD = "1 / np.sqrt(var + float(eps))"
NORMALIZE = "centered *= along_channels(inverse_std(var, eps), centered)"
SCALE = "x_hat *= along_channels(weight, x_hat)"
SHIFT = "return np.add(x_hat, along_channels(bias, x_hat), out=out)"
MEAN = "mean = x.sum(axis=all_but_channels(x)) / n"
VAR = "var = sum_of_products(x, x) / n"
UNBIASED = "unbiased_var = batch_var * n / (n - 1)"
UPDATE = "return (1 - momentum) * running + momentum * observed"
CUMULATIVE = "momentum = 1 / tracked"
THROUGH_MEAN = "grad -= along_channels(grad_bias[block] / n, grad)"
THROUGH_VAR = "grad -= x_hat"
SHARE_OF_VAR = "x_hat *= along_channels(grad_weight[block] / n, x_hat)"
FACTOR = "weight[block] * inverse_std(block_var, eps)"
WRITE_GRADIENT = "np.multiply(grad, factor, out=grad_x[:, block])"


def normalized(x_hat, where):
    """Another x_hat in batch_norm, on small arrays, which are one block."""
    return (
        WRITE,
        f"{WRITE}\n            if {where}:\n"
        f"                y[:] = scale_and_shift({x_hat}, weight, bias)",
    )


def reshaped(shape):
    """In training, normalize x as if it had another shape."""
    other = f"x.reshape({shape})"
    x_hat = f"normalize({other}, *batch_statistics({other}), eps).reshape(x.shape)"
    return normalized(x_hat, "training and x.ndim > 2")


def channels_last(dimensions):
    """In training, normalize x as if its channels were on the last axis."""
    other = "np.moveaxis(x, -1, 1)"
    x_hat = f"np.moveaxis(normalize({other}, *batch_statistics({other}), eps), 1, -1)"
    return normalized(x_hat, f"training and {dimensions}")


def gradients(*lines):
    """Other gradients of weight and bias, which the gradient of x does not use."""
    return (WRITE_GRADIENT, "\n            ".join([WRITE_GRADIENT, *lines]))


NOT_CENTERED = (
    ("centered = x - along_channels(mean, x)", "centered = x.astype(float)"),
    normalized("normalize(x, mean, var, eps)", "True"),
)

# A mistake that is not here is one of a person at the desk: bnlib has no line for it.
EDITS = {
    # lesson 1
    "no eps": ((INVERSE_STD, "1 / np.sqrt(var)"),),
    "eps outside the root": ((INVERSE_STD, "1 / (np.sqrt(var) + eps)"),),
    "eps added to the output": (
        (NORMALIZE, f"{NORMALIZE.replace('eps', '0')}\n    centered += eps"),
    ),
    "eps not the one given": ((INVERSE_STD, "1 / np.sqrt(var + 1e-5)"),),
    "unbiased variance": (
        (VAR, "var = sum_of_products(x, x) / (n - 1)"),
        (UNBIASED, "unbiased_var = batch_var"),
    ),
    "squares added up, not averaged": ((VAR, "var = sum_of_products(x, x)"),),
    "divided by the variance": ((INVERSE_STD, "1 / (var + eps)"),),
    "one mean for the whole array": (
        (MEAN, "mean = np.full(x.shape[1], x.mean())"),
        (VAR, "var = np.full(x.shape[1], np.square(x).mean())"),
    ),
    "normalized per sample": (
        normalized(
            "normalize(rows, *batch_statistics(rows), eps).reshape(x.shape)",
            "training and (rows := x.reshape(1, len(x), -1)).size",
        ),
    ),
    "not centered": NOT_CENTERED,
    "scaled after the shift": (
        (SCALE, "x_hat += along_channels(bias, x_hat)"),
        (SHIFT, "return np.multiply(x_hat, along_channels(weight, x_hat), out=out)"),
    ),
    "bias forgotten": ((SHIFT, SHIFT.replace("bias", "0 * bias")),),
    "weight and bias exchanged": (
        (SCALE, SCALE.replace("weight", "bias")),
        (SHIFT, SHIFT.replace("bias", "weight")),
    ),
    "factor kept": ((INVERSE_STD, "0 * var + 1"),),
    "shift kept": NOT_CENTERED,
    "mean of the squares minus square of the mean": (
        (
            "return center_(x.astype(np.float64))  # a copy, for center_ to overwrite",
            "axes = all_but_channels(x)\n"
            "    var = np.square(x).mean(axes) - np.square(x.mean(axes))\n"
            "    return x.mean(axes, dtype=np.float64), np.asarray(var, np.float64)",
        ),
        (CENTER, f"{CENTER}\n                var = batch_statistics(x[:, block])[1]"),
    ),
    # lesson 2
    "batch statistics in test mode": (
        (f"if training:\n                {CENTER}", f"if True:\n                {CENTER}"),
    ),
    "running statistics in training mode": (
        normalized("normalize(x, running_mean, running_var, eps)", "running_mean is not None"),
    ),
    "modes exchanged": (
        normalized(
            "normalize(x, *((running_mean, running_var) if training else batch_statistics(x)), "
            "eps)",
            "running_mean is not None",
        ),
    ),
    "normalized by the updated statistics": (
        normalized(
            "normalize(x, running_update(running_mean, mean, momentum), "
            "running_update(running_var, var * x.size / (x.size - x.shape[1]), momentum), eps)",
            "training and running_mean is not None",
        ),
    ),
    "running statistics updated in test mode": (
        (
            "if training and running_mean is not None and running_var is not None and x.size > 0:",
            "if running_mean is not None and running_var is not None and x.size > 0:\n"
            "        batch_mean, batch_var = batch_statistics(x)",
        ),
    ),
    "mode taken from whether gradients are on": (
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
    "running statistics never updated": ((UPDATE, "return running + 0 * observed"),),
    "running_var starts at 0": (
        (
            "self.running_var = np.ones(num_features, dtype)",
            "self.running_var = np.zeros(num_features, dtype)",
        ),
        ("self.running_var[:] = 1", "self.running_var[:] = 0"),
    ),
    # lesson 3
    "the other momentum convention": (
        (UPDATE, "return momentum * running + (1 - momentum) * observed"),
    ),
    "biased variance into running_var": ((UNBIASED, "unbiased_var = batch_var"),),
    "running standard deviation": (
        (UNBIASED, "unbiased_var = np.sqrt(batch_var * n / (n - 1))"),
    ),
    "momentum forgotten": ((UPDATE, "return observed"),),
    "added to the old value": ((UPDATE, "return running + momentum * observed"),),
    "old value dropped": ((UPDATE, "return momentum * observed"),),
    "momentum=None read as 0.1": ((CUMULATIVE, "momentum = 0.1"),),
    "momentum=0 taken for None": (
        (f"if momentum is None:\n                {CUMULATIVE}",
         f"if not momentum:\n                {CUMULATIVE}"),
    ),
    "batches never counted": (("self.num_batches_tracked = tracked", "pass"),),
    "start counted as a batch": ((CUMULATIVE, "momentum = 1 / (tracked + 1)"),),
    # lesson 4
    "mean treated as a constant": ((THROUGH_MEAN, "pass"),),
    "variance treated as a constant": ((THROUGH_VAR, "pass"),),
    "mean and variance treated as constants": ((THROUGH_MEAN, "pass"), (THROUGH_VAR, "pass")),
    "weight forgotten in the gradient of x": ((FACTOR, "inverse_std(block_var, eps)"),),
    "root forgotten in the gradient of x": ((FACTOR, "weight[block]"),),
    "n / (n - 1) in the gradient of x": ((SHARE_OF_VAR, SHARE_OF_VAR.replace("/ n", "/ (n - 1)")),),
    "sums instead of means in the gradient of x": (
        (THROUGH_MEAN, THROUGH_MEAN.replace(" / n", "")),
        (SHARE_OF_VAR, SHARE_OF_VAR.replace(" / n", "")),
    ),
    "path added instead of subtracted": ((THROUGH_VAR, "grad += x_hat"),),
    "x_hat missing from the path through the variance": (
        (SHARE_OF_VAR, SHARE_OF_VAR.replace("x_hat *=", "x_hat[:] =")),
    ),
    "gradient of the weight with x": (
        gradients("grad_weight[block] = (grad_output * x)[:, block].sum(all_but_channels(x))"),
    ),
    "gradient of the weight without x_hat": (gradients("grad_weight[block] = grad_bias[block]"),),
    "averaged instead of summed": (
        gradients(
            "grad_weight[block] /= x.size / x.shape[1]", "grad_bias[block] /= x.size / x.shape[1]"
        ),
    ),
    "samples counted instead of summed": (gradients("grad_bias[block] = x.size / x.shape[1]"),),
    "training gradient in test mode": (("training = mean is None", "training = True"),),
    "three paths in test mode": (
        ("if training:\n                n =", "if True:\n                n ="),
    ),
    # lesson 5
    "normalized per position": (reshaped("len(x), -1"),),
    "normalized per sample and channel": (reshaped("1, x.shape[0] * x.shape[1], -1"),),
    "normalized per sample and position": (
        normalized(
            "np.moveaxis(normalize(rows.reshape(1, -1, x.shape[1]), *batch_statistics("
            "rows.reshape(1, -1, x.shape[1])), eps).reshape(rows.shape), -1, 1)",
            "training and x.ndim > 2 and (rows := np.moveaxis(x, 1, -1)).size",
        ),
    ),
    "channels taken from the last axis": (channels_last("x.ndim > 3"),),
    "reshaped without moving the channel axis": (reshaped("-1, x.shape[1]"),),
    "(N, L, C) taken for (N, C, L)": (channels_last("x.ndim == 3"),),
}  # fmt: skip


def wrong_functions(name):
    """What to put in the place of what: functions of functional.py, and methods of modules."""
    sources = {module: inspect.getsource(module) for module in (functional, modules)}
    for right, wrong in EDITS[name]:
        if sum(source.count(right) for source in sources.values()) != 1:
            raise ValueError(f"{name}: {right!r} is not found exactly once in bnlib.")
        home = next(module for module, source in sources.items() if right in source)
        sources[home] = sources[home].replace(right, wrong)
    for module, source in sources.items():
        namespace = {"__name__": module.__name__}
        exec(compile(source, f"wrong {module.__name__}", "exec"), namespace)
        owner = module
        if module is functional:
            namespace["BatchNormGradients"] = functional.BatchNormGradients
        else:
            owner, namespace = modules._BatchNorm, dict(vars(namespace["_BatchNorm"]))
        for attribute, value in namespace.items():
            if isinstance(value, FunctionType):
                yield owner, attribute, value


def make(name):
    """Let bnlib compute wrongly, from now on."""
    for owner, attribute, function in list(wrong_functions(name)):
        setattr(owner, attribute, function)


@contextmanager
def made(name):
    """Let bnlib compute wrongly, inside of a with statement."""
    before = [
        (owner, attribute, vars(owner)[attribute]) for owner, attribute, _ in wrong_functions(name)
    ]
    make(name)
    try:
        yield
    finally:
        for owner, attribute, right in before:
            setattr(owner, attribute, right)
