"""Lesson 5: which cells share a mean and a variance, for four normalizations."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from bnlib import functional as F
from bnlib.classroom.labs.base import Choice, Handle, Lab, Slider
from bnlib.classroom.labs.looks import BATCH, DATA, INK, ON_COLOR, panel

N, C = 3, 4
ACROSS, DOWN, FIRST = 3.4, 2.9, 7.1  # from channel to channel, from sample to sample
AROUND = 0.22  # from what is chosen to its outline
SHAPES = {"(N, C)": (N, C, 1, 1), "(N, C, L)": (N, C, 1, 3), "(N, C, H, W)": (N, C, 2, 3)}
NORMS = ("batch", "layer", "instance", "group of 2")


class State(NamedTuple):
    chosen: tuple[int, int]
    values: np.ndarray
    together: np.ndarray
    group: np.ndarray
    mean: float
    var: float


def corners(cells: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The lower left corner of each row (n, c, h, w) of cells: centered in a slot of 3 x 2."""
    n, c, h, w = cells.T
    height, width = shape[2:]
    x = c * ACROSS + w + (3 - width) / 2
    y = FIRST - n * DOWN - h - (2 - height) / 2
    return np.stack([x, y], axis=1)  # (cells, 2)


def squares(at: np.ndarray) -> Path:
    """A square for each corner, all in one path."""
    around = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path((at[:, None] + around).reshape(-1, 2), codes * len(at))


def runs(numbers: np.ndarray) -> str:
    """Ascending numbers in words: "6 to 11, 30 to 35"."""
    pieces = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    return ", ".join(f"{p[0]:.0f} to {p[-1]:.0f}" if p.size > 1 else f"{p[0]:.0f}" for p in pieces)


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
        axes = self.axes = panel(
            figure, 111, "", xlim=(-3.0, 13.5), ylim=(0.0, 9.2), aspect="equal"
        )
        axes.set_axis_off()
        nothing = squares(np.empty((0, 2)))
        self.others = PathPatch(nothing, facecolor=DATA, edgecolor=INK, linewidth=1, clip_on=False)
        self.lit = PathPatch(nothing, facecolor=BATCH, edgecolor=INK, linewidth=3, clip_on=False)
        self.outline = Rectangle(
            (0, 0), 1, 1, fill=False, edgecolor=INK, linewidth=3, ls="--", clip_on=False
        )
        for patch in (self.others, self.lit, self.outline):
            axes.add_patch(patch)
        self.texts = [
            axes.text(0, 0, f"{number}", ha="center", va="center", fontsize=16, color=ON_COLOR)
            for number in range(np.prod(SHAPES["(N, C, H, W)"]))
        ]
        for c in range(C):
            axes.text(c * ACROSS + 1.5, 8.6, f"channel {c}", ha="center", fontsize=16)
        for n in range(N):
            at = (-0.5, FIRST - n * DOWN)
            axes.text(*at, f"sample {n}", ha="right", va="center", fontsize=16)

    def show(self, state: State) -> Iterable[Artist]:
        shape = state.values.shape
        places = corners(np.argwhere(state.values >= 0), shape)
        together = state.together.ravel()
        self.others.set_path(squares(places[~together]))
        self.lit.set_path(squares(places[together]))
        chosen = places.reshape(*shape, 2)[state.chosen]  # (H, W, 2)
        left, bottom = chosen[-1, 0] - AROUND
        self.outline.set_bounds(left, bottom, shape[3] + 2 * AROUND, shape[2] + 2 * AROUND)
        used = self.texts[: len(places)]
        for text, (x, y) in zip(used, places + 0.5, strict=True):
            if text.get_position() != (x, y):  # what has not moved is not drawn again
                text.set_position((x, y))
        return [self.others, self.lit, self.outline, *used]

    def handles(self, state: State) -> Iterable[Handle]:
        sample, channel = state.chosen
        at = (channel * ACROSS + 1.5, FIRST - sample * DOWN)
        reach = state.values.shape[3] / 2 + AROUND, state.values.shape[2] / 2 + AROUND
        yield Handle(self.axes, at, x=("channel", ACROSS), y=("sample", -DOWN), reach=reach)

    def numbers(self, state: State) -> dict[str, Any]:
        return {"values": state.group.size, "mean": state.mean, "variance": state.var}

    def words(self, state: State) -> str:
        numbers = runs(state.group)
        shared = f"the mean {state.mean:.2f} and the variance {state.var:.2f}"
        if state.group.size == 1:
            return f"1 value, number {numbers}, has {shared} for itself."
        return f"{state.group.size} values share {shared}: numbers {numbers}."

    def describe(self, state: State) -> str:
        sample, channel = state.chosen
        return (
            f"{N} samples of {C} channels, {state.values.size} cells with their numbers. Sample "
            f"{sample}, channel {channel} is chosen; what is averaged with it is lit. "
            f"{self.words(state)}"
        )
