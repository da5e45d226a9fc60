"""A lesson's page with Python in it: what is typed, checked, moved, run, stopped and taken home."""

import json
import linecache
import re
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import numpy as np
import pytest
from in_browser import CANNOT_RUN, LESSONS, ONE_PROCESS, ROOT
from packed import edition
from playwright.sync_api import expect

from bnlib.classroom import exercises
from bnlib.classroom.check import verdict
from bnlib.classroom.check.call import CannotBeCheckedError, call
from bnlib.classroom.check.question import Question
from bnlib.classroom.check.variants import edited
from bnlib.classroom.labs import FormulaLab
from bnlib.classroom.report.read import SOLVED, TRIED, collect

RIGHT = "return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)"
WRONG = "return (x - x.mean(axis=0)) / (x.std(axis=0) + eps)"
ENDLESS = "while True:\n        pass"
DEAF = "while True:\n        try:\n            while True: pass\n        except BaseException: pass"
ELSEWHERE = "http://elsewhere.test/"
ASKS_ELSEWHERE = f"""import js
    asks = js.XMLHttpRequest.new()
    asks.open("GET", "{ELSEWHERE}", False)
    asks.send()"""


expect.set_options(timeout=60_000)


@pytest.fixture
def visit(browser, address):
    """Opens pages of one reader, and sees what is asked for.

    That is nothing of others than the site's own server, and Python's files by what is in them now,
    as the browser may have kept older ones.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 960})
    context.set_default_timeout(60_000)
    asked, broken = [], []
    context.on("request", lambda request: asked.append(request))
    context.on("weberror", lambda error: broken.append(str(error.error)))

    def opened(stem):
        page = context.new_page()
        page.goto(f"{address}{stem}.html")
        return page

    yield opened
    sent = [urlsplit(each.url) for each in asked if each.failure != "csp"]
    context.close()
    own = urlsplit(address).netloc
    assert {each.netloc for each in sent if each.scheme.startswith(("http", "ws"))} == {own}
    editions = {Path(each.path).name: each.query for each in sent if "/python/" in each.path}
    assert editions == {path.name: edition(path) for path in (ROOT / "site" / "python").iterdir()}
    assert not broken


def awake(page):
    page.locator(".waking.awake").wait_for(state="attached", timeout=120_000)


def cell(page, name):
    return page.locator(f"[data-cell={name}]")


def press(page, name, button):
    cell(page, name).get_by_role("button", name=button, exact=True).click()


def answer(page, name, text):
    """Put a text into a question's box, or in the place of the dots of an exercise."""
    field = cell(page, name).locator("input, textarea")
    stub = cell(page, name).locator(".input").text_content().rstrip()
    field.fill(text if field.evaluate("each => each.matches('input')") else body(stub, text))
    press(page, name, "Check")


def body(stub, text):
    return stub.replace("    ...", f"    {text}", 1)


def says(page, name, words):
    expect(cell(page, name).locator(".verdict > span >> nth=1")).to_have_text(
        re.compile(re.escape(words).replace(r"\ ", " ").replace("\\\n", r"\s+") + "$")
    )


def in_the_notebook(task, source):
    """The verdict there on a cell."""
    text, _, _ = source.rpartition("\n")
    linecache.cache["<cell>"] = len(text), None, text.splitlines(keepends=True), "<cell>"
    namespace = {"np": np}
    exec(compile(text, "<cell>", "exec"), namespace)
    return task.check(namespace[task.name])


def of_normalize_table(source):
    """What the check says of a function with this body."""
    task = exercises.TASKS["normalize_table"]
    return in_the_notebook(task, body(task.stub, source)).text


def test_what_is_asked_and_written_is_answered_where_it_stands(visit):
    page = visit("01_formula")
    answer(page, "ask-means", "64")  # before Python is awake
    expect(cell(page, "ask-means")).to_contain_text("still waking up")
    task = exercises.TASKS["number_of_means"]
    says(page, "ask-means", task.check(64).text)
    for typed, meant in (("100", 100), ("10 * 10", 100), ("fifty", "fifty"), ("50%", "50%"),
                         ("0,5", (0, 5)), ("1, 2, 3", (1, 2, 3)), ("", ...)):  # fmt: skip
        answer(page, "ask-means", typed)
        says(page, "ask-means", task.check(meant).text)
    for source in (WRONG, "return 7", "return eps.nothing", "...", RIGHT):
        answer(page, "your-turn-1", source)
        says(page, "your-turn-1", of_normalize_table(source))
    press(page, "your-turn-1", "Hint")
    press(page, "your-turn-1", "Solution")
    helps = cell(page, "your-turn-1").locator(".help > *")
    expect(helps).to_have_text([exercises.TASKS["normalize_table"].hints[0],
                                exercises.TASKS["normalize_table"].source])  # fmt: skip
    press(page, "mean", "Edit")
    cell(page, "mean").locator("textarea").fill("mean = input1d.mean(axis=0) + 1\nmean")
    press(page, "mean", "Run")
    expect(cell(page, "mean").locator(".fresh")).to_have_text("array([ 6.,  7.,  8.,  9., 10.])")
    press(page, "ask-means", "Again")
    expect(cell(page, "ask-means").locator(".help")).to_contain_text("How many means")

    awake(page)
    cell(page, "lab").scroll_into_view_if_needed()
    handle = cell(page, "lab").locator("input[type=range] >> nth=0")
    handle.focus()
    page.keyboard.press("ArrowRight")
    spread = float(cell(page, "lab").locator("input[type=text] >> nth=0").input_value())
    lab = FormulaLab()
    lab.spread = spread
    assert lab.values != FormulaLab().values
    expect(cell(page, "lab").locator(".words")).to_have_text(lab.for_the_page()["shown"]["words"])


def test_an_endless_loop_is_stopped_and_nothing_leaves_the_page(visit):
    page = visit("01_formula")
    answer(page, "your-turn-1", ENDLESS)
    says(page, "your-turn-1", stopped("normalize_table"))
    answer(page, "your-turn-1", DEAF)
    expect(cell(page, "your-turn-1")).to_contain_text("Python had to be started again")
    answer(page, "your-turn-1", ASKS_ELSEWHERE)
    expect(cell(page, "your-turn-1").locator(".verdict")).to_contain_text("Error")
    answer(page, "your-turn-1", RIGHT)
    says(page, "your-turn-1", of_normalize_table(RIGHT))


def stopped(name):
    def interrupted(*_):
        raise KeyboardInterrupt

    task = exercises.TASKS[name]
    with pytest.raises(CannotBeCheckedError) as found:
        call(interrupted, task.inputs[0], task.known.right[0])
    assert found.value.kind == verdict.STOPPED
    return f"Not yet: {found.value}"


def test_what_was_written_survives_a_reload_and_goes_home_and_back(visit, tmp_path):
    page = visit("01_formula")
    awake(page)
    answer(page, "your-turn-1", RIGHT)
    answer(page, "your-turn-2", "return x")
    answer(page, "ask-divisor", "fifty")
    for name in ("your-turn-1", "your-turn-2", "ask-divisor"):
        cell(page, name).locator(".verdict").wait_for()
    cell(page, "ask-moved").locator("input").fill("half a thought")
    page.reload()
    expect(cell(page, "ask-moved").locator("input")).to_have_value("half a thought")
    expect(cell(page, "ask-divisor").locator("input")).to_have_value("fifty")
    expect(cell(page, "your-turn-1").locator("textarea")).to_have_value(re.compile(r"x\.var"))
    says(page, "your-turn-1", "which variance.")

    with page.expect_download() as download:
        page.get_by_role("button", name="Take my answers home").click()
    home = tmp_path / "Ada" / "01_formula.ipynb"
    home.parent.mkdir()
    download.value.save_as(home)
    nbformat.validate(nbformat.read(home, as_version=4))
    states = {name: each.state for name, each in collect(tmp_path).students["Ada"].items()}
    assert states["normalize_table"] == SOLVED
    assert states["whole_batch_norm"] == states["divisor"] == TRIED

    page.evaluate("() => localStorage.clear()")
    other = visit("03_momentum")
    bring(other, home)
    expect(other.locator(".home")).to_contain_text("not a notebook of this lesson")
    page.reload()
    expect(cell(page, "your-turn-1").locator("textarea")).to_have_value(re.compile(r"\.\.\.\n"))
    content = json.loads(home.read_text())
    (forged,) = (each for each in content["cells"] if each["id"] == "your-turn-2")
    forged["outputs"][0]["data"]["text/plain"] = "<img src=x onerror='document.title = 7'>"
    home.write_text(json.dumps(content))
    bring(page, home)
    expect(page.locator(".home")).to_contain_text("back, in 4 cells")
    expect(cell(page, "your-turn-1").locator("textarea")).to_have_value(re.compile(r"x\.var"))
    says(page, "your-turn-1", "which variance.")
    says(page, "your-turn-2", "onerror='document.title = 7'>")


def bring(page, path):
    page.locator(".home input[type=file]").set_input_files(path)


OUTPUTS = """all => all.map((each) => [
    each.dataset.cell,
    [...each.querySelectorAll(".fresh > *")].map((output) => output.textContent).join(""),
])"""
WHOLE = np.asarray(7).dtype.name  # a page's Python has 32 bits, and says so
CHECKED = """async (all) => {
    const said = [];
    for (const [name, typed] of all) {
        const cell = document.querySelector(`[data-cell="${name}"]`);
        const field = cell.querySelector(".answer :is(input, textarea)");
        field.value = typed;
        field.dispatchEvent(new Event("input"));
        const checked = new Promise((told) => {
            cell.addEventListener("checked", told, { once: true });
        });
        cell.querySelector("button.check").click();
        await checked;
        said.push(cell.querySelector(".fresh").innerText);
    }
    return said;
}"""


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_gives_its_outputs_and_its_verdicts_in_its_page(path, visit):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    stored = {each.id: "".join(map(words, each.outputs)) for each in cells}
    page = visit(path.stem)
    awake(page)
    codes = page.locator(".code:not(.question, .exercise, [data-cell=solved])")
    codes.last.get_by_role("button", name="Run").click()
    expect(codes.last.locator(".go button").last).to_have_text("Run", timeout=600_000)
    shown = dict(codes.evaluate_all(OUTPUTS))
    for name in page.locator(".code.lab").evaluate_all("all => all.map(e => e.dataset.cell)"):
        del shown[name]
    excused = CANNOT_RUN.get(path.stem, set())
    assert {name for name, text in shown.items() if text.startswith(ONE_PROCESS)} == excused
    assert {n: shown[n] for n in shown if n not in excused} == {
        n: stored[n] for n in shown if n not in excused
    }

    asked, found = [], []
    for each in cells:
        if task := re.search(r"exercises\.(\w+)\.check\(", each.source):
            for typed, said in verdicts(exercises.TASKS[task[1]]):
                asked.append((each.id, typed))
                found.append(f"{verdict.LOOKS[said.finding.state][0]} {said.text}")
    shown = [each.replace("int32", WHOLE) for each in page.evaluate(CHECKED, asked)]
    assert [*zip(asked, map(in_one_line, shown), strict=True)] == [
        *zip(asked, map(in_one_line, found), strict=True)
    ]
    press(page, "solved", "Run")
    summary = exercises.summary(LESSONS.index(path) + 1).text
    expect(cell(page, "solved").locator(".fresh")).to_have_text(summary)

    lab = cell(page, "lab")
    before = lab.locator(".said >> nth=0").get_attribute("aria-label")
    lab.locator("input[type=range] >> nth=0").press("ArrowRight")
    expect(lab.locator(".said >> nth=0")).not_to_have_attribute("aria-label", before)


def verdicts(task):
    """What is typed that makes no sense, is wrong and is right; with what the notebook says."""
    if isinstance(task, Question):
        number, mistake = task.answers(task.numbers)[1][0]
        typed = ["fifty", f"{number:.12g}", f"{task.right:.12g}"]
        said = [task.check(each) for each in typed]
    else:
        mistake, call = task.edits[0].name, task.stub.rpartition("...")[2]
        typed = [body(task.stub, line) for line in ("return 7", "return undefined")]
        typed += [f"{edited(task.source, task.edits[:1])}{call}", f"{task.source}{call}"]
        said = [in_the_notebook(task, source) for source in typed]
    assert said[-2].finding.mistakes == (mistake,)
    assert said[-1].right
    return zip(typed, said, strict=True)


def in_one_line(text):
    return " ".join(text.split())


def words(output):
    return output.get("text") or output.get("data", {}).get("text/plain", "")


def test_a_page_whose_python_does_not_come_is_as_it_is_without(browser, address):
    page = browser.new_page()
    page.route(re.compile(r"/python/checks\.bin"), lambda route: route.abort())
    page.goto(f"{address}01_formula.html")
    expect(page.locator(".waking")).to_contain_text("Python cannot run in this page")
    assert page.locator(".go, .answer, .home").count() == 0
    assert page.locator(".input:visible").count() == page.locator(".code").count()
    page.close()
