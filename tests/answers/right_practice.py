"""Right answers in the styles that learners write, each named exercise__style."""

import math

import numpy as np
import torch
from torch.nn.functional import batch_norm

import bnlib
from answers.right_ways import kept_layer, tensors
from bnlib import functional as F


def staleness__bnlib(x, running_mean, running_var, eps):
    layer = bnlib.BatchNorm1d(x.shape[1], eps, dtype=np.float64).eval()
    layer.running_mean[:], layer.running_var[:] = running_mean, running_var
    y = layer(x)
    return np.stack([np.mean(y, axis=0), np.std(y, axis=0)])


def staleness__without_normalizing_each_value(x, running_mean, running_var, eps):
    root = (running_var + eps) ** 0.5
    return (x.mean(0) - running_mean) / root, x.std(0) / root


def staleness__from_moments(x, running_mean, running_var, eps):
    y = F.normalize(x, running_mean, running_var, eps)
    mean, var = F.batch_statistics(y)
    return np.vstack((mean, np.sqrt(var)))


def staleness__loops(x, running_mean, running_var, eps):
    means, stds = [], []
    for column, m, v in zip(x.T, running_mean, running_var, strict=True):
        y = [(value - m) / math.sqrt(v + eps) for value in column]
        means.append(sum(y) / len(y))
        stds.append(math.sqrt(sum((value - means[-1]) ** 2 for value in y) / len(y)))
    return [means, stds]


def staleness__one_layer_for_all_calls(x, running_mean, running_var, eps):
    layer = kept_layer(__name__, len(running_mean)).eval()
    layer.eps = eps
    layer.running_mean.copy_(torch.tensor(running_mean))
    layer.running_var.copy_(torch.tensor(running_var))
    y = layer(torch.tensor(x)).detach().numpy()
    return y.mean(0), y.std(0)


def frozen_layer__torch(x, running_mean, running_var, frozen, eps):
    mean, var = torch.tensor(running_mean), torch.tensor(running_var)
    y = batch_norm(torch.tensor(x), mean, var, training=not frozen, eps=eps)
    return y, mean


def frozen_layer__bnlib(x, running_mean, running_var, frozen, eps):
    layer = bnlib.BatchNorm1d(x.shape[1], eps, dtype=np.float64)
    layer.running_mean[:], layer.running_var[:] = running_mean, running_var
    layer.train(not frozen)
    return layer(x), layer.running_mean


def frozen_layer__early_return(x, running_mean, running_var, frozen, eps):
    def normalized(mean, var):
        return (x - mean) / np.sqrt(var + eps)

    if frozen:
        return normalized(running_mean, running_var), running_mean
    mean = x.mean(0)
    return normalized(mean, x.var(0)), running_mean + 0.1 * (mean - running_mean)


def frozen_layer__conditional_expressions(x, running_mean, running_var, frozen, eps):
    mean = running_mean if frozen else x.mean(axis=0)
    var = running_var if frozen else x.var(axis=0)
    momentum = 0.0 if frozen else 0.1
    return (x - mean) / (var + eps) ** 0.5, (1 - momentum) * running_mean + momentum * mean


def frozen_layer__in_place(x, running_mean, running_var, frozen, eps):
    if not frozen:
        mean, var = x.mean(0), x.var(0)
        running_mean *= 0.9
        running_mean += 0.1 * mean
        return (x - mean) / np.sqrt(var + eps), running_mean
    return (x - running_mean) / np.sqrt(running_var + eps), running_mean


def fold__torch(weight, bias, gamma, beta, running_mean, running_var, eps):
    given = (gamma, beta, running_mean, running_var)
    gamma, beta, mean, var = map(torch.from_numpy, given)
    rows = batch_norm(torch.tensor(weight).T + mean, mean, var, gamma, eps=eps).T
    return rows, batch_norm(torch.tensor(bias)[None], mean, var, gamma, beta, eps=eps)[0]


def fold__scale_and_shift(weight, bias, gamma, beta, running_mean, running_var, eps):
    a = gamma * (running_var + eps) ** -0.5
    c = beta - a * running_mean
    return (weight.T * a).T, a * bias + c


def fold__diagonal(weight, bias, gamma, beta, running_mean, running_var, eps):
    a = np.diag(gamma / np.sqrt(running_var + eps))
    return a @ weight, a @ (bias - running_mean) + beta


def fold__probed(weight, bias, gamma, beta, running_mean, running_var, eps):
    def both(x):
        z = x @ weight.T + bias
        return gamma * (z - running_mean) / np.sqrt(running_var + eps) + beta

    at_zero = both(np.zeros(weight.shape[1]))
    return np.stack([both(row) - at_zero for row in np.eye(weight.shape[1])], axis=1), at_zero


def fold__loops(weight, bias, gamma, beta, running_mean, running_var, eps):
    rows, biases = [], []
    for c in range(len(bias)):
        a = gamma[c] / math.sqrt(running_var[c] + eps)
        rows.append([a * value for value in weight[c]])
        biases.append(a * (bias[c] - running_mean[c]) + beta[c])
    return rows, biases


def recalibrate__samples_made_up(counts, means, variances):
    n = counts.sum()
    mean = np.average(means, axis=0, weights=counts)
    squares = np.average(variances + means**2, axis=0, weights=counts)
    return mean, (squares - mean**2) * n / (n - 1)


def recalibrate__merged_one_by_one(counts, means, variances):
    n, mean, m2 = 0.0, np.zeros(means.shape[1]), np.zeros(means.shape[1])
    for count, batch_mean, batch_var in zip(counts, means, variances, strict=True):
        total = n + count
        delta = batch_mean - mean
        m2 = m2 + count * batch_var + delta**2 * n * count / total
        mean = mean + delta * count / total
        n = total
    return mean, m2 / (n - 1)


def recalibrate__sums(counts, means, variances):
    sums = counts @ means
    within = counts @ variances
    mean = sums / np.sum(counts)
    between = counts @ np.square(means - mean)
    return mean, (within + between) / (np.sum(counts) - 1)


def recalibrate__torch(counts, means, variances):
    counts, means, variances = map(torch.from_numpy, (counts, means, variances))
    n = counts.sum()
    mean = (counts[:, None] * means).sum(0) / n
    m2 = (counts[:, None] * (variances + (means - mean) ** 2)).sum(0)
    return mean, m2 / (n - 1)


def recalibrate__loops(counts, means, variances):
    n, columns = sum(counts), []
    for c in range(means.shape[1]):
        mean = sum(k * m for k, m in zip(counts, means[:, c], strict=True)) / n
        rows = zip(counts, means[:, c], variances[:, c], strict=True)
        columns.append((mean, sum(k * (v + (m - mean) ** 2) for k, m, v in rows) / (n - 1)))
    return tuple(zip(*columns, strict=True))


def recalibrate__repeat_integer_counts(counts, means, variances):
    m = np.repeat(means, counts, axis=0).mean(0)
    n = sum(counts)
    return m, sum(
        k * (v + (mu - m) ** 2) for k, mu, v in zip(counts, means, variances, strict=False)
    ) / (n - 1)


def recalibrate__range_of_counts(counts, means, variances):
    total = [0] * means.shape[1]
    n = 0
    for k, mu in zip(counts, means, strict=False):
        for _ in range(k):
            total = total + mu
            n += 1
    m = total / n
    return m, sum(
        k * (v + (mu - m) ** 2) for k, mu, v in zip(counts, means, variances, strict=False)
    ) / (n - 1)


def frozen_layer__one_layer_for_all_calls(x, running_mean, running_var, frozen, eps):
    layer = kept_layer(__name__, len(running_mean))
    layer.eps = eps
    layer.running_mean.copy_(torch.tensor(running_mean))
    layer.running_var.copy_(torch.tensor(running_var))
    return layer.train(not frozen)(torch.tensor(x)), layer.running_mean


# What torch computes, to which the solution is equal: exercise__by_torch


def staleness__by_torch(x, running_mean, running_var, eps):
    y = batch_norm(*tensors(x, running_mean, running_var), eps=eps)
    std, mean = torch.std_mean(y, dim=0, correction=0)
    return torch.stack([mean, std])


def frozen_layer__by_torch(x, running_mean, running_var, frozen, eps):
    layer = torch.nn.BatchNorm1d(x.shape[1], eps, dtype=torch.float64)
    layer.running_mean[:], layer.running_var[:] = tensors(running_mean, running_var)
    return layer.train(not frozen)(*tensors(x)), layer.running_mean


def fold__by_torch(weight, bias, gamma, beta, running_mean, running_var, eps):
    linear = torch.nn.Linear(*weight.shape[::-1], dtype=torch.float64).eval()
    linear.weight.data, linear.bias.data = tensors(weight, bias)
    layer = torch.nn.BatchNorm1d(len(gamma), eps, dtype=torch.float64).eval()
    layer.weight.data, layer.bias.data = tensors(gamma, beta)
    layer.running_mean[:], layer.running_var[:] = tensors(running_mean, running_var)
    one = torch.nn.utils.fusion.fuse_linear_bn_eval(linear, layer)
    return one.weight, one.bias


def recalibrate__by_torch(counts, means, variances):
    """The statistics that torch takes of samples with these counts, means and variances."""
    columns = []
    for each_mean, each_var in zip(means.T, variances.T, strict=True):
        weights, values = tensors(counts, each_mean)
        mean = torch.sum(weights * values) / weights.sum()
        moments = torch.tensor(each_var) + values**2
        var = torch.sum(weights * moments) / weights.sum() - mean**2
        columns.append((mean, var * weights.sum() / (weights.sum() - 1)))
    return tuple(torch.stack(column) for column in zip(*columns, strict=True))
