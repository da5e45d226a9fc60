"""Lesson 8: the same batches through the layers of two libraries."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from bnlib import functional as F
from bnlib.classroom.labs.base import Choice, Lab, Slider
from bnlib.classroom.labs.looks import FAINT, INK, RUNNING, legend_above, panel
from bnlib.classroom.lessons.other_libraries import RULES, Rule

BATCHES = 60
NOISE = np.random.default_rng(0).normal(size=(BATCHES, 32))
LIBRARIES = ("torch", "ONNX", "Keras", "Flax")
SETTINGS = ("their own", "copied", "translated")


class Followed(NamedTuple):
    mean: np.ndarray
    var: np.ndarray
    momentum: float
    eps: float
    test: float


class State(NamedTuple):
    first: Followed
    second: Followed
    true_var: float
    names: tuple[str, str]


class ElsewhereLab(Lab):
    question = "Which settings make the second library do what the first one does?"
    controls = (
        Choice("first", "torch", LIBRARIES),
        Choice("second", "Keras", LIBRARIES),
        Choice("settings", "their own", SETTINGS),
        Slider("batch_size", 4, 2, 32, 1),
        Slider("spread", 2.0, 0.5, 2.0, 0.1),
    )

    def model(
        self, first: str, second: str, settings: str, batch_size: int, spread: float
    ) -> State:
        one, two = RULES[first], RULES[second]
        if settings != "their own":
            same_word = settings == "copied" or one.weighs == two.weighs
            momentum = one.momentum if same_word else 1 - one.momentum
            two = two._replace(momentum=momentum, eps=one.eps)
        samples = 5 + spread * NOISE[:, :batch_size]
        followed = (_followed(rule, samples, 5 + spread) for rule in (one, two))
        return State(next(followed), next(followed), spread**2, (first, second))

    def draw(self, figure: Figure) -> None:
        axes = [
            panel(figure, 121, "running mean", ylim=(-1, 11)),
            panel(figure, 122, "running variance / truth", ylim=(0, 6)),
        ]
        self.lines = []
        self.legends: list[Any] = []
        for each in axes:
            each.set(xlabel="batch", xlim=(0, BATCHES + 1))
            each.plot(
                [0, BATCHES],
                [5 if each is axes[0] else 1] * 2,
                color=FAINT,
                lw=2,
                ls=":",
                label="truth",
            )
            first = each.plot([0], [0], color=RUNNING, lw=5, label="first")[0]
            second = each.plot([0], [0], color=INK, lw=2, ls="--", label="second")[0]
            self.lines += [first, second]
            legend_above(each, ncols=3)
            self.legends.append(each.get_legend())

    def show(self, state: State) -> Iterable[Artist]:
        batch = np.arange(BATCHES + 1)
        for line, values in zip(
            self.lines,
            (
                state.first.mean,
                state.second.mean,
                state.first.var / state.true_var,
                state.second.var / state.true_var,
            ),
            strict=True,
        ):
            line.set_data(batch, values)
        for legend in self.legends:
            for text, name in zip(legend.get_texts()[1:], state.names, strict=True):
                text.set_text(name)
        return [*self.lines, *self.legends]

    def numbers(self, state: State) -> dict[str, Any]:
        return {
            "momenta": np.array([state.first.momentum, state.second.momentum]),
            "running_means": np.array([state.first.mean[-1], state.second.mean[-1]]),
            "running_vars": np.array([state.first.var[-1], state.second.var[-1]]),
            "test_outputs": np.array([state.first.test, state.second.test]),
        }

    def words(self, state: State) -> str:
        one, two = (
            f"{each.test:.2f} in {name} (momentum {each.momentum:g}, eps {each.eps:g})"
            for each, name in zip(state[:2], state.names, strict=True)
        )
        return (
            "In test mode, a value one standard deviation above the true mean becomes "
            f"{one} and {two}."
        )

    def describe(self, state: State) -> str:
        one, two = state.first, state.second
        return (
            f"Over {BATCHES} batches with true mean 5 and variance {state.true_var:.4g}, the "
            f"running mean of {state.names[0]} at momentum {one.momentum:g} ends at "
            f"{one.mean[-1]:.3f} and its running variance at {one.var[-1]:.4g}; for "
            f"{state.names[1]} at momentum {two.momentum:g} and eps {two.eps:g} they end at "
            f"{two.mean[-1]:.3f} and {two.var[-1]:.4g}."
        )


def _followed(rule: Rule, samples: np.ndarray, x: float) -> Followed:
    """The running statistics of a fresh layer over the batches, and what it gives for x then."""
    ddof = 1 if rule.variance == "unbiased" else 0
    mean, var = [np.array(0.0)], [np.array(1.0)]
    observed = np.stack([samples.mean(axis=1), samples.var(axis=1, ddof=ddof)], axis=1)
    for batch_mean, batch_var in observed:
        mean.append(F.running_update(mean[-1], batch_mean, rule.share_of_new))
        var.append(F.running_update(var[-1], batch_var, rule.share_of_new))
    test = F.normalize([[x]], mean[-1].reshape(1), var[-1].reshape(1), rule.eps).item()
    return Followed(np.array(mean), np.array(var), rule.momentum, rule.eps, test)
