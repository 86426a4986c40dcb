"""The factor d of the ordered rows is no theorem: it depends on how the pixels of one image are correlated.

Two images of d pixels, the correlation s for two pixels of one image and c <= s for two pixels of different ones. All
entries of an offset class agree, so that the filter changes nothing. A flatten layer leaves p on the diagonal and p_c
off it; pooling leaves (p + (d - 1) p_s)/d on the diagonal and p_c off it."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Sequence,
    Statement,
    Step,
    Verdict,
    at,
    dual_slope,
    fact,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.monotone import bounded, non_negative
from deepcond_sym.proof.tactics.power_gaps import adds

from .pixel_steps import dual_in_order, slope_at_least, slope_in_order
from .setting import chi, diagonal, l, layers

c, s = sp.symbols("c s", real=True)
d, pixels = index("d", 1)
_p, _p_c, _p_s = diagonal(l), *(sp.Function(name, real=True)(l) for name in ("p_c", "p_s"))
_units = interval(c, 0, 1), interval(s, 0, 1)
ordered = le(0, chi), lt(chi, 1), le(c, s)


def _kernel(name: str, start: sp.Symbol, member: sp.Expr) -> Sequence:
    moved = dual_slope(iterate(l, start)) * member
    return Sequence(name, l, 0, sp.S.Zero, iterate(l + 1, start) + moved)


_sequences = diagonal, _kernel("p_c", c, _p_c), _kernel("p_s", s, _p_s)
_frame = forall(layers, *_units, given=ordered, family=UNCENTRED, sequences=_sequences, holds=le(0, 0))


def _about(prove: Proof, start: sp.Symbol, depth: sp.Expr) -> list[Use]:
    """What is known of iterate(depth, start): it is in [0, 1], and its slope in [0, chi]."""
    here = iterate(depth, start)
    return [
        fact(bounded(prove), {"L": depth, "r": start}), fact(non_negative(prove), {"L": depth, "s": start}),
        fact(slope_at_least(prove), {"_s": here}), fact(slope_in_order(prove), {"_r": here, "_s": 1}),
    ]  # fmt: skip


def _not_negative(prove: Proof, start: sp.Symbol, member: sp.Expr) -> Step:
    """0 <= p_c."""
    after, slope = iterate(l + 1, start), dual_slope(iterate(l, start))
    return inductive(
        prove, _frame.conclude(le(0, member)), l,
        lambda base: prove.chain(base, prove.folded(base, base.conclusion.rhs, base.conclusion.rhs)),
        lambda step: prove.chain(
            step, *_about(prove, start, l), *_about(prove, start, l + 1), adds(prove, sp.S.Zero, after),
            adds(prove, after, slope, member), prove.folded(step, step.conclusion.rhs, step.conclusion.rhs),
        ),
    )  # fmt: skip


def _below_diagonal(prove: Proof, start: sp.Symbol, member: sp.Expr) -> Step:
    """p_c <= p."""
    after, slope = iterate(l + 1, start), dual_slope(iterate(l, start))

    def step(target: Statement) -> Step:
        positive = fact(_not_negative(prove, start, member))
        return prove.chain(
            target, *_about(prove, start, l), *_about(prove, start, l + 1), positive,
            prove.unfold(target, target.conclusion.lhs, target.conclusion.lhs),
            adds(prove, after + slope * member, 1 - after), adds(prove, 1 + slope * member, chi - slope, member),
            adds(prove, 1 + chi * member, chi, _p - member),
            prove.folded(target, target.conclusion.rhs, target.conclusion.rhs),
        )  # fmt: skip

    def base(target: Statement) -> Step:
        return prove.chain(
            target, prove.unfold(target, target.conclusion.lhs, target.conclusion.lhs),
            prove.folded(target, target.conclusion.rhs, target.conclusion.rhs),
        )  # fmt: skip

    return inductive(prove, _frame.conclude(le(member, _p)), l, base, step)


@lemma("nearer inputs stay nearer")
def in_order(prove: Proof) -> Step:
    """iterate(l, c) <= iterate(l, s)."""
    low, high = iterate(l, c), iterate(l, s)
    return inductive(
        prove, _frame.conclude(le(low, high)), l,
        lambda base: prove.chain(
            base, prove.unfold(base, low.subs(l, 0)), adds(prove, c, s - c), prove.folded(base, high.subs(l, 0))
        ),
        lambda step: prove.chain(
            step, *_about(prove, c, l), *_about(prove, s, l), prove.unfold(step, low.subs(l, l + 1)),
            _one_layer(prove, low, high), prove.folded(step, high.subs(l, l + 1)),
        ),
    )  # fmt: skip


def _one_layer(prove: Proof, low: sp.Expr, high: sp.Expr) -> Use:
    """dual(low) <= dual(high)."""
    return at(dual_in_order(prove), {"_r": low, "_s": high})


@lemma("nearer inputs have the larger tangent kernel")
def kernels_in_order(prove: Proof) -> Step:
    """p_c <= p_s."""
    low, high = iterate(l, c), iterate(l, s)
    small, large = dual_slope(low), dual_slope(high)

    def step(target: Statement) -> Step:
        known = [fact(in_order(prove)), fact(in_order(prove), {l: l + 1}), fact(_not_negative(prove, c, _p_c))]
        after, further = low.subs(l, l + 1), high.subs(l, l + 1)
        return prove.chain(
            target, *_about(prove, c, l), *_about(prove, s, l), *_about(prove, c, l + 1), *_about(prove, s, l + 1),
            *known, fact(slope_in_order(prove), {"_r": low, "_s": high}),
            prove.unfold(target, target.conclusion.lhs, target.conclusion.lhs),
            adds(prove, after + small * _p_c, further - after),
            adds(prove, further + small * _p_c, large - small, _p_c),
            adds(prove, further + large * _p_c, large, _p_s - _p_c),
            prove.folded(target, target.conclusion.rhs, target.conclusion.rhs),
        )  # fmt: skip

    def base(target: Statement) -> Step:
        return prove.chain(
            target, prove.unfold(target, target.conclusion.lhs, target.conclusion.lhs),
            prove.folded(target, target.conclusion.rhs, target.conclusion.rhs),
        )  # fmt: skip

    return inductive(prove, _frame.conclude(le(_p_c, _p_s)), l, base, step)


def _flat(kernel: sp.Expr, top: sp.Expr) -> sp.Expr:
    """The bulk with a flatten layer."""
    return top - kernel


def _pool(own: sp.Expr, kernel: sp.Expr, top: sp.Expr) -> sp.Expr:
    """d times the bulk with pooling."""
    return top + (d - 1) * own - d * kernel


_instance = Instance(
    {l: Fraction(5), c: Fraction(1, 2), s: Fraction(9, 10), d: Fraction(2)},
    (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)),
)
_READING = (
    r" The formal statement takes two images of d pixels, the correlation s for two pixels of one image, c for two of"
    r" different images, and reads 1/d as what pooling makes of the kernel without pooling at equal depth, up to a"
    r" factor 3/2. No other factor helps: images that are constant over their pixels (s = 1) have the same kernel with"
    r" and without pooling, for every d. The witness is the map $f(c)=\frac12+\frac c4+\frac{c^2}4$, with"
    r" $\chi_1=\frac34$, and correlated pixels, s = 9/10."
)


def _bulk_statement(tangent: bool, constant: sp.Expr, own: sp.Expr) -> Statement:
    if tangent:
        frame, top, kernel, other = _frame, _p, _p_c, _p_s
    else:
        frame, top, kernel, other = _covariances, sp.S.One, iterate(l, c), iterate(l, s)
    inner = other if own == s else kernel
    return replace(
        frame, variables=(*frame.variables, pixels),
        conclusion=le(_pool(inner, kernel, top), constant * _flat(kernel, top)),
    )  # fmt: skip


_covariances = forall(layers, *_units, given=ordered, family=UNCENTRED, holds=le(0, 0))


def _bulk_proof(prove: Proof, goal: Statement, tangent: bool, constant: sp.Expr, own: sp.Expr) -> Step:
    top, kernel, other = (_p, _p_c, _p_s) if tangent else (sp.S.One, iterate(l, c), iterate(l, s))
    known = [fact(_below_diagonal(prove, c, _p_c)), fact(_below_diagonal(prove, s, _p_s))] if tangent else [
        *_about(prove, c, l), *_about(prove, s, l)]  # fmt: skip
    start = goal.conclusion.lhs
    more = adds(prove, start, d - 1, top - other) if own == s else adds(prove, start, constant - 1, top - kernel)
    return prove.chain(goal, *known, more)


tangent_bulk = Claim(
    "xiao2020/B21-pooled-reported",
    title="The ordered bulk of the tangent kernel: pooling divides it by d",
    source="table of the tangent kernel",
    provenance="as reported",
    printed=r"\lambda_{bulk}=O(l\chi_1^l)/d",
    expected=Verdict.REFUTED,
    note=r"Refuted as reported (the printed form could not be compared)." + _READING,
    beside=("xiao2020/B21-pooled", "xiao2020/B31-pooled-reported"),
    parameters={"constant": "3/2", "own": s},
    witnesses=((0, _instance),),
)


@tangent_bulk.states
def tangent_bulk_statement(constant, own):
    return _bulk_statement(True, constant, own)


@tangent_bulk.proves
def tangent_bulk_proof(prove, goal, constant, own):
    """Kernels are at most their diagonal."""
    return _bulk_proof(prove, goal, True, constant, own)


tangent_bulk.mutant("without the factor d", constant=d)
tangent_bulk.mutant("pixels of one image no nearer than those of two", own=c)

covariance_bulk = Claim(
    "xiao2020/B31-pooled-reported",
    title="The ordered bulk of the NNGP kernel: pooling divides it by d",
    source="table of the NNGP kernel",
    provenance="as reported",
    printed=r"\lambda_{bulk}=O(\chi_1^l)/d,\quad\kappa=\Omega(dmq^*\chi_1^{-l})",
    expected=Verdict.REFUTED,
    note=r"Refuted as reported (the printed form could not be compared); the factor d of $\kappa$ is that of the bulk."
    + _READING,
    beside=("xiao2020/B21-pooled-reported", "xiao2020/B21-pooled"),
    parameters={"constant": "3/2", "own": s},
    witnesses=((0, _instance),),
)


@covariance_bulk.states
def covariance_bulk_statement(constant, own):
    return _bulk_statement(False, constant, own)


@covariance_bulk.proves
def covariance_bulk_proof(prove, goal, constant, own):
    """Correlations are at most 1."""
    return _bulk_proof(prove, goal, False, constant, own)


covariance_bulk.mutant("without the factor d", constant=d)
covariance_bulk.mutant("pixels of one image no nearer than those of two", own=c)

condition = Claim(
    "xiao2020/B22-pooled-reported",
    title="The ordered condition number of the tangent kernel: pooling multiplies it by d",
    source="table of the tangent kernel",
    provenance="as reported",
    printed=r"\kappa=dmp^*/\Omega(l\chi_1^l)",
    expected=Verdict.REFUTED,
    note=r"Refuted as reported (the printed form could not be compared). Both condition numbers are brought over their"
    r" denominators." + _READING,
    beside=("xiao2020/B21-pooled", "xiao2020/B21-pooled-reported"),
    parameters={"constant": "2/3"},
    witnesses=((0, _instance),),
)


@condition.states
def condition_statement(constant):
    on = (_p + (d - 1) * _p_s) / d
    claimed = constant * d * (_p + _p_c) * (on - _p_c)
    return replace(
        _frame, variables=(*_frame.variables, pixels), conclusion=le(claimed, (on + _p_c) * (_p - _p_c))
    )  # fmt: skip


@condition.proves
def condition_proof(prove, goal, constant):
    """The diagonal after pooling is at most that before."""
    known = [
        fact(_not_negative(prove, c, _p_c)), fact(kernels_in_order(prove)),
        *(fact(_below_diagonal(prove, *pair)) for pair in ((c, _p_c), (s, _p_s))),
    ]  # fmt: skip
    start = goal.conclusion.lhs
    fewer = sp.expand((1 / d - constant) * d)
    on = (_p + (d - 1) * _p_s) / d
    nearer = prove.chain(
        goal.conclude(le(0, on - _p_c)), *known, adds(prove, sp.S.Zero, 1 / d, _p - _p_c),
        adds(prove, (_p - _p_c) / d, (d - 1) / d, _p_s - _p_c),
    )  # fmt: skip
    total = prove.chain(
        goal.conclude(le(0, _p + _p_c)), *known, adds(prove, sp.S.Zero, _p_c, 2), adds(prove, 2 * _p_c, _p - _p_c)
    )
    middle = start + fewer * (_p + _p_c) * (on - _p_c)
    return prove.chain(
        goal, *known, fact(nearer), fact(total), adds(prove, start, fewer, _p + _p_c, on - _p_c),
        adds(prove, middle, 2 * (d - 1) / d, _p_c, _p - _p_s),
    )  # fmt: skip


condition.mutant("without the factor d", constant=1 / d)
condition.mutant("without the factor d, and half of that", constant=1 / (2 * d))

true = Claim(
    "xiao2020/B21-pooled",
    title="The ordered bulk of the tangent kernel with pooling, against that without",
    source="derived here",
    printed=r"\frac1d\lambda_{bulk}^{flatten}\le\lambda_{bulk}^{pool}\le\lambda_{bulk}^{flatten}",
    note=r"Every activation in the ordered phase, every depth, two images of d pixels with the correlation s for two"
    r" pixels of one image and c <= s for two pixels of different images. The bulk with pooling is"
    r" $D(c)-(1-\frac1d)D(s)$ with $D=p-p_{ab}$, without it $D(c)$: both ends are attained, at $s=c$ and at $s=1$, and"
    r" in the limit $D(s)/D(c)$ tends to the ratio of the Koenigs limits, which depends on the data.",
    beside=("xiao2020/B21-pooled-reported", "xiao2020/B22-pooled-reported"),
    parameters={"least": 1, "most": d},
    witnesses=((0, _instance), (1, _instance)),
)


@true.states
def true_statement(least, most):
    whole, pooled = replace(_frame, variables=(*_frame.variables, pixels)), _pool(_p_s, _p_c, _p)
    return (
        replace(whole, conclusion=le(least * (_p - _p_c), pooled), label="from below"),
        replace(whole, conclusion=le(pooled, most * (_p - _p_c)), label="from above"),
    )


@true.proves
def true_proof(prove, goals, least, most):
    """p_c <= p_s <= p."""
    low, high = goals
    known = [fact(kernels_in_order(prove)), fact(_below_diagonal(prove, s, _p_s))]
    return [
        prove.chain(low, *known, adds(prove, low.conclusion.lhs, d - 1, _p_s - _p_c)),
        prove.chain(high, *known, adds(prove, high.conclusion.lhs, d - 1, _p - _p_s)),
    ]


true.mutant("twice as much from below", least=2)
true.mutant("3/2 in place of d", most="3/2")
