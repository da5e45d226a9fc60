"""Each lab, built once: to build one takes longer than to move it."""

from functools import cache

import pytest

from bnlib.classroom import labs
from bnlib.classroom.labs import network_lab

LABS = [getattr(labs, name) for name in labs.__all__]
every_lab = pytest.mark.parametrize("kind", LABS, ids=lambda kind: kind.__name__)


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
