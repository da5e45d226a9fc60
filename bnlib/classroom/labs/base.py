"""What all labs share: sliders with number boxes, one picture, a line of numbers.

A new lab is a subclass of Lab with a question, its controls and five methods:

    model(**values) -> state     the numbers, a pure function of the controls
    draw(figure)                 axes and everything that stays; called once
    show(state) -> artists       updates what moves, and returns it
    numbers(state) -> dict       what the repr and the line below the picture say
    describe(state) -> str       the picture in words, for those who cannot see it

The picture is redrawn within a few milliseconds: it is two layers of SVG, and only the
upper one, what show() returns, is drawn anew.
"""

from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from io import BytesIO, StringIO
from math import isfinite
from typing import Any, ClassVar, NamedTuple

import ipywidgets as widgets
import numpy as np
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from traitlets import TraitError, link, validate

from bnlib.classroom.display import as_text

WIDTH, HEIGHT, DPI = 9.0, 3.8, 100
SVG_DPI = 72  # the unit of an SVG is a point
SVG_SETTINGS: dict[Any, str] = {"svg.hashsalt": "bnlib", "svg.fonttype": "none"}

# ipywidgets gives the handle of a slider no name that a screen reader could say.
NAME_THE_HANDLES = """<img alt="" src="data:," onerror="
const lab = this.closest('.bnlib-lab');
const name = () => lab.querySelectorAll('.widget-slider').forEach(slider =>
  slider.querySelectorAll('.noUi-handle').forEach(handle =>
    handle.setAttribute('aria-label', slider.querySelector('.widget-label').textContent)));
name();
new MutationObserver(name).observe(lab, {childList: true, subtree: true});
this.remove();
">"""


class _Finite:
    """A slider or box that refuses NaN, which ipywidgets lets through."""

    @validate("value")
    def _validate_value(self, proposal: Any) -> Any:
        if not isfinite(proposal["value"]):
            raise TraitError(f"{proposal['value']} is not a number that a slider can show")
        return super()._validate_value(proposal)  # type: ignore[misc]


class _FloatSlider(_Finite, widgets.FloatSlider):
    pass


class _FloatLogSlider(_Finite, widgets.FloatLogSlider):
    pass


class _IntSlider(_Finite, widgets.IntSlider):
    pass


class _FloatBox(_Finite, widgets.BoundedFloatText):
    pass


class Slider(NamedTuple):
    """A number between low and high; log=True for one that spans powers of ten."""

    name: str
    start: float
    low: float
    high: float
    step: float = 0.01
    log: bool = False

    def build(self) -> list[widgets.Widget]:
        """The slider and its number box."""
        description = self.name.replace("_", " ")
        common = {
            "value": self.start,
            "description": description,
            "readout": False,
            "style": {"description_width": "7em"},
            "layout": {"width": "26em"},
        }
        if self.log:
            exponents = {"min": np.log10(self.low), "max": np.log10(self.high)}
            slider = _FloatLogSlider(**common, **exponents, step=0.1)
        else:
            kind = _IntSlider if isinstance(self.start, int) else _FloatSlider
            slider = kind(**common, min=self.low, max=self.high, step=self.step)
        box = _FloatBox(
            value=self.start,
            min=self.low,
            max=self.high,
            step=None if self.log else self.step,
            description=description,
            description_allow_html=False,
            style={"description_width": "0"},
            layout={"width": "8em"},
        )
        return [slider, box]


class Choice(NamedTuple):
    """One of a few names."""

    name: str
    start: str
    options: tuple[str, ...]

    def build(self) -> list[widgets.Widget]:
        menu = widgets.Dropdown(
            value=self.start,
            options=self.options,
            description=self.name.replace("_", " "),
            style={"description_width": "7em"},
            layout={"width": "26em"},
        )
        return [menu]


class Switch(NamedTuple):
    """On or off."""

    name: str
    start: bool

    def build(self) -> list[widgets.Widget]:
        box = widgets.Checkbox(
            value=self.start,
            description=self.name.replace("_", " "),
            style={"description_width": "7em"},
            layout={"width": "26em"},
        )
        return [box]


class Lab:
    """Controls, a picture that follows them, and numbers; see the module's docstring."""

    question: ClassVar[str]
    controls: ClassVar[tuple[Slider | Choice | Switch, ...]]

    def __init__(self) -> None:
        rows = []
        self.boxes: dict[str, widgets.Widget] = {}
        for control in self.controls:
            widget, *box = row = control.build()
            setattr(self, control.name, widget)
            widget.observe(self._changed, "value")  # before the link: the picture goes first
            for each in box:
                self.boxes[control.name] = each
                link((widget, "value"), (each, "value"))
            rows.append(widgets.HBox(row))
        self._resetting = False
        self._figure = Figure(figsize=(WIDTH, HEIGHT), dpi=SVG_DPI)
        self.draw(self._figure)
        for artist in self.show(self.state):
            artist.set_animated(True)  # drawing the figure leaves it out
        still = widgets.HTML(_svg([self._figure], "aria-hidden='true'"))
        self._figure.set_layout_engine("none")
        self.picture = widgets.HTML()
        self.line = widgets.HTML()
        for layer in (still, self.picture):
            layer.layout.grid_area = "1 / 1"
        reset = widgets.Button(description="reset")
        reset.on_click(lambda _: self.reset())
        self.view = widgets.VBox(
            [
                widgets.HTML(f"<b>{escape(self.question)}</b>"),
                *rows,
                reset,
                widgets.GridBox([still, self.picture]),
                self.line,
                widgets.HTML(NAME_THE_HANDLES),
            ]
        )
        self.view.add_class("bnlib-lab")
        self._changed()

    def model(self, *_: Any, **values: Any) -> Any:
        raise NotImplementedError

    def draw(self, figure: Figure) -> None:
        raise NotImplementedError

    def show(self, state: Any) -> Iterable[Artist]:
        raise NotImplementedError

    def numbers(self, state: Any) -> dict[str, Any]:
        raise NotImplementedError

    def describe(self, state: Any) -> str:
        raise NotImplementedError

    @property
    def values(self) -> dict[str, Any]:
        """What the controls are set to."""
        return {control.name: getattr(self, control.name).value for control in self.controls}

    def reset(self) -> None:
        """Every control back to its start, and the picture drawn once."""
        self._resetting = True
        try:
            for control in self.controls:
                getattr(self, control.name).value = control.start
        finally:
            self._resetting = False
        self._changed()

    @property
    def state(self) -> Any:
        """What the model makes of the values."""
        return self.model(**self.values)

    def png(self) -> str:
        """The picture as it is now, for readers without a kernel."""
        target = BytesIO()
        self._figure.savefig(target, format="png", dpi=DPI)
        return b64encode(target.getvalue()).decode()

    def _changed(self, _: Any = None) -> None:
        if self._resetting:
            return
        state = self.state
        in_words = escape(self.describe(state))
        self.picture.value = _svg(self.show(state), f'role="img" aria-label="{in_words}"')
        self.line.value = escape(", ".join(self._named(self.numbers(state))))

    def _named(self, numbers: dict[str, Any]) -> list[str]:
        return [
            f"{name}={value!r}" if isinstance(value, str) else f"{name}={as_text(value)}"
            for name, value in numbers.items()
        ]

    def __repr__(self) -> str:
        shown = self.values | self.numbers(self.state)
        return f"{type(self).__name__}({', '.join(self._named(shown))})"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.view._repr_mimebundle_()
        return bundle | {
            "text/plain": repr(self),
            "image/png": self.png(),
        }


@lru_cache(maxsize=1024)
def _text_size(text: str, font: FontProperties, ismath: Any) -> tuple[float, float, float]:
    return text_to_path.get_text_width_height_descent(text, font, ismath)


class _Renderer(RendererSVG):
    """Measures a text once; most texts of a lab come again and again."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        return _text_size(s, prop, ismath)


def _svg(artists: Iterable[Artist], attributes: str) -> str:
    """artists as an SVG element of the size of a lab's picture."""
    width, height = WIDTH * SVG_DPI, HEIGHT * SVG_DPI
    target = StringIO()
    before: dict[Any, Any] = {name: rcParams[name] for name in SVG_SETTINGS}
    rcParams.update(SVG_SETTINGS)  # rc_context would copy all 300 settings, at every tick
    try:
        renderer = _Renderer(width, height, target, image_dpi=SVG_DPI)
        # What comes before is for a file: a date, and a style for every element of the page.
        start = target.tell()
        for artist in artists:
            artist.draw(renderer)
        renderer.finalize()
    finally:
        rcParams.update(before)
    return (
        f'<svg {attributes} viewBox="0 0 {width} {height}" style="display: block; '
        f"width: {WIDTH * DPI}px; max-width: 100%; stroke-linejoin: round"
        f'">{target.getvalue()[start:]}'
    )
