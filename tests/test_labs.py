"""The labs without a browser: state, picture and words stay together."""

import subprocess
import sys
from functools import cache
from itertools import product

import numpy as np
import pytest
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from bnlib.classroom import labs
from bnlib.classroom.labs.base import Choice, Slider
from bnlib.classroom.labs.controls import changed
from bnlib.classroom.labs.svg import Panels

LABS = [getattr(labs, name) for name in labs.__all__]
CONTROLS = [
    pytest.param(kind, control, id=f"{kind.__name__}-{control.name}")
    for kind in LABS
    for control in kind.controls
]
SLIDERS = [each for each in CONTROLS if isinstance(each.values[1], Slider)]
every_lab = pytest.mark.parametrize("kind", LABS, ids=lambda kind: kind.__name__)
every_control = pytest.mark.parametrize(("kind", "control"), CONTROLS)
every_slider = pytest.mark.parametrize(("kind", "control"), SLIDERS)


@cache
def built(kind):
    return kind()


def lab_of(kind):
    """The one lab of its kind, as it starts: to build one takes longer than to move it."""
    lab = built(kind)
    lab.reset()
    return lab


def seen(lab):
    """What a page shows and what the repr says, all but the count of answers."""
    return repr(lab), {name: each for name, each in lab.view.shown.items() if name != "answers"}


def other(control):
    """A value that the control does not start with."""
    if isinstance(control, Slider):
        return control.high if control.start != control.high else control.low
    if isinstance(control, Choice):
        return next(name for name in control.options if name != control.start)
    return not control.start


def ask(lab, **values):
    """As the page does it."""
    lab.view._handle_custom_msg(values, [])


@every_control
def test_a_control_moves_all_of_its_lab_from_python_and_from_the_page(kind, control):
    lab, value = lab_of(kind), other(control)
    start = seen(lab)
    setattr(lab, control.name, value)
    moved, shown = seen(lab), lab.view.shown
    assert getattr(lab, control.name) == value == shown["values"][control.name]
    assert moved[0] != start[0]
    assert moved[1]["description"] != start[1]["description"]
    drawn_anew = Panels(lab._figure).moving(lab.show(lab.state))
    assert drawn_anew == shown["pictures"]
    lab.reset()
    assert seen(lab) == start
    ask(lab, **{control.name: value})
    assert seen(lab) == moved


def extremes(control):
    if isinstance(control, Slider):
        return control.low, control.high
    return control.options if isinstance(control, Choice) else (True, False)


@every_lab
def test_nothing_leaves_the_picture_at_any_extreme(kind):
    lab = lab_of(kind)
    names = [control.name for control in kind.controls]
    for values in product(*map(extremes, kind.controls)):
        artists = lab.show(lab.model(**dict(zip(names, values, strict=True))))
        assert not [(values, each) for each in artists if outside(lab, each)]


def outside(lab, artist):
    """Whether a text or a legend leaves its panel, or anything else its axes."""
    if not artist.get_visible():
        return False
    box, axes = artist.get_window_extent(), artist.axes
    if isinstance(artist, (Text, Legend)):
        left, right = lab._panels.edges[lab._panels.axes.index(axes)]
        limits = Bbox([[left, 0], [right, lab._panels.size[1]]])
    else:
        limits = axes.bbox.padded(2)
    return not (limits.contains(*box.min) and limits.contains(*box.max))


NONSENSE = [np.nan, np.inf, "much", None, [0.5], True, 10**400, 1j]


def set_to(kind, control, value):
    """The value of a control of a lab as it starts, once it was asked for another."""
    starts = {each.name: each.start for each in kind.controls}
    return changed(kind.controls, starts, {control.name: value})[control.name]


@every_slider
def test_a_slider_refuses_nonsense_and_what_is_out_of_its_range(kind, control):
    for value in (*NONSENSE, control.low - 1, control.high + 1):
        with pytest.raises(ValueError, match=f"takes a.*, not .*; it stays {control.start}"):
            set_to(kind, control, value)


@every_slider
def test_numbers_are_kept_as_they_are_typed(kind, control):
    value = control.low + (control.high - control.low) / 7
    if not control.whole:
        assert set_to(kind, control, value) == value
        return
    for fraction in (value, control.low + 0.5):
        with pytest.raises(ValueError, match="takes a whole number"):
            set_to(kind, control, fraction)
    for whole in (np.int64(control.high), float(control.high)):
        assert repr(set_to(kind, control, whole)) == repr(int(whole))


@every_lab
def test_a_lab_that_refuses_has_not_moved_and_the_page_is_told(kind):
    lab = lab_of(kind)
    slider = next(each for each in kind.controls if isinstance(each, Slider))
    setattr(lab, slider.name, other(slider))
    words, shown = seen(lab)
    with pytest.raises(ValueError, match=f"it stays {other(slider)}"):
        setattr(lab, slider.name, slider.high + 1)
    assert seen(lab) == (words, shown)
    answers = lab.view.shown["answers"]
    ask(lab, **{slider.name: slider.high + 1})
    assert lab.view.shown["answers"] > answers  # a page waits for one
    assert "takes a" in lab.view.shown["refusal"]
    assert seen(lab) == (words, shown | {"refusal": lab.view.shown["refusal"]})


def test_half_of_the_spread_is_gone_at_three_times_the_variance():
    lab = lab_of(labs.FormulaLab)
    ask(lab, eps=3)
    assert lab.eps == 3.0
    assert "50.0%" in lab.view.shown["words"]
    assert lab.state.kept == 0.5


def test_a_choice_and_a_switch_say_what_they_take():
    lab = lab_of(labs.GradientLab)
    with pytest.raises(ValueError, match="'one sample' or 'like x hat', not 'ones'; it stays less"):
        lab.grad_output = "ones"
    with pytest.raises(ValueError, match="mean path takes True or False, not 1; it stays True"):
        lab.mean_path = 1


@every_lab
def test_a_typing_mistake_is_no_new_attribute(kind):
    lab = lab_of(kind)
    first = kind.controls[0].name
    with pytest.raises(AttributeError, match=f"has no control '{first}s'; it has {first}, "):
        setattr(lab, f"{first}s", 1)
    with pytest.raises(AttributeError):
        getattr(lab, f"{first}s")
    assert first in dir(lab)


@every_lab
def test_readers_without_a_kernel_get_the_picture_of_a_new_lab_that_was_moved_once(kind):
    lab, fresh = lab_of(kind), kind()
    slider = next(each for each in kind.controls if isinstance(each, Slider))
    for value in (slider.low, slider.high, other(slider)):
        setattr(lab, slider.name, value)
        data, about = lab._repr_mimebundle_()
    setattr(fresh, slider.name, other(slider))
    assert data["text/plain"] == repr(fresh)
    assert data["image/png"] == fresh.png()
    assert about["image/png"] == {"alt": fresh.view.shown["description"]}


CHOICES = [
    pytest.param(kind, control.name, option, id=f"{kind.__name__}-{option}")
    for kind in LABS
    for control in kind.controls
    if isinstance(control, Choice)
    for option in control.options
]


@pytest.mark.parametrize(("kind", "name", "option"), CHOICES)
def test_the_stored_picture_has_only_what_is_shown(kind, name, option, monkeypatch):
    lab = lab_of(kind)
    setattr(lab, name, option)
    moving = lab._figure.findobj(lambda each: each.get_animated())
    drawn = set()
    monkeypatch.setattr(
        lab._figure, "savefig", lambda *_, **__: drawn.update(m for m in moving if m.get_visible())
    )
    lab.png()
    assert drawn
    assert drawn == {each for each in lab.show(lab.state) if each.get_visible()}


def test_what_like_x_hat_is_proportional_to_vanishes():
    lab = lab_of(labs.GradientLab)
    lab.grad_output = "like x hat"
    assert abs(lab.state.dx).max() < 1e-5


def test_labs_work_without_torch():
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from bnlib.classroom import labs, start_lesson\n"
        "print([repr(getattr(labs, name)()) for name in labs.__all__])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("Lab(") == len(LABS)
