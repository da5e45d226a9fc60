"""What a committed lesson may hold. nbval compares outputs; this sees what it cannot.

nbval passes a cell whose execution count is null, and so a notebook that was stripped.
"""

import ast
import dis
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from types import CodeType

from nbformat import NotebookNode
from refresh import NO_FIRST_LINE, cell_metadata, is_answer, is_prediction

from bnlib.classroom.jupyter.saving import is_marked

FORBIDDEN = {
    r"\bgrad_fn\b": "a tensor with a grad_fn; show tensor.detach()",
    r"\b0x[0-9a-fA-F]{6,}": "a memory address",
    r"(?<![\w:/.<])(/[\w.-]+){2,}|\b[A-Z]:\\": "a path",
    r"ipykernel_\d+|\bpid\b": "a process id",
    r"\d\s?(ms|µs|ns|seconds?|s)\b": "a timing",
}
NO_VALUE = re.compile(r"^(start_lesson|\w+\.backward|optimizer\.step)\(\)$")


def violations(notebook: NotebookNode) -> list[str]:
    """What is wrong with a stored lesson, a sentence each."""
    found = []
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        found.append("the kernelspec is not python3")
    if not is_marked(notebook):
        found.append("the mark of the course is not there, by which it is saved without live views")
    if "widgets" in notebook.metadata:
        found.append("metadata.widgets is stored")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        found.append(f"execution counts are not 1 to {len(code)}: not one clean run")
    for before, cell in pairwise([None, *notebook.cells]):
        allowed = cell_metadata(cell, before)
        if cell.metadata != allowed:
            found.append(
                f"cell {cell.id}: metadata {dict(cell.metadata)} instead of {allowed}; only an"
                " answer to a prediction is folded, and tags and the like hide cells from the check"
            )
        found += [f"cell {cell.id}: {problem}" for problem in _cell_violations(cell)]
    return found


def given_away(notebook: NotebookNode) -> list[str]:
    """Where the answer to a prediction is on the screen before its cell runs, a sentence each."""
    found = []
    for asked, cell, after in zip(
        [None, *notebook.cells], notebook.cells, [*notebook.cells[1:], None], strict=False
    ):
        folded = cell.cell_type == "code" and asked is not None and is_prediction(asked)
        if folded and not (after and (is_answer(after) or _is_heading(after))):
            text = after.source if after else "the end"
            found.append(
                f"cell {cell.id}: its output is folded; after it comes neither a text that begins"
                f" with a line “**Answer**” nor a heading, but {text!r}"
            )
        if is_answer(cell) and not (asked is not None and asked.metadata.get("jupyter")):
            found.append(f"cell {cell.id}: an answer, and the output before it is not folded")
        if is_answer(cell) and re.search(r"\*\*(Predict|Check yourself)|^#", cell.source, re.M):
            found.append(f"cell {cell.id}: an answer with more in it; the next thought is apart")
    return found


def in_sections(cells: list[NotebookNode]) -> Iterator[tuple[str, NotebookNode]]:
    """Each cell with the heading of its section, which the first ones have not."""
    heading = ""
    for cell in cells:
        begins = re.search("^## (.+)$", cell.source, re.MULTILINE)
        if begins and cell.cell_type == "markdown":
            heading = begins[1]
        yield heading, cell


def needs_what_may_be_left_out(notebook: NotebookNode) -> list[str]:
    """Where a section needs a name of another that is Further, and does not say so."""
    found, texts, section_of = [], defaultdict(str), {}
    for heading, cell in in_sections(notebook.cells):
        if cell.cell_type == "markdown":
            texts[heading] += cell.source
            continue
        code = compile(cell.source, cell.id, "exec")
        stored = {each.argval for each in dis.get_instructions(code) if each.opname == "STORE_NAME"}
        for name in sorted(_looked_up(code) - stored):
            other = section_of.get(name, heading)
            if (
                other.startswith("Further")
                and other != heading
                and f"*{other}*" not in texts[heading]
            ):
                found.append(f"cell {cell.id}: {name} is from *{other}*, which the text has to say")
        section_of |= dict.fromkeys(stored, heading)
    return found


def _looked_up(code: CodeType) -> set[str]:
    """The names that a cell, and each function in it, takes from the notebook."""
    names = {
        each.argval
        for each in dis.get_instructions(code)
        if each.opname in ("LOAD_NAME", "LOAD_GLOBAL")
    }
    return names.union(*(_looked_up(part) for part in code.co_consts if isinstance(part, CodeType)))


def _is_heading(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and cell.source.startswith("#")


def _cell_violations(cell: NotebookNode) -> list[str]:
    found = []
    if cell.cell_type == "markdown":
        if re.search(r"!\[\s*\]\(|<img(?![^>]*alt=)", cell.source):
            found.append("a picture without alternative text")
        return found + [
            f"“{line}” is a list item to Markdown" for line in _stray_items(cell.source)
        ]
    if cell.source.rstrip().endswith(";"):
        found.append("a trailing semicolon, which hides a value from readers but not from nbval")
    if _shows_a_value(cell.source) and all(each == NO_FIRST_LINE for each in cell.outputs):
        found.append("it shows a value, and no output is stored")
    if any(a.get("name", 0) == b.get("name", 1) for a, b in pairwise(cell.outputs)):
        found.append("printed text in pieces, which fall otherwise in another run")
    for output in cell.outputs:
        if output.output_type == "error":
            found.append("an error")
        if output.get("name") == "stderr":
            found.append("output on stderr")
        data = output.get("data", {})
        if any("widget-view" in mime for mime in data):
            found.append("a stored widget view")
        text = output.get("text", "") + data.get("text/plain", "") + data.get("text/html", "")
        found += [what for pattern, what in FORBIDDEN.items() if re.search(pattern, text)]
    return found


def _stray_items(text: str) -> list[str]:
    """Lines that begin as "3. " does and stand in no list that counts from 1 to 2 or more."""
    items = [
        (int(match[1]), match[0])
        for match in re.finditer(r"^ {0,3}(\d{1,9})[.)] .*$", text, re.MULTILINE)
    ]
    numbers = [0, *(number for number, _ in items), 0]
    return [
        line
        for (number, line), before, after in zip(items, numbers, numbers[2:], strict=False)
        if (after != 2 if number == 1 else before != number - 1)
    ]


def _shows_a_value(source: str) -> bool:
    """Whether a cell's last line is an assignment or an expression, as lessons show both."""
    body = ast.parse(source).body
    if not body or NO_VALUE.match(ast.unparse(body[-1])):
        return False
    if isinstance(body[-1], ast.Assign):
        return isinstance(body[-1].targets[0], ast.Name)
    return isinstance(body[-1], ast.Expr)
