"""Each lab, built once: to build one takes longer than to move it."""

from functools import cache

import pytest

from bnlib.classroom import labs
from bnlib.classroom.labs import network_lab
from bnlib.classroom.labs.base import Choice, Slider

LABS = [getattr(labs, name) for name in labs.__all__]
CONTROLS = [
    pytest.param(kind, control, id=f"{kind.__name__}-{control.name}")
    for kind in LABS
    for control in kind.controls
]
every_lab = pytest.mark.parametrize("kind", LABS, ids=lambda kind: kind.__name__)
every_control = pytest.mark.parametrize(("kind", "control"), CONTROLS)


@pytest.fixture(scope="module", autouse=True)
def each_network_is_trained_once():
    """A lab keeps the last trainings alone, and here several tests want all of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network_lab, "run", cache(network_lab.run))
        yield


@cache
def built(kind):
    return kind()


def lab_of(kind):
    """The one lab of its kind, as it starts: to build one takes longer than to move it."""
    lab = built(kind)
    lab.reset()
    return lab


def other(control):
    """A value that the control does not start with."""
    if isinstance(control, Slider):
        return control.high if control.start != control.high else control.low
    if isinstance(control, Choice):
        return next(name for name in control.options if name != control.start)
    return not control.start
