"""make bench: from a key press or a drag to the new picture, for each lab, in a real browser.

Beside each lab, in the same run, the same picture through ipywidgets' interactive_output,
which builds a new figure at every tick. Times in milliseconds.
"""

import statistics
import tempfile
import time
from pathlib import Path

import nbformat
from in_browser import chromium, jupyterlab, open_notebook, run_all
from refresh import canonical

from bnlib.classroom import labs

PRESSES = 40
PAUSE = 100  # after each picture, so that every key press finds the lab at rest
KEYS_PER_SECOND = 30
MOVES, MOVES_PER_SECOND, REACH = 60, 60, 60  # of a drag, which is so many pixels long

REBUILT = """
import ipywidgets as widgets
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure
from bnlib.classroom.labs import {name}
from bnlib.classroom.labs.base import HEIGHT, PNG_DPI, WIDTH, Slider
%matplotlib inline

control = next(each for each in {name}.controls if isinstance(each, Slider))
if control.log:
    slider = widgets.FloatLogSlider(
        value=control.start, min=np.log10(control.low), max=np.log10(control.high), step=0.1
    )
else:
    kind = widgets.IntSlider if control.whole else widgets.FloatSlider
    slider = kind(value=control.start, min=control.low, max=control.high, step=control.step)

def rebuild(value):
    lab = object.__new__({name})
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=PNG_DPI)
    lab.draw(figure)
    start = {{each.name: each.start for each in lab.controls}}
    lab.show(lab.model(**start | {{control.name: value}}))
    display(figure)

view = widgets.VBox([slider, widgets.interactive_output(rebuild, {{"value": slider}})])
view.add_class("rebuilt")
view
"""

HANDLE = ":is(input[type=range], .noUi-handle) >> nth=0"  # ours, and ipywidgets'
AT_END = """handle => {
  const now = handle.value ?? handle.ariaValueNow;
  const [low, high] = [handle.min ?? handle.ariaValueMin, handle.max ?? handle.ariaValueMax];
  return Number(now) === Number(high) ? 'high' : Number(now) === Number(low) ? 'low' : '';
}"""

WATCH = """selector => {
  const root = document.querySelector(selector);
  const picture = () => root.querySelector('.layer svg, img');
  window.pressed = []; window.shown = [];
  let before = picture();
  root.addEventListener('keydown', () => window.pressed.push(performance.now()), true);
  new MutationObserver(async () => {
    const now = picture();
    if (!now || now === before) return;
    before = now;
    if (now.decode) await now.decode();
    requestAnimationFrame(() => window.shown.push(performance.now()));
  }).observe(root, {childList: true, subtree: true});
}"""


def lags(page, selector):
    """Milliseconds from each key press to the next new picture; up to the end, and back."""
    page.evaluate(WATCH, selector)
    handle = page.locator(f"{selector} {HANDLE}")
    handle.focus()
    key = "ArrowRight"
    for press in range(PRESSES):
        end = handle.evaluate(AT_END)
        key = {"high": "ArrowLeft", "low": "ArrowRight"}.get(end, key)
        page.keyboard.press(key)
        page.wait_for_function("count => window.shown.length > count", arg=press)
        page.wait_for_timeout(PAUSE)
    return page.evaluate("() => window.pressed.map((at, i) => window.shown[i] - at)")


def behind(page, selector):
    """Milliseconds from the last of 60 quick key presses to the last picture."""
    page.evaluate("() => { window.pressed.length = window.shown.length = 0 }")
    page.locator(f"{selector} {HANDLE}").focus()
    for press in range(60):
        page.keyboard.press("ArrowLeft" if press % 2 else "ArrowRight")
        time.sleep(1 / KEYS_PER_SECOND)
    page.wait_for_timeout(1500)
    return page.evaluate("() => window.shown.at(-1) - window.pressed.at(-1)")


DRAGGED = """grip => {
  window.moved = []; window.lags = [];
  const middle = () => {
    const { x, y, width, height } = grip.querySelector('.hit').getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  };
  const start = middle();
  grip.parentNode.addEventListener('pointerdown', ({ clientX, clientY }) => {
    const from = [clientX - start[0], clientY - start[1]];
    window.moved.push([performance.now(), start]);
    window.addEventListener('pointermove', ({ clientX, clientY }) =>
      window.moved.push([performance.now(), [clientX - from[0], clientY - from[1]]]), true);
  });
  new MutationObserver(() => requestAnimationFrame(() => {
    const at = middle(), now = performance.now();
    const off = window.moved.map(([, there]) => Math.hypot(there[0] - at[0], there[1] - at[1]));
    const seen = off.lastIndexOf(Math.min(...off));
    window.lags.push(now - window.moved[seen][0]);
  })).observe(grip, { attributeFilter: ['transform'] });
}"""


def drag_lags(page, lab):
    """How far behind the hand, in milliseconds, each picture of a drag is; it goes one way."""
    grip = page.locator(".bnlib-lab .grip").first
    if not grip.count():
        return []
    grip.scroll_into_view_if_needed()
    box = grip.locator(".hit").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    moves = lab.view.shown["handles"][0]["moves"]
    along_x = moves[0]["along"] == "x"
    grip.evaluate(DRAGGED)
    page.mouse.move(x, y)
    page.mouse.down()
    begun = time.perf_counter()
    for move in range(MOVES):
        way = REACH * (move + 1) / MOVES
        page.mouse.move(x + way * along_x, y + way * (not along_x))
        time.sleep(max(0, begun + (move + 1) / MOVES_PER_SECOND - time.perf_counter()))
    page.mouse.up()
    page.wait_for_timeout(500)
    return page.evaluate("() => window.lags")


def write_notebook(folder, name, source):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    (folder / "notebooks" / f"{name}.ipynb").write_text(canonical(notebook), encoding="utf-8")


def main():
    with (
        tempfile.TemporaryDirectory() as folder,
        jupyterlab(Path(folder)) as address,
        chromium() as browser,
    ):
        print(
            "lab            median   95 %   behind at 30 keys/s   "
            "a drag at 60 moves/s: median, most   rebuilt, median   ratio"
        )
        for name in labs.__all__:
            lab = f"from bnlib.classroom.labs import {name}\n{name}()"
            sources = {".bnlib-lab": lab, ".rebuilt": REBUILT.format(name=name)}
            found = {}
            for selector, source in sources.items():
                write_notebook(Path(folder), name, source)
                page = browser.new_page(viewport={"width": 1280, "height": 960})
                open_notebook(page, address, f"{name}.ipynb")
                run_all(page)
                page.wait_for_selector(f"{selector} :is(.layer svg, img)")
                found[selector] = lags(page, selector)
                if selector == ".bnlib-lab":
                    late = behind(page, selector)
                    page.locator(".bnlib-lab button", has_text="reset").click()
                    page.wait_for_timeout(1000)
                    dragged = drag_lags(page, getattr(labs, name)())
                page.close()
            ours, rebuilt = found.values()
            median = statistics.median(ours)
            slow = statistics.quantiles(ours, n=20)[-1]
            other = statistics.median(rebuilt)
            drag = f"{statistics.median(dragged):.0f}, {max(dragged):.0f}" if dragged else "none"
            print(
                f"{name:12} {median:8.0f} {slow:6.0f} {late:21.0f} {drag:>38} {other:17.0f} "
                f"{other / median:7.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
