"""A lesson's first cell prints nothing, wherever it runs."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

LESSONS = sorted((Path(__file__).parent.parent.parent / "notebooks").glob("*.ipynb"))
# matplotlib says that it looks for fonts after 5 seconds; here, at once.
WITHOUT_PATIENCE = """\
import threading

def at_once(timer, interval, function):
    threading.Thread.__init__(timer, target=function)

threading.Timer.__init__ = at_once
threading.Timer.run = threading.Thread.run
threading.Timer.cancel = threading.Timer.join"""


@pytest.mark.parametrize("home", ["/dev/null/nobody", "new"])
def test_the_first_cell_prints_nothing(home, tmp_path):
    """In a home that cannot be written, and with matplotlib's fonts still to be found."""
    home = str(tmp_path / home)
    lesson = nbformat.read(LESSONS[0], as_version=4)
    first = next(cell for cell in lesson.cells if cell.cell_type == "code")
    notebook = new_notebook(cells=[new_code_cell(WITHOUT_PATIENCE), new_code_cell(first.source)])
    folders = {"HOME": home, "MPLCONFIGDIR": home, "IPYTHONDIR": str(tmp_path)}
    NotebookClient(notebook).execute(env=os.environ | folders)
    assert [o for o in notebook.cells[1].outputs if o.output_type == "stream"] == []
