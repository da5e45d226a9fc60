"""Open the student's own copies of the lessons in JupyterLab: python tools/lab.py"""

import sys
from pathlib import Path

from jupyterlab.labapp import LabApp
from student_copies import give_copies

ROOT = Path(__file__).parent.parent
OWN = ROOT / "my_notebooks"


def main() -> None:
    try:
        sentences = give_copies(ROOT / "notebooks", OWN)
    except OSError as problem:
        sys.exit(f"Your copies of the lessons cannot be written to {OWN}: {problem.strerror}.")
    for sentence in sentences:
        print(sentence)
    # Elsewhere JupyterLab asks whether Ctrl-C was meant.
    answer = "" if sys.platform == "win32" else ", and answer y within 5 seconds"
    print(
        f"Your own copies of the lessons are in {OWN.name}. They are saved while you work;"
        " no update overwrites them.\n"
        "Opening lesson 1. Where no browser opens, copy the last line below into one.\n"
        f"To stop, save in the browser, press Ctrl-C here{answer}.",
        flush=True,
    )
    settings = {
        "config": ROOT / "jupyter_config.py",
        "ServerApp.root_dir": ROOT,
        # What was open in another JupyterLab is not opened here, nor the other way around.
        "LabApp.workspaces_dir": OWN / ".workspaces",
        "LabApp.default_url": f"/lab/tree/{OWN.name}/01_formula.ipynb",
        "Application.log_level": "ERROR",
        "Application.log_format": "%(message)s",
    }
    LabApp.launch_instance([f"--{name}={value}" for name, value in settings.items()] + sys.argv[1:])


if __name__ == "__main__":
    main()
