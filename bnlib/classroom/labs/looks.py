"""How the pictures of the labs look: large type, few lines, the colors of the diagrams."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from matplotlib.lines import Line2D

from bnlib.classroom.colors import BATCH, DATA, FAINT, INK, LEARNED, ON_COLOR, PAPER, RUNNING

__all__ = [
    "BATCH",
    "DATA",
    "FAINT",
    "INK",
    "LEARNED",
    "ON_COLOR",
    "PAPER",
    "RUNNING",
    "is_tall",
    "leaves",
    "legend_above",
    "panel",
    "place_marks",
    "places",
]


def is_tall(figure: Figure) -> bool:
    """Whether panels stand one below the other, as in the stored picture."""
    return bool(figure.get_figheight() > figure.get_figwidth())


def places(figure: Figure, *widths: float) -> list[SubplotSpec]:
    """A place for each panel, of these widths where they stand side by side."""
    if is_tall(figure):
        grid = figure.add_gridspec(len(widths), 1)
    else:
        grid = figure.add_gridspec(1, len(widths), width_ratios=widths)
    return [grid[each] for each in range(len(widths))]


def panel(figure: Figure, place: Any, title: str, **settings: Any) -> Axes:
    """Axes with a readable title, ticks and labels, and limits that stay.

    place is one of places(); or 132, the second of three panels of one width.
    """
    if isinstance(place, int) and is_tall(figure):
        place = 100 * (place // 10 % 10) + 10 + place % 10
    axes: Axes = figure.add_subplot(place, **settings)
    axes.set_title(title, fontsize=15)
    axes.tick_params(labelsize=12)
    axes.xaxis.label.set_fontsize(13)
    axes.spines[["top", "right"]].set_visible(False)
    figure.set_layout_engine("constrained", w_pad=0.1)
    return axes


def legend_above(axes: Axes, ncols: int) -> None:
    """The legend between title and axes, where it covers nothing."""
    axes.legend(
        fontsize=13, ncols=ncols, loc="lower center", bbox_to_anchor=(0.5, 1), frameon=False
    )
    axes.set_title(axes.get_title(), fontsize=15, pad=32)


def leaves(values: np.ndarray, high: float) -> np.ndarray:
    """Where a line that is drawn through values leaves axes that end at high; there a mark says so.

    What is no number has left, too.
    """
    beyond = ~(values <= high)
    return np.flatnonzero(beyond & ~np.append(False, beyond[:-1]))


def place_marks(marks: Line2D, x: np.ndarray, y: np.ndarray) -> None:
    """Move marks; none of them is not drawn, as matplotlib puts it into the figure's corner."""
    marks.set_data(x, y)
    marks.set_visible(len(x) > 0)
