"""Right answers in the styles that learners write, each named exercise__style."""

import math

import numpy as np
import torch
from torch.nn.functional import batch_norm

from answers.right_ways import in_pairs, streamed, tensors


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


# What torch computes, to which the solution is equal: exercise__by_torch


def normalize_images__by_torch(x, eps):
    return batch_norm(*tensors(x), None, None, training=True, eps=eps)


def normalize_text__by_torch(x, eps):
    return batch_norm(*tensors(x.swapaxes(1, 2)), None, None, training=True, eps=eps).swapaxes(1, 2)
