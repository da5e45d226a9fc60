"""What a saved lesson keeps: Jupyter's pre-save hook, and the same rules for make refresh.

A live view of a lab ends with its kernel, and a notebook that was saved with one shows an error
in its place when it is opened again. The picture beside it stays.

A server may serve everybody's notebooks. Lessons, and the copies that students make of them, have
a mark in their metadata, which JupyterLab keeps; any other notebook is saved as it would be
without this course.
"""

from typing import Any

MARK, COURSE = "bnlib", {"course": "batch normalization"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def is_marked(notebook: Any) -> bool:
    """Whether a notebook, or what claims to be one, is a lesson of this course."""
    return _dict(_dict(notebook).get("metadata")).get(MARK) == COURSE


def drop_what_does_not_last(notebook: dict[str, Any]) -> None:
    """Take from a notebook, in place, live views with a picture and what varies by machine."""
    about = _dict(notebook.get("metadata"))
    about.pop("widgets", None)
    _dict(about.get("language_info")).pop("version", None)
    for cell in _list(notebook.get("cells")):
        for output in _list(_dict(cell).get("outputs")):
            data = _dict(_dict(output).get("data"))
            if "image/png" in data:
                data.pop(WIDGET_VIEW, None)
                _dict(output.get("metadata")).pop(WIDGET_VIEW, None)


def pre_save_hook(model: dict[str, Any], **_: Any) -> None:
    """For ContentsManager.pre_save_hook; what is open in the browser stays live."""
    if model.get("type") == "notebook" and is_marked(model.get("content")):
        drop_what_does_not_last(model["content"])


def _dict(value: Any) -> dict[str, Any]:
    """value, which came from outside, if it is a dict; else an empty one."""
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
