"""The course's pictures, drawn from numbers that bnlib computes: make figures.

One visual language: gray is data, blue is what a batch says about itself, orange is what
was written down, green is what is learned; colors.py has them.
"""

import sys
from collections.abc import Callable, Sequence
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
    figure = Figure(figsize=(width / 4, height / 4), dpi=90)
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

    figure, axes = canvas(38, 33)
    left, middle, right = 8.2, 19.8, 31.4
    cells, formula_at, batch, running = 3.4, 10.6, 18.8, 28.4
    half = CELL_HEIGHT / 2
    box(axes, (middle, formula_at), 34.8, 5.2)
    formula = r"$\frac{x - \mathrm{mean}}{\sqrt{\mathrm{variance} + \epsilon}}$"
    write(axes, (middle, formula_at), formula, 30)
    for at, name, values in ((9.4, "batch", x), (30.2, "output", y)):
        for place, value in enumerate(values[:, 0]):
            center = (at + (place - 1) * 4.7, cells)
            box(axes, center, 4.7, CELL_HEIGHT, facecolor=DATA)
            write(axes, center, as_text(value))
        write(axes, (at, 0.9), name, weight="bold")
    arrow(axes, (9.4, cells + half), (9.4, formula_at - 2.6))
    arrow(axes, (30.2, formula_at - 2.6), (30.2, cells + half))

    write(axes, ((middle + right) / 2, running + 3.5), "running statistics", weight="bold")
    for at, name, key in ((middle, "mean", "running_mean"), (right, "variance", "running_var")):
        value = as_text(after[key][0])
        if training:
            value = f"{as_text(before[key][0])} → {value}"
        box(axes, (at, running), right - middle, 4.8, facecolor=RUNNING)
        write(axes, (at, running), f"{name}\n{value}", 19)

    if training:
        write(axes, (left, batch + 3.5), "batch statistics", weight="bold")
        for at, name, number in (
            (left, "biased variance", biased),
            (middle, "mean", mean),
            (right, "unbiased variance", unbiased),
        ):
            box(axes, (at, batch), right - middle, 4.8, facecolor=BATCH)
            write(axes, (at, batch), f"{name}\n{as_text(number[0])}", 18)
        arrow(axes, (2.35, cells), (1, cells), (1, batch), (left - 5.8, batch))
        for at in (left, middle):
            arrow(axes, (at, batch - 2.4), (at, formula_at + 2.6))
        write(axes, ((left + middle) / 2, 14.8), "read", 19)
        for at in (middle, right):
            arrow(axes, (at, batch + 2.4), (at, running - 2.4))
        write(axes, ((middle + right) / 2, 23.6), "write: a tenth\nof the way", 19)
    else:
        box(axes, (left, batch), 11.2, 4.8, ls="--", edgecolor=FAINT)
        write(axes, (left, batch), "batch statistics\nnot used", 18, color=FAINT)
        for at in (middle, right):
            arrow(axes, (at, running - 2.4), (at, formula_at + 2.6))
        write(axes, ((middle + right) / 2, batch), "read", 19)
        write(axes, (left, running), "nothing is written", 18)
    return figure


def bn_train() -> Figure:
    return modes(training=True)


def bn_test() -> Figure:
    return modes(training=False)


def bn_shape() -> Figure:
    """Which cells share one mean and variance: the second channel, marked, in three shapes."""
    figure, axes = canvas(34, 43.6)
    panels = [
        ((8, 31.6), "(N, C)", "one number each", (1, 1), 2.4),
        ((24.5, 31.6), "(N, C, L)", "3 positions each", (1, 3), 1.5),
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
    write(axes, (8, 38.2), "channels →", 17)
    write(axes, (1.2, 31.6), "samples →", 17, rotation=-90)
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
    size = 3.0
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
        ("path 1, value", "$I$", np.eye(4), DATA),
        ("path 2, mean", r"$-\;1/n$", np.full((4, 4), -1 / 4), BATCH),
        ("path 3, variance", r"$-\;\hat{x}\,\hat{x}^T/n$", -x_hat @ x_hat.T / 4, BATCH),
    ]
    total = np.sum([values for _, _, values, _ in paths], axis=0)
    figure, axes = canvas(34, 46)
    parts = [*paths, ("all three", r"$r\,J$", total, LEARNED)]
    for part, (name, formula, values, color) in enumerate(parts):
        row, place = divmod(part, 2)
        left, middle = 9.6 + 17.2 * place, 37.2 - 15.2 * row
        write(axes, (left, middle + 7.4), f"{name}:  {formula}", 18)
        matrix(axes, (left, middle), values, color)
        if part:
            write(axes, (left - 7.9, middle), "=" if values is total else "+", 28)
    for left, name, direction in ((7, "all alike", np.ones((4, 1))), (24, r"$\hat{x}$", x_hat)):
        write(axes, (left - 4, 6.6), r"$r\,J\,\cdot$", 22)
        write(axes, (left, 13.8), name, 19)
        matrix(axes, (left, 6.6), direction, BATCH)
        write(axes, (left + 3.1, 6.6), "=", 28)
        matrix(axes, (left + 6.2, 6.6), total @ direction, DATA)
        write(axes, (left + 6.2, 13.8), "lost", 19)
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
        ("forward", ("x", "each worker sends", "all-gather, merge", r"y = $\hat{x}$"), x,
         [statistics(part) for part in parts], statistics(merged), x_hat),
        ("backward", ("dy", "each worker sends", "all-gather, add", "dx"), dy,
         [two_sums(pair) for pair in sums], two_sums(np.sum(sums, axis=0)), dx),
    ]  # fmt: skip
    figure, axes = canvas(39, 31.5)
    start, sent, gathered, end = 24, 16.8, 8.8, 1.9
    half, message, width = CELL_HEIGHT / 2, 2.5, 4.4
    for center, (name, titles, given, messages, together, results) in zip(
        (9.7, 29.3), passes, strict=True
    ):
        given_name, each_sends, gather, result_name = titles
        write(axes, (center, 30), f"{name}: {given_name}", 20, weight="bold")
        between = (start - half + sent + message) / 2, (sent + gathered) / 2, (gathered + end) / 2
        for at, text in zip(between, (each_sends, gather, result_name), strict=True):
            write(axes, (center, at), text, 18, weight="bold")
        box(axes, (center, gathered), 18.4, 2 * message, facecolor=BATCH)
        write(axes, (center, gathered), together, 18)
        halves = zip(np.split(given, 2), messages, np.split(results, 2), strict=True)
        for rank, (values, text, result) in enumerate(halves):
            column_at = center + (rank - 0.5) * 9.6
            write(axes, (column_at, 27), f"rank {rank}", weight="bold")
            for row, numbers in ((start, values), (end, result)):
                for side, value in zip((-0.5, 0.5), numbers[:, 0], strict=True):
                    box(axes, (column_at + side * width, row), width, CELL_HEIGHT, facecolor=DATA)
                    write(axes, (column_at + side * width, row), as_text(value))
            box(axes, (column_at, sent), 2 * width, 2 * message, facecolor=BATCH)
            write(axes, (column_at, sent), text, 17)
            outer = column_at + (rank - 0.5) * 4  # beside the words between the rows
            for above, below in (
                (start - half, sent + message),
                (sent - message, gathered + message),
                (gathered - message, end + half),
            ):
                arrow(axes, (outer, above), (outer, below))
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


def main(pictures: Sequence[Callable[[], Figure]], folder: str) -> None:
    for picture in pictures:
        path = Path(folder) / f"{picture.__name__}.png"
        picture().savefig(path)
        print(f"drew {path}")


if __name__ == "__main__":
    main(PICTURES, sys.argv[1])
