"""What can be moved in the picture itself, with mouse, finger and keys."""

import math
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from bnlib.classroom.labs.svg import Panels

Moves = tuple[str, float]


class Handle(NamedTuple):
    """A place in the picture that moves a control, or two.

    It is at a place in the data of its axes, which comes from the state like all that is drawn.
    x and y each name a control that is moved along that axis, and how far one unit of it leads
    there. Along a logarithmic axis the control is the place itself.

    With reach it is a box, which reaches so far from its place to each side; and a mouse over any
    place of the panel, or a click there, moves it to that.
    """

    axes: Axes
    at: tuple[float, float]
    x: Moves | None = None
    y: Moves | None = None
    reach: tuple[float, float] | None = None

    def for_the_page(self, panels: Panels) -> dict[str, Any]:
        """All of it in points of the panel's SVG element."""
        width, height = self._points(panels, *self.reach) if self.reach else (0.0, 0.0)
        return {
            "panel": panels.axes.index(self.axes),
            "at": panels.place(self.axes, self.at),
            "reach": [width, -height],
            "anywhere": self.reach is not None,
            "moves": [
                {"along": along, "control": moves[0], **self._way(panels, along, moves[1])}
                for along, moves in (("x", self.x), ("y", self.y))
                if moves
            ],
        }

    def _way(self, panels: Panels, along: str, unit: float) -> dict[str, Any]:
        """How many points one unit is, or along a logarithmic axis e times as much."""
        axis = "xy".index(along)
        log = getattr(self.axes, f"get_{along}scale")() == "log"
        by = [0.0, 0.0]
        by[axis] = self.at[axis] * (math.e - 1) if log else unit
        return {"points": self._points(panels, *by)[axis], "log": log}

    def _points(self, panels: Panels, *by: float) -> tuple[float, float]:
        start = panels.place(self.axes, self.at)
        end = panels.place(self.axes, (self.at[0] + by[0], self.at[1] + by[1]))
        return end[0] - start[0], end[1] - start[1]
