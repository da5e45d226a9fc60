"""Lesson 3: what momentum forgets, and what noise it lets through."""

import numpy as np

from bnlib import functional as F
from claims import MINUS, Claim

MOMENTA = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8)


def followed(batch_means, momentum):
    """The running mean after each batch, for many runs at once; None is the plain average."""
    running, found = np.zeros_like(batch_means[0]), []
    for count, observed in enumerate(batch_means, start=1):
        running = F.running_update(running, observed, momentum or 1 / count)
        found.append(running)
    return np.array(found)


def typically_off(values, truth):
    return float(np.sqrt(np.mean((values - truth) ** 2)))


def batch_means(seed, batches, runs, drift=0.0):
    """Means of 4 values around a truth, and the truth; the last axis counts the runs."""
    truth = (5 + drift * np.arange(batches))[:, None]
    noise = np.random.default_rng(seed).normal(0, 2, (batches, runs, 4)).mean(axis=-1)
    return truth + noise, truth


def average_or_tenth(seed, drift):
    """How far two running means are from the truth after 60 batches, over 200 runs."""
    means, truth = batch_means(seed, 60, 200, drift)
    return {
        name: typically_off(followed(means, momentum)[-1], truth[-1])
        for name, momentum in (("plain average", None), ("a tenth", 0.1))
    }


def noise(seed, momentum):
    """The noise of a running mean that has settled, over what the rule says."""
    means, truth = batch_means(seed, 2000, 20)
    rule = np.sqrt(momentum / (2 - momentum))
    return {"measured / rule": typically_off(followed(means, momentum)[1000:], truth[1000:]) / rule}


def best_with_drift(seed):
    """Which two of seven momenta follow a drift of 0.1 best, once the start is forgotten."""
    means, truth = batch_means(seed, 60, 20, drift=0.1)
    off = {m: typically_off(followed(means, m)[20:], truth[20:]) for m in MOMENTA}
    best, second, *_ = sorted(off, key=off.get)
    return {"best": best, "second": second}


CLAIMS = [
    Claim(
        "without drift, the plain average",
        "Where nothing drifts, the plain average (`momentum=None`) is better",
        run=average_or_tenth,
        settings={"no drift": {"drift": 0.0}},
        holds=lambda plain_average, tenth: plain_average < tenth,
    ),
    Claim(
        "with drift, a tenth",
        "moving a tenth of the way each time gets nearer",
        run=average_or_tenth,
        settings={"drift 0.1": {"drift": 0.1}, "drift 0.3": {"drift": 0.3}},
        holds=lambda plain_average, tenth: tenth < plain_average,
    ),
    Claim(
        "noise",
        f"The noise of the running mean is about √(m / (2 {MINUS} m)) times that of a single "
        "batch's mean",
        run=noise,
        settings={f"{m:g}": {"momentum": m} for m in (1.0, 0.5, 0.1, 0.01)},
        holds=lambda ratio: 0.8 < ratio < 1.25,
    ),
    Claim(
        "best with drift",
        "With a drift of 0.1 and this noise, a momentum of 0.2 or 0.3 follows it best, once the "
        "start is forgotten",
        run=best_with_drift,
        settings={"drift 0.1": {}},
        holds=lambda best, second: {best, second} == {0.2, 0.3},
    ),
]
