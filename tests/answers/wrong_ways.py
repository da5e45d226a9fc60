"""What wrong answers of several lessons have in common."""

import numpy as np


def normalized(x, eps, axis=0):
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + eps)


def moved(batches, shares, ddof=1, mean=0.0, var=1.0):
    for share, x in zip(shares, batches, strict=False):
        mean = (1 - share) * mean + share * x.mean(0)
        var = (1 - share) * var + share * x.var(0, ddof=ddof)
    return mean, var


def x_hat_of(x, eps, ddof=0):
    return (x - x.mean(0)) / np.sqrt(x.var(0, ddof=ddof) + eps)
