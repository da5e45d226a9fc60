"""Lesson 9: one batch on many workers."""

import numpy as np

from bnlib import functional as F
from bnlib.classroom.lessons.network import accuracy
from claims import Claim, definitions


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
        "sorted": round(as_sorted["y"], 2),
        "shuffled": round(float(np.mean([each["y"] for each in shuffled])), 2),
        "bias": max(each["bias"] for each in [as_sorted, *shuffled]),
    }


def apart(seed, batch_size, **settings):
    """How many percent of the test images training apart loses against training together."""
    lesson = definitions("09_many_machines", "images", "trained")
    right = {
        name: accuracy(
            lesson[f"trained_{name}"](batch_size, seed, **settings).eval(), lesson["test"]
        )
        for name in ("together", "apart")
    }
    return {"lost": right["together"] - right["apart"]}


def tried(batch_size):
    """Settings for one batch size: as in the lesson, and with one thing changed."""
    variants = {
        "two workers": {},
        "four workers": {"workers": 4},
        "eight workers": {"workers": 8},
        "rate 0.03": {"lr": 0.03},
        "rate 0.3": {"lr": 0.3},
        "300 steps": {"steps": 300},
    }
    return {name: {"batch_size": batch_size, **settings} for name, settings in variants.items()}


CLAIMS = [
    Claim(
        "two workers",
        "With ten other sets of images, y is off by {sorted} sorted, and shuffled by {shuffled}, "
        "on average over twenty shuffles each",
        run=two_workers,
        settings={"12 images": {}},
        holds=lambda as_sorted, shuffled, bias: 0.05 < shuffled < as_sorted and bias < 1e-12,
    ),
    Claim(
        "apart, 2 images",
        "With two images, training apart lost more than 20 percent of the test images every time",
        run=apart,
        settings=tried(2),
        holds=lambda lost: lost > 20,
    ),
    Claim(
        "apart, 4 images",
        "With four it lost {lost at *} percent",
        run=apart,
        settings=tried(4),
        holds=lambda lost: -5 < lost < 20,
    ),
    Claim(
        "apart, 8 images",
        "with eight {lost at *}",
        run=apart,
        settings=tried(8),
        holds=lambda lost: -5 < lost < 8,
    ),
    Claim(
        "apart, 16 images",
        "with sixteen {lost at *}",
        run=apart,
        settings=tried(16),
        holds=lambda lost: abs(lost) <= 5,
    ),
    Claim(
        "apart, 32 images",
        "and with thirty-two {lost at *}",
        run=apart,
        settings=tried(32),
        holds=lambda lost: abs(lost) <= 4,
    ),
]
