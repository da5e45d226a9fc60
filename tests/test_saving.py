"""What a saved notebook keeps, by the server's hook."""

from copy import deepcopy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bnlib.classroom.jupyter.saving import WIDGET_VIEW, pre_save_hook

VIEW = {"model_id": "1", "version_major": 2, "version_minor": 0}


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
    notebook = new_notebook(cells=[new_code_cell("lab", outputs=outputs)])
    notebook.metadata.update(
        kernelspec={"name": "python3", "display_name": "Python 3"},
        language_info={"name": "python", "version": "3.11.2", "file_extension": ".py"},
        widgets={"application/vnd.jupyter.widget-state+json": {}},
    )
    return {"type": "notebook", "content": notebook}


def test_a_view_with_a_picture_becomes_the_picture(model):
    pre_save_hook(model=model, path="a.ipynb", contents_manager=None)
    lab, progress, words = model["content"].cells[0].outputs
    assert lab.data == {"text/plain": "Lab()", "image/png": "AAAA"}
    assert lab.metadata == {"image/png": {"alt": "Four bars."}}
    assert progress.data[WIDGET_VIEW] == VIEW  # there is nothing that could be shown instead
    assert words.text == "words"
    nbformat.validate(model["content"])


def test_what_varies_by_machine_is_not_saved(model):
    pre_save_hook(model=model)
    assert model["content"].metadata == {
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
    }


def test_saving_twice_changes_nothing(model):
    pre_save_hook(model=model)
    once = deepcopy(model)
    pre_save_hook(model=model)
    assert model == once


def test_other_files_and_bare_notebooks_are_let_be():
    for model in (
        {"type": "file", "content": "words"},
        {"type": "notebook", "content": {"nbformat": 3, "worksheets": []}},
        {"type": "notebook", "content": {"cells": [], "metadata": {}}},
    ):
        before = deepcopy(model)
        pre_save_hook(model=model)
        assert model == before
