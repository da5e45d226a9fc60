"""Wrong answers, each named exercise__what_is_wrong, and the names that a check gives them."""

import numpy as np

from answers.wrong_ways import normalized
from bnlib.classroom import exercises

_state_of_next_running_mean = {}


def output_in_mode__modes_exchanged(x, running_mean, running_var, training, eps):
    return exercises.output_in_mode.reference(x, running_mean, running_var, not training, eps)


def output_in_mode__mean_of_the_batch_always(x, running_mean, running_var, training, eps):
    return (x - x.mean(0)) / np.sqrt((x.var(0) if training else running_var) + eps)


def output_in_mode__variance_of_the_batch_always(x, running_mean, running_var, training, eps):
    return (x - (x.mean(0) if training else running_mean)) / np.sqrt(x.var(0) + eps)


def output_in_mode__root_of_running_var_forgotten(x, running_mean, running_var, training, eps):
    if training:
        return normalized(x, eps)
    return (x - running_mean) / (running_var + eps)


def output_in_mode__eps_in_training_only(x, running_mean, running_var, training, eps):
    return normalized(x, eps) if training else (x - running_mean) / np.sqrt(running_var)


def output_in_mode__unchanged_in_test(x, running_mean, running_var, training, eps):
    return normalized(x, eps) if training else x


def output_in_mode__unbiased_in_both(x, running_mean, running_var, training, eps):
    mean, var = (x.mean(0), x.var(0)) if training else (running_mean, running_var)
    return (x - mean) / np.sqrt(var * len(x) / (len(x) - 1) + eps)


def output_in_mode__half_of_each(x, running_mean, running_var, training, eps):
    mean, var = (x.mean(0) + running_mean) / 2, (x.var(0) + running_var) / 2
    return (x - mean) / np.sqrt(var + eps)


def next_running_mean__moves_in_test_only(x, running_mean, training):
    return exercises.next_running_mean.reference(x, running_mean, not training)


def next_running_mean__momentum_squared(x, running_mean, training):
    return 0.99 * running_mean + 0.01 * x.mean(0) if training else running_mean


def next_running_mean__nothing_forgotten(x, running_mean, training):
    return running_mean + 0.1 * x.mean(0) if training else running_mean


def next_running_mean__away_from_the_batch(x, running_mean, training):
    return 1.1 * running_mean - 0.1 * x.mean(0) if training else running_mean


def next_running_mean__median(x, running_mean, training):
    return 0.9 * running_mean + 0.1 * np.median(x, 0) if training else running_mean


def next_running_mean__keras_and_in_test_too(x, running_mean, training):
    return 0.1 * running_mean + 0.9 * x.mean(0)


def output_in_mode__eps_into_running_var_in_place_always(
    x, running_mean, running_var, training, eps
):
    """Spoils running_var in training mode, where it isn't even needed."""
    running_mean[:], running_var[:] = (
        (x.mean(0), x.var(0)) if training else (running_mean, running_var)
    )
    return (x - running_mean) / np.sqrt(running_var + eps)


def folded__in_place_running_var(w, b, running_mean, running_var, eps):
    running_var += eps
    s = np.sqrt(running_var)
    return w / s, (b - running_mean) / s


def folded__in_place_running_mean(w, b, running_mean, running_var, eps):
    s = np.sqrt(running_var + eps)
    running_mean -= b
    return w / s, -running_mean / s


def next_running_mean__never(x, running_mean, training):
    return running_mean


def next_running_mean__global_state(x, running_mean, training):
    c = x.shape[1]
    m = _state_of_next_running_mean.get(c, running_mean)
    if training:
        m = 0.9 * m + 0.1 * x.mean(0)
    _state_of_next_running_mean[c] = m
    return m


def folded__layout_guessed_from_the_shape(w, b, running_mean, running_var, eps):
    scale = 1 / np.sqrt(running_var + eps)
    w = (w.T * scale).T if w.shape[0] == len(b) else w * scale
    return w, (b - running_mean) * scale


def folded__b_minus_mean_only(w, b, running_mean, running_var, eps):
    s = np.sqrt(running_var + eps)
    return w / s, b - running_mean


NAMES: dict[str, list[str]] = {
    "output_in_mode__unchanged_in_test": ["test mode thought to do nothing"],
    "output_in_mode__modes_exchanged": ["modes exchanged"],
    "output_in_mode__mean_of_the_batch_always": ["one statistic from elsewhere"],
    "output_in_mode__variance_of_the_batch_always": ["one statistic from elsewhere"],
    "output_in_mode__root_of_running_var_forgotten": ["divided by the variance"],
    "output_in_mode__eps_in_training_only": ["no eps"],
    "next_running_mean__moves_in_test_only": ["modes exchanged"],
    "next_running_mean__keras_and_in_test_too": [
        "running statistics updated in test mode",
        "shares of old and new exchanged",
    ],
    "next_running_mean__nothing_forgotten": ["added to the old value"],
    "next_running_mean__never": ["running statistics never updated"],
    "folded__b_minus_mean_only": ["b not scaled when folding"],
}
