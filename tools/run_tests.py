"""make test: the parts of a check side by side, as many as there are processors.

python tools/run_tests.py test    or another check of PARTS, below
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).parent.parent


def python(*arguments):
    return [sys.executable, *arguments]


def tests(*paths):
    return python("-m", "pytest", *paths)


def replayed(*paths):
    return python("tests/in_kernel.py", "torch_replay", *paths)


LONGEST_LESSON = "notebooks/06_does_it_help.ipynb"
# A half of the unit tests, by their time.
SHOWN = [f"tests/test_{name}.py" for name in ("display", "labs", "pictures", "quiz", "report")]

LABS = "tests/browser/test_labs_in_browser.py"
CONTROLS = "each or tab or typed or heard"  # a half of its tests

# What takes longest comes first: so the last parts end together.
PARTS = {
    "test": {
        "lessons": tests("notebooks"),
        "unit tests": tests("bnlib", "tests", *(f"--ignore={path}" for path in SHOWN)),
        "unit tests of what is shown": tests(*SHOWN),
        "lessons, with torch for bnlib": replayed("notebooks", f"--ignore={LONGEST_LESSON}"),
        "types": python("-m", "mypy"),
        "style": python("-m", "ruff", "check", "."),
        "format": python("-m", "ruff", "format", "--check", "."),
    },
    "test-checks": {
        "each cell twice": tests("tests/checks/test_cells_run_twice.py"),
        "the longest lesson, with torch for bnlib": replayed(LONGEST_LESSON),
        "answers as typed, random slips": tests(
            *(f"tests/checks/test_{name}.py" for name in ("typed_answers", "random_slips"))
        ),
        "what labs and reports draw, and its colors": tests(
            *(
                f"tests/checks/test_{name}.py"
                for name in ("what_labs_draw", "what_a_report_draws", "colors")
            )
        ),
        "locks, skips, forks, servers and homes": tests(
            *(
                f"tests/checks/test_{name}.py"
                for name in ("locks", "skips", "forks", "server", "first_cell")
            )
        ),
    },
    "test-site": {
        "pages whose Python is awake": tests("tests/site/test_awake.py"),
        "pages, their links and their lecture view": tests(
            "tests/site/test_site.py", "tests/site/test_lecture.py"
        ),
    },
    "test-browser": {
        "labs, control by control": [*tests(LABS), "-k", CONTROLS],
        "labs, all else": [*tests(LABS), "-k", f"not ({CONTROLS})"],
        "lessons, and a day": tests(
            "tests/browser/test_in_jupyterlab.py", "tests/browser/test_student_day.py"
        ),
    },
}
# One thread each, as each has a processor.
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def run(name, command):
    """Run a part; whether it went well, and a line, or all that it printed where it did not."""
    start = time.perf_counter()
    print(f"{name}: runs\n", end="", flush=True)  # in one piece, beside other parts
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    took = time.perf_counter() - start
    *_, last = done.stdout.strip().splitlines() or [""]
    if done.returncode:
        return False, f"{done.stdout}\n{name}: FAILED after {took:.0f} s"
    return True, f"{name}: done after {took:.0f} s ({last})"


def side_by_side(parts):
    """Run all parts; whether one of them failed."""
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(run, *part): part[0] for part in parts.items()}
        try:
            for part in as_completed(running):
                went_well, said = part.result()
                print(said, flush=True)
                failed += [] if went_well else [running[part]]
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise
    print(f"FAILED: {', '.join(failed)}." if failed else "All is well.")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(side_by_side(PARTS[sys.argv[1]]))
