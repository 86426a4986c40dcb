"""B8: the closed forms for erf hang together: T and its derivative, the slopes of both maps, and the critical line.

In t = 2 q/(1 + 2 q): q = t/(2 (1 - t)) and sqrt(1 + 4 q) = (1 + t)/sqrt(1 - t^2)."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Statement, Step, at, eq, fact, forall, interval, le, lt

from .critical_point_of_erf import bias_on_curve, chi
from .erf_steps import q, root_above, root_below
from .variance_map_of_erf import slope_of_map, weights

a, b, r, t, c = sp.symbols("a b r t c", real=True)
_a, _u, _v, _w = sp.symbols("a u v w", real=True)
variances = interval(a, 0, sp.oo), interval(b, 0, sp.oo)
correlation, sine = interval(r, -1, 1, "()"), interval(t, 0, 1, "()")
at_one, _weights = interval(c, 1, 1), interval(weights, 0, sp.oo, "(")

norms = (1 + 2 * a) * (1 + 2 * b)
covariance = sp.sqrt(norms) * r / 2
"""K_ab for which 2 K_ab/sqrt((1 + 2 K_aa)(1 + 2 K_bb)) = r."""

slope_dual = 4 / (sp.pi * sp.sqrt(norms - 4 * covariance**2))
"""The closed form of E[phi'(u) phi'(v)]."""

q_of_t = t / (2 * (1 - t))
root_of_t = (1 + t) / sp.sqrt(1 - t**2)
"""sqrt(1 + 4 q)."""

claim = Claim(
    "xiao2020/B8",
    title="The closed forms for erf: duals, critical line, A, kappa' and the slope of the variance map",
    source="derived here",
    printed=r"\mathcal T=\tfrac2\pi\arcsin\tfrac{2K_{ab}}{\sqrt{(1+2K_{aa})(1+2K_{bb})}},\ \dot{\mathcal T}=\tfrac4\pi"
    r"\big[(1+2K_{aa})(1+2K_{bb})-4K_{ab}^2\big]^{-1/2};\quad\chi_1=1:\ \sigma_w^2=\tfrac\pi4\sqrt{1+4q},\ \sigma_b^2"
    r"=q-\tfrac12\sqrt{1+4q}\arcsin t\sim\tfrac43q^3;\quad A=\tfrac{2q^2}{1+4q}=\tfrac{t^2}{2(1-t^2)},\ \kappa'="
    r"-\tfrac13\big(1+\tfrac2{t^2}\big);\quad\mathcal Q'(q^*)=\tfrac{\chi_1}{1+2q^*}",
    note=r"The form of $\mathcal T$ itself is derived by `deepcond derive erf` (Price's theorem), not here; shown is"
    r" that $\dot{\mathcal T}$ is its derivative in $K_{ab}=\frac r2\sqrt{(1+2K_{aa})(1+2K_{bb})}$, as two"
    r" inequalities, since the language does not multiply roots. $f(c)=\big[\frac2\pi\sigma_w^2\arcsin(tc)+"
    r"\sigma_b^2\big]/q$, and its derivatives are taken at $c=1$. That the critical line is the curve of $\sigma_w^2$"
    r" and $\sigma_b^2$ is shown in xiao2020/B52, and that $\mathcal Q'$ is the slope of $\mathcal Q$ in xiao2020/B53.",
    beside=("xiao2020/B52", "xiao2020/B53"),
    parameters={"slope": slope_dual, "A": t**2 / (2 * (1 - t**2)), "excess": -(1 + 2 / t**2) / 3, "cubic": "4/3",
                "share": 1 + 2 * q},
    witnesses=(
        (1, Instance({a: Fraction(0), b: Fraction(0), r: Fraction(0)})),
        (5, Instance({t: Fraction(1, 2), c: Fraction(1)})),
        (7, Instance({t: Fraction(1, 2), c: Fraction(1)})),
        (8, Instance({q: Fraction(1), weights: Fraction(1)})),
        (9, Instance({q: Fraction(1, 10)})),
    ),
)  # fmt: skip


def layer(correlation_: sp.Expr) -> sp.Expr:
    """f(c) on the critical line, but for its constant sigma_b^2/q."""
    return 2 / sp.pi * (sp.pi / 4 * root_of_t) * sp.asin(t * correlation_) / q_of_t


@claim.states
def statement(slope, A, excess, cubic, share):
    angle = sp.diff(2 / sp.pi * sp.asin(r), r)
    moved = sp.sqrt(norms) / 2 * slope
    second, third = (sp.diff(layer(c), c, order) for order in (2, 3))
    return (
        forall(*variances, correlation, holds=le(angle, moved), label="the derivative of T, from above"),
        forall(*variances, correlation, holds=le(moved, angle), label="and from below"),
        forall(sine, holds=eq(q_of_t / (q_of_t + sp.Rational(1, 2)), t), label="q in t"),
        forall(sine, holds=eq(1 + 4 * q_of_t, root_of_t**2), label="sqrt(1 + 4 q) in t"),
        forall(sine, at_one, holds=eq(sp.diff(layer(c), c), 1), label="f'(1) = 1 on the critical line"),
        forall(sine, at_one, holds=eq(second / 2, A), label="A"),
        forall(sine, holds=eq(2 * q_of_t**2 / (1 + 4 * q_of_t), A), label="A in q"),
        forall(sine, at_one, holds=eq(third / 6, (1 - excess) * (second / 2) ** 2), label="kappa'"),
        forall(
            interval(q, 0, sp.oo), _weights, holds=eq(slope_of_map(q), chi / share),
            label="the slope of the variance map",
        ),
        forall(interval(q, 0, 1), holds=le(bias_on_curve(q), cubic * q**3), label="near 0, from above"),
        forall(interval(q, 0, 1), holds=le(cubic * q**3 * (1 - 4 * q), bias_on_curve(q)), label="near 0, from below"),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, slope, A, excess, cubic, share):
    """Differentiate."""
    above, below, *identities, from_above, from_below = goal
    return [
        _roots(prove, above), _roots(prove, below), *(prove.identity(part) for part in identities),
        prove.ball_box(from_above.conclusion, *from_above.variables),
        prove.ball_box(from_below.conclusion, *from_below.variables),
    ]  # fmt: skip


def _roots(prove: Proof, goal: Statement) -> Step:
    """sqrt(P - P r^2) = sqrt(P) sqrt(1 - r^2), from one side."""
    norm, whole, part = sp.sqrt(norms), sp.sqrt(norms - 4 * covariance**2), sp.sqrt(1 - r**2)
    split, box = norm * part, (*variances, correlation)
    known = [
        fact(prove.monotone("sqrt", prove.polynomial(lt(0, term), *box)))
        for term in (norms, norms - 4 * covariance**2, 1 - r**2)
    ]
    positive = fact(prove.polynomial(lt(0, _u * _v), *(interval(s, 0, sp.oo, "(") for s in (_u, _v))),
                    {_u: norm, _v: part})  # fmt: skip
    ratio = prove.polynomial(
        le(2 * _u / (sp.pi * (_v + _w)), 2 * _u / (sp.pi * _v)), interval(_u, 0, sp.oo), interval(_v, 0, sp.oo, "("),
        interval(_w, 0, sp.oo),
    )  # fmt: skip
    whole_square = {_a: split, "w": norms - 4 * covariance**2}
    bound, low, high = (
        (root_below, whole, split) if goal.conclusion.rhs.has(norms) else (root_above, split, whole)
    )
    return prove.chain(
        goal, *known, positive, fact(prove.polynomial(le(0, norms - 4 * covariance**2), *box)),
        fact(bound(prove), whole_square), at(ratio, {_u: norm, _v: low, _w: high - low}),
    )  # fmt: skip


claim.mutant("2/pi in place of 4/pi", slope=slope_dual / 2)
claim.mutant("A twice as large", A=t**2 / (1 - t**2))
claim.mutant("kappa' with 1/t^2", excess=-(1 + 1 / t**2) / 3)
claim.mutant("2/3 q^3", cubic="2/3")
claim.mutant("chi_1/(1 + 4 q)", share=1 + 4 * q)
