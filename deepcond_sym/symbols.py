"""The symbols that every floor shares, so that two formulas in the same variable are the same formula."""

import sympy as sp

x = sp.Symbol("x", real=True)
"""A pre-activation: the argument of an activation."""

rho = sp.Symbol("rho", real=True)
"""A correlation, in [-1, 1]: the argument of a dual activation."""

u = sp.Symbol("u", real=True)
"""The complement 1 - rho of a correlation, in [0, 2]."""

q = sp.Symbol("q", positive=True)
"""A pre-activation variance."""

n = sp.Symbol("n", integer=True, nonnegative=True)
"""The index of a Hermite coefficient."""
