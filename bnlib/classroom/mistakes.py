"""Making a mistake on purpose: bnlib computes wrongly for a while, and which mistake it was.

A mistake is kept as what it changes in the source of bnlib: the right lines and the wrong
ones. So there is no second batch norm to keep in step, and a mistake can be read.
"""

import inspect
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from textwrap import fill
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from bnlib import functional, modules


class Mistake(NamedTuple):
    """A wrong batch norm.

    Attributes:
        name: what it is called.
        sentence: what was done, and what should have been.
        lesson: the number of the lesson that teaches it.
        edits: pairs of source text in bnlib, right and wrong.
        shown_by: the smallest expression in bnlib, F and np whose value it changes.
    """

    name: str
    sentence: str
    lesson: int
    edits: tuple[tuple[str, str], ...]
    shown_by: str

    def __str__(self) -> str:
        return f"“{self.name}” (lesson {self.lesson}):\n{fill(self.sentence, 84)}"

    def make(self) -> None:
        """Let bnlib compute wrongly, from now on."""
        for owner, wrong in _wrong_functions(self.edits):
            for name, function in wrong.items():
                setattr(owner, name, function)

    @contextmanager
    def made(self) -> Iterator[None]:
        """Let bnlib compute wrongly, inside of a with statement."""
        changed = [
            (owner, name, vars(owner)[name])
            for owner, wrong in _wrong_functions(self.edits)
            for name in wrong
        ]
        self.make()
        try:
            yield
        finally:
            for owner, name, right in changed:
                setattr(owner, name, right)


def named(fitting: list[Mistake]) -> str:
    """The mistakes that give what was computed, in words; empty where there is none."""
    return "".join(f"\nThis mistake gives the same: {mistake}" for mistake in fitting)


def with_each(
    zoo: tuple[Mistake, ...], compute: Callable[[], Any]
) -> Iterator[tuple[Mistake, Any]]:
    """What compute() gives while bnlib makes each mistake; those where it raises are left out."""
    for mistake in zoo:
        try:
            with mistake.made(), quiet():
                value = compute()
        except Exception:  # a wrong rule may fail in any way, or not fit an edited bnlib
            continue
        yield mistake, value


@contextmanager
def quiet() -> Iterator[None]:
    """No warnings, inside of a with statement: a wrong rule may well divide by 0."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@cache
def _wrong_functions(
    edits: tuple[tuple[str, str], ...],
) -> list[tuple[ModuleType | type, dict[str, FunctionType]]]:
    """What to put in the place of what: functions of functional.py, and methods of modules.

    Both files as a whole, so that a mistake takes the place of any that was made before.
    """
    sources = {module: inspect.getsource(module) for module in (functional, modules)}
    for right, wrong in edits:
        if sum(source.count(right) for source in sources.values()) != 1:
            raise ValueError(f"{right!r} is not found exactly once in the source of bnlib.")
        home = next(module for module, source in sources.items() if right in source)
        sources[home] = sources[home].replace(right, wrong)

    found: list[tuple[ModuleType | type, dict[str, FunctionType]]] = []
    for module, source in sources.items():
        namespace: dict[str, Any] = {"__name__": module.__name__}
        exec(compile(source, f"wrong {module.__name__}", "exec"), namespace)
        owner: ModuleType | type = module
        if module is functional:
            namespace["BatchNormGradients"] = functional.BatchNormGradients
        else:
            owner, namespace = modules._BatchNorm, dict(vars(namespace["_BatchNorm"]))
        functions = {n: f for n, f in namespace.items() if isinstance(f, FunctionType)}
        found.append((owner, functions))
    return found
