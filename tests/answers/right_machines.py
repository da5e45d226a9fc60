"""Right answers in the styles that learners write, each named exercise__style."""

import numpy as np
import torch

from answers.right_ways import tensors
from bnlib.synchronized import Statistics, merge


def merge_two_workers__pairwise(n1, mean1, m2_1, n2, mean2, m2_2):
    delta = mean2 - mean1
    n = n1 + n2
    return mean1 + delta * n2 / n, m2_1 + m2_2 + delta**2 * n1 * n2 / n


def merge_two_workers__sums_of_squares(n1, mean1, m2_1, n2, mean2, m2_2):
    total, squares = n1 * mean1 + n2 * mean2, m2_1 + n1 * mean1**2 + m2_2 + n2 * mean2**2
    return total / (n1 + n2), squares - total**2 / (n1 + n2)


def merge_two_workers__average(n1, mean1, m2_1, n2, mean2, m2_2):
    weights = [n1, n2]
    mean = np.average([mean1, mean2], axis=0, weights=weights)
    between = np.average(np.square([mean1 - mean, mean2 - mean]), axis=0, weights=weights)
    return mean, m2_1 + m2_2 + sum(weights) * between


def merge_two_workers__bnlib(n1, mean1, m2_1, n2, mean2, m2_2):
    parts = [Statistics(n1, mean1, m2_1), Statistics(n2, mean2, m2_2)]
    return merge(parts)[1:]


def merge_two_workers__lists(n1, mean1, m2_1, n2, mean2, m2_2):
    means, sums = [], []
    for a, b, s, t in zip(mean1, mean2, m2_1, m2_2, strict=True):
        mean = (n1 * a + n2 * b) / (n1 + n2)
        means.append(mean)
        sums.append(s + t + n1 * (a - mean) ** 2 + n2 * (b - mean) ** 2)
    return means, sums


def variance_from_inverse_std__power(inverse_std, eps):
    return inverse_std**-2.0 - eps


def variance_from_inverse_std__steps(inverse_std, eps):
    std = 1 / inverse_std
    return std * std - eps


def variance_from_inverse_std__numpy(inverse_std, eps):
    return np.reciprocal(np.square(inverse_std)) - eps


def variance_from_inverse_std__torch(inverse_std, eps):
    return torch.tensor(inverse_std).square().reciprocal() - eps


def variance_from_inverse_std__list(inverse_std, eps):
    return [1 / (each * each) - eps for each in inverse_std]


def variance_from_inverse_std__clamped(inverse_std, eps):
    """Rounding must not make a variance negative."""
    return np.maximum(1 / inverse_std**2 - eps, 0)


def variance_from_inverse_std__clamped_torch(inverse_std, eps):
    return (torch.tensor(inverse_std) ** -2 - eps).clamp(min=0)


def variance_from_inverse_std__asserts(inverse_std, eps):
    var = np.square(1 / inverse_std) - eps
    assert (var >= 0).all(), "a variance is never negative"
    return var


def variance_from_inverse_std__through_std(inverse_std, eps):
    """Back by way of the standard deviation of the shard."""
    std = np.sqrt(1 / inverse_std**2 - eps)
    return std**2


def merge_two_workers__scalar_loop(n1, mean1, m2_1, n2, mean2, m2_2):
    out = [], []
    for a, s, b, t in zip(
        mean1.tolist(), m2_1.tolist(), mean2.tolist(), m2_2.tolist(), strict=False
    ):
        m = (n1 * a + n2 * b) / (n1 + n2)
        out[0].append(m)
        out[1].append(s + n1 * (a - m) ** 2 + t + n2 * (b - m) ** 2)
    return out


# What torch computes, to which the solution is equal: exercise__by_torch


def merge_two_workers__by_torch(n1, mean1, m2_1, n2, mean2, m2_2):
    """By the sums of the values and of their squares."""
    n1, mean1, m2_1, n2, mean2, m2_2 = tensors(n1, mean1, m2_1, n2, mean2, m2_2)
    mean = (n1 * mean1 + n2 * mean2) / (n1 + n2)
    squares = m2_1 + n1 * mean1.square() + m2_2 + n2 * mean2.square()
    return mean, squares - (n1 + n2) * mean.square()


def variance_from_inverse_std__by_torch(inverse_std, eps):
    (inverse_std,) = tensors(inverse_std)
    return inverse_std.pow(-2) - eps
