"""Lesson 4: the gradient of the input, and what each of its three paths does."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from bnlib import functional as F
from bnlib.classroom.labs.base import Choice, Handle, Lab, Slider, Switch
from bnlib.classroom.labs.looks import DATA, INK, LEARNED, ON_COLOR, panel, place_marks

X = np.array([[0.0], [1.0], [2.0], [9.0]])
DY = ("dy_0", "dy_1", "dy_2", "dy_3")
LESSON = [1.0, 2.0, -1.0, 4.0]
OWN = "your own"
PATTERNS = {
    "lesson 4": LESSON,
    "all ones": [1.0, 1.0, 1.0, 1.0],
    "one sample": [0.0, 0.0, 1.0, 0.0],
    "like x hat": [-2.0, -4 / 3, -2 / 3, 4.0],
}
HIGHEST_DX = 1.9
HIGHEST_OUTSIDE = 1.35  # the highest bar with room for its number above it


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
        Choice("grad_output", "lesson 4", (*PATTERNS, OWN)),
        *(Slider(name, start, -4.0, 4.0, 0.1) for name, start in zip(DY, LESSON, strict=True)),
        Switch("mean_path", True),
        Switch("variance_path", True),
    )

    def settle(self, values: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
        """A pattern sets all of dy; and what is set of dy may be a pattern, or none."""
        if asked.get("grad_output", OWN) != OWN:
            return values | dict(zip(DY, PATTERNS[asked["grad_output"]], strict=True))
        if asked.keys() & set(DY):
            dy = [values[name] for name in DY]
            values["grad_output"] = next((n for n, each in PATTERNS.items() if each == dy), OWN)
        return values

    def model(self, weight: float, mean_path: bool, variance_path: bool, **values: Any) -> State:
        dy = np.array([[values[name]] for name in DY])
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
            ("output y", DATA, 4.6),
            ("dy: gradient of loss\nwith respect to y", LEARNED, 4.6),
            ("dx: gradient of loss\nwith respect to x", LEARNED, HIGHEST_DX),
        )
        self.bars, self.axes = [], []
        for place, (title, color, highest) in enumerate(panels, start=131):
            axes = panel(figure, place, title, xlim=(-0.6, 3.6), ylim=(-highest, highest))
            axes.set_xlabel("sample\n")
            axes.axhline(0, color=INK, lw=1)
            axes.set_xticks(range(4), [f"x = {x:.0f}" for x in X[:, 0]])
            self.bars.append(axes.bar(range(4), [0.0] * 4, color=color, edgecolor=INK))
            self.axes.append(axes)
        axes.set_xlabel("\n")
        self.dx_texts = [axes.text(i, 0, "", ha="center", fontsize=12) for i in range(4)]
        self.marks = [
            (axes.plot([0], [0], mark, ms=9, color=ON_COLOR)[0], sign)
            for mark, sign in (("^", 1), ("v", -1))
        ]
        self.sum_text = axes.annotate(
            "", (0.5, 0), (0, -21), "axes fraction", "offset points",
            ha="center", va="top", fontsize=13,
        )  # fmt: skip

    def show(self, state: State) -> Iterable[Artist]:
        for bars, values in zip(self.bars, (state.y, state.dy, state.dx), strict=True):
            for bar, value in zip(bars, values, strict=True):
                bar.set_height(value)
        for text, value in zip(self.dx_texts, np.round(state.dx, 2) + 0.0, strict=True):
            end = np.clip(value, -HIGHEST_OUTSIDE, HIGHEST_OUTSIDE)
            text.set(y=end + np.copysign(0.05, end), va="bottom" if end >= 0 else "top")
            text.set(text=f"{value:.2f}", color=INK if end == value else ON_COLOR)
        for marks, sign in self.marks:
            leaves = np.flatnonzero(sign * state.dx > HIGHEST_DX)
            place_marks(marks, leaves, np.full(leaves.size, sign * 0.95 * HIGHEST_DX))
        self.sum_text.set_text(f"Σ dx = {state.total:.4f}\nΣ dx·x̂ = {state.along_x_hat:.4f}")
        return [
            *(bar for bars in self.bars for bar in bars), *self.dx_texts, self.sum_text,
            *(marks for marks, _ in self.marks),
        ]  # fmt: skip

    def handles(self, state: State) -> Iterable[Handle]:
        return [Handle(self.axes[1], (i, dy), y=(DY[i], 1)) for i, dy in enumerate(state.dy)]

    def numbers(self, state: State) -> dict[str, Any]:
        return {
            "dx": state.dx,
            "sum_of_dx": state.total,
            "sum_of_dx_x_hat": state.along_x_hat,
        }

    def words(self, state: State) -> str:
        leaves = " (▲, ▼: there it leaves the picture)" * bool(
            np.any(np.abs(state.dx) > HIGHEST_DX)
        )
        return f"The gradient of the loss with respect to x is {four_decimals(state.dx)}{leaves}."

    def describe(self, state: State) -> str:
        return (
            f"Four bars for each: the output y, {four_decimals(state.y)}; the gradient of the loss "
            f"with respect to y, {four_decimals(state.dy)}; and with respect to x, "
            f"{four_decimals(state.dx)}. The last add up to {state.total:.4f}; multiplied "
            f"by x hat first, to {state.along_x_hat:.4f}."
        )
