"""The proof of Corollary 4.2: how large the degree r must be for a given exponent of N in the failure probability."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, at, fact, forall, index, interval, le, lt

i, half_degrees = index("i", 1)
exponent, u = sp.symbols("delta u", real=True)
r = 2 * i


def exponent_is_reached(least: sp.Expr, shift: sp.Expr):
    """2/(r/2 - 1/10) <= delta' for even r >= the least degree."""
    return forall(
        half_degrees, interval(exponent, 0, sp.oo, "("), given=[le(least, r)],
        holds=le(2 / (r / 2 - shift), exponent),
    )  # fmt: skip


printed = Claim(
    "nguyen2021/D-e6-printed",
    title="The degree in the proof of Corollary 4.2, as printed",
    source="proof of Corollary 4.2",
    provenance="paper",
    printed=r"r\ge0.1+\frac2{\delta'} \implies N^{2/(r/2-0.1)}\le N^{\delta'}",
    expected=Verdict.REFUTED,
    note=r"The condition belongs to the exponent $2/(r-0.1)$ of earlier versions; version 5 has $r/2$ there. With"
    r" $\delta'=1$ and r = 4 the exponent is 20/19. The statement of the corollary does not change, since r may be"
    " chosen as large as one likes: nguyen2021/D-e6.",
    beside=("nguyen2021/D-e6",),
    parameters={"least": sp.Rational(1, 10) + 2 / exponent, "shift": sp.Rational(1, 10)},
    witnesses=((0, Instance({i: Fraction(2), exponent: Fraction(1)})),),
)


@printed.states
def printed_statement(least, shift):
    return exponent_is_reached(least, shift)


printed.mutant("the degree doubled", least=sp.Rational(1, 5) + 4 / exponent)
printed.mutant("a degree of 1 + 4/delta'", least=1 + 4 / exponent)

corrected = Claim(
    "nguyen2021/D-e6",
    title="The degree that the proof of Corollary 4.2 needs",
    source="proof of Corollary 4.2, corrected",
    printed=r"r\ge0.2+\frac4{\delta'} \implies N^{2/(r/2-0.1)}\le N^{\delta'}",
    note="The formal statement compares the exponents of N, for even r = 2 i.",
    beside=("nguyen2021/D-e6-printed",),
    parameters={"least": sp.Rational(1, 5) + 4 / exponent, "shift": sp.Rational(1, 10)},
    witnesses=((0, Instance({i: Fraction(1), exponent: Fraction(7, 3)})),),
)


@corrected.states
def statement(least, shift):
    return exponent_is_reached(least, shift)


@corrected.proves
def proof(prove, goal, least, shift):
    """With r = 1/5 + 4/delta' + u, r/2 - 1/10 = 2/delta' + u/2."""
    box = interval(exponent, 0, sp.oo, "("), interval(u, 0, sp.oo)
    half = 2 / exponent + u / 2
    reached, positive = (prove.polynomial(holds, *box) for holds in (le(2 / half, exponent), lt(0, half)))
    more = {u: r - least}
    return prove.chain(goal, fact(positive, more), at(reached, more))


corrected.mutant("half of the degree, as printed", least=sp.Rational(1, 10) + 2 / exponent)
corrected.mutant("r/2 - 1/5 in place of r/2 - 1/10", shift=sp.Rational(1, 5))
