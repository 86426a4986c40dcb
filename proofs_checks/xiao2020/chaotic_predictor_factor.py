"""B30, the factor l: two training points whose mean predictor is at least of the order l (chi_{c*}/chi_1)^l."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Statement, Step, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.tactics.power_gaps import b

from . import chaotic_factor, chaotic_rates
from .chaotic_factor import near, share, t
from .chaotic_matrices import diagonal_value, signs
from .chaotic_rates import power_known
from .chaotic_steps import NON_AFFINE, below, below_one, fixed, kernel, settled, slope, where
from .setting import c, chi, from_one, l, layers

w1, w2, r = sp.symbols("w1 w2 r", real=True)
d, k1, k2, _g, _p, _u, _v, _w, _x = sp.symbols("d k1 k2 _g _p _u _v _w _x", real=True)
_slack = {s: interval(s, 0, sp.oo) for s in (_g, _p, _u, _v, _x)}
pair = interval(r, 0, sp.oo)

gain = l * (b - c) * (1 - t) ** 2 - settled
"""What the correlations of the test point differ by, over chi_{c*}^l, at least."""

_AT = Instance(
    {b: Fraction(1, 8), c: Fraction(0), l: Fraction(20), t: Fraction(51, 100), r: Fraction(0)},
    (Fraction(1, 16), Fraction(7, 16), Fraction(1, 2)),
)
"""f(c) = (1 + 7 c + 8 c^2)/16, c* = 1/8, and a pair of training points whose tangent kernel is 0."""

_ROWS = Instance({
    symbol: Fraction(x) for symbol, x in zip((d, r, w1, w2, k1, k2), (3, 1, 2, 1, 7, 5), strict=True)
})  # fmt: skip

claim = Claim(
    "xiao2020/B30-factor",
    title="Chaotic phase: the factor l in the mean predictor is needed",
    source="the factor l in what is reported of the mean predictor",
    provenance="derived here",
    printed=r"m=2,\ Y=(1,-1),\ c_{01}=c^*,\ c_{02}=c<c^*:\quad"
    r" PY\ge\frac{\chi_1-1}{q^*}\Big(\frac{\chi_{c^*}}{\chi_1}\Big)^l"
    r"\big(l\,(1-t)^2q^*(c^*-c)-p^*_{ab}\big)",
    note=r"For $c$ so near to $c^*$ that $\frac{\chi_1-\chi_{c^*}}{1-c^*}(c^*-c)\le t\,\chi_{c^*}(1-\chi_{c^*})$, and"
    r" once the bracket is not negative, at every depth $l\ge1$. The test point has the correlations $c^*$ and $c$"
    r" with the two training points, whose tangent kernel r is any number from 0 to below the diagonal. The first"
    r" statement: $w$ solves $\Theta w=\Theta_{te}$, and $PY=w_1-w_2$ is the difference of the test point's entries"
    r" over $p^{(l)}-r$; the second is a bound for that. So no bound $O((\chi_{c^*}/\chi_1)^l)$ holds, as the summary"
    r" of the authors' notebook has it. In units of $q^*$, $\Theta^{(0)}=0$.",
    beside=("xiao2020/B30", "xiao2020/B15-factor"),
    parameters={"gain": gain, "rate": slope, "labels": w1 - w2},
    witnesses=((0, _ROWS), (1, _AT)),
)  # fmt: skip


@claim.states
def statement(gain, rate, labels):
    free = [interval(s, -sp.oo, sp.oo) for s in (d, r, w1, w2, k1, k2)]
    solves = [eq(k1, d * w1 + r * w2), eq(k2, r * w1 + d * w2)]
    given = [fixed, le(c, b), near, lt(1, chi), lt(r, diagonal_value), le(0, gain)]
    return (
        forall(*free, given=solves, holds=eq((d - r) * labels, k1 - k2), label="the prediction of two points"),
        forall(
            below, below_one, from_one, share, pair, given=given, family=NON_AFFINE, label="from below",
            holds=le((chi - 1) * rate**l / chi**l * gain, (kernel(l, b) - kernel(l, c)) / (diagonal_value - r)),
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, gain, rate, labels):
    """(p - r)(w_1 - w_2) is the difference of the test point's two entries, which is at least chi_c*^l times the
    bracket; and p <= chi_1^l/(chi_1 - 1)."""
    prediction, goal = goal
    number = slope**l * gain
    known = [*signs(prove), *where(prove), *power_known(prove)]
    first = fact(chaotic_rates.settles_at(prove), {c: b})
    second = fact(chaotic_factor.factor(prove))
    difference = kernel(l, b) - kernel(l, c)
    up = prove.polynomial(le(_p, _p + _u + _v), interval(_p, -sp.oo, sp.oo), _slack[_u], _slack[_v])
    least = prove.chain(
        goal.conclude(le(number, difference)), *known, first, second,
        at(up, {_p: number, _u: slope**l * settled - settled + kernel(l, b),
                _v: settled - kernel(l, c) - l * slope**l * (b - c) * (1 - t) ** 2}),
    )  # fmt: skip
    rest = diagonal_value - r
    power = prove.power("at least one", _w, l, interval(_w, 1, sp.oo), layers)
    larger = [prove.polynomial(relation, interval(_g, 0, sp.oo, "(")) for relation in (le(1, 1 + _g), lt(0, 1 + _g))]
    grown = prove.polynomial(lt(0, _v + _u), interval(_v, 0, sp.oo, "("), _slack[_u])
    sizes = [
        *known, *(fact(step, {_g: chi - 1}) for step in larger), fact(power, {_w: chi}), fact(least),
        fact(grown, {_v: rest, _u: r}), fact(positive_power(prove, goal)),
    ]  # fmt: skip
    multiplied = prove.polynomial(le(0, _u * _v), _slack[_u], _slack[_v])
    sizes.append(fact(multiplied, {_u: slope**l, _v: gain}))
    # number/D <= (number + u)/(D - r), where the latter is w_1 - w_2
    quotient = prove.polynomial(
        le(_x / (_v + _p), (_x + _u) / _v), _slack[_x], _slack[_u], _slack[_p], interval(_v, 0, sp.oo, "(")
    )
    below_entries = prove.chain(
        goal, *sizes, at(over_power(prove), {_g: chi - 1, _x: number, _w: chi**l}),
        at(quotient, {_x: number, _u: difference - number, _p: r, _v: rest}),
    )  # fmt: skip
    return [prove.identity(prediction, [["given", 0], ["given", 1]]), below_entries]


def over_power(prove: Proof) -> Step:
    """g x/w <= x/((w - 1)/g) for w > 1."""
    return prove.polynomial(
        le(_g * _x / _w, _x / ((_w - 1) / _g)), interval(_g, 0, sp.oo, "("), _slack[_x], interval(_w, 1, sp.oo, "(")
    )


def positive_power(prove: Proof, goal: Statement) -> Step:
    """1 < chi_1^l for l >= 1."""
    whole = prove.power("at least one", _w, l, interval(_w, 1, sp.oo), layers)
    wide = prove.polynomial(lt(1, (1 + _g) * (1 + _u)), interval(_g, 0, sp.oo, "("), _slack[_u])
    before = chi ** (l - 1)
    above = prove.polynomial(le(1, 1 + _g), _slack[_g])
    return prove.chain(
        goal.conclude(lt(1, chi**l)), *signs(prove), fact(above, {_g: chi - 1}), fact(whole, {_w: chi, l: l - 1}),
        at(wide, {_g: chi - 1, _u: before - 1}),
    )  # fmt: skip




claim.mutant("ten times the bracket", gain=10 * gain)
claim.mutant("a slower rate", rate=(1 + slope) / 2)
claim.mutant("labels of one sign", labels=-w1 - w2)
