"""Lesson 4: the gradient of the input, and what each of its three paths does."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from bnlib import functional as F
from bnlib.classroom.labs.base import Choice, Lab, Slider, Switch
from bnlib.classroom.labs.looks import BATCH, DATA, INK, LEARNED, panel

X = np.array([[0.0], [1.0], [2.0], [9.0]])
PATTERNS = {
    "lesson 4": [1.0, 2.0, -1.0, 4.0],
    "all ones": [1.0, 1.0, 1.0, 1.0],
    "one sample": [0.0, 0.0, 1.0, 0.0],
    "like x hat": [-2.0, -4 / 3, -2 / 3, 4.0],
}


class State(NamedTuple):
    y: np.ndarray
    dy: np.ndarray
    dx: np.ndarray
    total: float
    along_x_hat: float


def four_decimals(values: np.ndarray) -> str:
    return ", ".join(f"{value:.4f}" for value in np.round(values, 4) + 0.0)


class GradientLab(Lab):
    question = "Which path makes the gradients add up to 0? Where does a gradient of ones go?"
    controls = (
        Slider("weight", 1.0, -2.0, 2.0, 0.1),
        Choice("grad_output", "lesson 4", tuple(PATTERNS)),
        Switch("mean_path", True),
        Switch("variance_path", True),
    )

    def model(self, weight: float, grad_output: str, mean_path: bool, variance_path: bool) -> State:
        dy = np.array(PATTERNS[grad_output])[:, None]
        gamma = np.array([weight])
        mean, var = F.batch_statistics(X)
        x_hat = F.normalize(X, mean, var)
        y = F.scale_and_shift(x_hat, gamma)
        root = np.sqrt(var + 1e-5)
        dx = F.batch_norm_backward(dy, X, gamma).input
        h = weight * dy
        if not mean_path:
            dx = dx + h.mean() / root
        if not variance_path:
            dx = dx + x_hat * (h * x_hat).mean() / root
        total, along_x_hat = (float(np.round(s, 4)) + 0.0 for s in (dx.sum(), (dx * x_hat).sum()))
        return State(y[:, 0], dy[:, 0], dx[:, 0], total, along_x_hat)

    def draw(self, figure: Figure) -> None:
        panels = (
            ("output y", DATA, (-3.8, 3.8)),
            ("dy: gradient of\nthe loss by y", BATCH, (-4.5, 4.5)),
            ("dx: gradient of\nthe loss by x", LEARNED, (-2.6, 4.4)),
        )
        self.bars = []
        for place, (title, color, ylim) in enumerate(panels, start=131):
            axes = panel(figure, place, title, xlim=(-0.6, 3.6), ylim=ylim, xlabel="sample")
            axes.axhline(0, color=INK, lw=1)
            axes.set_xticks(range(4), [f"x = {x:.0f}" for x in X[:, 0]])
            self.bars.append(axes.bar(range(4), [0.0] * 4, color=color, edgecolor=INK))
        self.sum_text = axes.text(1.5, 4.3, "", ha="center", va="top", fontsize=14)

    def show(self, state: State) -> Iterable[Artist]:
        for bars, values in zip(self.bars, (state.y, state.dy, state.dx), strict=True):
            for bar, value in zip(bars, values, strict=True):
                bar.set_height(value)
        self.sum_text.set_text(f"Σ dx = {state.total:.4f}\nΣ dx·x̂ = {state.along_x_hat:.4f}")
        return [*(bar for bars in self.bars for bar in bars), self.sum_text]

    def numbers(self, state: State) -> dict[str, Any]:
        return {
            "dx": state.dx,
            "sum_of_dx": state.total,
            "sum_of_dx_x_hat": state.along_x_hat,
        }

    def words(self, state: State) -> str:
        return f"The gradient of the loss by x is {four_decimals(state.dx)}."

    def describe(self, state: State) -> str:
        return (
            f"Four bars for each: the output y, {four_decimals(state.y)}; the gradient of the loss "
            f"by y, {four_decimals(state.dy)}; and by x, {four_decimals(state.dx)}. The last add "
            f"up to {state.total:.4f}; multiplied by x hat first, to {state.along_x_hat:.4f}."
        )
