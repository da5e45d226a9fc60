"""What a saved lesson keeps, by the server's hook, and that nobody else's notebook is touched."""

import json
from copy import deepcopy

import nbformat
import pytest
from nbconvert import HTMLExporter, ScriptExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from refresh import METADATA, canonical

from bnlib.classroom.jupyter.saving import COURSE, MARK, WIDGET_VIEW, pre_save_hook

VIEW = {"model_id": "1", "version_major": 2, "version_minor": 0}
PYTHON = METADATA["language_info"]


@pytest.fixture
def model():
    lab = {"text/plain": "Lab()", "image/png": "AAAA", WIDGET_VIEW: VIEW}
    progress = {"text/plain": "FloatProgress()", WIDGET_VIEW: VIEW}
    about = {"image/png": {"alt": "Four bars."}, WIDGET_VIEW: {"colab": {}}}
    outputs = [
        new_output("execute_result", lab, execution_count=1, metadata=about),
        new_output("display_data", progress),
        new_output("stream", text="words"),
    ]
    cells = [new_markdown_cell("Prose."), new_code_cell("lab", outputs=outputs)]
    notebook = new_notebook(cells=cells)
    notebook.metadata.update(
        {MARK: dict(COURSE)},
        kernelspec={"name": "python3", "display_name": "Python 3"},
        language_info={**PYTHON, "version": "3.11.2"},
        widgets={"application/vnd.jupyter.widget-state+json": {}},
    )
    return {"type": "notebook", "content": notebook}


def test_a_view_with_a_picture_becomes_the_picture(model):
    pre_save_hook(model=model, path="a.ipynb", contents_manager=None)
    lab, progress, words = model["content"].cells[1].outputs
    assert lab.data == {"text/plain": "Lab()", "image/png": "AAAA"}
    assert lab.metadata == {"image/png": {"alt": "Four bars."}}
    assert progress.data[WIDGET_VIEW] == VIEW  # there is nothing that could be shown instead
    assert words.text == "words"
    nbformat.validate(model["content"])


def test_what_varies_by_machine_is_not_saved(model):
    pre_save_hook(model=model)
    assert model["content"].metadata == {
        MARK: COURSE,
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": PYTHON,
    }


def test_saving_twice_changes_nothing(model):
    pre_save_hook(model=model)
    once = deepcopy(model)
    pre_save_hook(model=model)
    assert model == once


def test_a_lesson_is_exported_with_its_prose_and_its_picture(model):
    for notebook in (model["content"], nbformat.reads(canonical(model["content"]), as_version=4)):
        pre_save_hook(model={"type": "notebook", "content": notebook})
        script, about = ScriptExporter().from_notebook_node(notebook)
        assert about["output_extension"] == ".py"
        assert "# Prose." in script
        html, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
        assert 'src="data:image/png;base64,AAAA' in html
        assert 'alt="Four bars."' in html


R = {"name": "R", "version": "4.4.1", "file_extension": ".r", "nbconvert_exporter": "r"}
STATE = {"application/vnd.jupyter.widget-state+json": {"state": {"1": {}}}}
OTHERS = {
    "of R": {"kernelspec": {"name": "ir"}, "language_info": R},
    "of Python, with widgets": {"language_info": {**PYTHON, "version": "3.9"}, "widgets": STATE},
    "of this course, before it had a mark": {"language_info": {"name": "python"}, "widgets": STATE},
    "of another course with a mark": {MARK: {"course": "other"}, "widgets": STATE},
    "with a mark of nothing": {MARK: None, "widgets": STATE},
    "with a mark that is true": {MARK: True, "widgets": STATE},
    "that speaks of the course": {"title": COURSE["course"], "tags": [MARK], "widgets": STATE},
    "of nothing": {},
}


@pytest.mark.parametrize("about", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("minor", [2, 4, 5])
def test_a_notebook_of_somebody_else_is_saved_as_it_is(about, minor, model):
    content = json.loads(json.dumps(model["content"]))
    content |= {"metadata": about, "nbformat_minor": minor}
    before = json.dumps(content)
    pre_save_hook(model={"type": "notebook", "content": content}, path="notebooks/01_formula.ipynb")
    assert json.dumps(content) == before


MARKED = {MARK: COURSE}
MALFORMED = [
    {"metadata": MARKED | {"language_info": None}},
    {"metadata": MARKED | {"language_info": ["python"]}},
    {"metadata": MARKED | {"language_info": "python"}},
    {"metadata": MARKED, "cells": None},
    {"metadata": MARKED, "cells": [None, 1, "x", {"outputs": None}, {"outputs": [None, {}]}]},
    {"metadata": MARKED, "cells": [{"outputs": [{"data": None}, {"data": ["image/png"]}]}]},
    {"metadata": MARKED, "cells": [{"outputs": [{"data": {"image/png": 1}, "metadata": None}]}]},
    {"metadata": [MARK]},
    {"metadata": None},
    {"nbformat": 3, "worksheets": []},
    {"cells": [], "metadata": {}},
    [],
    "words",
    None,
]


@pytest.mark.parametrize("content", MALFORMED, ids=str)
def test_what_is_malformed_is_let_be(content):
    for kind in ("notebook", "file", "directory", None):
        model = {"type": kind, "content": content}
        before = deepcopy(model)
        pre_save_hook(model=model)
        assert model == before
    pre_save_hook(model={})
