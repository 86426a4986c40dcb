"""The printed lines of mpmath give the sides of a relation between matrices again."""

import contextlib
import io
from fractions import Fraction

import mpmath
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.proof import NORMALISED, Instance, forall, index, le
from deepcond_sym.proof.language import FUNCTIONS, column, kronecker, minimum, row
from deepcond_sym.proof.refutation import reproduction

from .matrix_truth import bodies, data, functions, value


@settings(max_examples=30, deadline=None)
@given(functions, bodies, functions, bodies, st.integers(1, 4), data)
def test_the_lines_compute_both_sides(name, body, other, second, size, drawn) -> None:
    sides = []
    for head, inside in ((name, body), (other, second)):
        entries = inside.xreplace({column: row}) if head in ("minimum", "maximum") else inside
        sides.append(FUNCTIONS[head](entries, sp.Integer(size)))
    statement = forall(family=NORMALISED, holds=le(*sides))
    printed = io.StringIO()
    with mpmath.workdps(40), contextlib.redirect_stdout(printed):
        exec(reproduction(statement, drawn.instance(with_p=True)), {})
    lines = printed.getvalue().splitlines()
    with mpmath.workdps(40):
        for side, line in zip(sides, lines, strict=False):
            true = value(side, drawn, {})
            assert abs(mpmath.mpf(line.split()[-1]) - true) <= mpmath.mpf(10) ** -30 * (10**6 + abs(true))


def test_quotients_of_indices_are_no_machine_floats() -> None:
    k, indices = index("k", 1)
    ratio = k / (k + 1) + 1 / (1 + kronecker(k, 3)) + sp.Rational(2) ** (-k) + k ** (-k)
    statement = forall(indices, holds=le(minimum(1 / row**2, 3), ratio))
    printed = io.StringIO()
    with mpmath.workdps(40), contextlib.redirect_stdout(printed):
        exec(reproduction(statement, Instance({k: Fraction(7)})), {})
    with mpmath.workdps(40):
        left, right = (mpmath.mpf(line.split()[-1]) for line in printed.getvalue().splitlines()[:2])
        assert abs(left - mpmath.mpf(1) / 9) < mpmath.mpf(10) ** -38
        assert abs(right - (mpmath.mpf(7) / 8 + 1 + mpmath.mpf(2) ** -7 + mpmath.mpf(7) ** -7)) < mpmath.mpf(10) ** -38
