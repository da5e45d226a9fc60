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
    image = lab.get_by_role("img")
    return image.evaluate("image => image.outerHTML"), image.get_attribute("aria-label")


def wait_for_change(page, lab, before):
    page.wait_for_function(
        "([lab, before]) => lab.querySelector('[role=img]').outerHTML !== before",
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
    handle, box = lab.locator(".noUi-handle").first, lab.locator("input[type=number]").first
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


def test_jupyterlab_keeps_its_token(lab_url):
    address = lab_url.partition("/lab")[0] + "/api/contents"
    with pytest.raises(HTTPError, match="403"):
        urlopen(address)
    token = lab_url.partition("token=")[2]
    assert urlopen(f"{address}?token={token}").status == 200


def test_an_answer_is_folded_until_its_cell_runs(lab_url, page):
    open_notebook(page, lab_url, "01_formula.ipynb")
    run_until(page, "mean-text")
    scroll_to(page, "mean")
    folded = page.locator(".jp-OutputPlaceholder").first
    folded.wait_for()
    assert folded.inner_text().strip() == ""
    count = page.locator(".jp-OutputPlaceholder").count()
    run_until(page, "mean")
    page.wait_for_function(
        "count => document.querySelectorAll('.jp-OutputPlaceholder').length === count",
        arg=count - 1,
    )
    assert page.get_by_text("array([5., 6., 7., 8., 9.])").first.is_visible()
