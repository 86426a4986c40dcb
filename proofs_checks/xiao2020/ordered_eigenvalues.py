"""B20 to B22: the eigenvalues of the tangent kernel in the ordered phase, at every depth (d = 1).

n is the number m of inputs, and kernels are in units of q*."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, Verdict, column, eq, fact, largest, le, row
from deepcond_sym.proof.tactics.power_gaps import adds

from .mean_entry import mean, n
from .nearly_constant import g, gap, p, q
from .ordered_koenigs import PARABOLA
from .ordered_matrices import TANGENT, rate, rate_positive
from .ordered_steps import chi, diagonal_closed, growth, k, size, slope_positive, slope_power, top
from .setting import l

less_constant = largest(TANGENT.matrix - size, n)
order = l * chi**l
plain = top - order * (top + 2 * growth)
"""p* less the order l chi_1^l with a constant that does not depend on the data."""

_one, _near = Fraction(1), 1 - Fraction(1, 10**6)


def two_inputs(depth: int, correlation: Fraction = _near, **more: Fraction) -> Instance:
    """Two inputs, with the layer map 1/2 + r/4 + r^2/4."""
    line = (_one, _one, correlation)
    values = {n: Fraction(2), l: Fraction(depth), p: Fraction(1), q: Fraction(2)}
    return Instance(
        {**values, **({g: more["g"]} if more else {})}, PARABOLA,
        {"X": (line, line, (correlation, correlation, _one))},
    )  # fmt: skip


def largest_plain(prove: Proof, frame: Any) -> Step:
    """m (p* - l chi_1^l (p* + 2 (1 + ...))) <= lambda_max: p = p* (1 - chi_1^l) and chi_1^l <= l chi_1^l."""
    closed = _closed(prove, frame, n * (size - 2 * rate), back=True)
    start = n * plain
    goal = frame.conclude(le(start, TANGENT.high))
    return prove.chain(
        goal, fact(slope_positive(prove)), slope_power(prove, l), *_top_positive(prove),
        adds(prove, start, n * (l - 1), top, chi**l), closed, TANGENT.largest_for_all(prove),
    )  # fmt: skip


def _closed(prove: Proof, frame: Any, term: Any, *, back: bool = False) -> Step:
    """The term with (1 - chi_1^l) p* for the diagonal, or from the right."""
    written = term.subs(size, (1 - chi**l) * top)
    sides = (written, term) if back else (term, written)
    return prove.identity(frame.conclude(eq(*sides)), using=[(diagonal_closed(prove), {k: l - 1})])


def _top_positive(prove: Proof) -> list:
    from deepcond_sym.proof import interval

    y = sp.Symbol("y", real=True)
    return [fact(prove.polynomial(le(0, 1 / (1 - y)), interval(y, 0, 1, ")")), {y: chi})]


B20 = Claim(
    "xiao2020/B20",
    title="Ordered phase: the largest eigenvalue of the tangent kernel at every depth",
    source="derived here, beside the table of the tangent kernel",
    printed=r"\chi_1<1:\quad mp^{(l)}-\frac1m\sum_{a\ne b}D_{ab}\le\lambda_{\max}\le mp^{(l)},\quad"
    r" D_{ab}=p^{(l)}-p^{(l)}_{ab}\le l\chi_1^l\,\big|\epsilon^{(0)}_{ab}\big|\Big(1+\frac{\chi_{1,2}}{\chi_1}p^*\Big)",
    note="For every number of inputs of variance q* and every depth from 1 on. The terms with a = b are 0; the bound"
    " for D is xiao2020/B50.",
    beside=("xiao2020/B50", "xiao2020/B20-reported"),
    parameters={"share": sp.S.One, "count": n},
    witnesses=((0, two_inputs(3, Fraction(-1))), (1, two_inputs(3))),
)


@B20.states
def B20_statement(share, count):
    lacks = TANGENT.lacking(row, column)
    return (
        replace(TANGENT.frame, conclusion=le(n * (size - share * mean(lacks)), TANGENT.high), label="from below"),
        replace(TANGENT.frame, conclusion=le(TANGENT.high, count * size), label="from above"),
    )


@B20.proves
def B20_proof(prove, goal, share, count):
    """The quadratic form at the vector of ones; Gershgorin with |p_ab| <= p."""
    below, above = goal
    return [
        prove.chain(below, TANGENT.largest_at_least(prove)), prove.chain(above, TANGENT.largest_at_most(prove))
    ]  # fmt: skip


B20.mutant("half of what the entries lack", share="1/2")
B20.mutant("m - 1/100 times the diagonal", count=n - sp.Rational(1, 100))

B20_reported = Claim(
    "xiao2020/B20-reported",
    title="Ordered phase: the largest eigenvalue is m p* + m O(l chi_1^l)",
    source="the table of the tangent kernel in the ordered phase",
    provenance="as reported",
    printed=r"\lambda_{\max}=mp^*+m\,O(l\chi_1^l)",
    note=r"Proved with a constant that does not depend on the data:"
    r" $mp^*-ml\chi_1^l\big(p^*+2q^*(1+\frac{\chi_{1,2}}{\chi_1}p^*)\big)\le\lambda_{\max}\le mp^*$ for every depth and"
    r" all inputs of variance $q^*$.",
    beside=("xiao2020/B20",),
    parameters={"constant": top + 2 * growth, "limit": top},
    witnesses=((0, two_inputs(1, Fraction(0))), (1, two_inputs(60))),
)


@B20_reported.states
def reported_statement(constant, limit):
    frame = TANGENT.frame
    return (
        replace(frame, conclusion=le(n * (top - order * constant), TANGENT.high), label="from below"),
        replace(frame, conclusion=le(TANGENT.high, n * limit), label="from above"),
    )


@B20_reported.proves
def reported_proof(prove, goal, constant, limit):
    """xiao2020/B20 with p = p* (1 - chi_1^l) and 1 - c_ab <= 2."""
    below, above = goal
    return [
        prove.chain(below, largest_plain(prove, TANGENT.frame)),
        prove.chain(
            above, fact(slope_positive(prove)), slope_power(prove, l), *_top_positive(prove),
            TANGENT.largest_at_most(prove), _closed(prove, TANGENT.frame, n * size),
            adds(prove, n * (1 - chi**l) * top, n, top, chi**l),
        ),
    ]  # fmt: skip


B20_reported.mutant("no correction", constant=sp.S.Zero)
B20_reported.mutant("a limit of 99 p*/100", limit=sp.Rational(99, 100) * top)

B21 = Claim(
    "xiao2020/B21",
    title="Ordered phase: the bulk eigenvalues of the tangent kernel are at most of the order l chi_1^l",
    source="derived here, beside the table of the tangent kernel",
    printed=r"\chi_1<1,\ \gamma_{0,ab}\le g:\quad \lambda_2\le\lambda_{\max}\big(\Theta^{(l)}-p^{(l)}\mathbf{11}^\top"
    r"\big)\le(m-1)\,l\chi_1^l\,q^*g\Big(1+\frac{\chi_{1,2}}{\chi_1}p^*\Big),\qquad"
    r" \lambda_{\min}\le l\chi_1^l\,\big|\epsilon^{(0)}_{ab}\big|\Big(1+\frac{\chi_{1,2}}{\chi_1}p^*\Big)",
    note="For every depth and all inputs of variance q*, d = 1. The first inequality, that a matrix of rank one moves"
    " the second largest eigenvalue to no less than 0 and no more than the largest one of the rest, is Weyl's and not"
    " part of the formal statement, which begins with the second.",
    beside=("xiao2020/B21-reported", "xiao2020/B21-limit", "xiao2020/B50"),
    parameters={"count": n - 1, "share": sp.S.One},
    witnesses=((0, two_inputs(1, Fraction(0), g=_one)), (1, two_inputs(1, Fraction(99, 100)))),
)


@B21.states
def B21_statement(count, share):
    return (
        replace(TANGENT.within, conclusion=le(less_constant, count * rate * g), label="the second largest"),
        replace(TANGENT.pairs, conclusion=le(TANGENT.low, share * rate * gap(p, q)), label="the smallest"),
    )


@B21.proves
def B21_proof(prove, goal, count, share):
    """Gershgorin for the matrix of all D_ab; the quadratic form at the difference of two unit vectors."""
    bulk, least = goal
    return [prove.chain(bulk, TANGENT.bulk_at_most(prove)), prove.chain(least, TANGENT.smallest_by_inputs(prove))]


B21.mutant("a tenth of the sum over the row", count=(n - 1) / 10)
B21.mutant("half of the gap of two inputs", share="1/2")

B21_reported = Claim(
    "xiao2020/B21-reported",
    title="Ordered phase: the bulk eigenvalues are O(l chi_1^l), for d = 1",
    source="the table of the tangent kernel in the ordered phase",
    provenance="as reported",
    printed=r"\lambda_{\mathrm{bulk}}=O(l\chi_1^l)\quad(d=1)",
    note=r"As an upper bound it holds, with the constant $2(m-1)q^*(1+\frac{\chi_{1,2}}{\chi_1}p^*)$ for all data. The"
    r" row names no constant: there is none that is free of the data, as the bulk is that of the matrix of $\zeta_{ab}$"
    r" (xiao2020/B21-limit). The factor $1/d$ is not judged here.",
    beside=("xiao2020/B21", "xiao2020/B21-limit"),
    parameters={"constant": 2 * growth},
    witnesses=((0, two_inputs(1, Fraction(0), g=Fraction(2))),),
)


@B21_reported.states
def B21_reported_statement(constant):
    return replace(TANGENT.within, given=TANGENT.within.given, conclusion=le(
        less_constant, (n - 1) * order * constant * g / 2
    ))  # fmt: skip


@B21_reported.proves
def B21_reported_proof(prove, goal, constant):
    """xiao2020/B21, where g is at most 2."""
    return prove.chain(goal, TANGENT.bulk_at_most(prove))


B21_reported.mutant("the order chi_1^l, with this constant", constant=2 * growth / l)
B21_reported.mutant("a tenth of the constant", constant=growth / 5)

B21_limit = Claim(
    "xiao2020/B21-limit",
    title="Ordered phase: the bulk over l chi_1^l tends to the spectrum of the projected matrix of zeta",
    source="derived, beside the table of the tangent kernel",
    printed=r"d=1:\quad \lambda_i\sim l\chi_1^l\Big(1+\frac{\chi_{1,2}}{\chi_1}p^*\Big)\mu_i,\quad"
    r" \mu_i\text{ the eigenvalues of }\Pi Z\Pi\text{ on }\mathbf 1^\perp,\ Z_{ab}=\zeta_{ab}=\lim\chi_1^{-l}"
    r"\epsilon^{(l)}_{ab}",
    expected=Verdict.UNDECIDED,
    note=r"Not formal: the language has the smallest and the largest eigenvalue of a matrix, not those of its"
    r" restriction to a subspace, and no limit of a matrix. Proved are the limit $\zeta_{ab}$ with an enclosure"
    r" (xiao2020/B50b) and the bounds for every depth (xiao2020/B21). That $\Pi Z\Pi\succeq0$ follows from the Taylor"
    r" coefficients of $\zeta$: all are $\ge0$ but the constant one, which $\Pi$ removes.",
    beside=("xiao2020/B21", "xiao2020/B50b", "xiao2020/B12"),
)

B22 = Claim(
    "xiao2020/B22",
    title="Ordered phase: the condition number of the tangent kernel is at least of the order m p*/(l chi_1^l)",
    source="the table of the tangent kernel in the ordered phase; the notebook, cell 44",
    provenance="as reported",
    printed=r"\kappa=\frac{mp^*}{\Omega(l\chi_1^l)},\quad\kappa\gtrsim\frac1{l\chi_1^l}\quad(d=1)",
    note=r"Read as a lower bound, which is what the notebook prints. Proved with explicit constants:"
    r" $\kappa\ge m\,\frac{p^*-l\chi_1^l(p^*+2q^*G)}{l\chi_1^l\,G\,|\epsilon^{(0)}_{ab}|}$ with"
    r" $G=1+\frac{\chi_{1,2}}{\chi_1}p^*$, for every depth, every two different ones of the inputs and every regular"
    r" kernel (it says something as soon as the numerator is positive). An upper bound depends on the data"
    r" (xiao2020/B22-limit). The factor $d$ is not judged here.",
    beside=("xiao2020/B50-condition", "xiao2020/B22-limit"),
    parameters={"count": n, "order": order},
    witnesses=((0, two_inputs(40)), (0, two_inputs(60))),
)


@B22.states
def B22_statement(count, order):
    bound = count * plain / (order * growth * gap(p, q))
    return replace(TANGENT.pairs, conclusion=le(bound, TANGENT.high / TANGENT.low))


@B22.proves
def B22_proof(prove, goal, count, order):
    """lambda_max by xiao2020/B20-reported, lambda_min by two inputs."""
    known = [fact(largest_plain(prove, TANGENT.frame)), fact(TANGENT.smallest_by_inputs(prove))]
    shown = TANGENT.condition(prove, n * plain, rate * gap(p, q), *rate_positive(prove), *known)
    return prove.chain(goal, *rate_positive(prove), shown)


B22.mutant("twice the number of inputs", count=2 * n)
B22.mutant("the order chi_1^l", order=chi**l)

B22_limit = Claim(
    "xiao2020/B22-limit",
    title="Ordered phase: the condition number times l chi_1^l has a limit that depends on the data",
    source="derived, beside the table of the tangent kernel",
    printed=r"d=1:\quad \frac{\kappa\,l\chi_1^l}{mp^*}\to\Big[\Big(1+\frac{\chi_{1,2}}{\chi_1}p^*\Big)\mu_{\min}"
    r"\Big]^{-1}",
    expected=Verdict.UNDECIDED,
    note="Not formal, as for xiao2020/B21-limit. The bound from below at every depth is xiao2020/B22; for two inputs"
    " the bulk is the one number D_ab, whose limit is that of xiao2020/B12.",
    beside=("xiao2020/B22", "xiao2020/B21-limit"),
)
