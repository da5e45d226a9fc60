"""make bench: what the course in a browser costs, for two lessons, on a server of this machine.

A lesson is opened as a page, until an answer that was given at once is checked, and until its lab
moves; and as a live notebook, until its kernel is there and until all of it has run. A first visit
starts with an empty browser, a second one with what the first has kept. Bytes are those of the
files that the server sent, as they lie there; memory is that of the browser's processes
(proportional set size).
"""

import os
import statistics
import tempfile
import time
from itertools import product
from pathlib import Path

from bench_labs import lags
from in_browser import CHROMIUM, FLAGS, ROOT, QuietHandler, open_live, run_all, scroll_to, served
from playwright.sync_api import sync_playwright

BENCHED = ("01_formula", "06_does_it_help")


class CountingHandler(QuietHandler):
    sent = 0

    def copyfile(self, source, outputfile):
        CountingHandler.sent += os.fstat(source.fileno()).st_size
        super().copyfile(source, outputfile)


def megabytes_in_memory(folder):
    """The memory of the browser that keeps its files in folder."""
    kilobytes = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if folder in (process / "cmdline").read_text():
                rollup = (process / "smaps_rollup").read_text()
                kilobytes += int(rollup.split("Pss:")[1].split()[0])
        except OSError:
            continue  # it has ended, or is not ours
    return kilobytes / 1024


def as_page(page, address, lesson):
    """Waits until an answer is checked, and until the lab is there."""
    page.goto(f"{address}{lesson}.html")
    question = page.locator(".question >> nth=0")
    question.locator("input").fill("1")
    question.get_by_role("button", name="Check").click()
    page.locator(".code.lab >> nth=0").scroll_into_view_if_needed()
    question.locator(".verdict").wait_for(timeout=120_000)
    yield "check"
    page.locator(".bnlib-lab >> nth=0").wait_for(timeout=120_000)
    yield "lab"


def as_notebook(page, address, lesson):
    """Waits for the kernel, and until all cells have run."""
    open_live(page, address, lesson)
    yield "kernel"
    run_all(page)
    yield "all cells"
    scroll_to(page, "lab")


def visit(page, folder, waits):
    """The seconds, from the start, to each of what is waited for; then bytes, memory and lag."""
    CountingHandler.sent = 0
    start = time.perf_counter()
    found = [f"{what} {time.perf_counter() - start:5.1f} s" for what in waits]
    page.wait_for_timeout(1000)  # the browser fetches a little more when it is at rest
    sent, memory = CountingHandler.sent / 1e6, megabytes_in_memory(folder)
    lag = statistics.median(lags(page, ".bnlib-lab"))
    return [*found, f"{sent:5.1f} MB sent", f"{memory:5.0f} MB of memory", f"lab {lag:4.0f} ms"]


def main():
    with served(ROOT / "site", CountingHandler) as port, sync_playwright() as playwright:
        for lesson, way in product(BENCHED, (as_page, as_notebook)):
            with tempfile.TemporaryDirectory() as folder:
                for which in ("first", "second"):
                    browser = playwright.chromium.launch_persistent_context(
                        folder, executable_path=CHROMIUM, args=FLAGS, bypass_csp=True
                    )
                    page = browser.new_page()
                    waits = way(page, f"http://127.0.0.1:{port}/", lesson)
                    found = visit(page, folder, waits)
                    print(lesson, way.__name__, which, *found, sep="  ", flush=True)
                    browser.close()


if __name__ == "__main__":
    main()
