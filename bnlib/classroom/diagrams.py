"""The course's pictures, drawn from numbers that bnlib computes: make figures.

One visual language: gray is data, blue is what a batch says about itself, green is
what is learned. Colors are from the Okabe-Ito palette, which is safe for color-blind
readers; no picture needs them to be understood.
"""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from bnlib import functional as F
from bnlib.classroom.display import as_text

DATA, BATCH, LEARNED = "#e6e6e6", "#56b4e9", "#5fc9a8"
INK = "#1a1a1a"


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """A white figure of width x height units; one unit is a quarter of an inch."""
    figure = Figure(figsize=(width / 4, height / 4), dpi=160)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height), aspect="equal")
    axes.set_axis_off()
    return figure, axes


def bn_algorithm() -> Figure:
    """The four steps of Algorithm 1 on the column 0, 5, 10."""
    x = np.array([[0.0], [5.0], [10.0]])
    weight, bias = np.array([2.0]), np.array([1.0])
    mean, var = F.batch_statistics(x)
    x_hat = F.normalize(x, mean, var)
    y = F.scale_and_shift(x_hat, weight, bias)
    steps = [
        ("one feature", x, DATA, "$x$", ""),
        ("1  mean", mean, BATCH, r"$\mu = \frac{1}{n}\,\sum x$", "sum 15, $n$ = 3"),
        ("2  variance", var, BATCH, r"$\sigma^2 = \frac{1}{n}\,\sum (x-\mu)^2$", "sum 50, $n$ = 3"),
        (
            "3  normalize",
            x_hat,
            DATA,
            r"$\hat{x} = \frac{x-\mu}{\sqrt{\sigma^2+\epsilon}}$",
            r"$\epsilon$ = 0.00001",
        ),
        (
            "4  scale and shift",
            y,
            LEARNED,
            r"$y = \gamma\,\hat{x} + \beta$",
            r"$\gamma$ = 2, $\beta$ = 1",
        ),
    ]
    figure, axes = canvas(54, 21)
    centers = np.array([4.8, 14.5, 25, 36.5, 48])
    for center, (title, values, color, formula, example) in zip(centers, steps, strict=True):
        axes.text(center, 19.4, title, ha="center", va="center", fontsize=17, weight="bold")
        column(axes, center, 11.5, np.ravel(values), color)
        axes.text(center, 4.5, formula, ha="center", va="center", fontsize=22)
        axes.text(center, 1.4, example, ha="center", va="center", fontsize=15)
    for left, right in pairwise(centers):
        arrow(axes, (left + 3.2, 11.5), (right - 3.2, 11.5))
    x_again = [(centers[0], 16.2), (centers[0], 17.4), (centers[3], 17.4)]
    axes.plot(*zip(*x_again, strict=True), lw=2, color=INK)
    arrow(axes, x_again[-1], (centers[3], 16.2))
    return figure


def column(axes: Axes, center: float, middle: float, values: np.ndarray, color: str) -> None:
    """One value a cell, the first on top."""
    width, height = 5.6, 3.0
    bottoms = middle + height * (len(values) / 2 - 1 - np.arange(len(values)))
    for value, bottom in zip(values, bottoms, strict=True):
        corner = (center - width / 2, bottom)
        axes.add_patch(Rectangle(corner, width, height, facecolor=color, edgecolor=INK, lw=1.5))
        axes.text(
            center, bottom + height / 2, as_text(value), ha="center", va="center", fontsize=17
        )


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=22, lw=2, color=INK, shrinkA=0, shrinkB=0
        )
    )


PICTURES = [bn_algorithm]


def main(folder: str) -> None:
    for picture in PICTURES:
        path = Path(folder) / f"{picture.__name__}.png"
        picture().savefig(path)
        print(f"drew {path}")


if __name__ == "__main__":
    main(sys.argv[1])
