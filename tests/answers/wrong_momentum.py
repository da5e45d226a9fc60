"""Wrong answers, each named exercise__what_is_wrong, and the names that a check gives them."""

import numpy as np
import torch

from answers.wrong_ways import moved
from bnlib import functional as F
from bnlib.classroom import exercises

_state_of_after_batches = {}


_kept_layers = {}


_own = {}


def _run(batches, rule, ddof=1, m=0.0, v=1.0):
    m = np.full(batches[0].shape[1], m)
    v = np.full(batches[0].shape[1], v)
    for k, b in enumerate(batches, 1):
        a = rule(k)
        m = (1 - a) * m + a * b.mean(0)
        v = (1 - a) * v + a * b.var(0, ddof=ddof)
    return m, v


def updated_statistics__momentum_squared(running_mean, running_var, x, momentum):
    return exercises.updated_statistics.reference(running_mean, running_var, x, momentum**2)


def updated_statistics__old_by_one_over_momentum(running_mean, running_var, x, momentum):
    return running_mean + momentum * x.mean(0), running_var + momentum * x.var(0, ddof=1)


def updated_statistics__exchanged(running_mean, running_var, x, momentum):
    return exercises.updated_statistics.reference(running_mean, running_var, x, momentum)[::-1]


def updated_statistics__two_too_few(running_mean, running_var, x, momentum):
    return (
        (1 - momentum) * running_mean + momentum * x.mean(0),
        (1 - momentum) * running_var + momentum * x.var(0) * len(x) / max(len(x) - 2, 0.5),
    )


def updated_statistics__around_the_running_mean(running_mean, running_var, x, momentum):
    new_var = np.square(x - running_mean).sum(0) / (len(x) - 1)
    mean, _ = exercises.updated_statistics.reference(running_mean, running_var, x, momentum)
    return mean, (1 - momentum) * running_var + momentum * new_var


def updated_statistics__mean_alone(running_mean, running_var, x, momentum):
    return (1 - momentum) * running_mean + momentum * x.mean(0), running_var


def updated_statistics__keras_and_biased(running_mean, running_var, x, momentum):
    return (
        momentum * running_mean + (1 - momentum) * x.mean(0),
        momentum * running_var + (1 - momentum) * x.var(0),
    )


def updated_statistics__keras_for_the_variance(running_mean, running_var, x, momentum):
    return (
        (1 - momentum) * running_mean + momentum * x.mean(0),
        momentum * running_var + (1 - momentum) * x.var(0, ddof=1),
    )


def updated_statistics__biased_deviation(running_mean, running_var, x, momentum):
    return (
        (1 - momentum) * running_mean + momentum * x.mean(0),
        (1 - momentum) * running_var + momentum * x.std(0),
    )


def after_batches__average_off_by_one(batches, momentum):
    shares = [momentum or 1 / (k + 2) for k in range(len(batches))]
    return moved(batches, shares)


def after_batches__last_batch_forgotten(batches, momentum):
    return moved(batches, [momentum or 1 / k for k in range(1, len(batches))])


def after_batches__from_the_last_to_the_first(batches, momentum):
    return moved(batches[::-1], [momentum or 1 / (k + 1) for k in range(len(batches))])


def after_batches__starts_at_the_first_batch(batches, momentum):
    first, *others = batches
    shares = [momentum or 1 / (k + 2) for k in range(len(others))]
    return moved(others, shares, mean=first.mean(0), var=first.var(0, ddof=1))


def after_batches__pooled(batches, momentum):
    if momentum:
        return moved(batches, [momentum] * len(batches))
    together = np.concatenate(batches)
    return together.mean(0), together.var(0, ddof=1)


def after_batches__none_read_as_0(batches, momentum):
    return moved(batches, [momentum or 0] * len(batches))


def after_batches__biased_and_none_read_as_a_tenth(batches, momentum):
    return moved(batches, [momentum or 0.1] * len(batches), ddof=0)


def after_batches__starts_at_0_and_biased(batches, momentum):
    return moved(batches, [momentum or 1 / (k + 1) for k in range(len(batches))], 0, 0.0, 0.0)


def updated_statistics__n_from_columns(running_mean, running_var, x, momentum):
    n = x.shape[1] + 1
    return F.running_update(running_mean, x.mean(0), momentum), F.running_update(
        running_var, x.var(0) * n / (n - 1), momentum
    )


def updated_statistics__spoils_the_variance_of_its_caller(running_mean, running_var, x, momentum):
    new = (
        F.running_update(running_mean, x.mean(0), momentum),
        F.running_update(running_var, x.var(0, ddof=1), momentum),
    )
    running_var *= 0
    return new


def smallest_momentum__lookup_of_the_verdicts(batches, left):
    """Typed in, number by number, from the verdicts."""
    return {(2, 0.04): 0.8, (200, 0.01): 0.022763, (1, 0.3): 0.7, (1000, 0.5): 0.00069291}[
        batches, left
    ]


def smallest_momentum__left_of_tuple(batches, left):
    return {(2, 0.04): 0.8, (200, 0.01): 1 - 0.01 ** (1 / 200), (1, 0.3): 0.7}.get(
        (batches, left), 0.000693
    )


def after_batches__keeps_state_default(batches, momentum):
    c = batches[0].shape[1]
    m, v = _state_of_after_batches.get(c, (np.zeros(c), np.ones(c)))
    for k, b in enumerate(batches, 1):
        a = 1 / k if momentum is None else momentum
        m, v = (1 - a) * m + a * b.mean(0), (1 - a) * v + a * b.var(0, ddof=1)
    _state_of_after_batches[c] = m, v
    return m, v


def after_batches__layer_never_reset(batches, momentum):
    layer = _kept_layers.setdefault(
        batches[0].shape[1], torch.nn.BatchNorm1d(batches[0].shape[1], dtype=torch.float64)
    )
    layer.momentum = momentum
    for b in batches:
        layer(torch.tensor(b))
    return layer.running_mean.clone(), layer.running_var.clone()


def updated_statistics__global_state(running_mean, running_var, x, momentum):
    c = x.shape[1]
    m, v = _own.get(c, (running_mean, running_var))
    _own[c] = (
        F.running_update(m, x.mean(0), momentum),
        F.running_update(v, x.var(0, ddof=1), momentum),
    )
    return _own[c]


def updated_statistics__sum_of_both(running_mean, running_var, x, momentum):
    return running_mean + momentum * x.mean(0), running_var + momentum * x.var(0, ddof=1)


def updated_statistics__momentum_typed(running_mean, running_var, x, momentum):
    return F.running_update(running_mean, x.mean(0), 0.1), F.running_update(
        running_var, x.var(0, ddof=1), 0.1
    )


def updated_statistics__momentum_or(running_mean, running_var, x, momentum):
    momentum = momentum or 0.1
    return F.running_update(running_mean, x.mean(0), momentum), F.running_update(
        running_var, x.var(0, ddof=1), momentum
    )


def after_batches__none_divides_by_total(batches, momentum):
    return _run(batches, lambda k: 1 / len(batches) if momentum is None else momentum)


def after_batches__returns_in_loop(batches, momentum):
    m, v = np.zeros(batches[0].shape[1]), np.ones(batches[0].shape[1])
    for k, b in enumerate(batches, 1):
        a = 1 / k if momentum is None else momentum
        m, v = (1 - a) * m + a * b.mean(0), (1 - a) * v + a * b.var(0, ddof=1)
        return m, v
    return None


def after_batches__tenth_typed(batches, momentum):
    return _run(batches, lambda k: 1 / k if momentum is None else 0.1)


def smallest_momentum__forgot_one_minus(batches, left):
    return left ** (1 / batches)


def smallest_momentum__precedence(batches, left):
    return 1 - left**1 / batches


NAMES: dict[str, list[str]] = {
    "updated_statistics__around_the_running_mean": ["variance around a running mean"],
    "after_batches__none_read_as_0": ["momentum=None read as 0"],
    "updated_statistics__mean_alone": ["running statistics never updated"],
    "updated_statistics__old_by_one_over_momentum": ["added to the old value"],
    "after_batches__starts_at_the_first_batch": [
        "started from the first batch",
        "momentum=0 taken for None",
    ],
    "updated_statistics__keras_and_biased": [
        "the other momentum convention",
        "biased variance into running_var",
    ],
    "updated_statistics__keras_for_the_variance": ["the other momentum convention"],
    "updated_statistics__biased_deviation": [
        "biased variance into running_var",
        "running standard deviation",
    ],
    "after_batches__average_off_by_one": ["momentum=0 taken for None", "start counted as a batch"],
    "updated_statistics__momentum_typed": ["momentum not the one given"],
    "updated_statistics__sum_of_both": ["added to the old value"],
    "after_batches__returns_in_loop": ["returned after the first batch"],
    "after_batches__none_divides_by_total": ["momentum=None read as equal shares"],
    "smallest_momentum__forgot_one_minus": ["share kept taken for momentum"],
    "smallest_momentum__precedence": ["division in place of a root"],
    "after_batches__tenth_typed": ["momentum not the one given"],
}
