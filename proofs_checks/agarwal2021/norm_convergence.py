"""Appendix D.4: do norms converge for max(x, 0) - 1, and does sigmoid satisfy the hypotheses of Theorem 38?"""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Variable, Verdict, eq, forall, interval, le, lt
from deepcond_sym.proof.search.ball_box import product

g, x = sp.Symbol("g", real=True), sp.Symbol("x", real=True)

_square = 1 / (sp.Rational(3, 2) - sp.sqrt(2 / sp.pi))
"""c^2, with which E[(c (max(Z, 0) - 1))^2] = 1."""


def length(root: sp.Expr, square: sp.Expr = _square) -> sp.Expr:
    """E[(c (max(root Z, 0) - 1))^2], where root is sqrt(gamma)."""
    return square * (root**2 / 2 - root * sp.sqrt(2 / sp.pi) + 1)


claim = Claim(
    "agarwal2021/AppD4-relu",
    title="Norms converge to 1 for the normalised max(x, 0) - 1",
    source="Appendix D.4, p. 39, which says that they do not",
    printed=r"V(\gamma)=c^2\big(\tfrac\gamma2-\sqrt{2\gamma/\pi}+1\big),\ c^2=\big(\tfrac32-\sqrt{2/\pi}\big)^{-1}:"
    r"\quad V\ge c^2\big(1-\tfrac1\pi\big)>.97;\quad 0<\frac{V(\gamma)-1}{\gamma-1}<\tfrac{c^2}2<.7125"
    r" \text{ for } \gamma\ge\tfrac9{25}",
    note="Appendix D.4 gives max(x, 0) - 1 as a monotone activation whose norms do not converge. Under the paper's"
    " own normalisation E[sigma^2] = 1 they do: after one layer the length is at least .97, whatever it was, and"
    " from there on every layer brings it closer to 1 by the factor c^2/2 (textbook: Banach's fixed point"
    " theorem). Here gamma = g^2, and the quotient is written out, so that it has a value at gamma = 1 too.",
    beside=("agarwal2021/AppD4-poole",),
    parameters={"least": 1 - 1 / sp.pi, "share": "1/2", "floor": ".97", "start": "3/5"},
    witnesses=((0, Instance({g: Fraction(798, 1000)})),),
)


@claim.states
def statement(least, share, floor, start):
    quotient = _square * (sp.Rational(1, 2) - sp.sqrt(2 / sp.pi) / (1 + g))
    every, beyond = interval(g, 0, sp.oo), interval(g, start, sp.oo)
    return (
        forall(every, holds=le(_square * least, length(g)), label="from below"),
        forall(holds=lt(floor, _square * least), label="its value"),
        forall(every, holds=eq(length(g) - 1, (g**2 - 1) * quotient), label="the quotient"),
        forall(beyond, holds=lt(0, quotient), label="increasing"),
        forall(every, holds=lt(quotient, _square * share), label="contracting"),
        forall(holds=lt(_square * share, sp.Rational("0.7125")), label="the rate"),
    )


@claim.proves
def proof(prove, goal, least, share, floor, start):
    """V - c^2 (1 - 1/pi) is c^2 times a square; V(1) = 1 gives the quotient, which increases to c^2/2."""
    below, value, quotient, increasing, contracting, rate = goal
    square = (g / sp.sqrt(2) - 1 / sp.sqrt(sp.pi)) ** 2
    gap = product(_square, sp.sqrt(2 / sp.pi), 1 / (1 + g))
    return [
        prove.ball_box(below.conclusion, *below.variables, outline=product(_square, square)),
        prove.evaluate(value),
        prove.identity(quotient),
        prove.ball_box(increasing.conclusion, *increasing.variables),
        prove.ball_box(contracting.conclusion, *contracting.variables, outline=gap),
        prove.evaluate(rate),
    ]


claim.mutant("the least length larger by 10^-6", least=1 - 1 / sp.pi + sp.Rational(1, 10**6))
claim.mutant("the least length above .971", floor=".971")
claim.mutant("the factor c^2/3", share="1/3")
claim.mutant("increasing from gamma = 1/4 on", start="1/2")

general = Claim(
    "agarwal2021/AppD4-poole",
    title="Norms that do not converge for max(x, 0) - 1, at weight variance 5/2",
    source="Appendix D.4, p. 39, in the setting of general variances in which it is true",
    printed=r"\gamma\mapsto\tfrac52\big(\tfrac\gamma2-\sqrt{2\gamma/\pi}+1\big) \text{ has fixed points at }"
    r" \sqrt\gamma\in(1.55,1.56) \text{ and } (6.42,6.43), \text{ the second one repelling}",
    note="Signs of the difference at the ends; by continuity there is a fixed point in between. The derivative in"
    " gamma, 5/2 (1/2 - 1/sqrt(2 pi gamma)), increases, and exceeds 1 from sqrt(gamma) = 6.42 on.",
    beside=("agarwal2021/AppD4-relu",),
    parameters={"variance": "5/2", "first": "1.55", "second": "6.43"},
)


def _excess(variance: sp.Expr, root: object) -> sp.Expr:
    return length(sp.Rational(str(root)), variance) - sp.Rational(str(root)) ** 2


@general.states
def general_statement(variance, first, second):
    slope = variance * (sp.Rational(1, 2) - 1 / (sp.sqrt(2 * sp.pi) * g))
    return (
        forall(holds=lt(0, _excess(variance, first)), label="before the first"),
        forall(holds=lt(_excess(variance, "1.56"), 0), label="after the first"),
        forall(holds=lt(_excess(variance, "6.42"), 0), label="before the second"),
        forall(holds=lt(0, _excess(variance, second)), label="after the second"),
        forall(interval(g, "6.42", sp.oo), holds=lt(1, slope), label="repelling"),
    )


@general.proves
def general_proof(prove, goal, variance, first, second):
    """Numbers, and an enclosure on a half-line."""
    return [prove.ball_box(part.conclusion, *part.variables) for part in goal]


general.mutant("with the normalising variance c^2 in place of 5/2", variance=_square)
general.mutant("the first fixed point above 1.56", first="1.561")
general.mutant("the second fixed point below 6.41", second="6.41")

sigmoid = Claim(
    "agarwal2021/AppD4-sigmoid-printed",
    title="Sigmoid vanishes at 0, as Theorem 38 asks",
    source="Appendix D.4, p. 39",
    provenance="paper",
    printed=r"\text{sigmoid satisfies the hypotheses of Theorem 38; one of them is } \sigma(0)=0",
    expected=Verdict.REFUTED,
    note="sigmoid(0) = 1/2. tanh, which is sigmoid shifted and scaled, does satisfy that hypothesis.",
    beside=("agarwal2021/AppD4-sigmoid",),
    parameters={"shift": 0, "at_0": 0},
    witnesses=((0, Instance({x: Fraction(0)})),),
)


@sigmoid.states
def sigmoid_statement(shift, at_0):
    return forall(interval(x, 0, 0), holds=eq(1 / (1 + sp.exp(-x)) - shift, at_0))


sigmoid.mutant("sigmoid - 1/2", shift="1/2")
sigmoid.mutant("1/2 in place of 0", at_0="1/2")

shifted = Claim(
    "agarwal2021/AppD4-sigmoid",
    title="Sigmoid is increasing, and 1/2 at 0",
    source="Appendix D.4, p. 39, corrected",
    printed=r"\operatorname{sigmoid}(0)=\tfrac12;\qquad \operatorname{sigmoid} \text{ is increasing}",
    note="The value at 0 is stated by two inequalities.",
    beside=("agarwal2021/AppD4-sigmoid-printed",),
    parameters={"value": "1/2"},
)


@shifted.states
def shifted_statement(value):
    value_at_x = 1 / (1 + sp.exp(-x))
    return (
        forall(interval(x, 0, 0), holds=le(value_at_x, value), label="at most"),
        forall(interval(x, 0, 0), holds=le(value, value_at_x), label="at least"),
        forall(Variable(x), holds=lt(0, sp.diff(value_at_x, x)), label="increasing"),
    )


@shifted.proves
def shifted_proof(prove, goal, value):
    """At 0 both sides are equal; a product of exponentials and of positive powers is positive."""
    return [prove.ball_box(part.conclusion, *part.variables) for part in goal]


shifted.mutant("0 in place of 1/2", value=0)
shifted.mutant("1/2 + 10^-6", value=sp.Rational(1, 2) + sp.Rational(1, 10**6))
