"""bnlib: batch normalization in NumPy, short enough to read aloud, equal to torch's."""

from bnlib import functional
from bnlib.modules import BatchNorm1d, BatchNorm2d, BatchNorm3d

__all__ = ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "functional"]
