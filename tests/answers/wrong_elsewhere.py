"""Wrong answers, each named exercise__what_is_wrong, and the names that a check gives them."""

from bnlib.classroom import exercises


def _like(m, v, x, a, ddof):
    return (1 - a) * m + a * x.mean(0), (1 - a) * v + a * x.var(0, ddof=ddof)


def keras_to_torch__as_they_are(momentum, epsilon):
    return momentum, epsilon


def keras_to_torch__defaults(momentum, epsilon):
    return momentum, 1e-5


def keras_to_torch__exchanged(momentum, epsilon):
    return epsilon, 1 - momentum


def update_like__as_in_torch(running_mean, running_var, x, momentum, weighs, variance):
    return exercises.updated_statistics.reference(running_mean, running_var, x, momentum)


def update_like__unbiased_for_all(running_mean, running_var, x, momentum, weighs, variance):
    share = momentum if weighs == "new" else 1 - momentum
    return exercises.updated_statistics.reference(running_mean, running_var, x, share)


def keras_to_torch__two_digits(momentum, epsilon):
    """0.999 becomes 0."""
    return round(1 - momentum, 2), epsilon


def keras_to_torch__rounded(momentum, epsilon):
    return round(1 - momentum, 3), round(epsilon, 4)


def update_like__weighs_swapped(running_mean, running_var, x, momentum, weighs, variance):
    return _like(
        running_mean,
        running_var,
        x,
        momentum if weighs == "old" else 1 - momentum,
        variance == "unbiased",
    )


def update_like__variance_swapped(running_mean, running_var, x, momentum, weighs, variance):
    return _like(
        running_mean,
        running_var,
        x,
        momentum if weighs == "new" else 1 - momentum,
        variance == "biased",
    )


def update_like__two_swapped_both(running_mean, running_var, x, momentum, weighs, variance):
    return _like(
        running_mean,
        running_var,
        x,
        momentum if weighs == "old" else 1 - momentum,
        variance == "biased",
    )


NAMES: dict[str, list[str]] = {
    "keras_to_torch__as_they_are": ["the other momentum convention"],
    "keras_to_torch__defaults": ["the other momentum convention", "eps left behind"],
    "update_like__as_in_torch": [
        "torch's momentum for every library",
        "torch's variance for every library",
    ],
    "update_like__unbiased_for_all": ["torch's variance for every library"],
    "update_like__weighs_swapped": ["momentum conventions exchanged"],
    "update_like__variance_swapped": ["variances exchanged"],
    "update_like__two_swapped_both": ["momentum conventions exchanged", "variances exchanged"],
}
