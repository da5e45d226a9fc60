"""How a page is cut into the screens of a lecture, and where the lecturer's notes come from."""

import pytest

bs4 = pytest.importorskip("bs4")
lecture = pytest.importorskip("lecture")

TEACHING = """# Teaching

## One hour

[Lesson 4](notebooks/04_gradients.ipynb), 20 minutes:

| minutes | section | ask, or say |
|---|---|---|
| 0\u20135 | **Fifty layers** | Left? *Vote.* |
| 5\u201320 | **The forgotten `eval()`** and **Two** | a \\| b |

## Half a day

| hours | what |
|---|---|
| 0:00\u20130:40 | lesson 1 |

## Another hour

| minutes | section | ask, or say |
|---|---|---|
| 20\u201325 | **Why**, of [lesson 6](notebooks/06_help.ipynb) | Go on. |
"""


def test_plans_are_the_tables_of_minutes():
    first, second = lecture.plans(TEACHING, str.upper)
    assert first["title"], second["title"] == ("One hour", "Another hour")
    assert [(r["lesson"], r["section"], r["begin"], r["end"]) for r in first["rows"]] == [
        ("04_gradients", "Fifty layers", 0, 5),
        ("04_gradients", "The forgotten eval()", 5, 20),
        ("04_gradients", "Two", 5, 20),
    ]
    assert first["rows"][0]["say"] == "LEFT? *VOTE.*"
    assert second["rows"][0]["lesson"] == "06_help"
    assert [row["part"] for row in first["rows"]] == ["", "", ""]
    assert second["rows"][0]["part"].startswith(", of")


def page(*cells):
    title = '<div class="text"><h1>Title</h1><p>You can</p><ul><li>a</li></ul><p>Time</p></div>'
    return f'<main>{title}{"".join(cells)}</main><script id="lecture"></script>'


def text(*blocks):
    return f'<div class="text">{"".join(blocks)}</div>'


def code(lines, *shown):
    source = "\n".join(["1"] * lines)
    outputs = "".join(f'<div class="output"><pre>{each}</pre></div>' for each in shown)
    return f'<div class="code"><div class="input"><pre>{source}</pre></div>{outputs}</div>'


def made(html, teaching=""):
    return lecture.with_screens(html, "any", teaching, str)


def screens(html):
    """The words of each screen."""
    found: dict[str, str] = {}
    for block in bs4.BeautifulSoup(html, "html.parser").select("[data-screen]"):
        screen = block["data-screen"]
        found[screen] = found.get(screen, "") + block.text.replace("\n", "")
    assert list(found) == [str(n + 1) for n in range(len(found))]
    return list(found.values())


LECTURE = "<h2>Sums (lecture)</h2>"


def test_a_screen_begins_with_the_text_after_a_result():
    html = page(
        text("<h2>Before</h2>", "<p>no</p>"),
        text(LECTURE, "<p>a</p>"),
        code(1, "b"),
        text("<p>c</p>"),
        code(1),
        code(1, "d"),
        text("<h2>Further</h2>", "<p>no</p>"),
    )
    assert screens(made(html)) == ["TitleYou cana", "Sums (lecture)a1b", "c11d"]


def test_what_is_too_long_is_cut_before_its_question():
    long = "<p>" + "long " * 200 + "</p>"
    html = page(text(LECTURE, long, "<p>Predict</p>"), code(12, "answer"))
    _, first, second = screens(made(html))
    assert first.startswith("Sums (lecture)long")
    assert second.startswith("Predict")
    assert second.endswith("answer")


PLANNED = """## One hour

[Lesson](notebooks/any.ipynb):

| minutes | section | ask, or say |
|---|---|---|
| 0\u20135 | **The `eval()` of it** | What? |

| after | question | A | B | C | D | right |
|---|---|---|---|---|---|---|
| **Why** | `divisor` | 9 | 3 | 6 |  | B |
"""


QUESTION = (
    '<div class="code question"><div class="input">exercises.divisor.check(n)</div>'
    '<div class="output"><pre>...</pre></div></div>'
)


def test_a_section_of_a_plan_is_shown_and_its_vote_has_choices_and_their_mistakes():
    html = page(text("<h2>The <code>eval()</code> of it</h2>", "<p>Which?</p>"), QUESTION)
    _, screen = screens(made(html, PLANNED))
    assert screen.startswith("The eval() of itWhich?936Show the answerB All four distances")
    mistakes = bs4.BeautifulSoup(made(html, PLANNED), "html.parser").select(".mistakes li")
    first, second = (each.text for each in mistakes)
    assert first.startswith("A “divided by the variance”: the root was left out")
    assert second.startswith("C “squares added up, not averaged”")
    assert made(html) == html


def test_a_vote_has_a_screen_of_its_own():
    html = page(text("<h2>The eval() of it</h2>", "<p>3, so</p>", "<p>Which?</p>"), QUESTION)
    _, told, asked = screens(made(html, PLANNED))
    assert told == "The eval() of it3, so"
    assert asked.startswith("Which?936")


def test_what_is_for_the_page_only_is_on_no_screen():
    comment = "<!-- page-only -->"
    html = page(text(LECTURE, "<p>a</p>", comment, "<p>type here</p>", "<p>b</p>"), code(1))
    assert screens(made(html))[1:] == ["Sums (lecture)ab1"]


def test_what_is_said_of_a_result_stands_below_it_and_of_an_answer_does_not():
    answer = '<div class="code"><div class="input"></div><details>c</details></div>'
    html = page(text(LECTURE, "<p>a</p>"), code(1, "b"), text("<p>so c</p>"), code(1))
    assert screens(made(html))[1:] == ["Sums (lecture)a1b", "so c1"]
    html = page(text(LECTURE, "<p>a</p>"), code(1, "b"), text("<p>so c</p>"))
    assert screens(made(html))[1:] == ["Sums (lecture)a1bso c"]
    html = page(text(LECTURE, "<p>a</p>"), answer, text("<p>so c</p>"))
    assert screens(made(html))[1:] == ["Sums (lecture)ac", "so c"]


def test_a_picture_stands_beside_its_answer_and_hides_the_code():
    words = "<p>" + "long " * 50 + "</p>"
    answer = f"<details><summary>Show</summary><p><img></p>{words}</details>"
    source = "\n".join(["1"] * 10)
    cell = f'<div class="code"><div class="input"><pre>{source}</pre></div>{answer}</div>'
    html = page(text(LECTURE, "<p>a</p>", "<p>b</p>"), cell)
    assert len(screens(made(html))) == 2


def test_a_page_without_a_lecture_stays_as_it_is():
    html = page(text("<h2>Before</h2>", "<p>no</p>"))
    assert made(html) == html
