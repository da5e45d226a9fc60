"""A reader runs a cell twice: it gives the same both times."""

from copy import deepcopy
from itertools import chain

import nbformat
import pytest
from in_browser import LESSONS
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from refresh import canonical

DRIFTS = "count = globals().get('count', 0) + 1\nprint(count)"


def cells_that_drift(notebook, folder):
    """Run each code cell twice in a row; the sources of those that then show something else."""
    doubled = deepcopy(notebook)
    doubled.cells = [
        cell
        for each in notebook.cells
        if each.cell_type == "code"
        for cell in (each, new_code_cell(each.source))
    ]
    NotebookClient(doubled, resources={"metadata": {"path": folder}}).execute()
    outputs = [each.outputs for each in nbformat.reads(canonical(doubled), as_version=4).cells]
    for output in chain.from_iterable(outputs):
        output.pop("execution_count", None)
    sources = [each.source for each in doubled.cells[::2]]
    runs = zip(sources, outputs[::2], outputs[1::2], strict=True)
    return [source for source, first, second in runs if first != second]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_cell_gives_the_same_when_run_again(path):
    assert cells_that_drift(nbformat.read(path, as_version=4), path.parent) == []


def test_a_cell_that_drifts_is_found(tmp_path):
    cells = [new_code_cell(source) for source in ("print(1)", DRIFTS)]
    assert cells_that_drift(new_notebook(cells=cells), tmp_path) == [DRIFTS]
