"""make mutants: bnlib with one small change after the other; the unit tests have to see each.

mutmut makes the changes. It works in copies of the course, one for the formulas and one for
the checks of the exercises, as the tests of these read the source of the formulas.
A change that no test sees fails the run, unless equivalent_mutants.txt says why none can.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MUTMUT = Path(sys.executable).with_name("mutmut")
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")
A_TEST_FAILED = 1  # pytest's exit code; a timeout or a crash is no kill
OTHER_ENDS = {0: "survived", 33: "no test", -24: "timeout"}

CHECKS = (
    "task",
    "exercise",
    "question",
    "call",
    "compare",
    "patterns",
    "advice",
    "variants",
    "verdict",
    "untouched",
)
RUNS = {
    "formulas": (
        ["bnlib/functional.py", "bnlib/modules.py"],
        [
            *["torch_parity", "errors", "arrays", "properties"],
            *["blocks", "state_dicts", "torch_suite", "onnx_cases"],
        ],
    ),
    "checks": (
        [f"bnlib/classroom/check/{name}.py" for name in CHECKS],
        ["exercises", "variants", "making_tasks", "reasons", "sabotage"],
    ),
}
# forkserver: no value that was cached before the change lives on in a test of the change.
CONFIG = """
[tool.mutmut]
source_paths = ["bnlib"]
only_mutate = {files}
also_copy = ["notebooks", "tools"]
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = ["-p", "no:cacheprovider"]
process_isolation = "forkserver"
timeout_constant = 10.0
use_git_change_detection = false

[tool.pytest.ini_options]
filterwarnings = ["error"]
pythonpath = ["tests", "tests/mistakes", "tools"]
"""


def undecorated(source):
    """The same module in other words: mutmut leaves decorated functions alone.

    zip's strict=True is left out: it is there for readers, as all lists have equal lengths.
    """
    pattern = r"^( *)@(property|cached_property|contextmanager)\n(\1def (\w+).*\n(?:\1 .*\n|\n)+)"
    source = source.replace(", strict=True)", ")")
    return re.sub(pattern, r"\3\1\4 = \2(\4)\n\n", source, flags=re.MULTILINE)


def copy_of_the_course(run):
    """Where mutmut works, with what it is told."""
    files, tests = RUNS[run]
    folder = ROOT / "mutants" / run
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("bnlib", "tests", "tools", "notebooks"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / file for file in files):
        path.write_text(undecorated(path.read_text(encoding="utf-8")), encoding="utf-8")
    laws = folder / "tests" / "test_properties.py"
    text = laws.read_text(encoding="utf-8")
    laws.write_text(text.replace("max_examples=100", "max_examples=10"), encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        CONFIG.format(
            files=files,
            tests=[f"tests/test_{test}.py" for test in tests],
        ),
        encoding="utf-8",
    )
    return folder


def described(folder, file, mutant):
    """The function that is changed, and its line as it is changed."""
    function = mutant.rpartition(".")[2].partition("__mutmut_")[0][2:].replace("ǁ", ".")
    command = [MUTMUT, "show", mutant]
    diff = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    lines = re.findall(r"^\+(?!\+\+) *(.*?) *$", diff, flags=re.MULTILINE)
    return f"{Path(file).stem}.{function}: {' '.join(lines)}"


def unseen(folder, file):
    """How each change ended that no test failed for, and how many changes there are."""
    meta = folder / "mutants" / f"{file}.meta"
    codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    return [
        f"{OTHER_ENDS.get(code, f'exit code {code}')}: {described(folder, file, mutant)}"
        for mutant, code in codes.items()
        if code != A_TEST_FAILED
    ], len(codes)


def main():
    text = EQUIVALENT.read_text(encoding="utf-8")
    equivalent = {line.strip() for line in text.splitlines() if line.startswith("    ")}
    met, report = set(), []
    for run, (files, _) in RUNS.items():
        folder = copy_of_the_course(run)
        print(f"Changing the {run}, some minutes ...", flush=True)
        subprocess.run([MUTMUT, "run"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        for file in files:
            found, total = unseen(folder, file)
            met |= equivalent.intersection(found)
            wrong = [each for each in found if each not in equivalent]
            killed, excused = total - len(found), len(found) - len(wrong)
            report.append(f"{file}: {total} mutants, {killed} killed, {excused} equivalent")
            report += [f"    {each}" for each in wrong]
    report += [f"    not there, or seen by a test: {each}" for each in equivalent - met]
    print(*report, sep="\n")
    return any(line.startswith(" ") for line in report)


if __name__ == "__main__":
    sys.exit(main())
