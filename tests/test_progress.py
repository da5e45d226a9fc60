"""What a long cell says while it runs, to a page that is there; and that nothing stays of it."""

from types import SimpleNamespace

import IPython.display
import pytest

from bnlib.classroom import display
from bnlib.classroom.lessons import network, progress
from bnlib.classroom.lessons.digits import load_digits


@pytest.fixture
def page(monkeypatch):
    """A cell that a page has run: the words that it shows, a clock, and the shell."""
    words, callbacks = [], []
    request = {"content": {"allow_stdin": True}}
    events = SimpleNamespace(
        register=lambda event, callback: callbacks.append(callback),
        unregister=lambda event, callback: callbacks.remove(callback),
    )
    shell = SimpleNamespace(
        execution_count=1, events=events, kernel=SimpleNamespace(get_parent=lambda: request)
    )

    def shown(data, raw, display_id=None):
        words.append(data["text/plain"])
        return SimpleNamespace(update=shown)

    page = SimpleNamespace(words=words, shell=shell, request=request, now=100.0)
    page.ends = lambda: [callback(None) for callback in list(callbacks)]
    page.callbacks = callbacks
    monkeypatch.setattr(IPython.display, "display", shown)
    monkeypatch.setattr(display, "shell_of_notebook", lambda: shell)
    monkeypatch.setattr(progress, "shell_of_notebook", lambda: shell)
    monkeypatch.setattr(progress, "monotonic", lambda: page.now)
    new = SimpleNamespace(cell=None, begun=0.0, said=0.0, shown=None)
    monkeypatch.setattr(progress, "_Line", new)
    return page


def tell_for(page, seconds, step=0.1):
    for tick in range(round(seconds / step)):
        page.now += step
        progress.tell(f"step {tick}")


def test_a_short_cell_says_nothing(page):
    tell_for(page, 0.9)
    page.ends()
    assert page.words == []


def test_a_long_cell_says_where_it_is_at_most_twice_a_second_and_clears_it(page):
    tell_for(page, 5)
    assert 6 <= len(page.words) <= 9
    assert page.words[-1] in {"step 48", "step 49", "step 45", "step 46", "step 47"}
    page.ends()
    assert page.words[-1] == ""
    assert page.callbacks == []


def test_the_next_cell_begins_anew(page):
    tell_for(page, 3)
    page.ends()
    count = len(page.words)
    page.shell.execution_count = 2
    page.now += 10
    tell_for(page, 0.9)
    assert len(page.words) == count
    tell_for(page, 3)
    assert len(page.words) > count


@pytest.mark.parametrize("nobody", ["allow_stdin", "shell"])
def test_nothing_is_said_where_nobody_waits(nobody, page, monkeypatch):
    if nobody == "shell":
        monkeypatch.setattr(progress, "shell_of_notebook", lambda: None)
    else:
        page.request["content"]["allow_stdin"] = False
    tell_for(page, 5)
    assert page.words == []


def test_training_says_at_which_step_it_is(monkeypatch):
    told = []
    monkeypatch.setattr(network, "tell", told.append)
    train, _ = load_digits()
    network.fit(network.classifier([64, 4, 10]), train, lr=0.1, steps=3)
    assert told == [f"Training: step {step} of 3" for step in (1, 2, 3)]
