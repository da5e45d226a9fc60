"""The course's pictures, drawn from numbers that bnlib computes: make figures.

One visual language: gray is data, blue is what a batch says about itself, orange is what
was written down, green is what is learned; colors.py has them.
"""

import sys
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

import bnlib
from bnlib import functional as F
from bnlib import synchronized
from bnlib.classroom.colors import BATCH, DATA, FAINT, INK, LEARNED, PAPER, RUNNING
from bnlib.classroom.display import as_text

CELL_WIDTH, CELL_HEIGHT = 5.6, 3.0
MARKED = {"facecolor": BATCH, "hatch": "//"}

Point = tuple[float, float]


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """A white figure of width x height units; one unit is a quarter of an inch."""
    figure = Figure(figsize=(width / 4, height / 4), dpi=110)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height), aspect="equal")
    axes.set_axis_off()
    return figure, axes


def write(axes: Axes, at: Point, text: str, size: float = 17, **style: Any) -> None:
    axes.text(*at, text, ha="center", va="center", fontsize=size, **{"color": INK} | style)


def box(axes: Axes, center: Point, width: float, height: float, **style: Any) -> None:
    corner = (center[0] - width / 2, center[1] - height / 2)
    look: dict[str, Any] = {"facecolor": PAPER, "edgecolor": INK, "lw": 1.5} | style
    axes.add_patch(Rectangle(corner, width, height, **look))


def column(axes: Axes, center: Point, values: Sequence[str], color: str) -> None:
    """One text a cell, the first on top."""
    tops = CELL_HEIGHT * (np.arange(len(values))[::-1] - (len(values) - 1) / 2)
    for value, offset in zip(values, tops, strict=True):
        at = (center[0], center[1] + offset)
        box(axes, at, CELL_WIDTH, CELL_HEIGHT, facecolor=color)
        write(axes, at, value)


def arrow(axes: Axes, *points: Point) -> None:
    """A line along the points, with its head at the last one."""
    for start, end in pairwise(points):
        head = "-|>" if end == points[-1] else "-"
        axes.add_patch(
            FancyArrowPatch(
                start,
                end,
                arrowstyle=head,
                mutation_scale=22,
                lw=2,
                color=INK,
                shrinkA=0,
                shrinkB=0,
            )
        )


def algorithm(filled: bool) -> Figure:
    """The four steps of Algorithm 1 on the column 0, 5, 10; the plan alone, or with its numbers."""
    x = np.array([[0.0], [5.0], [10.0]])
    weight, bias = np.array([2.0]), np.array([1.0])
    mean, var = F.batch_statistics(x)
    x_hat = F.normalize(x, mean, var)
    y = F.scale_and_shift(x_hat, weight, bias)
    normalize = r"$\hat{x} = (x - \mu)\;/\sqrt{\sigma^2 + \epsilon}$"
    steps = [
        ("one channel", x, DATA, "$x$", ""),
        ("1  mean", mean, BATCH, r"$\mu = \frac{1}{n}\,\sum x$", "(0 + 5 + 10) / 3"),
        ("2  variance", var, BATCH, r"$\sigma^2 = \frac{1}{n}\,\sum (x-\mu)^2$",
         "(25 + 0 + 25) / 3"),
        ("3  normalize", x_hat, DATA, normalize, r"$\pm5\,/\,\sqrt{16.6667}$"),
        ("4  scale, shift", y, LEARNED, r"$y = \gamma\,\hat{x} + \beta$",
         r"$\gamma$ = 2, $\beta$ = 1"),
    ]  # fmt: skip
    height = 6.2 if filled else 4.8
    figure, axes = canvas(35, len(steps) * height)
    tops = height * (np.arange(len(steps))[::-1] + 0.5)
    width, middle = 4.7, 21.0
    for at, (title, values, color, formula, example) in zip(tops, steps, strict=True):
        known = filled or values is x
        lines = [(title, 19, "bold"), (formula, 20, None), *([(example, 17, None)] * filled)]
        for line, (text, size, weight_of_text) in enumerate(filter(itemgetter(0), lines)):
            below = 1.9 * ((1 if filled and example else 0.5) - line)
            axes.text(
                0.6, at + below, text, fontsize=size, weight=weight_of_text, va="center", color=INK
            )
        for place, value in enumerate(np.ravel(values)):
            center = (middle + (place - (values.size - 1) / 2) * width, at)
            box(axes, center, width, CELL_HEIGHT, facecolor=color)
            write(axes, center, as_text(value) if known else "?")
    half = CELL_HEIGHT / 2
    for above, below in pairwise(tops):
        arrow(axes, (middle, above - half), (middle, below + half))
    x_at, mean_at, var_at, x_hat_at, _ = tops
    edge = middle + 1.5 * width
    for at, rail, end in ((var_at, 31, middle + width / 2), (x_hat_at, 33.5, edge)):
        leave = x_at + (rail - 32) * 0.3  # a line for each, so that none is taken for a bus
        arrow(axes, (edge, leave), (rail, leave), (rail, at), (end, at))
    left, rail = middle - width / 2, middle - 1.5 * width - 1.3
    arrow(axes, (left, mean_at), (rail, mean_at), (rail, x_hat_at), (rail + 1.3, x_hat_at))
    return figure


def bn_algorithm() -> Figure:
    return algorithm(filled=True)


def bn_algorithm_empty() -> Figure:
    return algorithm(filled=False)


def modes(training: bool) -> Figure:
    """What flows where in one of the two modes, for the column 0, 5, 10."""
    x = np.array([[0.0], [5.0], [10.0]])
    mean, biased = F.batch_statistics(x)
    unbiased = biased * len(x) / (len(x) - 1)
    bn = bnlib.BatchNorm1d(1)
    before = bn.state_dict()
    y = bn(x)
    after = bn.state_dict()
    if not training:
        y = bn.eval()(x)

    figure, axes = canvas(54, 29.5)
    left, middle, right = 14.2, 26.5, 38.8
    data, batch, running = 6.5, 17.5, 26.5
    column(axes, (4, data), [as_text(value) for value in x[:, 0]], DATA)
    column(axes, (50, data), [as_text(value) for value in y[:, 0]], DATA)
    write(axes, (4, 12.6), "batch", weight="bold")
    write(axes, (50, 12.6), "output", weight="bold")
    box(axes, (middle, data), 34, 5.2)
    formula = r"$\frac{x - \mathrm{mean}}{\sqrt{\mathrm{variance} + \epsilon}}$"
    write(axes, (middle, data), formula, 32)
    arrow(axes, (7, data), (9.3, data))
    arrow(axes, (43.7, data), (47, data))

    write(axes, (49.7, running), "running\nstatistics", weight="bold")
    for at, name, key in ((middle, "mean", "running_mean"), (right, "variance", "running_var")):
        value = as_text(after[key][0])
        if training:
            value = f"{as_text(before[key][0])} → {value}"
        box(axes, (at, running), right - middle, 4.8, facecolor=RUNNING)
        write(axes, (at, running), f"{name}\n{value}", 19)

    if training:
        write(axes, (49.7, batch), "batch\nstatistics", weight="bold")
        for at, name, number in (
            (left, "biased variance", biased),
            (middle, "mean", mean),
            (right, "unbiased variance", unbiased),
        ):
            box(axes, (at, batch), right - middle, 4.8, facecolor=BATCH)
            write(axes, (at, batch), f"{name}\n{as_text(number[0])}", 19)
        arrow(axes, (4, 13.8), (4, batch), (left - 6.3, batch))
        for at in (left, middle):
            arrow(axes, (at, 15.1), (at, 9.3))
        write(axes, ((left + middle) / 2, 12.2), "read", 19)
        for at in (middle, right):
            arrow(axes, (at, 19.9), (at, 23.9))
        write(axes, ((middle + right) / 2, 22), "write: a tenth\nof the way", 19)
    else:
        box(axes, (left, batch), 11.5, 4.8, ls="--", edgecolor=FAINT)
        write(axes, (left, batch), "batch statistics\nnot computed", 19, color=FAINT)
        for at in (middle, right):
            arrow(axes, (at, 24.1), (at, 9.3))
        write(axes, ((middle + right) / 2, batch), "read", 19)
        write(axes, (left, running), "nothing is written", 19)
    return figure


def bn_train() -> Figure:
    return modes(training=True)


def bn_test() -> Figure:
    return modes(training=False)


def bn_shape() -> Figure:
    """Which cells share one mean and variance: the second channel, marked, in three shapes."""
    figure, axes = canvas(34, 42)
    panels = [
        ((8, 30), "(N, C)", "one number each", (1, 1), 2.4),
        ((24.5, 30), "(N, C, L)", "3 positions each", (1, 3), 1.5),
        ((17, 9.4), "(N, C, H, W)", "2 by 3 positions each", (2, 3), 1.5),
    ]
    for (center, middle), title, what, (height, width), size in panels:
        write(axes, (center, middle + 10.8), title, 22, weight="bold")
        write(axes, (center, middle + 8.7), what, 18)
        for sample in range(3):
            for channel in range(3):
                look = MARKED if channel == 1 else {"facecolor": DATA}
                for row in range(height):
                    for position in range(width):
                        across = (channel - 1) * (width * size + 1.2)
                        across += (position - (width - 1) / 2) * size
                        down = (sample - 1) * 4.2 + (row - (height - 1) / 2) * size
                        box(axes, (center + across, middle - down), size, size, **look)
        count = 3 * height * width
        text = f"{count} values share\none mean and variance"
        write(axes, (center, middle - 8.1), text, 18)
    write(axes, (8, 36.6), "channels →", 17)
    write(axes, (1.2, 30), "samples →", 17, rotation=-90)
    return figure


def bn_groups() -> Figure:
    """One group of each normalization, marked, for 4 samples of 6 channels."""
    figure, axes = canvas(35, 28)
    norms = [("batch", 4, 1), ("ghost batch", 2, 1), ("instance", 1, 1), ("group", 1, 3)]
    for panel, (name, samples, channels) in enumerate([*norms, ("layer", 1, 6)]):
        row, place = divmod(panel, 3)
        center, top = 7 + 11.2 * place, 26.6 - 14.4 * row
        write(axes, (center, top), name, 20, weight="bold")
        for sample in range(4):
            for channel in range(6):
                look = {"facecolor": DATA}
                if sample < samples and channel < channels:
                    look = MARKED
                at = (center + (channel - 2.5) * 1.5, top - 3.6 - sample * 1.5)
                box(axes, at, 1.5, 1.5, **look)
        count = "1 sample" if samples == 1 else f"{samples} samples"
        width = "1 channel" if channels == 1 else f"{channels} channels"
        write(axes, (center, top - 10.6), f"{count}\nby {width}", 18)
    write(axes, (7, 24.7), "channels →", 17)
    write(axes, (1.2, 20.75), "samples →", 17, rotation=-90)
    return figure


def matrix(axes: Axes, center: Point, values: np.ndarray, color: str) -> None:
    """A table of numbers; the larger a number, the fuller its color."""
    size = 3.2
    rows, columns = values.shape
    for (row, column), value in np.ndenumerate(np.round(values, 2) + 0.0):
        across, down = column - (columns - 1) / 2, row - (rows - 1) / 2
        at = (center[0] + across * size, center[1] - down * size)
        box(axes, at, size, size, facecolor=to_rgba(color, min(1, abs(value))))
        write(axes, at, f"{value:g}", 16)


def bn_jacobian() -> Figure:
    """How each x_hat moves with each x: the three paths, their sum, and what it loses."""
    x = np.array([[0.0], [1.0], [2.0], [9.0]])
    mean, var = F.batch_statistics(x)
    x_hat = F.normalize(x, mean, var)
    paths = [
        ("value", "$I$", np.eye(4), DATA),
        ("mean", r"$-\;1/n$", np.full((4, 4), -1 / 4), BATCH),
        ("variance", r"$-\;\hat{x}\,\hat{x}^T/n$", -x_hat @ x_hat.T / 4, BATCH),
    ]
    total = np.sum([values for _, _, values, _ in paths], axis=0)
    figure, axes = canvas(48, 38)
    for panel, (name, formula, values, color) in enumerate(paths):
        center = 7.6 + 16.4 * panel
        write(axes, (center, 36.4), f"path {panel + 1}: {name}", 19, weight="bold")
        write(axes, (center, 33.8), formula, 22)
        matrix(axes, (center, 25.6), values, color)
        if panel:
            write(axes, (center - 8.2, 25.6), "+", 28)
    write(axes, (2, 7.6), "=", 28)
    write(axes, (10.4, 15.8), "all three: $r\\,J$", 19, weight="bold")
    matrix(axes, (10.4, 7.6), total, LEARNED)
    lost = [(21.4, "all alike", r"$\cdot$", np.ones((4, 1)))]
    for left, name, times, direction in [*lost, (36.6, r"$\hat{x}$", r"$r\,J\,\cdot$", x_hat)]:
        write(axes, (left - 3.2, 7.6), times, 22)
        write(axes, (left, 15.8), name, 19, weight="bold")
        matrix(axes, (left, 7.6), direction, BATCH)
        write(axes, (left + 3.1, 7.6), "=", 28)
        matrix(axes, (left + 6.2, 7.6), total @ direction, DATA)
        write(axes, (left + 6.2, 15.8), "lost", 19, weight="bold")
    return figure


def bn_workers() -> Figure:
    """What two workers exchange for the batch 0, 4, 10, 14, forward and backward."""
    x = np.array([[0.0], [4.0], [10.0], [14.0]])
    dy = np.array([[1.0], [0.0], [2.0], [5.0]])
    parts = [synchronized.shard_statistics(shard) for shard in np.split(x, 2)]
    merged = synchronized.merge(parts)
    x_hat = F.normalize(x, merged.mean, merged.var)
    sums = [
        (half[:, 0].sum(), half[:, 1].sum()) for half in np.split(np.hstack([dy, dy * x_hat]), 2)
    ]
    dx = F.batch_norm_backward(dy, x, np.ones(1)).input

    def statistics(part: synchronized.Statistics) -> str:
        mean, m2 = as_text(part.mean[0]), as_text(part.m2[0])
        return rf"$n$ = {part.n}, $\mu$ = {mean}" + "\n" + rf"$M$ = {m2}"

    def two_sums(pair: Sequence[float]) -> str:
        first, second = map(as_text, pair)
        return rf"$\sum$ dy = {first}" + "\n" + rf"$\sum$ dy $\hat{{x}}$ = {second}"

    passes = [
        (36, ("x", "each worker sends", "all-gather, merge", r"y = $\hat{x}$"), x,
         [statistics(part) for part in parts], statistics(merged), x_hat),
        (15, ("dy", "each worker sends", "all-gather, add", "dx"), dy,
         [two_sums(pair) for pair in sums], two_sums(np.sum(sums, axis=0)), dx),
    ]  # fmt: skip
    start, sent, gathered, end = centers = (9, 21.5, 37, 50)
    figure, axes = canvas(53.5, 40)
    for top, titles, given, messages, together, results in passes:
        for center, title in zip(centers, titles, strict=True):
            write(axes, (center, top + 1.8), title, 19, weight="bold")
        box(axes, (gathered, top - 7.5), 11.6, 14, facecolor=BATCH)
        write(axes, (gathered, top - 7.5), together, 19)
        halves = zip(np.split(given, 2), messages, np.split(results, 2), strict=True)
        for rank, (values, message, result) in enumerate(halves):
            row = top - 3.5 - 8 * rank
            write(axes, (3, row), f"rank {rank}", weight="bold")
            column(axes, (start, row), [as_text(value) for value in values[:, 0]], DATA)
            box(axes, (sent, row), 11.6, 5.4, facecolor=BATCH)
            write(axes, (sent, row), message, 19)
            column(axes, (end, row), [as_text(value) for value in result[:, 0]], DATA)
            for left, right in ((start + 2.9, sent - 5.9), (sent + 5.9, gathered - 5.9),
                                (gathered + 5.9, end - 2.9)):  # fmt: skip
                arrow(axes, (left, row), (right, row))
    return figure


PICTURES = [
    bn_algorithm_empty,
    bn_algorithm,
    bn_train,
    bn_test,
    bn_shape,
    bn_groups,
    bn_jacobian,
    bn_workers,
]


def main(folder: str) -> None:
    for picture in PICTURES:
        path = Path(folder) / f"{picture.__name__}.png"
        picture().savefig(path)
        print(f"drew {path}")


if __name__ == "__main__":
    main(sys.argv[1])
