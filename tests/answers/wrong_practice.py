"""Wrong answers, each named exercise__what_is_wrong, and the names that a check gives them."""

import numpy as np

import bnlib
from answers.wrong_ways import x_hat_of
from bnlib.classroom import exercises


def _frozen(x, m, v, eps):
    return (x - m) / np.sqrt(v + eps)


def _fold(w, b, g, be, m, v, eps, s=None):
    s = g / np.sqrt(v + eps) if s is None else s
    return w * s[:, None], (b - m) * s + be


def _recal(counts, means, variances, between=1, ddof=1):
    n = counts.sum()
    m = counts @ means / n
    return m, (counts @ variances + between * counts @ (means - m) ** 2) / (n - ddof)


def staleness__in_training_mode(x, running_mean, running_var, eps):
    y = x_hat_of(x, eps)
    return y.mean(0), y.std(0)


def staleness__through_a_new_layer(x, running_mean, running_var, eps):
    """The layer was left in training mode, so that what it holds has no part in it."""
    layer = bnlib.BatchNorm1d(x.shape[1], eps, dtype=np.float64)
    layer.running_mean[:], layer.running_var[:] = running_mean, running_var
    y = layer(x)
    return y.mean(0), y.std(0)


def staleness__plain_differences(x, running_mean, running_var, eps):
    return x.mean(0) - running_mean, x.std(0)


def staleness__differences_of_both(x, running_mean, running_var, eps):
    return x.mean(0) - running_mean, x.std(0) - np.sqrt(running_var)


def staleness__measured_by_the_batch(x, running_mean, running_var, eps):
    var = x.var(0) + eps
    return (running_mean - x.mean(0)) / np.sqrt(var), np.sqrt(running_var / var)


def staleness__torch_std(x, running_mean, running_var, eps):
    """torch's std divides by n - 1 unless it is told not to."""
    y = _frozen(x, running_mean, running_var, eps)
    return y.mean(0), y.std(0, ddof=1)


def staleness__variance(x, running_mean, running_var, eps):
    y = _frozen(x, running_mean, running_var, eps)
    return y.mean(0), y.var(0)


def staleness__distance_from_zero(x, running_mean, running_var, eps):
    y = _frozen(x, running_mean, running_var, eps)
    return y.mean(0), np.sqrt(np.mean(y * y, axis=0))


def staleness__size_of_the_mean(x, running_mean, running_var, eps):
    y = _frozen(x, running_mean, running_var, eps)
    return abs(y.mean(0)), y.std(0)


def staleness__eps_added_to_the_std(x, running_mean, running_var, eps):
    y = _frozen(x, running_mean, running_var, 0) * np.sqrt(running_var)
    y = y / (np.sqrt(running_var) + eps)
    return y.mean(0), y.std(0)


def staleness__rounded(x, running_mean, running_var, eps):
    y = _frozen(x, running_mean, running_var, eps)
    return y.mean(0).round(2), y.std(0).round(2)


def frozen_layer__momentum_zero(x, running_mean, running_var, frozen, eps):
    y, moved = exercises.frozen_layer.reference(x, running_mean, running_var, False, eps)
    return y, running_mean if frozen else moved


def frozen_layer__always_in_test_mode(x, running_mean, running_var, frozen, eps):
    return exercises.frozen_layer.reference(x, running_mean, running_var, True, eps)


def fold__nothing_but_the_weight(weight, bias, gamma, beta, running_mean, running_var, eps):
    return weight * (gamma / np.sqrt(running_var + eps))[:, None], bias


def fold__mean_and_bias_unscaled(weight, bias, gamma, beta, running_mean, running_var, eps):
    a = gamma / np.sqrt(running_var + eps)
    return weight * a[:, None], bias - running_mean + beta


def recalibrate__update_bn(counts, means, variances):
    unbiased = variances * (counts / (counts - 1))[:, None]
    return means.mean(0), unbiased.mean(0)


def recalibrate__averages_of_all(counts, means, variances):
    return means.mean(0), variances.mean(0)


def recalibrate__pooled_variance(counts, means, variances):
    """The pooled variance of statistics: it takes the batches' means for one and the same."""
    mean = np.average(means, axis=0, weights=counts)
    return mean, counts @ variances / (counts.sum() - len(counts))


def frozen_layer__eps_into_running_var(x, running_mean, running_var, frozen, eps):
    """A frozen layer whose running variance grows by eps with each call."""
    if frozen:
        running_var += eps
        return (x - running_mean) / np.sqrt(running_var), running_mean
    return x_hat_of(x, eps), 0.9 * running_mean + 0.1 * x.mean(0)


def frozen_layer__moves_statistics_after_copy(x, running_mean, running_var, frozen, eps):
    """A frozen layer whose running mean moves in place, though the right one is returned."""
    if frozen:
        result = _frozen(x, running_mean, running_var, eps), running_mean.copy()
        running_mean += 0.1 * (x.mean(0) - running_mean)
        return result
    return x_hat_of(x, eps), 0.9 * running_mean + 0.1 * x.mean(0)


def fold__running_var_in_place(weight, bias, gamma, beta, running_mean, running_var, eps):
    running_var += eps
    return _fold(weight, bias, gamma, beta, running_mean, running_var, 0)


def fold__loops_over_inputs(weight, bias, gamma, beta, running_mean, running_var, eps):
    """Right only where D == C: both loops count the columns."""
    s = gamma / np.sqrt(running_var + eps)
    new = np.empty_like(weight)
    for c in range(weight.shape[1]):
        for d in range(weight.shape[1]):
            new[c, d] = s[c] * weight[c, d]
    return new, (bias - running_mean) * s + beta


def frozen_layer__updated_in_place_then_used(x, running_mean, running_var, frozen, eps):
    """Frozen, it writes the batch's variance over running_var after using it."""
    if frozen:
        y = _frozen(x, running_mean, running_var, eps)
        running_var[:] = x.var(0)
        return y, running_mean
    return x_hat_of(x, eps), 0.9 * running_mean + 0.1 * x.mean(0)


def frozen_layer__never_updates(x, running_mean, running_var, frozen, eps):
    y = _frozen(x, running_mean, running_var, eps) if frozen else x_hat_of(x, eps)
    return y, running_mean


def recalibrate__through_unbiased_variances(counts, means, variances):
    n = counts.sum()
    mean = counts @ means / n
    unbiased = variances * counts[:, None] / (counts[:, None] - 1)
    return mean, ((counts - 1) @ unbiased + counts @ (means - mean) ** 2) / (n - 1)


def recalibrate__rounded(counts, means, variances):
    n = counts.sum()
    mean = counts @ means / n
    var = counts @ (variances + (means - mean) ** 2) / (n - 1)
    return mean.round(3), var.round(3)


def recalibrate__no_square(counts, means, variances):
    n = counts.sum()
    m = counts @ means / n
    return m, (counts @ (variances + (means - m))) / (n - 1)


def frozen_layer__keeps_updating(x, running_mean, running_var, frozen, eps):
    new = 0.9 * running_mean + 0.1 * x.mean(0)
    return (_frozen(x, running_mean, running_var, eps) if frozen else x_hat_of(x, eps)), new


def frozen_layer__batch_statistics_though_frozen(x, running_mean, running_var, frozen, eps):
    return x_hat_of(x, eps), (running_mean if frozen else 0.9 * running_mean + 0.1 * x.mean(0))


def frozen_layer__eps_outside_when_frozen(x, running_mean, running_var, frozen, eps):
    if frozen:
        return (x - running_mean) / (np.sqrt(running_var) + eps), running_mean
    return x_hat_of(x, eps), 0.9 * running_mean + 0.1 * x.mean(0)


def frozen_layer__no_eps_when_frozen(x, running_mean, running_var, frozen, eps):
    if frozen:
        return (x - running_mean) / np.sqrt(running_var), running_mean
    return x_hat_of(x, eps), 0.9 * running_mean + 0.1 * x.mean(0)


def frozen_layer__new_statistics_used(x, running_mean, running_var, frozen, eps):
    if not frozen:
        running_mean = 0.9 * running_mean + 0.1 * x.mean(0)
        running_var = 0.9 * running_var + 0.1 * x.var(0, ddof=1)
    return _frozen(x, running_mean, running_var, eps), running_mean


def fold__no_beta(weight, bias, gamma, beta, running_mean, running_var, eps):
    return _fold(weight, bias, gamma, 0, running_mean, running_var, eps)


def fold__beta_scaled(weight, bias, gamma, beta, running_mean, running_var, eps):
    s = gamma / np.sqrt(running_var + eps)
    return weight * s[:, None], (bias - running_mean + beta) * s


def fold__gamma_beta_swapped(weight, bias, gamma, beta, running_mean, running_var, eps):
    return _fold(weight, bias, beta, gamma, running_mean, running_var, eps)


def fold__bias_minus_mean_unscaled(weight, bias, gamma, beta, running_mean, running_var, eps):
    s = gamma / np.sqrt(running_var + eps)
    return weight * s[:, None], bias - running_mean + beta


def recalibrate__between_unweighted(counts, means, variances):
    n = counts.sum()
    m = counts @ means / n
    return m, (counts @ variances + ((means - m) ** 2).sum(0)) / (n - 1)


def recalibrate__minus_k(counts, means, variances):
    return _recal(counts, means, variances, ddof=len(counts))


def recalibrate__takes_variances_as_unbiased(counts, means, variances):
    n = counts.sum()
    m = counts @ means / n
    return m, ((counts - 1) @ variances + counts @ (means - m) ** 2) / (n - 1)


def recalibrate__unweighted_mean(counts, means, variances):
    m = means.mean(0)
    n = counts.sum()
    return m, (counts @ (variances + (means - m) ** 2)) / (n - 1)


def recalibrate__distance_sign(counts, means, variances):
    return _recal(counts, means, variances, between=-1)


NAMES: dict[str, list[str]] = {
    "staleness__in_training_mode": ["measured in training mode"],
    "staleness__through_a_new_layer": ["measured in training mode"],
    "staleness__plain_differences": ["left in the units of the input"],
    "staleness__measured_by_the_batch": ["old and new exchanged"],
    "staleness__torch_std": ["unbiased standard deviation"],
    "staleness__variance": ["variance instead of standard deviation"],
    "staleness__distance_from_zero": ["root mean square instead of standard deviation"],
    "staleness__eps_added_to_the_std": ["eps outside the root"],
    "frozen_layer__momentum_zero": ["batch statistics in test mode"],
    "frozen_layer__always_in_test_mode": ["running statistics in training mode"],
    "fold__mean_and_bias_unscaled": ["b not scaled when folding"],
    "recalibrate__update_bn": ["batches counted instead of samples"],
    "recalibrate__averages_of_all": ["batches counted instead of samples"],
    "recalibrate__pooled_variance": ["distance between batches forgotten"],
    "frozen_layer__keeps_updating": ["running statistics updated in test mode"],
    "frozen_layer__batch_statistics_though_frozen": ["batch statistics in test mode"],
    "frozen_layer__new_statistics_used": ["normalized by the updated statistics"],
    "frozen_layer__eps_outside_when_frozen": ["eps outside the root"],
    "fold__no_beta": ["beta forgotten when folding"],
    "fold__beta_scaled": ["beta scaled when folding"],
    "fold__gamma_beta_swapped": ["gamma and beta exchanged"],
    "recalibrate__unweighted_mean": ["batches counted instead of samples"],
    "recalibrate__minus_k": ["number of batches subtracted"],
    "recalibrate__takes_variances_as_unbiased": ["variances taken for unbiased ones"],
    "recalibrate__between_unweighted": ["distances of the means unweighted"],
    "recalibrate__no_square": ["distance between batches forgotten"],
    "fold__nothing_but_the_weight": ["bias left as it was"],
    "frozen_layer__never_updates": ["running statistics never updated"],
    "frozen_layer__no_eps_when_frozen": ["no eps"],
    "fold__bias_minus_mean_unscaled": ["b not scaled when folding"],
}
