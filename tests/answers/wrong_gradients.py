"""Wrong answers, each named exercise__what_is_wrong, and the names that a check gives them."""

import numpy as np

from answers.wrong_ways import normalized, x_hat_of
from bnlib.classroom import exercises


def parts(grad_output, x, weight, eps):
    return weight * grad_output, normalized(x, eps), np.sqrt(x.var(0) + eps)


def _gx(g, x, w, eps, mean=1, var=1, ddof=0):
    s = np.sqrt(x.var(0, ddof=ddof) + eps)
    h = (x - x.mean(0)) / s
    return w / s * (g - mean * g.mean(0) - var * h * (g * h).mean(0))


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
    return exercises.input_gradient.reference(grad_output, x, weight**2, eps)


def input_gradient__divided_by_the_weight(grad_output, x, weight, eps):
    return exercises.input_gradient.reference(grad_output, x, 1 / weight, eps)


def input_gradient__sign(grad_output, x, weight, eps):
    return -exercises.input_gradient.reference(grad_output, x, weight, eps)


def input_gradient__of_a_plain_sum(grad_output, x, weight, eps):
    return exercises.input_gradient.reference(np.ones_like(x), x, weight, eps)


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


def input_gradient_in_test__running_var_in_place(
    grad_output, x, weight, running_mean, running_var, eps
):
    running_var += eps
    return grad_output * weight / np.sqrt(running_var)


def input_gradient__weight_twice_no_root(grad_output, x, weight, eps):
    h = x_hat_of(x, eps)
    return weight**2 * (grad_output - grad_output.mean(0) - h * (grad_output * h).mean(0))


def parameter_gradients__both_sums(grad_output, x, eps):
    return grad_output.sum(0), grad_output.sum(0)


def input_gradient__sums_in_variance_path(grad_output, x, weight, eps):
    return _gx(grad_output, x, weight, eps, 1, len(x))


NAMES: dict[str, list[str]] = {
    "input_gradient__two_over_n": ["1 / 2 of the root forgotten"],
    "input_gradient__half_a_path": ["2 of the square forgotten"],
    "input_gradient__weight_twice": ["weight counted twice"],
    "input_gradient__divided_by_the_weight": ["weight not multiplied"],
    "input_gradient_in_test__output_instead": ["output in place of the gradient"],
    "parameter_gradients__weight_with_centered_x": ["gradient of the weight with x"],
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
    "input_gradient__x_for_x_hat": ["x_hat not normalized in the gradient of x"],
    "input_gradient_in_test__with_the_path_through_the_mean": ["three paths in test mode"],
    "input_gradient__sums_in_variance_path": ["sums instead of means in the gradient of x"],
    "parameter_gradients__both_sums": ["gradient of the weight without x_hat"],
}
