"""Theorem 60: the constants of its proof, and the steps of that proof that can be shown or refuted on their own."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, forall, interval, le, lt

from .normrelu_fact import length_map, length_map_slope
from .shifted_relu import bias, gamma, nonlinearity

_half, _two = sp.Rational(1, 2), sp.Integer(2)
alpha_low = 2 * length_map(_half) - 1
alpha_high = 1 - length_map_slope(sp.S.One)

printed = Claim(
    "agarwal2021/T60-delta-printed",
    title="The constant delta' of Theorem 60 as printed",
    source="Theorem 60, p. 53",
    provenance="paper",
    printed=r"\max\Big(\frac{\mathrm{bias}(.5)}{\alpha^-},\frac{\mathrm{bias}(2)}{\alpha^+}\Big)\le\delta'=.0185",
    expected=Verdict.REFUTED,
    note="The maximum is bias(2)/alpha^+ = .0185428...: an upper bound must not be rounded down.",
    beside=("agarwal2021/T60-delta",),
    parameters={"delta": ".0185", "ratio": bias(_two) / alpha_high},
    witnesses=((0, Instance()),),
)


@printed.states
def printed_statement(delta, ratio):
    return forall(holds=le(ratio, delta))


printed.mutant("delta' = .0186", delta=".0186")
printed.mutant("the other ratio, bias(.5)/alpha^-", ratio=bias(_half) / alpha_low)

constants = Claim(
    "agarwal2021/T60-delta",
    title="The constants alpha and delta' of Theorem 60, enclosed",
    source="Theorem 60 and eq. (28), pp. 53-54, corrected",
    printed=r"\alpha^-=2\hat\sigma_l(.5)-1=.07997754\ldots,\quad \alpha^+=1-\hat\sigma_l'(1)=.15723252\ldots,\quad"
    r" \delta'=\frac{\mathrm{bias}(2)}{\alpha^+}=.01854281\ldots>\frac{\mathrm{bias}(.5)}{\alpha^-}=.01069036\ldots",
    note="Printed: alpha^- = .0798, which inherits twice the rounding of .5399 and is safe as a lower bound; alpha^+"
    " = .1572; delta' = .0185, which is too small.",
    beside=("agarwal2021/T60-delta-printed", "agarwal2021/Fact1"),
    parameters={"low": "0.07997754", "high": "0.15723252", "delta": "0.01854281", "other": "0.01069036"},
)


@constants.states
def constants_statement(low, high, delta, other):
    values = (alpha_low, low), (alpha_high, high), (bias(_two) / alpha_high, delta), (bias(_half) / alpha_low, other)
    unit = sp.Rational(1, 10**8)
    return tuple(
        forall(holds=relation)
        for value, decimal in values
        for relation in (le(sp.Rational(decimal), value), lt(value, sp.Rational(decimal) + unit))
    )


@constants.proves
def constants_proof(prove, goal, low, high, delta, other):
    """Numbers, in balls."""
    return [prove.evaluate(part) for part in goal]


constants.mutant("alpha^- = .0798", low="0.0798")
constants.mutant("alpha^+ = .1572", high="0.1572")
constants.mutant("delta' = .0185", delta="0.0185")

_mu = nonlinearity(sp.S.One)

nearby = Claim(
    "agarwal2021/T60-nearby",
    title="Lengths of NormReLU stay in [1/2, 2], and near 1 its nonlinearity stays near mu",
    source="Theorem 60, p. 53: two steps of its proof that are quoted from elsewhere",
    printed=r".5399\le\hat\sigma_l(\gamma)\le1.7546 \text{ on } [\tfrac12,2];\qquad"
    r" \mu^{\{\gamma\}}\ge\tfrac{49}{50}\mu \text{ for } |\gamma-1|\le\tfrac1{100}",
    note="The proof takes mu^{gamma} >= mu/2 on [1 - mu/4, 1 + mu/4] from Theorem 13, whose argument is for odd"
    " activations, and the lengths from Theorem 38, whose hypotheses NormReLU violates. Since mu/4 = .0039 <"
    " 1/100, this claim, with Fact 1, closes both gaps of Theorem 60. Others stay open: the errors of (29) do"
    " not add up (agarwal2021/T60-errors-printed), delta' is too small, (29) divides by the sum over j >= 1"
    " where mu^{gamma} has j >= 0, and the hypothesis bounds the cosine where the proof uses its absolute value.",
    beside=("agarwal2021/Fact1", "agarwal2021/T60-delta", "agarwal2021/T60-errors-printed"),
    parameters={"floor": ".5399", "ceiling": "1.7546", "share": "49/50", "reach": "1/100"},
)


@nearby.states
def nearby_statement(floor, ceiling, share, reach):
    lengths, close = interval(gamma, "1/2", 2), interval(gamma, 1 - reach, 1 + reach)
    return (
        forall(lengths, holds=lt(floor, length_map(gamma)), label="not too short"),
        forall(lengths, holds=lt(length_map(gamma), ceiling), label="not too long"),
        forall(close, holds=lt(share * nonlinearity(sp.S.One), nonlinearity(gamma)), label="nonlinearity"),
    )


@nearby.proves
def nearby_proof(prove, goal, floor, ceiling, share, reach):
    """Enclosed on the intervals."""
    return [prove.ball_box(part.conclusion, *part.variables) for part in goal]


nearby.mutant("lengths from .54 on", floor=".54")
nearby.mutant("lengths up to 1.7545", ceiling="1.7545")
nearby.mutant("the nonlinearity at least 99/100 of mu", share="99/100")
nearby.mutant("for |gamma - 1| <= 1/10", reach="1/10")

_r, _e, _u, _nu = (sp.Symbol(name, real=True) for name in ("r", "e", "u", "nu"))


def _contract(r: sp.Expr) -> sp.Expr:
    """g(r) = r (1 - nu (1 - r)), the map that (29) iterates."""
    return r * (1 - _nu * (1 - r))


errors = Claim(
    "agarwal2021/T60-errors-printed",
    title="The errors of two layers add up, as the proof of Theorem 60 has it",
    source="Theorem 60, p. 53: inequality (29) iterated",
    provenance="paper",
    printed=r"\rho_{l+1}\le g(\rho_l)+e,\ g(\rho)=\rho(1-\nu(1-\rho)) \implies \rho_{l+2}\le g(g(\rho_l))+2e",
    expected=Verdict.REFUTED,
    note="Written out for two layers with equality in the first inequality. g' exceeds 1 for rho > 1/2: there an"
    " error grows with every layer.",
    beside=("agarwal2021/T60-errors",),
    parameters={"top": 1},
    witnesses=((0, Instance({_r: Fraction(9, 10), _e: Fraction(1, 100), _nu: Fraction(1, 2)})),),
)


@errors.states
def errors_statement(top):
    where = interval(_r, 0, top), interval(_e, 0, "1/100"), interval(_nu, 0, 1)
    return forall(*where, holds=le(_contract(_contract(_r) + _e) + _e, _contract(_contract(_r)) + 2 * _e))


errors.mutant("for rho <= 2/5", top="2/5")
errors.mutant("for rho <= 49/100", top="49/100")

below_half = Claim(
    "agarwal2021/T60-errors",
    title="Errors do not grow below 1/2",
    source="Theorem 60, p. 53: what inequality (29) gives when iterated",
    printed=r"0\le s\le r\le\tfrac12 \implies g(r)-g(s)\le r-s,\qquad g(\rho)=\rho(1-\nu(1-\rho)),\ \nu\in[0,1]",
    note="With s = u r, u in [0, 1]. Above 1/2 the factor is up to 1 + nu.",
    beside=("agarwal2021/T60-errors-printed",),
    parameters={"top": "1/2", "factor": 1},
)


@below_half.states
def below_half_statement(top, factor):
    where = interval(_r, 0, top), interval(_u, 0, 1), interval(_nu, 0, 1)
    return forall(*where, holds=le(_contract(_r) - _contract(_u * _r), factor * (_r - _u * _r)))


@below_half.proves
def below_half_proof(prove, goal, top, factor):
    """A polynomial inequality on a box: the difference has the factor r - s."""
    return prove.polynomial(goal.conclusion, *goal.variables)


below_half.mutant("up to 51/100", top="51/100")
below_half.mutant("with the factor 1 - 10^-6", factor=1 - sp.Rational(1, 10**6))

theorem = Claim(
    "agarwal2021/T60",
    title="Correlations of NormReLU for inputs of any length in [1/2, 2]",
    source="Theorem 60 and Remark 61, p. 53",
    provenance="paper",
    printed=r"\|x\|^2,\|y\|^2\in[.5,2],\ \tfrac{x^\top y}{\|x\|\|y\|}\le1-\delta,\ \delta>\delta',\ \epsilon>0,"
    r"\ L\ge\hat L=\tfrac2{\alpha'}\log\tfrac3{\min(\epsilon,\mu/4)} \implies"
    r" \frac{\bar k(x,y)}{\sqrt{\bar k(x,x)\bar k(y,y)}}\le B_{\mu/2}(L-\hat L,\delta-\delta')+\delta'\epsilon,"
    r"\quad \alpha'=.0798,\ \delta'=.0185",
    expected=Verdict.UNDECIDED,
    note="Neither proved nor refuted: no counterexample is known, and the printed proof has gaps. Its inequality"
    " (29) is iterated as if errors added up, which they do not above 1/2 (agarwal2021/T60-errors-printed). Its"
    " delta' is rounded down (agarwal2021/T60-delta-printed). (29) divides by the sum over j >= 1, mu^{gamma} by"
    " the sum over j >= 0. The hypothesis bounds the cosine, the proof uses its absolute value. Two more gaps"
    " are closed in agarwal2021/T60-nearby. The dual of NormReLU for two different lengths is no function of the"
    " language of claims, so there is no formal statement here.",
    beside=("agarwal2021/T60-delta", "agarwal2021/T60-nearby", "agarwal2021/T60-errors"),
)
