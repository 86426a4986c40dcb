"""Lemma 55: the norm of Sigma = E[Phi Phi^T], for features of unit length whose N samples are almost orthogonal."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, forall, interval, le, lt

N = sp.Symbol("N", real=True)

printed = Claim(
    "agarwal2021/L55-printed",
    title="Lemma 55 leaves room for a non-zero Sigma, for every N >= 1",
    source="Lemma 55, p. 47",
    provenance="paper",
    printed=r"N\ge1:\quad \|\Sigma\|\le\frac{8\ln N}N",
    expected=Verdict.REFUTED,
    note="The features have unit length, so tr Sigma = 1 and the norm of Sigma is positive: the lemma implies 0 < 8"
    " ln(N)/N for every N >= 1, which is what is stated here. At N = 1 the right side is 0.",
    beside=("agarwal2021/L55",),
    parameters={"first": 1, "factor": 8},
    witnesses=((0, Instance({N: Fraction(1)})),),
)


@printed.states
def printed_statement(first, factor):
    return forall(interval(N, first, sp.oo), holds=lt(0, factor * sp.log(N) / N))


printed.mutant("from N = 2 on", first=2)
printed.mutant("from N = 1.01 on", first="101/100")

claim = Claim(
    "agarwal2021/L55",
    title="What Lemma 55 needs of N, from N = 2 on",
    source="Lemma 55, p. 47, corrected",
    printed=r"N\ge2:\ \|\Sigma\|\le\frac{8\ln N}N, \text{ by } \ \tfrac{8\ln 2}2>1;\quad"
    r" \ln N+3\ln\ln N\ge0 \ (N\ge3);\quad \tfrac32<4\ln N,\ \ e^{-N s/8}\le\tfrac1N \text{ for } s\ge\tfrac{8\ln N}N",
    note="At N = 2 the bound is above tr Sigma = 1. For N >= 3 the concentration bound that the paper cites asks for"
    " ln N + 3 ln ln N >= 0. A shorter way, for every N >= 2: let s be the norm of Sigma, v its top eigenvector,"
    " and S the sum of (v.Phi(x_j))^2 over the N samples, terms in [0, 1] of mean s. If s > 8 ln(N)/N, then P(S"
    " <= N s/2) <= exp(-N s/8) < 1/N <= 1/2 (Chernoff). But with probability above 1/2 the Gram matrix of the"
    " samples has off-diagonal entries of at most 1/(2 N), by the depth that the lemma asks for, so S <= 1 + (N"
    " - 1)/(2 N) < 3/2 < 4 ln N <= N s/2: a contradiction.",
    beside=("agarwal2021/L55-printed",),
    parameters={"factor": 8, "repeated": 3, "eigenvalue": "3/2"},
)


@claim.states
def statement(factor, repeated, eigenvalue):
    two = sp.Integer(2)
    exponent = -N * (factor * sp.log(N) / N) / 8
    return (
        forall(holds=lt(1, factor * sp.log(two) / two), label="N = 2"),
        forall(interval(N, 3, sp.oo), holds=le(0, sp.log(N) + repeated * sp.log(sp.log(N))), label="N >= 3"),
        forall(interval(N, 2, sp.oo), holds=lt(eigenvalue, factor * sp.log(N) / 2), label="the eigenvalue"),
        forall(interval(N, 2, sp.oo), holds=le(exponent, -sp.log(N)), label="the exponent"),
    )


@claim.proves
def proof(prove, goal, factor, repeated, eigenvalue):
    """A number, and enclosures on half-lines: everything increases."""
    return [prove.ball_box(part.conclusion, *part.variables) for part in goal]


claim.mutant("2 in place of 8", factor=2)
claim.mutant("ln N - 3 ln ln N", repeated=-3)
claim.mutant("4 in place of 3/2", eigenvalue=4)
claim.sharpen("factor", lambda c: c, printed=8, strongest=0)
