"""What a lab can be asked for: numbers, names and switches, and what each of them takes."""

import re
from collections.abc import Mapping
from numbers import Real
from reprlib import repr as short
from typing import Any, NamedTuple

import numpy as np

NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.IGNORECASE)


def is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


class Slider(NamedTuple):
    """A number from low to high, a whole one if it starts at an int.

    A number that is typed or set in code is kept as it is; step is that of the slider alone.
    With log=True the slider goes by equal factors, ten for each power of ten. With plays=True it
    counts what happens in time, and the page can play it. ends say what low and high mean.
    """

    name: str
    start: float
    low: float
    high: float
    step: float = 0.01
    log: bool = False
    plays: bool = False
    ends: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        return isinstance(self.start, int)

    @property
    def takes(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {self.low:g} to {self.high:g}"

    def admits(self, value: Any) -> bool:
        return (
            is_number(value)
            and self.low <= value <= self.high  # NaN is not
            and (not self.whole or value == int(value))
        )

    def convert(self, value: Any) -> float:
        return int(value) if self.whole else float(value) + 0.0  # + 0.0: no negative zero

    def for_the_page(self) -> dict[str, Any]:
        shown = {"kind": "slider", "low": self.low, "high": self.high}
        shown |= {"plays": self.plays, "ends": self.ends}
        if self.log:
            return shown | {"step": 1, "log": round(10 * np.log10(self.high / self.low))}
        return shown | {"step": self.step, "log": 0}


class Choice(NamedTuple):
    """One of a few names."""

    name: str
    start: str
    options: tuple[str, ...]

    @property
    def takes(self) -> str:
        *first, last = map(repr, self.options)
        return f"{', '.join(first)} or {last}"

    def admits(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.options

    def convert(self, value: Any) -> str:
        return str(value)

    def for_the_page(self) -> dict[str, Any]:
        return {"kind": "choice", "options": self.options}


class Switch(NamedTuple):
    """On or off."""

    name: str
    start: bool

    @property
    def takes(self) -> str:
        return "True or False"

    def admits(self, value: Any) -> bool:
        return isinstance(value, (bool, np.bool_))

    def convert(self, value: Any) -> bool:
        return bool(value)

    def for_the_page(self) -> dict[str, Any]:
        return {"kind": "switch"}


Control = Slider | Choice | Switch


def require_whole(lab: type, base: Any) -> None:
    """That a lab defines what its base leaves open, and that its controls go together.

    Raises:
        ValueError: something is missing, there is no control, two have one name, a name is that
            of something else, or a control starts where it cannot be.
    """
    open_names = ("question", "controls", *sorted(base.__abstractmethods__))
    missing = [name for name in open_names if getattr(lab, name, None) is getattr(base, name, None)]
    if missing:
        raise ValueError(f"{lab.__name__} lacks {', '.join(missing)}; a lab defines them.")
    controls: tuple[Control, ...] = lab.controls  # type: ignore[attr-defined]
    names = [control.name for control in controls]
    if not names:
        raise ValueError(f"{lab.__name__} has no controls; give it a Slider, Choice or Switch.")
    for control in controls:
        where = f"{lab.__name__}: the control {control.name!r}"
        if names.count(control.name) > 1:
            raise ValueError(f"{where} is there twice; each has a name of its own.")
        if control.name in (*dir(base), *vars(lab), "view"):
            raise ValueError(f"{where} would replace the lab's own {control.name}; rename it.")
        if not control.name.isidentifier() or control.name.startswith("_"):
            raise ValueError(f"{where} is set as an attribute; give it a name that Python takes.")
        if not control.admits(control.start):
            raise ValueError(f"{where} takes {control.takes}, and starts at {control.start!r}.")
        if isinstance(control, Slider) and control.log and control.low <= 0:
            raise ValueError(f"{where} goes by equal factors, and so from more than 0.")


def changed(
    controls: tuple[Control, ...], values: Mapping[str, Any], asked: Mapping[str, Any]
) -> dict[str, Any]:
    """values with what was asked for; ValueError, with a sentence, where a control refuses."""
    after = dict(values)
    by_name = {control.name: control for control in controls}
    for name, value in asked.items():
        if name not in by_name:
            raise ValueError(f"There is no control {short(name)}; there are {', '.join(by_name)}.")
        control = by_name[name]
        if not control.admits(value):
            given = "an empty box" if value == "" else short(value)
            raise ValueError(
                f"{in_words(name)} takes {control.takes}, not {given}; it stays {values[name]}."
            )
        after[name] = control.convert(value)
    return after


def as_typed(text: Any) -> Any:
    """The number that is typed into a box; what is none stays as it is.

    Raises:
        ValueError: it has a comma in the place of the point.
    """
    if not isinstance(text, str):
        return text
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if "," in plain and NUMBER.fullmatch(with_point := plain.replace(",", ".")):
        raise ValueError(f"Write a point, not a comma: {with_point}")
    if not NUMBER.fullmatch(plain):
        return plain
    number = float(plain)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def in_words(name: str) -> str:
    """The name of a control as a reader sees it."""
    return name.replace("_", " ")
