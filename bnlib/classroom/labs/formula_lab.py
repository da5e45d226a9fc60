"""Lesson 1: two values, their spread, and what eps leaves of it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from bnlib import functional as F
from bnlib.classroom.labs.base import Lab, Slider
from bnlib.classroom.labs.looks import BATCH, INK, RUNNING, panel

OFFSET = 3.0


class State(NamedTuple):
    x: np.ndarray
    y: np.ndarray
    var: float
    eps: float
    kept: float


class FormulaLab(Lab):
    question = "How large may eps be before ±1 has become ±0.5? And what does the offset do?"
    controls = (
        Slider("spread", 1.0, 0.001, 10.0, log=True),
        Slider("offset", OFFSET, -10.0, 10.0, 0.1),
        Slider("eps", 0.1, 1e-8, 100.0, log=True),
    )

    def model(self, spread: float, offset: float, eps: float) -> State:
        x = np.array([[offset - spread], [offset + spread]])
        y = F.batch_norm(x, None, None, training=True, eps=eps)
        var = float(F.batch_statistics(x)[1][0])
        return State(x[:, 0], y[:, 0], var, eps, float(y[1, 0]))

    def draw(self, figure: Figure) -> None:
        before = panel(figure, 131, "before", xlabel="x", xlim=(-23, 23))
        scale = panel(figure, 132, "variance and eps", xlim=(1e-9, 1e3))
        scale.set_xlabel("squared units of x (a tick: 1000 times)")
        after = panel(figure, 133, "after", xlabel="normalized x", xlim=(-1.3, 1.3))
        for axes in (before, scale, after):
            axes.set(ylim=(0, 3), yticks=[])
        scale.set_xscale("log")
        for bound in (-1, 1):
            after.axvline(bound, color=INK, ls=":", lw=2)
        self.points = before.plot([0, 0], [1.5, 1.5], "o", ms=16, color=BATCH, mec=INK)[0]
        self.normalized = after.plot([0, 0], [1.5, 1.5], "o", ms=16, color=BATCH, mec=INK)[0]
        self.bars = [
            scale.plot([1e-9, 1], [y, y], lw=22, color=color, solid_capstyle="butt")[0]
            for y, color in ((2.1, BATCH), (0.9, RUNNING))
        ]
        scale.text(3e-9, 2.5, "variance", fontsize=13)
        scale.text(3e-9, 1.3, "eps", fontsize=13)
        self.values_text = after.text(0, 2.3, "", ha="center", fontsize=15)

    def show(self, state: State) -> Iterable[Artist]:
        self.points.set_xdata(state.x)
        self.normalized.set_xdata(state.y)
        for bar, end in zip(self.bars, (state.var, state.eps), strict=True):
            bar.set_xdata([1e-9, end])
        self.values_text.set_text(f"±{state.kept:.4f}")
        return [self.points, self.normalized, *self.bars, self.values_text]

    def numbers(self, state: State) -> dict[str, Any]:
        return {"variance": state.var, "output": state.y}

    def words(self, state: State) -> str:
        mean = float(state.x.mean())
        divisor = f"√(variance {state.var:.3g} + eps {state.eps:.3g})"
        left = f"Divided by {divisor}: {state.kept:.1%} of ±1 is left."
        if np.isclose(mean, OFFSET):
            return left
        return f"{left} The offset {mean:.3g} is the mean, which is subtracted: it has no effect."

    def describe(self, state: State) -> str:
        return (
            f"The values {state.x[0]:.4g} and {state.x[1]:.4g} have variance {state.var:.4g}, "
            f"beside an eps of {state.eps:.4g}. Normalized they are {-state.kept:.4f} and "
            f"{state.kept:.4f}: {state.kept:.0%} of the spread is left."
        )
