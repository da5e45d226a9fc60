"""make refresh: run the lessons and store their outputs, in the one form that is committed.

With --as-they-are nothing is run: the lessons are only written in that form.
"""

import sys
from itertools import pairwise
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from student_copies import write

from bnlib.classroom.jupyter.saving import COURSE, MARK, drop_what_does_not_last

METADATA = {
    MARK: COURSE,
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    # All that ipykernel tells, but for Python's version: nbconvert needs it for a script.
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}

ANSWER = "**Answer**\n"  # the line of a folded text that stays visible, so it tells nothing
# JupyterLab shows the first line of a folded output, and that is the answer. Of this one there is
# none; it is no output to nbval, which compares what is in the data.
NO_FIRST_LINE = nbformat.v4.new_output("display_data")


def cell_metadata(cell: NotebookNode, before: NotebookNode | None) -> dict:
    """What a cell carries: after a prediction, its output and the text about it are folded.

    before is the cell before, with its own metadata as they should be.
    """
    if before is None:
        return {}
    if cell.cell_type == "code" and is_prediction(before):
        return {"jupyter": {"outputs_hidden": True}}
    if is_answer(cell) and before.cell_type == "code" and before.metadata:
        return {"jupyter": {"source_hidden": True}}
    return {}


def is_prediction(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and "**Predict" in cell.source


def is_answer(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and cell.source.startswith(ANSWER)


def canonical(notebook: NotebookNode) -> str:
    """notebook as the text of its file: ids kept, nothing volatile, no widget view."""
    notebook = nbformat.from_dict(notebook)
    drop_what_does_not_last(notebook)
    notebook.metadata = nbformat.from_dict(METADATA)
    for before, cell in pairwise([None, *notebook.cells]):
        cell.metadata = cell_metadata(cell, before)
        if cell.get("outputs"):
            shown = [output for output in cell.outputs if output != NO_FIRST_LINE]
            cell.outputs = [NO_FIRST_LINE, *shown] if cell.metadata else shown
        for output in cell.get("outputs", []):
            output.pop("transient", None)
            if "data" in output:
                alt = output.metadata.get("image/png", {}).get("alt")
                output.metadata = {"image/png": {"alt": alt}} if alt else {}
    return nbformat.writes(notebook) + "\n"


def execute(path: Path) -> NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": path.parent}},
    )
    return client.execute()


if __name__ == "__main__":
    as_they_are = "--as-they-are" in sys.argv
    for lesson in (Path(each) for each in sys.argv[1:] if each != "--as-they-are"):
        notebook = nbformat.read(lesson, as_version=4) if as_they_are else execute(lesson)
        write(lesson, canonical(notebook).encode())
        print(f"refreshed {lesson}")
