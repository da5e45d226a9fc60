"""Wrong answers, each named exercise__what_is_wrong, and the names that a check gives them."""

import numpy as np

from answers.wrong_ways import normalized


def _norm(x, axes, eps, ddof=0):
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True, ddof=ddof) + eps)


def normalize_images__rows(x, eps):
    return normalized(x, eps, (0, 3))


def normalize_images__columns(x, eps):
    return normalized(x, eps, (0, 2))


def normalize_images__places_without_channels(x, eps):
    return normalized(x, eps, (0, 1))


def normalize_images__layer_without_samples(x, eps):
    return normalized(x, eps, (1,))


def normalize_images__mean_per_channel_variance_per_pixel(x, eps):
    return (x - x.mean((0, 2, 3), keepdims=True)) / np.sqrt(x.var(0, keepdims=True) + eps)


def normalize_images__mean_of_the_variances_of_images(x, eps):
    var = x.var((2, 3), keepdims=True).mean(0, keepdims=True)
    return (x - x.mean((0, 2, 3), keepdims=True)) / np.sqrt(var + eps)


def normalize_images__per_image_and_eps_outside(x, eps):
    return (x - x.mean((2, 3), keepdims=True)) / (x.std((2, 3), keepdims=True) + eps)


def normalize_images__first_image_alone(x, eps):
    first = x[:1]
    mean, var = first.mean((0, 2, 3), keepdims=True), first.var((0, 2, 3), keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


def normalize_text__mean_per_channel_variance_per_place(x, eps):
    return (x - x.mean((0, 1))) / np.sqrt(x.var(0) + eps)


def normalize_text__reshaped_instead_of_moved(x, eps):
    return normalized(x.reshape(x.shape[0], x.shape[2], x.shape[1]), eps, (0, 2)).reshape(x.shape)


def normalize_text__unbiased_over_all(x, eps):
    return (x - x.mean()) / np.sqrt(x.var(ddof=1) + eps)


def normalize_images__three_channels(x, eps):
    y = np.zeros_like(x)
    for c in range(min(3, x.shape[1])):
        y[:, c] = (x[:, c] - x[:, c].mean()) / np.sqrt(x[:, c].var() + eps)
    return y


def normalize_images__per_sample_eps_typed(x, eps):
    return _norm(x, (1, 2, 3), 1e-5)


def normalize_text__reshape_for_transpose(x, eps):
    n, length, c = x.shape
    return _norm(x.reshape(n, c, length), (0, 2), eps).reshape(x.shape)


NAMES: dict[str, list[str]] = {
    "normalize_images__rows": ["one axis of positions left out"],
    "normalize_images__columns": ["one axis of positions left out"],
    "normalize_images__mean_of_the_variances_of_images": ["variances of the samples averaged"],
    "normalize_text__reshaped_instead_of_moved": ["axes exchanged by reshape"],
    "normalize_text__reshape_for_transpose": ["axes exchanged by reshape"],
    "normalize_images__layer_without_samples": ["normalized per sample and position"],
    "normalize_images__per_image_and_eps_outside": [
        "eps outside the root",
        "normalized per sample and channel",
    ],
    "normalize_text__unbiased_over_all": ["unbiased variance", "one mean for the whole array"],
    "normalize_images__per_sample_eps_typed": ["eps not the one given", "normalized per sample"],
}
