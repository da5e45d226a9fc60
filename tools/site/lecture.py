"""The lecture view of a lesson: what its page shows together on a screen, and what to say then.

The screens are made of the sections that are marked (lecture) or stand in a plan of TEACHING.md. A
screen begins where the lesson has shown a result and goes on with a text; so it has one question,
with the code and the answer. What TEACHING.md's tables say of a section becomes the lecturer's
notes, and a question of its table of votes gets its choices.
"""

import json
import re
from collections.abc import Callable, Iterator
from math import ceil
from typing import Any

from bs4 import BeautifulSoup, Tag

MARK = " (lecture)"
LINES, WIDTH = 21, 88  # of a screen, with room for what a browser sets otherwise
LONG, BEGINNING = 17, 12  # code that is longer is shown by its first lines
PICTURE, FORMULA, GAP = 9, 3, 0.7  # lines
ROW = re.compile(r"\| (\d+)\u2013(\d+) \| (.+?) \| (.+) \|$")
LESSON = re.compile(r"\(notebooks/(\w+)\.ipynb\)")
VOTE = re.compile(r"\| [^|]+ \| `(\w+)` \| (.+) \| ([A-D]) \|$", re.MULTILINE)


def with_screens(html: str, lesson: str, teaching: str, markdown: Callable[[str], str]) -> str:
    """A lesson's page, where each block of the lecture has the number of its screen.

    Args:
        html: the page.
        lesson: its stem.
        teaching: the text of TEACHING.md.
        markdown: gives the HTML of what is to be said.
    """
    page = BeautifulSoup(html, "html.parser")
    all_plans = plans(teaching, markdown)
    planned = {
        row["section"] for plan in all_plans for row in plan["rows"] if row["lesson"] == lesson
    }
    add_votes(page, teaching)
    sections = [*_sections(page, planned)]
    if not sections:
        return html
    number = 0
    for blocks in [_title(page), *sections]:
        for screen in _screens(blocks):
            number += 1
            for block in screen:
                block["data-screen"] = str(number)
                if "input" in block.get("class", []) and _code_lines(block) > LONG:
                    block["data-more"] = f"{_code_lines(block)} lines; all of them are on the page"
    about = {"lesson": lesson, "plans": all_plans}
    page.find(id="lecture").string = json.dumps(about, ensure_ascii=False).replace("</", "<\\/")
    return str(page)


def add_votes(page: BeautifulSoup, teaching: str) -> None:
    """Give the questions of TEACHING.md's table of votes their choices, and the right letter."""
    for name, choices, right in VOTE.findall(teaching):
        for cell in page.select(".code.question"):
            if f"exercises.{name}.check(" in cell.text:
                items = "".join(f"<li>{each}</li>" for each in choices.split(" | ") if each.strip())
                answer = f"<summary>Show the answer</summary><p>{right}</p>"
                vote = (
                    f'<ol class="vote">{items}</ol><details class="output vote">{answer}</details>'
                )
                cell["class"].append("voted")
                cell.append(BeautifulSoup(vote, "html.parser"))


def _title(page: BeautifulSoup) -> list[Tag]:
    """The heading and what one will be able to do."""
    blocks = _blocks(page.main.find("div", class_="text"))
    return blocks[: [each.name for each in blocks].index("ul") + 1]


def _sections(page: BeautifulSoup, planned: set[str]) -> Iterator[list[Tag]]:
    blocks: list[Tag] = []
    for cell in page.main.find_all("div", class_=["text", "code"], recursive=False):
        if cell.h2:
            if blocks:
                yield blocks
            blocks = []
        heading = cell.h2.text if cell.h2 else ""
        if blocks or heading.endswith(MARK) or heading in planned:
            blocks += _blocks(cell)
    if blocks:
        yield blocks


def _blocks(cell: Tag) -> list[Tag]:
    return cell.find_all(True, recursive=False)


def _screens(blocks: list[Tag]) -> Iterator[list[Tag]]:
    screen: list[Tag] = []
    for block in blocks:
        if screen and _is_code(screen[-1]) and not _is_code(block):
            yield from _split(screen)
            screen = []
        screen.append(block)
    yield from _split(screen)


def _is_code(block: Tag) -> bool:
    return "code" in block.parent["class"]


def _split(blocks: list[Tag]) -> list[list[Tag]]:
    """What is too long, in parts; the last has the question, the code and the answer."""
    texts = [n for n, block in enumerate(blocks) if not _is_code(block)]
    if sum(map(_lines, blocks)) <= LINES or not texts or not texts[-1]:
        return [blocks]
    return [*_split(blocks[: texts[-1]]), blocks[texts[-1] :]]


def _lines(block: Tag) -> float:
    """About how high a block is."""
    if block.name in ("h1", "h2", "summary"):
        return 0 if block.name == "h2" else 2
    if block.name == "img" or (block.name == "p" and block.img):
        return PICTURE
    if "formula" in block.get("class", []):
        return FORMULA
    if "input" in block.get("class", []):
        return (BEGINNING if _code_lines(block) > LONG else _code_lines(block)) + GAP
    if block.name == "pre":
        return _code_lines(block) + GAP
    if block.name in ("p", "li"):
        return ceil(len(block.text) / WIDTH) + (GAP if block.name == "p" else 0)
    return sum(map(_lines, _blocks(block))) + GAP if _blocks(block) else 1


def _code_lines(block: Tag) -> int:
    return block.text.strip("\n").count("\n") + 1


def plans(teaching: str, markdown: Callable[[str], str]) -> list[dict[str, Any]]:
    """The plans of TEACHING.md: their tables of minutes, sections, and what to ask or say.

    Args:
        teaching: the text of TEACHING.md.
        markdown: gives the HTML of what to say.
    """
    found: list[dict[str, Any]] = []
    for part in re.split(r"^## ", teaching, flags=re.MULTILINE):
        title, _, text = part.partition("\n")
        rows, lesson = [], ""
        for line in text.splitlines():
            if link := LESSON.search(line):
                lesson = link[1]
            if found_row := ROW.match(line):
                begin, end, section, say = found_row.groups()
                for name in re.findall(r"\*\*(.+?)\*\*", section):
                    row = {"lesson": lesson, "section": name.replace("`", ""), "say": markdown(say)}
                    rows.append(row | {"begin": int(begin), "end": int(end)})
        if rows:
            found.append({"title": title, "rows": rows})
    return found
