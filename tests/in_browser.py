"""A real JupyterLab that serves a copy of the course, and a real browser for it."""

import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ONE_PROCESS = "A browser's Python is one process with one thread, so this cannot run here"
# What needs other threads or processes, and what needs what they give.
CANNOT_RUN = {
    "09_many_machines": {
        "backward",
        "backward-agree",
        "ddp-checkpoint",
        "ddp-real",
        "derived",
        "dies",
        "forward",
        "forward-running",
        "measure",
        "on-threads",
        "processes",
        "sync-batch-norm",
        "torch-sync",
        "uneven",
        "waiting",
    }
}
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


@contextmanager
def chromium(*flags):
    """A browser without a window, started with these flags besides ours."""
    from playwright.sync_api import sync_playwright  # most of this file needs no browser

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        yield browser
        browser.close()


@contextmanager
def jupyterlab(folder):
    """Serve a copy of the course from folder; gives the address."""
    for name in ("notebooks", "images"):
        shutil.copytree(ROOT / name, folder / name)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.port=0"]
    command += [f"--config={ROOT / 'jupyter_config.py'}"]
    # A lesson as default_url would win over the notebook that ?reset asks for.
    command += ["--LabApp.default_url=/lab"]
    command += [f"--{app}.expose_app_in_browser=True" for app in ("LabApp", "JupyterNotebookApp")]
    with serve(command, folder, folder / "log") as address:
        yield address


@contextmanager
def serve(command, folder, log):
    """Run a command that starts JupyterLab in folder; gives the address, with its token."""
    with log.open("w") as stderr, subprocess.Popen(command, cwd=folder, stderr=stderr) as server:
        try:
            yield _address(log, server)
        finally:
            server.terminate()


def _address(log, server):
    for _ in range(600):
        found = re.search(r"http://127\S+\?token=\w+", log.read_text())
        if found:
            return found[0]
        if server.poll() is not None:
            break
        time.sleep(0.1)
    return pytest.fail(f"JupyterLab gave no address: {log.read_text()}")


PATHS = {"JupyterLab": "/lab/tree/notebooks/{}?reset&", "Notebook": "/notebooks/notebooks/{}?"}


def open_notebook(page, lab_url, name, front_end="JupyterLab"):
    """Open a notebook and wait for its kernel."""
    page.goto(lab_url.replace("/lab?", PATHS[front_end].format(name)))
    wait_for_kernel(page)


def open_live(page, site_url, stem):
    """Open a live lesson of the site by the link of its page, and wait for its kernel."""
    page.goto(f"{site_url}{stem}.html")
    page.get_by_role("link", name="Run this lesson").click()
    wait_for_kernel(page)


def wait_for_kernel(page):
    page.wait_for_function(
        "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
        " === 'idle'",
        timeout=120_000,
    )


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextmanager
def served(folder, handler=QuietHandler):
    """Serve a folder of files from this machine; gives the port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def run_all(page):
    """Run every cell, from cleared outputs, and give the code cells as they are then."""
    for command in ("notebook:clear-all-cell-outputs", "notebook:run-all-cells"):
        page.evaluate("command => window.jupyterapp.commands.execute(command)", command)
    model = "window.jupyterapp.shell.currentWidget.model.toJSON()"
    return [c for c in page.evaluate(f"() => {model}.cells") if c["cell_type"] == "code"]


def run(page, cell_id, *commands):
    """Run the cell, after other commands at its place."""
    notebook = "window.jupyterapp.shell.currentWidget.content"
    select = f"{notebook}.activeCellIndex = {notebook}.widgets.findIndex(c => c.model.id === id)"
    page.evaluate(f"id => {{ {select} }}", cell_id)
    for command in (*commands, "notebook:run-cell"):
        page.evaluate("command => window.jupyterapp.commands.execute(command)", command)


def run_until(page, cell_id):
    """Run the cells from the top to cell_id."""
    run(page, cell_id, "notebook:run-all-above")


def scroll_to(page, cell_id):
    """Bring a cell into view; JupyterLab hides those that are far away."""
    notebook = "window.jupyterapp.shell.currentWidget.content"
    index = f"{notebook}.widgets.findIndex(cell => cell.model.id === id)"
    page.evaluate(f"id => {notebook}.scrollToItem({index})", cell_id)
