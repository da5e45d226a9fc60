"""Long work says how far it is to whoever waits for it, and leaves nothing behind.

Where nobody waits, as under nbval or in a script, it says nothing.
"""

from time import monotonic
from typing import Any

from bnlib.classroom.display import is_page_there, shell_of_notebook

QUIET, APART = 1.0, 0.5  # seconds before the first word of a cell, and between two


class _Line:
    cell: int | None = None  # that is spoken of
    begun = said = 0.0
    shown: Any = None


def tell(words: str) -> None:
    """Show words below a cell that has run for a second; the next ones take their place."""
    now = monotonic()
    if now - _Line.said < APART:
        return
    _Line.said = now
    shell = shell_of_notebook()
    if shell is None or not is_page_there():
        return
    if _Line.cell != shell.execution_count:
        _Line.cell, _Line.begun, _Line.shown = shell.execution_count, now, None
    if now - _Line.begun < QUIET:
        return
    data = {"text/plain": words}
    if _Line.shown is not None:
        _Line.shown.update(data, raw=True)
        return
    import IPython.display  # where there is a shell, it is there already

    show: Any = IPython.display.display
    _Line.shown = show(data, raw=True, display_id=True)
    shell.events.register("post_run_cell", _clear)


def _clear(_: Any) -> None:
    _Line.shown.update({"text/plain": ""}, raw=True)
    shell_of_notebook().events.unregister("post_run_cell", _clear)
