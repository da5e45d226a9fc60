"""Which known mistake an answer makes: the one with which a solution gives the same results.

A mistake is an edit of the solution's source, so a wrong answer is computed by a function
that anyone could have written. Edits whose texts don't meet combine into pairs.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property
from itertools import accumulate, chain, combinations, pairwise, product
from os.path import commonprefix  # of any two texts
from typing import Any, NamedTuple

from bnlib.classroom.check.call import results
from bnlib.classroom.check.compare import (
    Inputs,
    Mode,
    Outcome,
    Returned,
    all_returned,
    same,
    same_everywhere,
)
from bnlib.classroom.check.mistakes import MISTAKES


class Edit(NamedTuple):
    """A mistake, and the texts of a solution that it changes: right, wrong, right, wrong, ..."""

    name: str
    texts: tuple[str, ...]


class Explanation(NamedTuple):
    """Which mistakes an answer makes, and in which mode or result alone, if not everywhere."""

    names: tuple[str, ...]
    where: str = ""

    def in_words(self, lesson: int) -> str:
        """What a learner of a lesson is told."""
        first, *second = (MISTAKES[name] for name in self.names)
        if second:
            return (
                f"Two mistakes together give the same: “{first.name}” and “{second[0].name}”. "
                f"The first of them: {first.sentence}"
            )
        where = self.where and f", {self.where}"
        return f"This mistake gives the same{where}: {first.in_words(lesson)}"


@cache  # an edit is in many pairs
def changes(source: str, edit: Edit) -> list[tuple[int, int, str]]:
    """What an edit replaces in source, as (start, end, new text); every occurrence, trimmed.

    Common ends of right and wrong are left alone, so that edits combine as often as possible.

    Raises:
        ValueError: a text has no counterpart, or is not in the source.
    """
    if len(edit.texts) % 2 or not edit.texts or not all(edit.texts[::2]):
        raise ValueError(
            f"“{edit.name}” changes {edit.texts}; give pairs of a text of the solution and "
            "what the mistake makes of it."
        )
    found = []
    for right, wrong in zip(edit.texts[::2], edit.texts[1::2], strict=True):
        before = source.split(right)[:-1]
        if not before:
            raise ValueError(f"“{edit.name}” replaces {right!r}, which is not in the solution.")
        head = len(commonprefix([right, wrong]))  # noqa: RUF071
        tail = len(commonprefix([right[head:][::-1], wrong[head:][::-1]]))  # noqa: RUF071
        text = wrong[head : len(wrong) - tail]
        ends = accumulate(len(part) + len(right) for part in before)
        found += [(end - len(right) + head, end - tail, text) for end in ends]
    return found


def edited(source: str, edits: Sequence[Edit]) -> str | None:
    """source with all edits made; None where two of them change the same text."""
    replaced = sorted(change for edit in edits for change in changes(source, edit))
    for (start, end, _), (next_start, next_end, _) in pairwise(replaced):
        if end > next_start or start == end == next_start == next_end:
            return None
    for start, end, text in reversed(replaced):
        source = source[:start] + text + source[end:]
    return source


class Variant:
    """A solution with mistakes, and what comes out of it for each input, computed when asked."""

    def __init__(
        self, edits: tuple[Edit, ...], function: Callable[..., Any], inputs: Sequence[Inputs]
    ) -> None:
        self.edits, self.function, self._inputs = edits, function, inputs
        self._outcomes: list[Outcome] = []

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its mistakes."""
        return tuple(edit.name for edit in self.edits)

    def __iter__(self) -> Iterator[Outcome]:
        yield from self._outcomes
        for given in self._inputs[len(self._outcomes) :]:
            self._outcomes.append(results(self.function, given))
            yield self._outcomes[-1]

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """What comes out, for each input."""
        return list(self)

    def gives(self, outcomes: Sequence[Outcome]) -> bool:
        """Whether these come out of it; it looks no further than the first that does not."""
        return all(map(same, outcomes, self))


class KnownMistakes:
    """What comes out of a solution with one mistake, or with two, for each of its inputs.

    Args:
        reference: the solution.
        source: its source, which edits change.
        edits: the mistakes.
        inputs: what it is tried on.
        mode: says in words which mode an input asks for, where a task has several.
    """

    def __init__(
        self,
        reference: Callable[..., Any],
        source: str,
        edits: Sequence[Edit],
        inputs: Sequence[Inputs],
        mode: Mode = lambda given: "",
    ) -> None:
        self.reference, self.source, self.edits, self.inputs = reference, source, edits, inputs
        self.mode = mode

    @cached_property
    def right(self) -> list[Returned]:
        """The solution's outcomes."""
        outcomes = [results(self.reference, given) for given in self.inputs]
        returned = all_returned(outcomes)
        if returned is None:
            raise RuntimeError(f"The solution of {self.reference.__name__} fails: {outcomes}")
        for array in chain.from_iterable(returned):
            array.flags.writeable = False  # an answer may get hold of it
        return returned

    @cached_property
    def singles(self) -> list[Variant]:
        """One mistake each."""
        return [Variant((edit,), self.with_edits(edit), self.inputs) for edit in self.edits]

    @cached_property
    def pairs(self) -> list[Variant]:
        """Two mistakes of different names each, where they go together."""
        found = []
        for one, other in combinations(self.edits, 2):
            source = one.name != other.name and edited(self.source, (one, other))
            try:
                function = self._compiled(source) if source else None
            except SyntaxError:  # each of them is good alone
                continue
            if function:
                found.append(Variant((one, other), function, self.inputs))
        return found

    def with_edits(self, *edits: Edit) -> Callable[..., Any]:
        """The solution with mistakes.

        Raises:
            ValueError: a text is not in the solution, the mistakes change the same text, or
                what they make of it is not Python.
        """
        names = " and ".join(f"“{edit.name}”" for edit in edits)
        source = edited(self.source, edits)
        if source is None:
            raise ValueError(f"{names} change the same text.")
        try:
            return self._compiled(source)
        except SyntaxError as error:
            raise ValueError(f"{names} makes no Python of the solution: {error.msg}") from None

    def _compiled(self, source: str) -> Callable[..., Any]:
        name = self.reference.__name__
        scope = dict(self.reference.__globals__)
        exec(compile(source, f"{name} with a mistake", "exec"), scope)
        function: Callable[..., Any] = scope[name]
        return function

    def explanation(self, outcomes: Sequence[Outcome]) -> Explanation | None:
        """The mistakes that give the same everywhere; None where none do.

        A single mistake comes first, then a pair, then one that was made in one mode or in
        one of two results only.
        """
        for variant in self.singles:
            if variant.gives(outcomes):
                return Explanation(variant.names)
        returned = all_returned(outcomes)
        if returned is None:  # an error says too little to tell two mistakes by
            return None
        for variant in self.pairs:
            if variant.gives(outcomes):
                return Explanation(variant.names)
        for variant in self.singles:
            wrong = all_returned(variant.outcomes)
            where = wrong and self._where(returned, wrong)
            if where:
                return Explanation(variant.names, where)
        return None

    def _where(self, outcomes: Sequence[Returned], wrong: Sequence[Returned]) -> str:
        """The one mode or result in which outcomes are wrong, as the mistake is; or nothing."""
        modes = [self.mode(given) for given in self.inputs]
        could_be, made = set(), set()
        for in_mode, part in product(set(modes), range(len(self.right[0]))):
            mine, mistaken, right = (
                [(outcome[part],) for outcome, m in zip(each, modes, strict=True) if m == in_mode]
                for each in (outcomes, wrong, self.right)
            )
            place = (in_mode, f"in the {('first', 'second')[part]} result")
            if not same_everywhere(mistaken, right):
                could_be.add(place)
            if not same_everywhere(mine, right):
                if not same_everywhere(mine, mistaken):
                    return ""
                made.add(place)
        words = []
        for one_of in (0, 1):
            there, anywhere = ({place[one_of] for place in each} for each in (made, could_be))
            if len(there) == 1 < len(anywhere):
                words.append(there.pop())
        return ", ".join(words)
