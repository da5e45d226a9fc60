"""Lesson 2: the same batch through training and test, as batches accumulate."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from bnlib import functional as F
from bnlib.classroom.labs.base import Lab, Slider
from bnlib.classroom.labs.looks import BATCH, INK, RUNNING, legend_above, panel

MOST = 60


class State(NamedTuple):
    steps: int
    test_means: np.ndarray
    train_output: np.ndarray
    test_output: np.ndarray


class ModesLab(Lab):
    question = "After how many batches of 49 and 51 is the mean in test mode below 0.5?"
    controls = (
        Slider("momentum", 0.1, 0.0, 1.0),
        Slider("eps", 1e-5, 1e-8, 100.0, log=True),
        Slider("batches", 10, 1, MOST, 1),
        Slider("batch_size", 2, 2, 32, 2),
    )

    def model(self, momentum: float, eps: float, batches: int, batch_size: int) -> State:
        x = np.resize([49.0, 51.0], (batch_size, 1))
        running_mean, running_var = np.zeros(1), np.ones(1)
        history = []
        for _ in range(MOST):
            train_output = F.batch_norm(
                x, running_mean, running_var, training=True, momentum=momentum, eps=eps
            )
            history.append((running_mean[0], running_var[0]))
        means, variances = np.transpose(history)  # (MOST,) each: a batch count is a channel here
        in_test = F.batch_norm(np.repeat(x, MOST, axis=1), means, variances, eps=eps)
        return State(batches, in_test.mean(axis=0), train_output[:2, 0], in_test[:2, batches - 1])

    def draw(self, figure: Figure) -> None:
        clock = panel(
            figure, 121, "mean output", xlim=(0, MOST + 2), ylim=(-4, 74), xlabel="batches seen"
        )
        now = panel(figure, 122, "output now", xlim=(-0.5, 1.5), ylim=(-4, 74))
        now.set_xticks([0, 1], ["training", "test"], fontsize=14)
        clock.axhline(0, color=BATCH, lw=3, label="training")
        self.curve = clock.plot([0], [0], color=RUNNING, lw=3, ls="--", label="test")[0]
        self.marker = clock.plot([0], [0], "o", ms=13, color=RUNNING, mec=INK)[0]
        legend_above(clock, ncols=2)
        self.dots = [
            now.plot([place, place], [0, 0], "o", ms=13, color=color, mec=INK)[0]
            for place, color in ((0, BATCH), (1, RUNNING))
        ]
        self.labels = [now.text(place, 8, "", ha="center", fontsize=14) for place in (0, 1)]

    def show(self, state: State) -> Iterable[Artist]:
        steps = np.arange(1, MOST + 1)
        self.curve.set_data(steps, state.test_means)
        self.marker.set_data([state.steps], [state.test_means[state.steps - 1]])
        for dots, label, output in zip(
            self.dots, self.labels, (state.train_output, state.test_output), strict=True
        ):
            dots.set_ydata(output)
            label.set_text("\n".join(f"{value:.4f}" for value in output[::-1]))
            label.set_y(output[1] + 4)
        return [self.curve, self.marker, *self.dots, *self.labels]

    def numbers(self, state: State) -> dict[str, Any]:
        mean = state.test_means[state.steps - 1]
        return {"test_mean": mean, "training": state.train_output, "test": state.test_output}

    def words(self, state: State) -> str:
        mean = state.test_means[state.steps - 1]
        batches = "1 batch" if state.steps == 1 else f"{state.steps} batches"
        return f"After {batches}, the mean output in test mode is {mean:.2f}. In training it is 0."

    def describe(self, state: State) -> str:
        training, test = (
            " and ".join(f"{value:.4f}" for value in output)
            for output in (state.train_output, state.test_output)
        )
        return (
            f"After {state.steps} batches of 49 and 51, training gives {training}, test mode "
            f"{test}. The mean output in test mode falls from {state.test_means[0]:.1f} after the "
            f"first batch to {state.test_means[-1]:.1f} after {MOST}; in training it is 0."
        )
