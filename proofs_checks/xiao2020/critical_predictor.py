"""B27 and B32: on the critical line of erf the predictor's weights differ from one common number, which centred labels
do not see, by O(1/l): for the tangent kernel and for the covariances."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Statement, Step, Verdict, at, fact, forall, interval, le, lt, row
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from proofs_checks.starnaud2025.angle_steps import more_logarithm
from proofs_checks.starnaud2025.limit_predictor import a, weights
from proofs_checks.starnaud2025.near_constant import delta, n, points
from proofs_checks.starnaud2025.near_constant import error as any_error
from proofs_checks.starnaud2025.predictor_steps import weight

from .critical_data import _known as known_constants
from .critical_data import entry, g0, near_sharp, number, pair, sharp_error, sharp_signs
from .critical_depth import first_gap, gain, gap, least, start
from .critical_expansion import (
    abel,
    inverse_at_least,
    inverse_at_most,
    inverse_high,
    inverse_low,
    log,
    of_product,
    over,
    per_log,
    under,
)  # fmt: skip
from .critical_gaps import first, inverse, small
from .critical_map import ratio, square, t
from .setting import from_one, l

main = gain * l - per_log * log
"""A l - |kappa'| A log(l)."""

_excess = abel(1 / g0) + over / least + per_log * sp.log(1 / least)
_shortfall = under / least + per_log * sp.log(1 + gain)
bounded = _excess + _shortfall
"""How far 1/gamma_l is from that, at most."""

gap_error = bounded / (least * l * main)
_u, _w = sp.symbols("_u _w", real=True)
_more, _positive = interval(_u, 0, sp.oo), interval(_w, 0, sp.oo, "(")


@lemma("the inverse gap with its logarithm, for data")
def inverse_near(prove: Proof) -> Step:
    """|1/gamma_l - A l + |kappa'| A log(l)| <= bounded."""
    goal, last = pair.conclude(le(sp.Abs(inverse() - main), bounded)), first * (1 + gain)
    whole = prove.polynomial(le(1, _u * (1 + gain)), interval(_u, 1, sp.oo), ratio)
    product = prove.polynomial(le(0, (_u - 1) * gain), interval(_u, 1, sp.oo), ratio)
    known = [
        *known_constants(prove), fact(inverse_at_most(prove)), fact(inverse_at_least(prove)),
        fact(product, {_u: first}), fact(whole, {_u: first}),
        fact(more_logarithm(prove), {"_x": first + gain, "_z": last}),
        fact(more_logarithm(prove), {"_x": first, "_z": 1 / g0}), fact(more_logarithm(prove), {"_x": 1, "_z": 1 / g0}),
        fact(more_logarithm(prove), {"_x": 1, "_z": 1 + gain}), fact(more_logarithm(prove), {"_x": 1, "_z": 1 / least}),
        fact(of_product(prove), {"_x": first, "_y": 1 + gain}),
    ]  # fmt: skip
    total = prove.chain(
        pair.conclude(le(0, _excess)), *known, adds(prove, sp.S.Zero, 1 / g0), adds(prove, 1 / g0, per_log,
        sp.log(1 / g0)), adds(prove, abel(1 / g0), over / least),
        adds(prove, abel(1 / g0) + over / least, per_log, sp.log(1 / least)),
    )  # fmt: skip
    less = prove.chain(
        pair.conclude(le(0, _shortfall)), *known, adds(prove, sp.S.Zero, under / least),
        adds(prove, under / least, per_log, sp.log(1 + gain)),
    )  # fmt: skip
    inside, wider = _signed(goal, inverse() - main), inverse_high + 1 / g0 - first
    rest = inverse() - main
    upper = prove.chain(
        goal.conclude(le(inside, bounded)), *known, fact(less), adds(prove, inside, inverse_high - rest),
        adds(prove, inverse_high, 1 / g0 - first), adds(prove, wider, per_log, sp.log(1 / g0) - sp.log(first)),
        adds(prove, wider + per_log * (sp.log(1 / g0) - sp.log(first)), over / least, 1 - first_gap),
        adds(prove, _excess, _shortfall),
    )  # fmt: skip
    grown = sp.log(last) - sp.log(first + gain)
    split = sp.log(first) + sp.log(1 + gain) - sp.log(first + gain)
    lower = prove.chain(
        goal.conclude(le(-inside, bounded)), *known, fact(total), adds(prove, -inside, rest - inverse_low),
        adds(prove, -inverse_low, per_log, grown),
        adds(prove, -inverse_low + per_log * grown, per_log, sp.log(first) + sp.log(1 + gain) - sp.log(last)),
        adds(prove, -inverse_low + per_log * split, under / least, 1 - first_gap),
        adds(prove, -inverse_low + per_log * split + under / least * (1 - first_gap), first),
        adds(prove, _shortfall, _excess),
    )  # fmt: skip
    return prove.absolute_value(goal, upper, lower)


def _signed(goal: Statement, value: sp.Expr) -> sp.Expr:
    """The value as it stands inside of the goal's |x|, where SymPy may have turned its sign."""
    inside = goal.conclusion.lhs.args[0]
    return inside if sp.expand(inside - value) == 0 else -inside


def about_main(prove: Proof) -> list[Use]:
    """0 < 1/M <= 1 and 0 < M, where 1 <= M is known."""
    laws = [prove.polynomial(law, _more) for law in (lt(0, 1 + _u), lt(0, 1 / (1 + _u)), le(0, 1 - 1 / (1 + _u)))]
    product = prove.polynomial(lt(0, (1 + _u) * 6 * square), _more, ratio)
    factor = 3 * l - (3 + 2 * square) * log
    positive = prove.chain(
        forall(from_one, ratio, given=[le(1, main)], holds=lt(0, factor)), *sharp_signs(prove),
        at(product, {_u: main - 1}),
    )  # fmt: skip
    return [*sharp_signs(prove), fact(positive), *(fact(law, {_u: main - 1}) for law in laws)]


@lemma("what an absolute value leaves of its bound")
def _within(prove: Proof) -> Step:
    """0 <= w - u where |u| <= w."""
    anything = interval(_u, -sp.oo, sp.oo), interval(_w, -sp.oo, sp.oo)
    itself = prove.polynomial(le(0, _u), _more)
    return prove.chain(forall(*anything, given=[le(sp.Abs(_u), _w)], holds=le(0, _w - _u)), at(itself, {_u: _w - _u}))


@lemma("the gap with its logarithm, for data")
def gap_near(prove: Proof) -> Step:
    """|gamma_l - 1/M| <= bounded/(b l M) where 1 <= M = A l - |kappa'| A log(l)."""
    frame = replace(pair, given=(*pair.given, le(1, main)))
    goal = frame.conclude(le(sp.Abs(gap() - 1 / main), gap_error))
    turned = prove.polynomial(le(1 / (_w + _u), 1 / _w), _positive, _more)
    shares = [prove.polynomial(lt(0, value), ratio, from_one) for value in (least * l, 1 / (least * l))]
    near = inverse_near(prove)
    known = [
        *known_constants(prove), *map(fact, shares), fact(turned, {_w: least * l, _u: first}),
        *about_main(prove), fact(near), fact(small(prove)),
    ]  # fmt: skip
    below = prove.chain(frame.conclude(le(gap(), 1 / (least * l))), *known, at(small(prove), {}),
                        at(turned, {_w: least * l, _u: first}))  # fmt: skip
    twice = prove.polynomial(le(0, (_u + _w) / 2), _more, interval(_w, 0, sp.oo))
    shown = near.conclusion.conclusion
    rest, most = shown.lhs.args[0], shown.rhs
    direction = 1 if sp.expand(rest - inverse() + main) == 0 else -1
    known += [
        fact(below), *(fact(_within(prove), {_u: sign * rest, _w: most}) for sign in (1, -1)),
        fact(twice, {_u: most - rest, _w: most + rest}),
    ]  # fmt: skip
    inside = _signed(goal, gap() - 1 / main)

    def side(sign: int) -> Step:
        return prove.chain(
            goal.conclude(le(sign * inside, gap_error)), *known,
            adds(prove, sign * inside, gap(), 1 / main, most + sign * direction * rest),
            adds(prove, gap() / main * most, 1 / main, most, 1 / (least * l) - gap()),
        )  # fmt: skip

    return prove.absolute_value(goal, side(1), side(-1))


def _weights(value: sp.Expr, *given) -> Statement:
    """What is said of the weights of a kernel whose values for different points are within delta of this one."""
    put = {a: value}
    return forall(
        from_one, points, ratio, any_error, given=[*(g.subs(put) for g in weights.frame.given), *given], holds=le(0, 0)
    )


def _near_mean(value: sp.Expr, factor: sp.Expr, mean: sp.Expr):
    squares = sp.Sum((weight(row) - mean) ** 2, (row, 1, n))
    return le(squares, factor * n * delta**2 / (1 - value - (n - 1) * delta) ** 2)


def _mean(value: sp.Expr) -> sp.Expr:
    return value / (1 - value + n * value)


_ONE = Fraction(1)
_POINT = Instance(
    {n: _ONE, l: _ONE, t: Fraction(1, 2), delta: Fraction(7, 10)}, matrices={"X": ((_ONE, _ONE), (_ONE, _ONE))},
    vectors={"W": (Fraction(0), _ONE)},
)  # fmt: skip
_QUARTER = Instance(
    {n: _ONE, l: _ONE, t: Fraction(1, 2), delta: Fraction(1, 10)},
    matrices={"X": ((_ONE, Fraction(1, 4)), (Fraction(1, 4), _ONE))}, vectors={"W": (Fraction(0), Fraction(1, 4))},
)  # fmt: skip
"""One training point: the test point itself, and one whose entry is near 1/3."""

_DEEP = Instance({l: Fraction(1500), t: Fraction(1, 5), start: Fraction(0), g0: Fraction(1)})

_WEIGHTS = (
    r"Formally: the entries of all pairs, the test point's among them, with $\gamma_0\ge\gamma>0$ are within"
    r" $\frac\eta l$ of one number $a_l$; and the weights $w$ with $\Theta_{tr,tr}w=\Theta_{tr,te}$ of every"
    r" kernel with ones on the diagonal, whose other entries are within $\delta$ of $a_l$, satisfy"
    r" $\big|w-\frac{a_l}{1-a_l+ma_l}\mathbf 1\big|_2\le\frac{2\sqrt m\,\delta}{1-a_l-(m-1)\delta}$, where"
    r" $(m-1)\delta<1-a_l$; stated with squares. The common number drops out of $w\cdot Y$ for centred $Y$."
)

tangent = Claim(
    "xiao2020/B27",
    title="Critical erf: the mean predictor of the tangent kernel decays like 1/l",
    source="as reported, critical row of the NTK table",
    provenance="as reported",
    printed=r"P(\Theta^{(l)})Y=O(l^{-1})\qquad(d=1,\ \mathbf 1^\top Y=0)",
    note=r"For every bias variance and every number of points, with $a_l=\frac13+\frac{\kappa'}3\frac{\log l}l\ge0$ and"
    r" a constant $\eta$ of $t$ and $\gamma$: the logarithm is common to all entries."
    + _WEIGHTS + r" Hence $|PY|\le\frac{2"
    r"\sqrt m\,\eta}{l(1-a_l)-(m-1)\eta}|Y|_2$. The constant of the limit is in xiao2020/B27-limit.",
    beside=("xiao2020/B27-limit", "xiao2020/B57", "starnaud2025/LT-predictor"),
    parameters={"factor": 4, "mean": _mean(number), "centre": number},
    witnesses=((1, _POINT), (1, _QUARTER), (0, _DEEP)),
)


@tangent.states
def tangent_statement(factor, mean, centre):
    return (
        replace(pair, conclusion=le(sp.Abs(entry - centre), sharp_error), label="entries"),
        replace(_weights(number, le(0, number)), conclusion=_near_mean(number, factor, mean), label="weights"),
    )


@tangent.proves
def tangent_proof(prove, goal, factor, mean, centre):
    """Entries near one number have weights near one number (starnaud2025/LT-predictor)."""
    entries, near = goal
    return [
        prove.chain(entries, at(near_sharp(prove), {})),
        prove.chain(near, *sharp_signs(prove), at(weights.near_the_mean(prove), {a: number})),
    ]


tangent.mutant("a hundredth of the bound", factor="1/25")
tangent.mutant("1/m, as where the kernel tends to 1", mean=1 / n)
tangent.mutant("entries around 1/2", centre=sp.Rational(1, 2) + number - sp.Rational(1, 3))

tangent_limit = Claim(
    "xiao2020/B27-limit",
    title="Critical: the limit of l times the mean predictor depends on the data by their Abel limits",
    source="derived here",
    printed=r"l\,PY\to\frac1{2A}\Big[C_{te}-\frac1{m+2}\mathbf 1\mathbf 1^\top C_{tr}\Big]Y\qquad(d=1)",
    expected=Verdict.UNDECIDED,
    note=r"The Abel limits $C_{ab}=\lim_l(\frac1{\gamma_l}-Al-\kappa'A\log l)$ have no name in the formal language."
    r" That they are bounded is xiao2020/B57, and the order $\frac1l$ is xiao2020/B27; the formula is"
    r" xiao2020/B55-predictor with"
    r" $\varepsilon E=\frac{C}{3Al}$. For given data `predictor_limit` of deepcond_sym.kernels encloses it.",
    beside=("xiao2020/B27", "xiao2020/B55-predictor"),
)

covariance = Claim(
    "xiao2020/B32-predictor",
    title="Critical erf: the mean predictor of the covariances decays like 1/l",
    source="as reported, critical row of the NNGP table",
    provenance="as reported",
    printed=r"P(K^{(l)})Y=O(l^{-1})\qquad(d=1,\ \mathbf 1^\top Y=0)",
    note=r"For every bias variance and every number of points, over $q^*$, with $M=Al+\kappa'A\log l\ge1$,"
    r" $a_l=1-\frac1M$ and $\delta=\frac{c}{b\,l\,M}$, $c$ a constant of $t$ and $\gamma$, $\frac1b=3k^2+1$; so"
    r" that $\frac\delta{1-a_l}="
    r"\frac c{bl}$." + _WEIGHTS + r" Hence $|PY|\le\frac{2\sqrt m\,c}{bl-(m-1)c}|Y|_2$. The limit is $l\,PY\to\frac1A"
    r"\big[C_{te}-\frac1m\mathbf 1\mathbf 1^\top C_{tr}\big]Y$ with the Abel limits $C$, as in xiao2020/B27-limit.",
    beside=("xiao2020/B32", "xiao2020/B27", "xiao2020/B27-limit"),
    parameters={"factor": 4, "mean": _mean(1 - 1 / main), "centre": 1 / main},
    witnesses=(
        (0, Instance({l: Fraction(1500), t: Fraction(4, 5), start: Fraction(0), g0: Fraction(1)})),
        (1, replace(_POINT, values={**_POINT.values, t: Fraction(4, 5), l: Fraction(4)})),
    ),
)  # fmt: skip


@covariance.states
def covariance_statement(factor, mean, centre):
    value, deep = 1 - 1 / main, le(1, main)
    return (
        replace(
            pair, given=(*pair.given, deep), conclusion=le(sp.Abs(gap() - centre), gap_error), label="entries"
        ),
        replace(_weights(value, deep), conclusion=_near_mean(value, factor, mean), label="weights"),
    )  # fmt: skip


@covariance.proves
def covariance_proof(prove, goal, factor, mean, centre):
    """The gaps are 1/M up to O(1/(l M)) (xiao2020/B57); then starnaud2025/LT-predictor."""
    entries, near = goal
    return [
        prove.chain(entries, at(gap_near(prove), {})),
        prove.chain(near, *about_main(prove), at(weights.near_the_mean(prove), {a: 1 - 1 / main})),
    ]


covariance.mutant("a millionth of the bound", factor=sp.Rational(1, 10**6))
covariance.mutant("twice the gap", centre=2 / main)
