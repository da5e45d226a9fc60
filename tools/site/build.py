"""make site: the course as one folder of files, to read and to run in a browser."""

import json
import re
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from shutil import copy, rmtree
from tempfile import TemporaryDirectory

import live
import nbformat
import packed
import pages
import parts
from nbformat import NotebookNode
from record_torch import record

SITE = parts.ROOT / "site"
TORCH = version("torch").partition("+")[0]
BANNER = """\
This lesson runs in your browser. **torch does not:** its answers were recorded with torch {torch}.
Where you change the numbers that it gets, you see your own value, and that it was not compared.

What you write is kept in this browser; *File → Download* saves a copy. This is edition `{edition}`
of the lesson; the page of the lesson, where it says *Run this lesson*, leads to the newest.\
"""


def lessons() -> list[pages.Lesson]:
    """The lessons of README's table."""
    found = []
    for row in pages.ROW.finditer((parts.ROOT / "README.md").read_text()):
        path = parts.ROOT / "notebooks" / f"{row['stem']}.ipynb"
        edition = sha256(path.read_bytes() + TORCH.encode()).hexdigest()[:6]
        notebook = nbformat.read(path, as_version=4)
        sources = "\n".join(cell.source for cell in notebook.cells if cell.id == "setup")
        lab = re.search(r"\w+Lab\b", sources)
        name = f"{row['stem']}-{edition}"
        found.append(
            pages.Lesson(**row.groupdict(), notebook=notebook, live=name, lab=lab and lab[0])
        )
    return found


def answers_of_torch(found: list[pages.Lesson]) -> dict:
    """What torch answers in all lessons, which have to give what is stored."""
    answers: dict = {}
    with TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:

        def table(lesson: pages.Lesson) -> dict:
            target = Path(folder) / lesson.stem
            ran = record(parts.ROOT / "notebooks" / f"{lesson.stem}.ipynb", target)
            for stored, cell in zip(lesson.notebook.cells, ran.cells, strict=True):
                if texts(cell) not in (texts(stored), ["NotRecordedError"]):
                    raise ValueError(
                        f"{lesson.stem}, {cell.id}: {texts(cell)}, not {texts(stored)}"
                    )
            print(f"    {lesson.title}", flush=True)
            return json.loads(target.read_text())

        for each in pool.map(table, found):
            for key, answer in each.items():
                if answers.setdefault(key, answer) != answer:
                    raise ValueError(f"two lessons got different answers: {answer}")
    return answers


def texts(cell: NotebookNode) -> list[str]:
    """The words of a cell's outputs; of an error, its name."""
    found = []
    for output in cell.get("outputs", []):
        words = (
            output.get("text") or output.get("ename") or output.get("data", {}).get("text/plain")
        )
        found += [words] if words else []
    return found


def for_the_browser(lesson: pages.Lesson, all_lessons: list[pages.Lesson]) -> NotebookNode:
    """The lesson as it opens there: with a word about torch, and links to the others."""
    notebook = deepcopy(lesson.notebook)
    notebook.metadata.kernelspec = {"name": "python", "display_name": "Python (Pyodide)"}
    edition = lesson.live.rpartition("-")[2]
    banner = BANNER.format(torch=TORCH, edition=edition)
    cell = nbformat.v4.new_markdown_cell(banner, id="in-a-browser")
    notebook.cells.insert(0, cell)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for each in all_lessons:
                cell.source = cell.source.replace(f"]({each.stem}.ipynb", f"]({each.live}.ipynb")
            cell.source = re.sub(r"\[([^]]+)\]\(\.\./(README|bnlib)[^)]*\)", r"\1", cell.source)
            attach_pictures(cell)
    return notebook


def attach_pictures(cell: NotebookNode) -> None:
    """Put the pictures of a text into its cell, so that a downloaded lesson has them too."""
    for name in re.findall(r"\(\.\./images/(\w+\.png)\)", cell.source):
        picture = b64encode((parts.ROOT / "images" / name).read_bytes()).decode()
        cell.setdefault("attachments", {})[name] = {"image/png": picture}
    cell.source = cell.source.replace("(../images/", "(attachment:")


def main() -> None:
    packed.require_node()
    rmtree(SITE, ignore_errors=True)
    say(1, "what is made elsewhere: fetched once, and kept")
    parts.fetched()
    found = lessons()
    say(2, "torch's answers: each lesson is run with torch, which takes longest")
    answers = answers_of_torch(found)
    say(3, "the lessons to run")
    live.build({each.live: for_the_browser(each, found) for each in found}, answers, SITE / "live")
    say(4, "Python for the pages")
    editions = packed.build(answers, SITE)
    say(5, "the pages to read")
    pages.build(found, SITE, TORCH, editions)
    (SITE / "notebooks").mkdir()  # which a reader takes home
    for each in found:
        copy(parts.ROOT / "notebooks" / f"{each.stem}.ipynb", SITE / "notebooks")


def say(part: int, what: str) -> None:
    print(f"{part} of 5: {what}", flush=True)


if __name__ == "__main__":
    main()
