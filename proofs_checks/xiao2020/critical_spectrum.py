"""B24, B25, B26: the spectrum of erf's tangent kernel on the critical line, for every number of points: the leading
terms (m + 2)/3 l q*, 2/3 l q* and (m + 2)/2, and the logarithms in their corrections."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Statement, Step, at, fact, interval, largest, le, lt
from deepcond_sym.proof.instance import equicorrelated
from deepcond_sym.proof.tactics.arbitrary import no_less

from .critical_data import (
    condition,
    entry,
    error,
    error_signs,
    g0,
    high,
    log,
    low,
    near,
    near_sharp,
    number,
    pair,
    sharp,
    sharp_error,
    sharp_signs,
    simple,
    slope,
    third,
)  # fmt: skip
from .critical_depth import start
from .critical_map import ratio, t
from .near_constant import delta, distance, n, several
from .setting import from_one, l

_EXACT = {"X": equicorrelated(3, Fraction(1, 3))}
_AT = Instance({l: Fraction(10**6), n: Fraction(3), t: Fraction(1, 2), g0: Fraction(1)}, matrices=_EXACT)
"""Three points whose entries are the limit itself, at a depth where little error is allowed."""

_LOG = Instance(
    {l: Fraction(100), n: Fraction(3), t: Fraction(1, 2), delta: Fraction(1, 1000)},
    matrices={"X": equicorrelated(3, Fraction(287, 1000))},
)
"""Three points whose entries are near 1/3 + kappa' log(l)/(3 l)."""

_PAIR = Instance({l: Fraction(2000), t: Fraction(1, 5), start: Fraction(0), g0: Fraction(1)})

_LINK = (
    r" Formally: every pair with $c^{(0)}\in[0,1)$ and $\gamma_0\ge\gamma$ has an entry within that of the number; and"
    r" every matrix $\Theta^{(l)}/(lq^*)$, positive semidefinite with ones on the diagonal, whose other entries are,"
    r" has such eigenvalues. $\Theta^{(0)}=0$, $d=1$; $t=\frac{2q^*}{1+2q^*}$, $k^2=\frac{1-t^2}{t^2}$."
)
_ERROR = (
    r"$\varepsilon=\frac1l\big(\frac76+\frac49k^2+\frac{2k^2}{3\gamma}+\frac{(3+2k^2)(3k^2+1)}{18k^2}"
    r"\log(1+\frac l{3k^2+1})\big)$"
)
_SHARP = (
    r"$a=\frac13+\frac{\kappa'}3\frac{\log l}l\ge0$ and entries within $\eta$ of $a$, which is $\frac1l$ times a"
    r" constant of $t$ and $\gamma$ by xiao2020/B57"
)


def _entries(limit: sp.Expr, factor: sp.Expr) -> tuple[Statement, Statement]:
    there = limit - factor * log / l
    return (
        replace(pair, conclusion=le(sp.Abs(entry - limit), error), label="entries"),
        replace(pair, conclusion=le(sp.Abs(entry - there), sharp_error), label="entries, with the logarithm"),
    )


def _about_entries(prove: Proof, *parts: Statement) -> list[Step]:
    return [prove.chain(part, at(law(prove), {})) for part, law in zip(parts, (near, near_sharp), strict=True)]


top = Claim(
    "xiao2020/B24",
    title="Critical erf: the largest eigenvalue of the tangent kernel is (m + 2)/3 l q*, with a logarithm",
    source="as reported, critical row of the NTK table (the leading term); the correction is derived",
    provenance="derived here",
    printed=r"\lambda_{\max}=\frac{m+2}3\,lq^*+\frac{m\kappa'}3\Big(1-\frac1m\Big)q^*\log l+O(1)\qquad(d=1)",
    note=r"For every bias variance, every $m\ge2$ and every $l\ge1$: $|\frac{\lambda_{\max}}{lq^*}-\frac{m+2}3|\le(m-1)"
    r"\varepsilon$ with " + _ERROR + r"; and $|\frac{\lambda_{\max}}{lq^*}-1-(m-1)a|\le(m-1)\eta$ with " + _SHARP + "."
    + _LINK,
    beside=("xiao2020/B24-reported", "xiao2020/B51-entries", "xiao2020/B57"),
    parameters={"limit": third, "factor": slope, "greatest": (n + 2) / 3},
    witnesses=((2, _AT), (3, _AT), (0, _PAIR), (1, _PAIR)),
)


@top.states
def top_statement(limit, factor, greatest):
    with_log = 1 + (n - 1) * number
    return (
        *_entries(limit, factor),
        simple.conclude(le(high, greatest + simple.spread), "from above"),
        simple.conclude(le(greatest - simple.spread, high), "from below"),
        sharp.conclude(le(high, with_log + sharp.spread), "with the logarithm, from above"),
        sharp.conclude(le(with_log - sharp.spread, high), "with the logarithm, from below"),
    )


@top.proves
def top_proof(prove, goal, limit, factor, greatest):
    """The entries by B51 and B57; then Gershgorin and Weyl."""
    one, two, above, below, log_above, log_below = goal
    signs, sharper = error_signs(prove), sharp_signs(prove)
    return [
        *_about_entries(prove, one, two),
        simple.shown(prove, above, "largest_from_above", signs),
        simple.shown(prove, below, "largest_from_below", signs),
        sharp.shown(prove, log_above, "largest_from_above", sharper),
        sharp.shown(prove, log_below, "largest_from_below", sharper),
    ]  # fmt: skip


top.mutant("(m + 3)/4, as for ReLU", greatest=(n + 3) / 4)
top.mutant("entries near 1/4", limit="1/4")

bulk = Claim(
    "xiao2020/B25",
    title="Critical erf: the bulk eigenvalues of the tangent kernel are 2/3 l q*, with a logarithm",
    source="as reported, critical row of the NTK table (the leading term); the correction is derived",
    provenance="derived here",
    printed=r"\lambda_{bulk}=\frac23\,lq^*-\frac{\kappa'}3q^*\log l+O(1)\text{ for every bulk eigenvalue}\qquad(d=1)",
    note=r"For every bias variance, every $m\ge2$ and every $l\ge1$, every eigenvalue but the largest, over $lq^*$, is"
    r" within $(m-1)\varepsilon$ of $\frac23$, and the least at most $\frac23+\varepsilon$, with " + _ERROR + r"; and"
    r" within $(m-1)\eta$ of $1-a$, with " + _SHARP + r". From above the bulk is stated as $\lambda_{\max}(\Theta-a"
    r"\mathbf{11}^\top)$, which bounds all eigenvalues but the largest, as $\mathbf{11}^\top$ has rank one. The entries"
    r" are in xiao2020/B24." + _LINK,
    beside=("xiao2020/B24", "xiao2020/B25-reported"),
    parameters={"limit": sp.Rational(2, 3), "rest": 1 - number},
    witnesses=(*((part, _AT) for part in range(3)), (4, _LOG)),
)


@bulk.states
def bulk_statement(limit, rest):
    return (
        simple.conclude(le(limit - simple.spread, low), "from below"),
        simple.conclude(le(low, limit + simple.by), "smallest, from above"),
        simple.conclude(le(largest(simple.off_by, n), limit + simple.spread), "bulk, from above"),
        sharp.conclude(le(rest - sharp.spread, low), "with the logarithm, from below"),
        sharp.conclude(le(low, rest + sharp.by), "with the logarithm, smallest from above"),
        sharp.conclude(le(largest(sharp.off_by, n), rest + sharp.spread), "with the logarithm, bulk from above"),
    )


@bulk.proves
def bulk_proof(prove, goal, limit, rest):
    """Gershgorin for Theta/(l q*) - a 11^T, and Weyl."""
    laws = "smallest_from_below", "smallest_from_above", "bulk_from_above"
    signs, sharper = error_signs(prove), sharp_signs(prove)
    return [
        *(simple.shown(prove, part, law, signs) for part, law in zip(goal[:3], laws, strict=True)),
        *(sharp.shown(prove, part, law, sharper) for part, law in zip(goal[3:], laws, strict=True)),
    ]


bulk.mutant("3/4, as for ReLU", limit="3/4")
bulk.mutant("1/2 in place of 2/3", limit="1/2")
bulk.mutant("the logarithm with the other sign", rest=1 - third - slope * log / l)

kappa = Claim(
    "xiao2020/B26",
    title="Critical erf: the condition number tends to (m + 2)/2, with the correction 3/4 m kappa' log(l)/l",
    source="as reported, critical row of the NTK table (the limit); the rate is derived",
    provenance="derived here",
    printed=r"\kappa=\frac{m+2}2+\frac34m\kappa'\,\frac{\log l}l+O\Big(\frac1l\Big)\qquad(d=1)",
    note=r"For every bias variance, every $m\ge2$ and every $l\ge1$ with $(m-1)\varepsilon<\frac23$:"
    r" $|\kappa-\frac{m+2}2|\le\frac{(m-1)(m+4)\varepsilon}{2(\frac23-(m-1)\varepsilon)}$, with " + _ERROR
    + r"; and, where $(m-1)\eta<1-a$,"
    r" $|\kappa-\frac{m+2}2-\frac34m\kappa'\frac{\log l}l|\le\frac{(m-1)(2+(m-2)a)\eta}{(1-a)(1-a-(m-1)\eta)}+"
    r"\frac{m(\kappa'\log l)^2}{4(1-a)l^2}=O(\frac1l)$, with " + _SHARP + r". The entries are in xiao2020/B24." + _LINK,
    beside=("xiao2020/B24", "xiao2020/B26-reported"),
    parameters={"limit": (n + 2) / 2, "factor": sp.Rational(9, 4) * slope},
    witnesses=((0, _AT), (1, _LOG)),
)
second_order = sp.Rational(9, 4) * n * (slope * log / l) ** 2 / (1 - number)


@kappa.states
def kappa_statement(limit, factor):
    there = limit - factor * n * log / l
    return (
        simple.conclude(
            le(sp.Abs(condition - limit), simple.spread * (n + 4) / (2 * (sp.Rational(2, 3) - simple.spread))), "limit",
            simple.small,
        ),
        sharp.conclude(
            le(sp.Abs(condition - there), distance(number, sharp.by) + second_order), "with the logarithm", sharp.small
        ),
    )  # fmt: skip


@kappa.proves
def kappa_proof(prove, goal, limit, factor):
    """kappa is (1 + (m - 1) a)/(1 - a) = 1 - m + m/(1 - a) where all entries are a."""
    plain, corrected = goal
    signs, sharper = error_signs(prove), sharp_signs(prove)
    exact, y, u = (1 + (n - 1) * number) / (1 - number), *sp.symbols("_y _u", real=True)
    near_exact = sharp.conclude(le(sp.Abs(condition - exact), distance(number, sharp.by)), "", sharp.small)
    close = sharp.shown(prove, near_exact, "condition", sharper)
    more = prove.polynomial(
        le(0, sp.Rational(9, 2) * n * (slope * u / l) ** 2 / (1 - third + slope * u / l)), ratio, from_one, several,
        interval(u, 0, sp.oo),
    )  # fmt: skip
    least = sharp.shown(
        prove, sharp.conclude(le(1 - number - sharp.spread, low), "", sharp.small), "smallest_from_below", sharper
    )
    positive = prove.polynomial(lt(0, y + u), interval(y, 0, sp.oo, "("), interval(u, 0, sp.oo))
    gap = 1 - number - sharp.spread
    known = [
        *sharper, fact(close), fact(more, {u: log}), fact(least), fact(positive, {y: gap, u: low - gap}),
    ]  # fmt: skip
    inside = corrected.conclusion.lhs.args[0]
    bound = distance(number, sharp.by)

    def side(sign: int) -> Step:
        begin = sign * inside
        turned = begin.coeff(condition)
        links = [no_less(prove, begin, bound - turned * (condition - exact))]
        if turned < 0:
            links.append(no_less(prove, bound - second_order, 2 * second_order))
        return prove.chain(corrected.conclude(le(begin, corrected.conclusion.rhs)), *known, *links)

    return [
        simple.shown(prove, plain, "condition", signs), prove.absolute_value(corrected, side(1), side(-1)),
    ]  # fmt: skip


kappa.mutant("(m + 3)/3, as for ReLU", limit=(n + 3) / 3)
kappa.mutant("twice the logarithm", factor=sp.Rational(9, 2) * slope)
