"""What labs draw, at every extreme of every control, is their model's, and can be read."""

from collections import defaultdict
from functools import cache
from itertools import product

import numpy as np
from built_labs import (
    each_network_is_trained_once,  # noqa: F401
    every_control,
    every_lab,
    lab_of,
    other,
)
from matplotlib.colors import to_hex
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from bnlib.classroom import colors, labs
from bnlib.classroom.labs.base import Choice, Slider
from bnlib.classroom.labs.shards_lab import CELL
from bnlib.classroom.labs.svg import Panels


def extremes(control):
    if isinstance(control, Slider):
        return control.low, control.high
    return control.options if isinstance(control, Choice) else (True, False)


def settings(kind):
    """The start, every extreme of every control alone, and each with every other."""
    start = {control.name: control.start for control in kind.controls}
    lab, found = lab_of(kind), [start]
    alone = [{control.name: end} for control in kind.controls for end in extremes(control)]
    together = (
        {control.name: value for control, value in zip(kind.controls, values, strict=True)}
        for values in product(*map(extremes, kind.controls))
    )
    for asked in (*alone, *together):
        settled = lab.settle(start | asked, asked)
        if settled not in found:
            found.append(settled)
    return found


@every_lab
def test_nothing_leaves_the_picture_unmarked_and_nothing_else_is_drawn_than_the_model_has(kind):
    lab = lab_of(kind)
    unexplained, always = defaultdict(set), {}
    for values in settings(kind):
        state = lab.model(**values)
        artists = [each for each in lab.show(state) if each.get_visible()]
        marks = [each for each in artists if is_at_an_edge(each)]
        for each in artists:
            marked = [mark for mark in marks if mark.axes is each.axes]
            if marked and beyond_its_axes(each):
                assert "leaves the picture" in lab.words(state), values
            else:
                assert not outside(lab, each), (values, each)
        known = np.concatenate([numbers_in(state), numbers_in(ALSO_DRAWN.get(kind, list)(state))])
        for each in artists:
            if each not in marks:
                numbers = set(drawn(each))
                always[each] = always.get(each, numbers) & numbers  # a place in the layout
                unexplained[each].update(missing(known, numbers))
    for artist, numbers in unexplained.items():
        assert not numbers - always[artist], artist


def missing(known, numbers):
    """Those of numbers that are not among the known, but for rounding."""
    known, numbers = np.sort(known), np.array(sorted(numbers))
    after = np.searchsorted(known, numbers)
    near = [known[np.clip(after - each, 0, len(known) - 1)] for each in (0, 1)]
    return numbers[~np.isclose(near, numbers, rtol=1e-9, atol=1e-12).any(axis=0)]


def spans(state):
    for each in (*state.parts, state.merged, state.averaged):
        std = np.sqrt(each.var)
        yield [each.mean - std, each.mean, each.mean + std]


ALSO_DRAWN = {
    labs.ElsewhereLab: lambda state: [each.var / state.true_var for each in state[:2]],
    labs.PracticeLab: lambda state: state.digits_of_one / state.batch_size,
    labs.ShardsLab: lambda state: [*spans(state), np.multiply(state.cuts, CELL)],
}


def numbers_in(value):
    """All the finite numbers of a state, one after the other."""
    if isinstance(value, str):
        return np.empty(0)
    if isinstance(value, (list, tuple)):
        return np.concatenate([np.empty(0), *map(numbers_in, value)])
    numbers = np.unique(np.asarray(value, dtype=float))
    return numbers[np.isfinite(numbers)]


def drawn(artist):
    """The numbers that lines, markers and bars stand for; those that are counts stand for order."""
    if artist in [bar for bars in artist.axes.containers for bar in bars]:
        return [artist.get_height()]
    if not isinstance(artist, Line2D):
        return []
    x, y = (np.asarray(each, dtype=float) for each in artist.get_data())
    numbers = np.unique(np.concatenate([x[x != np.round(x)], y]))
    return numbers[np.isfinite(numbers)]


@every_lab
def test_a_handle_is_where_the_state_is_and_moves_as_far_as_the_page_believes(kind):
    lab = lab_of(kind)
    sliders = {control.name: control for control in kind.controls if isinstance(control, Slider)}
    for values in settings(kind):
        for i, handle in enumerate(lab.handles(lab.model(**values))):
            there = handle.for_the_page(lab._panels)
            assert handle.axes.bbox.padded(1).contains(*handle.axes.transData.transform(handle.at))
            for move in there["moves"]:
                slider, axis = sliders[move["control"]], "xy".index(move["along"])
                now = values[slider.name]
                to = (2 * slider.low + slider.high) / 3
                asked = {slider.name: int(to) if slider.whole else to}
                moved = list(lab.handles(lab.model(**lab.settle(values | asked, asked))))[i]
                way = moved.for_the_page(lab._panels)["at"][axis] - there["at"][axis]
                steps = way / move["points"]
                led_to = now * np.exp(steps) if move["log"] else now + steps
                np.testing.assert_allclose(led_to, asked[slider.name], atol=1e-9)


@every_lab
def test_no_text_lies_over_anything_that_it_does_not_stand_on(kind):
    lab = lab_of(kind)
    still = [each for axes in lab._figure.axes for each in of(axes) if not each.get_animated()]
    for values in settings(kind):
        state = lab.model(**values)
        moving = [each for each in lab.show(state) if each.get_visible()]
        knobs = [each for each in lab.handles(state) if each.reach is None]
        box_of = cache(lambda each: each.get_window_extent())
        for text in (each for each in (*still, *moving) if is_read(each)):
            box = box_of(text)
            others = [each for each in (*still, *moving) if each.axes is text.axes]
            under = [each for each in others if each is not text and lies_on(box, each, box_of)]
            assert not under, (values, text, under)
            for knob in (each for each in knobs if each.axes is text.axes):
                at = knob.axes.transData.transform(knob.at)
                assert not box.padded(4).contains(*at), (values, text)


@every_lab
def test_nothing_looks_like_a_knob_that_is_none(kind):
    drawn = lab_of(kind)._figure.findobj(Line2D)
    assert not [
        each
        for each in drawn
        if each.get_marker() == "o" and to_hex(each.get_markerfacecolor()) == colors.PAPER
    ]


def is_read(artist):
    """Whether it is a text, but for those that are made to stand on a color."""
    if isinstance(artist, Text):
        return artist.get_text().strip() and artist.get_color() != colors.ON_COLOR
    return isinstance(artist, Legend)


def of(axes):
    return [*axes.lines, *axes.texts, *axes.patches]


def lies_on(box, other, box_of):
    """Whether what has this box covers a part of something else that is seen."""
    box = box.padded(-1)
    if isinstance(other, (Text, Legend)):
        seen = isinstance(other, Legend) or other.get_text().strip()
        return seen and box.overlaps(box_of(other).padded(-1))
    if other.get_clip_on():
        box = Bbox.intersection(box, other.axes.bbox)
    if box is None:
        return False
    path = other.get_transform().transform_path(other.get_path())
    if not isinstance(other, Line2D):
        return path.intersects_bbox(box, other.get_fill())
    line = other.get_linestyle() != "None" and len(path) > 1 and path.intersects_bbox(box, False)
    if other.get_marker() in ("None", ""):
        return line
    box = box.padded(other.get_markersize() / 2)
    return line or any(box.contains(x, y) for x, y in path.vertices)


def is_at_an_edge(artist):
    return isinstance(artist, Line2D) and artist.get_marker() in tuple("^v<>")


def beyond_its_axes(artist):
    (left, right), (low, high) = artist.axes.get_xlim(), artist.axes.get_ylim()
    if isinstance(artist, Rectangle):
        x, y = artist.get_x(), artist.get_height()
    elif isinstance(artist, Line2D):
        x, y = (np.asarray(each, dtype=float) for each in artist.get_data())
    else:
        return False
    return not np.all((min(left, right) <= x) & (x <= max(left, right)) & (low <= y) & (y <= high))


def outside(lab, artist):
    """Whether a text or a legend leaves its panel, or anything else its axes."""
    box, axes = artist.get_window_extent(), artist.axes
    if isinstance(artist, (Text, Legend)):
        left, right = lab._panels.edges[lab._panels.axes.index(axes)]
        limits = Bbox([[left, 0], [right, lab._panels.size[1]]])
    else:
        limits = axes.bbox.padded(9 if is_at_an_edge(artist) else 2)
    return not (limits.contains(*box.min) and limits.contains(*box.max))


@every_control
def test_what_is_sent_of_a_move_is_what_the_whole_figure_drawn_anew_has(kind, control):
    lab = lab_of(kind)
    setattr(lab, control.name, other(control))
    anew = Panels(lab._figure)
    anew.edges = lab._panels.edges  # those of the start stay
    assert anew.moving(lab.show(lab.state)) == lab.view.shown["pictures"]


@every_lab
def test_readers_without_a_kernel_get_the_picture_of_a_new_lab_that_was_moved_once(kind):
    lab, fresh = lab_of(kind), kind()
    slider = next(each for each in kind.controls if isinstance(each, Slider))
    setattr(lab, slider.name, other(slider))
    data, about = lab._repr_mimebundle_()
    setattr(fresh, slider.name, other(slider))
    assert data["text/plain"] == repr(fresh)
    assert data["image/png"] == fresh.png()
    assert about["image/png"] == {"alt": fresh.view.shown["description"]}
