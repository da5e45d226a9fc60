"""A lab's picture as SVG, a piece for each panel, so that a narrow page can stack them.

A figure is drawn once; at each move only what changes is drawn anew, into a layer above it.
"""

from collections.abc import Iterable
from functools import lru_cache
from io import StringIO
from itertools import pairwise
from typing import Any

from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

from bnlib.classroom.colors import THEMED

DPI = 72  # the unit of an SVG is a point
MARGIN = 4
DIGITS = 6  # of a figure's width, so a thousandth of a point
SETTINGS: dict[Any, str] = {"svg.hashsalt": "bnlib", "svg.fonttype": "none"}


class Panels:
    """The panels of a figure, which stand side by side, as SVG elements."""

    def __init__(self, figure: Figure) -> None:
        figure.draw_without_rendering()  # lays out
        figure.set_layout_engine("none")
        for axes in figure.axes:  # the layout's last digits differ from one process to the next
            x, y, width, height = axes.get_position(original=True).bounds
            axes.set_position(
                (round(x, DIGITS), round(y, DIGITS), round(width, DIGITS), round(height, DIGITS))
            )
        self.axes = figure.axes
        self._texts: dict[Artist, str] = {}  # each as it was drawn last
        self.size = figure.bbox.width, figure.bbox.height
        boxes = [Bbox.union([axes.bbox, axes.get_tightbbox() or axes.bbox]) for axes in self.axes]
        between = [(left.x1 + right.x0) / 2 for left, right in pairwise(boxes)]
        outer = max(boxes[0].x0 - MARGIN, 0), min(boxes[-1].x1 + MARGIN, self.size[0])
        self.edges = list(pairwise([outer[0], *between, outer[1]]))

    def still(self) -> list[str]:
        """What stays: axes, ticks, titles."""
        return [self._svg(edges, [axes]) for axes, edges in zip(self.axes, self.edges, strict=True)]

    def moving(self, artists: Iterable[Artist]) -> list[str]:
        """The artists alone, each in its panel."""
        artists = list(artists)
        return [
            self._svg(edges, [artist for artist in artists if artist.axes is axes])
            for axes, edges in zip(self.axes, self.edges, strict=True)
        ]

    def place(self, axes: Axes, at: tuple[float, float]) -> tuple[float, float]:
        """Where something in the data of axes is in the SVG element of its panel."""
        x, y = axes.transData.transform(at).tolist()
        return x, self.size[1] - y

    def _svg(self, edges: tuple[float, float], artists: Iterable[Artist]) -> str:
        width, height = self.size
        target = StringIO()
        before: dict[Any, Any] = {name: rcParams[name] for name in SETTINGS}
        rcParams.update(SETTINGS)  # rc_context would copy all 300 settings, at every move
        try:
            renderer = _Renderer(width, height, target, image_dpi=DPI)
            # What comes before is for a file: a date, and a style for every element of the page.
            start = target.tell()
            for artist in artists:
                self._draw(artist, renderer, target)
            renderer.finalize()
        finally:
            rcParams.update(before)
        left, right = edges
        drawn = target.getvalue()[start:]
        for color, of_the_theme in THEMED.items():
            drawn = drawn.replace(color, of_the_theme)
        return f'<svg viewBox="{left:g} 0 {right - left:g} {height:g}">{drawn}'

    def _draw(self, artist: Artist, renderer: RendererSVG, target: StringIO) -> None:
        """A text that has not changed is written as it was; other artists share clips, markers."""
        if artist in self._texts and not artist.stale:
            target.write(self._texts[artist])
            return
        start = target.tell()
        artist.draw(renderer)
        if isinstance(artist, Text):
            self._texts[artist] = target.getvalue()[start:]


@lru_cache(maxsize=1024)
def _text_size(text: str, font: FontProperties, ismath: Any) -> tuple[float, float, float]:
    return text_to_path.get_text_width_height_descent(text, font, ismath)


class _Renderer(RendererSVG):
    """Measures a text once; most texts of a lab come again and again.

    Its groups have no ids: these count what was drawn, and an unchanged text is not drawn again.
    """

    def open_group(self, s: str, gid: str | None = None) -> None:
        self.writer.start("g")

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        return _text_size(s, prop, ismath)
