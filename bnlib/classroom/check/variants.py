"""Which known mistake an answer makes: the one whose results are the same.

A mistake is an edit of the solution's source, so a wrong answer is computed by a function
that anyone could have written. Edits whose texts don't meet combine into pairs.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, pairwise, product, takewhile
from typing import Any, NamedTuple

from bnlib.classroom.check.call import Inputs, Outcome, results, same
from bnlib.classroom.check.mistakes import MISTAKES


class Edit(NamedTuple):
    """A mistake, and the texts of a solution that it changes: right, wrong, right, wrong, ..."""

    name: str
    texts: tuple[str, ...]


class Variant(NamedTuple):
    """A solution with mistakes, and what comes out of it, an outcome for each input."""

    edits: tuple[Edit, ...]
    outcomes: list[Outcome]


class Explanation(NamedTuple):
    """Which mistakes an answer makes, and in which mode or result alone, if not everywhere."""

    names: list[str]
    where: str = ""

    def in_words(self, lesson: int) -> str:
        """What a learner of a lesson is told."""
        first, *second = (MISTAKES[name] for name in self.names)
        if second:
            return (
                f"Two mistakes together give the same: “{first.name}”\n"
                f"and “{second[0].name}”. The first of them:\n{first.explained}"
            )
        where = self.where and f", {self.where}"
        return f"This mistake gives the same{where}: {first.in_words(lesson)}"


def changes(source: str, edit: Edit) -> list[tuple[int, int, str]]:
    """What an edit replaces in source, as (start, end, new text); every occurrence, trimmed.

    Common ends of right and wrong are left alone, so that edits combine as often as possible.
    """
    found = []
    for right, wrong in zip(edit.texts[::2], edit.texts[1::2], strict=True):
        starts = [each.start() for each in re.finditer(re.escape(right), source)]
        if not starts:
            raise ValueError(f"{edit.name}: {right!r} is not in the solution.")
        head = _common(right, wrong)
        tail = _common(right[head:][::-1], wrong[head:][::-1])
        text = wrong[head : len(wrong) - tail]
        found += [(start + head, start + len(right) - tail, text) for start in starts]
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
        scope = dict(self.solution.__globals__)
        exec(code, scope)
        return scope[self.solution.__name__] if source else None

    def _variants(self, count: int) -> Iterator[Variant]:
        for edits in combinations(self.edits, count):
            function = self.with_edits(*edits)
            if function is None or len({edit.name for edit in edits}) < count:
                continue
            try:
                outcomes = [results(function, given) for given in self.inputs]
            except Exception:  # two mistakes together may fail in any way
                continue
            if not agree_everywhere(outcomes, self.right):
                yield Variant(edits, outcomes)

    def explanation(self, outcomes: list[Outcome]) -> Explanation | None:
        """The mistakes that give the same everywhere; None where none do.

        A single mistake comes first, then a pair, then one that was made in one mode or in
        one of two results only.
        """
        for variants in (self.singles, self.pairs):
            for variant in variants:
                if agree_everywhere(outcomes, variant.outcomes):
                    return Explanation([edit.name for edit in variant.edits])
        for variant in self.singles:
            where = self._where(outcomes, variant.outcomes)
            if where:
                return Explanation([variant.edits[0].name], where)
        return None

    def _where(self, outcomes: list[Outcome], wrong: list[Outcome]) -> str:
        """The one mode or result in which outcomes are wrong, as the mistake is; or nothing."""
        modes = [mode(given) for given in self.inputs]
        could_be, made = set(), set()
        for in_mode, part in product(set(modes), range(len(self.right[0]))):
            mine, mistaken, right = (
                [(outcome[part],) for outcome, m in zip(each, modes, strict=True) if m == in_mode]
                for each in (outcomes, wrong, self.right)
            )
            place = (in_mode, f"in the {('first', 'second')[part]} result")
            if not agree_everywhere(mistaken, right):
                could_be.add(place)
            if not agree_everywhere(mine, right):
                if not agree_everywhere(mine, mistaken):
                    return ""
                made.add(place)
        words = []
        for one_of in (0, 1):
            there, anywhere = ({place[one_of] for place in each} for each in (made, could_be))
            if len(there) == 1 < len(anywhere):
                words.append(there.pop())
        return ", ".join(words)


def agree_everywhere(outcomes: Sequence[Outcome], others: Sequence[Outcome]) -> bool:
    """Whether all outcomes are the same."""
    return all(map(same, outcomes, others))


def mode(given: Mapping[str, Any]) -> str:
    """The mode that an input asks for, in words; empty where there is one alone."""
    if "training" in given:
        return "in training mode" if given["training"] else "in test mode"
    if "frozen" in given:
        return "while it is frozen" if given["frozen"] else "while it is not frozen"
    if "momentum" in given:
        return "for momentum=None" if given["momentum"] is None else "for a number as momentum"
    return ""
