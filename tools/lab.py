"""Open the student's own copies of the lessons in JupyterLab: python tools/lab.py"""

import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp

from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir, jupyter_runtime_dir
from student_copies import RENEWED, give_copies, last_written, write

ROOT = Path(__file__).parent.parent
OWN = ROOT / "my_notebooks"
NEWS = "what_has_changed.md"


def main() -> None:
    try:
        sentences = give_copies(ROOT / "notebooks", OWN)
    except OSError as problem:
        sys.exit(f"Your copies of the lessons cannot be written to {OWN}: {problem.strerror}.")
    for sentence in sentences + leave_a_home_that_cannot_be_written():
        print(sentence)
    opened = to_open(OWN, sentences)
    # Elsewhere JupyterLab asks whether Ctrl-C was meant.
    answer = "" if sys.platform == "win32" else ", and answer y within 5 seconds"
    print(
        f"Your own copies of the lessons are in {OWN.name}. They are saved while you work;"
        " no update overwrites what you write.\n"
        f"Opening {opened}. Where no browser opens, copy the last line below into one.\n"
        f"To stop, save in the browser, press Ctrl-C here{answer}.",
        flush=True,
    )
    os.chdir(ROOT)  # a whole path to the configuration would have its $NAMES replaced
    settings = {
        "config": "jupyter_config.py",
        "ServerApp.root_dir": ROOT,
        # What was open in another JupyterLab is not opened here, nor the other way around.
        "LabApp.workspaces_dir": OWN / ".workspaces",
        "LabApp.default_url": f"/lab/tree/{OWN.name}/{opened}",
        "Application.log_level": "ERROR",
        "Application.log_format": "%(message)s",
    }
    from jupyterlab.labapp import LabApp  # it looks for the home when it is imported

    LabApp.launch_instance([f"--{name}={value}" for name, value in settings.items()] + sys.argv[1:])


def to_open(own: Path, sentences: list[str]) -> str:
    """What a start opens: what has changed if the student has two copies now, else lesson 1."""
    if any(not sentence.endswith(RENEWED) for sentence in sentences):
        lines = [re.sub(r"(\w+\.ipynb)", r"[\1](\1)", sentence) for sentence in sentences]
        with suppress(OSError):
            write(own / NEWS, "\n\n".join(["# What has changed", *lines, ""]).encode())
            return NEWS
    return last_written(own / "01_formula.ipynb").name


def leave_a_home_that_cannot_be_written() -> list[str]:
    """Let Jupyter keep in a folder of its own what it keeps in a home; a sentence if it does."""
    home = [jupyter_config_dir(), jupyter_data_dir(), jupyter_runtime_dir()]
    if all(map(can_be_written, [*home, os.environ.get("IPYTHONDIR", "~/.ipython")])):
        return []
    other = mkdtemp(prefix="jupyter-")
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        os.environ[name] = str(Path(other) / name.lower())
    return [f"Your home cannot be written to. JupyterLab keeps its settings in {other} this time."]


def can_be_written(folder: str) -> bool:
    try:
        Path(folder).expanduser().mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=Path(folder).expanduser()).close()
    except (OSError, RuntimeError):
        return False
    return True


if __name__ == "__main__":
    main()
