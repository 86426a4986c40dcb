"""What the claims about networks of finite width share: a quantity lies between two levels for most networks.

The hidden constants of a scaling law are replaced by one pair of levels for all sizes, rounded numbers chosen after
pilot runs with other seeds. The test lies in the sizes: they grow by more than the ratio of the two levels, so that a
law with one more factor, or one less, fits no such pair (`drift`, in the mutants)."""

import sympy as sp

from deepcond_sym.proof import forall, le, mean_of

SHARE = sp.Rational(3, 4)
"""The probability that stands for "with high probability"."""


def between(name: str, sizes: tuple[object, ...], low: object, high: object, label: str) -> tuple:
    """P(X >= low) >= 3/4 and P(X >= high) <= 1/4 for the quantity X of an experiment; a bound of None is left out."""
    found = []
    if low is not None:
        found.append(forall(holds=le(SHARE, mean_of(name, *sizes, low)), label=f"{label}, below"))
    if high is not None:
        found.append(forall(holds=le(mean_of(name, *sizes, high), 1 - SHARE), label=f"{label}, above"))
    return tuple(found)


def drift(size: int, first: int, extra: object) -> sp.Expr:
    """(size/first)^extra: what a law with another power of the size makes of levels that are right at the first."""
    return sp.Rational(size, first) ** extra


def hidden_widths(odd: object, even: object, hidden: int) -> list:
    """n_1, n_2, ..: `odd`, `even`, `odd`, .."""
    return [odd if layer % 2 else even for layer in range(1, hidden + 1)]
