"""The closed form of E[sigma(sqrt(q1) X) sigma(sqrt(q2) Y)], its limits for q1, q2 -> 0, and its derivation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball
from deepcond_sym.duals.algebra.erfi import lower_with_erfi
from deepcond_sym.duals.algebra.tidy import tidy
from deepcond_sym.duals.derivation import Derivation
from deepcond_sym.duals.distribution import Distribution, Smooth, StepTerm
from deepcond_sym.duals.moments import atom_pieces
from deepcond_sym.duals.pairs.bilinear import PairValue, bilinear
from deepcond_sym.duals.pairs.pair_steps import Setting, pair_step, sum_step, total_step
from deepcond_sym.duals.pairs.pair_terms import SignTerm, Terms, Wave, pair_terms, term_expr, term_parity
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import rho

q1 = sp.Symbol("q1", positive=True)
"""The first variance."""
q2 = sp.Symbol("q2", positive=True)
"""The second variance."""


class PairClosedForm:
    """The closed form of one activation for the variances q1, q2 as symbols (or for unit variances), and its limits.

    >>> from deepcond_sym.activations import activation
    >>> closed_form(activation("sign")).expr
    2*asin(rho)/pi

    Source: derived here.
    """

    def __init__(self, sigma: Activation, terms: Terms, pairs: tuple[PairValue, ...], unit: bool = False) -> None:
        self.unit = unit
        self.sigma, self.terms, self.pairs = sigma, terms, pairs
        self._bound = None if unit else variance_limit(terms)
        self.expr = self._total(pairs)
        self._limits: dict[tuple[bool, bool], sp.Expr] = {}
        self._evaluators: dict[tuple[bool, bool, bool], Callable[[arb, arb, arb], arb]] = {}

    def _total(self, pairs: tuple[PairValue, ...]) -> sp.Expr:
        return tidy(sp.Add(*(pair.coefficient * pair.expr for pair in pairs)), self._bound)

    def limit(self, first: bool, second: bool) -> sp.Expr:
        """The closed form with q1 -> 0 (first) and q2 -> 0 (second)."""
        if not (first or second):
            return self.expr
        if (first, second) not in self._limits:
            near = _at_zero(self.terms)
            left, right = near if first else self.terms, near if second else self.terms
            pairs = bilinear(left, right, sp.S.One if first else q1, sp.S.One if second else q2, self._bound)
            if pairs is None:
                raise AccuracyError("The limit for a vanishing variance has no closed form.")
            self._limits[(first, second)] = self._total(pairs)
        return self._limits[(first, second)]

    def evaluator(self, first: bool, second: bool, uncorrelated: bool) -> Callable[[arb, arb, arb], arb]:
        """A compiled form of the limit; at rho = 0 with rho put in, so that what vanishes there does."""
        key = (first, second, uncorrelated)
        if key not in self._evaluators:
            expr = self.limit(first, second)
            self._evaluators[key] = lower_with_erfi(
                expr.subs(rho, 0) if uncorrelated else expr, ball, (rho, q1, q2)
            )
        return self._evaluators[key]

    @cached_property
    def rate(self) -> sp.Expr:
        """The largest b in the terms x^k exp(a x + b x^2), 0 if none is positive."""
        return sp.Max(0, *(term.quadratic for term in self.terms if isinstance(term, Smooth | StepTerm | Wave)))

    def require_finite(self, first: arb, second: arb) -> None:
        """InputError when a variance is so large that the activation has no second moment."""
        if self.rate != 0:
            limit = 1 / (4 * ball.constant(self.rate))
            if not (first < limit and second < limit):
                raise InputError(f"The variances must be below {1 / (4 * self.rate)}: the mean is infinite beyond.")

    @cached_property
    def derivation(self) -> Derivation:
        """What the activation is, each pair of terms, the sum of all."""
        pieces = atom_pieces(self.sigma)
        assert pieces is not None
        one = (sp.S.One, sp.S.One)
        setting = Setting(*(one if self.unit else (q1, q2)), self._bound)
        steps = [sum_step(setting, self.terms, pieces)]
        steps += [pair_step(setting, pair) for pair in self.pairs]
        steps.append(total_step(setting, self.terms, self.pairs, self.expr))
        return Derivation(tuple(steps))


@lru_cache(maxsize=128)
def closed_form(sigma: Activation, unit: bool = False) -> PairClosedForm | None:
    """The closed form for symbolic variances, or with `unit` for the variances 1; None if a pair has none."""
    terms = _terms(sigma)
    if terms is None:
        return None
    pairs = bilinear(terms, terms, *((sp.S.One, sp.S.One) if unit else (q1, q2)), variance_limit(terms))
    return None if pairs is None else PairClosedForm(sigma, terms, pairs, unit)


def variance_limit(terms: Terms) -> sp.Rational | None:
    """1/(4 b) for the largest b in the terms x^k exp(a x + b x^2): below it the second moment is finite.

    None if no b is positive, or if one is not rational.
    """
    rates = [term.quadratic for term in terms if isinstance(term, Smooth | StepTerm | Wave)]
    largest = max((rate for rate in rates if rate.is_Rational), default=sp.S.Zero)
    return 1 / (4 * largest) if largest > 0 and all(rate.is_Rational for rate in rates) else None


def _terms(sigma: Activation) -> Terms | None:
    pieces = atom_pieces(sigma)
    distribution = None if pieces is None else Distribution.from_pieces(pieces)
    return None if distribution is None else pair_terms(distribution)


def _at_zero(terms: Terms) -> Terms:
    """The limit of sigma(s x) for s -> 0: the value at 0, plus half the jump there times sign(x)."""
    value, result = sp.S.Zero, {}
    for term, c in terms.items():
        if isinstance(term, SignTerm):
            if term.power == 0:
                result[term] = c
        elif term_parity(term) != 1:
            value += c * term_expr(term, sp.S.Zero)
    value = sp.re(sp.expand_complex(value)) if value.has(sp.I) else sp.expand(value)
    if value != 0:
        result[Smooth(0, sp.S.Zero, sp.S.Zero)] = value
    return result
