"""Lesson 5: which cells share a mean and a variance, for four normalizations."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from bnlib import functional as F
from bnlib.classroom.labs.base import Choice, Lab, Slider
from bnlib.classroom.labs.looks import BATCH, DATA, INK, panel

N, C = 3, 4
SHAPES = {"(N, C)": (N, C, 1, 1), "(N, C, L)": (N, C, 1, 3), "(N, C, H, W)": (N, C, 2, 3)}
NORMS = ("batch", "layer", "instance", "group of 2")


class State(NamedTuple):
    chosen: tuple[int, int]
    values: np.ndarray
    together: np.ndarray
    group: np.ndarray
    mean: float
    var: float


def squares(cells: np.ndarray) -> Path:
    """A square for each row (n, c, h, w) of cells, all in one path."""
    n, c, h, w = cells.T
    corner = np.stack([c * 3.4 + w, 7.1 - n * 2.9 - h], axis=1)  # (cells, 2)
    around = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    corners = (corner[:, None] + around).reshape(-1, 2)
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path(corners, codes * len(cells))


def counted(values: int) -> str:
    return "1 value" if values == 1 else f"{values} values"


class ShapeLab(Lab):
    question = "Which normalization mixes samples? Which one has nothing to average in (N, C)?"
    controls = (
        Choice("shape", "(N, C, H, W)", tuple(SHAPES)),
        Choice("norm", "batch", NORMS),
        Slider("sample", 0, 0, N - 1, 1),
        Slider("channel", 1, 0, C - 1, 1),
    )

    def model(self, shape: str, norm: str, sample: int, channel: int) -> State:
        size = SHAPES[shape]
        values = np.arange(np.prod(size), dtype=np.float64).reshape(size)
        samples, channels = np.indices(size)[:2]
        together = {
            "batch": channels == channel,
            "layer": samples == sample,
            "instance": (samples == sample) & (channels == channel),
            "group of 2": (samples == sample) & (channels // 2 == channel // 2),
        }[norm]
        group = values[together]
        mean, var = F.batch_statistics(group[:, None])
        return State((sample, channel), values, together, group, float(mean[0]), float(var[0]))

    def draw(self, figure: Figure) -> None:
        axes = panel(figure, 111, "", xlim=(-0.8, 18.5), ylim=(-0.6, 9.4), aspect="equal")
        axes.set_axis_off()
        nothing = squares(np.empty((0, 4)))
        self.others = PathPatch(nothing, facecolor=DATA, edgecolor=INK, linewidth=1)
        self.lit = PathPatch(nothing, facecolor=BATCH, edgecolor=INK, linewidth=3)
        for patch in (self.others, self.lit):
            axes.add_patch(patch)
        for c in range(C):
            axes.text(c * 3.4 + 1.5, 8.6, f"channel {c}", ha="center", fontsize=13)
        for n in range(N):
            axes.text(
                -0.5, 6.6 - n * 2.9 + 0.5, f"sample {n}", ha="right", va="center", fontsize=13
            )
        self.outline = Rectangle((0, 0), 1, 1, fill=False, edgecolor=INK, linewidth=3, ls="--")
        axes.add_patch(self.outline)
        self.group_text = axes.text(13.9, 5, "", va="center", fontsize=15, linespacing=1.6)

    def show(self, state: State) -> Iterable[Artist]:
        height, width = state.values.shape[2:]
        self.others.set_path(squares(np.argwhere(~state.together)))
        self.lit.set_path(squares(np.argwhere(state.together)))
        sample, channel = state.chosen
        left, bottom = channel * 3.4 - 0.25, 8.1 - sample * 2.9 - height - 0.25
        self.outline.set_bounds(left, bottom, width + 0.5, height + 0.5)
        first, last = state.group[0], state.group[-1]
        count = "1 value" if state.group.size == 1 else f"{state.group.size} values"
        self.group_text.set_text(
            f"{count}, {first:.0f} to {last:.0f}\nmean {state.mean:.2f}\nvariance {state.var:.2f}"
        )
        return [self.others, self.lit, self.outline, self.group_text]

    def numbers(self, state: State) -> dict[str, Any]:
        return {"values": state.group.size, "mean": state.mean, "variance": state.var}

    def words(self, state: State) -> str:
        sample, channel = state.chosen
        return (
            f"Sample {sample}, channel {channel} is normalized with the mean and the variance of "
            f"{counted(state.group.size)} out of {state.values.size}."
        )

    def describe(self, state: State) -> str:
        sample, channel = state.chosen
        first, last = state.group[0], state.group[-1]
        return (
            f"{N} samples of {C} channels, with the cells numbered in order. Sample {sample}, "
            f"channel {channel} is chosen. {state.group.size} of {state.values.size} cells light "
            f"up, from {first:.0f} to {last:.0f}; they share the mean {state.mean:.2f} and the "
            f"variance {state.var:.2f}."
        )
