"""Right answers in the styles that learners write, each named exercise__style."""

import math
import statistics

import numpy as np
import torch
from torch.nn.functional import batch_norm

from answers.right_ways import in_pairs, streamed, tensors


def normalize_table__loops(x, eps):
    columns = []
    for column in zip(*x.tolist(), strict=True):
        mean = sum(column) / len(column)
        var = sum((value - mean) ** 2 for value in column) / len(column)
        columns.append([(value - mean) / math.sqrt(var + eps) for value in column])
    return [list(row) for row in zip(*columns, strict=True)]


def normalize_table__einsum(x, eps):
    centered = x - np.einsum("nc->c", x.astype(float)) / len(x)
    return centered * (np.einsum("nc,nc->c", centered, centered) / len(x) + eps) ** -0.5


def normalize_table__torch(x, eps):
    return batch_norm(torch.from_numpy(x), None, None, training=True, eps=eps)


def normalize_table__float32(x, eps):
    x = x.astype(np.float32)
    centered = x - x.mean(0)
    return centered / np.sqrt(np.square(centered).mean(0) + np.float32(eps))


def normalize_table__one_pass_in_float64(x, eps):
    x = x.astype(np.float64)
    return (x - x.mean(0)) / np.sqrt((x * x).mean(0) - x.mean(0) ** 2 + eps)


def normalize_table__streamed(x, eps):
    mean, var = np.array([streamed(column) for column in x.T]).T
    return (x - mean) / np.sqrt(var + eps)


def normalize_table__along_axis(x, eps):
    return np.apply_along_axis(lambda c: (c - c.mean()) / np.hypot(c.std(), eps**0.5), 0, x)


class normalize_table__class:  # noqa: N801
    def __init__(self, x, eps):
        self.y = (x - np.mean(x, 0)) / np.sqrt(np.var(x, 0) + eps)

    def __array__(self, dtype=None, copy=None):
        return self.y


def whole_batch_norm__torch(x, weight, bias, eps):
    return batch_norm(*map(torch.from_numpy, (x, x[0], x[0], weight, bias)), True, 0.0, eps)


def whole_batch_norm__one_factor(x, weight, bias, eps):
    factor = weight / np.sqrt(x.var(0) + eps)
    return factor * x + (bias - factor * x.mean(0))


def whole_batch_norm__matrices(x, weight, bias, eps):
    centered = (np.eye(len(x)) - 1 / len(x)) @ x
    cov = centered.T @ centered / len(x)
    return centered @ np.diag(weight / np.sqrt(np.diag(cov) + eps)) + np.ones((len(x), 1)) * bias


def whole_batch_norm__float32(x, weight, bias, eps):
    x, weight, bias = (a.astype(np.float32) for a in (x, weight, bias))
    mean, var = in_pairs(x)
    return np.add(np.multiply((x - mean) / np.sqrt(var + np.float32(eps)), weight), bias)


def whole_batch_norm__cell_by_cell(x, weight, bias, eps):
    y = np.empty_like(x)
    for i, j in np.ndindex(x.shape):
        mean, var = statistics.fmean(x[:, j]), statistics.pvariance(x[:, j])
        y[i, j] = weight[j] * (x[i, j] - mean) / math.sqrt(var + eps) + bias[j]
    return y


def whole_batch_norm__a_changed_copy(x, weight, bias, eps):
    x = x.copy()
    x -= x.mean(axis=0, keepdims=True)
    x /= np.sqrt(np.mean(x**2, axis=0, keepdims=True) + eps)
    x *= weight[None]
    x += bias[None]
    return x


def whole_batch_norm__list_of_tensors_with_grad(x, weight, bias, eps):
    layer = torch.nn.BatchNorm1d(x.shape[1], eps=eps, dtype=torch.float64)
    layer.weight.data, layer.bias.data = torch.tensor(weight), torch.tensor(bias)
    return list(layer(torch.tensor(x)))


def normalize_table__einsum_centering_matrix(x, eps):
    n = len(x)
    d = np.einsum("ij,jc->ic", np.eye(n) - 1 / n, x)
    return d / np.hypot(np.sqrt(np.einsum("nc,nc->c", d, d) / n), np.sqrt(eps))


# What torch computes, to which the solution is equal: exercise__by_torch


def normalize_table__by_torch(x, eps):
    return batch_norm(*tensors(x), None, None, training=True, eps=eps)


def whole_batch_norm__by_torch(x, weight, bias, eps):
    x, weight, bias = tensors(x, weight, bias)
    return batch_norm(x, None, None, weight, bias, training=True, eps=eps)
