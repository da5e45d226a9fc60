"""What a saved notebook keeps: Jupyter's pre-save hook, and the same rules for make refresh.

A live view of a lab ends with its kernel, and a notebook that was saved with one shows an error
in its place when it is opened again. The picture beside it stays.
"""

from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def drop_what_does_not_last(notebook: dict[str, Any]) -> None:
    """Take from a notebook, in place, live views with a picture and what varies by machine."""
    about = notebook.get("metadata", {})
    about.pop("widgets", None)
    if "language_info" in about:
        about["language_info"] = {"name": about["language_info"].get("name", "python")}
    for cell in notebook.get("cells", []):
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output["data"].pop(WIDGET_VIEW, None)
                output.get("metadata", {}).pop(WIDGET_VIEW, None)


def pre_save_hook(model: dict[str, Any], **_: Any) -> None:
    """For ContentsManager.pre_save_hook; what is open in the browser stays live."""
    if model["type"] == "notebook":
        drop_what_does_not_last(model["content"])
