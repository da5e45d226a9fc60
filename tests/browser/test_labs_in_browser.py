"""The labs in a real browser, in JupyterLab and in Notebook 7: keys, typing, what is heard, saving.

What a lab should show is what a lab of its kind shows here, in Python, with the same values.
"""

from functools import cache
from uuid import uuid4

import nbformat
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from in_browser import (
    PATHS,
    jupyterlab,
    open_notebook,
    run,
    scroll_to,
)
from nbformat.v4 import new_code_cell, new_notebook, new_output
from refresh import canonical

from bnlib.classroom import labs
from bnlib.classroom.jupyter.saving import WIDGET_VIEW
from bnlib.classroom.labs.base import Choice, Lab, Slider, Switch

NAMES = ["FormulaLab", *(name for name in labs.__all__ if name != "FormulaLab")]
CELLS = {"setup": "from bnlib.classroom import labs"}
for name in NAMES:
    CELLS[name] = f"{name} = labs.{name}()\n{name}"
    if name == "FormulaLab":
        CELLS["again"] = name  # a second view of the same lab
WIDGET = "window.jupyterapp.shell.currentWidget"


@cache
def stored(name):
    """What a notebook keeps of a lab."""
    data, about = getattr(labs, name)()._repr_mimebundle_()
    del data[WIDGET_VIEW]
    return data, about


def write_notebook(path):
    """A notebook of all labs, with their pictures, which nobody has trusted yet."""
    cells = []
    for count, (cell_id, source) in enumerate(CELLS.items(), start=1):
        cells.append(new_code_cell(source, id=cell_id, execution_count=count))
        if cell_id != "setup":
            data, about = stored(source.split()[-1])
            output = new_output("execute_result", data, execution_count=count, metadata=about)
            cells[-1].outputs.append(output)
    cells[0].source += f"  # {uuid4()}"
    path.write_text(canonical(new_notebook(cells=cells)), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("course")


@pytest.fixture(scope="module")
def server(folder):
    with jupyterlab(folder) as address:
        yield address


class Page:
    """The notebook of all labs in one of the front ends."""

    def __init__(self, browser, server, path, front_end):
        self.page = browser.new_page(viewport={"width": 1280, "height": 960})
        self.page.set_default_timeout(20_000)
        self.path, self.where = path, (server, path.name, front_end)
        write_notebook(path)
        self.open()

    def open(self):
        open_notebook(self.page, *self.where)

    def lab(self, cell_id):
        """The lab of a cell, live, and a reader at it."""
        scroll_to(self.page, cell_id)
        kind = getattr(labs, CELLS[cell_id].split()[-1])
        found = self.page.get_by_role("region", name=kind.question, exact=True)
        lab = found.nth(1 if cell_id == "again" else 0)
        if not lab.is_visible():
            run(self.page, "setup")
            run(self.page, cell_id)
        lab.scroll_into_view_if_needed()
        return Reader(self.page, lab, kind)

    def sees_stored_pictures(self):
        for cell_id in CELLS:
            if cell_id == "setup":
                continue
            scroll_to(self.page, cell_id)
            self.page.wait_for_function(
                f"""id => {WIDGET}.content.widgets.find(cell => cell.model.id === id)
                  .node.querySelector("img[src^='data:image/png']")?.naturalWidth > 400""",
                arg=cell_id,
            )
        return True


class Reader:
    """Someone at a lab; python is the lab that it should look like."""

    def __init__(self, page, lab, kind):
        self.page, self.lab, self.python = page, lab, kind()
        self.controls = list(enumerate(kind.controls))

    def of(self, kind):
        return [each for each in self.controls if isinstance(each[1], kind)]

    def find(self, index, selector):
        return self.lab.locator(".control").nth(index).locator(selector)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        self.lab.locator(".seen:not([aria-busy])").wait_for()

    def type(self, index, text):
        self.find(index, "[role=spinbutton]").focus()
        self.press("Control+a", "Delete", *text, "Enter")

    def reset(self):
        self.lab.get_by_role("button", name="reset").focus()
        self.press("Enter")
        self.python.reset()

    def value(self, index):
        control = self.controls[index][1]
        if isinstance(control, Slider):
            return float(self.find(index, "[role=spinbutton]").input_value())
        if isinstance(control, Choice):
            return self.find(index, "select").input_value()
        return self.find(index, "[type=checkbox]").is_checked()

    def notice(self):
        return self.lab.get_by_role("alert", include_hidden=True).inner_text()

    def looks_right(self):
        """Whether picture, words and every control are those of the lab in Python."""
        shown = self.python.view.shown
        assert self.lab.locator(".said").get_attribute("aria-label") == shown["description"]
        assert self.lab.locator(".words").inner_text() == shown["words"]
        drawn = self.lab.locator(".layer").evaluate_all("all => all.map(e => e.innerHTML)")
        assert len(drawn) == len(shown["pictures"])
        assert all("<svg" in each for each in drawn)
        assert {control.name: self.value(i) for i, control in self.controls} == shown["values"]
        return True

    def handles(self):
        """The controls of each handle that keys can reach, and its name."""
        found = []
        for handle in self.python.view.shown["handles"]:
            controls = tuple(move["control"] for move in handle["moves"])
            name = " and ".join(each.replace("_", " ") for each in controls)
            if (controls, f"{name}, in the picture") not in found:
                found.append((controls, f"{name}, in the picture"))
        return found

    def place(self, handle):
        """The middle of a handle, in pixels of the page."""
        box = self.lab.locator(".grip").nth(handle).locator(".hit").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def scale(self):
        """Pixels for each point of the picture."""
        return self.lab.locator(".grips").first.evaluate("grips => grips.getScreenCTM().a")

    def follow(self):
        """Set the lab in Python to what the page shows."""
        for index, control in self.controls:
            setattr(self.python, control.name, self.value(index))

    def active_cell(self):
        return self.page.evaluate(
            f"""() => {{ const {{activeCell, mode}} = {WIDGET}.content;
            return [activeCell.model.id, activeCell.model.type, activeCell.outputHidden, mode] }}"""
        )


@pytest.fixture(scope="module")
def pages(folder, server, browser):
    """Opens a front end once; pytest would set up a page anew for each test with parameters."""

    @cache
    def opened(front_end):
        path = folder / "notebooks" / f"labs_{front_end}.ipynb"
        return Page(browser, server, path, front_end)

    return opened


@pytest.fixture(params=PATHS)
def page(request, pages):
    return pages(request.param)


# Each lab in JupyterLab. Notebook runs the same code: there, one of them, and what depends on the
# front end, as keys, focus, restarts and saving.
IN_NOTEBOOK = ("Notebook", "GradientLab")
in_jupyterlab = pytest.mark.parametrize("page", ["JupyterLab"], indirect=True)
READERS = [*(("JupyterLab", name) for name in NAMES), IN_NOTEBOOK]
at_each_lab = pytest.mark.parametrize(("page", "name"), READERS, indirect=["page"])
# What one control does, any other one of its kind does.
OF_ALL_KINDS = ["GradientLab", "ModesLab", "NetworkLab"]
with_each_kind_of_control = pytest.mark.parametrize(
    ("page", "name"),
    [*(("JupyterLab", name) for name in OF_ALL_KINDS), IN_NOTEBOOK],
    indirect=["page"],
)


def kinds_of_controls(names):
    """What tells controls apart: their type, their steps, whether they wait or play."""
    kinds = set()
    for lab in (getattr(labs, name) for name in names):
        for control in lab.controls:
            about = control.for_the_page()
            kinds.add((about["kind"], about.get("log", 0) > 0, getattr(control, "whole", None)))
            kinds.add((about["kind"], lab.on_release, about.get("plays")))
    return kinds


def test_there_is_a_lab_for_each_kind_of_control():
    assert kinds_of_controls(OF_ALL_KINDS) == kinds_of_controls(NAMES)


@pytest.fixture
def reader(page, name):
    reader = page.lab(name)
    reader.reset()
    assert reader.looks_right()
    return reader


def one_of_each(sliders):
    """The first slider of each kind: whole numbers, equal steps, equal factors."""
    first = {}
    for index, control in sliders:
        first.setdefault((control.whole, control.log), (index, control))
    return first.values()


KEYS = {
    "Home": lambda value, before, control: value == control.low,
    "ArrowRight": lambda value, before, control: value > before,
    "ArrowUp": lambda value, before, control: value > before,
    "PageUp": lambda value, before, control: value > before or value == control.high,
    "End": lambda value, before, control: value == control.high,
    "ArrowLeft": lambda value, before, control: value < before,
    "ArrowDown": lambda value, before, control: value < before,
    "PageDown": lambda value, before, control: value < before or value == control.low,
}


@with_each_kind_of_control
def test_each_control_by_keyboard(reader):
    active = reader.active_cell()
    for index, control in reader.of(Slider):
        reader.find(index, "[type=range]").focus()
        reader.press("Home")  # a network of one layer is soon trained
        setattr(reader.python, control.name, control.low)
    assert reader.looks_right()
    for index, control in one_of_each(reader.of(Slider)):
        reader.find(index, "[type=range]").focus()
        for key, right in [*KEYS.items(), ("Home", KEYS["Home"])]:
            before = reader.value(index)
            reader.press(key)
            value = reader.value(index)
            assert right(value, before, control), (control.name, key, before, value)
            assert float(f"{value:.3g}") == value
            setattr(reader.python, control.name, value)
            assert reader.looks_right()
        reader.find(index, "[role=spinbutton]").focus()
        for key, more in (("ArrowUp", 1), ("ArrowDown", -1)):
            before = reader.value(index)
            reader.press(key)
            assert (reader.value(index) - before) * more > 0
    for index, control in reader.of(Choice):
        reader.find(index, "select").focus()
        for key, expected in (("End", control.options[-1]), ("Home", control.options[0])):
            reader.press(key)
            assert reader.value(index) == expected
    for index, control in reader.of(Switch):
        reader.find(index, "[type=checkbox]").focus()
        reader.press("Space")
        assert reader.value(index) is not control.start
    reader.lab.get_by_role("button", name="reset").focus()
    reader.press("Space")
    reader.python.reset()
    assert reader.looks_right()
    assert reader.active_cell() == active


@with_each_kind_of_control
def test_tab_goes_through_the_controls_in_their_order(reader):
    reader.find(0, "input, select").first.focus()
    kinds = {Slider: ["text", "range"], Choice: ["select-one"], Switch: ["checkbox"]}
    expected = []
    for _, control in reader.controls:
        plays = getattr(control, "plays", False)
        expected += kinds[type(control)] + plays * ["button"] * 3
    for kind in [*expected, "button"]:
        assert reader.page.evaluate("() => document.activeElement.type") == kind
        reader.press("Tab")
    for _, name in reader.handles():
        label = reader.page.evaluate("() => document.activeElement.getAttribute('aria-label')")
        assert label == name
        reader.press("Tab")


@with_each_kind_of_control
def test_typed_numbers(reader):
    active = reader.active_cell()
    for index, control in reader.of(Slider):
        good = control.low + 1 if control.whole else round((6 * control.low + control.high) / 7, 4)
        reader.type(index, f"{good}")
        setattr(reader.python, control.name, good)
        assert reader.notice() == ""
        assert reader.looks_right()
    for index, control in one_of_each(reader.of(Slider)):
        wrong = ["", "1e", f"{control.low - 1}", f"{control.high + 1}"]
        if control.whole:
            wrong.append(f"{control.low + 0.5}")
        for text in wrong:
            reader.type(index, text)
            assert f"takes {control.takes}, not " in reader.notice(), (control.name, text)
            assert reader.looks_right()
    assert reader.active_cell() == active


WITH_HANDLES = [name for name in NAMES if getattr(labs, name).handles is not Lab.handles]


@pytest.mark.parametrize(
    ("page", "name"), [("JupyterLab", n) for n in WITH_HANDLES], indirect=["page"]
)
def test_each_handle_by_mouse_and_by_keys(reader):
    active = reader.active_cell()
    for number, handle in enumerate(reader.python.view.shown["handles"]):
        reader.reset()
        reader.press()
        moves = handle["moves"]
        sliders = {control.name: control for _, control in reader.of(Slider)}
        before, (x, y) = reader.python.values, reader.place(number)
        way = {"x": 0.0, "y": 0.0}
        for move in moves:
            slider = sliders[move["control"]]
            step = (
                1.0
                if slider.log or move["log"]
                else abs(move["points"]) * slider.step * reader.scale()
            )
            more = np.sign(move["points"]) * (-1 if before[slider.name] == slider.high else 1)
            way[move["along"]] = more * step * np.ceil(40 / step)
        reader.page.mouse.move(x, y)
        reader.page.mouse.down()
        for part in range(1, 9):
            reader.page.mouse.move(x + way["x"] * part / 8, y + way["y"] * part / 8)
        reader.press()
        gone = dict(zip("xy", np.subtract(reader.place(number), (x, y)), strict=True))
        reader.page.mouse.up()
        reader.press()
        reader.follow()
        assert reader.looks_right()
        for move in moves:
            slider, along = sliders[move["control"]], move["along"]
            now = reader.python.values[slider.name]
            assert now != before[slider.name]
            assert now in (slider.low, slider.high) or abs(gone[along] - way[along]) < 3, slider
    for controls, name in reader.handles():
        grip = reader.lab.get_by_role("slider", name=name, exact=True)
        grip.focus()
        index, slider = next(each for each in reader.controls if each[1].name == controls[0])
        for key in ("Home", "ArrowRight", "PageUp", "End", "ArrowLeft", "PageDown"):
            before = reader.value(index)
            reader.press(key)
            assert KEYS[key](reader.value(index), before, slider), (name, key)
            assert float(grip.get_attribute("aria-valuenow")) == reader.value(index)
        assert grip.evaluate("grip => grip === document.activeElement")
    reader.follow()
    assert reader.looks_right()
    assert reader.active_cell() == active


@in_jupyterlab
def test_a_lab_says_that_something_can_be_dragged_where_it_can(page):
    for name in ("FormulaLab", "ElsewhereLab"):
        reader = page.lab(name)
        assert reader.lab.get_by_text("can be dragged").is_visible() == bool(reader.handles())


@in_jupyterlab
def test_a_long_number_fits_into_its_box_and_is_kept(page):
    reader = page.lab("GradientLab")
    reader.reset()
    reader.find(1, "select").select_option("like x hat")
    reader.press()
    reader.python.grad_output = "like x hat"
    box = reader.find(3, "[role=spinbutton]")
    assert float(box.input_value()) == round(reader.python.dy_1, 5)
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    box.focus()
    reader.press("Enter")
    assert reader.value(1) == "like x hat"


@in_jupyterlab
def test_no_line_ends_within_a_number(page):
    reader = page.lab("ElsewhereLab")
    reader.reset()
    reader.press()
    assert "1e-05" in reader.python.view.shown["words"]
    lines = reader.lab.locator(".words").evaluate(
        """words => {
          const texts = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
          let text;
          while (!(text = texts.nextNode()).data.includes("1e-05"));
          const number = document.createRange();
          number.setStart(text, text.data.indexOf("1e-05"));
          number.setEnd(text, text.data.indexOf("1e-05") + 5);
          const lines = [];
          for (let width = 200; width < 600; width += 5) {
            words.style.width = `${width}px`;
            lines.push(number.getClientRects().length);
          }
          words.style.width = "";
          return lines;
        }"""
    )
    assert set(lines) == {1}


@in_jupyterlab
def test_a_finger_moves_a_bar_and_the_page_stays(page):
    reader = page.lab("GradientLab")
    reader.reset()
    reader.press()
    (x, y), cdp = reader.place(2), page.page.context.new_cdp_session(page.page)
    top = reader.lab.bounding_box()["y"]

    def touch(kind, *points):
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": y})
    for step in range(1, 9):
        touch("touchMove", {"x": x, "y": y - 5 * step})
        page.page.wait_for_timeout(20)
    touch("touchEnd")
    cdp.detach()
    reader.press()
    assert reader.value(4) > 0, "the third bar, which was at -1"
    assert reader.value(1) == "your own"
    assert reader.lab.bounding_box()["y"] == top
    reader.follow()
    assert reader.looks_right()


@in_jupyterlab
def test_a_mouse_shows_who_shares_and_a_click_keeps_it(page):
    reader = page.lab("ShapeLab")
    reader.reset()
    reader.press()
    (x, y), across = reader.place(0), reader.python.view.shown["handles"][0]["moves"][0]["points"]
    right = x + across * reader.scale(), y
    away = 5, 5
    for clicks, afterwards in ((0, 1), (1, 2)):
        reader.page.mouse.move(*right)
        reader.press()
        assert reader.value(3) == 2, "shown"
        for _ in range(clicks):
            reader.page.mouse.click(*right)
        reader.page.mouse.move(*away)
        reader.press()
        assert reader.value(3) == afterwards
    reader.follow()
    assert reader.looks_right()


@in_jupyterlab
def test_a_box_has_its_knob_at_its_corner_whatever_it_is_around(page):
    reader = page.lab("ShapeLab")
    reader.reset()
    for shape in ("(N, C)", "(N, C, L)", "(N, C, H, W)"):
        reader.find(0, "select").select_option(shape)
        reader.press()
        reader.python.shape = shape
        reach = np.array(reader.python.view.shown["handles"][0]["reach"]) * reader.scale()
        hit, knob = (
            reader.lab.locator(f".grip {each}").bounding_box() for each in (".hit", ".knob")
        )
        assert [hit["width"], hit["height"]] == pytest.approx(2 * reach, abs=1)
        middle = knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2
        assert middle == pytest.approx((hit["x"] + hit["width"], hit["y"]), abs=1), shape


@in_jupyterlab
def test_half_of_the_spread_is_gone_at_three_times_the_variance(page):
    reader = page.lab("FormulaLab")
    reader.reset()
    reader.type(2, "3")
    assert reader.find(2, "[role=spinbutton]").input_value() == "3"
    assert "±0.5000" in reader.lab.locator(".layer").nth(2).inner_text()


@in_jupyterlab
def test_a_reset_is_seen_at_once(page):
    reader = page.lab("FormulaLab")
    reader.reset()
    reader.find(0, "[type=range]").focus()
    reader.press("End")
    seen = reader.lab.get_by_role("button", name="reset").evaluate(
        "button => { button.click(); return button.closest('fieldset')"
        ".querySelector('[role=spinbutton]').value }"
    )
    assert seen == "1"
    reader.press()
    assert reader.looks_right()


def heard(reader):
    """Role, name and value of what chromium tells a screen reader about the lab."""
    cdp = reader.page.context.new_cdp_session(reader.page)
    root = cdp.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    lab = f".bnlib-lab[aria-label='{reader.python.question}']"
    lab = cdp.send("DOM.querySelector", {"nodeId": root, "selector": lab})["nodeId"]
    nodes = cdp.send("Accessibility.queryAXTree", {"nodeId": lab})["nodes"]
    cdp.detach()
    for node in nodes:
        checked = [p["value"] for p in node.get("properties", ()) if p["name"] == "checked"]
        value = checked[0] if checked else node.get("value", {})
        yield node["role"]["value"], node.get("name", {}).get("value"), value.get("value")


@at_each_lab
def test_what_is_heard(reader):
    expected = []
    for index, control in reader.controls:
        name, start = control.name.replace("_", " "), control.start
        if isinstance(control, Slider):
            at = float(reader.find(index, "[type=range]").input_value())
            expected += [("spinbutton", name, f"{start:.5g}"), ("slider", name, f"{at:.5g}")]
            # chromium's tree has no aria-valuetext of native sliders, but screen readers get it
            said = reader.find(index, "[type=range]").get_attribute("aria-valuetext")
            assert float(said) == start
        elif isinstance(control, Choice):
            expected.append(("combobox", name, start))
        else:
            expected.append(("checkbox", name, f"{start}".lower()))
    for controls, name in reader.handles():
        value = getattr(reader.python, controls[0])
        said = reader.lab.get_by_role("slider", name=name, exact=True)
        assert f"{value:g}" in said.get_attribute("aria-valuetext")
        expected.append(("slider", name, f"{value:.5g}"))
    found = list(heard(reader))
    controls = [
        (role, name, f"{value:.5g}" if role in ("spinbutton", "slider") else value)
        for role, name, value in found
        if role in ("spinbutton", "slider", "combobox", "checkbox")
    ]
    assert controls == expected
    names = {role: name for role, name, _ in found if name}
    assert names["region"] == reader.python.question
    assert names["image"] == reader.python.view.shown["description"]
    assert names["group"] == "controls"
    assert names["button"] == "reset"
    assert "status" in {role for role, _, _ in found}


@pytest.mark.parametrize(
    ("page", "theme", "names"),
    [("JupyterLab", "Light", NAMES)]
    + [("JupyterLab", "Dark", ["GradientLab"])]
    + [("Notebook", theme, ["GradientLab"]) for theme in ("Dark", "Light")],
    indirect=["page"],
)
def test_axe_finds_nothing(page, theme, names):
    change = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
    page.page.evaluate(change, f"JupyterLab {theme}")
    light = f"{theme == 'Light'}".lower()
    page.page.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")
    for name in names:
        page.lab(name)
        found = Axe().run(page.page, context=".bnlib-lab").response["violations"]
        assert not [(v["id"], v["nodes"]) for v in found], name


@in_jupyterlab
def test_two_views_of_one_lab_and_another_lab(page):
    first, second, other = (page.lab(each) for each in ("FormulaLab", "again", "GradientLab"))
    for reader in (first, other):
        reader.reset()
    first.find(0, "[type=range]").focus()
    first.press("End", "ArrowLeft")
    for reader in (first, second):
        reader.press()
        reader.python.spread = first.value(0)
        assert reader.looks_right()
    assert second.value(0) == first.value(0) < 10.0
    assert other.looks_right()
    other.type(0, "-1.5")
    other.python.weight = -1.5
    assert all(reader.looks_right() for reader in (first, second, other))


SLOW_ONCE = """
from time import sleep
fast = labs.FormulaLab.model
def slow(lab, **values):
    labs.FormulaLab.model = fast
    sleep(3)
    return fast(lab, **values)
labs.FormulaLab.model = slow
"""


@in_jupyterlab
def test_a_lab_says_that_it_computes_and_that_nothing_answers(page):
    reader = page.lab("FormulaLab")
    reader.reset()
    picture = reader.lab.locator(".picture").element_handle()
    computing = "picture => getComputedStyle(picture, '::after').visibility === 'visible'"
    assert not picture.evaluate(computing)
    execute = f"{WIDGET}.sessionContext.session.kernel.requestExecute({{code}})"
    page.page.evaluate(f"code => {execute}.done.then(() => null)", SLOW_ONCE)
    reader.find(0, "[type=range]").focus()
    page.page.keyboard.press("End")
    page.page.wait_for_function(computing, arg=picture)
    reader.lab.get_by_text("The kernel has not answered yet").wait_for()
    box = reader.find(2, "[role=spinbutton]")
    box.focus()
    for key in ("Control+a", "Delete", "3"):
        page.page.keyboard.press(key)
    reader.press()
    assert box.input_value() == "3", "what is being typed stays when an answer arrives"
    reader.press("Enter")
    reader.python.spread, reader.python.eps = 10.0, 3.0
    assert reader.looks_right()
    assert reader.notice() == ""
    assert not picture.evaluate(computing)


@in_jupyterlab
def test_a_slow_lab_waits_until_its_handle_is_let_go(page):
    reader = page.lab("NetworkLab")
    reader.reset()
    handle = reader.find(1, "[type=range]").bounding_box()
    mouse, middle = page.page.mouse, handle["y"] + handle["height"] / 2
    mouse.move(handle["x"] + handle["width"] / 2, middle)
    mouse.down()
    mouse.move(handle["x"] + 1, middle)
    reader.press()
    assert reader.value(1) == 1
    assert reader.lab.locator(".words").inner_text() == reader.python.view.shown["words"]
    mouse.up()
    reader.press()
    reader.python.depth = 1
    assert reader.looks_right()


@in_jupyterlab
def test_training_is_watched_and_heard_only_when_it_rests(page):
    reader = page.lab("NetworkLab")
    reader.reset()
    step = len(reader.controls) - 1
    words = reader.lab.locator(".words")
    reader.lab.get_by_role("button", name="play").focus()
    page.page.keyboard.press("Space")
    page.page.wait_for_function(
        "words => /^Step ([3-9]|[1-5].) of/.test(words.textContent)", arg=words.element_handle()
    )
    assert words.get_attribute("aria-live") == "off"
    reader.press("Space")
    assert words.get_attribute("aria-live") == "polite"
    paused = reader.value(step)
    for name, expected in (("forward", paused + 1), ("back", paused)):
        reader.lab.get_by_role("button", name=name).focus()
        reader.press("Enter")
        reader.python.step = int(expected)
        assert reader.looks_right()
    page.page.emulate_media(reduced_motion="reduce")
    assert not reader.lab.get_by_role("button", name="play").is_visible()
    page.page.emulate_media(reduced_motion="no-preference")
    reader.type(step, "60")
    reader.lab.get_by_role("button", name="play").click()
    reader.lab.get_by_role("button", name="pause").wait_for()
    reader.lab.get_by_role("button", name="play").wait_for()
    reader.python.reset()
    assert reader.looks_right()


def test_a_lab_says_that_its_kernel_was_restarted(page):
    readers = [page.lab(each) for each in ("FormulaLab", "again", "GradientLab")]
    page.page.evaluate(f"() => {WIDGET}.sessionContext.restartKernel()")
    for reader in readers:
        reader.lab.get_by_text("The kernel was restarted").wait_for()
        inputs = reader.lab.locator("input, select, button")
        assert all(inputs.nth(index).is_disabled() for index in range(inputs.count()))
        assert not reader.lab.locator(".grip:not(.unused)").count()
    run(page.page, "setup")
    for cell_id in ("FormulaLab", "again", "GradientLab"):
        run(page.page, cell_id)
        assert page.lab(cell_id).looks_right()


def test_saved_and_opened_again(page):
    write_notebook(page.path)
    page.open()
    trusted = f"() => [...{WIDGET}.content.widgets].map(cell => cell.model.trusted)"
    assert not any(page.page.evaluate(trusted))
    assert page.sees_stored_pictures()

    reader = page.lab("FormulaLab")
    reader.find(0, "[type=range]").focus()
    reader.press("End")
    page.page.keyboard.press("Control+s")
    page.page.wait_for_function(f"() => !{WIDGET}.context.model.dirty")
    saved = page.path.read_bytes()
    outputs = [cell.outputs[0] for cell in nbformat.reads(saved, as_version=4).cells[1:]]
    assert all(set(output.data) == {"text/plain", "image/png"} for output in outputs)
    assert all(output.metadata["image/png"]["alt"] for output in outputs)
    reader.python.spread = 10.0
    assert reader.looks_right(), "a lab stays live while its notebook is saved"
    page.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    assert page.path.read_bytes() == saved

    page.page.evaluate(f"() => {WIDGET}.sessionContext.shutdown()")
    page.page.goto("about:blank")
    page.open()
    assert page.sees_stored_pictures()
    for trouble in ("Error displaying widget", "model not found"):
        assert page.page.get_by_text(trouble).count() == 0
