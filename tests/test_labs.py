"""The labs without a browser: state, picture and words stay together."""

import gc
import json
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from types import ModuleType, SimpleNamespace
from weakref import ref

import numpy as np
import pytest
from built_labs import (
    CONTROLS,
    LABS,
    each_network_is_trained_once,  # noqa: F401
    every_control,
    every_lab,
    lab_of,
    other,
)
from IPython.core.interactiveshell import InteractiveShell
from ipywidgets.widgets.widget import _instances as widgets
from matplotlib.figure import Figure
from matplotlib.text import Text
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from bnlib.classroom import display, labs
from bnlib.classroom.jupyter.saving import WIDGET_VIEW
from bnlib.classroom.labs import shown
from bnlib.classroom.labs.base import Choice, Lab, Slider
from bnlib.classroom.labs.controls import as_typed, changed
from bnlib.classroom.labs.network_lab import short

SLIDERS = [each for each in CONTROLS if isinstance(each.values[1], Slider)]
every_slider = pytest.mark.parametrize(("kind", "control"), SLIDERS)


def seen(lab):
    """What a page shows and what the repr says, all but the count of answers."""
    return repr(lab), {name: each for name, each in lab.view.shown.items() if name != "answers"}


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
    lab.reset()
    assert seen(lab) == start
    ask(lab, **{control.name: value})
    assert seen(lab) == moved


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


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.5", 0.5),
        (" 3 ", 3),
        ("1e-8", 1e-8),
        ("1E-08", 1e-8),
        (".5", 0.5),
        ("\N{MINUS SIGN}2.", -2),
        ("+4", 4),
        ("1e400", np.inf),
        ("7" * 5000, np.inf),
        ("", ""),
        ("1e", "1e"),
        ("nan", "nan"),
        ("1_000", "1_000"),
        ("1,000,000", "1,000,000"),
        ("one, two", "one, two"),
        (None, None),
        (0.25, 0.25),
    ],
    ids=lambda value: str(value)[:9],
)
def test_what_is_typed_into_a_box_is_read_as_it_is_meant(text, number):
    assert (as_typed(text), type(as_typed(text))) == (number, type(number))


@every_lab
@pytest.mark.parametrize(
    ("text", "point"), [("0,5", "0.5"), ("1,", "1."), ("-1,5e-2", "-1.5e-2"), (" ,25 ", ".25")]
)
def test_a_comma_is_no_other_number(text, point, kind):
    lab = lab_of(kind)
    slider = next(each for each in kind.controls if isinstance(each, Slider))
    ask(lab, **{slider.name: text})
    assert lab.view.shown["refusal"] == f"Write a point, not a comma: {point}"
    assert lab.view.shown["values"][slider.name] == slider.start


def test_an_empty_box_and_a_long_text_are_told_of_in_words():
    lab = lab_of(labs.FormulaLab)
    ask(lab, eps="")
    refusal = "eps takes a number from 1e-08 to 100, not an empty box; it stays 0.1."
    assert lab.view.shown["refusal"] == refusal
    ask(lab, eps="x" * 10**6)
    assert len(lab.view.shown["refusal"]) < 150


FORGED = [{"epss": 1}, {"": None}, {"x" * 10**6: 1}, [], None, "eps", 7, [["eps"]], {"eps": {}}]


@every_lab
@pytest.mark.parametrize("message", FORGED, ids=lambda message: str(message)[:12])
def test_every_message_gets_an_answer_and_nothing_has_moved(message, kind):
    lab = lab_of(kind)
    before, answers = lab.values, lab.view.shown["answers"]
    lab.view._handle_custom_msg(message, [])
    assert lab.values == before
    assert lab.view.shown["answers"] == answers + 1
    assert len(lab.view.shown["refusal"]) < 200


def test_what_is_asked_together_with_an_unknown_control_has_not_moved():
    lab = lab_of(labs.FormulaLab)
    ask(lab, eps=1, epsilon=2)
    assert lab.view.shown["refusal"] == (
        "There is no control 'epsilon'; there are spread, offset, eps."
    )
    assert lab.eps == 0.1


def test_half_of_the_spread_is_gone_at_three_times_the_variance():
    lab = lab_of(labs.FormulaLab)
    ask(lab, eps=3)
    assert lab.eps == 3.0
    assert "50.00%" in lab.view.shown["words"]
    assert lab.state.kept == 0.5


def test_a_choice_and_a_switch_say_what_they_take():
    lab = lab_of(labs.GradientLab)
    with pytest.raises(ValueError, match="'like x hat' or 'your own', not 'ones'; it stays less"):
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


def test_a_lab_that_is_shown_again_has_the_picture_of_now():
    lab = lab_of(labs.FormulaLab)
    pictures = []
    for lab.eps in (0.5, 1.0, 0.5):
        data, _ = lab._repr_mimebundle_()
        pictures.append(data["image/png"])
    assert pictures[0] == pictures[2] != pictures[1]


def test_labs_that_nobody_has_any_more_are_let_go(monkeypatch):
    monkeypatch.setattr(Lab, "png", lambda _: "picture")  # which takes long to draw
    gc.collect()
    before = len(widgets)
    all_labs = [kind() for kind in LABS]
    for lab in all_labs:
        lab._repr_mimebundle_()
    assert len(widgets) >= before + len(all_labs)
    gone = [ref(lab) for lab in all_labs]
    del lab, all_labs
    gc.collect()
    assert [lab() for lab in gone if lab()] == []
    assert len(widgets) == before


@pytest.fixture
def shell(monkeypatch):
    """A kernel in which cells are run from a page; display runs one that ends in a lab."""
    request = {"content": {"allow_stdin": True}}
    config = Config({"HistoryManager": {"hist_file": ":memory:"}})
    shell = InteractiveShell(config=config, user_module=ModuleType("lesson"))
    shell.kernel = SimpleNamespace(get_parent=lambda: request)

    def shows(lab):
        data, _ = lab._repr_mimebundle_()
        shell.displayhook(lab)
        shell.execution_count += 1
        return data

    shell.display = shows
    monkeypatch.setattr(shown, "get_ipython", lambda: shell)
    monkeypatch.setattr(display, "shell_of_notebook", lambda: shell)
    monkeypatch.setattr(shown, "_kept", [])
    monkeypatch.setattr(Lab, "png", lambda _: "picture")  # which takes long to draw
    return shell


def test_a_lab_stays_while_a_page_shows_it_and_goes_with_its_last_view(shell):
    first = labs.FormulaLab()
    gone, view = ref(first), first.view
    shell.display(first)
    del first
    view.views = 2
    shell.display(labs.MomentumLab())  # not yet seen by any page
    assert gone() is not None
    view.views = 1
    shell.display(labs.MomentumLab())
    assert gone() is not None
    view.views = 0
    assert gone() is not None
    named = labs.FormulaLab()
    shell.display(named)
    gc.collect()
    assert gone() is None
    assert len(shell.user_ns["_oh"]) == 3

    named.view.views = 0
    shell.display(labs.MomentumLab())
    ask(named, eps="3")
    assert named.view.shown["values"]["eps"] == 3


def test_a_cell_that_runs_again_and_again_leaves_one_lab_behind(shell):
    gone = []
    for _ in range(6):
        lab = labs.ShapeLab()  # the one that is built soonest
        gone.append(ref(lab))
        shell.display(lab)
        for earlier in shown._kept[:-1]:
            earlier.view.views = 0  # the page clears the cell's output
        lab.view.views = 1
    gc.collect()
    assert sum(each() is not None for each in gone) <= 3  # which IPython calls _, __ and ___


REQUESTS = [
    ({"content": {"allow_stdin": True}}, True),
    ({"content": {"allow_stdin": False}}, False),
    ({"content": {}}, True),
    ({}, True),
    (None, True),
]


@pytest.mark.parametrize(("request_", "live"), REQUESTS)
def test_a_view_is_sent_where_someone_is_there(request_, live, shell):
    shell.kernel.get_parent = lambda: request_
    data = shell.display(lab_of(labs.FormulaLab))
    assert (WIDGET_VIEW in data) is live
    assert data["image/png"]


@pytest.mark.parametrize("shell_", [None, SimpleNamespace(), SimpleNamespace(kernel=object())])
def test_a_view_is_sent_where_nobody_can_be_asked_who_is_there(shell_, monkeypatch):
    monkeypatch.setattr(shown, "get_ipython", lambda: shell_)
    assert display.is_page_there()


def test_an_export_that_runs_the_lesson_shows_the_picture():
    source = "from bnlib.classroom import labs\n\nlab = labs.FormulaLab()\nlab"
    notebook = NotebookClient(new_notebook(cells=[new_code_cell(source)])).execute()
    html, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    assert 'src="data:image/png;base64,' in html
    assert f'alt="{lab_of(labs.FormulaLab).view.shown["description"]}"' in html


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
    stored = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: stored.append(figure))
    lab.png()
    shown = lab.show(lab.state)
    live = [text for text in texts_of(lab._figure) if text in shown or not text.get_animated()]
    in_words = [Counter(text.get_text() for text in each) for each in (live, texts_of(*stored))]
    assert in_words[0] == in_words[1]


@every_lab
def test_the_stored_picture_can_be_read_on_a_phone(kind, monkeypatch):
    stored = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: stored.append(figure))
    lab_of(kind).png()
    (figure,) = stored
    sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_text()]
    assert min(sizes) / 72 / figure.get_figwidth() * 324 > 9  # pixels, as a page shows it there


def texts_of(figure):
    return [text for axes in figure.axes for text in axes.texts if text.get_visible()]


def test_a_pattern_sets_dy_and_dy_is_a_pattern_or_none():
    lab = lab_of(labs.GradientLab)
    lab.dy_2 = 0.5
    assert (lab.grad_output, lab.dy_0) == ("your own", 1.0)
    lab.grad_output = "one sample"
    assert [lab.dy_0, lab.dy_1, lab.dy_2, lab.dy_3] == [0, 0, 1, 0]
    lab.grad_output = "your own"
    assert lab.dy_2 == 1
    for i in range(4):
        ask(lab, **{f"dy_{i}": 1})
    assert lab.grad_output == "all ones"


def test_the_shares_of_batches_and_start_give_the_running_mean():
    for rule in ("torch", "Keras", "plain average"):
        state = lab_of(labs.MomentumLab).model(0.3, 2.0, 0.1, 7, rule)
        assert np.isclose(state.counts.sum(), 1)
        assert np.isclose(state.counts[1:] @ state.observed, state.mean[6])


def test_one_value_moves_the_others_in_training_and_not_in_test_mode():
    lab = lab_of(labs.ModesLab)
    lab.batch_size = 8
    before = lab.state
    lab.last_value = 58.0
    assert not np.isclose(lab.state.train_output[:-1], before.train_output[:-1]).any()
    assert np.array_equal(lab.state.test_output[:-1], before.test_output[:-1])


def test_a_spread_beside_two_histograms_says_which_of_them_it_is_of():
    lab = lab_of(labs.NetworkLab)
    without, before, _ = lab.state.layers
    _, *panels = lab._figure.axes
    for axes, heading, layers in zip(panels, ("std", "std before"), (without, before), strict=True):
        texts = [text.get_text() for text in axes.texts if text.get_visible()]
        assert heading in texts
        assert set(map(short, layers.std)) < set(texts)


def test_a_worker_without_values_is_said_to_be_left_out_of_the_average():
    lab = lab_of(labs.ShardsLab)
    assert "averages of the workers: " in lab.words(lab.state)
    lab.first_cut = 0
    assert "averages of the workers with values: " in lab.words(lab.state)


def test_what_like_x_hat_is_proportional_to_vanishes():
    lab = lab_of(labs.GradientLab)
    lab.grad_output = "like x hat"
    assert abs(lab.state.dx).max() < 1e-5


def test_labs_work_without_torch_and_without_jupyter():
    code = """import json, sys

for name in ("torch", "anywidget", "ipywidgets", "traitlets", "IPython"):
    sys.modules[name] = None
from bnlib.classroom import labs

for name in labs.__all__:
    lab = getattr(labs, name)()
    print(json.dumps([repr(lab), lab.for_the_page(), lab.answer({"no": 1})]))
print(lab.png()[:8])
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    *lines, png = result.stdout.splitlines()
    assert png == b64encode(b"\x89PNG\r\n").decode()
    for name, line in zip(labs.__all__, lines, strict=True):
        words, page, answer = json.loads(line)
        kind = getattr(labs, name)
        assert words == repr(lab_of(kind))
        here = lab_of(kind).for_the_page()
        here["shown"] = here["shown"] | {"answers": 1}
        assert page == json.loads(json.dumps(here))
        assert answer["refusal"].startswith("There is no control 'no'")
        assert answer | {"refusal": "", "answers": 1} == page["shown"]
