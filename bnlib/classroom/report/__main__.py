"""What a class has solved, and which mistakes it makes: make report FOLDER=their_notebooks

    python -m bnlib.classroom.report FOLDER [--before FOLDER] [--lesson N]
                [--csv FILE] [--pictures FOLDER] [--answers FILE] [--names]

FOLDER has a folder, a ZIP file or a notebook for each student, or is a ZIP file of these, as
Moodle and Canvas give it. Only what is stored is read; nothing is run, and nothing opened.
"""

import argparse
import csv
import os
import sys
from io import TextIOWrapper
from pathlib import Path

from bnlib.classroom.report.answers import answers
from bnlib.classroom.report.read import collect
from bnlib.classroom.report.table import by_student, printable, read_and_not, report_on, rows, table


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser("python -m bnlib.classroom.report", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=_path, help="a folder for each student, with notebooks")
    parser.add_argument("--before", type=_path, help="the same of an earlier day, to compare with")
    parser.add_argument("--lesson", type=int, help="this one alone")
    parser.add_argument("--csv", type=Path, help="write the counts to this file too")
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of each lesson")
    parser.add_argument("--answers", type=Path, help="write the answers to this file, as text")
    parser.add_argument("--names", action="store_true", help="also by student; not to be projected")
    given = parser.parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        collected = collect(given.folder)
        earlier = collect(given.before) if given.before else None
    except ValueError as problem:
        sys.exit(printable(str(problem)))
    report = report_on(collected, given.lesson)
    before = report_on(earlier, given.lesson) if earlier else None
    print(*read_and_not(collected, given.names), sep="\n")
    if not report.tasks:
        where = printable(str(given.folder))
        if any(collected.students.values()):
            sys.exit(f"Nobody has answered anything yet, in {where}, or in this lesson.")
        sys.exit(f"No notebook of this course was found in {where}.")
    print(*table(report, before), sep="\n")
    if given.names:
        print(*by_student(collected), sep="\n")
    try:
        if given.csv:
            with given.csv.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows(report, before))
        if given.answers:
            given.answers.write_text("\n".join(answers(collected, given.lesson)), encoding="utf-8")
        if given.pictures:
            from bnlib.classroom.report.picture import write_pictures  # no table needs matplotlib

            write_pictures(report, before, given.pictures)
    except (OSError, ValueError) as problem:  # as of a format that matplotlib does not know
        sys.exit(f"It could not be written: {problem}")


def _path(text: str) -> Path:
    return Path(text).expanduser()  # make and some shells leave a ~ as it is


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # as of ... | head: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
