"""A student's own copies of the lessons: what a student wrote in one is never overwritten.

Written in is a copy whose cells are not those of the edition that it was. Outputs don't count:
JupyterLab saves a lesson that was only opened, and another computer may give it other line ends.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

GIVEN = ".given.json"  # of each copy, by its name, the fingerprint of the edition that it was
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # some editors write it, and JupyterLab can't read it
CONFLICT = re.compile(r"^(<<<<<<<|>>>>>>>) ", re.MULTILINE)
RENEWED = "Nothing was written in it, so it is the new one now."


class NoLessonError(Exception):
    """What should be a notebook is none, for this reason."""


def give_copies(lessons: Path, own: Path) -> list[str]:
    """Copy the lessons that own does not have, and those that changed since.

    A copy that nothing was written in becomes the new edition. Beside any other, the new edition
    is laid under another name.

    Returns:
        A sentence for each lesson that changed, that is broken, or that could not be laid.

    Raises:
        OSError: own cannot be written. What it has by then is whole, and the next call goes on.
    """
    own.mkdir(exist_ok=True)
    given = _given(own)
    recorded = dict(given)
    sentences = []
    for lesson in sorted(lessons.glob("*.ipynb")):
        content = lesson.read_bytes().removeprefix(BYTE_ORDER_MARK)
        try:
            edition = fingerprint(content)
        except NoLessonError as reason:
            sentences.append(
                f"{lesson.name} in the folder {lessons.name} {reason}, so it is not copied. "
                "Get the course anew, or put that file in order."
            )
            continue
        copy = own / lesson.name
        copies = {each.name: _edition_of(each) for each in _copies(copy, given)}
        if copy.name not in copies:
            write(copy, content)
            given[copy.name] = edition
        elif edition in copies.values():
            given |= {name: edition for name, now in copies.items() if now == edition}
        elif edition not in [given.get(name) for name in copies]:
            unwritten = [name for name, now in copies.items() if now and now == given.get(name)]
            if unwritten:
                write(own / unwritten[-1], content)
                given[unwritten[-1]] = edition
                sentences.append(f"{unwritten[-1]} has changed since you got it. {RENEWED}")
                continue
            new = _unused_name(copy)
            given[new.name] = edition
            try:
                _record(own, given)
            except OSError as problem:
                del given[new.name]
                sentences.append(
                    f"{lesson.name} may have changed since you got it. The new one is not laid "
                    f"beside yours, as {own.name}/{GIVEN} cannot be written: {problem.strerror}."
                )
                continue
            recorded = dict(given)
            write(new, content)
            sentences.append(
                f"{lesson.name} has changed since you got it: "
                f"the new one is {new.name}, and yours is as you left it."
            )
    if given != recorded:
        with suppress(OSError):
            _record(own, given)
    return sentences


def last_written(copy: Path) -> Path:
    """Of a lesson's copies the one that was last written to, by the student or by an update."""
    return max(
        filter(Path.is_file, _copies(copy, _given(copy.parent))),
        key=lambda each: each.stat().st_mtime,
        default=copy,
    )


def fingerprint(content: bytes) -> str:
    """What stays the same until a cell is written in; cells without a word don't count.

    Raises:
        NoLessonError: content is not a notebook, or a merge was left half done in it.
    """
    try:
        cells = [
            (cell["cell_type"], "".join(cell["source"]).replace("\r\n", "\n"))
            for cell in json.loads(content.decode("utf-8-sig"))["cells"]
        ]
    except (ValueError, RecursionError, LookupError, TypeError):
        merged = CONFLICT.search(content.decode("utf-8", "replace"))
        reason = "has the marks of an unfinished merge" if merged else "is not a notebook"
        raise NoLessonError(reason) from None
    if any(CONFLICT.search(source) for _, source in cells):
        raise NoLessonError("has the marks of an unfinished merge")
    return sha256(json.dumps([cell for cell in cells if cell[1].strip()]).encode()).hexdigest()


def write(path: Path, content: bytes) -> None:
    """Write a file that is there as a whole or not at all, whoever else writes it."""
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _copies(copy: Path, given: dict[str, str]) -> Iterator[Path]:
    """The copies of a lesson that are there, from the first that was given."""
    ours = re.compile(rf"{re.escape(copy.stem)}(_\d+)?\.ipynb")
    for name in sorted(
        {copy.name, *filter(ours.fullmatch, given)}, key=lambda name: (len(name), name)
    ):
        if os.path.lexists(copy.with_name(name)):
            yield copy.with_name(name)


def _edition_of(copy: Path) -> str | None:
    """The fingerprint of a copy, which may be anything by now; a byte order mark is taken off."""
    try:
        content = copy.read_bytes()
        if content.startswith(BYTE_ORDER_MARK):
            write(copy, content.removeprefix(BYTE_ORDER_MARK))
        return fingerprint(content)
    except (OSError, NoLessonError):
        return None


def _given(own: Path) -> dict[str, str]:
    try:
        record = json.loads((own / GIVEN).read_bytes())
        return {name: given for name, given in record.items() if isinstance(given, str)}
    except (OSError, ValueError, RecursionError, AttributeError):
        return {}


def _record(own: Path, given: dict[str, str]) -> None:
    write(own / GIVEN, json.dumps(given, indent=1).encode())


def _unused_name(copy: Path) -> Path:
    number = 2
    while os.path.lexists(new := copy.with_stem(f"{copy.stem}_{number}")):
        number += 1
    return new
