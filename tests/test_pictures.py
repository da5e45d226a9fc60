"""The pictures in images/ are those that the code draws."""

from pathlib import Path

import pytest
import speed_picture
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text

from bnlib.classroom import diagrams, plots

IN_LESSONS = [*diagrams.PICTURES, *plots.PICTURES]
PICTURES = {picture.__name__: picture for picture in IN_LESSONS}
PICTURES["speed"] = speed_picture.picture
IMAGES = Path(__file__).parent.parent / "images"
PHONE, SMALLEST = 358, 8.5  # pixels: how wide a page shows a picture there, and its letters
RMS_OF_255 = 0.5  # what other processors make of a line's edge; a changed digit is above


def test_every_picture_has_its_code():
    from_the_page = {"lesson.png"}  # what tools/site/picture.py photographs
    drawn = {f"{name}.png" for name in PICTURES}
    assert {path.name for path in IMAGES.iterdir()} == drawn | from_the_page


@pytest.mark.parametrize("name", PICTURES)
def test_it_is_up_to_date(name, tmp_path):
    drawn = tmp_path / "drawn.png"
    PICTURES[name]().savefig(drawn)
    committed = IMAGES / f"{name}.png"
    assert compare_images(str(committed), str(drawn), tol=RMS_OF_255) is None


@pytest.mark.parametrize("picture", IN_LESSONS, ids=lambda each: each.__name__)
def test_it_can_be_read_on_a_phone(picture):
    figure = picture()
    sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_text()]
    assert min(sizes) / 72 / figure.get_figwidth() * PHONE > SMALLEST


def test_a_changed_digit_would_be_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(diagrams, "as_text", lambda value: "5.1" if value == 5 else "5.0")
    paths = [tmp_path / "one.png", tmp_path / "other.png"]
    for path, value in zip(paths, (5.0, 6.0), strict=True):
        figure, axes = diagrams.canvas(54, 21.5)
        diagrams.column(axes, (14, 11), [value], diagrams.BATCH)
        figure.savefig(path)
    assert compare_images(*map(str, paths), tol=RMS_OF_255) is not None
