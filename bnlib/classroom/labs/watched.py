"""A network that is watched while it trains: its loss, and what each of its layers does."""

from functools import lru_cache
from itertools import islice
from typing import NamedTuple, Self

import numpy as np

from bnlib import BatchNorm1d
from bnlib.classroom.lessons.digits import load_digits
from bnlib.classroom.lessons.network import (
    Layer,
    Linear,
    Sequential,
    accuracy,
    classifier,
    sgd_step,
    shuffled_batches,
)

STEPS, WIDTH = 63, 32
EDGE, BINS = 4.0, 40  # histograms go from -EDGE to EDGE
MIDDLES = np.linspace(-EDGE, EDGE, BINS + 1)[:-1] + EDGE / BINS

digits = lru_cache(load_digits)


class Values(NamedTuple):
    """What comes out of some layers for one batch.

    Attributes:
        heights: (layers, BINS), each histogram as a share of its highest bin.
        below, above: (layers,), the shares of the values below -EDGE, and of those above EDGE or
            too large for a number.
        std: (layers,), infinite where the numbers have grown too large.
    """

    heights: np.ndarray
    below: np.ndarray
    above: np.ndarray
    std: np.ndarray

    @classmethod
    def of(cls, outputs: list[np.ndarray]) -> Self:
        layers = np.stack(outputs).reshape(len(outputs), -1)  # (layers, N * WIDTH)
        places = np.floor((layers + EDGE) * (BINS / (2 * EDGE)))
        places = np.nan_to_num(places, nan=BINS).clip(-1, BINS).astype(int)
        places += 1 + (BINS + 2) * np.arange(len(layers))[:, None]
        counts = np.bincount(places.ravel(), minlength=len(layers) * (BINS + 2))
        below, *inside, above = counts.reshape(len(layers), -1).T
        heights = np.transpose(inside)
        return cls(
            heights / np.maximum(heights.max(axis=1, keepdims=True), 1),
            below / layers.shape[1],
            above / layers.shape[1],
            np.nan_to_num(layers.std(axis=1), nan=np.inf),
        )


class Run(NamedTuple):
    """One training: at each step the loss, and what each hidden layer makes of the step's batch.

    linear is what comes out of the products, normalized what comes out of batch normalization
    after them, or None; right is the percentage of the test images that are right in the end.
    """

    losses: np.ndarray
    linear: list[Values]
    normalized: list[Values] | None
    right: int


class Look(Layer):
    """A layer that changes nothing, and keeps what it was given, to be looked at."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        return x

    def backward(self, grad_y: np.ndarray) -> tuple[np.ndarray, ...]:
        return (grad_y,)


@lru_cache(maxsize=16)
def run(
    batch_norm: bool, learning_rate: float, depth: int, first_weights: float, batch_size: int
) -> Run:
    """Train a network from weights of first_weights times He's size, and watch it."""
    train, test = digits()
    *hidden, last = classifier(
        [64, *depth * [WIDTH], 10], batch_norm, first_weights * 2**0.5
    ).layers
    looks: dict[type, list[Look]] = {Linear: [], BatchNorm1d: []}
    watched = []
    for layer in hidden:
        watched.append(layer)
        if type(layer) in looks:
            looks[type(layer)].append(Look())
            watched.append(looks[type(layer)][-1])
    network = Sequential(*watched, last)
    losses = []
    seen: dict[type, list[Values]] = {kind: [] for kind in looks}
    with np.errstate(over="ignore", invalid="ignore"):  # without it, numbers may grow too large
        for b in islice(shuffled_batches(len(train.labels), batch_size), STEPS):
            losses.append(sgd_step(network, train.images[b], train.labels[b], learning_rate))
            for kind in looks if batch_norm else [Linear]:
                seen[kind].append(Values.of([look.x for look in looks[kind]]))
        return Run(
            np.nan_to_num(losses, nan=np.inf),
            seen[Linear],
            seen[BatchNorm1d] or None,
            accuracy(network.eval(), test),
        )
