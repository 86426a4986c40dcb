"""Closed forms with bivariate normal probabilities: knots anywhere, exponential pieces, shifted erf."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, partial

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball
from deepcond_sym.duals.algebra.erfi import lower_with_erfi
from deepcond_sym.duals.bivariate.binormal_group import BinormalGroup
from deepcond_sym.duals.bivariate.erf_parts import wave_pair
from deepcond_sym.duals.bivariate.mehler_check import CORRELATIONS, agrees_with_mehler
from deepcond_sym.duals.derivation import Derivation, DerivationStep
from deepcond_sym.duals.distribution import Distribution, ErfTerm, Smooth, StepTerm
from deepcond_sym.duals.moments import atom_pieces
from deepcond_sym.duals.pairs.pair_closed_form import PairClosedForm, q1, q2
from deepcond_sym.duals.pairs.pair_terms import PairTerm, SignTerm, Terms, pair_terms, term_expr, vanishes
from deepcond_sym.duals.pairs.tilted_pair import NotClosedError
from deepcond_sym.duals.price_steps import derivative_rule
from deepcond_sym.symbols import rho, x
from deepcond_sym.verdict import Verdict

_ZEROS = (sp.S.Zero, sp.S.Zero, sp.S.Zero)
_ONE = Smooth(0, sp.S.Zero, sp.S.Zero)


class _Sum:
    """E[left(U) right(V)]: the pairs of real terms as one group, those with sines one by one."""

    def __init__(self, left: Terms, right: Terms, first: sp.Expr, second: sp.Expr) -> None:
        real = [_with_steps(_part(terms, True)) for terms in (left, right)]
        pairs = [(f, g, c * d) for f, c in real[0].items() for g, d in real[1].items()]
        self.group = BinormalGroup(pairs, first, second)
        self.waves = sp.Add(*(
            c * d * wave_pair(f, g, first, second)
            for f, c in left.items() for g, d in right.items() if not (is_real(f) and is_real(g)) and not vanishes(f, g)
        ))  # fmt: skip
        self.expr = sp.Add(self.group.expr, self.waves)


class BinormalForm(PairClosedForm):
    """The closed form with Phi2 of one activation for the variances q1, q2 as symbols, and its limits.

    >>> from deepcond_sym.activations import activation
    >>> binormal_form(activation("erf(2*x+1)")).limit(True, True)
    erf(1)**2

    Source: derived here.
    """

    def __init__(self, sigma: Activation, terms: Terms, unit: bool = False) -> None:
        self.unit, self.sigma, self.terms = unit, sigma, terms
        self._variances = (sp.S.One, sp.S.One) if unit else (q1, q2)
        self._sums: dict[tuple[bool, bool], _Sum] = {}
        self._compiled: dict[tuple[bool, bool, int | None], Callable[[arb, arb, arb], arb]] = {}
        self.expr = self._sum(False, False).expr

    def _sum(self, first: bool, second: bool) -> _Sum:
        """The sum with q1 -> 0 (first) and q2 -> 0 (second)."""
        if (first, second) not in self._sums:
            near = _at_zero(self.sigma)
            left, right = near if first else self.terms, near if second else self.terms
            v1, v2 = self._variances
            self._sums[first, second] = _Sum(left, right, sp.S.One if first else v1, sp.S.One if second else v2)
        return self._sums[first, second]

    def limit(self, first: bool, second: bool) -> sp.Expr:
        """The closed form with q1 -> 0 (first) and q2 -> 0 (second)."""
        return self._sum(first, second).expr

    def evaluator(self, first: bool, second: bool, uncorrelated: bool) -> Callable[[arb, arb, arb], arb]:
        """A compiled form of the limit; at rho = 0, 1 and -1 it has the values there."""
        inside = self._evaluator(first, second, 0 if uncorrelated else None)

        def evaluate(r: arb, v1: arb, v2: arb) -> arb:
            if r == 1 or r == -1:
                return self._evaluator(first, second, 1 if r == 1 else -1)(r, v1, v2)
            return inside(r, v1, v2)

        return evaluate

    def _evaluator(self, first: bool, second: bool, at: int | None) -> Callable[[arb, arb, arb], arb]:
        key = (first, second, at)
        if key not in self._compiled:
            found, variables = self._sum(first, second), (rho, q1, q2)
            if at in (1, -1):
                regular = lower_with_erfi((found.group.smooth_at_ends + found.waves).subs(rho, at), ball, variables)
                sign = 1 if at == 1 else -1

                def at_end(r: arb, v1: arb, v2: arb) -> arb:
                    deviations = arb(1) if first else v1.sqrt(), arb(1) if second else v2.sqrt()
                    return regular(r, v1, v2) + found.group.at_end(sign, deviations)

                self._compiled[key] = at_end
            else:
                expr = found.expr if at is None else found.group.at_zero + found.waves.subs(rho, 0)
                self._compiled[key] = lower_with_erfi(expr, ball, variables)
        return self._compiled[key]

    @cached_property
    def derivation(self) -> Derivation:
        """What the activation is, its dual, and the slope of that by Price's theorem."""
        sigma = sp.Add(*(c * term_expr(t, x) for t, c in _with_steps(self.terms).items()))
        left = r"\sigma(X)\,\sigma(Y)" if self.unit else r"\sigma(\sqrt{q_1} X)\,\sigma(\sqrt{q_2} Y)"
        right = rf"\operatorname{{E}}\bigl[{left}\bigr]".replace(r"\sigma", r"\sigma'")
        right = right if self.unit else rf"\sqrt{{q_1 q_2}} \, {right}"
        steps = [
            DerivationStep(
                r"\sigma(x) = <0>", "The activation, as a sum of terms.", "exact",
                partial(_check_sum, self.sigma), (sigma,),
            )
        ]  # fmt: skip
        variances = None if self.unit else (q1, q2)
        steps += _value_and_slope(self.sigma, self._sum(False, False), variances, left, right)
        return Derivation(tuple(steps))


def _value_and_slope(
    sigma: Activation, found: _Sum, variances: tuple[sp.Symbol, sp.Symbol] | None, left: str, right: str
) -> list[DerivationStep]:
    how = (
        "Pair by pair: complete the square and lower the powers by Stein's identity; what is left are bivariate normal "
        "probabilities Phi_2(h, k; r) = P(X < h, Y < k) at correlation r. "
    )
    if found.waves != 0 or not found.group.is_provable:
        points = ", ".join(map(str, CORRELATIONS))

        def judge(shown: sp.Expr) -> Verdict:
            found.group.judge_value(found.group.expr)
            return agrees_with_mehler(sigma, shown, variances)

        how += f"(Compared with Mehler's series in balls at rho = {points}.)"
        return [DerivationStep(rf"\operatorname{{E}}\bigl[{left}\bigr] = <0>", how, "ball", judge, (found.expr,))]
    how += "(Checked by Price's theorem: the slope in rho, and the value at rho = 0 as a product of means.)"
    return [
        DerivationStep(rf"\operatorname{{E}}\bigl[{left}\bigr] = <0>", how, "exact", found.group.judge_value,
                       (found.expr,)),
        DerivationStep(
            rf"\frac{{d}}{{d\rho}} \operatorname{{E}}\bigl[{left}\bigr] = {right} = <0>",
            "The slope, by Price's theorem: deltas where the activation jumps, normal integrals in one variable else.",
            "exact", found.group.judge_slope, (found.group.slope,),
        ),
    ]


def _check_sum(sigma: Activation, shown: sp.Expr) -> Verdict:
    pieces = atom_pieces(sigma)
    assert pieces is not None
    return derivative_rule(pieces, 0, shown)


def is_real(term: PairTerm) -> bool:
    """Whether the parameters of a term are real: no sine or cosine.

    >>> is_real(Smooth(0, sp.I, sp.S.Zero)), is_real(SignTerm(1))
    (False, True)
    """
    match term:
        case Smooth(_, linear, quadratic) | StepTerm(_, linear, quadratic, _):
            return bool(linear.is_real and quadratic.is_real)
        case ErfTerm(_, scale, shift):
            return bool(scale.is_real and shift.is_real)
    return isinstance(term, SignTerm)


def _part(terms: Terms, real: bool) -> Terms:
    return {term: c for term, c in terms.items() if is_real(term) is real}


def _with_steps(terms: Terms) -> Terms:
    """sign(x) as 2 H(x) - 1: what is 0 on a half line is then a sum of steps, and vanishes exactly where it must."""
    result: Terms = {}
    for term, c in terms.items():
        parts = [(term, c)]
        if isinstance(term, SignTerm):
            parts = [(StepTerm(term.power, *_ZEROS), 2 * c), (Smooth(term.power, *_ZEROS[:2]), -c)]
        for part, d in parts:
            total = sp.expand(result.pop(part, sp.S.Zero) + d)
            if total != 0:
                result[part] = total
    return result


def _at_zero(sigma: Activation) -> Terms:
    """The limit of sigma(s x) for s -> 0: the value at 0, plus half the jump there times sign(x)."""
    left = next(piece.expr for piece in sigma.pieces if piece.lower < 0 <= piece.upper).subs(x, 0)
    right = next(piece.expr for piece in sigma.pieces if piece.lower <= 0 < piece.upper).subs(x, 0)
    found = {_ONE: sp.expand(left + right) / 2, SignTerm(0): sp.expand(right - left) / 2}
    return {term: c for term, c in found.items() if c != 0}


@lru_cache(maxsize=128)
def binormal_form(sigma: Activation, unit: bool = False) -> BinormalForm | None:
    """The closed form with bivariate normal probabilities; None if the activation is not a sum of such terms.

    >>> from deepcond_sym.activations import activation
    >>> binormal_form(activation("tanh")) is None
    True

    Source: derived here.
    """
    pieces = atom_pieces(sigma)
    distribution = None if pieces is None else Distribution.from_pieces(pieces)
    terms = None if distribution is None else pair_terms(distribution)
    if terms is None:
        return None
    try:
        return BinormalForm(sigma, terms, unit)
    except (NotClosedError, ArithmeticError):
        return None
