"""Entries of the tangent kernel of erf on its critical line over the depth, for all pairs of some data at once: those
whose first gap 1 - c_0 is at least g_0. They are near 1/3, and nearer to 1/3 + kappa' log(l)/(3 l)."""

from collections.abc import Sequence
from dataclasses import replace

import sympy as sp

from deepcond_sym.proof import (
    Proof,
    Relation,
    Statement,
    Step,
    Variable,
    at,
    column,
    fact,
    forall,
    inner,
    interval,
    largest,
    le,
    lt,
    off_maximum,
    row,
    smallest,
)
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from proofs_checks.starnaud2025.angle_steps import more_logarithm
from proofs_checks.starnaud2025.near_constant import X

from .critical_depth import first_gap, gain, kernel, least, once, scale
from .critical_entries import entry_near, radius
from .critical_entries import per_log as per_log_simple
from .critical_expansion import abel, about_logarithm, log, of_product, over, per_log, under
from .critical_gaps import first, stretch
from .critical_logarithm import kernel_at_least, kernel_at_most, kernel_high, kernel_low, slope
from .critical_map import ratio, square
from .critical_tangent import above
from .near_constant import Spectrum, a, delta, n, several
from .near_constant import error as any_error
from .setting import from_one, l

g0 = sp.Symbol("g_0", real=True)
least_gap = interval(g0, 0, 1, "(")
third = sp.Rational(1, 3)
entry = kernel() / l
"""Theta^(l)/(l q*) of two inputs."""

pair = replace(once, variables=(*once.variables, least_gap), given=(le(g0, first_gap),))
body = inner(X, row, column)
low, high, condition = smallest(body, n), largest(body, n), largest(body, n) / smallest(body, n)
"""Of the matrix Theta^(l)/(l q*): it is positive semidefinite with ones on the diagonal, any Gram matrix of unit
vectors."""

error = (above + scale / g0 + 4 * square / 9 + per_log_simple * sp.log(1 + least * l)) / l
"""How far the entries are from 1/3, at most."""

number = third - slope * log / l
_excess = scale * (abel(1 / g0) + over / least + per_log * sp.log(1 / least)) + above
_shortfall = 4 * square / 9 + scale * under / least + slope * sp.log(1 + gain)
sharp_error = (_excess + _shortfall) / l
"""1/3 + kappa' log(l)/(3 l), and how far the entries are from that, at most."""

_u, _v, _w = sp.symbols("_u _v _w", real=True)
_more = {s: interval(s, 0, sp.oo) for s in (_u, _v)}
_positive = interval(_w, 0, sp.oo, "(")


def _known(prove: Proof) -> list[Use]:
    """Signs, 1/gamma_0 <= 1/g_0, and that logarithms grow."""
    inverse_grows = prove.polynomial(le(1 / (_w + _u), 1 / _w), _positive, _more[_u])
    signs = [prove.polynomial(law, ratio, *variables) for law, *variables in (
        (lt(0, scale), ), (lt(0, per_log_simple), ), (lt(0, slope), ), (le(0, 4 * square / 9), ),
        (lt(0, scale * over / least), ), (lt(0, scale * under / least), ), (lt(0, 1 / l), from_one),
        (le(1, gain + 1), ), (lt(0, gain), ), (le(1, 1 + least * l), from_one), (lt(0, scale * per_log), ),
        (le(1, 1 / g0), least_gap), (lt(0, 1 / g0), least_gap))]  # fmt: skip
    return [
        *about_logarithm(prove), *map(fact, signs), fact(inverse_grows, {_w: g0, _u: first_gap - g0}),
        fact(prove.polynomial(le(0, first_gap), once.variables[2])),
        fact(prove.polynomial(le(first_gap, 1), once.variables[2])),
    ]  # fmt: skip


@lemma("an entry of the tangent kernel over the depth is near 1/3")
def near(prove: Proof) -> Step:
    """|p_ab/l - 1/3| <= error."""
    goal, longest = pair.conclude(le(sp.Abs(entry - third), error)), 1 + least * l
    slower = prove.polynomial(
        le(0, least * l * (1 - _u)), ratio, from_one, interval(_u, 0, 1)
    )
    grows = prove.polynomial(le(1, 1 + least * l * _u), ratio, from_one, interval(_u, 0, 1))
    known = [
        *_known(prove), fact(entry_near(prove)), fact(slower, {_u: first_gap}), fact(grows, {_u: first_gap}),
        fact(more_logarithm(prove), {"_x": stretch(), "_z": longest}),
        fact(more_logarithm(prove), {"_x": 1, "_z": longest}),
    ]  # fmt: skip

    def side(sign: int) -> Step:
        first_bound = (radius + scale * (1 / g0 - first)) / l
        return prove.chain(
            goal.conclude(le(sign * (entry - third), error)), *known,
            adds(prove, sign * (entry - third), 1 / l, radius - sign * (kernel() - l / 3)),
            adds(prove, radius / l, scale, 1 / g0 - first, 1 / l),
            adds(prove, first_bound, per_log_simple, sp.log(longest) - sp.log(stretch()), 1 / l),
        )  # fmt: skip

    return prove.absolute_value(goal, side(1), side(-1))


@lemma("an entry of the tangent kernel over the depth with its logarithm")
def near_sharp(prove: Proof) -> Step:
    """|p_ab/l - 1/3 - kappa' log(l)/(3 l)| <= sharp_error."""
    goal, last = pair.conclude(le(sp.Abs(entry - number), sharp_error)), first * (1 + gain)
    product = prove.polynomial(le(0, (_u - 1) * gain), interval(_u, 1, sp.oo), ratio)
    whole = prove.polynomial(le(1, _u * (1 + gain)), interval(_u, 1, sp.oo), ratio)
    known = [
        *_known(prove), fact(kernel_at_most(prove)), fact(kernel_at_least(prove)), fact(product, {_u: first}),
        fact(whole, {_u: first}), fact(more_logarithm(prove), {"_x": first + gain, "_z": last}),
        fact(more_logarithm(prove), {"_x": first, "_z": 1 / g0}), fact(more_logarithm(prove), {"_x": 1, "_z": 1 / g0}),
        fact(more_logarithm(prove), {"_x": 1, "_z": 1 + gain}), fact(more_logarithm(prove), {"_x": 1, "_z": 1 / least}),
        fact(of_product(prove), {"_x": first, "_y": 1 + gain}),
    ]  # fmt: skip
    total = prove.chain(
        pair.conclude(le(0, _excess)), *known, adds(prove, sp.S.Zero, above), adds(prove, above, scale, 1 / g0),
        adds(prove, above + scale / g0, scale * per_log, sp.log(1 / g0)),
        adds(prove, above + scale * abel(1 / g0), scale * over / least),
        adds(prove, above + scale * (abel(1 / g0) + over / least), scale * per_log, sp.log(1 / least)),
    )  # fmt: skip
    less = prove.chain(
        pair.conclude(le(0, _shortfall)), *known, adds(prove, sp.S.Zero, 4 * square / 9),
        adds(prove, 4 * square / 9, scale * under / least),
        adds(prove, 4 * square / 9 + scale * under / least, slope, sp.log(1 + gain)),
    )  # fmt: skip
    inside, rest = entry - number, kernel() - l / 3 + slope * log
    wider = kernel_high + scale * (1 / g0 - first)
    widest = wider + scale * per_log * (sp.log(1 / g0) - sp.log(first))
    upper = prove.chain(
        goal.conclude(le(inside, sharp_error)), *known, fact(less), adds(prove, inside, 1 / l, kernel_high - rest),
        adds(prove, kernel_high / l, scale, 1 / g0 - first, 1 / l),
        adds(prove, wider / l, scale * per_log, sp.log(1 / g0) - sp.log(first), 1 / l),
        adds(prove, widest / l, scale * over / least, 1 - first_gap, 1 / l),
        adds(prove, _excess / l, 1 / l, _shortfall),
    )  # fmt: skip
    split = sp.log(first) + sp.log(1 + gain) - sp.log(first + gain)
    lower = prove.chain(
        goal.conclude(le(-inside, sharp_error)), *known, fact(total), adds(prove, -inside, 1 / l, rest - kernel_low),
        adds(prove, -kernel_low / l, slope, sp.log(last) - sp.log(first + gain), 1 / l),
        adds(
            prove, (-kernel_low + slope * (sp.log(last) - sp.log(first + gain))) / l, slope,
            sp.log(first) + sp.log(1 + gain) - sp.log(last), 1 / l,
        ),
        adds(prove, (-kernel_low + slope * split) / l, scale * under / least, 1 - first_gap, 1 / l),
        adds(prove, _shortfall / l, 1 / l, _excess),
    )  # fmt: skip
    return prove.absolute_value(goal, upper, lower)


class Data:
    """What follows for the matrix Theta^(l)/(l q*) of n points: the entries are within `by` of `value`; the variable is
    the one that `by` has."""

    def __init__(self, value: sp.Expr, by: sp.Expr, variable: Variable, *given: Relation) -> None:
        self.value, self.by, self.off_by = value, by, body - value
        self.frame = forall(
            from_one, several, ratio, variable, given=[le(off_maximum(self.off_by, n), by), *given], holds=le(0, 0)
        )
        self.spread = (n - 1) * by
        self.small = lt(self.spread, 1 - value)

    def conclude(self, holds: Relation, label: str, *given: Relation) -> Statement:
        """A statement about these data."""
        return replace(self.frame, given=(*self.frame.given, *given), conclusion=holds, label=label)

    def shown(self, prove: Proof, goal: Statement, law: str, facts: Sequence[Use]) -> Step:
        """The goal, by a law about all matrices near a I + b 11^T; the facts say that 0 <= value < 1, 0 <= by."""
        spectrum = Spectrum(prove, lambda r: r, lambda prove: [], None, from_one)
        return prove.chain(goal, *facts, at(getattr(spectrum, law)(), {a: self.value, delta: self.by}))


def error_signs(prove: Proof) -> list[Use]:
    """0 <= error, and what shows that log(l) and the constants have values."""
    longest = 1 + least * l
    log_sign = fact(more_logarithm(prove), {"_x": 1, "_z": longest})
    share = prove.polynomial(le(1, longest), ratio, from_one)
    total = prove.polynomial(
        le(0, (above + scale / g0 + 4 * square / 9 + per_log_simple * _u) / l), ratio, from_one, least_gap, _more[_u]
    )
    return [fact(share), log_sign, fact(total, {_u: sp.log(longest)})]


def sharp_signs(prove: Proof) -> list[Use]:
    """1/3 + kappa' log(l)/(3 l) < 1, and 0 <= log(l)."""
    below = prove.polynomial(lt(third - slope * _u / l, 1), ratio, from_one, _more[_u])
    return [
        fact(prove.polynomial(le(1, l), from_one)), fact(more_logarithm(prove), {"_x": 1, "_z": l}),
        fact(below, {_u: log}),
    ]  # fmt: skip


simple = Data(third, error, least_gap)
sharp = Data(number, delta, any_error, le(0, number))
