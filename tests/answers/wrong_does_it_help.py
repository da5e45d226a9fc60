"""Wrong answers, each named exercise__what_is_wrong, and the names that a check gives them."""

import numpy as np
import torch

from answers.wrong_ways import x_hat_of
from bnlib import functional as F
from bnlib.classroom import exercises


def _spreads(x, weights, step, measure=lambda h: h.std()):
    out = []
    for w in weights:
        x = step(x, w)
        out.append(measure(x))
    return np.array(out)


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
    return exercises.spreads.reference(x, weights, eps) ** 2


def spreads__relu_without_batch_norm(x, weights, eps):
    found = []
    for w in weights:
        x = np.maximum(x @ w, 0)
        found.append(x.std())
    return np.array(found)


def training_step__size_of_x_for_w(x, w, gamma, grad_y, lr, eps):
    """Right only where D == C: the loop over channels counts the columns of x."""
    g = F.batch_norm_backward(grad_y, x @ w, gamma, eps=eps)
    new_w, new_gamma = w.copy(), gamma.copy()
    for c in range(x.shape[1]):
        new_w[:, c] = w[:, c] - lr * x.T @ g.input[:, c]
        new_gamma[c] = gamma[c] - lr * g.weight[c]
    return new_w, new_gamma


def spreads__ones(x, weights, eps):
    """Batch norm makes the spread 1."""
    return np.ones(len(weights))


def spreads__relu_first_and_no_eps(x, weights, eps):
    return _spreads(x, weights, lambda x, w: x_hat_of(np.maximum(x @ w, 0), 0))


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


def spreads__torch_std(x, weights, eps):
    return _spreads(
        x,
        weights,
        lambda x, w: np.maximum(x_hat_of(x @ w, eps), 0),
        lambda h: torch.tensor(h).std(),
    )


def spreads__measured_before_relu(x, weights, eps):
    out = []
    for w in weights:
        z = x_hat_of(x @ w, eps)
        out.append(z.std())
        x = np.maximum(z, 0)
    return out


NAMES: dict[str, list[str]] = {
    "spreads__of_the_normalized": ["spread before ReLU"],
    "spreads__variances": ["variance instead of standard deviation"],
    "training_step__in_place_gamma_first": ["parameter changed before its gradient was used"],
    "training_step__up_by_the_whole_gradient": [
        "stepped up the gradient",
        "learning rate forgotten",
    ],
    "training_step__statistics_detached": ["mean and variance treated as constants"],
    "spreads__relu_without_batch_norm": ["batch norm left out"],
    "spreads__torch_std": ["unbiased standard deviation"],
    "spreads__measured_before_relu": ["spread before ReLU"],
    "training_step__only_w": ["parameter left as it was"],
    "spreads__relu_first_and_no_eps": ["no eps", "batch norm after ReLU"],
    "training_step__sums_not_means": ["sums instead of means in the gradient of x"],
    "training_step__gamma_gets_bias_gradient": ["gradient of the weight without x_hat"],
}
