"""make bench: how long a class waits, for the first lesson, for Run All, and for an import."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from in_browser import LESSONS, ROOT, chromium, jupyterlab, open_notebook, run_all

IMPORTS = 15
ALL_DONE = """() => {
  const { model, sessionContext } = window.jupyterapp.shell.currentWidget;
  const code = model.toJSON().cells.filter(cell => cell.cell_type === 'code');
  return code.every(cell => cell.execution_count) &&
    sessionContext.session.kernel.status === 'idle';
}"""


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def imports():
    """Medians of whole Python processes, in turns."""
    bare, numpy, bnlib = "pass", "import numpy", "import bnlib"
    taken = {code: [] for code in (bare, numpy, bnlib)}
    for _ in range(IMPORTS):
        for code, times in taken.items():
            times.append(seconds([sys.executable, "-c", code]))
    none, numpy, bnlib = (statistics.median(times) for times in taken.values())
    print(
        f"import numpy {1e3 * (numpy - none):.0f} ms, import bnlib {1e3 * (bnlib - none):.0f} ms: "
        f"{(bnlib - none) / (numpy - none):.2f} times as long"
    )


def lessons():
    """From the start of JupyterLab to a lesson that can be used; from Run All to all done."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, jupyterlab(Path(folder)) as address:
        print(f"JupyterLab serves after {time.perf_counter() - start:.1f} s", end="; ")
        with chromium() as browser:
            for lesson in LESSONS:
                page = browser.new_page()
                start = time.perf_counter()
                open_notebook(page, address, lesson.name)
                opened = time.perf_counter() - start
                if lesson == LESSONS[0]:
                    print(f"lesson 1 usable {opened:.1f} s later")
                start = time.perf_counter()
                run_all(page)
                page.wait_for_function(ALL_DONE)
                print(f"{lesson.stem}: Run All takes {time.perf_counter() - start:.1f} s")
                page.close()


def main():
    imports()
    lessons()
    check = [sys.executable, "-m", "pytest", "--quiet", *map(str, LESSONS)]
    print(f"nbval on all lessons: {seconds(check):.0f} s")


if __name__ == "__main__":
    main()
