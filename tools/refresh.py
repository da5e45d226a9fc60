"""make refresh: run the lessons and store their outputs, in the one form that is committed."""

import sys
from itertools import pairwise
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from bnlib.classroom.jupyter.saving import drop_what_does_not_last


def cell_metadata(cell: NotebookNode, before: NotebookNode | None) -> dict:
    """What a cell carries: where it answers a prediction, its output is folded until it runs."""
    asked = before is not None and before.cell_type == "markdown" and "**Predict" in before.source
    answers = asked and cell.cell_type == "code"
    return {"jupyter": {"outputs_hidden": True}} if answers else {}


def canonical(notebook: NotebookNode) -> str:
    """notebook as the text of its file: ids kept, nothing volatile, no widget view."""
    notebook = nbformat.from_dict(notebook)
    drop_what_does_not_last(notebook)
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    for before, cell in pairwise([None, *notebook.cells]):
        cell.metadata = cell_metadata(cell, before)
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
    for lesson in map(Path, sys.argv[1:]):
        lesson.write_text(canonical(execute(lesson)), encoding="utf-8")
        print(f"refreshed {lesson}")
