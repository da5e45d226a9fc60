"""How the pictures of the labs look: large type, few lines, the colors of the diagrams."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bnlib.classroom.diagrams import BATCH, DATA, INK, LEARNED, PAPER, RUNNING

__all__ = ["BATCH", "DATA", "INK", "LEARNED", "PAPER", "RUNNING", "legend_above", "panel"]


def panel(figure: Figure, place: Any, title: str, **settings: Any) -> Axes:
    """Axes with a readable title, ticks and labels, and limits that stay."""
    axes: Axes = figure.add_subplot(place, **settings)
    axes.set_title(title, fontsize=15)
    axes.tick_params(labelsize=12)
    axes.xaxis.label.set_fontsize(13)
    axes.spines[["top", "right"]].set_visible(False)
    figure.set_layout_engine("constrained")
    return axes


def legend_above(axes: Axes, ncols: int) -> None:
    """The legend between title and axes, where it covers nothing."""
    axes.legend(
        fontsize=13, ncols=ncols, loc="lower center", bbox_to_anchor=(0.5, 1), frameon=False
    )
    axes.set_title(axes.get_title(), fontsize=15, pad=32)
