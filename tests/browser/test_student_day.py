"""A student's day with a copy of lesson 1, in a real browser: nothing is lost, git sees nothing."""

import shutil
import subprocess
import sys

import pytest
from in_browser import ROOT, run_until, scroll_to, serve

from bnlib.classroom.jupyter.saving import WIDGET_VIEW

COURSE = ["notebooks", "images", "tools", "jupyter_config.py", ".gitignore"]
IDLE = """() =>
  window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"""
CELL = "window.jupyterapp.shell.currentWidget.content.widgets.find(c => c.model.id === id)"


def git(folder, *arguments):
    command = ["git", "-c", "user.name=course", "-c", "user.email=course@localhost", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def checkout(tmp_path):
    """The part of the course that JupyterLab is started from, under git."""
    folder = tmp_path / "course"
    folder.mkdir()
    for name in COURSE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "The course")
    return folder


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Where JupyterLab keeps what it keeps for every course."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "home"))
    return tmp_path / "home"


def make_lab(checkout):
    """What make lab starts."""
    command = [sys.executable, "tools/lab.py", "--no-browser", "--ServerApp.port=0"]
    return serve(
        [*command, "--LabApp.expose_app_in_browser=True"], checkout, checkout.parent / "log"
    )


def open_lesson(page, address):
    page.goto(address)
    page.wait_for_function(IDLE, timeout=60_000)


def cell(page, name):
    """A cell's element, in view."""
    scroll_to(page, name)
    page.wait_for_function(f"id => {CELL}.isPlaceholder() === false", arg=name)
    return page.evaluate_handle(f"id => {CELL}.node", name).as_element()


def write(page, name, number):
    """Put a number in the place of a prediction's three dots, by keyboard."""
    cell(page, name).query_selector(".cm-line").click()
    page.keyboard.press("End")
    for _ in "...":
        page.keyboard.press("Backspace")
    page.keyboard.type(number)


def test_a_day_of_work(checkout, home, page):
    with make_lab(checkout) as address:
        open_lesson(page, address)
        write(page, "ask-means", "100")
        run_until(page, "lab")
        lab = page.locator(".bnlib-lab >> nth=0")
        scroll_to(page, "lab")
        start = lab.locator(".said").get_attribute("aria-label")
        lab.locator("input[type=range]").first.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "([lab, start]) => lab.querySelector('.said').ariaLabel !== start",
            arg=[lab.element_handle(), start],
        )
        page.keyboard.press("Control+s")
        page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        page.goto("about:blank")

    with make_lab(checkout) as address:
        open_lesson(page, address)
        answered = cell(page, "ask-means")
        assert "my_prediction = 100\n" in answered.inner_text()
        assert "Right" in answered.inner_text()
        picture = cell(page, "lab").wait_for_selector("img[src^='data:image/png']")
        assert picture.evaluate("image => image.naturalWidth > 0")
        assert page.get_by_text("Error displaying widget").count() == 0
        assert page.get_by_text("model not found").count() == 0

    saved = (checkout / "my_notebooks" / "01_formula.ipynb").read_text(encoding="utf-8")
    assert WIDGET_VIEW not in saved
    assert not list(home.glob("lab/workspaces/*")), "another JupyterLab would open this lesson"
    assert git(checkout, "status", "--porcelain") == ""
