"""Small pictures of the labs, for the front page."""

from base64 import b64decode
from io import BytesIO
from pathlib import Path

from nbformat import NotebookNode
from PIL import Image

from bnlib.classroom.labs.base import ABOVE, BELOW, PNG_DPI

SIZE = (640, 270)
COLORS = 64


def write(notebook: NotebookNode, target: Path) -> None:
    """Write the first picture of a lesson's lab, without the words around it."""
    pictures = (
        output.data["image/png"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    )
    whole = Image.open(BytesIO(b64decode(next(pictures))))
    top, bottom = PNG_DPI * ABOVE, whole.height - PNG_DPI * BELOW
    small = whole.convert("RGB").resize(SIZE, box=(0, top, whole.width, bottom))
    small.quantize(COLORS).save(target, optimize=True)
