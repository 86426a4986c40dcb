"""The proof of Lemma 5.2: the tail of a truncated variable, as printed and corrected."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, at, eq, fact, forall, interval, le

t, s, M, v, u, y = sp.symbols("t s M v u y", real=True)
_half = sp.Rational(1, 2)
_from_zero = {symbol: interval(symbol, 0, sp.oo) for symbol in (t, s, M, u)}


def tail(level: sp.Expr) -> sp.Expr:
    """P(max(w, 0) > level) for a standard normal w and a level >= 0."""
    return (1 - sp.erf(level / sp.sqrt(2))) / 2


printed = Claim(
    "nguyen2021/D-e8-printed",
    title="The tail of a truncated variable, as printed",
    source="proof of Lemma 5.2",
    provenance="paper",
    printed=r"\mathbb P(Y\mathbf 1_{Y>t}>\sqrt s)=\mathbb P(Y>t)\,\mathbb P(Y>\sqrt s)",
    expected=Verdict.REFUTED,
    note=r"The two events are nested, not independent: the probability is $\mathbb P(Y>\max(t,\sqrt s))$. The formal"
    r" statement is that of one point and one weight, $Y=\max(w,0)$ for a standard normal w. The constant in the"
    " exponent halves (nguyen2021/D-e8); the lemma stands.",
    beside=("nguyen2021/D-e8",),
    parameters={"product": tail(t) * tail(sp.sqrt(s)), "relation": eq},
    witnesses=((0, Instance({t: Fraction(1), s: Fraction(1)})),),
)


@printed.states
def printed_statement(product, relation):
    return forall(_from_zero[t], _from_zero[s], holds=relation(product, tail(sp.Max(t, sp.sqrt(s)))))


printed.mutant("the tail at the greater of the two levels", product=tail(sp.Max(t, sp.sqrt(s))))
printed.mutant("as a lower bound, which holds", relation=le)

corrected = Claim(
    "nguyen2021/D-e8",
    title="What the tail of a truncated variable gives instead",
    source="proof of Lemma 5.2, corrected",
    printed=r"\max(t^2,s)\ge\tfrac12(t^2+s),\qquad e^{-\max(t^2,s)/(2v)}\le e^{-t^2/(4v)}e^{-s/(4v)}",
    note="The maximum is any M with M >= t^2 and M >= s. A Gaussian tail with variance v at the level max(t, sqrt s) so"
    " splits into two factors, with half of the constant in each exponent; integrated over s, that is what the proof"
    " needs.",
    beside=("nguyen2021/D-e8-printed",),
    parameters={"share": _half, "constant": 4},
)


@corrected.states
def statement(share, constant):
    greater = [le(t**2, M), le(s, M)]
    room = interval(v, 0, sp.oo, "(")
    return (
        forall(_from_zero[t], _from_zero[s], _from_zero[M], given=greater, holds=le(share * (t**2 + s), M)),
        forall(
            _from_zero[t], _from_zero[s], _from_zero[M], room, given=greater,
            holds=le(sp.exp(-M / (2 * v)), sp.exp(-(t**2 + s) / (constant * v))),
        ),
    )  # fmt: skip


@corrected.proves
def proof(prove, goal, share, constant):
    """M = (t^2 + s)/2 + (M - t^2)/2 + (M - s)/2; and the exponential increases."""
    half, tails = goal
    low = (t**2 + s) / 2
    halves = prove.polynomial(le(y, y + u / 2), interval(y, -sp.oo, sp.oo), _from_zero[u])
    least = prove.chain(half, at(halves, {y: low, u: M - t**2}), at(halves, {y: low + (M - t**2) / 2, u: M - s}))
    decays = prove.ball_box(le(sp.exp(-t - u), sp.exp(-t)), _from_zero[t], _from_zero[u])
    scaled = prove.polynomial(le(0, t / (2 * v)), _from_zero[t], interval(v, 0, sp.oo, "("))
    sum_of_squares = prove.polynomial(le(0, (t**2 + s) / (4 * v)), _from_zero[t], _from_zero[s], tails.variables[3])
    gap = fact(scaled, {t: M - low})
    at_low = at(decays, {t: low / (2 * v), u: (M - low) / (2 * v)})
    return [least, prove.chain(tails, fact(least), fact(sum_of_squares), gap, at_low)]


corrected.mutant("two thirds in place of one half", share=sp.Rational(2, 3))
corrected.mutant("3 v in place of 4 v", constant=3)
