"""B24, B25, B26 as reported: corrections O(1), O(1), O(1/l) in the critical row, refuted for erf."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Statement, Step, Verdict, at, eq, fact, interval, le, lt
from deepcond_sym.proof.tactics.arbitrary import no_less
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds

from .critical_corrections import R, frame, high, largest_at_most, largest_exact, low, smallest_at_least
from .critical_depth import gap, kernel, law, layer, once, start
from .critical_entries import entry_at_most, excess
from .critical_gaps import about_inverse, constants
from .critical_map import t
from .critical_tangent import not_negative
from .near_constant import n, several
from .setting import l

constants_from_4 = interval(R, 4, sp.oo)
at_a_point = replace(
    frame,
    variables=(once.variables[0], interval(t, "1/5", "1/5"), interval(start, 0, 0), several, constants_from_4),
)
"""t = 1/5 and points that are orthogonal at the input, constants from 4 on."""

_u, _w = sp.symbols("_u _w", real=True)


@lemma("the tangent kernel on the critical line is less than its diagonal")
def below_diagonal(prove: Proof) -> Step:
    """p_ab <= l - gamma_l from the first layer on."""
    one, bound = sp.S.One, l - gap()

    def base(goal: Statement) -> Step:
        value = 1 - gap(one) + layer(sp.S.Zero).slope * kernel(sp.S.Zero)
        return prove.chain(
            goal, *about_inverse(prove, sp.S.Zero, one), prove.unfold(goal, kernel(one), kernel(one)),
            prove.identity(goal.conclude(eq(value, one - gap(one))), unfold=[kernel(sp.S.Zero)]),
        )  # fmt: skip

    def step(goal: Statement) -> Step:
        after = 1 - gap(l + 1) + layer().slope * kernel()
        return prove.chain(
            goal, *about_inverse(prove, l, l + 1), fact(not_negative(prove)), fact(law(prove, "slope")),
            prove.unfold(goal, kernel(l + 1), kernel(l + 1)), adds(prove, after, 1 - layer().slope, kernel()),
            adds(prove, 1 - gap(l + 1) + kernel(), bound - kernel()),
            adds(prove, 1 - gap(l + 1) + bound, gap()),
        )  # fmt: skip

    return inductive(prove, once.conclude(le(kernel(), bound)), l, base, step)


def _known(prove: Proof) -> list:
    """What is known of an entry at this point of the line: p_ab <= l/3 + 20 among others."""
    constant = prove.polynomial(le(excess, 20), *at_a_point.variables[1:3])
    signs = R * n, 4 * R * n, 5 * R * n, R, 5 * R, 5 * R - 20
    return [
        *constants(prove), *about_inverse(prove, l), fact(entry_at_most(prove)), fact(not_negative(prove)),
        fact(constant), *(fact(prove.polynomial(le(0, sign), several, constants_from_4)) for sign in signs),
    ]  # fmt: skip


def _top_from_above(prove: Proof, goal: Statement) -> Step:
    """largest - (n + 2) l/3 <= (n - 1) (p_ab - l/3) <= 5 (n - 1) R."""
    p = kernel()
    start_ = goal.conclusion.lhs
    return prove.chain(
        goal, *_known(prove), fact(largest_at_most(prove, goal)), no_less(prove, start_, l + (n - 1) * p - high),
        adds(prove, (n - 1) * (p - l / 3), n - 1, l / 3 + excess - p),
        adds(prove, (n - 1) * excess, n - 1, 20 - excess), adds(prove, 20 * (n - 1), n - 1, 5 * R - 20),
        adds(prove, 5 * (n - 1) * R, 5 * R),
        adds(prove, 5 * n * R, goal.conclusion.rhs - 5 * n * R),
    )  # fmt: skip


def _bulk_from_below(prove: Proof, goal: Statement) -> Step:
    """2 l/3 - smallest <= p_ab - l/3 <= 5 R."""
    p = kernel()
    start_ = goal.conclusion.lhs
    return prove.chain(
        goal, *_known(prove), fact(smallest_at_least(prove, goal)), no_less(prove, start_, low - l + p),
        adds(prove, p - l / 3, l / 3 + excess - p), adds(prove, excess, 20 - excess),
        adds(prove, sp.S(20), 5 * R - 20), adds(prove, 5 * R, goal.conclusion.rhs - 5 * R),
    )  # fmt: skip


def _condition_from_above(prove: Proof, goal: Statement) -> Step:
    """(n + 2)/2 - kappa <= (n + 2)/2 <= R n, as kappa is not negative."""
    p = kernel()
    positive = interval(_w, 0, sp.oo, "(")
    ratio = prove.polynomial(le(0, _u / _w), interval(_u, 0, sp.oo), positive)
    above = prove.polynomial(lt(0, _w + _u), positive, interval(_u, 0, sp.oo))
    bound = prove.polynomial(le((n + 2) / 2 - _u, R * n), several, constants_from_4, interval(_u, 0, sp.oo))
    depth = prove.polynomial(le(0, l), once.variables[0])
    exact = largest_exact(prove, goal)
    top_sign = prove.polynomial(le(0, l + (n - 1) * _u), once.variables[0], several, interval(_u, 0, sp.oo))
    not_below = prove.chain(goal.conclude(le(0, high)), fact(not_negative(prove)), at(top_sign, {_u: p}), exact)
    rest = gap() + (l - gap() - p)
    return prove.chain(
        goal, *_known(prove), fact(depth), fact(below_diagonal(prove)), fact(smallest_at_least(prove, goal)),
        fact(not_below), fact(above, {_w: gap(), _u: l - gap() - p}), fact(above, {_w: rest, _u: low - l + p}),
        fact(ratio, {_u: high, _w: low}), at(bound, {_u: high / low}),
        adds(prove, n * R, goal.conclusion.rhs - n * R),
    )  # fmt: skip


_FROM = r"\qquad(d=1)\text{, e.g. with the constant 4}"
_NOTE = (
    r"Stated with constants from 4 on, for erf at $t=\frac{2q^*}{1+2q^*}=\frac15$ and inputs that are orthogonal to"
    r" each other. No constant will do, at any bias variance: xiao2020/B57-corrections. The mutants are weaker, and"
    r" true."
)


def _at(points: int) -> tuple:
    values = {l: Fraction(100), t: Fraction(1, 5), start: Fraction(0), R: Fraction(4), n: Fraction(points)}
    return ((0, Instance(values)),)


top = Claim(
    "xiao2020/B24-reported",
    title="Critical: the correction to the largest eigenvalue is bounded",
    source="as reported, critical row of the NTK table",
    provenance="as reported",
    printed=r"\lambda_{\max}=\frac{m+2}3\,lq^*+mO(1)" + _FROM,
    expected=Verdict.REFUTED,
    note=_NOTE,
    beside=("xiao2020/B24", "xiao2020/B57-corrections"),
    parameters={"difference": sp.Abs(high - (n + 2) * l / 3), "constant": R},
    witnesses=_at(2),
)


@top.states
def top_statement(difference, constant):
    return at_a_point.conclude(le(difference, constant * n))


@top.proves
def top_proof(prove, goal, difference, constant):
    """From above, the correction is bounded."""
    return _top_from_above(prove, goal)


top.mutant("from above only with five times the constant", difference=high - (n + 2) * l / 3, constant=5 * R)
top.mutant("from above with six times the constant", difference=high - (n + 2) * l / 3, constant=6 * R)

bulk = Claim(
    "xiao2020/B25-reported",
    title="Critical: the correction to the bulk eigenvalues is bounded",
    source="as reported, critical row of the NTK table",
    provenance="as reported",
    printed=r"\lambda_{bulk}=\frac23\,lq^*+O(1)" + _FROM,
    expected=Verdict.REFUTED,
    note=_NOTE,
    beside=("xiao2020/B25", "xiao2020/B57-corrections"),
    parameters={"difference": sp.Abs(low - 2 * l / 3), "constant": R},
    witnesses=_at(2),
)


@bulk.states
def bulk_statement(difference, constant):
    return at_a_point.conclude(le(difference, constant))


@bulk.proves
def bulk_proof(prove, goal, difference, constant):
    """From below, the correction is bounded."""
    return _bulk_from_below(prove, goal)


bulk.mutant("from below only with five times the constant", difference=2 * l / 3 - low, constant=5 * R)
bulk.mutant("from below with six times the constant", difference=2 * l / 3 - low, constant=6 * R)

kappa = Claim(
    "xiao2020/B26-reported",
    title="Critical: the correction to the condition number is of the order 1/l",
    source="as reported, critical row of the NTK table",
    provenance="as reported",
    printed=r"\kappa=\frac{m+2}2+mO(l^{-1})" + _FROM,
    expected=Verdict.REFUTED,
    note=_NOTE,
    beside=("xiao2020/B26", "xiao2020/B57-corrections"),
    parameters={"difference": sp.Abs(high / low - (n + 2) / 2), "constant": R / l},
    witnesses=_at(2),
)


@kappa.states
def kappa_statement(difference, constant):
    return at_a_point.conclude(le(difference, constant * n))


@kappa.proves
def kappa_proof(prove, goal, difference, constant):
    """The correction of one sign is bounded."""
    return _condition_from_above(prove, goal)


kappa.mutant("from below, without 1/l, five times the constant", difference=(n + 2) / 2 - high / low, constant=5 * R)
kappa.mutant("from below with six times the constant", difference=(n + 2) / 2 - high / low, constant=6 * R)
