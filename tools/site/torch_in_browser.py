"""In a browser, this is the module torch: it gives the answers in answers.json, and no others.

Where there is no answer, a sentence takes its place, and the lesson goes on.
"""

import json
import sys
from importlib.metadata import version
from importlib.resources import files
from types import ModuleType

from IPython.core.getipython import get_ipython
from recorded_calls import SENTENCE, NotRecordedError, Playback

import bnlib.classroom
from bnlib.classroom.display import Shown

ONE_PROCESS = (
    "A browser's Python is one process with one thread, so this cannot run here; "
    "the page of the lesson shows what it gives"
)
MODULES = ["_dynamo", "distributed", "nn", "nn.functional", "nn.parallel", "optim"]


def agree(ours, torchs, within=None, compared=bnlib.classroom.agree):
    """As ever; where torch's answer is missing, a value of ours is shown by itself."""
    try:
        return compared(ours, torchs, within)
    except NotRecordedError:
        value = compared(ours, ours).text.rpartition("\n")[0]
        return Shown(f"{value}\nnot compared: {SENTENCE}")


def without_processes():
    """Let what needs a second process or thread say that there is none."""

    def refuse(*_):
        raise NotRecordedError(ONE_PROCESS)

    workers = ModuleType("bnlib.classroom.lessons.workers")
    workers.on_threads = workers.on_processes = refuse
    sys.modules[workers.__name__] = workers


def say_it_in_a_sentence(shell, kind, error, *_, **__):
    print(error)


def start():
    """Take the place of torch."""
    answers = files(__name__).joinpath("answers.json")
    torch = Playback(json.loads(answers.read_text())).torch
    torch.__dict__["__version__"] = version("recorded-torch")
    sys.modules["torch"] = torch
    for name in MODULES:
        found = torch
        for part in name.split("."):
            found = found._calls.perform("getattr", found, part)
        sys.modules[f"torch.{name}"] = found
    bnlib.classroom.agree = agree
    without_processes()
    get_ipython().set_custom_exc((NotRecordedError,), say_it_in_a_sentence)


if __name__ == "torch":
    start()
