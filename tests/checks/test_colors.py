"""Every mark of a lab or a picture is seen on its ground, and every text can be read there."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.text import Text

from bnlib.classroom import colors, diagrams, labs

MARK, TEXT = 3.0, 4.5  # WCAG 2.2: 1.4.11 and 1.4.3
CSS = (Path(labs.__file__).parent / "view.css").read_text(encoding="utf-8")
NAMES = [value for name, value in vars(colors).items() if name.isupper() and name != "THEMED"]
LABS = [getattr(labs, name) for name in labs.__all__]


@cache
def theme(name):
    """What a page makes of each color of colors.py: by the variables of view.css."""
    pairs = re.findall(r"(--bnlib-\w+): light-dark\((.*?), (.*?)\);", CSS)
    variables = {variable: colors[name == "dark"] for variable, *colors in pairs}
    found = {color: color for color in NAMES}
    for color, variable in colors.THEMED.items():
        found[color] = variables[re.match(r"var\((--bnlib-\w+), ", variable)[1]]
    return found


def luminance(color):
    """Relative luminance, by WCAG."""
    values = np.array(to_rgba(color)[:3])
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def over(color, ground):
    """A color that may be transparent, on its ground."""
    *rgb, alpha = to_rgba(color)
    return tuple(alpha * np.array(rgb) + (1 - alpha) * np.array(to_rgba(ground)[:3]))


def painted(artist):
    """The colors that an artist is drawn in, of which one has to be seen."""
    if isinstance(artist, Text):
        return [artist.get_color()]
    if isinstance(artist, Line2D):
        marker = [artist.get_markerfacecolor(), artist.get_markeredgecolor()]
        line = [] if artist.get_linestyle() == "None" else [artist.get_color()]
        return line + (marker if artist.get_marker() not in ("None", "") else [])
    edge = [artist.get_edgecolor()] if artist.get_linewidth() >= 0.8 else []
    return edge + ([artist.get_facecolor()] if artist.get_fill() else [])


def marks_and_texts(figure):
    """What is drawn but for the grounds; texts with the patches that they stand on."""
    figure.draw_without_rendering()
    grounds = [figure.patch, *(axes.patch for axes in figure.axes)]
    drawn = [
        each
        for each in figure.findobj(lambda each: isinstance(each, (Text, Line2D, Patch)))
        if each.get_visible() and each not in grounds
    ]
    patches = [
        each for each in drawn if isinstance(each, (Rectangle, PathPatch)) and each.get_fill()
    ]
    for each in drawn:
        box = each.get_window_extent() if isinstance(each, Text) and each.get_text() else None
        if box is not None:
            middle = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
            yield each, [patch for patch in patches if patch.contains_point(middle)]
        elif not isinstance(each, Text):
            yield each, []


def unseen(drawn, look):
    """Marks and texts that are too near to their ground; look tells what becomes of a color."""

    def seen(color):
        return to_rgba(look[to_hex(color)], to_rgba(color)[3])

    for artist, below in drawn:
        ground = look[colors.PAPER]
        for patch in below:
            ground = over(seen(patch.get_facecolor()), ground)
        visible = [each for each in painted(artist) if to_rgba(each)[3]]
        best = max((contrast(over(seen(e), ground), ground) for e in visible), default=np.inf)
        if best < (TEXT if isinstance(artist, Text) else MARK):
            yield artist, round(best, 2)


def figure_of(kind):
    lab = kind()
    lab.show(lab.state)
    return lab._figure


FIGURES = {kind.__name__: lambda kind=kind: figure_of(kind) for kind in LABS}
FIGURES |= {each.__name__: each for each in diagrams.PICTURES}
every_figure = pytest.mark.parametrize("name", FIGURES)


@every_figure
def test_it_is_seen_on_white_and_a_lab_on_a_dark_page_too(name):
    drawn = list(marks_and_texts(FIGURES[name]()))
    assert drawn
    for each in ("light", "dark") if name.endswith("Lab") else ("light",):
        look = theme(each)
        assert not list(unseen(drawn, look)), each


def test_every_color_is_written_on_and_seen_in_both_themes():
    for name in ("light", "dark"):
        look = theme(name)
        for color in (colors.BATCH, colors.RUNNING, colors.LEARNED, colors.INK, colors.FAINT):
            assert contrast(look[color], look[colors.PAPER]) >= MARK, (name, color)
        for color in (colors.BATCH, colors.RUNNING, colors.LEARNED, colors.DATA):
            assert contrast(colors.ON_COLOR, look[color]) >= TEXT, (name, color)
        for color in (colors.INK, colors.FAINT):
            assert contrast(look[color], look[colors.PAPER]) >= TEXT, (name, color)


def test_contrast_is_that_of_the_standard():
    assert contrast("#ffffff", "#000000") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
