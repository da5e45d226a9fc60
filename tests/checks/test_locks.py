"""The three locks are tried: what they must catch, they catch."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_rules import given_away, needs_what_may_be_left_out, violations
from refresh import NO_FIRST_LINE, canonical

ROOT = Path(__file__).parents[2]
LESSON_1 = ROOT / "notebooks" / "01_formula.ipynb"
FOLDED = {"outputs_hidden": True}


def cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def said_of(path, *command):
    """What pytest says of the notebook at path: whether each of its cells passes."""
    result = subprocess.run(
        [sys.executable, *command, "-vv", "-p", "no:cacheprovider", path],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return re.findall(r"::Cell \d+ (PASSED|FAILED)", result.stdout)


def test_nbval_sees_a_cleared_output_and_a_changed_digit(tmp_path):
    notebook = nbformat.read(LESSON_1, as_version=4)
    code = [each for each in notebook.cells if each.cell_type == "code"]
    cleared, changed = cell(notebook, "mean"), cell(notebook, "variance")
    notebook.cells = code[: code.index(changed) + 2]
    cleared.outputs.clear()
    data = changed.outputs[-1].data
    data["text/plain"] = data["text/plain"].replace("16.6667", "16.6668", 1)
    path = tmp_path / LESSON_1.name
    path.write_text(canonical(notebook), encoding="utf-8")
    wrong = [each in (cleared, changed) for each in notebook.cells]
    assert wrong.count(True) == 2
    assert said_of(path, "-m", "pytest", "-c", "pyproject.toml") == [
        "FAILED" if each else "PASSED" for each in wrong
    ]


SHOWN = {  # what the second cell stores is not what torch computes
    "import bnlib\ntype(bnlib.BatchNorm1d(1).module).__module__": "'torch.nn.modules.batchnorm'",
    "bnlib.functional.batch_statistics([[0.0], [4.0]])[1].item()": "2.0",
    "bnlib.functional.batch_statistics([[0.0], [2.0]])[1].item()": "1.0",
}


def test_the_replay_is_by_torch(tmp_path):
    cells = []
    for count, (source, shown) in enumerate(SHOWN.items(), start=1):
        output = new_output("execute_result", {"text/plain": shown}, execution_count=count)
        cells.append(new_code_cell(source, execution_count=count, outputs=[output]))
    path = tmp_path / "three_cells.ipynb"
    path.write_text(canonical(new_notebook(cells=cells)), encoding="utf-8")
    assert said_of(path, "tests/in_kernel.py", "torch_replay") == ["PASSED", "FAILED", "PASSED"]


def test_only_the_answer_to_a_prediction_is_folded():
    cells = [
        new_code_cell("1 + 1"),
        new_markdown_cell("**Predict:** what is 2 + 2?"),
        new_code_cell("2 + 2"),
        new_code_cell("3 + 3"),
        new_markdown_cell("A prediction is on paper."),
        new_code_cell("4 + 4"),
    ]
    written = nbformat.reads(canonical(new_notebook(cells=cells)), as_version=4)
    folded = [each.source for each in written.cells if each.metadata]
    assert folded == ["2 + 2"]
    assert written.cells[2].metadata == {"jupyter": FOLDED}


PREDICT = "**Predict:** what is 2 + 2?"
ANSWER = "**Answer**\n\nIt is 4."


def as_written(*cells):
    """A notebook of these texts, and of code that starts with a number, as it is committed."""
    made = [
        new_code_cell(source, outputs=[new_output("stream", text="4")])
        if source[0].isdigit()
        else new_markdown_cell(source)
        for source in cells
    ]
    return nbformat.reads(canonical(new_notebook(cells=made)), as_version=4)


def test_what_is_said_of_an_answer_is_folded_with_it():
    written = as_written(PREDICT, "2 + 2", ANSWER, ANSWER, "3 + 3", ANSWER)
    folded = [each.metadata for each in written.cells]
    assert folded == [{}, {"jupyter": FOLDED}, {"jupyter": {"source_hidden": True}}, {}, {}, {}]


def test_a_closed_output_has_no_first_line():
    _, folded, _, other = as_written(PREDICT, "2 + 2", ANSWER, "3 + 3").cells
    assert folded.outputs[0] == NO_FIRST_LINE
    assert [output.text for output in folded.outputs[1:] + other.outputs] == ["4", "4"]
    again = nbformat.from_dict({**new_notebook(), "cells": [other, folded]})
    unfolded = nbformat.reads(canonical(again), as_version=4).cells[1]
    assert [output.text for output in unfolded.outputs] == ["4"]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ((PREDICT, "2 + 2", ANSWER, "More."), None),
        ((PREDICT, "2 + 2", "## Next"), None),
        ((PREDICT, "2 + 2", "It is 4."), "'It is 4.'"),
        ((PREDICT, "2 + 2", "**Answer** It is 4."), "'**Answer** It is 4.'"),
        ((PREDICT, "2 + 2", "3 + 3"), "'3 + 3'"),
        ((PREDICT, "2 + 2"), "the end"),
        (("Said.", "2 + 2", ANSWER), "is not folded"),
        ((ANSWER, PREDICT), "is not folded"),
        ((PREDICT, "2 + 2", f"{ANSWER}\n\n{PREDICT}", "4 + 4", "## Next"), "the next thought"),
        ((PREDICT, "2 + 2", f"{ANSWER}\n\n## Next"), "the next thought"),
    ],
)
def test_what_gives_a_prediction_away_is_seen(cells, problem):
    found = given_away(as_written(*cells))
    assert (problem is None) == (found == [])
    assert all(problem in sentence for sentence in found), found


@pytest.mark.parametrize(
    ("first", "next_one", "use", "problem"),
    [
        ("## Further: a", "## Next", "1 + a", True),
        ("## Further: a", "## Next", "0; f = lambda: a", True),
        ("## Further: a", "## Next\n\nAfter *Further: a*", "1 + a", False),
        ("## Further: a", "## Next", "0; a = 1; a", False),
        ("## Further: a", "The same section", "1 + a", False),
        ("## First", "## Next", "1 + a", False),
    ],
)
def test_what_needs_a_section_that_may_be_left_out_is_seen(first, next_one, use, problem):
    found = needs_what_may_be_left_out(as_written(first, "0; a = 1", next_one, use))
    assert len(found) == problem
    assert all("a is from *Further: a*" in sentence for sentence in found)


def stripped(notebook):
    for each in notebook.cells:
        if each.cell_type == "code":
            each.update(outputs=[], execution_count=None)


def plain_text(text):
    def change(notebook):
        cell(notebook, "mean").outputs[-1].data["text/plain"] = text

    return change


BREAKS = {
    "execution counts": stripped,
    "no output is stored": lambda nb: cell(nb, "mean").outputs.clear(),
    "the kernelspec": lambda nb: nb.metadata.kernelspec.update(name="torch_replay"),
    "metadata.widgets": lambda nb: nb.metadata.update(widgets={}),
    "tags and the like": lambda nb: cell(nb, "mean").metadata.update(tags=["nbval-skip"]),
    "only an answer": lambda nb: cell(nb, "setup").metadata.update(jupyter=FOLDED),
    "'outputs_hidden': True": lambda nb: cell(nb, "mean").metadata.clear(),
    "a trailing semicolon": lambda nb: cell(nb, "mean").update(source="mean;"),
    "an error": lambda nb: cell(nb, "mean").outputs.append(new_output("error", ename="E")),
    "on stderr": lambda nb: cell(nb, "mean").outputs.append(new_output("stream", name="stderr")),
    "a stored widget view": lambda nb: (
        cell(nb, "mean").outputs[-1].data.update({"application/vnd.jupyter.widget-view+json": {}})
    ),
    "a tensor with a grad_fn": plain_text("tensor([2.], grad_fn=<MulBackward0>)"),
    "a memory address": plain_text("<object at 0x7f16aa0b>"),
    "a path": plain_text("/home/student/notes.txt"),
    "a process id": plain_text("ipykernel_4711"),
    "a timing": plain_text("took 12 ms"),
    "alternative text": lambda nb: cell(nb, "picture").update(source="![](picture.png)"),
}


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("3. **Predict** the same.", ["3. **Predict** the same."]),
        ("The variance is\n\n25. The layer wants it.", ["25. The layer wants it."]),
        ("1. A list of one.", ["1. A list of one."]),
        ("1. One.\n2. Two.\n\n4. Four.", ["4. Four."]),
        ("1. One.\n2. Two.\n3. Three.", []),
        ("It is 3. And 2.5 is more.\n\n3.5 is most.", []),
    ],
)
def test_the_rules_see_a_list_item_where_no_list_is_meant(text, items):
    notebook = nbformat.read(LESSON_1, as_version=4)
    cell(notebook, "picture").source = text
    found = violations(notebook)
    assert found == [f"cell picture: “{item}” is a list item to Markdown" for item in items]


@pytest.mark.parametrize("problem", BREAKS)
def test_the_rules_see(problem):
    notebook = nbformat.read(LESSON_1, as_version=4)
    BREAKS[problem](notebook)
    found = violations(notebook)
    assert found
    assert all(problem in sentence for sentence in found[:1]), found
