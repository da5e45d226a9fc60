"""What exercises and questions share: a solution to show, mistakes to know, hints, a verdict."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from textwrap import dedent
from typing import Any

from bnlib.classroom.check.call import quiet
from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.check.untouched import put_back
from bnlib.classroom.check.variants import Edit, KnownMistakes
from bnlib.classroom.check.verdict import NONSENSE, UNANSWERED, Finding, Verdict
from bnlib.classroom.display import Shown


class Task(ABC):
    """Something to answer, of which the solution is the reference.

    The solution is a short function, one step a line, that the tests hold equal to torch. A
    mistake is an edit of its text, so that adding one takes one line. The lesson that a task
    belongs to is its module's LESSON.

    Args:
        reference: the solution.
        mistakes: edits of it, (name, right, wrong, right, wrong, ...).
        hints: given one at a time.

    Raises:
        ValueError: a mistake has no sentence in the catalogue, or its edit does not fit.
    """

    latest: Verdict | None = None  # of an answer
    solved = False  # once in this session, at least

    def __init__(
        self,
        reference: Callable[..., Any],
        mistakes: Sequence[tuple[str, ...]],
        hints: Sequence[str],
    ) -> None:
        self.name, self.reference, self.hints = reference.__name__, reference, list(hints)
        if not all(isinstance(mistake, tuple) for mistake in mistakes):
            raise ValueError(f"{self.name}: mistakes are tuples (name, right, wrong, ...).")
        self.edits = [Edit(name, tuple(texts)) for name, *texts in mistakes]
        self.lesson: int = getattr(reference, "__globals__", {}).get("LESSON", 0)
        self._hints_given = 0
        self._require_mistakes_that_fit()

    def _require_mistakes_that_fit(self) -> None:
        for edit in self.edits:
            try:
                if edit.name not in MISTAKES:
                    raise ValueError(
                        f"“{edit.name}” has no sentence yet; write it into "
                        "bnlib/classroom/check/mistakes.py."
                    )
                KnownMistakes(self.reference, self.source, self.edits, []).with_edits(edit)
            except ValueError as problem:
                raise ValueError(f"{self.name}: {problem}") from None

    def check(self, *answer: Any) -> Verdict:
        """What is right or wrong about an answer, and why; the summary remembers it."""
        assigned = put_back()
        with quiet():
            words, finding = self._judged(*answer)
        if assigned:
            words += f"\n({' and '.join(assigned)} had been assigned to before; that was undone.)"
        said = Verdict(words, finding._replace(solved_before=self.solved), self.name)
        self.solved = self.solved or said.right
        if finding.state != UNANSWERED and finding.outcome not in NONSENSE:
            self.latest = said
        return said

    @abstractmethod
    def _judged(self, *answer: Any) -> tuple[str, Finding]:
        """What to say about an answer, and what was found."""

    @property
    @abstractmethod
    def stub(self) -> str:
        """The cell that the learner is given."""

    def hint(self) -> Shown:
        """The next hint."""
        self._hints_given += 1
        if self._hints_given > len(self.hints):
            return Shown(f"That was the last one; exercises.{self.name}.solution() shows the rest.")
        return Shown(self.hints[self._hints_given - 1])

    def solution(self) -> Shown:
        """How we would do it."""
        return Shown(self.source)

    @cached_property
    def source(self) -> str:
        """The source of the solution, without its decorator."""
        lines, at = inspect.findsource(self.reference)
        while not lines[at].lstrip().startswith("def "):
            at += 1
        return dedent("".join(inspect.getblock(lines[at:]))).strip()

    @property
    def _next_step(self) -> str:
        return f"exercises.{self.name}.hint() helps."
