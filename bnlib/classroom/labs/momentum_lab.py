"""Lesson 3: running statistics that follow noisy, drifting batches."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from bnlib import functional as F
from bnlib.classroom.labs.base import Choice, Handle, Lab, Slider
from bnlib.classroom.labs.looks import BATCH, INK, RUNNING, legend_above, panel, place_marks, places

BATCHES = 60
NOISE = np.random.default_rng(0).normal(size=(BATCHES, 4))
MEANS = -1.5, 11.5
LARGEST_VAR = 12.0
RULES = ("torch", "Keras", "plain average")


class State(NamedTuple):
    batch: int
    counts: np.ndarray
    truth: np.ndarray
    observed: np.ndarray
    mean: np.ndarray
    var: np.ndarray
    true_var: float
    half_life: float
    rule: str

    @property
    def seen(self) -> np.ndarray:
        """Running means and those of batches, (2, BATCHES)."""
        return np.stack([self.mean, self.observed])


def beyond(state: State) -> str:
    """What lies beyond the edges of the picture, where there is a mark."""
    low, high, var = state.seen.min(), state.seen.max(), state.var.max()
    ends = {
        f"means down to {low:.1f}": low < MEANS[0],
        f"means up to {high:.1f}": high > MEANS[1],
        f"variances up to {var:.1f}": var > LARGEST_VAR,
    }
    found = [end for end, is_beyond in ends.items() if is_beyond]
    return f" What leaves the picture (▲, ▼): {', '.join(found)}." if found else ""


class MomentumLab(Lab):
    question = "Which momentum is near the truth by batch 20? Which one is calm?"
    controls = (
        Slider("momentum", 0.1, 0.0, 1.0),
        Slider("noise", 2.0, 0.0, 3.0, 0.1),
        Slider("drift", 0.0, -0.1, 0.1, 0.01),
        Slider("batch", 20, 1, BATCHES, 1),
        Choice("rule", "torch", RULES),
    )

    def model(self, momentum: float, noise: float, drift: float, batch: int, rule: str) -> State:
        truth = 5 + drift * np.arange(BATCHES)
        samples = truth[:, None] + noise * NOISE
        share_of_new = 1 - momentum if rule == "Keras" else momentum
        running_mean, running_var = np.array(0.0), np.array(1.0)
        mean, var = np.empty(BATCHES), np.empty(BATCHES)
        only = np.eye(BATCHES + 1)  # the start alone, and then each of the batches alone
        counts = only[0]
        for k, values in enumerate(samples):
            share = 1 / (k + 1) if rule == "plain average" else share_of_new
            running_mean = F.running_update(running_mean, values.mean(), share)
            running_var = F.running_update(running_var, values.var(ddof=1), share)
            mean[k], var[k] = running_mean, running_var
            if k < batch:
                counts = F.running_update(counts, only[k + 1], share)
        with np.errstate(divide="ignore"):
            half_life = float(np.divide(np.log(0.5), np.log1p(-np.float64(share_of_new))))
        if rule == "plain average":
            half_life = np.nan
        return State(
            batch, counts, truth, samples.mean(axis=1), mean, var, noise**2, abs(half_life), rule
        )

    def draw(self, figure: Figure) -> None:
        grid = places(figure, 13, 9, 9)
        all_batches = {"xlim": (-1, BATCHES + 1), "xlabel": "batch"}
        self.means = panel(figure, grid[0], "mean", ylim=MEANS, **all_batches)
        self.weights = panel(figure, grid[1], "share of each batch", ylim=(0, 1.05), **all_batches)
        variances = panel(figure, grid[2], "variance", ylim=(0, LARGEST_VAR), **all_batches)
        self.start, self.counts = (
            self.weights.stairs([0], [0, 1], fill=True, color=color) for color in (RUNNING, BATCH)
        )
        self.half_text = self.weights.text(BATCHES / 2, 1.1, "", ha="center", fontsize=13)
        self.start_name = self.weights.legend(
            [self.start], [""], loc="upper right", fontsize=13, frameon=False, handlelength=1
        )
        self.beyond = [
            (axes.plot([0], [y], mark, ms=9, color=INK, clip_on=False)[0], y)
            for axes, y, mark in (
                (self.means, MEANS[0], "v"), (self.means, MEANS[1], "^"),
                (variances, LARGEST_VAR, "^"),
            )
        ]  # fmt: skip
        self.now = [axes.axvline(0, color=INK, lw=1) for axes in (self.means, variances)]
        self.truth = self.means.plot([0], [0], color=INK, lw=2, ls=":", label="truth")[0]
        self.true_var = variances.plot([0], [0], color=INK, lw=2, ls=":")[0]
        self.observed = self.means.plot([0], [0], "x", ms=7, mew=2, color=BATCH, label="batches")[0]
        self.mean = self.means.plot([0], [0], color=RUNNING, lw=4, label="running")[0]
        self.var = variances.plot([0], [0], color=RUNNING, lw=4)[0]
        legend_above(self.means, ncols=3)
        for axes in (self.weights, variances):
            axes.set_title(axes.get_title(), fontsize=15, pad=32)

    def show(self, state: State) -> Iterable[Artist]:
        batch = np.arange(1, BATCHES + 1)
        self.truth.set_data(batch, state.truth)
        self.true_var.set_data([0, BATCHES], [state.true_var] * 2)
        self.observed.set_data(batch, state.observed)
        self.mean.set_data(np.append(0, batch), np.append(0, state.mean))
        self.var.set_data(np.append(0, batch), np.append(1, state.var))
        for line in self.now:
            line.set_xdata([state.batch] * 2)
        for bars, numbers in ((self.start, [0]), (self.counts, batch)):
            at = np.asarray(numbers)
            edges = np.stack([at - 0.4, at + 0.4], axis=1).ravel()
            heights = np.zeros(edges.size - 1)  # every other one is a gap
            heights[::2] = state.counts[at]
            bars.set_data(heights, edges)
        leave = (
            (state.seen < MEANS[0]).any(axis=0), (state.seen > MEANS[1]).any(axis=0),
            state.var > LARGEST_VAR,
        )  # fmt: skip
        for (marks, y), where in zip(self.beyond, leave, strict=True):
            place_marks(marks, batch[where], np.full(where.sum(), y))
        self.start_name.get_texts()[0].set_text(f"start {state.counts[0]:.0%}")
        self.start_name.set_visible(bool(state.counts[0] >= 0.005))
        known = np.isfinite(state.half_life)
        self.half_text.set_text(f"half-life {state.half_life:.1f} batches" if known else "")
        return [
            self.start, self.counts, self.half_text, self.start_name, *self.now, self.truth,
            self.true_var, self.observed, self.mean, self.var, *(marks for marks, _ in self.beyond),
        ]  # fmt: skip

    def handles(self, state: State) -> Iterable[Handle]:
        yield Handle(self.means, (state.batch, MEANS[0] + 0.7), x=("batch", 1))
        if state.rule != "plain average":
            newest = (state.batch, state.counts[state.batch])
            yield Handle(self.weights, newest, y=("momentum", -1 if state.rule == "Keras" else 1))

    def numbers(self, state: State) -> dict[str, Any]:
        return {
            "running_mean": state.mean[-1],
            "running_var": state.var[-1],
            f"mean_at_batch_{state.batch}": state.mean[state.batch - 1],
            "half_life": state.half_life,
        }

    def words(self, state: State) -> str:
        return (
            f"Running mean {state.mean[state.batch - 1]:.2f} at batch {state.batch}, where the "
            f"start counts {state.counts[0]:.0%}; {state.mean[-1]:.2f} at batch {BATCHES}, where "
            f"the truth is {state.truth[-1]:.2f}. Running variance {state.var[-1]:.2f}, where the "
            f"truth is {state.true_var:.2f}.{beyond(state)}"
        )

    def describe(self, state: State) -> str:
        return (
            f"Over {BATCHES} noisy batches around a true mean of {state.truth[0]:.1f} to "
            f"{state.truth[-1]:.1f}, the running mean starts at 0, is "
            f"{state.mean[state.batch - 1]:.2f} at batch {state.batch} and {state.mean[-1]:.2f} at "
            f"the end; the running variance ends at {state.var[-1]:.2f}, the true one is "
            f"{state.true_var:.2f}. In the running mean at batch {state.batch}, that batch counts "
            f"{state.counts[state.batch]:.1%}, the first {state.counts[1]:.1%}, and the start "
            f"{state.counts[0]:.1%}. Half-life: {state.half_life:.1f} batches.{beyond(state)}"
        )
