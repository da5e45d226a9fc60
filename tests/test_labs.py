"""The labs without a browser: state, picture and words stay together."""

import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from bnlib.classroom import labs
from bnlib.classroom.labs.base import Choice, Slider
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
def test_a_control_changes_the_picture_and_reset_brings_the_start_back(kind, control):
    lab = kind()
    start = seen(lab)
    value = other(control)
    setattr(lab, control.name, value)
    assert getattr(lab, control.name) == value == lab.view.shown["values"][control.name]
    assert repr(lab) != start[0]
    assert lab.view.shown["description"] != start[1]["description"]
    lab.reset()
    assert seen(lab) == start


@every_control
def test_the_page_and_python_do_the_same(kind, control):
    by_page, by_python = kind(), kind()
    ask(by_page, **{control.name: other(control)})
    setattr(by_python, control.name, other(control))
    assert seen(by_page) == seen(by_python)


def extremes(control):
    if isinstance(control, Slider):
        return control.low, control.high
    return control.options if isinstance(control, Choice) else (True, False)


@every_lab
def test_nothing_leaves_the_picture_at_any_extreme(kind):
    lab = kind()
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


@every_slider
@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda value: str(value)[:5])
def test_a_slider_refuses_nonsense_and_nothing_has_moved(kind, control, nonsense):
    lab = kind()
    before = seen(lab)
    with pytest.raises(ValueError, match=f"takes .*, not .*; it stays {control.start}"):
        setattr(lab, control.name, nonsense)
    assert seen(lab) == before


@every_slider
def test_what_is_out_of_range_is_refused_on_the_page_too(kind, control):
    lab = kind()
    before = seen(lab)
    for value in (control.low - 1, control.high + 1):
        with pytest.raises(ValueError, match="takes a"):
            setattr(lab, control.name, value)
        answers = lab.view.shown["answers"]
        ask(lab, **{control.name: value})
        assert lab.view.shown["answers"] > answers  # a page waits for one
        assert "takes a" in lab.view.shown["refusal"]
        lab.reset()
        assert seen(lab) == before


@every_slider
def test_numbers_are_kept_as_they_are_typed(kind, control):
    lab = kind()
    value = control.low + (control.high - control.low) / 7
    if not control.whole:
        setattr(lab, control.name, value)
        assert getattr(lab, control.name) == value
        return
    for fraction in (value, control.low + 0.5):
        with pytest.raises(ValueError, match="takes a whole number"):
            setattr(lab, control.name, fraction)
    for whole in (np.int64(control.high), float(control.high)):
        setattr(lab, control.name, whole)
        assert repr(getattr(lab, control.name)) == repr(int(whole))


def test_half_of_the_spread_is_gone_at_three_times_the_variance():
    lab = labs.FormulaLab()
    ask(lab, eps=3)
    assert lab.eps == 3.0
    assert "50.0%" in lab.view.shown["words"]
    assert lab.state.kept == 0.5


def test_a_choice_and_a_switch_say_what_they_take():
    lab = labs.GradientLab()
    with pytest.raises(ValueError, match="'one sample' or 'like x hat', not 'ones'; it stays less"):
        lab.grad_output = "ones"
    with pytest.raises(ValueError, match="mean path takes True or False, not 1; it stays True"):
        lab.mean_path = 1


@every_lab
def test_a_typing_mistake_is_no_new_attribute(kind):
    lab = kind()
    first = kind.controls[0].name
    with pytest.raises(AttributeError, match=f"has no control '{first}s'; it has {first}, "):
        setattr(lab, f"{first}s", 1)
    with pytest.raises(AttributeError):
        getattr(lab, f"{first}s")
    assert first in dir(lab)


@every_lab
def test_readers_without_a_kernel_get_a_picture_that_explains_itself(kind):
    lab = kind()
    data, about = lab._repr_mimebundle_()
    assert data["text/plain"] == repr(lab)
    assert data["image/png"] == lab.png()
    assert about["image/png"] == {"alt": lab.view.shown["description"]}


@every_control
def test_what_was_drawn_before_is_drawn_anew_where_it_changed(kind, control):
    lab = kind()
    setattr(lab, control.name, other(control))
    pictures = lab.view.shown["pictures"]
    assert Panels(lab._figure).moving(lab.show(lab.state)) == pictures


@every_lab
def test_a_picture_drawn_after_many_others_is_that_of_a_new_lab(kind):
    lab, fresh = kind(), kind()
    first = next(each for each in kind.controls if isinstance(each, Slider))
    for value in np.linspace(first.low, first.high, 7):
        setattr(lab, first.name, int(value) if first.whole else value)
        lab.png()
    lab.reset()
    assert lab.png() == fresh.png()
    assert seen(lab) == seen(fresh)


CHOICES = [
    pytest.param(kind, control.name, option, id=f"{kind.__name__}-{option}")
    for kind in LABS
    for control in kind.controls
    if isinstance(control, Choice)
    for option in control.options
]


@pytest.mark.parametrize(("kind", "name", "option"), CHOICES)
def test_the_stored_picture_has_only_what_is_shown(kind, name, option):
    lab = kind()
    setattr(lab, name, option)
    picture, shown = lab.png(), list(lab.show(lab.state))
    for artist in lab._figure.findobj(lambda each: each.get_animated() and each not in shown):
        artist.set_visible(False)
    assert lab.png() == picture


def test_what_like_x_hat_is_proportional_to_vanishes():
    lab = labs.GradientLab()
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
