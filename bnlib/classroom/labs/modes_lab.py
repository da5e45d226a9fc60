"""Lesson 2: the same batch through training and test, as batches accumulate."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from bnlib import functional as F
from bnlib.classroom.labs.base import Handle, Lab, Slider
from bnlib.classroom.labs.looks import BATCH, DATA, INK, RUNNING, legend_above, panel, places

MOST = 60
LAST = 51.0
TICKS = -10, -1, 0, 0.5, 1, 10, 50


class State(NamedTuple):
    steps: int
    batch: np.ndarray
    test_means: np.ndarray
    train_output: np.ndarray
    test_output: np.ndarray

    @property
    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """What training and test mode give for the first value and the last."""
        return self.train_output[[0, -1]], self.test_output[[0, -1]]


class ModesLab(Lab):
    question = "After how many batches of 49 and 51 is the mean in test mode below 0.5?"
    controls = (
        Slider("momentum", 0.1, 0.0, 1.0),
        Slider("eps", 1e-5, 1e-8, 100.0, log=True),
        Slider("batches", 10, 1, MOST, 1),
        Slider("batch_size", 2, 2, 32, 2),
        Slider("last_value", LAST, 40.0, 60.0, 0.5),
    )

    def model(
        self, momentum: float, eps: float, batches: int, batch_size: int, last_value: float
    ) -> State:
        x = np.resize([49.0, LAST], (batch_size, 1))
        running_mean, running_var = np.zeros(1), np.ones(1)
        history = []
        for _ in range(MOST):
            F.batch_norm(x, running_mean, running_var, training=True, momentum=momentum, eps=eps)
            history.append((running_mean[0], running_var[0]))
        means, variances = np.transpose(history)  # (MOST,) each: a batch count is a channel here
        x[-1] = last_value
        in_training = F.batch_norm(x, None, None, training=True, eps=eps)
        in_test = F.batch_norm(np.repeat(x, MOST, axis=1), means, variances, eps=eps)
        return State(
            batches, x[:, 0], in_test.mean(axis=0), in_training[:, 0], in_test[:, batches - 1]
        )

    def draw(self, figure: Figure) -> None:
        grid = places(figure, 3, 4, 6)
        self.batch = panel(figure, grid[0], "the batch now", xlim=(-10, 41), ylim=(38, 62))
        self.batch.set(xticks=[0, 31], xticklabels=["first", "last"])
        outputs: dict[str, Any] = {"yscale": "symlog", "ylim": (-16, 130)}
        now = panel(figure, grid[1], "output now", xlim=(-0.3, 1.8), **outputs)
        now.set_xticks([0, 1], ["training", "test"], fontsize=14)
        now.set_ylabel("log. scale beyond ±1", fontsize=12)
        self.clock = panel(
            figure, grid[2], "mean output", xlim=(-2, MOST + 2), xlabel="batches of 49 and 51 seen",
            **outputs,
        )  # fmt: skip
        for axes in (self.clock, now):
            axes.set_yscale("symlog", linthresh=1)
            axes.set_yticks(TICKS, map(str, TICKS))
        self.clock.axhline(0, color=BATCH, lw=3, label="training")
        self.clock.axhline(0.5, color=INK, lw=2, ls=":")
        self.members = self.batch.plot([0], [0], "o", ms=14, color=DATA, mec=INK)[0]
        self.curve = self.clock.plot([0], [0], color=RUNNING, lw=3, ls="--", label="test")[0]
        self.marker = self.clock.plot([0], [0], "o", ms=14, color=RUNNING, mec=INK)[0]
        legend_above(self.clock, ncols=2)
        self.dots = [
            now.plot([0], [0], "o", ms=14, color=color, mec=INK)[0] for color in (BATCH, RUNNING)
        ]
        self.labels = [now.text(place + 0.13, 0, "", va="center", fontsize=13) for place in (0, 1)]
        for axes in (self.batch, now):
            axes.set_title(axes.get_title(), fontsize=15, pad=32)

    def show(self, state: State) -> Iterable[Artist]:
        steps = np.arange(1, MOST + 1)
        self.members.set_data(np.linspace(0, 31, state.batch.size).round(), state.batch)
        self.curve.set_data(steps, state.test_means)
        self.marker.set_data([state.steps], [state.test_means[state.steps - 1]])
        for place, (dots, output) in enumerate(
            zip(self.dots, (state.train_output, state.test_output), strict=True)
        ):
            dots.set_data(np.full(output.size, place), output)
        for label, (first, last) in zip(self.labels, state.ends, strict=True):
            low, high = sorted((first, last))
            label.set_text(f"{high:.4f}\n{low:.4f}")
            label.set_y((low + high) / 2)
        return [self.members, self.curve, self.marker, *self.dots, *self.labels]

    def handles(self, state: State) -> Iterable[Handle]:
        mean = state.test_means[state.steps - 1]
        return [
            Handle(self.batch, (31, state.batch[-1]), y=("last_value", 1)),
            Handle(self.clock, (state.steps, mean), x=("batches", 1)),
        ]

    def numbers(self, state: State) -> dict[str, Any]:
        training, test = state.ends
        mean = state.test_means[state.steps - 1]
        return {"test_mean": mean, "training": training, "test": test}

    def words(self, state: State) -> str:
        mean = state.test_means[state.steps - 1]
        batches = "1 batch" if state.steps == 1 else f"{state.steps} batches"
        now = "" if state.batch[-1] == LAST else f" of one that ends with {state.batch[-1]:g}"
        return (
            f"After {batches}, the mean output{now} is {mean:.2f} in test mode. "
            "In training it is 0."
        )

    def describe(self, state: State) -> str:
        training, test = (f"{first:.4f} and {last:.4f}" for first, last in state.ends)
        return (
            f"After {state.steps} batches of 49 and 51, training gives {training} for 49 and "
            f"{state.batch[-1]:g}, test mode {test}. The mean output in test mode goes from "
            f"{state.test_means[0]:.1f} after the first batch to {state.test_means[-1]:.1f} after "
            f"{MOST}, in training it is 0. A line is at 0.5."
        )
