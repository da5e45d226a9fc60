"""A table of all claims, for readers: each setting, and for how many seeds it holds."""

from collections.abc import Mapping
from pathlib import Path

import nbformat

from claims import LESSONS, ROOT, SEEDS, Claim, Found, claims, in_words, record

TABLE = Path(__file__).parent / "README.md"
INTRODUCTION = f"""\
# What the lessons conclude, and where it holds

Each conclusion from an experiment was tried with {SEEDS} seeds, and where its sentence is \
general, in other settings. A seed chooses first weights, batches and noise. *Holds* says for \
how many of the seeds the sentence is true; *found* gives the lowest and the highest number.

`make claims` runs it all and writes this table. To run one experiment by yourself, call the \
function of the lesson's cell with another seed or setting.
"""


def as_markdown(found: Mapping[str, Mapping[str, Mapping[str, Found]]] | None = None) -> str:
    """The table as a page, from what make claims found."""
    found = record() if found is None else found
    return INTRODUCTION + "".join(of_lesson(lesson, found[str(lesson)]) for lesson in LESSONS)


def of_lesson(lesson: int, found: Mapping[str, Mapping[str, Found]]) -> str:
    (path,) = (ROOT / "notebooks").glob(f"{lesson:02}_*.ipynb")
    heading = nbformat.read(path, as_version=4).cells[0].source.partition("\n")[0].strip("# ")
    lines = [
        f"\n## [{heading}](../../notebooks/{path.name})\n",
        "| conclusion | setting | holds | found |",
        "|---|---|---|---|",
    ]
    for claim in claims(lesson):
        conclusion = f"**{claim.name}**: {claim.sentence(found[claim.name])}"
        for setting, numbers in found[claim.name].items():
            holds = claim.counted(numbers)
            counted = f"{holds} of {SEEDS}" if holds == SEEDS else f"**{holds} of {SEEDS}**"
            ranges = "; ".join(f"{name} {in_words(values)}" for name, values in numbers.items())
            lines.append(f"| {conclusion} | {in_full(claim, setting)} | {counted} | {ranges} |")
            conclusion = ""
    return "\n".join(lines) + "\n"


def in_full(claim: Claim, setting: str) -> str:
    """The name of a setting, and the numbers in it: "many steps (lr 0.1, steps 630)"."""
    values = claim.settings[setting].items()
    numbers = ", ".join(
        f"{name} {value:g}" for name, value in values if not isinstance(value, tuple)
    )
    return setting if numbers in ("", setting) else f"{setting} ({numbers})"


def write() -> None:
    TABLE.write_text(as_markdown(), encoding="utf-8")


if __name__ == "__main__":
    write()
