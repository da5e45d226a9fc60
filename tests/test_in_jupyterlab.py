"""The lessons and their labs in a real JupyterLab, in a real browser, by keyboard."""

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from in_browser import (
    CHROMIUM,
    FLAGS,
    LESSONS,
    jupyterlab,
    needs_chromium,
    open_notebook,
    run_all,
    run_until,
    scroll_to,
)

sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
pytestmark = needs_chromium
LAB = ".bnlib-lab >> nth=0"


@pytest.fixture(scope="module")
def lab_url(tmp_path_factory):
    with jupyterlab(tmp_path_factory.mktemp("course")) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 960})
    page.set_default_timeout(20_000)
    yield page
    page.close()


def picture(lab):
    """A lab's picture, which holds its alternative text, and that text."""
    image = lab.locator(".picture")
    return image.evaluate("image => image.outerHTML"), image.get_attribute("aria-label")


def wait_for_change(page, lab, before):
    page.wait_for_function(
        "([lab, before]) => lab.querySelector('.picture').outerHTML !== before",
        arg=[lab.element_handle(), before],
    )


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_and_its_lab(path, lab_url, page):
    open_notebook(page, lab_url, path.name)
    cells = run_all(page)
    assert [c["execution_count"] for c in cells] == list(range(1, len(cells) + 1))
    outputs = [output for c in cells for output in c["outputs"]]
    assert outputs
    assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]
    broken = "() => [...document.querySelectorAll('img')].filter(i => !i.naturalWidth).length"
    assert page.evaluate(broken) == 0

    scroll_to(page, "lab")
    lab = page.locator(LAB)
    lab.scroll_into_view_if_needed()
    lab.get_by_role("button", name="reset").click()
    page.wait_for_timeout(1000)
    handle, box = lab.locator("input[type=range]").first, lab.locator("input[type=number]").first
    start, start_number = picture(lab), box.input_value()

    handle.focus()
    page.keyboard.press("ArrowRight")
    wait_for_change(page, lab, start[0])
    moved, moved_number = picture(lab), box.input_value()
    assert moved[1] != start[1]
    assert float(moved_number) > float(start_number)
    assert handle.get_attribute("aria-label")

    box.fill(start_number)
    box.press("Enter")
    wait_for_change(page, lab, moved[0])
    assert picture(lab) == start
    assert box.input_value() == start_number

    handle.focus()
    page.keyboard.press("ArrowRight")
    wait_for_change(page, lab, start[0])
    moved = picture(lab)
    lab.get_by_role("button", name="reset").click()
    wait_for_change(page, lab, moved[0])
    assert picture(lab) == start

    found = Axe().run(page, context=".bnlib-lab").response["violations"]
    assert not [(v["id"], v["nodes"]) for v in found if v["impact"] in ("critical", "serious")]


def formula_lab(page):
    """Lesson 1's lab in an open notebook, by its kernel."""
    scroll_to(page, "lab")
    lab = page.locator(LAB)
    lab.scroll_into_view_if_needed()
    return lab


def test_a_typed_number_stays_as_it_is(lab_url, page):
    open_notebook(page, lab_url, "01_formula.ipynb")
    run_until(page, "lab")
    lab = formula_lab(page)
    box = lab.locator("input[type=number]").nth(2)
    before = picture(lab)[0]
    box.fill("3")
    box.press("Enter")
    wait_for_change(page, lab, before)
    assert box.input_value() == "3"
    assert "0.5000" in picture(lab)[1]
    for nonsense in ("", "1000", "-1"):
        box.fill(nonsense)
        box.press("Enter")
        page.wait_for_function(
            "box => box.value === '3'", arg=box.element_handle()
        )  # refused, and back
        assert "0.5000" in picture(lab)[1]


@pytest.fixture
def own_lab_url(tmp_path):
    """A copy of the course for a test that saves: the others open it as it was."""
    with jupyterlab(tmp_path) as address:
        yield address


def test_a_saved_lab_is_a_picture_when_it_is_opened_again(own_lab_url, page):
    open_notebook(page, own_lab_url, "01_formula.ipynb")
    run_until(page, "lab")
    lab = formula_lab(page)
    lab.locator("input[type=range]").first.focus()
    page.keyboard.press("Control+s")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    assert lab.is_visible(), "a lab stays live while its notebook is saved"
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.goto("about:blank")
    open_notebook(page, own_lab_url, "01_formula.ipynb")
    scroll_to(page, "lab")
    stored = page.locator(".jp-OutputArea-output img[src^='data:image/png']").first
    stored.wait_for()
    assert page.get_by_text("Error displaying widget").count() == 0
    assert page.get_by_text("model not found").count() == 0


def test_the_arrow_keys_move_a_slider_in_notebook_7(lab_url, page):
    address = lab_url.replace("/lab?", "/notebooks/notebooks/01_formula.ipynb?")
    page.goto(address)
    page.wait_for_selector(".jp-Cell")
    page.wait_for_function(
        "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
        " === 'idle'",
        timeout=60_000,
    )
    run_until(page, "lab")
    lab = formula_lab(page)
    handle = lab.locator("input[type=range]").first
    handle.focus()
    for key in ("ArrowRight", "ArrowUp", "Home", "End", "PageDown", "ArrowLeft", "ArrowDown"):
        before, value = picture(lab)[0], handle.input_value()
        page.keyboard.press(key)
        wait_for_change(page, lab, before)
        assert handle.input_value() != value


def test_jupyterlab_keeps_its_token(lab_url):
    address = lab_url.partition("/lab")[0] + "/api/contents"
    with pytest.raises(HTTPError, match="403"):
        urlopen(address)
    token = lab_url.partition("token=")[2]
    assert urlopen(f"{address}?token={token}").status == 200


FOLDED = """id => window.jupyterapp.shell.currentWidget.content.widgets
  .find(cell => cell.model.id === id).node.querySelector('.jp-OutputPlaceholder')"""


def test_an_answer_is_folded_until_its_cell_runs(lab_url, page):
    open_notebook(page, lab_url, "01_formula.ipynb")
    run_until(page, "mean-text")
    scroll_to(page, "mean")
    folded = page.wait_for_function(FOLDED, arg="mean").as_element()
    assert folded.inner_text().strip() == ""
    run_until(page, "mean")
    page.wait_for_function(f"id => !({FOLDED})(id)", arg="mean")
    assert page.get_by_text("array([5., 6., 7., 8., 9.])").first.is_visible()


def test_nothing_is_asked_in_front_of_a_lesson(lab_url, page):
    open_notebook(page, lab_url, LESSONS[0].name)
    page.wait_for_timeout(3000)
    assert page.locator(".Toastify__toast").all_inner_texts() == []
