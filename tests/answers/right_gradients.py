"""Right answers in the styles that learners write, each named exercise__style."""

import math

import numpy as np
import torch
from torch.nn.functional import batch_norm

from answers.right_ways import in_pairs, jacobian, streamed, tensors


def by_autograd(grad_output, x, weight, eps):
    """Gradients of x, weight and bias by torch."""
    x = torch.tensor(x, requires_grad=True)
    weight = torch.tensor(weight, requires_grad=True)
    bias = torch.zeros_like(weight, requires_grad=True)
    y = batch_norm(x, None, None, weight, bias, True, eps=eps)
    y.backward(torch.from_numpy(grad_output))
    return x.grad, weight.grad, bias.grad


def parameter_gradients__autograd(grad_output, x, eps):
    return by_autograd(grad_output, x, np.ones(x.shape[1]), eps)[1:]


def parameter_gradients__einsum(grad_output, x, eps):
    mean, var = in_pairs(x)
    return np.einsum("nc,nc->c", grad_output, (x - mean) / np.sqrt(var + eps)), np.einsum(
        "nc->c", grad_output
    )


def parameter_gradients__after_the_sum(grad_output, x, eps):
    root = np.sqrt(x.var(0) + eps)
    bias = grad_output.sum(0)
    return ((grad_output * x).sum(0) - x.mean(0) * bias) / root, bias


def parameter_gradients__matrices(grad_output, x, eps):
    x_hat = batch_norm(torch.tensor(x), None, None, training=True, eps=eps)
    return torch.diag(torch.tensor(grad_output).T @ x_hat), np.ones(len(x)) @ grad_output


def parameter_gradients__loops(grad_output, x, eps):
    weight, bias = [0.0] * x.shape[1], [0.0] * x.shape[1]
    for c, column in enumerate(x.T):
        mean, var = streamed(column)
        for grad, value in zip(grad_output, column, strict=True):
            weight[c] += grad[c] * (value - mean) / math.sqrt(var + eps)
            bias[c] += grad[c]
    return weight, bias


def parameter_gradients__float32(grad_output, x, eps):
    grad_output, x = np.float32(grad_output), np.float32(x)
    x_hat = (x - x.mean(0)) / np.hypot(x.std(0), np.float32(eps) ** 0.5)
    return np.stack([(grad_output * x_hat).sum(0), grad_output.sum(0)])


def input_gradient__autograd(grad_output, x, weight, eps):
    return by_autograd(grad_output, x, weight, eps)[0]


def input_gradient__jacobian(grad_output, x, weight, eps):
    columns = [
        w * jacobian(column, eps).T @ grad
        for w, column, grad in zip(weight, x.T, grad_output.T, strict=True)
    ]
    return np.stack(columns, axis=1)


def input_gradient__paper(grad_output, x, weight, eps):
    n = len(x)
    centered = x - x.mean(0)
    var = x.var(0) + eps
    dx_hat = grad_output * weight
    dvar = (dx_hat * centered * -0.5 * var**-1.5).sum(0)
    dmean = (-dx_hat / np.sqrt(var)).sum(0) + dvar * -2 * centered.mean(0)
    return dx_hat / np.sqrt(var) + dvar * 2 * centered / n + dmean / n


def input_gradient__differences(grad_output, x, weight, eps):
    def loss(x):
        return (grad_output * weight * (x - x.mean(0)) / np.sqrt(x.var(0) + eps)).sum()

    gradient = np.zeros_like(x)
    for at in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[at] = 1e-6
        gradient[at] = (loss(x + step) - loss(x - step)) / 2e-6
    return gradient


def input_gradient__sums(grad_output, x, weight, eps):
    n, root = len(x), np.sqrt(x.var(0) + eps)
    x_hat = (x - x.mean(0)) / root
    bias, scale = grad_output.sum(0), (grad_output * x_hat).sum(0)
    return weight / (n * root) * (n * grad_output - bias - x_hat * scale)


def input_gradient__loops(grad_output, x, weight, eps):
    n, dx = len(x), [[0.0] * x.shape[1] for _ in x]
    for c in range(x.shape[1]):
        mean, var = streamed(x[:, c])
        x_hat = [(v - mean) / math.sqrt(var + eps) for v in x[:, c]]
        for i in range(n):
            for k in range(n):
                moved = (i == k) - (1 + x_hat[i] * x_hat[k]) / n
                dx[i][c] += weight[c] * grad_output[k, c] * moved / math.sqrt(var + eps)
    return dx


def input_gradient__float32(grad_output, x, weight, eps):
    grad_output, x, weight = map(np.float32, (grad_output, x, weight))
    root = np.hypot(x.std(0), np.float32(eps) ** np.float32(0.5))
    x_hat, h = (x - x.mean(0)) / root, weight * grad_output
    return (h - h.mean(0) - x_hat * (h * x_hat).mean(0)) / root


def input_gradient_in_test__autograd(grad_output, x, weight, running_mean, running_var, eps):
    x = torch.tensor(x, requires_grad=True)
    y = batch_norm(x, *map(torch.tensor, (running_mean, running_var, weight)), eps=eps)
    return torch.autograd.grad(y, x, torch.tensor(grad_output))[0]


def input_gradient_in_test__einsum(grad_output, x, weight, running_mean, running_var, eps):
    return np.einsum("nc,c,c->nc", grad_output, weight, (running_var + eps) ** -0.5)


def input_gradient_in_test__diagonal(grad_output, x, weight, running_mean, running_var, eps):
    return grad_output @ np.diag(weight / np.sqrt(running_var + eps))


def input_gradient_in_test__loops(grad_output, x, weight, running_mean, running_var, eps):
    roots = [math.sqrt(var + eps) for var in running_var]
    return [
        [g * w / r for g, w, r in zip(row, weight, roots, strict=True)]
        for row in grad_output.tolist()
    ]


def input_gradient_in_test__difference(grad_output, x, weight, running_mean, running_var, eps):
    def output(x):
        return weight * (x - running_mean) / np.sqrt(running_var + eps)

    return grad_output * (output(x + 0.5) - output(x - 0.5))


def input_gradient_in_test__float32(grad_output, x, weight, running_mean, running_var, eps):
    per_column = np.float32(weight)[None, :] / np.sqrt(np.float32(running_var)[None, :] + eps)
    return np.multiply(per_column, grad_output, dtype=np.float32)


def gradients(grad_output, x, weight, eps):
    leaves = tensors(x, weight, np.zeros(len(weight)))
    for leaf in leaves:
        leaf.requires_grad_()
    y = batch_norm(leaves[0], None, None, *leaves[1:], training=True, eps=eps)
    return torch.autograd.grad(y, leaves, *tensors(grad_output))


# What torch computes, to which the solution is equal: exercise__by_torch


def parameter_gradients__by_torch(grad_output, x, eps):
    return gradients(grad_output, x, np.ones(x.shape[1]), eps)[1:]


def input_gradient__by_torch(grad_output, x, weight, eps):
    return gradients(grad_output, x, weight, eps)[0]


def input_gradient_in_test__by_torch(grad_output, x, weight, running_mean, running_var, eps):
    grad_output, x, weight, mean, var = tensors(grad_output, x, weight, running_mean, running_var)
    x.requires_grad_()
    y = batch_norm(x, mean, var, weight, training=False, eps=eps)
    return torch.autograd.grad(y, x, grad_output)[0]
