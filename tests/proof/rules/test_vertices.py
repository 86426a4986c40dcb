"""The vertex rule: dual(t) <= (1 - mu) t + mu t^2; never an inequality that some activation violates."""

from fractions import Fraction

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.proof import (
    NONLINEAR,
    NORMALISED,
    SERIES,
    UNCENTRED,
    Proof,
    RuleFailure,
    Verdict,
    dual,
    dual_slope,
    forall,
    interval,
    le,
    lt,
    mu,
)  # fmt: skip

from ..truth import dual_at, normalised, rational, shares, weights

t = sp.Symbol("t", real=True)
prove = Proof()


def test_what_it_proves() -> None:
    step = prove.vertices(forall(interval(t, 0, 1), family=NORMALISED, holds=le(dual(t), (1 - mu) * t + mu * t**2)))
    assert step.verdict is Verdict.PROVED
    assert prove.vertices(forall(family=NORMALISED, holds=le(1 + mu, dual_slope(1)))).verdict is Verdict.PROVED
    assert (
        prove.vertices(forall(interval(t, 0, 1), family=SERIES, holds=le(dual(t), dual(1)))).verdict is Verdict.PROVED
    )
    assert prove.vertices(forall(interval(t, 0, 1), family=UNCENTRED, holds=le(dual(t), 1))).verdict is Verdict.PROVED


families = st.sampled_from([NORMALISED, NONLINEAR, UNCENTRED, SERIES])
small = st.integers(-3, 3)


@settings(max_examples=150, deadline=None)
@given(
    families,
    st.tuples(small, small, small, small, small),
    st.integers(1, 3),
    st.booleans(),
    st.lists(weights, min_size=8, max_size=8),
    shares,
)
def test_no_inequality_that_an_activation_violates(family, c, head, strict, samples, r) -> None:
    """0 <= a dual(t) + b dual(-t) + d mu + e dual_slope(1) + f + (t^2 terms), for whole families."""
    a, b, d, e, f = c
    free = family.unit
    form = a * dual(t) + b * dual(-t) + e * dual_slope(1) + ((d * mu + f * (1 + t**2)) if free else f * dual(t**2))
    try:
        prove.vertices(forall(interval(t, 0, 1), family=family, holds=(lt if strict else le)(0, form)), head)
    except RuleFailure:
        return
    for parts in [*samples, [1], [0, 1], [0, 0, 1], [1, 1]]:
        p = normalised(parts, centred=family.centred) if free else [Fraction(x) for x in parts]
        if family.nonlinear and not any(p[2:]):
            continue
        for at in (r, Fraction(0), Fraction(1)):
            slope = sum((i * x for i, x in enumerate(p)), Fraction(0))
            share = 1 - (p[1] if len(p) > 1 else 0)
            rest = d * share + f * (1 + at**2) if free else f * dual_at(p, at**2)
            value = a * dual_at(p, at) + b * dual_at(p, -at) + e * slope + rest
            assert value > 0 if strict else value >= 0


def test_the_constants_are_sharp() -> None:
    """At each p the proved bound is the best: the neighbour fails at the activation with p_1 = 1 - mu, p_2 = mu."""
    p, r = [Fraction(0), Fraction(1, 3), Fraction(2, 3)], Fraction(1, 2)
    assert rational(dual_at(p, r)) == sp.Rational(1, 3) * sp.Rational(1, 2) + sp.Rational(2, 3) * sp.Rational(1, 4)
