"""Lesson 6: the same network with and without batch normalization, watched while it trains."""

from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from bnlib.classroom.labs.base import Handle, Lab, Slider
from bnlib.classroom.labs.looks import (
    BATCH,
    DATA,
    FAINT,
    INK,
    PAPER,
    leaves,
    legend_above,
    panel,
    place_marks,
    places,
)
from bnlib.classroom.labs.watched import EDGE, MIDDLES, STEPS, Run, Values, run

DEEPEST = 12
HIGHEST_LOSS = 4.0
ROW = 0.8  # of the height of a layer's row, for its highest bin
NAMES, STDS = -EDGE - 0.9, 1.9 * EDGE  # where these stand
BEYOND = 0.01  # the share of a layer's values beyond the edges that gets a mark


class State(NamedTuple):
    without: Run
    with_it: Run
    step: int

    @property
    def layers(self) -> list[Values]:
        """At this step: the products without batch norm, those with it, and these normalized."""
        normalized = self.with_it.normalized or []
        runs = (self.without.linear, self.with_it.linear, normalized)
        return [each[self.step - 1] for each in runs]


class NetworkLab(Lab):
    question = "Where does only the one with batch norm learn? Where do both? Where is it worse?"
    controls = (
        Slider("learning_rate", 0.3, 0.01, 3.0, log=True),
        Slider("depth", 6, 1, DEEPEST, 1),
        Slider("first_weights", 1.0, 0.3, 3.0, 0.1),
        Slider("batch_size", 64, 2, 200, 1),
        Slider("step", STEPS, 1, STEPS, 1, plays=True),
    )

    on_release = True  # half a second for twelve layers

    def model(self, step: int, **values: Any) -> State:
        return State(run(False, **values), run(True, **values), step)

    def draw(self, figure: Figure) -> None:
        of_losses, *of_layers = places(figure, 4, 3, 3)
        losses = self.axes = panel(
            figure,
            of_losses,
            "loss",
            xlim=(0, STEPS + 2),
            ylim=(-0.15, HIGHEST_LOSS),
            xlabel="step",
        )
        losses.axhline(np.log(10), color=FAINT, lw=1.5, ls=":")
        losses.text(STEPS + 3, np.log(10), "guessing", fontsize=12, va="center")
        losses.set_xticks(range(0, STEPS, 20))
        looks: dict[str, dict[str, Any]] = {
            "without": {"color": INK, "lw": 2.5, "ls": "--"},
            "with": {"color": BATCH, "lw": 4},
        }
        self.losses = [losses.plot([], [], label=name, **look)[0] for name, look in looks.items()]
        self.now = [
            losses.plot([], [], "o", ms=9, color=look["color"], mec=INK)[0]
            for look in looks.values()
        ]
        hollow: dict[str, Any] = {"color": PAPER, "mew": 2, "clip_on": False}
        self.left = [
            losses.plot([], [], "^", ms=size, mec=look["color"], **hollow)[0]
            for look, size in zip(looks.values(), (14, 8), strict=True)
        ]
        legend_above(losses, ncols=2)
        without, with_it = (
            panel(
                figure,
                place,
                title,
                xlim=(-EDGE, STDS),
                ylim=(0, 1),
                yticks=[],
                xlabel=f"◁ ▷: beyond ±{EDGE:g}",
            )
            for place, title in zip(
                of_layers, ("without batch norm", "with batch norm"), strict=True
            )
        )
        nothing = rows(np.empty((0, len(MIDDLES))))
        looks_of_rows: list[tuple[Axes, dict[str, Any]]] = [
            (without, {"facecolor": DATA}),
            (with_it, {"fill": False, "zorder": 2, "label": "before"}),
            (with_it, {"facecolor": BATCH, "label": "after"}),
        ]
        self.rows = []
        for axes, look in looks_of_rows:
            self.rows.append(PathPatch(nothing, edgecolor=INK, lw=1, **look))
            axes.add_patch(self.rows[-1])
        without.set_title(without.get_title(), fontsize=15, pad=32)
        legend_above(with_it, ncols=2)
        self.beyond: list[Any] = []
        self.names: list[list[Any]] = []
        self.stds: list[list[Any]] = []
        for axes, heading in ((without, "std"), (with_it, "std before")):
            axes.set_xticks([-4, -2, 0, 2, 4])
            axes.axvline(0, color=FAINT, lw=1.5, ls=":")
            axes.spines["left"].set_visible(False)
            axes.spines["bottom"].set_bounds(-EDGE, EDGE)
            axes.text(STDS, 1, heading, fontsize=12, ha="right")
            axes.text(NAMES, 1, "layer", fontsize=12, ha="right")
            self.beyond += [
                axes.plot([], [], sign, ms=6, color=PAPER, mec=INK, clip_on=False)[0]
                for sign in "<>"
            ]
            for texts in (self.names, self.stds):
                write = partial(axes.text, 0, 0, fontsize=11, va="center", ha="right")
                texts.append([write(f"{layer}") for layer in range(1, DEEPEST + 1)])
        for text in chain(*self.names, *self.stds):
            text.set_in_layout(False)  # the headings keep their place

    def show(self, state: State) -> Iterable[Artist]:
        steps = np.arange(1, state.step + 1)
        for each, line, now, left in zip(
            (state.without, state.with_it), self.losses, self.now, self.left, strict=True
        ):
            values = each.losses[: state.step]
            line.set_data(steps, np.where(np.isfinite(values), values, np.nan))
            now.set_data(steps[-1:], values[-1:])
            now.set_visible(bool(values[-1] <= HIGHEST_LOSS))
            away = leaves(values, HIGHEST_LOSS)
            place_marks(left, steps[away], np.full(len(away), HIGHEST_LOSS))
        for patch, layers in zip(self.rows, state.layers, strict=True):
            patch.set_path(rows(layers.heights))
        without, product, _ = state.layers
        depth = len(product.std)
        middles = 1 - (np.arange(depth) + 0.5) / depth
        for beyond, stds, layers in zip(
            (self.beyond[:2], self.beyond[2:]), self.stds, (without, product), strict=True
        ):
            for marks, share, edge in zip(
                beyond, (layers.below, layers.above), (-EDGE, EDGE), strict=True
            ):
                seen = share > BEYOND
                place_marks(marks, np.full(seen.sum(), edge), middles[seen])
            for text, std in zip(stds, layers.std, strict=False):
                text.set_text(short(std))
        for texts, x in zip((*self.names, *self.stds), (NAMES, NAMES, STDS, STDS), strict=True):
            for text, middle in zip(texts, middles, strict=False):
                text.set_position((x, middle))
            for layer, text in enumerate(texts):
                text.set_visible(layer < depth)
        moving = [*self.losses, *self.now, *self.left, *self.rows, *self.beyond]
        return chain(moving, *self.names, *self.stds)

    def handles(self, state: State) -> Iterable[Handle]:
        loss = min(state.with_it.losses[state.step - 1], HIGHEST_LOSS)
        yield Handle(self.axes, (state.step, loss), x=("step", 1))

    def numbers(self, state: State) -> dict[str, Any]:
        return {"right_without": state.without.right, "right_with": state.with_it.right}

    def words(self, state: State) -> str:
        one, two = (short(each.losses[state.step - 1]) for each in (state.without, state.with_it))
        left = any(
            leaves(each.losses[: state.step], HIGHEST_LOSS).size
            for each in (state.without, state.with_it)
        )
        return (
            f"Step {state.step} of {STEPS}: loss {one} without batch norm, {two} with it"
            f"{' (△: there it leaves the picture)' * left}. In the end {state.without.right}% of "
            f"the test images are right without it, {state.with_it.right}% with it; guessing "
            "gives 10%."
        )

    def describe(self, state: State) -> str:
        without, product, normalized = (
            f"{short(each.std[0])} to {short(each.std[-1])}" for each in state.layers
        )
        return (
            f"{self.words(state)} Histograms of what each ReLU gets at this step; the standard "
            f"deviation from the first hidden layer to the last: {without} without batch norm; "
            f"with it {product} before it is normalized, and {normalized} after."
        )


def rows(heights: np.ndarray) -> Path:
    """Histograms of heights up to 1, the first on top, as one path in axes from 0 to 1."""
    depth = len(heights)
    foot = 1 - (np.arange(depth)[:, None] + 1) / max(depth, 1)
    x = np.concatenate([[-EDGE], MIDDLES, [EDGE, -EDGE]])
    y = np.hstack([foot, foot + ROW / max(depth, 1) * heights, foot, foot])  # (depth, points)
    codes = [Path.MOVETO, *[Path.LINETO] * (len(x) - 2), Path.CLOSEPOLY]
    points = np.stack([np.broadcast_to(x, y.shape), y], axis=-1)
    return Path(points.reshape(-1, 2), codes * depth)


def short(number: float) -> str:
    """A number of any size in a few letters; what has grown too large for one is ∞."""
    if not np.isfinite(number):
        return "∞"
    if number == 0 or 0.01 <= number < 1000:
        return f"{number:.{2 - int(number >= 10) - int(number >= 100)}f}"
    digit, power = f"{number:.0e}".split("e")
    return f"{digit}e{int(power)}"
