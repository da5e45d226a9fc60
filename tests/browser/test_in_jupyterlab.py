"""The lessons in a real JupyterLab, in a real browser."""

import shutil
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from in_browser import (
    LESSONS,
    ROOT,
    jupyterlab,
    open_notebook,
    run_all,
    run_until,
    scroll_to,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("course")


@pytest.fixture(scope="module")
def server(folder):
    with jupyterlab(folder) as address:
        yield address


@pytest.fixture
def lab_url(folder, server):
    """The lessons there are nobody's yet, though a page open for long has saved its own."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", dirs_exist_ok=True)
    return server


# The cells of the others run under nbval, and their labs in test_labs_in_browser.py.
@pytest.mark.parametrize("path", [LESSONS[0], LESSONS[-1]], ids=lambda path: path.stem)
def test_a_lesson_runs_its_lab_is_there_and_nothing_is_asked(path, lab_url, page):
    open_notebook(page, lab_url, path.name)
    cells = run_all(page)
    assert [c["execution_count"] for c in cells] == list(range(1, len(cells) + 1))
    outputs = [output for c in cells for output in c["outputs"]]
    assert outputs
    assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]
    broken = "() => [...document.querySelectorAll('img')].filter(i => !i.naturalWidth).length"
    assert page.evaluate(broken) == 0
    assert page.locator(".Toastify__toast").all_inner_texts() == []
    scroll_to(page, "lab")
    page.locator(".bnlib-lab").first.wait_for()


def test_jupyterlab_keeps_its_token(lab_url):
    address = lab_url.partition("/lab")[0] + "/api/contents"
    with pytest.raises(HTTPError, match="403"):
        urlopen(address)
    token = lab_url.partition("token=")[2]
    assert urlopen(f"{address}?token={token}").status == 200


FOLDED = """id => window.jupyterapp.shell.currentWidget.content.widgets
  .find(cell => cell.model.id === id).node.querySelector('.jp-OutputPlaceholder')"""


@pytest.mark.parametrize("front_end", ["JupyterLab", "Notebook"])
def test_an_answer_is_folded_until_it_is_asked_for(front_end, lab_url, page):
    open_notebook(page, lab_url, "01_formula.ipynb", front_end)
    scroll_to(page, "mean")
    folded = page.wait_for_function(FOLDED, arg="mean").as_element()
    assert folded.inner_text().strip() == ""  # and nothing has run
    said = page.locator(".jp-RenderedMarkdown p", has_text="five means, one for each channel")
    assert said.count() == 0

    run_until(page, "mean")
    page.wait_for_function(f"id => !({FOLDED})(id)", arg="mean")
    assert page.get_by_text("array([5., 6., 7., 8., 9.])").first.is_visible()
    assert said.count() == 0
    page.locator(".jp-Notebook").focus()
    for _ in ("mean", "mean-answer"):
        page.keyboard.press("Shift+Enter")
    said.wait_for()
