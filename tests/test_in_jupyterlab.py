"""The lessons in a real JupyterLab, in a real browser."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="there is no chromium on this machine"
)


@pytest.fixture(scope="module")
def lab_url(tmp_path_factory):
    """Address, with token, of a JupyterLab that serves a copy of the course."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "images"):
        shutil.copytree(ROOT / name, folder / name)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.port=0"]
    command += ["--ServerApp.allow_root=True", "--LabApp.expose_app_in_browser=True"]
    log = folder / "log"
    with log.open("w") as stderr, subprocess.Popen(command, cwd=folder, stderr=stderr) as server:
        try:
            yield address(log, server)
        finally:
            server.terminate()


def address(log, server):
    """The address that JupyterLab writes to its log when it is ready."""
    for _ in range(600):
        found = re.search(r"http://127\S+\?token=\w+", log.read_text())
        if found:
            return found[0]
        if server.poll() is not None:
            break
        time.sleep(0.1)
    return pytest.fail(f"JupyterLab gave no address: {log.read_text()}")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 960})
    yield page
    page.close()


def open_lesson(page, lab_url, path):
    """Open a lesson in JupyterLab and wait for its kernel."""
    page.goto(lab_url.replace("/lab?", f"/lab/tree/notebooks/{path.name}?reset&"))
    page.wait_for_function(
        "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
        " === 'idle'",
        timeout=60_000,
    )


@needs_chromium
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_run_all_ends_without_an_error(path, lab_url, page):
    open_lesson(page, lab_url, path)
    for command in ("notebook:clear-all-cell-outputs", "notebook:run-all-cells"):
        page.evaluate("command => window.jupyterapp.commands.execute(command)", command)
    model = "window.jupyterapp.shell.currentWidget.model.toJSON()"
    cells = [c for c in page.evaluate(f"() => {model}.cells") if c["cell_type"] == "code"]
    assert [c["execution_count"] for c in cells] == list(range(1, len(cells) + 1))
    outputs = [output for c in cells for output in c["outputs"]]
    assert outputs
    assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]
    broken = "() => [...document.querySelectorAll('img')].filter(i => !i.naturalWidth).length"
    assert page.evaluate(broken) == 0
