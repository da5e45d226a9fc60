"""What happens over layers and over weeks, as plots: the pictures that a lecture stops at."""

import sys
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import bnlib
from bnlib import functional as F
from bnlib.classroom.colors import BATCH, DATA, FAINT, INK, RUNNING
from bnlib.classroom.diagrams import main

LETTERS = 15
EACH_SEASON, WEEK = 140, 7  # days


def axes_of(figure: Figure, across: str, up: str) -> Axes:
    """Axes whose labels can be read on a phone and from the last row."""
    axes = figure.subplots()
    axes.set_xlabel(across, fontsize=LETTERS, color=INK)
    axes.set_title(up, fontsize=LETTERS, color=INK, loc="left")
    axes.tick_params(labelsize=LETTERS, colors=INK)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def bn_fifty_layers() -> Figure:
    """The average of a table after each of fifty layers, with three factors and normalized."""
    random = np.random.default_rng(0)
    table, matrices = random.normal(size=(64, 100)), random.normal(size=(50, 100, 100))
    figure = Figure(figsize=(7.6, 5), dpi=90, layout="constrained")
    axes = axes_of(
        figure, "layers", "average of the numbers (each gray line: 10 000 times the last)"
    )
    for factor, name in ((0.2, "s = 0.2"), (np.sqrt(2 / 100), "√(2 / 100)"), (0.1, "s = 0.1")):
        for normalized in (False, True):
            x: Any = table
            averages = []
            for matrix in matrices:
                x = x @ (factor * matrix)
                if normalized:
                    x = F.batch_norm(x, None, None, training=True, eps=1e-12)
                x = np.maximum(x, 0)
                averages.append(x.mean())
            look = {"color": BATCH, "lw": 6} if normalized else {"color": INK, "lw": 2}
            axes.semilogy(np.arange(1, 51), averages, zorder=1 if normalized else 2, **look)
            if not normalized:
                axes.text(51, averages[-1], name, fontsize=LETTERS, color=INK, va="center")
    axes.text(34, 0.02, "normalized,\nwith any of them", fontsize=LETTERS, color=INK, va="top")
    axes.set(xlim=(1, 50), ylim=(1e-8, 1e9), xticks=(1, 10, 20, 30, 40, 50))
    axes.set_yticks([1e-8, 1e-4, 1, 1e4, 1e8])
    axes.yaxis.grid(color=DATA)
    return figure


def bn_forgotten_eval() -> Figure:
    """The temperatures of forty weeks, what each week takes for the limit, and what was written."""
    random = np.random.default_rng(0)
    seasons = [random.normal(mean, 3, (EACH_SEASON, 1)) for mean in (4, 16)]
    degrees = np.concatenate(seasons)
    bn = bnlib.BatchNorm1d(1, dtype=np.float64)
    for batch in np.split(degrees[random.permutation(2 * EACH_SEASON)], 10) * 5:
        bn(batch)
    limit_of_all = bn.state_dict()["running_mean"][0]
    figure = Figure(figsize=(7.6, 5), dpi=90, layout="constrained")
    axes = axes_of(figure, "weeks", "degrees")
    days = np.arange(2 * EACH_SEASON) / WEEK
    axes.plot(days, degrees[:, 0], "o", color=FAINT, markersize=4)
    for week, batch in enumerate(np.split(degrees, 2 * EACH_SEASON // WEEK)):
        limit = F.batch_statistics(batch)[0][0]
        axes.plot([week, week + 0.9], [limit, limit], color=BATCH, lw=5)
    axes.axhline(limit_of_all, color=RUNNING, lw=4, zorder=0)
    axes.text(3, limit_of_all + 0.4, "eval(): the running mean", fontsize=LETTERS, color=INK)
    axes.text(0.3, 17.5, "train(): the mean of\neach week", fontsize=LETTERS, color=INK)
    axes.annotate(
        "", (1.5, 3), (1.5, 17.2), arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.5}
    )
    axes.set(xlim=(0, 40), ylim=(-5, 25))
    return figure


def bn_remembered() -> Figure:
    """The share of each batch in a running mean, by how long ago it was, for three momenta."""
    figure = Figure(figsize=(7.6, 5), dpi=90, layout="constrained")
    axes = axes_of(figure, "batches ago", "share of a batch in the running mean, in percent")
    ago = np.arange(41)
    for momentum, ls, at in ((0.3, ":", 2), (0.1, "-", 8), (0.03, "--", 25)):
        shares = [F.running_update(0.0, 100.0, momentum)]
        for _ in ago[1:]:
            shares.append(F.running_update(shares[-1], 0.0, momentum))
        axes.plot(ago, shares, ls, color=RUNNING, lw=3)
        axes.text(
            at + 0.7, float(shares[at]) + 0.8, f"momentum {momentum}", fontsize=LETTERS, color=INK
        )
    axes.set(xlim=(0, 40), ylim=(0, 32))
    return figure


PICTURES = [bn_fifty_layers, bn_forgotten_eval, bn_remembered]


if __name__ == "__main__":
    main(PICTURES, sys.argv[1])
