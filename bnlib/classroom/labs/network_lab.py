"""Lesson 6: the same network with and without batch normalization."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from bnlib.classroom.labs.base import Lab, Slider
from bnlib.classroom.labs.looks import INK, LEARNED, legend_above, panel
from bnlib.classroom.lessons.digits import Digits, load_digits
from bnlib.classroom.lessons.network import ReLU, Sequential, accuracy, classifier, fit

STEPS, WIDTH, DEEPEST = 63, 32, 12
LARGEST_LOSS, LARGEST_SPREAD = 4.0, 1e3


class Run(NamedTuple):
    """One network: loss at each step, spread after each hidden layer at first, percent right."""

    losses: np.ndarray
    spreads: np.ndarray
    right: int


class State(NamedTuple):
    without: Run
    with_it: Run


digits = lru_cache(load_digits)


@lru_cache(maxsize=16)
def run(
    batch_norm: bool, learning_rate: float, depth: int, first_weights: float, batch_size: int
) -> Run:
    """Train a network from weights of first_weights times He's size, and look at it."""
    train, test = digits()
    sizes = [64, *depth * [WIDTH], 10]
    network, untrained = (classifier(sizes, batch_norm, first_weights * 2**0.5) for _ in range(2))
    with np.errstate(over="ignore", invalid="ignore"):  # without it, numbers may grow too large
        losses = fit(network, train, learning_rate, STEPS, batch_size)
        return Run(
            np.nan_to_num(losses, nan=np.inf),
            _spreads(untrained, train),
            accuracy(network.eval(), test),
        )


def _spreads(network: Sequential, data: Digits) -> np.ndarray:
    """The standard deviation after each ReLU."""
    x, found = data.images[:200], []
    for layer in network.layers:
        x = layer(x)
        if isinstance(layer, ReLU):
            found.append(x.std())
    return np.array(found)


class NetworkLab(Lab):
    question = "Where does only the one with batch norm learn? Where do both? Where is it worse?"
    controls = (
        Slider("learning_rate", 0.3, 0.01, 3.0, log=True),
        Slider("depth", 6, 1, DEEPEST, 1),
        Slider("first_weights", 1.0, 0.3, 3.0, 0.1),
        Slider("batch_size", 64, 2, 200, 1),
    )

    on_release = True  # half a second for twelve layers

    def model(self, **values: Any) -> State:
        return State(run(False, **values), run(True, **values))

    def draw(self, figure: Figure) -> None:
        losses = panel(
            figure, 121, "loss", xlim=(0, STEPS), ylim=(0, 1.03 * LARGEST_LOSS), xlabel="step"
        )
        spreads = panel(
            figure, 122, "spread before training", xlim=(0.5, DEEPEST + 0.5), xlabel="layer",
            ylim=(0.5 / LARGEST_SPREAD, 2 * LARGEST_SPREAD), yscale="log",
        )  # fmt: skip
        losses.axhline(np.log(10), color=INK, lw=1, ls=":")
        losses.set_yticks([0, 1, np.log(10), 3, 4], ["0", "1", "guessing", "3", "4"])
        looks: dict[str, dict[str, Any]] = {
            "without": {"color": INK, "lw": 3, "ls": "--"},
            "with batch norm": {"color": LEARNED, "lw": 4},
        }
        self.losses = [losses.plot([], [], label=name, **look)[0] for name, look in looks.items()]
        self.spreads = [
            spreads.plot([], [], marker="o", ms=7, label=name, **look)[0]
            for name, look in looks.items()
        ]
        legend_above(losses, ncols=2)
        legend_above(spreads, ncols=2)

    def show(self, state: State) -> Iterable[Artist]:
        for line, each in zip(self.losses, state, strict=True):
            line.set_data(np.arange(STEPS), np.minimum(each.losses, LARGEST_LOSS))
        for line, each in zip(self.spreads, state, strict=True):
            inside = np.clip(each.spreads, 1 / LARGEST_SPREAD, LARGEST_SPREAD)
            line.set_data(np.arange(1, 1 + len(inside)), inside)
        return [*self.losses, *self.spreads]

    def numbers(self, state: State) -> dict[str, Any]:
        return {"right_without": state.without.right, "right_with": state.with_it.right}

    def words(self, state: State) -> str:
        return (
            f"After {STEPS} steps {state.without.right}% of the test images are right without "
            f"batch norm, and {state.with_it.right}% with it. Guessing gives 10%."
        )

    def describe(self, state: State) -> str:
        first, last = (
            [f"{each.spreads[k]:.2g}" for each in state] for k in (0, len(state[0].spreads) - 1)
        )
        return (
            f"Loss over {STEPS} steps: it ends {_level(state.without)} without batch norm, and "
            f"{_level(state.with_it)} with it. Spread before training, from the first hidden "
            f"layer to the last: {first[0]} to {last[0]} without, {first[1]} to {last[1]} with "
            f"it. Right in the end: {state.without.right}% and {state.with_it.right}%."
        )


def _level(each: Run) -> str:
    end = each.losses[-5:].mean()
    return f"at {end:.1f}" if end < LARGEST_LOSS else "beyond the top"
