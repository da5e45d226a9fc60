"""The labs without a browser: state, picture and numbers stay together."""

import subprocess
import sys

import numpy as np
import pytest
from traitlets import TraitError

from bnlib.classroom import labs
from bnlib.classroom.labs.base import Choice, Slider

LABS = [getattr(labs, name) for name in labs.__all__]
every_lab = pytest.mark.parametrize("kind", LABS, ids=lambda kind: kind.__name__)


def controls(lab, kind):
    return [control for control in lab.controls if isinstance(control, kind)]


def snapshot(lab):
    return repr(lab), lab.picture.value, lab.line.value


@every_lab
def test_every_control_changes_the_picture_and_reset_brings_the_start_back(kind):
    lab = kind()
    start = snapshot(lab)
    for control in lab.controls:
        widget = getattr(lab, control.name)
        if isinstance(control, Slider):
            widget.value = control.high if control.start != control.high else control.low
        elif isinstance(control, Choice):
            widget.value = next(name for name in control.options if name != control.start)
        else:
            widget.value = not control.start
        assert repr(lab) != start[0], control.name
        lab.reset()
        assert snapshot(lab) == start, control.name


@every_lab
def test_the_extremes_are_drawn_inside_the_picture(kind):
    lab = kind()
    for control in controls(lab, Slider):
        for extreme in (control.low, control.high):
            lab.reset()
            getattr(lab, control.name).value = type(control.start)(extreme)
            assert "nan" not in lab.picture.value


@every_lab
@pytest.mark.parametrize("nonsense", [np.nan, np.inf, "much", None])
def test_nonsense_is_refused_and_leaves_everything_as_it_was(kind, nonsense):
    lab = kind()
    for control in controls(lab, Slider):
        before = snapshot(lab), lab.values
        with pytest.raises(TraitError):
            getattr(lab, control.name).value = nonsense
        assert (snapshot(lab), lab.values) == before


@every_lab
def test_what_is_out_of_range_is_clamped_as_ipywidgets_does(kind):
    lab = kind()
    for control in controls(lab, Slider):
        lab.reset()
        widget = getattr(lab, control.name)
        widget.value = type(control.start)(control.high * 10 + 10)
        assert widget.value == pytest.approx(control.high)
        box = lab.boxes[control.name]
        assert box.value == pytest.approx(control.high)
        at_the_limit = snapshot(lab)
        lab.reset()
        widget.value = type(control.start)(control.high)
        assert snapshot(lab) == at_the_limit


@every_lab
def test_number_box_and_slider_follow_each_other(kind):
    lab = kind()
    for control in controls(lab, Slider):
        widget, box = getattr(lab, control.name), lab.boxes[control.name]
        box.value = control.low
        assert widget.value == pytest.approx(control.low)
        widget.value = type(control.start)(control.high)
        assert box.value == pytest.approx(control.high)


@every_lab
def test_readers_without_a_kernel_get_a_picture_and_a_line(kind):
    lab = kind()
    bundle = lab._repr_mimebundle_()
    assert bundle["text/plain"] == repr(lab)
    assert isinstance(bundle["image/png"], str)
    assert bundle["image/png"] == lab.png()
    assert f"<b>{kind.question}</b>" == lab.view.children[0].value


@every_lab
def test_a_picture_drawn_after_many_others_is_that_of_a_new_lab(kind):
    lab, fresh = kind(), kind()
    first = controls(lab, Slider)[0]
    for value in np.linspace(first.low, first.high, 7):
        getattr(lab, first.name).value = type(first.start)(value)
    lab.reset()
    assert lab.png() == fresh.png()
    assert lab.picture.value == fresh.picture.value


def test_labs_work_without_torch():
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from bnlib.classroom import labs, start_lesson\n"
        "print([repr(getattr(labs, name)()) for name in labs.__all__])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("Lab(") == len(LABS)
