"""Truth by other means than the rules: exact rational arithmetic, straight from the definitions."""

from collections.abc import Sequence
from fractions import Fraction

import sympy as sp
from hypothesis import strategies as st

from deepcond_sym.proof import Relation

fractions = st.fractions(min_value=-3, max_value=3, max_denominator=12)
shares = st.fractions(min_value=0, max_value=1, max_denominator=20)
weights = st.lists(st.integers(0, 6), min_size=1, max_size=5).filter(any)


def rational(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)


def normalised(parts: Sequence[int], *, centred: bool = True) -> list[Fraction]:
    """The p_i of an activation with sum 1, and p_0 = 0 if centred."""
    p = [Fraction(part, sum(parts)) for part in parts]
    return [Fraction(0), *p] if centred else p


def dual_at(p: Sequence[Fraction], r: Fraction) -> Fraction:
    return sum((c * r**i for i, c in enumerate(p)), Fraction(0))


def iterate_at(p: Sequence[Fraction], depth: int, r: Fraction) -> Fraction:
    for _ in range(depth):
        r = dual_at(p, r)
    return r


def true_at(relation: Relation, values: dict[sp.Symbol, Fraction]) -> bool:
    """The relation between rational functions at rational values, exactly."""
    exact = {symbol: rational(value) for symbol, value in values.items()}
    left, right = (sp.nsimplify(side.xreplace(exact), rational=True) for side in (relation.lhs, relation.rhs))
    assert left.is_Rational
    assert right.is_Rational
    return {"<=": left <= right, "<": left < right, "==": left == right, "!=": left != right}[relation.op] == True  # noqa: E712
