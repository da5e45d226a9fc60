"""make bench: from a key press to the new picture, for each lab, in a real browser.

Beside each lab, in the same run, the same picture through ipywidgets' interactive_output,
which builds a new figure at every tick. Times in milliseconds.
"""

import statistics
import tempfile
import time
from pathlib import Path

import nbformat
from in_browser import CHROMIUM, FLAGS, jupyterlab, open_notebook, run_all
from playwright.sync_api import sync_playwright
from refresh import canonical

from bnlib.classroom import labs

PRESSES = 40
PAUSE = 100  # after each picture, so that every key press finds the lab at rest
KEYS_PER_SECOND = 30

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


def write_notebook(folder, name, source):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    (folder / "notebooks" / f"{name}.ipynb").write_text(canonical(notebook), encoding="utf-8")


def main():
    with (
        tempfile.TemporaryDirectory() as folder,
        jupyterlab(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        print("lab            median   95 %   behind at 30 keys/s   rebuilt, median   ratio")
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
                page.close()
            ours, rebuilt = found.values()
            median = statistics.median(ours)
            slow = statistics.quantiles(ours, n=20)[-1]
            other = statistics.median(rebuilt)
            print(
                f"{name:12} {median:8.0f} {slow:6.0f} {late:21.0f} {other:17.0f} "
                f"{other / median:7.1f}",
                flush=True,
            )
        browser.close()


if __name__ == "__main__":
    main()
