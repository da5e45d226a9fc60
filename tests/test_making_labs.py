"""A lab that is not whole is told so when its class is made, not when a page shows it."""

import pytest

from bnlib.classroom.labs.base import Choice, Lab, Slider, Switch

WHOLE = {"question": "?", "controls": (Slider("eps", 0.5, 0.0, 1.0), Switch("shifted", False))}
WHOLE |= dict.fromkeys(Lab.__abstractmethods__, lambda self, *_, **__: None)


def make(controls=WHOLE["controls"], without="", **more):
    parts = WHOLE | {"controls": controls} | more
    return type("MyLab", (Lab,), {name: part for name, part in parts.items() if name != without})


def test_a_whole_lab_is_made():
    assert {"eps", "shifted"} <= set(dir(make()))


@pytest.mark.parametrize("name", ["question", "controls", *sorted(Lab.__abstractmethods__)])
def test_what_a_lab_lacks_is_told(name):
    with pytest.raises(ValueError, match=f"^MyLab lacks {name}; a lab defines them.$"):
        make(without=name)


@pytest.mark.parametrize(
    ("controls", "words"),
    [
        ((), "MyLab has no controls; give it a Slider, Choice or Switch."),
        ((Slider("eps", 2.0, 0.0, 1.0),), "'eps' takes a number from 0 to 1, and starts at 2.0."),
        ((Slider("eps", 0.5, 1.0, 0.0),), "'eps' takes a number from 1 to 0, and starts at 0.5."),
        ((Slider("n", 3, 4, 9),), "'n' takes a whole number from 4 to 9, and starts at 3."),
        ((Slider("eps", 0.0, 0.0, 1.0, log=True),), "'eps' goes by equal factors, and so from"),
        ((Choice("rule", "torhc", ("torch", "Keras")),), "takes 'torch' or 'Keras', and starts at"),
        ((Switch("on", 1),), "'on' takes True or False, and starts at 1."),
        ((Switch("on", True), Switch("on", False)), "'on' is there twice; each has a name of"),
        ((Switch("two words", True),), "'two words' is set as an attribute; give it a name that"),
        ((Switch("_on", True),), "'_on' is set as an attribute; give it a name that"),
        *(
            ((Switch(name, True),), f"'{name}' would replace the lab's own {name}; rename it.")
            for name in ("state", "values", "model", "view", "mine")
        ),
    ],
)
def test_controls_that_do_not_go_together_are_told(controls, words):
    with pytest.raises(ValueError, match=r"^MyLab") as told:
        make(controls, mine=1)
    assert words in str(told.value)
