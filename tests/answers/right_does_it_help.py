"""Right answers in the styles that learners write, each named exercise__style."""

import math

import numpy as np
import torch
from torch.nn.functional import batch_norm

from answers.right_ways import jacobian, tensors
from bnlib import functional as F


def training_step__torch(x, w, gamma, grad_y, lr, eps):
    x, w, gamma, grad_y = map(torch.from_numpy, (x, w, gamma, grad_y))
    w.requires_grad_()
    gamma.requires_grad_()
    batch_norm(x @ w, None, None, gamma, training=True, eps=eps).backward(grad_y)
    return (w - lr * w.grad).detach(), (gamma - lr * gamma.grad).detach()


def training_step__by_bnlib(x, w, gamma, grad_y, lr, eps):
    grads = F.batch_norm_backward(grad_y, x @ w, gamma, eps=eps)
    return w - lr * x.T @ grads.input, gamma - lr * grads.weight


def training_step__jacobian(x, w, gamma, grad_y, lr, eps):
    z = x @ w
    z_hat = (z - z.mean(0)) / np.sqrt(z.var(0) + eps)
    columns = [jacobian(z[:, c], eps).T @ grad_y[:, c] * gamma[c] for c in range(len(gamma))]
    return w - lr * x.T @ np.stack(columns, axis=1), gamma - lr * (grad_y * z_hat).sum(0)


def training_step__centered_first(x, w, gamma, grad_y, lr, eps):
    x = x - x.mean(0)
    z = x @ w
    scale = (np.einsum("nc,nc->c", z, z) / len(z) + eps) ** -0.5
    grad_gamma = scale * np.einsum("nc,nc->c", grad_y, z)
    grad_z = gamma * scale * (grad_y - z * scale * grad_gamma / len(z))
    return w - lr * (x.T @ grad_z), gamma - lr * grad_gamma


def training_step__numeric(x, w, gamma, grad_y, lr, eps):
    def loss(w, gamma):
        z = x @ w
        return np.sum(grad_y * gamma * (z - z.mean(0)) / np.sqrt(z.var(0) + eps))

    def slope(value, loss):
        slopes = np.empty_like(value)
        for place in np.ndindex(value.shape):
            small = np.zeros_like(value)
            small[place] = 1e-6
            slopes[place] = (loss(value + small) - loss(value - small)) / 2e-6
        return slopes

    grad_w = slope(w, lambda w: loss(w, gamma))
    return w - lr * grad_w, gamma - lr * slope(gamma, lambda gamma: loss(w, gamma))


def spreads__torch(x, weights, eps):
    x, found = torch.from_numpy(x), []
    for w in weights:
        x = batch_norm(x @ torch.from_numpy(w), None, None, training=True, eps=eps).relu()
        found.append(x.std(correction=0))
    return torch.stack(found)


def spreads__recursion(x, weights, eps):
    if not weights:
        return np.empty(0)
    z = x @ weights[0]
    x = np.clip((z - z.mean(0)) / (z.var(0) + eps) ** 0.5, 0, None)
    return np.append(np.std(x), spreads__recursion(x, weights[1:], eps))


def spreads__taken_from_a_copy(x, weights, eps):
    left, found = weights.copy(), []
    while left:
        z = x @ left.pop(0)
        x = np.maximum((z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps), 0)
        found.append(x.std())
    return found


def spreads__until_the_list_is_empty(x, weights, eps):
    if weights == []:
        return []
    z = x @ weights[0]
    y = np.maximum((z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps), 0)
    return [y.std(), *spreads__until_the_list_is_empty(y, weights[1:], eps)]


def spreads__bnlib_layers(x, weights, eps):
    found = []
    for w in weights:
        y = F.batch_norm(x @ w, None, None, training=True, eps=eps)
        x = np.where(y > 0, y, 0)
        found.append(math.sqrt(np.mean(x**2) - np.mean(x) ** 2))
    return found


def spreads__preallocated(x, weights, eps):
    found = np.zeros(len(weights))
    for i, w in enumerate(weights):
        x = x @ w
        x -= x.mean(0)
        x /= np.sqrt((x**2).mean(0) + eps)
        x *= x > 0
        found[i] = x.std()
    return found


def spreads__float32(x, weights, eps):
    x, found = np.float32(x), []
    for w in weights:
        z = x @ np.float32(w)
        x = np.maximum((z - z.mean(0)) / np.sqrt(z.var(0) + np.float32(eps)), 0)
        found.append(x.std())
    return np.array(found)


def spreads__torch_modules_list_with_grad(x, weights, eps):
    h, out = torch.tensor(x), []
    for w in weights:
        h = torch.nn.BatchNorm1d(w.shape[1], eps=eps, dtype=torch.float64)(
            h @ torch.tensor(w)
        ).relu()
        out.append(h.std(correction=0))
    return out


def training_step__vjp(x, w, gamma, grad_y, lr, eps):
    def f(w, gamma):
        return torch.nn.functional.batch_norm(
            torch.tensor(x) @ w, None, None, gamma, training=True, eps=eps
        )

    _, vjp = torch.func.vjp(f, torch.tensor(w), torch.tensor(gamma))
    return [
        p - lr * g
        for p, g in zip(
            (torch.tensor(w), torch.tensor(gamma)), vjp(torch.tensor(grad_y)), strict=False
        )
    ]


# What torch computes, to which the solution is equal: exercise__by_torch


def training_step__by_torch(x, w, gamma, grad_y, lr, eps):
    x, w, gamma, grad_y = tensors(x, w, gamma, grad_y)
    leaves = [w.requires_grad_(), gamma.requires_grad_()]
    y = batch_norm(x @ w, None, None, gamma, training=True, eps=eps)
    grads = torch.autograd.grad(y, leaves, grad_y)
    return tuple((leaf - lr * grad).detach() for leaf, grad in zip(leaves, grads, strict=True))


def spreads__by_torch(x, weights, eps):
    (x,), found = tensors(x), []
    for each in tensors(*weights):
        x = torch.relu(batch_norm(x @ each, None, None, training=True, eps=eps))
        found.append(x.std(correction=0))
    return torch.stack(found)
