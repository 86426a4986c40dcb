"""Appendix I: the mean and the length map of NormReLU at any variance gamma, and what they are at gamma = 1."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Variable, Verdict, eq, forall, interval

from .shifted_relu import above, b, bracket, c, density, first, gamma, knee, length, length_slope, mean, offset, second

_everywhere = (Variable(c), Variable(b), interval(gamma, 0, sp.oo, "("))

claim = Claim(
    "agarwal2021/AppI",
    title="The mean and the length map of NormReLU",
    source="Appendix I, p. 53",
    provenance="paper",
    printed=r"\tfrac{a_0^{\{\gamma\}}}\lambda=\sqrt\gamma\varphi(k)-(1-\Phi(k))c+b,\quad"
    r" \tfrac{\hat\sigma_l(\gamma)}{\lambda^2}=(c^2+\gamma-2cb)(1-\Phi(k))+(2b-c)\sqrt\gamma\varphi(k)+b^2,\quad"
    r" \tfrac{\hat\sigma_l'(\gamma)}{\lambda^2}=1-\Phi(k)+\tfrac b{\sqrt\gamma}\varphi(k)"
    r" \text{ with } k=\tfrac c{\sqrt\gamma}",
    note="For every real c and b and every gamma > 0. max(sqrt(gamma) Z - c, 0) = sqrt(gamma) max(Z - k, 0), whose"
    " first two moments are those of agarwal2021/eq4 at k. The last part is ours; it makes the length map concave"
    " for gamma < c^2 when c < 0 and b < 0.",
    beside=("agarwal2021/eq4",),
    parameters={"mean": mean(b, gamma, c), "length": length(b, gamma, c), "slope": length_slope(b, gamma, c)},
)


@claim.states
def statement(mean, length, slope):
    k, root = c / sp.sqrt(gamma), sp.sqrt(gamma)
    moments = gamma * second(k) + 2 * b * root * first(k) + b**2
    curvature = density(k) / (2 * gamma) * (k + b / root * (k**2 - 1))
    return (
        forall(*_everywhere, holds=eq(root * first(k) + b, mean), label="mean"),
        forall(*_everywhere, holds=eq(moments, length), label="length"),
        forall(*_everywhere, holds=eq(sp.diff(length, gamma), slope), label="derivative"),
        forall(*_everywhere, holds=eq(sp.diff(slope, gamma), curvature), label="second derivative"),
    )


@claim.proves
def proof(prove, goal, mean, length, slope):
    """Expand: everything is a polynomial in c, b, sqrt(gamma), its inverse, Phi(k) and phi(k)."""
    return [prove.identity(part) for part in goal]


_k = c / sp.sqrt(gamma)
claim.mutant("the mean with k in place of c", mean=mean(b, gamma, c) + above(_k) * (c - _k))
claim.mutant("the length with + 2 c b", length=length(b, gamma, c) + 4 * c * b * above(_k))
claim.mutant("the derivative with b in place of b/sqrt(gamma)", slope=above(_k) + b * density(_k))

printed = Claim(
    "agarwal2021/AppI1-printed",
    title="The mean at gamma = 1 as Appendix I.1 has it",
    source="Appendix I.1, p. 53",
    provenance="paper",
    printed=r"\text{our conditions impose that } a_0^{\{\gamma\}}=1 \ (\gamma=1)",
    expected=Verdict.REFUTED,
    note="Normalisation makes the mean 0, not 1. The second moment is the one that is 1.",
    beside=("agarwal2021/AppI1",),
    parameters={"value": 1, "moment": mean(offset(c), sp.S.One, c) / sp.sqrt(bracket(c))},
    witnesses=((0, Instance({c: Fraction(-639, 400)})),),
)


@printed.states
def printed_statement(value, moment):
    return forall(interval(c, -2, 2), holds=eq(moment, value))


printed.mutant("0 in place of 1", value=0)
printed.mutant("the second moment in place of the mean", moment=length(offset(c), sp.S.One, c) / bracket(c))

corrected = Claim(
    "agarwal2021/AppI1",
    title="The mean of NormReLU at gamma = 1 is 0, and its length 1",
    source="Appendix I.1, p. 53, corrected",
    printed=r"a_0^{\{1\}}=0,\qquad \hat\sigma_l(1)=1",
    note="lambda^2 is the inverse of the bracket of eq. (4): the second part says that the length over lambda^2 is that"
    " bracket.",
    beside=("agarwal2021/AppI1-printed", "agarwal2021/eq4"),
    parameters={"shift": offset(c), "inverse": bracket(c)},
)


@corrected.states
def corrected_statement(shift, inverse):
    return (
        forall(Variable(c), holds=eq(mean(shift, sp.S.One, c), 0), label="mean"),
        forall(Variable(c), holds=eq(length(shift, sp.S.One, c), inverse), label="length"),
    )


@corrected.proves
def corrected_proof(prove, goal, shift, inverse):
    """Expand."""
    return [prove.identity(part) for part in goal]


corrected.mutant("b + 10^-6 in place of b", shift=offset(c) + sp.Rational(1, 10**6))
corrected.mutant("the length at the paper's c for every c", inverse=bracket(knee))
