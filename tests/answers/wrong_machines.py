"""Wrong answers, each named exercise__what_is_wrong, and the names that a check gives them."""

import numpy as np


def _merge(n1, a, s, n2, b, t, between=1.0):
    n = n1 + n2
    m = (n1 * a + n2 * b) / n
    return m, s + t + between * (n1 * (a - m) ** 2 + n2 * (b - m) ** 2)


def merge_two_workers__variances_added(n1, mean1, m2_1, n2, mean2, m2_2):
    return (n1 * mean1 + n2 * mean2) / (n1 + n2), m2_1 + m2_2


def merge_two_workers__means_averaged(n1, mean1, m2_1, n2, mean2, m2_2):
    mean = (mean1 + mean2) / 2
    return mean, m2_1 + m2_2 + n1 * (mean1 - mean) ** 2 + n2 * (mean2 - mean) ** 2


def merge_two_workers__both_averaged(n1, mean1, m2_1, n2, mean2, m2_2):
    return (mean1 + mean2) / 2, m2_1 + m2_2


def variance_from_inverse_std__eps_kept(inverse_std, eps):
    return (1 / inverse_std) ** 2


def variance_from_inverse_std__eps_added(inverse_std, eps):
    return 1 / inverse_std**2 + eps


def merge_two_workers__no_square_signed(n1, mean1, m2_1, n2, mean2, m2_2):
    m = (n1 * mean1 + n2 * mean2) / (n1 + n2)
    return m, m2_1 + m2_2 + n1 * (mean1 - m) + n2 * (mean2 - m)


def merge_two_workers__harmonic(n1, mean1, m2_1, n2, mean2, m2_2):
    mean = (n1 * mean1 + n2 * mean2) / (n1 + n2)
    return mean, m2_1 + m2_2 + (mean1 - mean2) ** 2 / (1 / max(n1, 1e-9) + 1 / n2)


def merge_two_workers__first_may_not_be_empty(n1, mean1, m2_1, n2, mean2, m2_2):
    if n2 == 0:
        return mean1, m2_1
    ratio = np.float64(n2) / n1
    mean = (mean1 + ratio * mean2) / (1 + ratio)
    return mean, m2_1 + m2_2 + n1 * (mean1 - mean) ** 2 + n2 * (mean2 - mean) ** 2


def variance_from_inverse_std__no_square(inverse_std, eps):
    return 1 / inverse_std - eps


def variance_from_inverse_std__typed_eps(inverse_std, eps):
    return 1 / inverse_std**2 - 1e-5


def variance_from_inverse_std__eps_inside_square(inverse_std, eps):
    return (1 / inverse_std - eps) ** 2


def merge_two_workers__variance_returned(n1, mean1, m2_1, n2, mean2, m2_2):
    m, s = _merge(n1, mean1, m2_1, n2, mean2, m2_2)
    return m, s / (n1 + n2)


def merge_two_workers__m2_as_variances(n1, mean1, m2_1, n2, mean2, m2_2):
    m = (n1 * mean1 + n2 * mean2) / (n1 + n2)
    return m, n1 * (m2_1 + (mean1 - m) ** 2) + n2 * (m2_2 + (mean2 - m) ** 2)


def merge_two_workers__chan_missing_n(n1, mean1, m2_1, n2, mean2, m2_2):
    m = (n1 * mean1 + n2 * mean2) / (n1 + n2)
    return m, m2_1 + m2_2 + (mean1 - mean2) ** 2 * n1 * n2


def merge_two_workers__crossed_weights(n1, mean1, m2_1, n2, mean2, m2_2):
    m = (n2 * mean1 + n1 * mean2) / (n1 + n2)
    return m, m2_1 + m2_2 + n1 * (mean1 - m) ** 2 + n2 * (mean2 - m) ** 2


NAMES: dict[str, list[str]] = {
    "merge_two_workers__variances_added": ["distance of the means forgotten"],
    "merge_two_workers__means_averaged": ["average of means unweighted"],
    "merge_two_workers__both_averaged": [
        "distance of the means forgotten",
        "average of means unweighted",
    ],
    "variance_from_inverse_std__eps_kept": ["eps left in the variance"],
    "merge_two_workers__variance_returned": ["variance in place of M2"],
    "merge_two_workers__chan_missing_n": ["product of the counts not divided"],
    "merge_two_workers__m2_as_variances": ["M2 taken for a variance"],
    "variance_from_inverse_std__no_square": ["eps subtracted before squaring"],
    "variance_from_inverse_std__eps_inside_square": ["eps subtracted before squaring"],
    "variance_from_inverse_std__typed_eps": ["eps not the one given"],
    "merge_two_workers__no_square_signed": ["distance of the means forgotten"],
    "merge_two_workers__crossed_weights": ["counts exchanged"],
    "variance_from_inverse_std__eps_added": ["eps added instead of subtracted"],
}
