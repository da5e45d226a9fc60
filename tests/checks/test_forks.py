"""Lesson 9 forks, so nothing in it may have started torch's threads before."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

LESSON_9 = Path(__file__).parents[2] / "notebooks" / "09_many_machines.ipynb"
AUTOGRAD_IN_FORKS_ONLY = """
import os
import torch.autograd

def in_forks_only(original, kernel=os.getpid()):
    def call(*args, **kwargs):
        assert os.getpid() != kernel, "where there is a GPU, no fork could use autograd now"
        return original(*args, **kwargs)
    return call

torch.autograd.grad = in_forks_only(torch.autograd.grad)
torch.autograd.backward = in_forks_only(torch.autograd.backward)
"""


def test_lesson_9_leaves_autograd_to_its_forks():
    lesson = nbformat.read(LESSON_9, as_version=4)
    lesson.cells.insert(0, new_code_cell(AUTOGRAD_IN_FORKS_ONLY))
    NotebookClient(lesson, resources={"metadata": {"path": LESSON_9.parent}}).execute()
