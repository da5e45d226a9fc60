"""The labs of the lessons, one for each."""

from bnlib.classroom.labs.elsewhere_lab import ElsewhereLab
from bnlib.classroom.labs.formula_lab import FormulaLab
from bnlib.classroom.labs.gradient_lab import GradientLab
from bnlib.classroom.labs.modes_lab import ModesLab
from bnlib.classroom.labs.momentum_lab import MomentumLab
from bnlib.classroom.labs.network_lab import NetworkLab
from bnlib.classroom.labs.practice_lab import PracticeLab
from bnlib.classroom.labs.shape_lab import ShapeLab
from bnlib.classroom.labs.shards_lab import ShardsLab

__all__ = [
    "ElsewhereLab",
    "FormulaLab",
    "GradientLab",
    "ModesLab",
    "MomentumLab",
    "NetworkLab",
    "PracticeLab",
    "ShapeLab",
    "ShardsLab",
]
