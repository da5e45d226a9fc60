"""make claims: run every experiment for ten seeds, note what came out, and draw its table.

make claims SEEDS=3 runs the first three, and notes nothing.
"""

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed

import numpy as np

from claims import LESSONS, RECORD, SEEDS, Found, claims, in_words, table


def run(lesson: int, number: int, setting: str, seeds: int) -> Found:
    """What one claim's experiment gives in one setting, for each seed."""
    claim = claims(lesson)[number]
    with np.errstate(all="ignore"):  # some networks are meant to grow beyond all bounds
        rows = [claim.run(seed=seed, **claim.settings[setting]) for seed in range(seeds)]
    return {name: [plain(row[name]) for row in rows] for name in rows[0]}


def plain(value: float) -> float:
    """A number that JSON knows, in four digits."""
    return value if isinstance(value, int) else float(f"{float(value):.4g}")


def main(seeds: int) -> int:
    tasks = [
        (lesson, number, setting)
        for lesson in LESSONS
        for number, claim in enumerate(claims(lesson))
        for setting in claim.settings
    ]
    found: dict[tuple[int, int, str], Found] = {}
    failed = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(run, *task, seeds): task for task in tasks}
        for count, future in enumerate(as_completed(running), start=1):
            lesson, number, setting = task = running[future]
            claim, found[task] = claims(lesson)[number], future.result()
            holds = claim.counted(found[task])
            failed += holds < seeds
            ranges = ", ".join(f"{name} {in_words(v)}" for name, v in found[task].items())
            print(
                f"{count:3} of {len(tasks)}  lesson {lesson}  {claim.name:30} {setting:28}"
                f" holds in {holds:2} of {seeds}{'' if holds == seeds else '  <-- NOT ALL'}"
                f"   {ranges}",
                flush=True,
            )
    if seeds == SEEDS:
        RECORD.write_text(as_json(found), encoding="utf-8")
        table.write()
    print(f"{len(tasks) - failed} of {len(tasks)} hold for each of {seeds} seeds.")
    return int(failed > 0)


def as_json(found: dict[tuple[int, int, str], Found]) -> str:
    """The record, a line for each setting."""
    lessons = []
    for lesson in LESSONS:
        lines = [
            f"  {json.dumps(claim.name)}: {{\n"
            + ",\n".join(
                f"   {json.dumps(setting)}: {json.dumps(found[lesson, number, setting])}"
                for setting in claim.settings
            )
            + "\n  }"
            for number, claim in enumerate(claims(lesson))
        ]
        lessons.append(f' "{lesson}": {{\n' + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(lessons) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else SEEDS))
