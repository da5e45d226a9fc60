"""Lesson 9: a batch of twelve values on three workers, apart and merged."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bnlib import functional as F
from bnlib import synchronized
from bnlib.classroom.labs.base import Choice, Handle, Lab, Slider
from bnlib.classroom.labs.looks import (
    BATCH,
    DATA,
    INK,
    ON_COLOR,
    is_tall,
    legend_above,
    panel,
    places,
)
from bnlib.synchronized import Statistics

WORKERS = 3
ORDERS = {
    "sorted": np.array([0.0, 1, 2, 3, 6, 7, 8, 9, 12, 13, 14, 15]),
    "dealt out": np.array([0.0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15]),
}
COUNT = 12
ROWS = ("rank 0", "rank 1", "rank 2", "merged", "averaged")
BATCH_ROW, CELL = -1.4, 2.5  # where the batch is drawn, a cell for each value


class State(NamedTuple):
    cuts: tuple[int, int]
    shards: list[np.ndarray]
    parts: list[Statistics]
    merged: Statistics
    averaged: Statistics
    alone: list[np.ndarray]
    together: list[np.ndarray]
    off_by: float


def summary(statistics: Statistics) -> str:
    mean, var = statistics.mean[0], statistics.var[0]
    return f"mean {mean:.2f}, variance {var:.2f}" if statistics.n else "no values"


class ShardsLab(Lab):
    question = "Which cuts make the averages right? Which values are off, and by how much?"
    controls = (
        Slider("first_cut", 4, 0, COUNT, 1),
        Slider("second_cut", 8, 0, COUNT, 1),
        Choice("order", "sorted", tuple(ORDERS)),
    )

    def model(self, first_cut: int, second_cut: int, order: str) -> State:
        cuts = sorted((first_cut, second_cut))
        shards = np.split(ORDERS[order][:, None], cuts)
        parts = [synchronized.shard_statistics(shard) for shard in shards]
        merged = synchronized.merge(parts)
        present = [part for part in parts if part.n]
        mean, var = np.mean([[part.mean, part.var] for part in present], axis=0)
        alone = [
            F.normalize(shard, part.mean, part.var)[:, 0]
            for shard, part in zip(shards, parts, strict=True)
        ]
        together = [F.normalize(shard, merged.mean, merged.var)[:, 0] for shard in shards]
        off_by = float(np.abs(np.concatenate(alone) - np.concatenate(together)).max())
        averaged = Statistics(merged.n, mean, merged.n * var)
        return State(
            (first_cut, second_cut), [s[:, 0] for s in shards], parts, merged, averaged,
            alone, together, off_by,
        )  # fmt: skip

    def draw(self, figure: Figure) -> None:
        grid = places(figure, 5, 4)
        rows = range(len(ROWS))
        values = panel(
            figure, grid[0], "mean ± standard deviation", xlim=(-1, 32), ylim=(4.6, -2.1)
        )
        values.set(yticks=[BATCH_ROW, *rows], yticklabels=["batch", *ROWS], xticks=range(0, 16, 3))
        self.axes = values
        for i in range(COUNT):
            corner = i * CELL, BATCH_ROW - 0.35
            values.add_patch(Rectangle(corner, CELL, 0.7, facecolor=DATA, edgecolor=INK))
        self.cells = [
            values.text(
                (i + 0.5) * CELL, BATCH_ROW, "", ha="center", va="center", fontsize=12,
                color=ON_COLOR,
            )
            for i in range(COUNT)
        ]  # fmt: skip
        self.cuts = [
            values.plot([0, 0], [BATCH_ROW - 0.6, BATCH_ROW + 0.6], lw=4, color=INK)[0]
            for _ in range(WORKERS - 1)
        ]
        values.tick_params(axis="y", labelsize=14)
        values.spines["bottom"].set_bounds(-1, 16)
        box = np.array([-0.26, -0.26, 0.26, 0.26, -0.26])
        self.spreads = [values.fill([0] * 5, y + box, color=BATCH)[0] for y in rows]
        self.spreads[-1].set(fill=False, edgecolor=INK, lw=2)
        self.means = [values.plot([0, 0], [y - 0.3, y + 0.3], lw=3, color=INK)[0] for y in rows]
        self.points = [
            values.plot([0], [y], "o", ms=7, color=DATA, mec=INK)[0] for y in range(WORKERS)
        ]
        self.texts = [values.text(18, y, "", va="center", fontsize=11, linespacing=1) for y in rows]
        outputs = panel(figure, grid[1], "normalized", xlim=(-3.6, 3.6), ylim=(2.6, -0.6))
        outputs.set(yticks=range(WORKERS), yticklabels=ROWS[:WORKERS])
        outputs.tick_params(axis="y", labelsize=14)
        self.alone = [
            outputs.plot([0], [y - 0.17], "x", ms=8, mew=2, color=INK, label="alone" * (y == 0))[0]
            for y in range(WORKERS)
        ]
        self.together = [
            outputs.plot(
                [0], [y + 0.17], "o", ms=8, color=BATCH, mec=INK, label="together" * (y == 0)
            )[0]
            for y in range(WORKERS)
        ]
        legend_above(outputs, ncols=2)
        if not is_tall(figure):  # then the legend is beside it
            values.set_title(values.get_title(), fontsize=15, pad=32)

    def show(self, state: State) -> Iterable[Artist]:
        rows = [*state.parts, state.merged, state.averaged]
        for text, value in zip(self.cells, np.concatenate(state.shards), strict=True):
            text.set_text(f"{value:.0f}")
        for line, cut in zip(self.cuts, state.cuts, strict=True):
            line.set_xdata([cut * CELL] * 2)
        for y, statistics in enumerate(rows):
            mean, std = statistics.mean[0], np.sqrt(statistics.var[0])
            self.spreads[y].xy[:, 0] = mean + std * np.array([-1, 1, 1, -1, -1])
            self.means[y].set_xdata([mean, mean])
            self.texts[y].set_text(summary(statistics).replace(", ", "\n"))
        for rank, values in enumerate(state.shards):
            self.points[rank].set_data(values, [rank] * values.size)
            self.alone[rank].set_data(state.alone[rank], [rank - 0.17] * values.size)
            self.together[rank].set_data(state.together[rank], [rank + 0.17] * values.size)
            for lines in (self.spreads, self.means, self.points, self.alone, self.together):
                lines[rank].set_visible(values.size > 0)
        return [
            *self.cells, *self.cuts, *self.spreads, *self.means, *self.points, *self.texts,
            *self.alone, *self.together,
        ]  # fmt: skip

    def handles(self, state: State) -> Iterable[Handle]:
        for name, cut in zip(("first_cut", "second_cut"), state.cuts, strict=True):
            yield Handle(self.axes, (cut * CELL, BATCH_ROW + 0.6), x=(name, CELL))

    def numbers(self, state: State) -> dict[str, Any]:
        return {
            "values": np.array([part.n for part in state.parts]),
            "merged_mean": state.merged.mean[0],
            "merged_variance": state.merged.var[0],
            "averaged_mean": state.averaged.mean[0],
            "averaged_variance": state.averaged.var[0],
            "off_by": state.off_by,
        }

    def words(self, state: State) -> str:
        averaged = "workers" if all(part.n for part in state.parts) else "workers with values"
        return (
            f"Merged: {summary(state.merged)}. The plain averages of the {averaged}: "
            f"{summary(state.averaged)}. Normalized alone, a value is off by up to "
            f"{state.off_by:.2f}."
        )

    def describe(self, state: State) -> str:
        workers = "; ".join(
            f"rank {rank}, {values.size} values{', ' * bool(values.size)}"
            f"{', '.join(f'{value:.0f}' for value in values)}: {summary(part)}"
            for rank, (values, part) in enumerate(zip(state.shards, state.parts, strict=True))
        )
        outputs = "; ".join(
            f"rank {rank}, alone {alone[0]:.2f} to {alone[-1]:.2f}, "
            f"together {together[0]:.2f} to {together[-1]:.2f}"
            for rank, (alone, together) in enumerate(zip(state.alone, state.together, strict=True))
            if alone.size
        )
        return (
            f"Twelve values on three workers: {workers}. {self.words(state)} The normalized "
            f"values, from first to last: {outputs}."
        )
