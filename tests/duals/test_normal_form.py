"""The normal form proves no equality that fails somewhere on the domain, and what is written anew is the same."""

import random

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.duals import dual_pair
from deepcond_sym.duals.algebra.fraction import NotNormalError
from deepcond_sym.duals.algebra.normal_form import field_of, generators, is_zero
from deepcond_sym.duals.algebra.tidy import tidy
from deepcond_sym.duals.pairs.pair_closed_form import q1, q2
from deepcond_sym.symbols import rho

ROOT1, ROOT2 = sp.sqrt(q1), sp.sqrt(q2)
WIDE = (1 + q1) * (1 + q2) - q1 * q2 * rho**2
TRUE = [
    sp.sqrt(sp.expand(WIDE)) ** 3 - sp.expand(WIDE) * sp.sqrt(WIDE),
    sp.sqrt(q1 * q2 - q1 * q2 * rho**2) - ROOT1 * ROOT2 * sp.sqrt(1 - rho) * sp.sqrt(1 + rho),
    sp.diff(sp.asin(ROOT1 * ROOT2 * rho / sp.sqrt((1 + q1) * (1 + q2))), rho) - ROOT1 * ROOT2 / sp.sqrt(WIDE),
    sp.cos(q1 * rho) ** 2 + sp.sin(q1 * rho) ** 2 - 1,
    sp.cosh(ROOT1 * rho) - (sp.exp(ROOT1 * rho) + sp.exp(-ROOT1 * rho)) / 2,
    sp.erf(sp.I * ROOT1 * rho) - sp.I * sp.erfi(ROOT1 * rho),
    sp.erf((q1 - 1) * rho) + sp.erf((1 - q1) * rho),
    1 / (sp.sqrt(2) - sp.sqrt(3)) + sp.sqrt(2) + sp.sqrt(3),
    sp.sqrt(sp.Rational(8, 3)) - 2 * sp.sqrt(6) / 3,
    sp.exp(q1) * sp.E ** (rho - 1) * sp.E - sp.exp(q1 + rho),
    sp.sqrt(sp.exp(q1 + rho)) - sp.exp(q1 / 2) * sp.exp(rho / 2),
]


@pytest.mark.parametrize("expr", TRUE, ids=str)
def test_identities_are_found_and_their_neighbours_are_not(expr: sp.Expr) -> None:
    assert is_zero(expr)
    assert not is_zero(expr + rho**3 * q1 / 10**6)


@pytest.mark.parametrize(
    "expr",
    [
        sp.sqrt(rho**2) - rho,
        sp.sqrt(sp.expand((q1 - q2) ** 2)) - q1 + q2,
        sp.sqrt(sp.expand((1 - 2 * rho) ** 2)) - 1 + 2 * rho,
        sp.sqrt(sp.expand((q1 - 1) * (q2 - 1))) - sp.sqrt(q1 - 1) * sp.sqrt(q2 - 1),
        sp.asin(sp.sin(q1, evaluate=False), evaluate=False) - q1,
        sp.Abs(rho) - rho,
        sp.sqrt(2 - q1) ** 3 - 2 * sp.sqrt(2 - q1) + q1 * sp.sqrt(2 - q1),
    ],
    ids=str,
)
def test_what_holds_on_a_part_of_the_domain_only_is_not_proved(expr: sp.Expr) -> None:
    with pytest.raises(NotNormalError):
        is_zero(expr)


def test_a_limit_of_the_variances_is_respected() -> None:
    expr = sp.sqrt(sp.expand((2 - q1) ** 2)) - (2 - q1)
    assert is_zero(expr, sp.Rational(2))
    assert is_zero(expr, sp.Rational(1, 2))
    for limit in (None, sp.Rational(201, 100)):
        with pytest.raises(NotNormalError):
            is_zero(expr, limit)


@pytest.mark.parametrize(
    "polynomial", [1 - rho, 1 + rho, 4 - rho**2, q1, WIDE, 1 + q1 - q1 * rho, q1**2 - q1 * q2 * rho + q2**2]
)
def test_positive_polynomials_are_positive(polynomial: sp.Expr) -> None:
    """A certificate, not a decision: the last one is positive but has a mixed sign."""
    field = field_of((rho, q1, q2))
    [fraction] = field.element(sp.expand(polynomial)).values()
    assert field.is_positive(fraction.top) is (polynomial != q1**2 - q1 * q2 * rho + q2**2)
    assert not field.is_positive(-fraction.top)


def random_form(dice: random.Random, depth: int) -> sp.Expr:
    """An expression of the class, not simplified."""
    if depth == 0:
        return dice.choice([rho, q1, q2, sp.Integer(2), sp.Rational(-1, 3), sp.sqrt(3), sp.pi, ROOT1 * ROOT2 * rho])
    kind = dice.randrange(8)
    if kind <= 2:
        return random_form(dice, depth - 1) + random_form(dice, depth - 1)
    if kind <= 4:
        return random_form(dice, depth - 1) * random_form(dice, depth - 1)
    argument = ROOT1 * rho * dice.choice([1, -2, 3]) / dice.choice([1, sp.sqrt(1 + q2), 1 + q1, 2])
    if kind == 5:
        root = dice.choice([1 - rho**2, WIDE, 1 + 2 * q1, 4 - rho**2, q1 + q1 * q2 - q1 * q2 * rho**2])
        return random_form(dice, depth - 1) * sp.expand(root) ** sp.Rational(dice.choice([-3, -1, 1, 3]), 2)
    if kind == 6:
        return random_form(dice, depth - 1) * dice.choice([sp.exp, sp.cosh, sp.sin, sp.erf, sp.erfi])(argument)
    return random_form(dice, depth - 1) * sp.asin(argument / sp.sqrt(9 * (1 + q1)))


@settings(max_examples=150, deadline=None)
@given(st.integers(0), st.integers(1, 4))
def test_what_is_written_anew_has_the_same_values(seed: int, depth: int) -> None:
    expr = random_form(random.Random(seed), depth)
    again = tidy(expr)
    with mpmath.workdps(40):
        for r, u, v in ((0.31, 0.7, 0.9), (-0.83, 2.5, 0.1)):
            at = {rho: sp.Rational(str(r)), q1: sp.Rational(str(u)), q2: sp.Rational(str(v))}
            left, right = (mpmath.mpmathify(sp.N(form.subs(at), 40)) for form in (expr, again))
            assert abs(left - right) <= 1e-30 * (1 + abs(left))
    assert is_zero(expr - again)


LENGTHS = {
    "gelu": 248, "x*exp(-x**2/2)": 103, "exp(-x**2)*sin(x)": 349, "hermite(4)": 206, "relu_power(3)": 250,
    "(x**2 + 1)*exp(-x**2/2) + x*exp(-x**2)": 575,
}  # fmt: skip


@pytest.mark.parametrize("text", list(LENGTHS))
def test_closed_forms_are_shorter_than_they_come_out_of_the_derivation(text: str) -> None:
    """The lengths are those of the plain sums of pairs."""
    assert len(str(dual_pair(text).expr)) < LENGTHS[text]


def test_gelu_is_one_tidy_expression() -> None:
    arc = sp.asin(ROOT1 * ROOT2 * rho / (sp.sqrt(q1 + 1) * sp.sqrt(q2 + 1)))
    wide = (q1 + 1) * (q2 + 1)
    rest = q1 * q2 * (wide + (1 - q1 * q2) * rho**2) / (2 * sp.pi * wide * sp.sqrt(wide - q1 * q2 * rho**2))
    assert dual_pair("gelu").expr == ROOT1 * ROOT2 * rho * arc / (2 * sp.pi) + ROOT1 * ROOT2 * rho / 4 + rest
    assert generators(dual_pair("gelu").expr) == (rho, q1, q2, sp.pi)
