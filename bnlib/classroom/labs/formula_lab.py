"""Lesson 1: two values, their spread, and what eps leaves of it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from bnlib import functional as F
from bnlib.classroom.labs.base import Handle, Lab, Slider
from bnlib.classroom.labs.looks import BATCH, DATA, INK, legend_above, panel, places

OFFSET = 3.0
EPS = np.logspace(-9, 3, 121)
MEAN_AT = 0.75  # the height of its handle


class State(NamedTuple):
    x: np.ndarray
    y: np.ndarray
    var: float
    eps: float
    std: float
    divisor: float
    divisors: np.ndarray  # for each of EPS
    kept: float


class FormulaLab(Lab):
    question = "How large may eps be before ±1 has become ±0.5? And what does the offset do?"
    controls = (
        Slider("spread", 1.0, 0.001, 10.0, log=True),
        Slider("offset", OFFSET, -5.0, 5.0, 0.1),
        Slider("eps", 0.1, 1e-8, 100.0, log=True),
    )

    def model(self, spread: float, offset: float, eps: float) -> State:
        x = np.array([[offset - spread], [offset + spread]])
        y = F.batch_norm(x, None, None, training=True, eps=eps)
        var = float(F.batch_statistics(x)[1][0])
        return State(
            x[:, 0], y[:, 0], var, eps, var**0.5, (var + eps) ** 0.5, np.sqrt(var + EPS),
            float(y[1, 0]),
        )  # fmt: skip

    def draw(self, figure: Figure) -> None:
        grid = places(figure, 9, 7, 5)
        self.before = panel(figure, grid[0], "before", xlabel="x", xlim=(-16.5, 16.5))
        self.divisors = panel(
            figure, grid[1], "divided by", xlabel="eps (log. scale)", xlim=(EPS[0], EPS[-1]),
            ylim=(5e-4, 60), xscale="log", yscale="log",
        )  # fmt: skip
        after = panel(figure, grid[2], "after", xlabel="normalized x", xlim=(-1.3, 1.3))
        self.divisors.set_yticks([0.001, 0.01, 0.1, 1, 10], ["0.001", "0.01", "0.1", "1", "10"])
        for axes in (self.before, after):
            axes.set(ylim=(0, 3), yticks=[])
        for axes in (self.before, self.divisors, after):
            axes.set_title(axes.get_title(), fontsize=15, pad=32)
        for bound in (-1, 1):
            after.axvline(bound, color=INK, ls=":", lw=2)
        self.mean = self.before.plot([0, 0], [MEAN_AT, 1.5], color=INK, lw=2, ls=":")[0]
        self.mean_text = self.before.text(0, 0.12, "", ha="center", fontsize=13)
        self.points = self.before.plot([0, 0], [1.5, 1.5], "o", ms=14, color=DATA, mec=INK)[0]
        self.normalized = after.plot([0, 0], [1.5, 1.5], "o", ms=16, color=BATCH, mec=INK)[0]
        self.divisor = self.divisors.plot(EPS, EPS, color=INK, lw=3, label="√(var + eps)")[0]
        self.std = self.divisors.plot(EPS[[0, -1]], EPS[:2], color=INK, lw=2, ls=":", label="√var")[
            0
        ]
        self.now = self.divisors.plot([1], [1], "o", ms=14, color=INK, mec=INK)[0]
        legend_above(self.divisors, ncols=2)
        self.values_text = after.text(0, 2.3, "", ha="center", fontsize=15)

    def show(self, state: State) -> Iterable[Artist]:
        self.points.set_xdata(state.x)
        self.mean.set_xdata([state.x.mean()] * 2)
        self.mean_text.set_x(state.x.mean())
        self.mean_text.set_text(f"mean {state.x.mean():.4g}")
        self.normalized.set_xdata(state.y)
        self.divisor.set_ydata(state.divisors)
        self.std.set_ydata([state.std] * 2)
        self.now.set_data([state.eps], [state.divisor])
        self.values_text.set_text(f"±{state.kept:.4f}")
        return [
            self.mean, self.mean_text, self.points, self.normalized, self.std, self.divisor,
            self.now, self.values_text,
        ]  # fmt: skip

    def handles(self, state: State) -> Iterable[Handle]:
        left, right = state.x
        return [
            Handle(self.before, (right, 1.5), x=("spread", 1)),
            Handle(self.before, (left, 1.5), x=("spread", -1)),
            Handle(self.before, (state.x.mean(), MEAN_AT), x=("offset", 1)),
            Handle(self.divisors, (state.eps, state.divisor), x=("eps", 1)),
        ]

    def numbers(self, state: State) -> dict[str, Any]:
        return {"variance": state.var, "output": state.y}

    def words(self, state: State) -> str:
        mean = float(state.x.mean())
        divisor = f"√(variance {state.var:.3g} + eps {state.eps:.3g})"
        left = f"Divided by {divisor}: {state.kept:.2%} of ±1 is left."
        if np.isclose(mean, OFFSET):
            return left
        return f"{left} The offset {mean:.3g} is the mean, which is subtracted: it has no effect."

    def describe(self, state: State) -> str:
        return (
            f"The values {state.x[0]:.4g} and {state.x[1]:.4g} have variance {state.var:.4g}, "
            f"beside an eps of {state.eps:.4g}. They are divided by {state.divisor:.4g}, where "
            f"without eps it would be {state.std:.4g}: a curve that is flat while eps is "
            f"small beside the variance, and then rises. Normalized they are {-state.kept:.4f} and "
            f"{state.kept:.4f}: {state.kept:.0%} of the spread is left."
        )
