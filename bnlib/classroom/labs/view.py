"""A lab in Jupyter's page, by anywidget; nothing else of a lab needs Jupyter."""

from pathlib import Path
from typing import Any
from weakref import WeakMethod, finalize

import traitlets
from anywidget import AnyWidget

NOT_YET = -1  # views, before a page has counted the first


class View(AnyWidget):
    """It sends what a reader asks for; shown is what the kernel answers."""

    _esm = Path(__file__).parent / "view.js"
    _css = Path(__file__).parent / "view.css"
    question = traitlets.Unicode().tag(sync=True)
    controls: Any = traitlets.List().tag(sync=True)
    on_release = traitlets.Bool().tag(sync=True)
    still: Any = traitlets.List().tag(sync=True)
    views = traitlets.Int(NOT_YET).tag(sync=True)  # in the page, which counts them
    shown = traitlets.Dict().tag(sync=True)


def view_of(lab: Any) -> View:
    """A view that asks the lab, and ends with it."""
    view = View(**lab.for_the_page())
    answer = WeakMethod(lab.answer)  # ipywidgets keeps every view, but not its lab
    view.on_msg(lambda _, asked, __: (answer() or (lambda _: None))(asked))
    finalize(lab, _close, view).atexit = False
    return view


def _close(view: AnyWidget) -> None:
    """End a view, and what ipywidgets keeps of it."""
    view.layout.close()
    view.close()
