"""Small pictures of the labs, for the front page."""

from io import BytesIO
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

from bnlib.classroom import labs
from bnlib.classroom.labs.base import HEIGHT, WIDTH

DPI, COLORS = 70, 64


def write(name: str, target: Path) -> None:
    """Write a lab's picture as it starts, as wide as it is in a page."""
    figure = Figure(figsize=(WIDTH, HEIGHT))
    getattr(labs, name)().draw_anew(figure)
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=DPI)
    Image.open(picture).convert("RGB").quantize(COLORS).save(target, optimize=True)
