"""B52: for every bias variance there is exactly one critical point of erf; the critical line as a curve in q*."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.tactics.arbitrary import no_less
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds

from .erf_steps import angles_above, d, q, root, root_positive, sine
from .variance_map_of_erf import biases, variance_map, weights

_u, _v = sp.symbols("u v", real=True)
_from_0 = {symbol: interval(symbol, 0, sp.oo) for symbol in (_u, _v)}
variance, apart = interval(q, 0, sp.oo, "("), interval(d, 0, sp.oo, "(")
anything = interval(biases, -sp.oo, sp.oo)
positive = interval(weights, 0, sp.oo, "(")

half = sp.Rational(1, 2)
chi = 4 * weights / (sp.pi * root(q))
"""chi_1 of erf at the variance q."""

gain = sine(q) ** 2 / (1 + sine(q))
"""The least slope of sigma_b^2 along the curve."""


def weight_on_curve(at_: sp.Expr) -> sp.Expr:
    """sigma_w^2 where q* is critical."""
    return sp.pi / 4 * root(at_)


def bias_on_curve(at_: sp.Expr) -> sp.Expr:
    """sigma_b^2 where q* is critical."""
    return at_ - root(at_) * sp.asin(sine(at_)) / 2


claim = Claim(
    "xiao2020/B52",
    title="For every bias variance there is exactly one critical point of erf",
    source="derived here",
    printed=r"\chi_1=1,\ \mathcal Q(q)=q\iff\sigma_w^2=\tfrac\pi4\sqrt{1+4q},\ \sigma_b^2=q-\tfrac12\sqrt{1+4q}"
    r"\arcsin t;\quad\frac{d\sigma_b^2}{dq}\ge\frac{t^2}{1+t}>0,\ t=\frac{2q}{1+2q};\quad\tfrac q2-\tfrac{1+\pi^2}8\le"
    r"\sigma_b^2\le q",
    note=r"Uniqueness: $\sigma_b^2$ increases strictly along the curve, at least by $\frac{t^2}{1+t}$ times the step"
    r" (so that its derivative is at least that), and so does $\sigma_w^2$. Existence for every $\sigma_b^2>0$ is the"
    r" intermediate value theorem, which the language does not have: the curve is continuous, and by the last two"
    r" parts $\sigma_b^2(q)\le q$ is as small as wanted near 0 and $\sigma_b^2(q)\ge\frac q2-\frac{1+\pi^2}8$ has no"
    r" upper bound; so $q^*$ lies between $\sigma_b^2$ and $2\sigma_b^2+\frac{1+\pi^2}4$.",
    beside=("xiao2020/B52-values",),
    parameters={"weight": weight_on_curve(q), "bias": bias_on_curve, "least": d * gain, "floor": (1 + sp.pi**2) / 8},
    witnesses=(
        (4, Instance({q: Fraction(1), d: Fraction(1, 100)})),
        (9, Instance({q: Fraction(3)})),
        (9, Instance({q: Fraction(2)})),
    ),
)


@claim.states
def statement(weight, bias, least, floor):
    critical, fixed = eq(chi, 1), eq(variance_map(q), q)
    on_curve = eq(weights, weight), eq(biases, bias(q))
    return (
        forall(variance, positive, given=[critical], holds=on_curve[0], label="sigma_w^2 where chi_1 = 1"),
        forall(variance, positive, anything, given=[critical, fixed], holds=on_curve[1], label="sigma_b^2 there"),
        forall(variance, positive, given=on_curve[:1], holds=critical, label="chi_1 on the curve"),
        forall(variance, positive, anything, given=on_curve, holds=fixed, label="the fixed point on the curve"),
        forall(variance, apart, holds=le(least, bias(q + d) - bias(q)), label="sigma_b^2 grows"),
        forall(variance, holds=lt(0, gain), label="and strictly"),
        forall(variance, apart, holds=lt(weight_on_curve(q), weight_on_curve(q + d)), label="sigma_w^2 grows"),
        forall(variance, holds=lt(0, bias(q)), label="positive"),
        forall(variance, holds=le(bias(q), q), label="small near 0"),
        forall(variance, holds=le(q / 2 - floor, bias(q)), label="large at infinity"),
    )


@lemma("an angle below its tangent")
def below_tangent(prove: Proof) -> Step:
    """asin t(q) <= 2 q/sqrt(1 + 4 q), which is t/sqrt(1 - t^2)."""
    goal = forall(variance, holds=le(sp.asin(sine(q)), 2 * q / root(q)))
    return prove.chain(goal, fact(root_positive(prove), {"w": q}), at(angles_above(prove), {q: 0, d: q}))


@lemma("the bias variance grows along the critical line")
def bias_grows(prove: Proof) -> Step:
    """d t^2/(1 + t) <= sigma_b^2(q + d) - sigma_b^2(q)."""
    first, last = root(q), root(q + d)
    start, end = sp.asin(sine(q)), sp.asin(sine(q + d))
    goal = forall(variance, apart, holds=le(d * gain, bias_on_curve(q + d) - bias_on_curve(q)))
    grows = prove.monotone("sqrt", prove.polynomial(le(1 + 4 * q, 1 + 4 * (q + d)), variance, apart))
    square = prove.polynomial(le(0, (_u - _v) ** 2 / 2), *_from_0.values())
    share = prove.polynomial(le(0, q / (1 + 4 * q)), variance)
    tangent, chord = 2 * q / first - start, 2 * d / ((1 + 2 * q) * last) - end + start
    now = d - d / (1 + 2 * q) - 2 * d * q / (1 + 4 * q)
    factors = ((last - first) ** 2 / 2, q / (1 + 4 * q)), (half, last - first, tangent), (half, last, chord)
    added = [sp.prod(parts) for parts in factors]
    return prove.chain(
        goal, fact(grows), *(fact(root_positive(prove), {"w": w}) for w in (q, q + d)), fact(share),
        fact(square, {_u: last, _v: first}), fact(below_tangent(prove)), fact(angles_above(prove)),
        *(adds(prove, now + sum(added[:i]), *parts) for i, parts in enumerate(factors)),
    )  # fmt: skip


@lemma("the bias variance is not negative on the critical line")
def bias_not_negative(prove: Proof) -> Step:
    """0 <= sigma_b^2(q)."""
    tangent = 2 * q / root(q) - sp.asin(sine(q))
    return prove.chain(
        forall(variance, holds=le(0, bias_on_curve(q))), fact(root_positive(prove), {"w": q}),
        fact(below_tangent(prove)), adds(prove, sp.S.Zero, half, root(q), tangent),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, weight, bias, least, floor):
    """Solve both equations; along the curve, the angle is at most its tangent, and sqrt is concave."""
    is_critical, is_fixed, critical, fixed, grows, strictly, weight_grows, above_0, small, large = goal
    unit = prove.identity(
        forall(*(interval(symbol, -sp.oo, sp.oo) for symbol in (_u, _v)), given=[eq(_u, 1)], holds=eq(_u * _v, _v)),
        [["given", 0]],
    )
    solved = at(unit, {_u: chi, _v: sp.pi * root(q) / 4})
    roots = fact(root_positive(prove), {"w": q})
    ratio = prove.polynomial(le(0, 4 * _u / (sp.pi * _v)), _from_0[_u], interval(_v, 0, sp.oo, "("))
    known = roots, fact(ratio, {_u: weights, _v: root(q)})
    angle = sp.asin(sine(q))
    put_in = prove.identity(
        forall(variance, positive, anything, given=[eq(weights, weight), eq(biases, q - 2 * weights / sp.pi * angle)],
               holds=eq(biases, bias(q))), [["given", 1], ["given", 0]],
    )  # fmt: skip
    wider = prove.polynomial(lt(sp.pi / 4 * _u, sp.pi / 4 * (_u + _v)), _from_0[_u], interval(_v, 0, sp.oo, "("))
    larger = prove.monotone("sqrt", prove.polynomial(lt(1 + 4 * q, 1 + 4 * (q + d)), variance, apart))
    at_most = prove.monotone("asin", prove.polynomial(le(sine(q), 1), variance))
    square = prove.polynomial(le(0, (_u / 2 - sp.pi / 2) ** 2 / 2), _from_0[_u])
    nonneg = prove.monotone("asin", prove.polynomial(le(0, sine(q)), variance))
    step = bias_grows(prove)
    # at the end of a step; SymPy would take the 1/2 of a step from q/2 to q out of |t(q/2)|
    later = prove.chain(
        forall(variance, apart, holds=lt(0, bias_on_curve(q + d))), prove.polynomial(lt(0, d * gain), variance, apart),
        step, fact(bias_not_negative(prove)),
        no_less(prove, bias_on_curve(q + d) - bias_on_curve(q), bias_on_curve(q)),
    )  # fmt: skip
    return [
        prove.chain(is_critical, *known, solved),
        prove.chain(
            is_fixed, *known, fact(prove.chain(is_fixed.conclude(eq(weights, weight)), *known, solved)), put_in
        ),
        prove.identity(critical, [["given", 0]]),
        prove.identity(fixed, [["given", 1], ["given", 0]]),
        prove.chain(grows, step),
        prove.polynomial(strictly.conclusion, variance),
        prove.chain(
            weight_grows, roots, fact(larger), at(wider, {_u: root(q), _v: root(q + d) - root(q)})
        ),
        prove.chain(above_0, at(later, {q: q / 2, d: q / 2})),
        prove.chain(
            small, roots, fact(nonneg), adds(prove, bias_on_curve(q), half, root(q), angle),
        ),
        prove.chain(
            large, roots, fact(at_most), fact(square, {_u: root(q)}),
            no_less(prove, q / 2 - floor, (root(q) / 2 - sp.pi / 2) ** 2 / 2),
            adds(prove, q - sp.pi * root(q) / 4, half, root(q), sp.pi / 2 - angle),
        ),
    ]  # fmt: skip


claim.mutant("without the half in sigma_b^2", bias=lambda at_: at_ - root(at_) * sp.asin(sine(at_)))
claim.mutant("twice the slope", least=2 * d * gain)
claim.mutant("the floor 1/8", floor=sp.Rational(1, 8))

_CRITICAL = {
    sp.Rational(1, 20): ("0.5171768379805643", "1.37583900734668", "1.37583900734669"),
    sp.Rational(9, 50): ("0.9877877540319805", "1.74760374976770", "1.74760374976771"),
}
"""Bias variances, with q* cut after 16 digits and sigma_w^2 between its neighbours of 15 digits."""

values = Claim(
    "xiao2020/B52-values",
    title="The critical points of erf at the bias variances 1/20 and 9/50",
    source="derived here",
    printed=r"\sigma_b^2=.05:\ q^*=0.5171768379805643\ldots,\ \sigma_w^2=1.37583900734668\ldots;\quad"
    r"\sigma_b^2=.18:\ q^*=0.9877877540319805\ldots,\ \sigma_w^2=1.74760374976770\ldots",
    note=r"Sign changes of $\sigma_b^2(q)-\sigma_b^2$, which increases (xiao2020/B52). The digits are cut, not rounded."
    " The notebook, cell 51, has `W_critical = 1.76` at 0.18: xiao2020/slip-critical-weight.",
    beside=("xiao2020/B52",),
    parameters={"digit": 1, "last": sp.Rational(1, 10**16)},
)


@values.states
def values_statement(digit, last):
    parts = []
    for bias, (start, low, high) in _CRITICAL.items():
        before = sp.Rational(start)
        after = before + last * digit
        parts += [
            forall(holds=lt(bias_on_curve(before), bias), label=f"q* at {bias}, from below"),
            forall(holds=lt(bias, bias_on_curve(after)), label=f"q* at {bias}, from above"),
            forall(holds=lt(sp.Rational(low), weight_on_curve(before)), label=f"sigma_w^2 at {bias}, from below"),
            forall(holds=lt(weight_on_curve(after), sp.Rational(high)), label=f"sigma_w^2 at {bias}, from above"),
        ]
    return tuple(parts)


@values.proves
def values_proof(prove, goal, digit, last):
    """Numbers in balls."""
    return [prove.evaluate(part) for part in goal]


values.mutant("a tenth of the last digit", digit=sp.Rational(1, 10))
values.mutant("one digit lower", digit=-1)
