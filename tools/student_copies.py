"""A student's own copies of the lessons: each is made once, and never overwritten."""

import json
import os
from hashlib import sha256
from pathlib import Path

GIVEN = ".given.json"  # of each lesson, the hash of the version that the student got last


def give_copies(lessons: Path, own: Path) -> list[str]:
    """Copy the lessons that own does not have; lay those that changed since beside the copy.

    Returns:
        A sentence for each lesson that changed.

    Raises:
        OSError: own cannot be written. What it has by then is whole, and the next call goes on.
    """
    own.mkdir(exist_ok=True)
    given = _given(own)
    sentences = []
    for lesson in sorted(lessons.glob("*.ipynb")):
        content = lesson.read_bytes()
        version = sha256(content).hexdigest()
        copy = own / lesson.name
        if not copy.exists():
            _write(copy, content)
        elif given.get(lesson.name) != version and copy.read_bytes() != content:
            new = _unused_name(copy)
            _write(new, content)
            sentences.append(
                f"{lesson.name} has changed since you got it: "
                f"the new one is {new.name}, and yours is as you left it."
            )
        if given.get(lesson.name) != version:
            given[lesson.name] = version
            _write(own / GIVEN, json.dumps(given, indent=1).encode())
    return sentences


def _given(own: Path) -> dict[str, str]:
    try:
        return dict(json.loads((own / GIVEN).read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return {}


def _unused_name(copy: Path) -> Path:
    number = 2
    while (new := copy.with_stem(f"{copy.stem}_{number}")).exists():
        number += 1
    return new


def _write(path: Path, content: bytes) -> None:
    """Write a file that is there as a whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)
