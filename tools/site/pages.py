"""The pages to read: each lesson with its outputs, formulas typeset, no script needed."""

import re
from copy import deepcopy
from html import escape
from pathlib import Path
from shutil import copy, copytree
from typing import NamedTuple
from urllib.parse import urlencode

import font
import lecture
import nbformat
import thumbnails
from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import (
    IPythonRenderer,
    MarkdownWithMath,
    markdown2html_mistune,
)
from parts import ROOT

HERE = Path(__file__).parent
ROW = re.compile(r"\| \[(?P<title>[^]]+)\]\(notebooks/(?P<stem>\w+)\.ipynb\) \| (?P<about>.+) \| ")
FUNCTION = re.compile(r"(\\(?:ln|log))\b")
HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>')


class Lesson(NamedTuple):
    """A lesson as the site has it: what README's table says of it, and where it is."""

    stem: str
    title: str
    about: str
    notebook: nbformat.NotebookNode
    live: str  # its name among the live lessons
    lab: str  # the name of its lab's class, or nothing


class Renderer(IPythonRenderer):
    """Markdown as nbconvert reads it, with formulas as MathML and links that fit the site."""

    def inline_math(self, body, display="inline"):
        spaced = FUNCTION.sub(r"\,\1\,", body)  # as TeX does it
        return convert(spaced.replace(r"\_", "_"), display=display)

    def block_math(self, body):
        return f'<div class="formula">{self.inline_math(body, "block")}</div>'

    def paragraph(self, text):
        parts = re.split('(<div class="formula">.*?</div>)', text)  # no paragraph holds a block
        return "".join(each if "<div" in each else f"<p>{each}</p>\n" for each in parts if each)

    def heading(self, text, level, **attrs):
        place = re.sub("<[^>]*>", "", text).replace(" ", "-")
        return f'<h{level} id="{place}">{text}</h{level}>\n'

    def table(self, text):
        return f'<div class="wide"><table>\n{text}</table></div>\n'

    def link(self, text, url, title=None):
        return super().link(text, page_link(url), title)

    def image(self, text, url, title=None):
        return super().image(text, url.removeprefix("../"), title)


def page_link(url: str) -> str:
    """A link of a lesson, as its page has it."""
    if url == "../README.md" or url.startswith(("../bnlib/", "../tools/")):
        return "index.html"
    return re.sub(r"^(\d\d_\w+)\.ipynb", r"\1.html", url)


def with_answers(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The lesson as its page has it: the text of an answer opens together with the output."""
    notebook = deepcopy(notebook)
    cells: list[nbformat.NotebookNode] = []
    for cell in notebook.cells:
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            _, _, cells[-1].metadata.answer = cell.source.partition("\n")  # "**Answer**" goes
            continue
        if cell.cell_type == "code":  # what has no data only closes the output in JupyterLab
            cell.outputs = [output for output in cell.outputs if output.get("data") != {}]
        cells.append(cell)
    notebook.cells = cells
    return notebook


def kind(cell: nbformat.NotebookNode) -> str:
    """What a code cell is for: classes of its element."""
    folded = cell.metadata.get("jupyter", {}).get("outputs_hidden")
    checked = re.search(r"^exercises\.\w+\.check\((\w+)", cell.source, re.MULTILINE)
    found = ["prediction"] if folded else []
    found += ["question" if checked[1] == "my_prediction" else "exercise"] if checked else []
    found += ["lab"] if re.search(r"Lab\(\)", cell.source) else []
    return " ".join(found)


def with_agreement(text: str) -> str:
    """HTML of an output, where a lecture can shorten the line that says that torch agrees."""
    return re.sub("(?m)^agrees with torch: .*", r'<span class="agrees">\g<0></span>', escape(text))


def lab_address(lesson: Lesson) -> str:
    """Where a lab runs at once, by itself."""
    options = {"kernel": "python", "toolbar": 1, "promptCellPosition": "bottom", "lab": lesson.lab}
    return f"live/repl/index.html?{urlencode(options)}"


def markdown(source: str) -> str:
    """HTML of a lesson's text."""
    renderer = Renderer(escape=False, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(source)


class Page(HTMLExporter):
    """A lesson's page."""

    extra_template_basedirs = [str(HERE)]  # noqa: RUF012 (a traitlet)
    exclude_anchor_links = True

    @pass_context
    def markdown2html(self, context, source):
        return markdown(source)


def build(
    lessons: list[Lesson], target: Path, torch_version: str, editions: dict[str, str]
) -> None:
    """Write all pages into target.

    Args:
        lessons: in their order.
        target: the site's folder.
        torch_version: whose answers the lessons have.
        editions: the hashes of the files that pages wake up with.
    """
    copytree(ROOT / "images", target / "images")
    for suffix in ("css", "js", "svg"):
        for path in (HERE / "page").glob(f"*.{suffix}"):
            copy(path, target)
    exporter = Page(template_name="page")
    for each in (kind, lab_address, markdown2html_mistune, with_agreement):
        exporter.register_filter(each.__name__, each)
    lead = exporter.environment.get_template("lead.html.j2")
    teaching = (ROOT / "TEACHING.md").read_text()
    written = []
    around = [None, *lessons, None]
    for before, lesson, after in zip(around, lessons, around[2:], strict=False):
        about = {"lesson": lesson, "before": before, "after": after}
        about |= {"torch": torch_version, "editions": editions}
        html, _ = exporter.from_notebook_node(
            with_answers(lesson.notebook), resources={"site": about}
        )
        first = lead.render(about, headings=HEADING.findall(html))
        html = lecture.with_screens(html, lesson.stem, teaching, markdown)
        html = html.replace("</h1>", f"</h1>{first}", 1)
        (target / f"{lesson.stem}.html").write_text(html)
        if lesson.lab:
            thumbnails.write(lesson.lab, target / "images" / f"{lesson.lab}.png")
        written.append(html)
    font.write(written, target / "formulas.woff")
    front = exporter.environment.get_template("front.html.j2")
    (target / "index.html").write_text(
        front.render(lessons=lessons, torch=torch_version, megabytes=44)
    )
