"""The three locks are tried: what they must catch, they catch."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_rules import violations
from refresh import canonical, execute

from bnlib.classroom.agreement import DisagreementError, agree

ROOT = Path(__file__).parent.parent
LESSON_1 = ROOT / "notebooks" / "01_formula.ipynb"
FOLDED = {"outputs_hidden": True}


def nbval(folder):
    """Run the notebooks in folder under nbval."""
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env"]
    command += ["-p", "no:cacheprovider", "-q"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def lesson_with(folder, change):
    """A copy of lesson 1 in folder, after change(notebook)."""
    notebook = nbformat.read(LESSON_1, as_version=4)
    change(notebook)
    path = folder / LESSON_1.name
    path.write_text(canonical(notebook), encoding="utf-8")
    return path


def cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def test_nbval_sees_a_cleared_output(tmp_path):
    lesson_with(tmp_path, lambda notebook: cell(notebook, "mean").outputs.clear())
    result = nbval(tmp_path)
    assert result.returncode == 1
    assert "1 failed" in result.stdout


def test_nbval_sees_a_changed_digit(tmp_path):
    def change(notebook):
        data = cell(notebook, "variance").outputs[0].data
        data["text/plain"] = data["text/plain"].replace("16.6667", "16.6668", 1)

    lesson_with(tmp_path, change)
    assert "1 failed" in nbval(tmp_path).stdout


@pytest.mark.parametrize(
    ("source", "shown", "passes"),
    [
        ("F.batch_statistics([[0.0], [2.0]])[1].item()", "1.0", True),
        ("F.batch_statistics([[0.0], [2.0]])[1].item()", "2.0", False),
        ("type(bnlib.BatchNorm1d(1).module).__module__", "'torch.nn.modules.batchnorm'", True),
    ],
)
def test_the_replay_is_by_torch(source, shown, passes, tmp_path):
    output = new_output("execute_result", {"text/plain": shown}, execution_count=1)
    source = f"import bnlib\nfrom bnlib import functional as F\n{source}"
    lone_cell = new_code_cell(source, execution_count=1, outputs=[output])
    path = tmp_path / "lone.ipynb"
    path.write_text(canonical(new_notebook(cells=[lone_cell])))
    command = [sys.executable, ROOT / "tests" / "in_kernel.py", "torch_replay", path]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ("1 passed" if passes else "1 failed") in result.stdout, result.stdout


def test_the_rules_see_a_tensor_with_its_grad_fn(tmp_path):
    def change(notebook):
        cell(notebook, "torch-layer").source += "\ntorch_bn(torch_input1d)"

    path = lesson_with(tmp_path, change)
    refreshed = nbformat.reads(canonical(execute(path)), as_version=4)
    assert violations(refreshed) == [
        "cell torch-layer: a tensor with a grad_fn; show tensor.detach()"
    ]


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


def stripped(notebook):
    for each in notebook.cells:
        if each.cell_type == "code":
            each.update(outputs=[], execution_count=None)


def plain_text(text):
    def change(notebook):
        cell(notebook, "mean").outputs[0].data["text/plain"] = text

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
        cell(nb, "mean").outputs[0].data.update({"application/vnd.jupyter.widget-view+json": {}})
    ),
    "a memory address": plain_text("<object at 0x7f16aa0b>"),
    "a path": plain_text("/home/student/notes.txt"),
    "a process id": plain_text("ipykernel_4711"),
    "a timing": plain_text("took 12 ms"),
    "alternative text": lambda nb: cell(nb, "picture").update(source="![](picture.png)"),
}


@pytest.mark.parametrize("problem", BREAKS)
def test_the_rules_see(problem):
    notebook = nbformat.read(LESSON_1, as_version=4)
    BREAKS[problem](notebook)
    found = violations(notebook)
    assert found
    assert all(problem in sentence for sentence in found[:1]), found


@pytest.mark.parametrize(
    ("ours", "torchs", "sentence"),
    [
        ([1.0, 2.0], [1.0, 2.1], "1 of 2 values differ, first at [1]: ours 2, torch's 2.1"),
        ([1.0, 2.0], [[1.0, 2.0]], "ours has shape (2,), torch's (1, 2)"),
        ([1.0], [1.0 + 3e-12], "does not agree with torch within 1e-12 times the largest"),
        ([0.0], [float("nan")], "ours 0, torch's nan"),
        (3, 4, "exactly: 1 of 1 values differ, first at []: ours 3, torch's 4"),
        ({"a": [1.0]}, {"b": [1.0]}, "ours has the entries ['a'], torch's ['b']"),
        ({"a": [1.0]}, {"a": [2.0]}, "a: does not agree with torch"),
    ],
)
def test_agree_raises(ours, torchs, sentence):
    with pytest.raises(DisagreementError) as disagreement:
        agree(ours, torchs)
    assert sentence in str(disagreement.value)


def test_agree_allows_what_it_is_told_to():
    assert "within 0.2" in repr(agree([1.0], [1.1], within=0.2))
    with pytest.raises(DisagreementError, match=r"within 0\.05"):
        agree([1.0], [1.1], within=0.05)
