"""The inverse gap of erf on its critical line with its logarithm: 1/gamma + |kappa'| A log(1/gamma) grows by A in every
layer, up to errors of the order gamma^2, whose sum is bounded."""

import sympy as sp

from deepcond_sym.proof import Proof, Statement, Step, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import slope
from deepcond_sym.proof.tactics.inductive import base_case, inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from proofs_checks.starnaud2025.angle_steps import logarithm, more_logarithm
from proofs_checks.starnaud2025.logarithm_steps import less_logarithm

from .critical_depth import (
    correlations,
    first_gap,
    frame,
    from_zero,
    gain,
    gap,
    law,
    layer,
    least,
    loss,
    once,
    third,
)  # fmt: skip
from .critical_gaps import about_inverse, at_least, at_most, constants, first, inverse
from .critical_map import ratio
from .setting import from_one, l

per_log = loss / gain
"""|kappa'| A."""

over = third + loss * gain * (1 + gain)
under = loss**2 / gain
"""What 1/gamma + |kappa'| A log(1/gamma) grows by is A, up to these times the square of the next gap."""

log = sp.log(l)
_x, _y, _u = sp.symbols("_x _y _u", real=True)
_one_on = interval(_x, 1, sp.oo), interval(_y, 1, sp.oo)


def abel(value: sp.Expr) -> sp.Expr:
    """x + |kappa'| A log(x)."""
    return value + per_log * sp.log(value)


def _layer(prove: Proof) -> list[Use]:
    """What is known of one layer: the constants, both inverse gaps, and the increments."""
    known = [fact(prove.polynomial(lt(0, c), ratio)) for c in (per_log, over, under, 1 / least, gain * (1 + gain))]
    names = "shrinks", "gains", "gains nearly", "gains third", "gains least"
    known += [*constants(prove), *about_inverse(prove, l, l + 1), *(fact(law(prove, name)) for name in names)]
    more = layer().gained
    grows = prove.chain(
        frame.conclude(le(0, more)), *known, adds(prove, sp.S.Zero, least), adds(prove, least, more - least)
    )
    return [*known, fact(grows)]


@lemma("the square of a gap by a difference of gaps")
def square_at_most(prove: Proof) -> Step:
    """gamma_(l+1)^2 <= (gamma_l - gamma_(l+1))/b."""
    before, after, gained = gap(), gap(l + 1), layer().gained
    larger = prove.polynomial(
        le(_x * _y, _x * _y + _x * _y * _u / least), *(interval(s, 0, sp.oo) for s in (_x, _y, _u)), ratio
    )
    return prove.chain(
        frame.conclude(le(after**2, (before - after) / least)), *_layer(prove),
        adds(prove, after**2, after, before - after),
        at(larger, {_x: after, _y: before, _u: gained - least}),
    )  # fmt: skip


@lemma("a gap by the next one")
def gap_by_next(prove: Proof) -> Step:
    """gamma_l <= gamma_(l+1) + A (1 + A) gamma_(l+1)^2."""
    before, after, missing = gap(), gap(l + 1), gain - layer().gained
    once_more = prove.chain(
        frame.conclude(le(before, after + gain * after * before)), *_layer(prove),
        adds(prove, before, missing, after, before),
    )  # fmt: skip
    linear = prove.chain(
        frame.conclude(le(before, after + gain * after)), *_layer(prove), once_more,
        adds(prove, after + gain * after * before, gain, after, 1 - before),
    )  # fmt: skip
    return prove.chain(
        frame.conclude(le(before, after + gain * (1 + gain) * after**2)), *_layer(prove), fact(linear), once_more,
        adds(prove, after + gain * after * before, gain, after, after + gain * after - before),
    )  # fmt: skip


def _start(prove: Proof, goal: Statement) -> tuple[list[Use], Step]:
    """What is known before any layer, and the equality of both sides."""
    known = about_inverse(prove, sp.S.Zero)
    base = base_case(goal, l)
    same = forall(
        ratio, from_zero, sequences=base.sequences, given=[lt(0, gap(sp.S.Zero)), lt(0, inverse(sp.S.Zero)),
        lt(0, first)], holds=eq(base.conclusion.lhs, base.conclusion.rhs),
    )  # fmt: skip
    return [*constants(prove), fact(prove.polynomial(lt(0, first), from_zero)), *known], prove.identity(
        same, unfold=[correlations(0)]
    )


@lemma("the inverse gap with its logarithm, from below")
def abel_at_least(prove: Proof) -> Step:
    """v(1/gamma_0) + A l - K^2 A^3/b (gamma_0 - gamma_l) <= v(1/gamma_l), v(x) = x + K A log(x), K = |kappa'|."""
    low = lambda depth: abel(first) + gain * depth - under / least * (first_gap - gap(depth))  # noqa: E731
    goal = frame.conclude(le(low(l), abel(inverse())))
    after, gained = gap(l + 1), layer().gained
    factor = 1 + per_log * after
    product = prove.polynomial(lt(0, 1 + _x * _y), *(interval(s, 0, sp.oo, "(") for s in (_x, _y)))

    def step(target: Statement) -> Step:
        old, new = inverse(), inverse(l + 1)
        grown = sp.log(new) - sp.log(old)
        return prove.chain(
            target, *_layer(prove), fact(square_at_most(prove)), fact(product, {_x: per_log, _y: after}),
            fact(logarithm(prove), {"_x": old, "_z": new}),
            adds(prove, low(l + 1), under, (gap() - after) / least - after**2),
            adds(prove, low(l) + gain - under * after**2, factor, gained - gain + loss * after),
            adds(prove, low(l) + gained * factor, per_log, grown - (new - old) / new),
            adds(prove, low(l) + gained + per_log * grown, abel(old) - low(l)),
        )  # fmt: skip

    known, same = _start(prove, goal)
    return inductive(prove, goal, l, lambda base: prove.chain(base, *known, at(same, {})), step)


@lemma("the inverse gap with its logarithm, from above")
def abel_at_most(prove: Proof) -> Step:
    """v(1/gamma_l) <= v(1/gamma_0) + A l + N/b (gamma_0 - gamma_l), N = M_2 + K A^3 (1 + A)."""
    high = lambda depth: abel(first) + gain * depth + over / least * (first_gap - gap(depth))  # noqa: E731
    goal = frame.conclude(le(abel(inverse()), high(l)))
    after, gained = gap(l + 1), layer().gained

    def step(target: Statement) -> Step:
        old, new = inverse(), inverse(l + 1)
        known = [
            *_layer(prove), fact(square_at_most(prove)), fact(gap_by_next(prove)),
            fact(less_logarithm(prove), {"_x": old, "_h": gained}),
        ]  # fmt: skip
        most = gain - loss * after + third * after**2
        return prove.chain(
            target, *known, adds(prove, abel(new), per_log, gained * gap() - sp.log(new) + sp.log(old)),
            adds(prove, abel(old) + gained + per_log * gained * gap(), per_log, gap(), gain - gained),
            adds(prove, abel(old) + gained + loss * gap(), most - gained),
            adds(prove, abel(old) + most + loss * gap(), loss, after + gain * (1 + gain) * after**2 - gap()),
            adds(prove, abel(old) + gain + over * after**2, over, (gap() - after) / least - after**2),
            adds(prove, abel(old) + gain + over / least * (gap() - after), high(l) - abel(old)),
        )  # fmt: skip

    known, same = _start(prove, goal)
    return inductive(prove, goal, l, lambda base: prove.chain(base, *known, at(same, {})), step)


@lemma("the logarithm of a product")
def of_product(prove: Proof) -> Step:
    """log(x y) <= log(x) + log(y) for x, y >= 1."""
    return prove.ball_box(
        le(sp.log(_x * _y), sp.log(_x) + sp.log(_y)), *_one_on, outline=slope(_y, 0)
    )  # fmt: skip


def about_logarithm(prove: Proof) -> list[Use]:
    """What is known from the first layer on, 1 <= l included."""
    laws = [prove.polynomial(le(1, value), ratio, *variables) for value, variables in (
        (1 / least, ()), (l, (from_one,)), (first + gain, (from_zero,)), (l * (first + gain), (from_one, from_zero)))]
    return [
        *constants(prove), *about_inverse(prove, l), *map(fact, laws),
        *(fact(prove.polynomial(lt(0, c), ratio)) for c in (per_log, over / least, under / least)),
    ]  # fmt: skip


@lemma("the logarithm of the inverse gap, from above")
def log_at_most(prove: Proof) -> Step:
    """log(1/gamma_l) <= log(l) + log(1/gamma_0 + A)."""
    start, lid = first + gain, l * (first + gain)
    product = prove.polynomial(le(0, (l - 1) * _u), from_one, interval(_u, 0, sp.oo))
    known = [*about_logarithm(prove), fact(at_most(prove)), fact(product, {_u: first})]
    below = prove.chain(
        once.conclude(le(inverse(), lid)), *known, at(at_most(prove), {}),
        adds(prove, first + gain * l, (l - 1) * first),
    )  # fmt: skip
    return prove.chain(
        once.conclude(le(sp.log(inverse()), log + sp.log(start))), *known, fact(below),
        fact(more_logarithm(prove), {"_x": inverse(), "_z": lid}),
        adds(prove, sp.log(inverse()), sp.log(lid) - sp.log(inverse())), at(of_product(prove), {_x: l, _y: start}),
    )  # fmt: skip


@lemma("the logarithm of the inverse gap, from below")
def log_at_least(prove: Proof) -> Step:
    """log(l) - log(1/b) <= log(1/gamma_l)."""
    lid = inverse() / least
    product = prove.polynomial(le(1, (1 + _x) * (1 + _u)), *(interval(s, 0, sp.oo) for s in (_x, _u)))
    scaled = prove.polynomial(le(0, _u / least), interval(_u, 0, sp.oo), ratio)
    share = prove.polynomial(lt(0, _u / least), interval(_u, 0, sp.oo, "("), ratio)
    known = [
        *about_logarithm(prove), fact(at_least(prove)), fact(product, {_x: inverse() - 1, _u: 1 / least - 1}),
        fact(scaled, {_u: inverse() - first - least * l}), fact(scaled, {_u: first}),
        fact(share, {_u: inverse()}),
    ]  # fmt: skip
    below = prove.chain(
        once.conclude(le(l, lid)), *known, adds(prove, l, first / least),
        adds(prove, l + first / least, (inverse() - first - least * l) / least),
    )  # fmt: skip
    return prove.chain(
        once.conclude(le(log - sp.log(1 / least), sp.log(inverse()))), *known, fact(below),
        fact(more_logarithm(prove), {"_x": l, "_z": lid}),
        adds(prove, log - sp.log(1 / least), sp.log(lid) - log),
        at(_less(prove), {_x: inverse(), _y: 1 / least}),
    )  # fmt: skip


@lemma("the logarithm of a product, less one of the factors'")
def _less(prove: Proof) -> Step:
    """log(x y) - log(y) <= log(x) for x, y >= 1."""
    goal = forall(*_one_on, holds=le(sp.log(_x * _y) - sp.log(_y), sp.log(_x)))
    product = prove.polynomial(lt(0, _x * _y), *_one_on)
    return prove.chain(
        goal, fact(product), fact(of_product(prove)),
        adds(prove, goal.conclusion.lhs, sp.log(_x) + sp.log(_y) - sp.log(_x * _y)),
    )  # fmt: skip


inverse_low = abel(first) - under / least * first_gap - per_log * sp.log(first + gain)
inverse_high = abel(first) + over / least * first_gap + per_log * sp.log(1 / least)
"""1/gamma_l is A l - |kappa'| A log(l), up to a term between these."""


@lemma("the inverse gap with log(l), from below")
def inverse_at_least(prove: Proof) -> Step:
    """A l - |kappa'| A log(l) + what does not depend on l <= 1/gamma_l."""
    main = gain * l - per_log * log
    low = abel(first) + gain * l - under / least * (first_gap - gap())
    start = log + sp.log(first + gain)
    return prove.chain(
        once.conclude(le(main + inverse_low, inverse())), *about_logarithm(prove), fact(abel_at_least(prove)),
        fact(log_at_most(prove)), adds(prove, main + inverse_low, under / least, gap()),
        adds(prove, low - per_log * start, abel(inverse()) - low),
        adds(prove, abel(inverse()) - per_log * start, per_log, start - sp.log(inverse())),
    )  # fmt: skip


@lemma("the inverse gap with log(l), from above")
def inverse_at_most(prove: Proof) -> Step:
    """1/gamma_l <= A l - |kappa'| A log(l) + what does not depend on l."""
    high = abel(first) + gain * l + over / least * (first_gap - gap())
    end = log - sp.log(1 / least)
    return prove.chain(
        once.conclude(le(inverse(), gain * l - per_log * log + inverse_high)), *about_logarithm(prove),
        fact(abel_at_most(prove)), fact(log_at_least(prove)),
        adds(prove, inverse(), per_log, sp.log(inverse()) - end),
        adds(prove, abel(inverse()) - per_log * end, high - abel(inverse())),
        adds(prove, high - per_log * end, over / least, gap()),
    )  # fmt: skip
