"""Inequalities between kernel quantities of one network: a counterexample, or where there certainly is none."""

from .hunt import Hunt, hunt
from .inequality import Inequality
from .reproduction import reproduction

__all__ = ["Hunt", "Inequality", "hunt", "reproduction"]
