"""What a lesson needs around the formulas: how values are shown, and how they are checked."""

from bnlib.classroom.agreement import agree
from bnlib.classroom.display import start_lesson

__all__ = ["agree", "start_lesson"]
