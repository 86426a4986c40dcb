"""Derive, prove, refute and show what an infinitely wide, deep network does with an activation function."""

__version__ = "0.1.0"
