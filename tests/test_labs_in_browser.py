"""The labs in a real browser, in JupyterLab and in Notebook 7: keys, typing, what is heard, saving.

What a lab should show is what a lab of its own shows here, in Python, with the same values.
"""

import re

import nbformat
import pytest
from in_browser import (
    CHROMIUM,
    FLAGS,
    LESSONS,
    PATHS,
    jupyterlab,
    needs_chromium,
    open_notebook,
    run,
    run_all,
    scroll_to,
)
from nbformat.v4 import new_code_cell, new_notebook, new_output
from refresh import canonical

from bnlib.classroom import labs
from bnlib.classroom.labs.base import Choice, Slider, Switch
from bnlib.classroom.saving import WIDGET_VIEW

sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
pytestmark = needs_chromium


def lab_of(path):
    """The class that a lesson's lab cell makes its lab of; None where there is no lab."""
    cells = nbformat.read(path, as_version=4).cells
    source = next((cell.source for cell in cells if cell["id"] == "lab"), "")
    found = re.fullmatch(r"lab = (\w+)\(\)\nlab", source) or re.fullmatch(
        r"lab = (\w+)\(\)", source
    )
    return found and getattr(labs, found[1])


IN_LESSONS = [
    pytest.param((front_end, path), id=f"{front_end}-{path.stem}")
    for front_end in PATHS
    for path in LESSONS
    if lab_of(path)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("course")


@pytest.fixture(scope="module")
def server(folder):
    with jupyterlab(folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def new_page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 960})
    page.set_default_timeout(20_000)
    return page


class Reader:
    """Someone at a lab in a page; python is the lab that it should look like."""

    def __init__(self, page, lab, kind):
        self.page, self.lab, self.python = page, lab, kind()
        self.controls = list(enumerate(kind.controls))

    def of(self, kind):
        return [each for each in self.controls if isinstance(each[1], kind)]

    def find(self, index, selector="*"):
        return self.lab.locator(".control").nth(index).locator(selector)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        self.lab.locator(".seen:not([aria-busy])").wait_for()

    def type(self, index, text):
        self.find(index, "[type=number]").focus()
        self.press("Control+a", "Delete", *text, "Enter")

    def value(self, index):
        control = self.controls[index][1]
        if isinstance(control, Slider):
            return float(self.find(index, "[type=number]").input_value())
        if isinstance(control, Choice):
            return self.find(index, "select").input_value()
        return self.find(index, "[type=checkbox]").is_checked()

    def notice(self):
        return self.lab.locator(".notice").inner_text()

    def looks_right(self):
        """Whether picture, words and every control are those of the lab in Python."""
        shown = self.python.view.shown
        assert self.lab.locator(".picture").get_attribute("aria-label") == shown["description"]
        assert self.lab.locator(".words").inner_text() == shown["words"]
        panels = self.lab.locator(".layer").evaluate_all("all => all.map(e => e.childElementCount)")
        assert panels == [1] * len(shown["pictures"])
        seen = {control.name: self.value(index) for index, control in self.controls}
        assert seen == shown["values"]
        return True

    def active_cell(self):
        notebook = "window.jupyterapp.shell.currentWidget.content"
        return self.page.evaluate(
            f"() => [{notebook}.activeCell.model.id, {notebook}.activeCell.model.type,"
            f" {notebook}.activeCell.outputHidden, {notebook}.mode]"
        )


@pytest.fixture(scope="module", params=IN_LESSONS)
def opened(request, server, browser):
    front_end, path = request.param
    page = new_page(browser)
    open_notebook(page, server, path.name, front_end)
    run(page, "setup")
    run(page, "lab")
    scroll_to(page, "lab")
    lab = page.locator(".bnlib-lab")
    lab.scroll_into_view_if_needed()
    yield Reader(page, lab, lab_of(path))
    page.close()


@pytest.fixture
def reader(opened):
    opened.lab.get_by_role("button", name="reset").focus()
    opened.press("Enter")
    opened.python.reset()
    assert opened.looks_right()
    return opened


KEYS = {
    "Home": lambda value, before, control: value == control.low,
    "ArrowRight": lambda value, before, control: value > before,
    "ArrowUp": lambda value, before, control: value > before,
    "PageUp": lambda value, before, control: value > before,
    "End": lambda value, before, control: value == control.high,
    "ArrowLeft": lambda value, before, control: value < before,
    "ArrowDown": lambda value, before, control: value < before,
    "PageDown": lambda value, before, control: value < before,
}


def test_each_control_by_keyboard(reader):
    active = reader.active_cell()
    for index, control in reader.of(Slider):
        reader.find(index, "[type=range]").focus()
        for key, right in KEYS.items():
            before = reader.value(index)
            reader.press(key)
            value = reader.value(index)
            assert right(value, before, control), (control.name, key, before, value)
            assert float(f"{value:.3g}") == value
            setattr(reader.python, control.name, value)
            assert reader.looks_right()
        reader.find(index, "[type=number]").focus()
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


def test_tab_goes_through_the_controls_in_their_order(reader):
    reader.find(0, "input, select").first.focus()
    met = []
    for _ in range(2 * len(reader.controls) + 1):
        met.append(reader.page.evaluate("() => document.activeElement.type"))
        reader.press("Tab")
        if met[-1] == "button":
            break
    kinds = {Slider: ["number", "range"], Choice: ["select-one"], Switch: ["checkbox"]}
    assert met == [kind for _, each in reader.controls for kind in kinds[type(each)]] + ["button"]


def test_typed_numbers(reader):
    active = reader.active_cell()
    for index, control in reader.of(Slider):
        good = control.low + 1 if control.whole else round((control.low + control.high) / 7, 4)
        reader.type(index, f"{good}")
        setattr(reader.python, control.name, good)
        assert reader.notice() == ""
        assert reader.looks_right()
        wrong = ["", "1e", f"{control.low - 1}", f"{control.high + 1}"]
        if control.whole:
            wrong.append(f"{control.low + 0.5}")
        for text in wrong:
            reader.type(index, text)
            assert f"takes {control.takes}, not " in reader.notice(), (control.name, text)
            assert reader.looks_right()
    assert reader.active_cell() == active


def heard(reader):
    """Role, name and value of what chromium tells a screen reader about the lab."""
    cdp = reader.page.context.new_cdp_session(reader.page)
    root = cdp.send("DOM.getDocument")["root"]["nodeId"]
    lab = cdp.send("DOM.querySelector", {"nodeId": root, "selector": ".bnlib-lab"})["nodeId"]
    nodes = cdp.send("Accessibility.queryAXTree", {"nodeId": lab})["nodes"]
    cdp.detach()
    for node in nodes:
        checked = [p["value"] for p in node.get("properties", ()) if p["name"] == "checked"]
        value = checked[0] if checked else node.get("value", {})
        yield node["role"]["value"], node.get("name", {}).get("value"), value.get("value")


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
    assert {"status", "alert"} <= {role for role, _, _ in found}


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(reader, theme):
    change = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
    reader.page.evaluate(change, f"JupyterLab {theme}")
    reader.page.wait_for_selector(
        f"body[data-jp-theme-light={'true' if theme == 'Light' else 'false'}]"
    )
    found = Axe().run(reader.page, context=".bnlib-lab").response["violations"]
    assert not [(v["id"], v["nodes"]) for v in found]


SEVERAL = {
    "setup": "from bnlib.classroom.labs import FormulaLab, GradientLab",
    "formula": "formula = FormulaLab()\nformula",
    "again": "formula",
    "gradient": "gradient = GradientLab()\ngradient",
}


def write_several(folder, name):
    """A notebook with two labs, one of them twice; with outputs, which nobody has trusted."""
    kinds = {"formula": labs.FormulaLab, "again": labs.FormulaLab, "gradient": labs.GradientLab}
    cells = []
    for count, (cell_id, source) in enumerate(SEVERAL.items(), start=1):
        cells.append(new_code_cell(source, id=cell_id, execution_count=count))
        if cell_id in kinds:
            data, about = kinds[cell_id]()._repr_mimebundle_()
            del data[WIDGET_VIEW]
            output = new_output("execute_result", data, execution_count=count, metadata=about)
            cells[-1].outputs.append(output)
    (folder / "notebooks" / name).write_text(canonical(new_notebook(cells=cells)), encoding="utf-8")
    return folder / "notebooks" / name


@pytest.fixture(scope="module", params=PATHS)
def several(request, folder, server, browser):
    """A page with several labs, its notebook's file, and what opens it again."""
    page = new_page(browser)
    path = write_several(folder, f"several_{request.param}.ipynb")

    def reopen():
        open_notebook(page, server, path.name, request.param)

    reopen()
    yield page, path, reopen
    page.close()


CONTEXT = "window.jupyterapp.shell.currentWidget"


def run_several(page):
    run_all(page)
    lab = page.locator(".bnlib-lab")
    page.wait_for_function("() => document.querySelectorAll('.bnlib-lab').length === 3")
    kinds = (labs.FormulaLab, labs.FormulaLab, labs.GradientLab)
    return [Reader(page, lab.nth(index), kind) for index, kind in enumerate(kinds)]


def test_labs_and_views_of_one_notebook(several):
    page, _, _ = several
    first, second, other = run_several(page)
    first.find(0, "[type=range]").focus()
    first.press("End", "ArrowLeft")
    for reader in (first, second):
        reader.python.spread = first.value(0)
        assert reader.value(0) < 10.0
        reader.press()
        assert reader.looks_right()
    assert other.looks_right()
    other.type(0, "-1.5")
    other.python.weight = -1.5
    assert all(reader.looks_right() for reader in (first, second, other))


def test_a_lab_says_that_its_kernel_was_restarted(several):
    page, _, _ = several
    before = run_several(page)
    page.evaluate(f"() => {CONTEXT}.sessionContext.restartKernel()")
    for reader in before:
        reader.lab.get_by_text("The kernel was restarted").wait_for()
        assert reader.lab.locator("fieldset").is_disabled()
        assert reader.find(0, "[type=range]").is_disabled()
    assert all(reader.looks_right() for reader in run_several(page))


def test_a_lab_says_that_it_computes_and_that_nothing_answers(several):
    page, _, _ = several
    first, *_ = run_several(page)
    computing = """picture => getComputedStyle(picture, '::after').visibility === 'visible'"""
    picture = first.lab.locator(".picture").element_handle()
    assert not picture.evaluate(computing)
    sleep = "{code: 'import time; time.sleep(3)'}"
    page.evaluate(f"() => {{ {CONTEXT}.sessionContext.session.kernel.requestExecute({sleep}) }}")
    first.find(0, "[type=range]").focus()
    page.keyboard.press("End")
    page.wait_for_function(computing, arg=picture)
    first.lab.get_by_text("The kernel has not answered yet").wait_for()
    first.press()
    first.python.spread = 10.0
    assert first.looks_right()
    assert first.notice() == ""
    assert not picture.evaluate(computing)


def stored_pictures(page):
    for cell_id in SEVERAL:
        scroll_to(page, cell_id)
    page.wait_for_function(
        """() => document.querySelectorAll("img[src^='data:image/png']").length === 3"""
    )
    return page.locator("img[src^='data:image/png']").evaluate_all(
        "images => images.map(image => image.naturalWidth > 800)"
    )


def test_saved_and_opened_again(several):
    page, path, reopen = several
    write_several(path.parent.parent, path.name)
    reopen()
    cells = f"[...{CONTEXT}.content.widgets].filter(cell => cell.model.type === 'code')"
    assert not any(page.evaluate(f"() => {cells}.map(cell => cell.model.trusted)"))
    assert stored_pictures(page) == [True] * 3

    first, *_ = run_several(page)
    first.find(0, "[type=range]").focus()
    first.press("End")
    page.keyboard.press("Control+s")
    page.wait_for_function(f"() => !{CONTEXT}.context.model.dirty")
    saved = path.read_bytes()
    outputs = [cell.outputs[0] for cell in nbformat.reads(saved, as_version=4).cells[1:]]
    assert all(set(output.data) == {"text/plain", "image/png"} for output in outputs)
    assert all(output.metadata["image/png"]["alt"] for output in outputs)
    first.python.spread = 10.0
    assert first.looks_right(), "a lab stays live while its notebook is saved"
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    assert path.read_bytes() == saved

    page.evaluate(f"() => {CONTEXT}.sessionContext.shutdown()")
    page.goto("about:blank")
    reopen()
    assert stored_pictures(page) == [True] * 3
    for trouble in ("Error displaying widget", "model not found"):
        assert page.get_by_text(trouble).count() == 0
