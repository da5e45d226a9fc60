"""Lesson 9: one batch on many workers."""

import numpy as np

from bnlib import functional as F
from claims import Claim


def off_by(x, grad_y, weight):
    """How far two workers are off, each on its own: the largest error over the largest value."""

    def results(x, grad_y):
        y = F.batch_norm(x, None, None, weight, training=True)
        grads = F.batch_norm_backward(grad_y, x, weight)
        return {"y": y, "x": grads.input, "weight": grads.weight, "bias": grads.bias}

    right = results(x, grad_y)
    first, second = (results(x[half], grad_y[half]) for half in (slice(0, 6), slice(6, 12)))
    found = {name: np.concatenate([first[name], second[name]]) for name in ("y", "x")}
    found |= {name: first[name] + second[name] for name in ("weight", "bias")}
    return {name: np.abs(found[name] - right[name]).max() / np.abs(right[name]).max()
            for name in right}  # fmt: skip


def two_workers(seed):
    """Errors with sorted images, and on average over twenty shuffles."""
    rng = np.random.default_rng(seed)
    brightness = np.sort(rng.normal(2, 3, 12)).reshape(12, 1, 1, 1)
    images = rng.normal(brightness, 1, (12, 2, 4, 4))
    grad_y, weight = rng.normal(size=images.shape), np.array([1.5, 0.5])
    shuffled = []
    for _ in range(20):
        order = rng.permutation(12)
        shuffled.append(off_by(images[order], grad_y[order], weight))
    as_sorted = off_by(images, grad_y, weight)
    return {
        "y, sorted": as_sorted["y"],
        "y, shuffled": float(np.mean([each["y"] for each in shuffled])),
        "bias": max(each["bias"] for each in [as_sorted, *shuffled]),
    }


CLAIMS = [
    Claim(
        "two workers",
        "The gradient of the bias is right; shuffled images are mostly better than sorted ones, "
        "and not well",
        run=two_workers,
        settings={"12 images": {}},
        holds=lambda as_sorted, shuffled, bias: 0.05 < shuffled < as_sorted and bias < 1e-12,
    ),
]
