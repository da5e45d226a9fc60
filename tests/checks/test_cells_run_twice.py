"""A reader runs a cell twice, or goes back to a section at the end: it gives what is stored."""

from itertools import groupby

import nbformat
import pytest
from in_browser import LESSONS
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from refresh import NO_FIRST_LINE, canonical

DRIFTS = "count = globals().get('count', 0) + 1\nprint(count)"


def sections(notebook):
    """The code cells between one heading and the next."""
    number, found = 0, []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found.append((number, cell))
        else:
            number += cell.source.startswith("## ") or "\n## " in cell.source
    return [[cell for _, cell in of_it] for _, of_it in groupby(found, key=lambda pair: pair[0])]


def shown(cell):
    """What a cell shows, but for the pixels of pictures."""
    return [
        (output.get("text"), {**output.get("data", {}), "image/png": None}, output.get("metadata"))
        for output in cell.outputs
        if output != NO_FIRST_LINE
    ]


def cells_that_drift(notebook, folder):
    """Run each code cell twice in a row, and then each section once more, the last one first.

    Gives when and in which cell something else was shown than is stored.
    """
    parts = sections(notebook)
    runs = [(when, cell) for part in parts for cell in part for when in ("first", "again at once")]
    runs += [("again at the end", cell) for part in reversed(parts) for cell in part]
    cells = [new_code_cell(cell.source) for _, cell in runs]
    client = NotebookClient(
        new_notebook(cells=cells), coalesce_streams=True, resources={"metadata": {"path": folder}}
    )
    ran = nbformat.reads(canonical(client.execute()), as_version=4).cells
    return [
        (when, stored.source)
        for (when, stored), cell in zip(runs, ran, strict=True)
        if shown(cell) != shown(stored)
    ]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_cell_gives_the_same_when_run_again(path):
    assert cells_that_drift(nbformat.read(path, as_version=4), path.parent) == []


def test_a_cell_that_drifts_is_found(tmp_path):
    def cell(source, text):
        return new_code_cell(source, outputs=[new_output("stream", name="stdout", text=text)])

    prints, wrong = "x = 1\nprint(x)", "print(3)"
    uses, other = "print(x)", "x = 2"
    cells = [
        *(cell(prints, "1\n"), cell(DRIFTS, "1\n"), cell(wrong, "4\n")),
        new_markdown_cell("## Another section"),
        cell(uses, "1\n"),
        new_markdown_cell("Said before.\n\n## And one more"),
        new_code_cell(other),
    ]
    assert cells_that_drift(new_notebook(cells=cells), tmp_path) == [
        ("again at once", DRIFTS),
        *(("first", wrong), ("again at once", wrong)),
        ("again at the end", uses),
        *(("again at the end", DRIFTS), ("again at the end", wrong)),
    ]
