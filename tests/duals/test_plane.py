"""The double integral for E[f(X) f(Y)], against the Hermite series, mpmath quadrature and itself at more bits."""

from itertools import pairwise

import mpmath
import pytest
import sympy as sp
from flint import arb

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.duals import SeriesDual
from deepcond_sym.duals.integrals.cells import Cells
from deepcond_sym.duals.integrals.plane import Plane
from deepcond_sym.duals.integrals.strip import rectangle_bound
from deepcond_sym.symbols import x


def by_mpmath(function, rho, cuts=(0,)):
    """E[f(X) f(Y)] by nested Gauss-Legendre panels that end at the cuts of Y too, to about 16 digits."""
    with mpmath.workdps(20):
        rho = mpmath.mpf(rho)
        width = mpmath.sqrt(1 - rho**2)
        density = mpmath.npdf

        def inner(a):
            ends = sorted({mpmath.mpf(-9), mpmath.mpf(9), *[(c - rho * a) / width for c in cuts], mpmath.mpf(0)})
            ends = [end for end in ends if abs(end) <= 9]
            return mpmath.quad(lambda z: function(rho * a + width * z) * density(z), ends, maxdegree=4)

        outer = sorted({-9, -3, 3, 9, *cuts})
        return mpmath.quad(lambda a: function(a) * inner(a) * density(a), outer, maxdegree=4)


@pytest.mark.parametrize("name", ["tanh", "silu", "softplus"])
def test_trapezoid_against_the_series(name):
    """A series of 256 terms and the trapezoid rule overlap, where both know 25 digits, for values and slopes."""
    sigma = activation(name)
    found = SeriesDual(sigma)
    with precision(bits=100):
        table = found._table(100, 256)
        for w in (arb(1) / 2, arb(3) / 4, arb(5) / 4, arb(3) / 2):
            direct = Plane(sigma.pieces[0].expr).product(w, 90)
            series = table.values(1 - w) + arb(0, (table.tail * abs(1 - w) ** 256).upper())
            assert direct.overlaps(series)
            assert direct.rad() < arb(2) ** -80
            steep = Plane(sp.diff(sigma.pieces[0].expr, x)).product(w, 90)
            assert steep.overlaps(table.slopes(1 - w) + arb(0, (table.slope_tail * abs(1 - w) ** 255).upper()))


@pytest.mark.parametrize(("text", "exact"), [("sin(x)", "sinh(1-w)*exp(-1)"), ("x**3", "9*(1-w)+6*(1-w)**3")])
def test_trapezoid_against_closed_forms(text, exact):
    w = sp.Symbol("w")
    formula = sp.sympify(exact)
    plane = Plane(activation(text).pieces[0].expr)
    with precision(bits=200):
        for point in ("1/1000", "1/3", "1", "7/4", "2"):
            expected = ball.constant(formula.subs(w, sp.Rational(point)))
            value = plane.product(ball.constant(point), 150)
            assert value.overlaps(expected)
            assert value.rad() < arb(2) ** -135
            gap = plane.complement(ball.constant(point), 150)
            assert gap.overlaps(ball.constant(formula.subs(w, 0) - formula.subs(w, sp.Rational(point))))


def test_complements_keep_relative_accuracy():
    """Down to w = 1e-100 the complement over w tends to the slope at rho = 1."""
    for rule, slope in ((Plane(sp.tanh(x)), "0.46440290241"), (Cells(activation("softsign").pieces), "0.22767134")):
        with precision(bits=80):
            w = (arb(10) ** -100).mid()
            quotient = rule.complement(w, 60) / w
            assert quotient.rel_accuracy_bits() > 50
            assert abs(quotient - arb(slope)) < 1e-8


def test_cells_against_mpmath():
    def softsign(t):
        return t / (1 + abs(t))

    found = activation("softsign").dual()
    for rho in ("-0.9", "0.5"):
        assert abs(found(rho, digits=20) - by_mpmath(softsign, rho)) < 1e-15


def test_cells_with_two_knots_against_mpmath():
    """No symmetry, a bounded piece between two knots, jumps: both signs of rho."""
    sigma = activation("piecewise(tanh(x), x < -1, x**2/(3 + x), x < 1/2, 1/(1 + x**2))")

    def function(t):
        return mpmath.tanh(t) if t < -1 else t * t / (3 + t) if t < 0.5 else 1 / (1 + t * t)

    cells = Cells(sigma.pieces)
    with precision(bits=80):
        for rho in ("0.3", "-0.6"):
            value = cells.product(1 - ball.constant(rho), 50)
            expected = by_mpmath(function, rho, cuts=(-1, mpmath.mpf("0.5")))
            assert abs(float(value.mid()) - float(expected)) < 1e-14


def test_more_bits_overlap_with_fewer():
    cells, plane = Cells(activation("softsign").pieces), Plane(activation("mish").pieces[0].expr)
    for rule in (cells, plane):
        for w in (arb(1) / 1024, arb(1) / 3):
            found = []
            for bits in (40, 70, 100):
                with precision(bits=bits + 20):
                    found.append((rule.product(w.mid(), bits), rule.complement(w.mid(), bits)))
            for few, more in pairwise(found):
                assert all(a.overlaps(b) and b.rad() < a.rad() for a, b in zip(few, more, strict=True))


@pytest.mark.parametrize("name", ["tanh", "softplus", "mish"])
def test_many_digits_at_large_variance(name):
    found = activation(name).at_variance(9).dual()
    more, fewer = found("0.99", digits=60), found("0.99", digits=30)
    with mpmath.workdps(60):
        assert abs(more - fewer) < abs(more) * mpmath.mpf(10) ** -29


def test_strip_ends_at_the_pole():
    from deepcond_sym.arithmetic import lower

    tangent = lower(sp.tanh(x), ball, complex_ball=True)
    assert rectangle_bound(tangent, -10, 10, 1.5) is not None
    assert rectangle_bound(tangent, -10, 10, 1.58) is None
