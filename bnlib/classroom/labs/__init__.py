"""The labs of the lessons, one for each."""

from bnlib.classroom.labs.elsewhere import ElsewhereLab
from bnlib.classroom.labs.formula import FormulaLab
from bnlib.classroom.labs.gradients import GradientLab
from bnlib.classroom.labs.modes import ModesLab
from bnlib.classroom.labs.momentum import MomentumLab
from bnlib.classroom.labs.network import NetworkLab
from bnlib.classroom.labs.practice import PracticeLab
from bnlib.classroom.labs.shapes import ShapeLab

__all__ = [
    "ElsewhereLab",
    "FormulaLab",
    "GradientLab",
    "ModesLab",
    "MomentumLab",
    "NetworkLab",
    "PracticeLab",
    "ShapeLab",
]
