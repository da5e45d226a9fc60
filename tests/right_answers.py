"""Right answers in the styles that learners write, each named exercise__style."""

import math
import statistics

import numpy as np
import torch
from torch.nn.functional import batch_norm

import bnlib
from bnlib import functional as F
from bnlib.synchronized import Statistics, merge


def streamed(values):
    """Mean and biased variance in one pass, value by value."""
    mean = squares = 0.0
    for n, value in enumerate(values, start=1):
        before = value - mean
        mean += before / n
        squares += before * (value - mean)
    return mean, squares / n


def in_pairs(values):
    """Mean and biased variance of columns, from those of the halves."""
    if len(values) == 1:
        return values[0], np.zeros_like(values[0])
    half = len(values) // 2
    (one, one_var), (other, other_var) = in_pairs(values[:half]), in_pairs(values[half:])
    share = half / len(values)
    between = share * (1 - share) * (one - other) ** 2
    return share * one + (1 - share) * other, share * one_var + (1 - share) * other_var + between


def jacobian(x, eps):
    """d x_hat[i] / d x[j] of one column."""
    n = len(x)
    centered = x - x.mean()
    var = centered @ centered / n
    return (np.eye(n) - 1 / n - np.outer(centered, centered) / (n * (var + eps))) / np.sqrt(
        var + eps
    )


def by_autograd(grad_output, x, weight, eps):
    """Gradients of x, weight and bias by torch."""
    x = torch.tensor(x, requires_grad=True)
    weight = torch.tensor(weight, requires_grad=True)
    bias = torch.zeros_like(weight, requires_grad=True)
    y = batch_norm(x, None, None, weight, bias, True, eps=eps)
    y.backward(torch.from_numpy(grad_output))
    return x.grad, weight.grad, bias.grad


# Lesson 1


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


# Lesson 2


def output_in_mode__torch(x, running_mean, running_var, training, eps):
    x, mean, var = map(torch.from_numpy, (x, running_mean, running_var))
    return batch_norm(x, mean, var, training=training, eps=eps)


def output_in_mode__layer(x, running_mean, running_var, training, eps):
    layer = torch.nn.BatchNorm1d(x.shape[1], eps=eps, dtype=torch.float64).train(training)
    layer.running_mean[:] = torch.tensor(running_mean)
    layer.running_var[:] = torch.tensor(running_var)
    return layer(torch.tensor(x))


def output_in_mode__where(x, running_mean, running_var, training, eps):
    mean = np.where(training, np.average(x, axis=0), running_mean)
    var = np.where(training, np.average((x - mean) ** 2, axis=0), running_var)
    return np.divide(x - mean, np.sqrt(np.add(var, eps)))


def output_in_mode__loops(x, running_mean, running_var, training, eps):
    y = [list(row) for row in x]
    for c in range(len(y[0])):
        column = [row[c] for row in y]
        mean, var = streamed(column) if training else (running_mean[c], running_var[c])
        for row in y:
            row[c] = (row[c] - mean) / (var + eps) ** 0.5
    return y


def output_in_mode__early_return(x, running_mean, running_var, training, eps):
    if not training:
        return (x - running_mean) * (running_var + eps) ** -0.5
    return output_in_mode__early_return(x, *in_pairs(x), False, eps)


def output_in_mode__float32(x, running_mean, running_var, training, eps):
    x = np.float32(x)
    mean, std = (x.mean(0), x.std(0)) if training else (running_mean, running_var**0.5)
    return (x - np.float32(mean)) / np.float32(np.hypot(std, eps**0.5))


def next_running_mean__torch(x, running_mean, training):
    x, mean = torch.from_numpy(x), torch.from_numpy(running_mean)
    batch_norm(x, mean, torch.ones(x.shape[1], dtype=x.dtype), training=training)
    return mean


def next_running_mean__in_place(x, running_mean, training):
    if training:
        running_mean += 0.1 * (x.mean(0) - running_mean)
    return running_mean


def next_running_mean__share(x, running_mean, training):
    share = 0.1 * training
    return running_mean * (1 - share) + share * x.sum(0) / len(x)


def next_running_mean__loops(x, running_mean, training):
    if not training:
        return list(running_mean)
    means = [sum(column) / len(column) for column in x.T.tolist()]
    return [(9 * old + new) / 10 for old, new in zip(running_mean, means, strict=True)]


def next_running_mean__average(x, running_mean, training):
    return np.average([running_mean, in_pairs(x)[0]], 0, [9, 1]) if training else running_mean


def next_running_mean__vectorized(x, running_mean, training):
    def one_column(column, old):
        return np.float32(0.9 * old + 0.1 * column.mean()) if training else np.float32(old)

    return np.vectorize(one_column, signature="(n),()->()")(x.T, running_mean)


def folded__torch(w, b, running_mean, running_var, eps):
    w, b, mean, var = map(torch.from_numpy, (w, b, running_mean, running_var))
    return batch_norm(w + mean, mean, var, eps=eps), batch_norm(b[None], mean, var, eps=eps)[0]


def folded__scale_first(w, b, running_mean, running_var, eps):
    scale = (running_var + eps) ** -0.5
    return w * scale, b * scale - running_mean * scale


def folded__diagonal(w, b, running_mean, running_var, eps):
    scale = np.diag(1 / np.sqrt(running_var + eps))
    return w @ scale, (b - running_mean) @ scale


def folded__probed(w, b, running_mean, running_var, eps):
    def both(x):
        return (x @ w + b - running_mean) / np.sqrt(running_var + eps)

    at_zero = both(np.zeros(len(w)))
    return np.stack([both(row) - at_zero for row in np.eye(len(w))]), at_zero


def folded__loops(w, b, running_mean, running_var, eps):
    roots = [math.sqrt(var + eps) for var in running_var]
    rows = [[value / root for value, root in zip(row, roots, strict=True)] for row in w]
    return rows, [(b[c] - running_mean[c]) / roots[c] for c in range(len(b))]


def folded__float32_in_place(w, b, running_mean, running_var, eps):
    w, b = np.float32(w), np.float32(b)
    w /= np.sqrt(running_var + eps).astype(np.float32)
    b -= running_mean.astype(np.float32)
    return w, b / np.sqrt(running_var + eps)


# Lesson 3


def updated_statistics__torch(running_mean, running_var, x, momentum):
    mean, var = torch.from_numpy(running_mean), torch.from_numpy(running_var)
    batch_norm(torch.from_numpy(x), mean, var, training=True, momentum=momentum)
    return mean, var


def updated_statistics__lerp(running_mean, running_var, x, momentum):
    x, mean, var = map(torch.from_numpy, (x, running_mean, running_var))
    return mean.lerp(x.mean(0), momentum), var.lerp(x.var(0), momentum)


def updated_statistics__covariance(running_mean, running_var, x, momentum):
    var = np.diag(np.atleast_2d(np.cov(x.T)))
    return np.array([running_mean, running_var]) * (1 - momentum) + momentum * np.array(
        [x.mean(0), var]
    )


def updated_statistics__pairs_of_samples(running_mean, running_var, x, momentum):
    n = len(x)
    var = ((x[:, None] - x[None]) ** 2).sum((0, 1)) / (2 * n * (n - 1))
    mean = np.ones(n) @ x / n
    return [running_mean + momentum * (mean - running_mean),
            running_var + momentum * (var - running_var)]  # fmt: skip


def updated_statistics__loops(running_mean, running_var, x, momentum):
    means, variances = [], []
    for old_mean, old_var, column in zip(running_mean, running_var, x.T.tolist(), strict=True):
        means.append((1 - momentum) * old_mean + momentum * statistics.mean(column))
        variances.append((1 - momentum) * old_var + momentum * statistics.variance(column))
    return means, variances


def updated_statistics__float32_in_place(running_mean, running_var, x, momentum):
    mean, var = in_pairs(np.float32(x))
    running_mean[:] = (1 - momentum) * running_mean + momentum * mean
    running_var[:] = (1 - momentum) * running_var + momentum * var * len(x) / (len(x) - 1)
    return running_mean, running_var


def after_batches__torch(batches, momentum):
    layer = torch.nn.BatchNorm1d(batches[0].shape[1], momentum=momentum)
    for batch in batches:
        layer(torch.tensor(batch, dtype=torch.float32))
    return layer.running_mean, layer.running_var


def after_batches__stacked(batches, momentum):
    seen = np.stack([(batch.mean(0), batch.var(0, ddof=1)) for batch in batches])
    if momentum is None:
        return seen.mean(0)
    kept = (1 - momentum) ** np.arange(len(seen))[::-1]
    start = np.array([[0.0], [1.0]]) * (1 - momentum) ** len(seen)
    return tuple(start + momentum * np.einsum("k,ksc->sc", kept, seen))


def after_batches__sums(batches, momentum):
    if momentum is None:
        return sum(b.mean(0) for b in batches) / len(batches), sum(
            b.var(0, ddof=1) for b in batches
        ) / len(batches)
    mean, var = 0, 1
    for batch in batches:
        mean += momentum * (batch.mean(0) - mean)
        var += momentum * (batch.var(0, ddof=1) - var)
    return mean, var


def after_batches__recursion(batches, momentum):
    if not batches:
        return 0.0, 1.0
    *before, last = batches
    share = 1 / len(batches) if momentum is None else momentum
    old = after_batches__recursion(before, momentum)
    new = last.mean(0), last.var(0, ddof=1)
    return tuple((1 - share) * a + share * b for a, b in zip(old, new, strict=True))


def after_batches__columns(batches, momentum):
    def one_column(c):
        mean, var = 0.0, 1.0
        for k, batch in enumerate(batches):
            share = 1 / (k + 1) if momentum is None else momentum
            n, (batch_mean, batch_var) = len(batch), streamed(batch[:, c])
            mean += share * (batch_mean - mean)
            var += share * (batch_var * n / (n - 1) - var)
        return mean, var

    return np.array([one_column(c) for c in range(batches[0].shape[1])]).T


def after_batches__class(batches, momentum):
    class Layer:
        mean, var, count = np.float32(0), np.float32(1), 0

        def __call__(self, x):
            self.count += 1
            share = np.float32(1 / self.count if momentum is None else momentum)
            self.mean = self.mean * (1 - share) + np.float32(x).mean(0) * share
            self.var = self.var * (1 - share) + np.float32(x).var(0, ddof=1) * share

    layer = Layer()
    list(map(layer, batches))
    return layer.mean, layer.var


def smallest_momentum__logarithm(batches, left):
    return -np.expm1(np.log(left) / batches)


def smallest_momentum__root(batches, left):
    return 1 - math.pow(left, 1 / batches)


def smallest_momentum__halving(batches, left):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 - middle) ** batches > left else (low, middle)
    return high


def smallest_momentum__half_life(batches, left):
    half_life = batches * math.log(0.5) / math.log(left)
    return 1 - 0.5 ** (1 / half_life)


def smallest_momentum__in_an_array(batches, left):
    return np.array(1 - left ** (1 / batches))


def smallest_momentum__torch(batches, left):
    return 1 - torch.tensor(left, dtype=torch.float64) ** (1 / batches)


# Lesson 4


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


# Lesson 5


def normalize_images__torch(x, eps):
    return batch_norm(torch.from_numpy(x), None, None, training=True, eps=eps)


def normalize_images__moved(x, eps):
    rows = np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])
    rows = (rows - rows.mean(0)) / np.sqrt(rows.var(0) + eps)
    return np.moveaxis(rows.reshape(np.moveaxis(x, 1, -1).shape), -1, 1)


def normalize_images__channel_by_channel(x, eps):
    y = np.zeros(x.shape, np.float32)
    for c in range(x.shape[1]):
        y[:, c] = (x[:, c] - x[:, c].mean()) / np.sqrt(x[:, c].var() + eps)
    return y


def normalize_images__stacked(x, eps):
    return np.stack([(c - c.mean()) / (c.var() + eps) ** 0.5 for c in x.swapaxes(0, 1)], axis=1)


def normalize_images__einsum(x, eps):
    n = x.size / x.shape[1]
    mean = np.einsum("nchw->c", x) / n
    var = np.einsum("nchw,nchw->c", x, x) / n - mean**2
    return (x - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)


def normalize_images__means_of_means(x, eps):
    mean = x.mean(3).mean(2).mean(0)[:, None, None]
    return (x - mean) / np.sqrt(np.square(x - mean).mean(-1).mean(-1).mean(0)[:, None, None] + eps)


def normalize_images__loops(x, eps):
    y = x.tolist()
    for c in range(x.shape[1]):
        mean, var = streamed(value for image in y for row in image[c] for value in row)
        for image in y:
            image[c] = [[(value - mean) / (var + eps) ** 0.5 for value in row] for row in image[c]]
    return y


def normalize_text__torch(x, eps):
    channels_first = torch.from_numpy(x).transpose(1, 2)
    return batch_norm(channels_first, None, None, training=True, eps=eps).mT


def normalize_text__reshaped(x, eps):
    table = x.reshape(-1, x.shape[-1])
    return ((table - table.mean(0)) / np.sqrt(table.var(0) + eps)).reshape(x.shape)


def normalize_text__transposed(x, eps):
    rows = x.transpose(2, 0, 1).reshape(x.shape[2], -1)
    mean, var = in_pairs(rows.T)
    return (x - mean[None, None]) / np.sqrt(var[None, None] + eps)


def normalize_text__einsum_float32(x, eps):
    x, n = np.float32(x), np.float32(x.shape[0] * x.shape[1])
    x = x - np.einsum("nlc->c", x) / n
    return x / np.sqrt(np.einsum("nlc,nlc->c", x, x) / n + np.float32(eps))


def normalize_text__along_the_last(x, eps):
    x = np.moveaxis(x, -1, 0)
    mean, std = x.mean((1, 2), keepdims=True), x.std((1, 2), keepdims=True)
    return np.moveaxis((x - mean) / np.hypot(std, eps**0.5), 0, -1)


def normalize_text__loops(x, eps):
    y = np.empty_like(x)
    for c in range(x.shape[2]):
        mean, var = streamed(x[n, place, c] for n, place in np.ndindex(x.shape[:2]))
        for n, place in np.ndindex(x.shape[:2]):
            y[n, place, c] = (x[n, place, c] - mean) / math.sqrt(var + eps)
    return y


# Lesson 6


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


# Lesson 7


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


# Lesson 8


def keras_to_torch__float32(momentum, epsilon):
    return 1 - np.float32(momentum), np.float32(epsilon)


def keras_to_torch__list(momentum, epsilon):
    return [1.0 - momentum, epsilon]


def keras_to_torch__array(momentum, epsilon):
    return np.array([1 - momentum, epsilon])


def keras_to_torch__tensors(momentum, epsilon):
    return torch.tensor(1 - momentum), torch.tensor(epsilon)


def keras_to_torch__through_a_layer(momentum, epsilon):
    layer = torch.nn.BatchNorm1d(1, eps=epsilon, momentum=1 - momentum)
    return layer.momentum, layer.eps


def keras_to_torch__negated(momentum, epsilon):
    return -(momentum - 1), +epsilon


def update_like__branches(running_mean, running_var, x, momentum, weighs, variance):
    mean = x.mean(axis=0)
    var = x.var(axis=0) if variance == "biased" else x.var(axis=0, ddof=1)
    if weighs == "old":
        return (
            momentum * running_mean + (1 - momentum) * mean,
            momentum * running_var + (1 - momentum) * var,
        )
    return (
        (1 - momentum) * running_mean + momentum * mean,
        (1 - momentum) * running_var + momentum * var,
    )


def update_like__steps(running_mean, running_var, x, momentum, weighs, variance):
    share = {"new": momentum, "old": 1 - momentum}[weighs]
    var = x.var(axis=0, ddof=variance == "unbiased")
    return running_mean + share * (x.mean(axis=0) - running_mean), running_var + share * (
        var - running_var
    )


def update_like__bnlib(running_mean, running_var, x, momentum, weighs, variance):
    mean, var = F.batch_statistics(x)
    if variance == "unbiased":
        var = var * len(x) / (len(x) - 1)
    share = momentum if weighs == "new" else 1 - momentum
    return F.running_update(running_mean, mean, share), F.running_update(running_var, var, share)


def update_like__torch(running_mean, running_var, x, momentum, weighs, variance):
    x, mean, var = map(torch.tensor, (x, running_mean, running_var))
    share = momentum if weighs == "new" else 1 - momentum
    new_var = x.var(0, correction=1 if variance == "unbiased" else 0)
    return mean.lerp(x.mean(0), share), var.lerp(new_var, share)


def update_like__columns(running_mean, running_var, x, momentum, weighs, variance):
    old = 1 - momentum if weighs == "new" else momentum
    means, variances = [], []
    for m, v, column in zip(running_mean, running_var, x.T, strict=True):
        spread = sum((column - column.mean()) ** 2)
        means.append(old * m + (1 - old) * column.mean())
        variances.append(old * v + (1 - old) * spread / (len(x) - (variance == "unbiased")))
    return means, variances


# Lesson 9


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


# Found by someone who attacked the checks


def whole_batch_norm__list_of_tensors_with_grad(x, weight, bias, eps):
    layer = torch.nn.BatchNorm1d(x.shape[1], eps=eps, dtype=torch.float64)
    layer.weight.data, layer.bias.data = torch.tensor(weight), torch.tensor(bias)
    return list(layer(torch.tensor(x)))


def spreads__torch_modules_list_with_grad(x, weights, eps):
    h, out = torch.tensor(x), []
    for w in weights:
        h = torch.nn.BatchNorm1d(w.shape[1], eps=eps, dtype=torch.float64)(
            h @ torch.tensor(w)
        ).relu()
        out.append(h.std(correction=0))
    return out


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


_layers = {}


def _layer(channels):
    return _layers.setdefault(channels, torch.nn.BatchNorm1d(channels, dtype=torch.float64))


def next_running_mean__one_layer_for_all_calls(x, running_mean, training):
    layer = _layer(len(running_mean))
    layer.running_mean.copy_(torch.tensor(running_mean))
    layer.train(training)(torch.tensor(x))
    return layer.running_mean


def frozen_layer__one_layer_for_all_calls(x, running_mean, running_var, frozen, eps):
    layer = _layer(len(running_mean))
    layer.eps = eps
    layer.running_mean.copy_(torch.tensor(running_mean))
    layer.running_var.copy_(torch.tensor(running_var))
    return layer.train(not frozen)(torch.tensor(x)), layer.running_mean


def after_batches__one_layer_reset(batches, momentum):
    layer = _layer(batches[0].shape[1])
    layer.momentum = momentum
    layer.reset_running_stats()
    layer.train()
    for b in batches:
        layer(torch.tensor(b))
    return layer.running_mean, layer.running_var


class _Out:
    def __init__(self):
        self.buffers = {}

    def __call__(self, x, running_mean, running_var, training, eps):
        y = self.buffers.setdefault(x.shape, np.empty(x.shape))
        m, v = (x.mean(0), x.var(0)) if training else (running_mean, running_var)
        return np.divide(x - m, np.sqrt(v + eps), out=y)


output_in_mode__reused_out_buffer = _Out()


def output_in_mode__torch_writes_in_place(x, running_mean, running_var, training, eps):
    return torch.nn.functional.batch_norm(
        torch.from_numpy(x),
        torch.from_numpy(running_mean),
        torch.from_numpy(running_var),
        training=training,
        eps=eps,
    )


def output_in_mode__arithmetic_switch(x, running_mean, running_var, training, eps):
    t = int(training)
    m = t * x.mean(0) + (1 - t) * running_mean
    v = t * x.var(0) + (1 - t) * running_var
    return (x - m) / np.sqrt(v + eps)


def update_like__einsum_tensor(running_mean, running_var, x, momentum, weighs, variance):
    new = torch.tensor([[momentum, 1 - momentum][weighs == "old"]], dtype=torch.float64)
    w = torch.cat([1 - new, new])
    seen = (
        torch.tensor(np.stack([running_mean, x.mean(0)])),
        torch.tensor(np.stack([running_var, x.var(0, ddof=len(variance) // 8)])),
    )
    return [torch.einsum("k,kc->c", w, s) for s in seen]


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


def smallest_momentum__array_of_one(batches, left):
    return np.array([1 - left ** (1 / batches)])[0]


def keras_to_torch__cleaned(momentum, epsilon):
    """Ten digits, so that 1 - 0.99 prints as 0.01."""
    return float(f"{1 - momentum:.10f}"), float(epsilon)


def normalize_table__einsum_centering_matrix(x, eps):
    n = len(x)
    d = np.einsum("ij,jc->ic", np.eye(n) - 1 / n, x)
    return d / np.hypot(np.sqrt(np.einsum("nc,nc->c", d, d) / n), np.sqrt(eps))


def merge_two_workers__scalar_loop(n1, mean1, m2_1, n2, mean2, m2_2):
    out = [], []
    for a, s, b, t in zip(
        mean1.tolist(), m2_1.tolist(), mean2.tolist(), m2_2.tolist(), strict=False
    ):
        m = (n1 * a + n2 * b) / (n1 + n2)
        out[0].append(m)
        out[1].append(s + n1 * (a - m) ** 2 + t + n2 * (b - m) ** 2)
    return out


ANSWERS = {name: answer for name, answer in globals().items() if "__" in name.strip("_")}
