"""What a class has solved, and which mistakes it makes: make report FOLDER=their_notebooks

    python -m bnlib.classroom.report FOLDER [--before FOLDER] [--lesson N]
                                            [--csv FILE] [--picture FILE] [--names]

FOLDER has a folder for each student, with their notebooks. Only stored outputs are read;
nothing is run.
"""

import argparse
import csv
import sys
from io import TextIOWrapper
from pathlib import Path

from bnlib.classroom.report.read import collect
from bnlib.classroom.report.table import by_student, report_on, rows, skipped, table


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser("python -m bnlib.classroom.report", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=Path, help="a folder for each student, with notebooks")
    parser.add_argument("--before", type=Path, help="the same of an earlier day, to compare with")
    parser.add_argument("--lesson", type=int, help="this one alone")
    parser.add_argument("--csv", type=Path, help="write the counts to this file too")
    parser.add_argument("--picture", type=Path, help="draw them too: .png, .svg or .pdf")
    parser.add_argument("--names", action="store_true", help="also by student; not to be projected")
    given = parser.parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        collected = collect(given.folder)
        earlier = collect(given.before) if given.before else None
    except ValueError as problem:
        sys.exit(str(problem))
    report = report_on(collected, given.lesson)
    before = report_on(earlier, given.lesson) if earlier else None
    print(f"{report.students} students", *skipped(collected, given.names), sep="\n")
    if not report.tasks:
        sys.exit(f"No notebook of this course, or of this lesson, was found in {given.folder}.")
    print(*table(report, before), sep="\n")
    if given.names:
        print(*by_student(collected), sep="\n")
    try:
        if given.csv:
            with given.csv.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows(report))
        if given.picture:
            from bnlib.classroom.report.picture import picture  # the table needs no matplotlib

            picture(report, before).savefig(given.picture)
    except (OSError, ValueError) as problem:  # as of a format that matplotlib does not know
        sys.exit(f"It could not be written: {problem}")


if __name__ == "__main__":
    main()
