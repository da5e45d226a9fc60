"""The lecture view of a page, as a lecturer goes through it."""

import re

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from in_browser import LESSONS, ROOT
from lecture import plans

SIZES = """() => {
    const main = document.querySelector("main");
    const seen = (each) => each.checkVisibility() && each.clientWidth;
    const texts = document.querySelectorAll(":is(main, .stage) :not(math, math *, .bnlib-lab *)");
    const own = (each) => [...each.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const scrollers = [main, ...main.querySelectorAll(".input, pre, .formula, .wide")];
    return {
        over: main.scrollHeight - main.clientHeight,
        wide: scrollers.filter((e) => seen(e) && e.scrollWidth > e.clientWidth).length,
        smallest: Math.min(...[...texts].filter((e) => seen(e) && own(e))
            .map((e) => parseFloat(getComputedStyle(e).fontSize)).filter(Boolean)),
        broken: [...main.querySelectorAll(".shown img, img.shown")].filter((e) => !e.width).length,
    };
}"""
ANSWERS = "main details.output > :not(summary)"
HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
PLANS = plans((ROOT / "TEACHING.md").read_text(), str)


def lectures(path):
    """For each plan with this lesson: its title, and the lesson's sections in it."""
    cells = nbformat.read(path, as_version=4).cells
    texts = (cell.source for cell in cells if cell.cell_type == "markdown")
    headings = [each[1].replace("`", "") for each in map(HEADING.search, texts) if each]
    for plan in PLANS:
        planned = {row["section"] for row in plan["rows"] if row["lesson"] == path.stem}
        if planned:
            found = [each.removesuffix(" (lecture)") for each in headings]
            yield plan["title"], [each for each in found if each in planned]


LECTURES = [(path, *lecture) for path in LESSONS for lecture in lectures(path)]


def visible(page, selector):
    return page.locator(selector).filter(visible=True).count()


@pytest.mark.parametrize(
    ("path", "plan", "sections"),
    LECTURES,
    ids=[f"{path.stem}, {plan}" for path, plan, _ in LECTURES],
)
def test_each_section_has_screens_that_fit_and_give_no_answer_away(
    path, plan, sections, asleep, address
):
    page = asleep(viewport={"width": 1920, "height": 1080})
    page.goto(f"{address}{path.stem}.html")
    page.evaluate("plan => localStorage.setItem('lecture plan', plan)", plan)
    page.keyboard.press("l")
    seen = []
    number, total = map(int, page.locator(".stage .number").inner_text().split("/"))
    assert number == 1
    for screen in range(1, total + 1):
        assert page.locator(".stage .number").inner_text() == f"{screen} / {total}"
        seen.append(page.locator(".stage .where").inner_text())
        assert not visible(page, ANSWERS)
        closed = page.evaluate(SIZES)
        assert closed["over"] <= 0, (screen, "with its answer closed")
        assert not closed["wide"], (screen, "with its answer closed")
        folded = page.locator("main details.output.shown").count()
        for _ in range(folded):
            page.keyboard.press("PageDown")
        assert bool(visible(page, ANSWERS)) == bool(folded)
        assert not visible(page, ".page-only, .mistakes")
        sizes = page.evaluate(SIZES)
        assert sizes["over"] <= 0, (screen, sizes)
        assert not sizes["wide"], (screen, sizes)
        assert sizes["smallest"] >= 28, (screen, sizes)
        assert not sizes["broken"], (screen, sizes)
        page.keyboard.press(" ") if screen < total else None
    assert list(dict.fromkeys(seen[1:])) == sections


CONTROLS = """() =>
    [...document.querySelectorAll(".shown .bnlib-lab :is(label span, p, input, select)")]
    .filter((each) => each.clientWidth)
    .map((each) => [parseFloat(getComputedStyle(each).fontSize) * each.currentCSSZoom,
        each.closest("fieldset") && each.getBoundingClientRect().right
            - each.closest("fieldset").getBoundingClientRect().right])
"""


def test_what_a_lab_says_is_read_in_the_last_row(browser, address):
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{address}03_momentum.html")
    page.evaluate("plan => localStorage.setItem('lecture plan', plan)", PLANS[1]["title"])
    page.keyboard.press("l")
    while not page.locator(".shown.lab").count():
        page.keyboard.press("PageDown")
    page.locator(".shown .bnlib-lab").wait_for(timeout=120_000)
    controls = page.evaluate(CONTROLS)
    assert controls
    assert min(size for size, _ in controls) >= 27.9
    assert max(over or 0 for _, over in controls) <= 0
    page.close()


def minutes(row):
    return f"minutes {row['begin']} to {row['end']}"


def test_a_lecturer_with_notes(asleep, address):
    page = asleep(viewport={"width": 1920, "height": 1080})
    page.goto(f"{address}01_formula.html")
    page.locator("#cell-scales-columns").scroll_into_view_if_needed()
    page.keyboard.press("L")
    assert "Step 3" in page.locator(".stage .where").inner_text()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Notes").click()
    notes = opened.value
    rows = PLANS[0]["rows"]
    (step,) = (row for row in rows if row["section"] == "Step 3: normalize")
    following = next(row for row in rows if row["lesson"].startswith("02"))
    notes.get_by_text(minutes(step)).wait_for()
    start = f"Start the clock here, at minute {step['begin']}"
    notes.get_by_role("button", name=start).click()
    assert notes.locator(".clock").inner_text().startswith(f"{step['begin']}:")
    assert notes.locator(".ahead").inner_text() == "on time"
    assert not Axe().run(notes).response["violations"]
    page.keyboard.press("s")
    notes.get_by_text("Step 4: scale and shift: minutes").wait_for()
    before = page.url
    notes.keyboard.press("PageDown")
    page.wait_for_url(lambda url: url != before)
    page.goto(f"{address}01_formula.html#screen-1")
    while not page.locator("ol.vote.shown").count():
        page.keyboard.press("PageDown")
    mistake = notes.locator(".mistakes").get_by_text("“normalized per sample”")
    assert not page.get_by_text("“normalized per sample”").filter(visible=True).count()
    mistake.wait_for()

    page.keyboard.press("End")
    for _ in range(9):  # answers, then the next lesson of the plan
        if "02_training" not in page.url:
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(100)
    page.wait_for_url("**/02_training_and_test.html#screen-1")
    notes.get_by_text(minutes(following)).wait_for()

    number = page.locator(".stage .number")
    page.mouse.click(1900, 800)
    assert number.inner_text().startswith("2 /")
    page.mouse.click(20, 800)
    assert number.inner_text().startswith("1 /")
    page.keyboard.press("End")
    cell = page.locator("main > .shown").first.get_attribute("data-cell")
    page.keyboard.press("Escape")
    assert not page.locator(".stage").count()
    place = page.locator(f'[data-cell="{cell}"]').bounding_box()
    assert 0 <= place["y"] < 1080


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_a_lecture_can_be_read_by_everyone(width, scheme, asleep, address):
    page = asleep(viewport={"width": width, "height": 844}, color_scheme=scheme)
    for name in ("index", "01_formula", "01_formula.html#screen-14"):
        page.goto(f"{address}{name}" if "#" in name else f"{address}{name}.html")
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
        found = Axe().run(page).response["violations"]
        serious = [v for v in found if v["impact"] in ("critical", "serious")]
        assert not [(name, v["id"], v["nodes"][0]["html"]) for v in serious]


def test_a_handout_has_room_to_write_and_its_answers_at_the_end(asleep, address):
    page = asleep()
    page.goto(f"{address}01_formula.html#screen-1")
    page.emulate_media(media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    questions = page.locator("main details.output[data-number]")
    numbers = [each.get_attribute("data-number") for each in questions.all()]
    assert numbers == [str(n + 1) for n in range(len(numbers))] != []
    assert not visible(page, ANSWERS)
    assert page.locator(".answers > div").filter(visible=True).count() == len(numbers)
    assert not page.get_by_role("heading", name="Further").filter(visible=True).count()
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert not page.locator(".answers").count()
