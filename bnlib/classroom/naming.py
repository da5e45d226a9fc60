"""Which known mistake an answer makes: the one whose results are the same.

A mistake is an edit of the solution's source, so a wrong answer is computed by a function
that anyone could have written. Edits whose texts don't meet combine into pairs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, pairwise, product, takewhile
from textwrap import fill
from types import FunctionType
from typing import Any, NamedTuple

from bnlib.classroom.answers import Inputs, Outcome, results, same
from bnlib.classroom.mistakes import MISTAKES, Mistake


class Edit(NamedTuple):
    """A mistake, and the texts of a solution that it changes: right, wrong, right, wrong, ..."""

    name: str
    texts: tuple[str, ...]


class Variant(NamedTuple):
    """A solution with mistakes: their names, and what comes out, an outcome for each input."""

    names: tuple[str, ...]
    outcomes: list[Outcome]


def changes(source: str, edit: Edit) -> list[tuple[int, int, str]]:
    """What an edit replaces in source, as (start, end, new text); every occurrence, trimmed.

    Common ends of right and wrong are left alone, so that edits combine as often as possible.
    """
    found = []
    for right, wrong in zip(edit.texts[::2], edit.texts[1::2], strict=True):
        if right not in source:
            raise ValueError(f"{edit.name}: {right!r} is not in the solution.")
        head = _common(right, wrong)
        tail = _common(right[head:][::-1], wrong[head:][::-1])
        start = source.find(right)
        while start >= 0:
            end = start + len(right)
            found.append((start + head, end - tail, wrong[head : len(wrong) - tail]))
            start = source.find(right, end)
    return found


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    alike = (a == b for a, b in zip(one, other, strict=False))
    return sum(takewhile(bool, alike))


def edited(source: str, edits: Sequence[Edit]) -> str | None:
    """source with all edits made; None where two of them change the same text."""
    replaced = sorted(change for edit in edits for change in changes(source, edit))
    for (start, end, _), (next_start, next_end, _) in pairwise(replaced):
        if end > next_start or start == end == next_start == next_end:
            return None
    for start, end, text in reversed(replaced):
        source = source[:start] + text + source[end:]
    return source


class KnownMistakes:
    """What comes out of a solution with one mistake, or with two, for each of its inputs."""

    def __init__(
        self,
        solution: Callable[..., Any],
        source: str,
        edits: Sequence[Edit],
        inputs: Sequence[Inputs],
    ) -> None:
        self.solution, self.source, self.edits, self.inputs = solution, source, edits, inputs

    @cached_property
    def right(self) -> list[Outcome]:
        """The solution's outcomes."""
        return [results(self.solution, given) for given in self.inputs]

    @cached_property
    def singles(self) -> list[Variant]:
        """One mistake each."""
        return list(self._variants(1))

    @cached_property
    def pairs(self) -> list[Variant]:
        """Two mistakes of different names each."""
        return list(self._variants(2))

    def with_edits(self, *edits: Edit) -> Callable[..., Any] | None:
        """The solution with mistakes; None where they don't go together."""
        try:
            source = edited(self.source, edits)
            code = compile(source or "", f"{self.solution.__name__} with a mistake", "exec")
        except (SyntaxError, ValueError):
            return None
        scope = dict(self.solution.__globals__) if isinstance(self.solution, FunctionType) else {}
        exec(code, scope)
        return scope[self.solution.__name__] if source else None

    def _variants(self, count: int) -> Iterator[Variant]:
        for edits in combinations(self.edits, count):
            names = tuple(edit.name for edit in edits)
            function = self.with_edits(*edits)
            if function is None or len(set(names)) < count:
                continue
            try:
                outcomes = [results(function, given) for given in self.inputs]
            except Exception:  # two mistakes together may fail in any way
                continue
            if not agree_everywhere(outcomes, self.right):
                yield Variant(names, outcomes)

    def explanation(self, outcomes: list[Outcome], lesson: int) -> str:
        """The mistake, or the two, that give the same everywhere; empty where none does.

        A single mistake comes first, then a pair, then one that was made in one mode or in
        one of two results only.
        """
        for variants in (self.singles, self.pairs):
            for variant in variants:
                if agree_everywhere(outcomes, variant.outcomes):
                    return in_words([MISTAKES[name] for name in variant.names], "", lesson)
        for variant in self.singles:
            where = self._where(outcomes, variant.outcomes)
            if where:
                return in_words([MISTAKES[name] for name in variant.names], where, lesson)
        return ""

    def _where(self, outcomes: list[Outcome], wrong: list[Outcome]) -> str:
        """The one mode or result in which outcomes are wrong, as the mistake is; or nothing."""
        modes = [mode(given) for given in self.inputs]
        parts = range(len(self.right[0]))
        made_in, made_of = set(), set()
        for in_mode, part in product(set(modes), parts):
            mine, mistaken, right = (
                [(outcome[part],) for outcome, m in zip(each, modes, strict=True) if m == in_mode]
                for each in (outcomes, wrong, self.right)
            )
            if agree_everywhere(mine, right):
                continue
            if not agree_everywhere(mine, mistaken):
                return ""
            made_in.add(in_mode)
            made_of.add(part)
        words = []
        if len(made_in) == 1 < len(set(modes)):
            words.append(made_in.pop())
        if len(made_of) == 1 < len(parts):
            words.append(f"in the {('first', 'second')[made_of.pop()]} result")
        return ", ".join(words)


def agree_everywhere(outcomes: Sequence[Outcome], others: Sequence[Outcome]) -> bool:
    """Whether all outcomes are the same."""
    return all(map(same, outcomes, others))


def mode(given: Mapping[str, Any]) -> str:
    """The mode that an input asks for, in words; empty where there is one alone."""
    if "training" in given:
        return "in training mode" if given["training"] else "in test mode"
    if "momentum" in given:
        return "for momentum=None" if given["momentum"] is None else "for a number as momentum"
    return ""


def in_words(mistakes: Sequence[Mistake], where: str, lesson: int) -> str:
    """What the mistakes are called, what to do about them, and where, if not everywhere.

    A lesson that is still to come is not spoken of.
    """
    there = f", {where}" if where else ""
    named = [
        f"“{m.name}”{f' (lesson {m.lesson})' if m.lesson <= lesson else ''}:\n{fill(m.sentence, 84)}"
        for m in mistakes
    ]
    if len(named) == 1:
        return f"This mistake gives the same{there}: {named[0]}"
    return "\n".join(["Two mistakes together give the same:", *named])
