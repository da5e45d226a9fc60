"""The folder that make site makes, in a real browser: its pages, and its live lessons."""

import json
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from in_browser import (
    CANNOT_RUN,
    LESSONS,
    ONE_PROCESS,
    ROOT,
    open_live,
    run_all,
    scroll_to,
    wait_for_kernel,
)

SITE = ROOT / "site"
PAGES = ["index", *(path.stem for path in LESSONS)]
NOT_RECORDED = "torch itself does not run in a browser, and its answer to this was not recorded"
# Every cell of every lesson runs in its page, in the same Pyodide, with the same bnlib and the same
# answers of torch: see test_awake.py. What a notebook has besides is an IPython, widgets and work
# that is saved; for these, the lesson of test_a_student_at_work, and two more: the one with data of
# other libraries, and the one that asks for processes.
LIVE = [path for path in LESSONS if path.stem in ("08_elsewhere", "09_many_machines")]


@pytest.fixture(scope="module")
def student(browser):
    """One reader's browser, that keeps what it has loaded and saved."""
    context = browser.new_context(viewport={"width": 1280, "height": 960})
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def page(student, address):
    """A page that asks nobody but the site's own server, and for nothing that is not there."""
    page = student.new_page()
    asked, missing = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda each: missing.append(each.url) if each.status >= 400 else None)
    yield page
    page.close()
    assert [url for url in missing if "favicon" in url or "heartbeat" in url] == []
    assert asked
    own = urlsplit(address).netloc
    assert {urlsplit(u).netloc for u in asked if u.startswith(("http", "ws"))} == {own}


def words(cell):
    """The words of a cell's outputs; streams come in pieces."""
    found = ""
    for output in cell["outputs"]:
        assert output["output_type"] != "error", output
        text = output.get("text") or output.get("data", {}).get("text/plain") or ""
        found += "".join(text)
    return found


def gives_its_outputs(path, page):
    """Run all cells: what they say is stored, but for those that cannot run here."""
    live = {cell["id"]: words(cell) for cell in run_all(page)}
    cells = nbformat.read(path, as_version=4).cells
    stored = {cell.id: words(cell) for cell in cells if cell.cell_type == "code"}
    assert live.keys() == stored.keys()
    excused = CANNOT_RUN.get(path.stem, set())
    assert {name for name in live if live[name].startswith(ONE_PROCESS)} == excused
    assert {n: live[n] for n in live if n not in excused} == {
        n: stored[n] for n in stored if n not in excused
    }


def lab_moves(page):
    scroll_to(page, "lab")
    picture = page.locator(".bnlib-lab .said >> nth=0")
    before = picture.get_attribute("aria-label")
    page.locator(".bnlib-lab input[type=range] >> nth=0").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([picture, before]) => picture.getAttribute('aria-label') !== before",
        arg=[picture.element_handle(), before],
    )


@pytest.mark.parametrize("path", LIVE, ids=lambda path: path.stem)
def test_a_live_lesson_gives_its_outputs_and_its_lab_moves(path, page, address):
    open_live(page, address, path.stem)
    gives_its_outputs(path, page)
    lab_moves(page)


def test_a_live_lesson_has_its_stored_outputs_as_they_are():
    for path in (SITE / "live" / "files" / "notebooks").iterdir():
        for cell in json.loads(path.read_text())["cells"]:
            for output in cell.get("outputs", []):
                assert isinstance(output.get("data", {}).get("text/plain", ""), str)  # no lines


def run_in(page, cell_id, source):
    """Write source into a cell, run it, and give its words."""
    notebook = "window.jupyterapp.shell.currentWidget.content"
    page.evaluate(
        f"""async ([id, source]) => {{
            const index = {notebook}.widgets.findIndex(cell => cell.model.id === id);
            {notebook}.activeCellIndex = index;
            {notebook}.activeCell.model.sharedModel.setSource(source);
            await window.jupyterapp.commands.execute("notebook:run-cell");
        }}""",
        [cell_id, source],
    )
    cells = page.evaluate(f"() => {notebook}.model.toJSON().cells")
    return words(next(cell for cell in cells if cell["id"] == cell_id))


ANSWER = """def normalize_table(x, eps):
    return (x - x.mean(axis=0)) / {root}


exercises.normalize_table.check(normalize_table)"""
LONG_WORK = """from time import sleep
from bnlib.classroom.lessons.progress import tell
for step in range(3):
    tell(f"step {step} of 3")
    sleep(1.1)
print("done")"""


def test_a_student_at_work(page, address):
    page.goto(f"{address}index.html")
    open_live(page, address, "01_formula")
    scroll_to(page, "lab")  # which has not run yet
    picture = page.locator(".jp-OutputArea img[src^='data:image/png']").first
    assert "have variance 1, beside an eps of 0.1" in picture.get_attribute("alt")
    gives_its_outputs(LESSONS[0], page)
    lab_moves(page)
    wrong = run_in(page, "your-turn-1", ANSWER.format(root="(x.std(axis=0) + eps)"))
    assert "“eps outside the root”" in wrong or "This mistake gives the same" in wrong
    right = run_in(page, "your-turn-1", ANSWER.format(root="np.sqrt(x.var(axis=0) + eps)"))
    assert right.startswith("Right")

    other = run_in(page, "constant", "both(np.array([[7.0], [7.5]]))")
    assert other == f"array([[-0.9999],\n       [ 0.9999]])\nnot compared: {NOT_RECORDED}"
    assert run_in(page, "eps-zero", "float(torch.ones(3).sum() + torch.rand(1))") == (
        f"{NOT_RECORDED}.\n"
    )
    again = run_in(
        page, "mean", "mean = input1d.mean(axis=0)\nagree(mean, torch_input1d.mean(dim=0))"
    )
    assert again.endswith("agrees with torch: 5 of 5 values, within 1e-06 times the largest")
    assert run_in(page, "eps-zero", LONG_WORK) == "done\n"

    save = "() => window.jupyterapp.commands.execute('docmanager:save')"
    page.evaluate(save)
    page.goto("about:blank")
    open_live(page, address, "01_formula")
    sources = page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.model.toJSON().cells.map(c => c.source)"
    )
    assert any("np.sqrt(x.var(axis=0) + eps)" in "".join(source) for source in sources)


def test_the_lab_by_itself(page, address):
    page.goto(f"{address}01_formula.html")
    page.get_by_role("link", name="Run this lab").click()
    page.get_by_text("Python is loading").wait_for()
    page.locator(".bnlib-lab input[type=range] >> nth=0").wait_for(timeout=120_000)
    page.get_by_text("Python is loading").wait_for(state="detached")


CODE = "import js; js.globalThis.document = 1; print(6 * 7)"
SENT = [
    {"code": CODE},
    {"code": [CODE, CODE], "execute": "1"},
    {"lab": f"FormulaLab\n{CODE}"},
    {"lab": "constructor", "code": CODE},
    {"lab": "__proto__", "code": CODE},
]


def test_no_link_is_read_as_code(page, address):
    """All that a sender could think of at once."""
    page.goto(f"{address}live/repl/index.html?lab=FormulaLab")
    given = page.evaluate(
        "all => all.map(each => codeOfLab(new URLSearchParams(each)))",
        [urlencode(each, doseq=True) for each in SENT],
    )
    assert given == [[]] * len(SENT)


@pytest.mark.parametrize("separator", ["?", "#", "#?"])
def test_no_link_runs_code(separator, page, address):
    """None of it reaches the console."""
    sent = urlencode({"kernel": "python", "toolbar": 1, "code": CODE})
    page.goto(f"{address}live/repl/index.html{separator}{sent}")
    page.get_by_text("Python (Pyodide)").first.wait_for(timeout=120_000)
    page.locator(".jp-Toolbar").first.wait_for()
    wait_for_kernel(page)
    page.wait_for_timeout(2000)
    assert "6 * 7" not in page.inner_text("body")


OLD = "01_formula-0a1b2c"


def test_a_link_to_an_earlier_edition_leads_to_the_newest(page, address):
    page.goto(f"{address}live/notebooks/index.html?path=notebooks/{OLD}.ipynb")
    page.wait_for_url(re.compile(rf"path=notebooks/01_formula-(?!{OLD[-6:]})"))
    page.get_by_role("heading", name="Lesson 1. The formula").wait_for()


def test_what_a_student_has_saved_of_an_earlier_edition_opens(page, address):
    page.goto(f"{address}live/notebooks/index.html?path=notebooks/{newest('01_formula')}.ipynb")
    wait_for_kernel(page)
    page.evaluate(
        """async (path) => {
            const { contents } = window.jupyterapp.serviceManager;
            const content = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
            content.cells.push({ cell_type: "raw", id: "a", metadata: {}, source: "My own work" });
            await contents.save(path, { type: "notebook", format: "json", content });
        }""",
        f"notebooks/{OLD}.ipynb",
    )
    page.goto("about:blank")
    page.goto(f"{address}live/notebooks/index.html?path=notebooks/{OLD}.ipynb")
    page.get_by_text("My own work").wait_for()
    assert OLD in page.url


@pytest.mark.parametrize("name", ["other", "01_formula", "constructor-0a1b2c", "../01-0a1b2c"])
def test_a_link_to_what_never_was_a_lesson_stays_what_it_is(name, page, address):
    link = f"{address}live/notebooks/index.html?{urlencode({'path': f'notebooks/{name}.ipynb'})}"
    page.goto(link)
    page.get_by_text("Error").first.wait_for()
    assert page.url == link


def newest(stem):
    (path,) = (SITE / "live" / "files" / "notebooks").glob(f"{stem}-*.ipynb")
    return path.stem


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_can_be_read_by_everyone(scheme, asleep, address):
    page = asleep(color_scheme=scheme, viewport={"width": 1024, "height": 768})
    for name in PAGES:
        page.goto(f"{address}{name}.html")
        page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(page).response["violations"]
        serious = [v for v in found if v["impact"] in ("critical", "serious")]
        assert not [(name, v["id"], v["nodes"][0]["html"]) for v in serious]
        pictures = "() => [...document.images].map(i => [i.naturalWidth, i.alt.trim().length])"
        assert all(width and alt for width, alt in page.evaluate(pictures))


def test_no_link_leads_nowhere_and_no_page_needs_a_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page, addresses = context.new_page(), set()
    for name in PAGES:
        page.goto(f"{address}{name}.html")
        for link in page.locator("a").all():
            href = link.get_attribute("href")
            if href.startswith("#"):
                assert page.locator(f'[id="{href[1:]}"]').count(), f"{name}: {href}"
            elif not href.startswith("http"):
                addresses.add(href)
    context.close()
    for each in addresses:
        parts = urlsplit(each)
        assert (SITE / parts.path).is_file(), each
        for lesson in parse_qs(parts.query).get("path", []):
            assert (SITE / "live" / "files" / lesson).is_file(), each


def test_a_page_has_every_output_of_its_lesson(asleep, address):
    page = asleep()
    for path in LESSONS:
        page.goto(f"{address}{path.stem}.html")
        shown = page.evaluate(
            "() => [...document.querySelectorAll('.output')].map(o => o.textContent).join('\\n')"
        )
        cells = nbformat.read(path, as_version=4).cells
        for cell in cells:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                if not data.keys() & {"image/png", "text/html"}:
                    assert output.get("text", data.get("text/plain", "")).strip() in shown
        answers = [cell for cell in cells if "source_hidden" in cell.metadata.get("jupyter", {})]
        assert page.locator("details > .text").count() == len(answers)


def test_a_logarithm_stands_apart_from_what_it_is_taken_of():
    html = "".join((SITE / f"{name}.html").read_text(encoding="utf-8") for name in PAGES)
    after = re.findall(r"<mi>(?:ln|log)</mi>(<m\w+)", html)
    assert after
    assert set(after) == {"<mspace"}
