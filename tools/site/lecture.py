"""The lecture view of a lesson: what its page shows together on a screen, and what to say then.

The screens are made of the sections that are marked (lecture) or stand in a plan of TEACHING.md,
without the paragraphs after a comment <!-- page-only -->. A screen begins where the lesson has
shown a result and goes on with a text; so it has one question, with the code and the answer. What
TEACHING.md's tables say of a section becomes the lecturer's notes, and a question of its table of
votes gets its choices, on a screen of its own.
"""

import json
import re
from collections.abc import Callable, Iterator
from itertools import chain
from math import ceil
from typing import Any

from bs4 import BeautifulSoup, Comment, Tag

from bnlib.classroom.exercises import TASKS
from bnlib.classroom.quiz.items import decimals, explained, item
from bnlib.classroom.report.words import cures

MARK = " (lecture)"
PAGE_ONLY = "page-only"
LINES, WIDTH = 21, 88  # of a screen, with room for what a browser sets otherwise
LONG, BEGINNING = 17, 12  # code that is longer is shown by its first lines
PICTURE, FORMULA, GAP = 9, 3, 0.7  # lines
BESIDE = 0.56  # of the width, for what stands beside the picture of an answer
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
    for comment in page.main.find_all(string=_is_page_only):
        block = comment.find_next_sibling()
        block["class"] = [*block.get("class", []), PAGE_ONLY]
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
    """Give the questions of TEACHING.md's table of votes their choices, and the answer.

    That has the right letter, why, and, for the lecturer's notes, the mistake behind each other.
    """
    for name, row, letter in VOTE.findall(teaching):
        for cell in page.select(".code.question"):
            if f"exercises.{name}.check(" in cell.text:
                choices = [each.strip() for each in row.split(" | ") if each.strip()]
                items = "".join(f"<li>{each}</li>" for each in choices)
                asked = item(TASKS[name], TASKS[name].numbers)
                mistakes = {decimals(number): mistake for number, mistake in asked.wrong}
                behind = "".join(
                    f"<li><b>{each}</b> {_behind(mistakes[choice])}</li>"
                    for each, choice in zip("ABCD", choices, strict=False)
                    if each != letter
                )
                vote = (
                    f'<ol class="vote">{items}</ol><details class="output vote">'
                    f"<summary>Show the answer</summary><p><b>{letter}</b> {asked.why}</p>"
                    f'<ul class="mistakes">{behind}</ul></details>'
                )
                cell["class"].append("voted")
                cell.append(BeautifulSoup(vote, "html.parser"))


def _behind(mistake: str) -> str:
    """A mistake in words, and what to ask back."""
    back = cures().get(mistake)
    return explained(mistake) + (f" <em>Ask back: {back}</em>" if back else "")


def _is_page_only(string: object) -> bool:
    return isinstance(string, Comment) and string.strip() == PAGE_ONLY


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
    blocks = cell.find_all(True, recursive=False)
    if "voted" in cell.get("class", []):
        return [each for each in blocks if "vote" in each["class"]]
    return [each for each in blocks if PAGE_ONLY not in each.get("class", [])]


def _screens(blocks: list[Tag]) -> list[list[Tag]]:
    screens: list[list[Tag]] = []
    for screen in chain.from_iterable(map(_split, _parts(blocks))):
        if screens and _goes_on(screens[-1], screen):
            screens[-1] += screen
        else:
            screens.append(screen)
    return screens


def _parts(blocks: list[Tag]) -> Iterator[list[Tag]]:
    """Texts, each with the code below it."""
    part: list[Tag] = []
    for block in blocks:
        if part and _is_code(part[-1]) and not _is_code(block):
            yield part
            part = []
        part.append(block)
    yield part


def _goes_on(screen: list[Tag], text: list[Tag]) -> bool:
    """Whether a text has room below a result, which is there to be seen."""
    shown = _is_code(screen[-1]) and "lab" not in screen[-1].parent["class"]
    closed = any(block.name == "details" for block in screen)
    return shown and not closed and not any(map(_is_code, text)) and _height(screen + text) <= LINES


def _is_code(block: Tag) -> bool:
    return "code" in block.parent["class"]


def _split(blocks: list[Tag]) -> list[list[Tag]]:
    """What is too long, in parts; the last has the question, the code and the answer.

    A vote has only its question.
    """
    texts = [n for n, block in enumerate(blocks) if not _is_code(block)]
    if not texts or not _height(blocks[: texts[-1]]):
        return [blocks]
    if _height(blocks) <= LINES and "voted" not in blocks[-1].parent["class"]:
        return [blocks]
    return [*_split(blocks[: texts[-1]]), blocks[texts[-1] :]]


def _height(blocks: list[Tag]) -> float:
    """About how many lines they have; where an answer has a picture, it hides its code."""
    lines = 0.0
    for block in blocks:
        own = _lines(block)
        if block.name == "details" and block.img:
            inputs = (each for each in blocks if each.parent is block.parent and each is not block)
            own = max(0, own - sum(map(_lines, inputs)))
        lines += own
    return lines


def _lines(block: Tag) -> float:
    """About how high a block is."""
    if block.name in ("h1", "h2", "summary"):
        return 0 if block.name == "h2" else 2
    if block.name == "img" or (block.name == "p" and block.img):
        return PICTURE
    if block.name == "details" and block.img:
        texts = [each for each in block.find_all(["p", "pre"]) if not each.img]
        return max(PICTURE, sum(map(_lines, texts)) / BESIDE)
    if {"mistakes", PAGE_ONLY} & {*block.get("class", [])}:
        return 0
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
                for name, part in re.findall(r"\*\*(.+?)\*\*([^*]*)", section):
                    row = {"lesson": lesson, "section": name.replace("`", ""), "say": markdown(say)}
                    row["part"] = part if part.startswith(", ") else ""
                    rows.append(row | {"begin": int(begin), "end": int(end)})
        if rows:
            found.append({"title": title, "rows": rows})
    return found
