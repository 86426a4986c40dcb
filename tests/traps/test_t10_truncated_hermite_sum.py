"""T10: the dual of x^2 at rho = 0.6 from a truncated Hermite sum loses its top degree and says 1."""

import sympy as sp

from deepcond_sym.arithmetic import contains, mp, precision
from deepcond_sym.duals import dual
from deepcond_sym.symbols import rho


def test_the_top_degree_is_there() -> None:
    found = dual("x**2")
    assert found.expr is not None
    assert sp.expand(found.expr - (1 + 2 * rho**2)) == 0
    assert abs(found(0.6) - 1.72) < 1e-15
    assert contains(found("0.6", bits=100), "1.72")
    with precision(digits=30):
        assert abs(found.value(mp.constant("0.6"), mp) - mp.constant("1.72")) < 1e-28


def test_high_degrees_too() -> None:
    for k in (7, 20):
        found = dual(f"hermite({k})")
        assert found.expr == rho**k
