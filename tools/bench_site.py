"""make bench: what the course in a browser costs, for two lessons, on a server of this machine.

A first visit starts with an empty browser, a second one with what the first has kept. Bytes
are those of the files that the server sent, uncompressed; memory is that of the browser's
processes (proportional set size), with all cells run.
"""

import os
import statistics
import tempfile
import time
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


def visit(page, address, lesson):
    """Seconds to a kernel and through Run All, and the megabytes that were sent."""
    CountingHandler.sent = 0
    start = time.perf_counter()
    open_live(page, address, lesson)
    kernel = time.perf_counter()
    run_all(page)
    done = time.perf_counter()
    page.wait_for_timeout(1000)  # the browser fetches a little more when it is at rest
    return kernel - start, done - kernel, CountingHandler.sent / 1e6


def main():
    print("lesson             visit   kernel   Run All   sent      memory   key to picture")
    with served(ROOT / "site", CountingHandler) as port, sync_playwright() as playwright:
        for lesson in BENCHED:
            with tempfile.TemporaryDirectory() as folder:
                for which in ("first", "second"):
                    browser = playwright.chromium.launch_persistent_context(
                        folder, executable_path=CHROMIUM, args=FLAGS
                    )
                    page = browser.new_page()
                    kernel, ran, sent = visit(page, f"http://127.0.0.1:{port}/", lesson)
                    memory = megabytes_in_memory(folder)
                    scroll_to(page, "lab")
                    lag = statistics.median(lags(page, ".bnlib-lab"))
                    print(
                        f"{lesson:18} {which:6} {kernel:6.1f} s {ran:7.1f} s {sent:5.1f} MB "
                        f"{memory:6.0f} MB {lag:10.0f} ms",
                        flush=True,
                    )
                    browser.close()


if __name__ == "__main__":
    main()
