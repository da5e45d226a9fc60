"""Wrong batch norms: bnlib with a few of its lines edited, under the names of the catalogue.

So there is no second batch norm to keep in step, and each mistake can be read.
"""

import inspect
from contextlib import contextmanager
from types import FunctionType

from bnlib import functional, modules

BLOCK = "y[:, c], mean[c], var[c] = batch_norm_block(x[:, c], weight[c], bias[c], eps)"
CENTER = "mean, var = center_(table)  # lines 1 and 2; the table is now x - mean"
CENTER_IN_TEST_MODE = "y = x.swapaxes(1, -1) - running_mean"
INVERSE_STD = "1 / np.sqrt(var + float(eps))"
NORMALIZE = "centered * inverse_std(var, eps)"
SHIFT = "values += bias"
MEAN = "mean = table.sum(axis=0) / len(table)"
VAR = "var = sum_of_products(table, table) / len(table)"
CONSTANTS = "mean_and_var = None if constants is None else constants[:, c]"
UNBIASED = "unbiased_var = var * n / (n - 1)"
UPDATE = "return (1 - momentum) * running + momentum * observed"
CUMULATIVE = "momentum = 1 / tracked"
THROUGH_MEAN = "grad -= grad_bias / n"
THROUGH_VAR = "grad -= table"
SHARE_OF_VAR = "table *= scale * grad_weight / n"
FACTOR = "grad *= weight * scale"


def scaled_and_shifted(weight, bias, eps="eps"):
    """Another weight and bias: in the step, in test mode and in training."""
    yield "scale_and_shift_(y, weight, bias)", f"scale_and_shift_(y, {weight}, {bias})"
    for values, var in (("y", "running_var"), ("table", "var")):
        yield (
            f"scale_and_shift_({values}, weight * inverse_std({var}, eps), bias)",
            f"scale_and_shift_({values}, {weight} * inverse_std({var}, {eps}), {bias})",
        )


def normalized(x_hat, where):
    """Another x_hat in training, on small arrays, which are one block."""
    return (
        BLOCK,
        f"{BLOCK}\n            if {where}:\n"
        f"                y[:] = scale_and_shift({x_hat}, weight, bias)",
    )


def in_test_mode(line):
    """A line before test mode's own; an empty batch has no statistics."""
    return (
        CENTER_IN_TEST_MODE,
        f"if x.size:\n                {line}\n            {CENTER_IN_TEST_MODE}",
    )


def reshaped(shape):
    """In training, normalize x as if it had another shape."""
    other = f"x.reshape({shape})"
    x_hat = f"normalize({other}, *batch_statistics({other}), eps).reshape(x.shape)"
    return normalized(x_hat, "x.ndim > 2")


def channels_last(dimensions):
    """In training, normalize x as if its channels were on the last axis."""
    other = "np.moveaxis(x, -1, 1)"
    x_hat = f"np.moveaxis(normalize({other}, *batch_statistics({other}), eps), 1, -1)"
    return normalized(x_hat, dimensions)


def gradients(of_weight="grad_weight", of_bias="grad_bias"):
    """Other gradients of weight and bias, which the gradient of x does not use."""
    returned = "return from_table(grad, x), {}, {}"
    return (returned.format("grad_weight", "grad_bias"), returned.format(of_weight, of_bias))


BATCH_STATISTICS_IN_TEST_MODE = in_test_mode("running_mean, running_var = batch_statistics(x)")
NOT_CENTERED = (
    ("centered = x.swapaxes(1, -1) - mean", "centered = x.swapaxes(1, -1).astype(float)"),
    (CENTER_IN_TEST_MODE, CENTER_IN_TEST_MODE.replace("running", "0 * running")),
    normalized("normalize(x, mean, var, eps)", "True"),
)

# A mistake that is not here is one of a person at the desk: bnlib has no line for it.
EDITS = {
    # lesson 1
    "no eps": ((INVERSE_STD, "1 / np.sqrt(var)"),),
    "eps outside the root": ((INVERSE_STD, "1 / (np.sqrt(var) + eps)"),),
    "eps added to the output": (
        (NORMALIZE, f"{NORMALIZE.replace('eps', '0')} + eps"),
        *list(scaled_and_shifted("weight", "bias + weight * eps", eps="0"))[1:],
    ),
    "eps not the one given": ((INVERSE_STD, "1 / np.sqrt(var + 1e-5)"),),
    "unbiased variance": (
        (VAR, "var = sum_of_products(table, table) / (len(table) - 1)"),
        (UNBIASED, "unbiased_var = var"),
    ),
    "squares added up, not averaged": ((VAR, "var = sum_of_products(table, table)"),),
    "divided by the variance": ((INVERSE_STD, "1 / (var + eps)"),),
    "one mean for the whole array": (
        (MEAN, "mean = np.full(table.shape[1], table.mean())"),
        (VAR, "var = np.full(table.shape[1], np.square(table).mean())"),
    ),
    "normalized per sample": (
        normalized(
            "normalize(rows, *batch_statistics(rows), eps).reshape(x.shape)",
            "(rows := x.reshape(1, len(x), -1)).size",
        ),
    ),
    "not centered": NOT_CENTERED,
    "scaled after the shift": (*scaled_and_shifted("weight", "weight * bias"),),
    "bias forgotten": ((SHIFT, SHIFT.replace("bias", "0 * bias")),),
    "weight and bias exchanged": (*scaled_and_shifted("bias", "weight"),),
    "factor kept": ((INVERSE_STD, "0 * var + 1"),),
    "shift kept": NOT_CENTERED,
    "mean of the squares minus square of the mean": (
        (
            "return center_(table)",
            "axes = (0, *range(2, x.ndim))\n"
            "    var = np.square(x).mean(axes) - np.square(x.mean(axes))\n"
            "    return x.mean(axes, dtype=np.float64), np.asarray(var, np.float64)",
        ),
        (CENTER, f"{CENTER}\n    var = batch_statistics(x)[1]"),
    ),
    # lesson 2
    "batch statistics in test mode": (BATCH_STATISTICS_IN_TEST_MODE,),
    "running statistics in training mode": (
        normalized("normalize(x, running_mean, running_var, eps)", "running_mean is not None"),
    ),
    "modes exchanged": (
        normalized("normalize(x, running_mean, running_var, eps)", "running_mean is not None"),
        BATCH_STATISTICS_IN_TEST_MODE,
    ),
    "normalized by the updated statistics": (
        normalized(
            "normalize(x, running_update(running_mean, mean, momentum), "
            "running_update(running_var, var * x.size / (x.size - x.shape[1]), momentum), eps)",
            "running_mean is not None",
        ),
    ),
    "running statistics updated in test mode": (
        in_test_mode(
            "n = x.size / x.shape[1]; m, v = batch_statistics(x); "
            "update_running_(*given[1:3], m, v * n / (n - 1), momentum)"
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
    "biased variance into running_var": ((UNBIASED, "unbiased_var = var"),),
    "running standard deviation": (
        (UNBIASED, "unbiased_var = np.sqrt(var * n / (n - 1))"),
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
    "weight forgotten in the gradient of x": ((FACTOR, "grad *= scale"),),
    "root forgotten in the gradient of x": ((FACTOR, "grad *= weight"),),
    "n / (n - 1) in the gradient of x": ((SHARE_OF_VAR, SHARE_OF_VAR.replace("/ n", "/ (n - 1)")),),
    "sums instead of means in the gradient of x": (
        (THROUGH_MEAN, THROUGH_MEAN.replace(" / n", "")),
        (SHARE_OF_VAR, SHARE_OF_VAR.replace(" / n", "")),
    ),
    "path added instead of subtracted": ((THROUGH_VAR, "grad += table"),),
    "x_hat missing from the path through the variance": (
        (SHARE_OF_VAR, "table[:] = grad_weight / n"),
    ),
    "gradient of the weight with x": (
        gradients(of_weight="(grad_output * x).sum((0, *range(2, x.ndim)))"),
    ),
    "gradient of the weight without x_hat": (gradients(of_weight="grad_bias"),),
    "averaged instead of summed": (
        gradients("grad_weight / len(grad)", "grad_bias / len(grad)"),
    ),
    "samples counted instead of summed": (gradients(of_bias="len(grad) + 0 * grad_bias"),),
    "training gradient in test mode": ((CONSTANTS, "mean_and_var = None"),),
    "three paths in test mode": (
        ("if constants is None:\n        n =", "if True:\n        n ="),
    ),
    # lesson 5
    "normalized per position": (reshaped("len(x), -1"),),
    "normalized per sample and channel": (reshaped("1, x.shape[0] * x.shape[1], -1"),),
    "normalized per sample and position": (
        normalized(
            "np.moveaxis(normalize(rows.reshape(1, -1, x.shape[1]), *batch_statistics("
            "rows.reshape(1, -1, x.shape[1])), eps).reshape(rows.shape), -1, 1)",
            "x.ndim > 2 and (rows := np.moveaxis(x, 1, -1)).size",
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
