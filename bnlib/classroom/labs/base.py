"""What all labs share: controls, one picture that follows them, and a line in words.

A new lab is a subclass of Lab with a question, its controls and six methods:

    model(**values) -> state     the numbers, a pure function of the controls
    draw(figure)                 a panel or a few, and everything that stays; called once
    show(state) -> artists       updates what moves, and returns it
    numbers(state) -> dict       what the repr says
    words(state) -> str          what the line below the picture says, to a student
    describe(state) -> str       the picture in words, for those who cannot see it

and, if they are of use, two more:

    handles(state) -> handles    what can be moved in the picture; what may be missing, last
    settle(values, asked)        the values, once what was asked for has moved others with it

A model that takes longer than the eye notices says on_release = True: then it is asked once a
handle is let go. Until there is an answer, the page says that it is being computed. A slider
with plays=True is of steps in time: the page can play them, and each is asked for at once.

A control is an attribute: lab.momentum is its number, lab.momentum = 0.5 moves it, on the
page too. Anything that it does not take is a ValueError, and nothing has moved.
"""

from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Iterable
from functools import cached_property
from io import BytesIO
from textwrap import fill
from typing import Any, ClassVar

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from bnlib.classroom.display import as_text, is_page_there
from bnlib.classroom.labs import svg
from bnlib.classroom.labs.controls import (
    Choice,
    Control,
    Slider,
    Switch,
    as_typed,
    changed,
    in_words,
    require_whole,
)
from bnlib.classroom.labs.handles import Handle

__all__ = ["Choice", "Handle", "Lab", "Slider", "Switch"]

WIDTH, HEIGHT = 9.0, 3.8  # inches of the live picture
NARROW, PANEL, ALONE = 5.0, 3.0, 7.0  # and of the stored one: wide, high, wide for one panel
LINE, GAP = 0.24, 0.12  # around it
PNG_DPI = 100
TO_MOVE = "This is a picture. Run its cell to move it."


class Lab(ABC):
    """Controls, a picture that follows them, and numbers; see the module's docstring."""

    question: ClassVar[str]
    controls: ClassVar[tuple[Control, ...]]
    on_release: ClassVar[bool] = False
    _built = False

    def __init_subclass__(cls) -> None:
        require_whole(cls, Lab)
        for control in cls.controls:
            setattr(cls, control.name, _attribute(control.name))

    def __init__(self) -> None:
        self._values = self._starts()
        self._figure = Figure(figsize=(WIDTH, HEIGHT), dpi=svg.DPI)
        self.draw(self._figure)
        self._moving = list(self.show(self.state))
        for artist in self._moving:
            artist.set_animated(True)  # drawing the figure leaves it out
        self._panels = svg.Panels(self._figure)
        self._answers = 0
        self._publish()
        self._built = True

    @abstractmethod
    def model(self, *_: Any, **values: Any) -> Any: ...

    @abstractmethod
    def draw(self, figure: Figure) -> None: ...

    @abstractmethod
    def show(self, state: Any) -> Iterable[Artist]: ...

    @abstractmethod
    def numbers(self, state: Any) -> dict[str, Any]: ...

    @abstractmethod
    def words(self, state: Any) -> str: ...

    @abstractmethod
    def describe(self, state: Any) -> str: ...

    def handles(self, state: Any) -> Iterable[Handle]:
        return ()

    def settle(self, values: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
        return values

    @property
    def values(self) -> dict[str, Any]:
        """What the controls are set to."""
        return dict(self._values)

    @property
    def state(self) -> Any:
        """What the model makes of the values."""
        return self.model(**self._values)

    @cached_property
    def view(self) -> Any:
        """The lab in Jupyter's page."""
        from bnlib.classroom.labs.view import view_of  # Jupyter's widgets, which few labs need

        return view_of(self)

    def for_the_page(self) -> dict[str, Any]:
        """What view.js shows of a lab, by name, as JSON has it."""
        return {
            "question": self.question,
            "controls": [
                {"name": each.name, "label": in_words(each.name), "start": each.start}
                | each.for_the_page()
                for each in self.controls
            ],
            "on_release": self.on_release,
            "still": self._panels.still(),
            "shown": self._shown,
        }

    def answer(self, asked: Any) -> dict[str, Any]:
        """To a page, what it then shows: it gets an answer to everything, as it waits for one."""
        numbers = [each.name for each in self.controls if isinstance(each, Slider)]
        try:
            self._set({k: as_typed(v) if k in numbers else v for k, v in dict(asked).items()})
        except (ValueError, TypeError) as refusal:
            self._publish(str(refusal))
        return self._shown

    def reset(self) -> None:
        """Every control back to its start."""
        self._set(self._starts())

    def png(self) -> str:
        """The picture as it is now, with its question and values, for readers without a kernel.

        It is drawn anew, narrow and with its panels one below the other, to be read on a phone.
        """
        panels = len(self._panels.axes)
        figure = Figure(figsize=(NARROW, PANEL * panels) if panels > 1 else (ALONE, HEIGHT))
        self.draw_anew(figure)
        values = [f"{in_words(name)}: {_as_text(value)}" for name, value in self._values.items()]
        together = "    ".join(each.replace(" ", "\N{NO-BREAK SPACE}") for each in values)
        width, height = figure.get_size_inches()
        larger = width / NARROW
        above = fill(self.question, 42)
        below = "\n".join(fill(each, 51) for each in (together, self.words(self.state)))
        lines = (above.count("\n") + 1, below.count("\n") + 2)
        top, bottom = (larger * (LINE * each + GAP) for each in lines)
        figure.text(0.015, 1 + GAP / height, above, size=14 * larger)
        figure.text(0.015, -GAP / height, below, size=12 * larger, va="top")
        end = (0.05 - bottom) / height
        figure.text(0.985, end, TO_MOVE, size=12 * larger, style="italic", ha="right")
        whole = Bbox.from_bounds(0, -bottom, width, bottom + height + top)
        target = BytesIO()
        figure.savefig(target, format="png", dpi=PNG_DPI, bbox_inches=whole)
        return b64encode(target.getvalue()).decode()

    def draw_anew(self, figure: Figure) -> None:
        """Draw the state into another, empty figure."""
        drawing = object.__new__(type(self))
        drawing.draw(figure)
        moving = list(drawing.show(self.model(**self._starts())))
        shown = list(drawing.show(self.state))
        for artist in moving:
            if artist not in shown:
                artist.set_visible(False)

    def _starts(self) -> dict[str, Any]:
        return {control.name: control.start for control in self.controls}

    def _set(self, asked: dict[str, Any]) -> None:
        self._values = self.settle(changed(self.controls, self._values, asked), asked)
        self._publish()

    def _publish(self, refusal: str = "") -> None:
        state = self.state
        self._answers += 1
        self._shown: dict[str, Any] = {
            "values": self._values,
            "pictures": self._panels.moving(self.show(state)),
            "handles": [each.for_the_page(self._panels) for each in self.handles(state)],
            "description": self.describe(state),
            "words": self.words(state),
            "refusal": refusal,
            "answers": self._answers,
        }
        if "view" in vars(self):
            self.view.shown = self._shown

    def __setattr__(self, name: str, value: Any) -> None:
        if self._built and not name.startswith("_") and name not in self._values:
            raise AttributeError(
                f"{type(self).__name__} has no control {name!r}; it has {', '.join(self._values)}."
            )
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        shown = self._values | self.numbers(self.state)
        named = [
            f"{name}={value!r}" if isinstance(value, str) else f"{name}={as_text(value)}"
            for name, value in shown.items()
        ]
        return f"{type(self).__name__}({', '.join(named)})"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        live: Any = None
        if is_page_there():
            from bnlib.classroom.labs.shown import keep

            live = self.view._repr_mimebundle_()
            keep(self)
        data, about = live or ({}, {})
        data |= {"text/plain": repr(self), "image/png": self.png()}
        return data, about | {"image/png": {"alt": self.describe(self.state)}}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else as_text(value)


def _attribute(name: str) -> property:
    return property(lambda lab: lab._values[name], lambda lab, value: lab._set({name: value}))
