"""Appendix C.4: the coefficient of non-linearity from the dual of an activation that is not centred, and the table."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    NORMALISED,
    Claim,
    Instance,
    Verdict,
    at,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    le,
    lt,
    mu,
)  # fmt: skip
from deepcond_sym.proof.language import Term
from deepcond_sym.symbols import rho

from .setting import correlation

a, c = sp.symbols("a c", real=True)


def from_dual(at_zero: Term, slope: Term, at_one: Term) -> Term:
    """1 - f'(0)/(f(1) - f(0)), from these three numbers of a dual f."""
    return 1 - slope / (at_one - at_zero)


formula = Claim(
    "agarwal2021/AppC4",
    title="The coefficient of non-linearity, read off the dual of any activation",
    source="Appendix C.4, p. 32",
    provenance="paper",
    printed=r"\mu = 1-\frac{\hat\sigma'(0)}{\hat\sigma(1)-\hat\sigma(0)} \text{ for the centred, scaled } \sigma",
    note=r"In the formal statement the centred, scaled activation is the one of the family, and $\sigma$ is $a$ times"
    r" it plus $c$, with the dual $a^2\hat\sigma+c^2$; every activation that is not constant is of this kind, up to a"
    " sign that the dual does not see.",
    beside=("agarwal2021/AppC4-table",),
    parameters={"shift": c**2, "slope_at": 0},
)


@formula.states
def formula_statement(shift, slope_at):
    at_zero, at_one = a**2 * dual(0) + shift, a**2 * dual(1) + c**2
    return forall(
        interval(a, 0, sp.oo, "("), interval(c, -sp.oo, sp.oo), family=NORMALISED,
        holds=eq(mu, from_dual(at_zero, a**2 * dual_slope(slope_at), at_one)),
    )  # fmt: skip


@formula.proves
def formula_proof(prove, goal, shift, slope_at):
    """A normalised dual has dual(0) = 0, dual_slope(0) = 1 - mu and dual(1) = 1; a^2 and c^2 cancel."""
    w, d = sp.symbols("w d", real=True)
    slope, rise = dual_slope(0), dual(1) - dual(0)
    any_slope = interval(w, -sp.oo, sp.oo)
    frame = forall(family=NORMALISED, holds=eq(rise, 1))
    one = prove.identity(frame, unfold=[dual(1), dual(0)])
    back = prove.identity(frame.conclude(eq(1, rise)), unfold=[dual(1), dual(0)])
    bounds = [
        prove.chain(frame.conclude(le(rise, 1)), one),
        prove.chain(frame.conclude(le(1, rise)), back),
        prove.chain(frame.conclude(lt(0, rise)), prove.polynomial(lt(0, 1)), back),
    ]
    divided = prove.identity(forall(any_slope, interval(d, 1, 1), holds=eq(1 - w, from_dual(0, w, d))))
    scaled = prove.identity(forall(
        any_slope, interval(d, 1, 1), interval(a, 0, sp.oo, "("),
        holds=eq(from_dual(0, w, d), from_dual(0, a**2 * w, a**2 * d)),
    ))  # fmt: skip
    return prove.chain(
        goal, *map(fact, bounds), prove.identity(goal.conclude(eq(mu, 1 - slope)), unfold=[slope]),
        at(divided, {w: slope, d: rise}), at(scaled, {w: slope, d: rise}),
    )  # fmt: skip


formula.mutant("without the dual at 0", shift=0)
formula.mutant("the slope at 1", slope_at=1)

_normal = 1 / sp.sqrt(2 * sp.pi)
_root = sp.exp(sp.Rational(1, 2))

table = Claim(
    "agarwal2021/AppC4-table",
    title="The coefficient of non-linearity of five activations",
    source="Appendix C.4, table, p. 32",
    provenance="paper",
    printed=r"\mu:\quad u\mapsto0,\quad h_2\mapsto1,\quad \max(u,0)\mapsto\frac{\pi-2}{2\pi-2},\quad"
    r" 1_{u>0}\mapsto\frac{\pi-2}\pi,\quad e^u\mapsto\frac{e-2}{e-1}",
    note=r"From $\hat\sigma(0)=(\mathbb E\sigma)^2$, $\hat\sigma'(0)=(\mathbb E[\sigma(X)X])^2$ and $\hat\sigma(1)="
    r"\mathbb E\sigma^2$, which are, in this order of the activations: $0,1,1$; $0,0,1$; $\frac1{\sqrt{2\pi}},\frac12,"
    r"\frac12$; $\frac12,\frac1{\sqrt{2\pi}},\frac12$; $e^{1/2},e^{1/2},e^2$ (textbook: moments of a half normal and"
    " of a lognormal variable; the first two are to be squared).",
    beside=("agarwal2021/AppC4", "agarwal2021/AppC4-relu", "agarwal2021/AppC4-exp"),
    parameters={
        "linear": 0,
        "square": 1,
        "relu": (sp.pi - 2) / (2 * sp.pi - 2),
        "step": (sp.pi - 2) / sp.pi,
        "exponential": (sp.E - 2) / (sp.E - 1),
    },
)


@table.states
def table_statement(linear, square, relu, step, exponential):
    half, one, zero = sp.Rational(1, 2), sp.S.One, sp.S.Zero
    rows = (
        (zero, one, one, linear, "identity"),
        (zero, zero, one, square, "h_2"),
        (_normal, half, half, relu, "ReLU"),
        (half, _normal, half, step, "step"),
        (_root, _root, sp.exp(2), exponential, "exponential"),
    )
    return tuple(
        forall(holds=eq(from_dual(mean**2, first**2, second), value), label=label)
        for mean, first, second, value, label in rows
    )


@table.proves
def table_proof(prove, goal, linear, square, relu, step, exponential):
    """Rational functions of pi and of e."""
    return [prove.identity(part) for part in goal]


table.mutant("ReLU without centring", relu=1 - sp.Rational(1, 4) / sp.Rational(1, 2))
table.mutant("step: (pi - 2)/(2 pi - 2)", step=(sp.pi - 2) / (2 * sp.pi - 2))
table.mutant("exponential: (e - 2)/e", exponential=(sp.E - 2) / sp.E)


def generating(point: sp.Expr) -> sp.Expr:
    """E[e^X e^X'] = e^(v/2), where X + X' has the variance v = 1 + 1 + 2 rho."""
    return sp.exp((1 + 1 + 2 * point) / 2)


printed = Claim(
    "agarwal2021/AppC4-exp-printed",
    title="The dual of the exponential, as printed",
    source="Appendix C.4, table, p. 32",
    provenance="paper",
    printed=r"\hat\sigma(\rho)=e^{\rho+3} \text{ for } \sigma(u)=e^u",
    expected=Verdict.REFUTED,
    note=r"At $\rho=0$ it is $(\mathbb Ee^X)^2=e$, not $e^3$. The factor cancels in $\mu$, which is right. In the"
    r" formal statement the left side is $\mathbb E[e^Xe^{X'}]$, by the moment generating function of $X+X'$.",
    beside=("agarwal2021/AppC4-exp", "agarwal2021/AppC4-table"),
    parameters={"shift": 3, "factor": 1},
    witnesses=((0, Instance({rho: Fraction(0)})),),
)


@printed.states
def printed_statement(shift, factor):
    return forall(correlation, holds=eq(generating(rho), factor * sp.exp(rho + shift)))


printed.mutant("with e^(rho + 1)", shift=1)
printed.mutant("without the factor of the printed series", factor=sp.exp(-2))

corrected = Claim(
    "agarwal2021/AppC4-exp",
    title="The dual of the exponential",
    source="Appendix C.4, table, p. 32, corrected",
    provenance="derived here",
    printed=r"\hat\sigma(\rho)=\mathbb E[e^Xe^{X'}]=e^{\rho+1} \text{ for } \sigma(u)=e^u",
    note=r"The left side of the formal statement is the moment generating function of $X+X'\sim N(0,2+2\rho)$ at 1"
    " (textbook).",
    beside=("agarwal2021/AppC4-exp-printed", "agarwal2021/AppC4-table"),
    parameters={"shift": 1, "steepness": 1},
)


@corrected.states
def statement(shift, steepness):
    return forall(correlation, holds=eq(generating(rho), sp.exp(steepness * rho + shift)))


@corrected.proves
def proof(prove, goal, shift, steepness):
    """(1 + 1 + 2 rho)/2 = rho + 1."""
    return prove.identity(goal)


corrected.mutant("e^(rho + 3), as printed", shift=3)
corrected.mutant("e^(2 rho + 1)", steepness=2)
