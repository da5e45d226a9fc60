"""Lesson 3: running statistics that follow noisy, drifting batches."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from bnlib import functional as F
from bnlib.classroom.labs.base import Choice, Lab, Slider
from bnlib.classroom.labs.looks import BATCH, INK, RUNNING, legend_above, panel

BATCHES = 60
NOISE = np.random.default_rng(0).normal(size=(BATCHES, 4))
RULES = ("torch", "Keras", "plain average")


class State(NamedTuple):
    truth: np.ndarray
    observed: np.ndarray
    mean: np.ndarray
    var: np.ndarray
    true_var: float
    half_life: float


class MomentumLab(Lab):
    question = "Which momentum is near 5 by batch 20? Which one is calm?"
    controls = (
        Slider("momentum", 0.1, 0.0, 1.0),
        Slider("noise", 2.0, 0.0, 3.0, 0.1),
        Slider("drift", 0.0, -0.1, 0.1, 0.01),
        Choice("rule", "torch", RULES),
    )

    def model(self, momentum: float, noise: float, drift: float, rule: str) -> State:
        truth = 5 + drift * np.arange(BATCHES)
        samples = truth[:, None] + noise * NOISE
        share_of_new = 1 - momentum if rule == "Keras" else momentum
        running_mean, running_var = np.array(0.0), np.array(1.0)
        mean, var = np.empty(BATCHES), np.empty(BATCHES)
        for k, batch in enumerate(samples):
            share = 1 / (k + 1) if rule == "plain average" else share_of_new
            running_mean = F.running_update(running_mean, batch.mean(), share)
            running_var = F.running_update(running_var, batch.var(ddof=1), share)
            mean[k], var[k] = running_mean, running_var
        with np.errstate(divide="ignore"):
            half_life = float(np.divide(np.log(0.5), np.log1p(-np.float64(share_of_new))))
        if rule == "plain average":
            half_life = np.nan
        return State(truth, samples.mean(axis=1), mean, var, noise**2, abs(half_life))

    def draw(self, figure: Figure) -> None:
        means = panel(figure, 121, "mean", xlim=(0, BATCHES + 1), ylim=(-7, 14), xlabel="batch")
        variances = panel(
            figure, 122, "variance", xlim=(0, BATCHES + 1), ylim=(0, 30), xlabel="batch"
        )
        self.truth = means.plot([0], [0], color=INK, lw=2, ls=":", label="truth")[0]
        self.true_var = variances.plot([0], [0], color=INK, lw=2, ls=":", label="truth")[0]
        self.observed = means.plot([0], [0], "x", ms=7, mew=2, color=BATCH, label="batches")[0]
        self.mean = means.plot([0], [0], color=RUNNING, lw=4, label="running")[0]
        self.var = variances.plot([0], [0], color=RUNNING, lw=4, label="running")[0]
        self.half = means.plot([0, 0], [-7, -5], color=INK, lw=3)[0]
        self.half_text = means.text(0, -6.6, "", fontsize=13)
        legend_above(means, ncols=3)
        legend_above(variances, ncols=2)

    def show(self, state: State) -> Iterable[Artist]:
        batch = np.arange(1, BATCHES + 1)
        self.truth.set_data(batch, state.truth)
        self.true_var.set_data([0, BATCHES], [state.true_var] * 2)
        self.observed.set_data(batch, state.observed)
        self.mean.set_data(np.append(0, batch), np.append(0, state.mean))
        self.var.set_data(np.append(0, batch), np.append(1, state.var))
        known = np.isfinite(state.half_life)
        self.half.set_visible(state.half_life <= BATCHES)
        self.half.set_xdata([state.half_life] * 2)
        self.half_text.set_text(f"half-life {state.half_life:.1f}" if known else "")
        self.half_text.set_x(min(state.half_life, BATCHES * 0.6) + 1 if known else 0)
        return [
            self.truth, self.true_var, self.observed, self.mean, self.var, self.half, self.half_text
        ]  # fmt: skip

    def numbers(self, state: State) -> dict[str, Any]:
        return {
            "running_mean": state.mean[-1],
            "running_var": state.var[-1],
            "mean_at_batch_20": state.mean[19],
            "half_life": state.half_life,
        }

    def words(self, state: State) -> str:
        return (
            f"Running mean {state.mean[19]:.2f} at batch 20 and {state.mean[-1]:.2f} at batch "
            f"{BATCHES}, where the truth is {state.truth[-1]:.2f}; running variance "
            f"{state.var[-1]:.2f}, where the truth is {state.true_var:.2f}."
        )

    def describe(self, state: State) -> str:
        return (
            f"Over {BATCHES} noisy batches around a true mean of {state.truth[0]:.1f} to "
            f"{state.truth[-1]:.1f}, the running mean starts at 0, is {state.mean[19]:.2f} at "
            f"batch 20 and {state.mean[-1]:.2f} at the end; the running variance ends at "
            f"{state.var[-1]:.2f}, the true one is {state.true_var:.2f}. Half-life: "
            f"{state.half_life:.1f} batches."
        )
