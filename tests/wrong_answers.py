"""Wrong answers, each named exercise__what_is_wrong, and the names that a check gives them."""

import numpy as np
import torch

from bnlib import functional as F
from bnlib.classroom import exercises


def normalized(x, eps, axis=0):
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + eps)


# Lesson 1


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


# Lesson 2


def output_in_mode__modes_exchanged(x, running_mean, running_var, training, eps):
    return exercises.output_in_mode.solved(x, running_mean, running_var, not training, eps)


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
    return exercises.next_running_mean.solved(x, running_mean, not training)


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


# Lesson 3


def updated_statistics__momentum_squared(running_mean, running_var, x, momentum):
    return exercises.updated_statistics.solved(running_mean, running_var, x, momentum**2)


def updated_statistics__old_by_one_over_momentum(running_mean, running_var, x, momentum):
    return running_mean + momentum * x.mean(0), running_var + momentum * x.var(0, ddof=1)


def updated_statistics__exchanged(running_mean, running_var, x, momentum):
    return exercises.updated_statistics.solved(running_mean, running_var, x, momentum)[::-1]


def updated_statistics__two_too_few(running_mean, running_var, x, momentum):
    return (
        (1 - momentum) * running_mean + momentum * x.mean(0),
        (1 - momentum) * running_var + momentum * x.var(0) * len(x) / max(len(x) - 2, 0.5),
    )


def updated_statistics__around_the_running_mean(running_mean, running_var, x, momentum):
    new_var = np.square(x - running_mean).sum(0) / (len(x) - 1)
    mean, _ = exercises.updated_statistics.solved(running_mean, running_var, x, momentum)
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


def moved(batches, shares, ddof=1, mean=0.0, var=1.0):
    for share, x in zip(shares, batches, strict=False):
        mean = (1 - share) * mean + share * x.mean(0)
        var = (1 - share) * var + share * x.var(0, ddof=ddof)
    return mean, var


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


# Lesson 4


def parameter_gradients__weight_with_centered_x(grad_output, x, eps):
    return (grad_output * (x - x.mean(0))).sum(0), grad_output.sum(0)


def parameter_gradients__bias_averaged(grad_output, x, eps):
    return (grad_output * normalized(x, eps)).sum(0), grad_output.mean(0)


def parameter_gradients__exchanged(grad_output, x, eps):
    return grad_output.sum(0), (grad_output * normalized(x, eps)).sum(0)


def parameter_gradients__summed_over_features(grad_output, x, eps):
    whole = (grad_output * normalized(x, eps)).sum()
    return np.full(x.shape[1], whole), np.full(x.shape[1], grad_output.sum())


def parameter_gradients__ones_for_the_bias(grad_output, x, eps):
    return (grad_output * normalized(x, eps)).sum(0), np.full(x.shape[1], float(len(x)))


def parameter_gradients__with_x_and_averaged(grad_output, x, eps):
    return (grad_output * x).mean(0), grad_output.mean(0)


def parts(grad_output, x, weight, eps):
    return weight * grad_output, normalized(x, eps), np.sqrt(x.var(0) + eps)


def input_gradient__root_forgotten(grad_output, x, weight, eps):
    h, x_hat, _ = parts(grad_output, x, weight, eps)
    return h - h.mean(0) - x_hat * (h * x_hat).mean(0)


def input_gradient__variance_instead_of_the_root(grad_output, x, weight, eps):
    h, x_hat, root = parts(grad_output, x, weight, eps)
    return (h - h.mean(0) - x_hat * (h * x_hat).mean(0)) / root**2


def input_gradient__two_over_n(grad_output, x, weight, eps):
    h, x_hat, root = parts(grad_output, x, weight, eps)
    return (h - h.mean(0) - 2 * x_hat * (h * x_hat).mean(0)) / root


def input_gradient__half_a_path(grad_output, x, weight, eps):
    h, x_hat, root = parts(grad_output, x, weight, eps)
    return (h - h.mean(0) - x_hat * (h * x_hat).mean(0) / 2) / root


def input_gradient__path_added(grad_output, x, weight, eps):
    h, x_hat, root = parts(grad_output, x, weight, eps)
    return (h - h.mean(0) + x_hat * (h * x_hat).mean(0)) / root


def input_gradient__sums_for_means(grad_output, x, weight, eps):
    h, x_hat, root = parts(grad_output, x, weight, eps)
    return (h - h.sum(0) - x_hat * (h * x_hat).sum(0)) / root


def input_gradient__x_for_x_hat(grad_output, x, weight, eps):
    h, _, root = parts(grad_output, x, weight, eps)
    return (h - h.mean(0) - x * (h * x).mean(0)) / root


def input_gradient__weight_twice(grad_output, x, weight, eps):
    return exercises.input_gradient.solved(grad_output, x, weight**2, eps)


def input_gradient__divided_by_the_weight(grad_output, x, weight, eps):
    return exercises.input_gradient.solved(grad_output, x, 1 / weight, eps)


def input_gradient__sign(grad_output, x, weight, eps):
    return -exercises.input_gradient.solved(grad_output, x, weight, eps)


def input_gradient__of_a_plain_sum(grad_output, x, weight, eps):
    return exercises.input_gradient.solved(np.ones_like(x), x, weight, eps)


def input_gradient__no_weight_and_no_path_through_the_mean(grad_output, x, weight, eps):
    _, x_hat, root = parts(grad_output, x, weight, eps)
    return (grad_output - x_hat * (grad_output * x_hat).mean(0)) / root


def input_gradient__no_weight_and_constants(grad_output, x, weight, eps):
    return grad_output / np.sqrt(x.var(0) + eps)


def input_gradient_in_test__variance_of_the_batch(
    grad_output, x, weight, running_mean, running_var, eps
):
    return weight * grad_output / np.sqrt(x.var(0) + eps)


def input_gradient_in_test__with_the_path_through_the_mean(
    grad_output, x, weight, running_mean, running_var, eps
):
    h = weight * grad_output
    return (h - h.mean(0)) / np.sqrt(running_var + eps)


def input_gradient_in_test__output_instead(grad_output, x, weight, running_mean, running_var, eps):
    return weight * (x - running_mean) / np.sqrt(running_var + eps)


def input_gradient_in_test__no_weight_and_no_eps(
    grad_output, x, weight, running_mean, running_var, eps
):
    return grad_output / np.sqrt(running_var)


# Lesson 5


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


# Lesson 6


def training_step__in_place_gamma_first(x, w, gamma, grad_y, lr, eps):
    grads = F.batch_norm_backward(grad_y, x @ w, gamma, eps=eps)
    gamma = gamma - lr * grads.weight
    again = F.batch_norm_backward(grad_y, x @ w, gamma, eps=eps)
    return w - lr * x.T @ again.input, gamma


def training_step__only_w(x, w, gamma, grad_y, lr, eps):
    return w - lr * x.T @ F.batch_norm_backward(grad_y, x @ w, gamma, eps=eps).input, gamma


def training_step__up_by_the_whole_gradient(x, w, gamma, grad_y, lr, eps):
    grads = F.batch_norm_backward(grad_y, x @ w, gamma, eps=eps)
    return w + x.T @ grads.input, gamma + grads.weight


def training_step__statistics_detached(x, w, gamma, grad_y, lr, eps):
    z = x @ w
    z_hat, root = (z - z.mean(0)) / np.sqrt(z.var(0) + eps), np.sqrt(z.var(0) + eps)
    return w - lr * x.T @ (gamma * grad_y / root), gamma - lr * (grad_y * z_hat).sum(0)


def spreads__of_the_normalized(x, weights, eps):
    found = []
    for w in weights:
        y = F.batch_norm(x @ w, None, None, training=True, eps=eps)
        found.append(y.std())
        x = np.maximum(y, 0)
    return np.array(found)


def spreads__variances(x, weights, eps):
    return exercises.spreads.solved(x, weights, eps) ** 2


def spreads__relu_without_batch_norm(x, weights, eps):
    found = []
    for w in weights:
        x = np.maximum(x @ w, 0)
        found.append(x.std())
    return np.array(found)


# Lesson 7


def frozen_layer__momentum_zero(x, running_mean, running_var, frozen, eps):
    y, moved = exercises.frozen_layer.solved(x, running_mean, running_var, False, eps)
    return y, running_mean if frozen else moved


def frozen_layer__always_in_test_mode(x, running_mean, running_var, frozen, eps):
    return exercises.frozen_layer.solved(x, running_mean, running_var, True, eps)


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


def keras_to_torch__as_they_are(momentum, epsilon):
    return momentum, epsilon


def keras_to_torch__defaults(momentum, epsilon):
    return momentum, 1e-5


def keras_to_torch__exchanged(momentum, epsilon):
    return epsilon, 1 - momentum


def update_like__as_in_torch(running_mean, running_var, x, momentum, weighs, variance):
    return exercises.updated_statistics.solved(running_mean, running_var, x, momentum)


def update_like__unbiased_for_all(running_mean, running_var, x, momentum, weighs, variance):
    share = momentum if weighs == "new" else 1 - momentum
    return exercises.updated_statistics.solved(running_mean, running_var, x, share)


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


# Found by someone who attacked the checks


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


def updated_statistics__n_from_columns(running_mean, running_var, x, momentum):
    n = x.shape[1] + 1
    return F.running_update(running_mean, x.mean(0), momentum), F.running_update(
        running_var, x.var(0) * n / (n - 1), momentum
    )


def input_gradient_in_test__running_var_in_place(
    grad_output, x, weight, running_mean, running_var, eps
):
    running_var += eps
    return grad_output * weight / np.sqrt(running_var)


def training_step__size_of_x_for_w(x, w, gamma, grad_y, lr, eps):
    """Right only where D == C: the loop over channels counts the columns of x."""
    g = F.batch_norm_backward(grad_y, x @ w, gamma, eps=eps)
    new_w, new_gamma = w.copy(), gamma.copy()
    for c in range(x.shape[1]):
        new_w[:, c] = w[:, c] - lr * x.T @ g.input[:, c]
        new_gamma[c] = gamma[c] - lr * g.weight[c]
    return new_w, new_gamma


def _hat(x, eps, ddof=0):
    return (x - x.mean(0)) / np.sqrt(x.var(0, ddof=ddof) + eps)


def frozen_layer__eps_into_running_var(x, running_mean, running_var, frozen, eps):
    """A frozen layer whose running variance grows by eps with each call."""
    if frozen:
        running_var += eps
        return (x - running_mean) / np.sqrt(running_var), running_mean
    return _hat(x, eps), 0.9 * running_mean + 0.1 * x.mean(0)


def _frozen(x, m, v, eps):
    return (x - m) / np.sqrt(v + eps)


def frozen_layer__moves_statistics_after_copy(x, running_mean, running_var, frozen, eps):
    """A frozen layer whose running mean moves in place, though the right one is returned."""
    if frozen:
        result = _frozen(x, running_mean, running_var, eps), running_mean.copy()
        running_mean += 0.1 * (x.mean(0) - running_mean)
        return result
    return _hat(x, eps), 0.9 * running_mean + 0.1 * x.mean(0)


def _fold(w, b, g, be, m, v, eps, s=None):
    s = g / np.sqrt(v + eps) if s is None else s
    return w * s[:, None], (b - m) * s + be


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


def keras_to_torch__two_digits(momentum, epsilon):
    """0.999 becomes 0."""
    return round(1 - momentum, 2), epsilon


def frozen_layer__updated_in_place_then_used(x, running_mean, running_var, frozen, eps):
    """Frozen, it writes the batch's variance over running_var after using it."""
    if frozen:
        y = _frozen(x, running_mean, running_var, eps)
        running_var[:] = x.var(0)
        return y, running_mean
    return _hat(x, eps), 0.9 * running_mean + 0.1 * x.mean(0)


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


def next_running_mean__never(x, running_mean, training):
    return running_mean


def frozen_layer__never_updates(x, running_mean, running_var, frozen, eps):
    y = _frozen(x, running_mean, running_var, eps) if frozen else _hat(x, eps)
    return y, running_mean


_state_of_after_batches = {}


def after_batches__keeps_state_default(batches, momentum):
    c = batches[0].shape[1]
    m, v = _state_of_after_batches.get(c, (np.zeros(c), np.ones(c)))
    for k, b in enumerate(batches, 1):
        a = 1 / k if momentum is None else momentum
        m, v = (1 - a) * m + a * b.mean(0), (1 - a) * v + a * b.var(0, ddof=1)
    _state_of_after_batches[c] = m, v
    return m, v


_state_of_next_running_mean = {}


def next_running_mean__global_state(x, running_mean, training):
    c = x.shape[1]
    m = _state_of_next_running_mean.get(c, running_mean)
    if training:
        m = 0.9 * m + 0.1 * x.mean(0)
    _state_of_next_running_mean[c] = m
    return m


_kept_layers = {}


def after_batches__layer_never_reset(batches, momentum):
    layer = _kept_layers.setdefault(
        batches[0].shape[1], torch.nn.BatchNorm1d(batches[0].shape[1], dtype=torch.float64)
    )
    layer.momentum = momentum
    for b in batches:
        layer(torch.tensor(b))
    return layer.running_mean.clone(), layer.running_var.clone()


_own = {}


def updated_statistics__global_state(running_mean, running_var, x, momentum):
    c = x.shape[1]
    m, v = _own.get(c, (running_mean, running_var))
    _own[c] = (
        F.running_update(m, x.mean(0), momentum),
        F.running_update(v, x.var(0, ddof=1), momentum),
    )
    return _own[c]


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


def keras_to_torch__rounded(momentum, epsilon):
    return round(1 - momentum, 3), round(epsilon, 4)


def normalize_images__three_channels(x, eps):
    y = np.zeros_like(x)
    for c in range(min(3, x.shape[1])):
        y[:, c] = (x[:, c] - x[:, c].mean()) / np.sqrt(x[:, c].var() + eps)
    return y


def folded__layout_guessed_from_the_shape(w, b, running_mean, running_var, eps):
    scale = 1 / np.sqrt(running_var + eps)
    w = (w.T * scale).T if w.shape[0] == len(b) else w * scale
    return w, (b - running_mean) * scale


def recalibrate__no_square(counts, means, variances):
    n = counts.sum()
    m = counts @ means / n
    return m, (counts @ (variances + (means - m))) / (n - 1)


def variance_from_inverse_std__no_square(inverse_std, eps):
    return 1 / inverse_std - eps


def variance_from_inverse_std__typed_eps(inverse_std, eps):
    return 1 / inverse_std**2 - 1e-5


def spreads__ones(x, weights, eps):
    """Batch norm makes the spread 1."""
    return np.ones(len(weights))


def _spreads(x, weights, step, measure=lambda h: h.std()):
    out = []
    for w in weights:
        x = step(x, w)
        out.append(measure(x))
    return np.array(out)


def spreads__relu_first_and_no_eps(x, weights, eps):
    return _spreads(x, weights, lambda x, w: _hat(np.maximum(x @ w, 0), 0))


def _norm(x, axes, eps, ddof=0):
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True, ddof=ddof) + eps)


def normalize_images__per_sample_eps_typed(x, eps):
    return _norm(x, (1, 2, 3), 1e-5)


def input_gradient__weight_twice_no_root(grad_output, x, weight, eps):
    h = _hat(x, eps)
    return weight**2 * (grad_output - grad_output.mean(0) - h * (grad_output * h).mean(0))


def _like(m, v, x, a, ddof):
    return (1 - a) * m + a * x.mean(0), (1 - a) * v + a * x.var(0, ddof=ddof)


def update_like__weighs_swapped(running_mean, running_var, x, momentum, weighs, variance):
    return _like(
        running_mean,
        running_var,
        x,
        momentum if weighs == "old" else 1 - momentum,
        variance == "unbiased",
    )


def frozen_layer__keeps_updating(x, running_mean, running_var, frozen, eps):
    new = 0.9 * running_mean + 0.1 * x.mean(0)
    return (_frozen(x, running_mean, running_var, eps) if frozen else _hat(x, eps)), new


def frozen_layer__batch_statistics_though_frozen(x, running_mean, running_var, frozen, eps):
    return _hat(x, eps), (running_mean if frozen else 0.9 * running_mean + 0.1 * x.mean(0))


def frozen_layer__eps_outside_when_frozen(x, running_mean, running_var, frozen, eps):
    if frozen:
        return (x - running_mean) / (np.sqrt(running_var) + eps), running_mean
    return _hat(x, eps), 0.9 * running_mean + 0.1 * x.mean(0)


def frozen_layer__no_eps_when_frozen(x, running_mean, running_var, frozen, eps):
    if frozen:
        return (x - running_mean) / np.sqrt(running_var), running_mean
    return _hat(x, eps), 0.9 * running_mean + 0.1 * x.mean(0)


def frozen_layer__new_statistics_used(x, running_mean, running_var, frozen, eps):
    if not frozen:
        running_mean = 0.9 * running_mean + 0.1 * x.mean(0)
        running_var = 0.9 * running_var + 0.1 * x.var(0, ddof=1)
    return _frozen(x, running_mean, running_var, eps), running_mean


def normalize_table__eps_with_where(x, eps):
    s = x.std(0)
    return (x - x.mean(0)) / np.where(s == 0, eps, s)


def normalize_table__precedence(x, eps):
    return x - x.mean(0) / np.sqrt(x.var(0) + eps)


def whole_batch_norm__no_normalizing(x, weight, bias, eps):
    return weight * x + bias


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


def _run(batches, rule, ddof=1, m=0.0, v=1.0):
    m = np.full(batches[0].shape[1], m)
    v = np.full(batches[0].shape[1], v)
    for k, b in enumerate(batches, 1):
        a = rule(k)
        m = (1 - a) * m + a * b.mean(0)
        v = (1 - a) * v + a * b.var(0, ddof=ddof)
    return m, v


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


def parameter_gradients__both_sums(grad_output, x, eps):
    return grad_output.sum(0), grad_output.sum(0)


def _step(x, w, gamma, g, lr, eps, sign=-1, ddof=0, back=None, g_gamma=None):
    z = x @ w
    s = np.sqrt(z.var(0, ddof=ddof) + eps)
    h = (z - z.mean(0)) / s
    gg = (g * h).sum(0)
    gz = (
        (back or (lambda: gamma / s * (g - g.mean(0) - h * gg / len(x))))()
        if back is None
        else back(z, s, h, gg)
    )
    return w + sign * lr * x.T @ gz, gamma + sign * lr * (gg if g_gamma is None else g_gamma(z, h))


def training_step__sums_not_means(x, w, gamma, grad_y, lr, eps):
    return _step(
        x,
        w,
        gamma,
        grad_y,
        lr,
        eps,
        back=lambda z, s, h, gg: gamma / s * (grad_y - grad_y.sum(0) - h * gg),
    )


def training_step__gamma_gets_bias_gradient(x, w, gamma, grad_y, lr, eps):
    return _step(x, w, gamma, grad_y, lr, eps, g_gamma=lambda z, h: grad_y.sum(0))


def _gx(g, x, w, eps, mean=1, var=1, ddof=0):
    s = np.sqrt(x.var(0, ddof=ddof) + eps)
    h = (x - x.mean(0)) / s
    return w / s * (g - mean * g.mean(0) - var * h * (g * h).mean(0))


def input_gradient__sums_in_variance_path(grad_output, x, weight, eps):
    return _gx(grad_output, x, weight, eps, 1, len(x))


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


def folded__b_minus_mean_only(w, b, running_mean, running_var, eps):
    s = np.sqrt(running_var + eps)
    return w / s, b - running_mean


def recalibrate__between_unweighted(counts, means, variances):
    n = counts.sum()
    m = counts @ means / n
    return m, (counts @ variances + ((means - m) ** 2).sum(0)) / (n - 1)


def _recal(counts, means, variances, between=1, ddof=1):
    n = counts.sum()
    m = counts @ means / n
    return m, (counts @ variances + between * counts @ (means - m) ** 2) / (n - ddof)


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


def variance_from_inverse_std__eps_inside_square(inverse_std, eps):
    return (1 / inverse_std - eps) ** 2


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


def _merge(n1, a, s, n2, b, t, between=1.0):
    n = n1 + n2
    m = (n1 * a + n2 * b) / n
    return m, s + t + between * (n1 * (a - m) ** 2 + n2 * (b - m) ** 2)


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


def spreads__torch_std(x, weights, eps):
    return _spreads(
        x, weights, lambda x, w: np.maximum(_hat(x @ w, eps), 0), lambda h: torch.tensor(h).std()
    )


def spreads__measured_before_relu(x, weights, eps):
    out = []
    for w in weights:
        z = _hat(x @ w, eps)
        out.append(z.std())
        x = np.maximum(z, 0)
    return out


def normalize_text__reshape_for_transpose(x, eps):
    n, length, c = x.shape
    return _norm(x.reshape(n, c, length), (0, 2), eps).reshape(x.shape)


ANSWERS = {name: answer for name, answer in globals().items() if "__" in name.strip("_")}
NAMES = {
    "normalize_table__sum_of_squares": ["squares added up, not averaged"],
    "normalize_text__reshaped_instead_of_moved": ["axes exchanged by reshape"],
    "normalize_text__reshape_for_transpose": ["axes exchanged by reshape"],
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
    "updated_statistics__old_by_one_over_momentum": ["added to the old value"],
    "after_batches__starts_at_the_first_batch": [
        "started from the first batch",
        "momentum=0 taken for None",
    ],
    "whole_batch_norm__weight_and_bias_first": ["scaled and shifted first"],
    "parameter_gradients__weight_with_centered_x": ["gradient of the weight with x"],
    "spreads__of_the_normalized": ["spread before ReLU"],
    "spreads__variances": ["variance instead of standard deviation"],
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
    "parameter_gradients__bias_averaged": ["averaged instead of summed"],
    "parameter_gradients__ones_for_the_bias": ["samples counted instead of summed"],
    "parameter_gradients__with_x_and_averaged": [
        "gradient of the weight with x",
        "averaged instead of summed",
    ],
    "input_gradient__root_forgotten": ["root forgotten in the gradient of x"],
    "input_gradient__variance_instead_of_the_root": ["divided by the variance"],
    "input_gradient__path_added": ["path added instead of subtracted"],
    "input_gradient__sums_for_means": ["sums instead of means in the gradient of x"],
    "input_gradient__no_weight_and_no_path_through_the_mean": [
        "mean treated as a constant",
        "weight forgotten in the gradient of x",
    ],
    "input_gradient__no_weight_and_constants": [
        "mean and variance treated as constants",
        "weight forgotten in the gradient of x",
    ],
    "input_gradient_in_test__variance_of_the_batch": ["batch statistics in test mode"],
    "input_gradient_in_test__no_weight_and_no_eps": [
        "no eps",
        "weight forgotten in the gradient of x",
    ],
    "normalize_images__layer_without_samples": ["normalized per sample and position"],
    "normalize_images__per_image_and_eps_outside": [
        "eps outside the root",
        "normalized per sample and channel",
    ],
    "normalize_text__unbiased_over_all": ["unbiased variance", "one mean for the whole array"],
    "training_step__in_place_gamma_first": ["parameter changed before its gradient was used"],
    "training_step__up_by_the_whole_gradient": [
        "stepped up the gradient",
        "learning rate forgotten",
    ],
    "training_step__statistics_detached": ["mean and variance treated as constants"],
    "spreads__relu_without_batch_norm": ["batch norm left out"],
    "frozen_layer__momentum_zero": ["batch statistics in test mode"],
    "frozen_layer__always_in_test_mode": ["running statistics in training mode"],
    "fold__mean_and_bias_unscaled": ["b not scaled when folding"],
    "recalibrate__update_bn": ["batches counted instead of samples"],
    "recalibrate__averages_of_all": ["batches counted instead of samples"],
    "recalibrate__pooled_variance": ["distance between batches forgotten"],
    "keras_to_torch__as_they_are": ["the other momentum convention"],
    "keras_to_torch__defaults": ["the other momentum convention", "eps left behind"],
    "update_like__as_in_torch": [
        "torch's momentum for every library",
        "torch's variance for every library",
    ],
    "update_like__unbiased_for_all": ["torch's variance for every library"],
    "merge_two_workers__variances_added": ["distance of the means forgotten"],
    "merge_two_workers__means_averaged": ["average of means unweighted"],
    "merge_two_workers__both_averaged": [
        "distance of the means forgotten",
        "average of means unweighted",
    ],
    "variance_from_inverse_std__eps_kept": ["eps left in the variance"],
    "normalize_table__eps_with_where": ["no eps"],
    "normalize_table__precedence": ["only the mean divided"],
    "next_running_mean__never": ["running statistics never updated"],
    "folded__b_minus_mean_only": ["b not scaled when folding"],
    "updated_statistics__momentum_typed": ["momentum not the one given"],
    "updated_statistics__sum_of_both": ["added to the old value"],
    "after_batches__returns_in_loop": ["returned after the first batch"],
    "after_batches__none_divides_by_total": ["momentum=None read as equal shares"],
    "smallest_momentum__forgot_one_minus": ["share kept taken for momentum"],
    "smallest_momentum__precedence": ["division in place of a root"],
    "spreads__torch_std": ["unbiased standard deviation"],
    "spreads__measured_before_relu": ["spread before ReLU"],
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
    "update_like__weighs_swapped": ["momentum conventions exchanged"],
    "update_like__variance_swapped": ["variances exchanged"],
    "update_like__two_swapped_both": ["momentum conventions exchanged", "variances exchanged"],
    "merge_two_workers__variance_returned": ["M2 divided by n"],
    "merge_two_workers__chan_missing_n": ["product of the counts not divided"],
    "merge_two_workers__m2_as_variances": ["M2 taken for a variance"],
    "variance_from_inverse_std__no_square": ["eps subtracted before squaring"],
    "variance_from_inverse_std__eps_inside_square": ["eps subtracted before squaring"],
    "variance_from_inverse_std__typed_eps": ["eps not the one given"],
    "merge_two_workers__no_square_signed": ["distance of the means forgotten"],
    "normalize_table__sign": ["mean minus value"],
    "whole_batch_norm__weight_forgotten": ["weight forgotten"],
    "input_gradient__x_for_x_hat": ["x_hat not normalized in the gradient of x"],
    "input_gradient_in_test__with_the_path_through_the_mean": ["three paths in test mode"],
    "merge_two_workers__crossed_weights": ["counts exchanged"],
    "training_step__only_w": ["parameter left as it was"],
    "fold__nothing_but_the_weight": ["bias left as it was"],
    "variance_from_inverse_std__eps_added": ["eps added instead of subtracted"],
    "spreads__relu_first_and_no_eps": ["no eps", "batch norm after ReLU"],
    "frozen_layer__never_updates": ["running statistics never updated"],
    "frozen_layer__no_eps_when_frozen": ["no eps"],
    "fold__bias_minus_mean_unscaled": ["b not scaled when folding"],
    "after_batches__tenth_typed": ["momentum not the one given"],
    "input_gradient__sums_in_variance_path": ["sums instead of means in the gradient of x"],
    "parameter_gradients__both_sums": ["gradient of the weight without x_hat"],
    "training_step__sums_not_means": ["sums instead of means in the gradient of x"],
    "training_step__gamma_gets_bias_gradient": ["gradient of the weight without x_hat"],
    "normalize_images__per_sample_eps_typed": ["eps not the one given", "normalized per sample"],
}
