"""The notebooks of a class, from folders and from ZIP files, and what else lies there.

The files are other people's. Nothing is unpacked, run or written; what is a link, cannot be
read, or is too large is passed over with the reason, so that every file is accounted for.
"""

import os
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

LARGEST = 10_000_000  # bytes of a notebook
LARGEST_ZIP = 300_000_000  # bytes of a ZIP file, and of all that is unpacked from it
DEEPEST = 12  # folders within each other
MOST_ENTRIES = 20_000  # of a ZIP file
FLAGS = ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")  # of them, those of the system
IS_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)  # as some browsers save them
IS_ZIP = re.compile(r"\.zip$", re.IGNORECASE)
# What Moodle and Canvas put before the name of a file that was handed in, or make a folder's name.
HANDED_IN = re.compile(r"(.+?_\d+)_assignsubmission_|([^_]+(?:_LATE)?_\d{3,})_\d{3,}_")
# The same within a folder or a ZIP file, where a student's own notes_2024_0115_x.ipynb may lie.
HANDED_IN_WITHIN = re.compile(HANDED_IN.pattern.replace(r")_\d{3,}_", r")_\d{5,}_"))

NO_NOTEBOOK = "not a notebook"
HIDDEN = "hidden"
Skip = Callable[[str, str], None]
BROKEN = (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, ZlibError)


class UnreadableError(Exception):
    """A file that is passed over, for this reason."""


class Notebook(NamedTuple):
    """A file of a student's.

    Attributes:
        student: the name of the folder that it lies in, or what a learning platform calls the
            student; of a file that lies by itself, its name.
        path: where it lies, from the class's folder on.
        content: its bytes.
    """

    student: str
    path: str
    content: bytes


class Collection(NamedTuple):
    """What lies in a class's folder: notebooks one by one, and who has handed in anything.

    Attributes:
        students: everybody, by name.
        skipped: files and folders that were passed over, and why.
        wrappers: names of what lies around a platform's download, and is nobody's.
    """

    students: set[str]
    skipped: list[tuple[str, str]]
    wrappers: set[str]

    def skip(self, path: str, reason: str) -> None:
        """Note what is passed over; in a folder, it is somebody's all the same."""
        self.skipped.append((path, reason))
        if "/" in path and reason != HIDDEN:
            self._whose(path)

    def _whose(self, path: str) -> str:
        """The student of a file, who is counted from now on."""
        student, outermost = student_of(path), student_of(path.partition("/")[0])
        self.students.add(student)
        if student != outermost:
            self.wrappers.add(outermost)
        return student

    def notebooks(self, folder: Path) -> Iterator[Notebook]:
        """The notebooks of a class: a folder, a ZIP file or a notebook for each student.

        Args:
            folder: holds them; it may be a ZIP file itself, as learning platforms give it.

        Raises:
            ValueError: folder is neither.
        """
        if IS_ZIP.search(folder.name) and folder.is_file():
            for path, content in _in_zip(_plain(folder, LARGEST_ZIP), self.skip):
                yield from self._of_student(path, content)
        elif folder.is_dir():
            for entry in folder.iterdir():
                if entry.is_dir() and not entry.is_symlink() and not entry.name.startswith("."):
                    self.students.add(student_of(f"{entry.name}/"))
            for path, read in _in_folder(folder, "", self.skip):
                try:
                    content = read()
                except UnreadableError as reason:
                    self._whose(path)
                    self.skip(path, str(reason))
                    continue
                yield from self._of_student(path, content)
        else:
            raise ValueError(
                f"{folder} is not a folder. Give the one that holds the students' ones, or a ZIP "
                "file of them."
            )
        self.students.difference_update(self.wrappers)

    def _of_student(self, path: str, content: bytes) -> Iterator[Notebook]:
        student = self._whose(path)
        if IS_ZIP.search(path):
            try:
                for inner, each in _in_zip(content, lambda p, why: self.skip(f"{path}/{p}", why)):
                    within = f"{path}/{inner}"
                    if not IS_ZIP.search(inner):
                        yield Notebook(self._whose(within), within, each)
                    elif student_of(within) != student:  # somebody's, in a platform's download
                        yield from self._of_student(within, each)
                    else:
                        self.skip(within, "a ZIP file within another")
            except UnreadableError as reason:
                self.skip(path, str(reason))
        else:
            yield Notebook(student, path, content)


def student_of(path: str) -> str:
    """Whose a file is, by its path in the class's folder.

    Of a platform's download that lies in another folder or ZIP file, the outer name is nobody's.
    """
    first, *rest = path.split("/")
    within = (HANDED_IN_WITHIN.match(part) for part in rest)
    found = HANDED_IN.match(first) or next(filter(None, within), None)
    if found:
        return (found[1] or found[2]).replace("_LATE", "")
    return IS_NOTEBOOK.sub("", IS_ZIP.sub("", first))


def _in_folder(
    folder: Path, prefix: str, skip: Skip, depth: int = 1
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Notebooks and ZIP files in a folder, by path, and how to read them."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        skip(prefix.rstrip("/"), "a folder that cannot be opened")
        return
    for entry in entries:
        path = prefix + entry.name
        if entry.name.startswith("."):
            skip(path, HIDDEN)
        elif entry.is_symlink():
            skip(path, "a link")
        elif entry.is_dir() and depth == DEEPEST:
            skip(path, f"more than {DEEPEST} folders deep")
        elif entry.is_dir():
            yield from _in_folder(Path(entry.path), f"{path}/", skip, depth + 1)
        elif IS_NOTEBOOK.search(entry.name):
            yield path, lambda path=entry.path: _plain(Path(path), LARGEST)  # type: ignore[misc]
        elif IS_ZIP.search(entry.name):
            yield path, lambda path=entry.path: _plain(Path(path), LARGEST_ZIP)  # type: ignore[misc]
        else:
            skip(path, NO_NOTEBOOK)


def _plain(path: Path, largest: int) -> bytes:
    """What a plain file holds; a link that has taken its place is not followed."""
    try:
        descriptor = os.open(path, sum(getattr(os, flag, 0) for flag in FLAGS))
        with open(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not S_ISREG(about.st_mode):
                raise UnreadableError("not a plain file")
            if about.st_size > largest:
                raise UnreadableError(f"larger than {largest // 10**6} MB")
            return file.read(largest)
    except OSError:
        raise UnreadableError("a file that cannot be opened") from None


def _in_zip(content: bytes, skip: Skip) -> Iterator[tuple[str, bytes]]:
    """Notebooks and ZIP files in a ZIP file, unpacked in memory and never more than LARGEST_ZIP."""
    left = LARGEST_ZIP
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_ENTRIES:
                raise UnreadableError(f"a ZIP file of more than {MOST_ENTRIES} files")
            for entry in entries:
                name = entry.filename
                is_zip = IS_ZIP.search(name)
                parts = set(name.split("/")) - {".", ".."}
                if any(part.startswith(".") or part == "__MACOSX" for part in parts):
                    skip(name, HIDDEN)
                elif not (is_zip or IS_NOTEBOOK.search(name)):
                    skip(name, NO_NOTEBOOK)
                elif entry.flag_bits & 1:
                    skip(name, "encrypted")
                else:
                    largest = LARGEST_ZIP if is_zip else LARGEST
                    with archive.open(entry) as file:
                        unpacked = file.read(min(largest, left) + 1)
                    left -= len(unpacked)
                    if left < 0:
                        raise UnreadableError(f"more than {LARGEST_ZIP // 10**6} MB in a ZIP file")
                    if len(unpacked) > largest:
                        skip(name, f"larger than {largest // 10**6} MB")
                    else:
                        yield name, unpacked
    except BROKEN:
        raise UnreadableError("a broken ZIP file") from None
