"""Wrong answers, each named exercise__what_is_wrong, and the names that a check gives them."""

import numpy as np

from answers.wrong_ways import normalized


def normalize_table__distances_instead_of_squares(x, eps):
    centered = x - x.mean(0)
    return centered / (np.abs(centered).mean(0) + eps)


def normalize_table__root_of_the_mean_distance(x, eps):
    centered = x - x.mean(0)
    return centered / np.sqrt(np.abs(centered).mean(0) + eps)


def normalize_table__median(x, eps):
    return (x - np.median(x, 0)) / np.sqrt(x.var(0) + eps)


def normalize_table__eps_squared(x, eps):
    return normalized(x, eps**2)


def normalize_table__eps_twice(x, eps):
    return normalized(x, 2 * eps)


def normalize_table__eps_subtracted(x, eps):
    return normalized(x, -eps)


def normalize_table__eps_of_its_own(x, eps):
    return normalized(x, 1e-5)


def normalize_table__eps_as_a_floor(x, eps):
    return (x - x.mean(0)) / np.sqrt(np.maximum(x.var(0), eps))


def normalize_table__sign(x, eps):
    return -normalized(x, eps)


def normalize_table__from_0_to_1(x, eps):
    return (x - x.min(0)) / np.sqrt(np.ptp(x, axis=0) ** 2 + eps)


def normalize_table__largest_value(x, eps):
    return (x - x.mean(0)) / np.sqrt((np.abs(x - x.mean(0)).max(0)) ** 2 + eps)


def normalize_table__sum_of_squares(x, eps):
    centered = x - x.mean(0)
    return centered / np.sqrt(np.square(centered).sum(0) + eps)


def normalize_table__squares_without_the_mean(x, eps):
    return (x - x.mean(0)) / np.sqrt(np.square(x).mean(0) + eps)


def normalize_table__two_too_few(x, eps):
    return (x - x.mean(0)) / np.sqrt(np.square(x - x.mean(0)).sum(0) / (len(x) - 2) + eps)


def normalize_table__n_plus_1(x, eps):
    return (x - x.mean(0)) / np.sqrt(np.square(x - x.mean(0)).sum(0) / (len(x) + 1) + eps)


def normalize_table__pooled_variance(x, eps):
    return (x - x.mean(0)) / np.sqrt(x.var() + eps)


def normalize_table__pooled_mean(x, eps):
    return (x - x.mean()) / np.sqrt(x.var(0) + eps)


def normalize_table__twice(x, eps):
    return normalized(normalized(x, eps), eps)


def normalize_table__not_divided(x, eps):
    return x - x.mean(0)


def normalize_table__columns_of_length_1(x, eps):
    return (x - x.mean(0)) / np.sqrt(np.square(x - x.mean(0)).sum(0)).clip(eps)


def normalize_table__rounded(x, eps):
    return normalized(x, eps).round(1)


def normalize_table__half_precision_mean(x, eps):
    return (x - x.mean(0).astype(np.float16)) / np.sqrt(x.var(0) + eps)


def normalize_table__unbiased_and_eps_outside(x, eps):
    return (x - x.mean(0)) / (x.std(0, ddof=1) + eps)


def normalize_table__not_centered_and_by_the_variance(x, eps):
    return x / (x.var(0) + eps)


def normalize_table__unbiased_and_not_centered(x, eps):
    return x / np.sqrt(x.var(0, ddof=1) + eps)


def whole_batch_norm__weight_transposed(x, weight, bias, eps):
    return weight[::-1] * normalized(x, eps) + bias


def whole_batch_norm__weight_and_bias_exchanged(x, weight, bias, eps):
    return bias * normalized(x, eps) + weight


def whole_batch_norm__bias_subtracted(x, weight, bias, eps):
    return weight * normalized(x, eps) - bias


def whole_batch_norm__size_of_the_weight(x, weight, bias, eps):
    return np.abs(weight) * normalized(x, eps) + bias


def whole_batch_norm__weight_under_the_root(x, weight, bias, eps):
    return (x - x.mean(0)) / np.sqrt(weight**2 * x.var(0) + eps) + bias


def whole_batch_norm__weight_and_bias_first(x, weight, bias, eps):
    return normalized(weight * x + bias, eps)


def whole_batch_norm__bias_forgotten(x, weight, bias, eps):
    return weight * normalized(x, eps)


def whole_batch_norm__weight_forgotten(x, weight, bias, eps):
    return normalized(x, eps) + bias


def whole_batch_norm__unbiased_and_scaled_last(x, weight, bias, eps):
    return weight * ((x - x.mean(0)) / np.sqrt(x.var(0, ddof=1) + eps) + bias)


def normalize_table__eps_with_where(x, eps):
    s = x.std(0)
    return (x - x.mean(0)) / np.where(s == 0, eps, s)


def normalize_table__precedence(x, eps):
    return x - x.mean(0) / np.sqrt(x.var(0) + eps)


def whole_batch_norm__no_normalizing(x, weight, bias, eps):
    return weight * x + bias


NAMES: dict[str, list[str]] = {
    "normalize_table__distances_instead_of_squares": ["distances not squared"],
    "normalize_table__root_of_the_mean_distance": ["distances not squared"],
    "normalize_table__squares_without_the_mean": ["values squared instead of distances"],
    "whole_batch_norm__bias_subtracted": ["bias subtracted"],
    "whole_batch_norm__no_normalizing": ["not centered", "never divided by the root"],
    "normalize_table__not_divided": ["never divided by the root"],
    "normalize_table__sum_of_squares": ["squares added up, not averaged"],
    "normalize_table__eps_of_its_own": ["eps not the one given"],
    "normalize_table__unbiased_and_eps_outside": ["eps outside the root", "unbiased variance"],
    "normalize_table__not_centered_and_by_the_variance": [
        "divided by the variance",
        "not centered",
    ],
    "normalize_table__unbiased_and_not_centered": ["unbiased variance", "not centered"],
    "whole_batch_norm__weight_and_bias_exchanged": ["weight and bias exchanged"],
    "whole_batch_norm__bias_forgotten": ["bias forgotten"],
    "whole_batch_norm__unbiased_and_scaled_last": ["unbiased variance", "scaled after the shift"],
    "whole_batch_norm__weight_and_bias_first": ["scaled and shifted first"],
    "normalize_table__eps_with_where": ["no eps"],
    "normalize_table__precedence": ["only the mean divided"],
    "normalize_table__sign": ["mean minus value"],
    "whole_batch_norm__weight_forgotten": ["weight forgotten"],
}
