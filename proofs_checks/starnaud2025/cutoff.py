"""Definition 6 and Proposition 5: the cutoff psi_d(z) = 1/(1 + exp(-2 z/(d (1 - z^2)))) on (-1, 1), and what becomes of
it as d tends to 0.

With d = 1/k, k = 1, 2, ..., psi_d = 1/(1 + odds(k)) where odds(k) = odds(1)^k is a geometric sequence."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Sequence,
    Statement,
    Step,
    Verdict,
    at,
    eq,
    fact,
    forall,
    index,
    interval,
    le,
    limit,
    lt,
)  # fmt: skip
from deepcond_sym.proof.search.ball_box import slope

z, d, x, v, E, g = sp.symbols("z d x v E g", real=True)
k, steps = index("k", 1)
width = interval(d, 0, sp.oo, "(")
inside = interval(z, -1, 1, "()")
right, left = interval(z, 0, 1, "()"), interval(z, -1, 0, "()")


def exponent(width: sp.Expr = d) -> sp.Expr:
    """2 z/(d (1 - z^2))."""
    return 2 * z / (width * (1 - z**2))


def cutoff(width: sp.Expr = d) -> sp.Expr:
    """psi_d(z)."""
    return 1 / (1 + sp.exp(-exponent(width)))


def odds(sign: int = 1) -> Sequence:
    """odds(k) = (1 - psi_d(z))/psi_d(z) for d = 1/k."""
    ratio = sp.exp(-sign * exponent(sp.S.One))
    return Sequence("odds", k, 1, ratio, ratio * sp.Function("odds", real=True)(k))


smooth = Claim(
    "starnaud2025/D6-3",
    title="The cutoff is smooth",
    source="Definition 6 and Proposition 5(3)",
    provenance="as reported",
    printed=r"\psi_d(z)=\big(1+e^{-2z/(d(1-z^2))}\big)^{-1}\text{ on }(-1,1),\text{ continued by 0 and 1, is }C^\infty",
    expected=Verdict.UNDECIDED,
    note=r"Holds: near $z=\mp1$ every derivative is a rational function of $z$ times a factor below"
    r" $e^{-2|z|/(d(1-z^2))}$, which tends to 0 faster than any power of $1-z^2$. Not judged as a whole: the language"
    r" has no statements about all derivatives. starnaud2025/D6-3-shape proves the symmetry, the monotonicity, the"
    r" values at the ends and that the first derivative vanishes there.",
    beside=("starnaud2025/D6-3-shape",),
)

shape = Claim(
    "starnaud2025/D6-3-shape",
    title="The cutoff increases from 0 to 1 and is flat at both ends",
    source="Definition 6 and Proposition 5(3), the function and its first derivative",
    provenance="derived here",
    printed=r"\psi_d(-z)=1-\psi_d(z),\quad \psi_d'(z)=\frac{2(1+z^2)}{d(1-z^2)^2}\,\psi_d(z)(1-\psi_d(z))\ge0,\quad"
    r" \psi_d(z)\le\frac{d(1-z^2)}{2|z|},\ \psi_d'(z)\le\frac{3d^2(1+z^2)(1-z^2)}{2|z|^3}\quad(z<0)",
    beside=("starnaud2025/D6-3",),
    parameters={"growth": 2 * (1 + z**2) / (d * (1 - z**2) ** 2), "share": "1/2"},
    witnesses=((2, Instance({z: Fraction(-1, 2), d: Fraction(1)})),),
)


@shape.states
def shape_statement(growth, share):
    derivative = growth * cutoff() * (1 - cutoff())
    flat = 3 * d**2 * (1 + z**2) * (1 - z**2) / (-2 * z**3)
    return (
        forall(inside, width, holds=eq(cutoff().subs(z, -z), 1 - cutoff()), label="symmetry"),
        forall(inside, width, holds=eq(sp.diff(cutoff(), z), derivative), label="derivative"),
        forall(left, width, holds=le(cutoff(), share * d * (1 - z**2) / (-z)), label="value near -1"),
        forall(left, width, holds=le(derivative, flat), label="slope near -1"),
    )


@shape.proves
def shape_proof(prove, goal, growth, share):
    """With X = -2 z/(d (1 - z^2)) > 0: both X and X^3/6 are at most 1 + e^X."""
    symmetry, derivative, value, flat = goal
    defined = [fact(positive(prove), {x: sign * exponent()}) for sign in (1, -1)]
    return [
        prove.chain(symmetry, *defined), prove.chain(derivative, *defined),
        value_is_small(prove, value, -1), slope_is_small(prove, flat, -1, 3),
    ]  # fmt: skip


shape.mutant("2 (1 - z^2) in place of 2 (1 + z^2)", growth=2 / (d * (1 - z**2)))
shape.mutant("a quarter of the bound for the value", share="1/8")


def positive(prove: Proof) -> Step:
    """0 < 1 + e^x."""
    return prove.ball_box(lt(0, 1 + sp.exp(x)), interval(x, -sp.oo, sp.oo))


def power_below(prove: Proof, n: int) -> Step:
    """x^n <= n! (1 + e^x): differentiate n times."""
    outline = None
    for _ in range(n):
        outline = slope(x, 0, outline)
    return prove.ball_box(le(x**n, sp.factorial(n) * (1 + sp.exp(x))), interval(x, 0, sp.oo), outline=outline)


def value_is_small(prove: Proof, goal: Statement, side: int) -> Step:
    """1/(1 + e^X) <= 1/X, for X = side 2 z/(d (1 - z^2)) > 0."""
    size = side * exponent()
    less = prove.polynomial(le(1 / (x + v), 1 / x), interval(x, 0, sp.oo, "("), interval(v, 0, sp.oo))
    known = [fact(positive(prove), {x: s}) for s in (size, -size)]
    values = {x: size, v: 1 + sp.exp(size) - size}
    return prove.chain(goal, *known, fact(power_below(prove, 1), {x: size}), at(less, values))


def slope_is_small(prove: Proof, goal: Statement, side: int, n: int) -> Step:
    """G e^X/(1 + e^X)^2 <= G/(1 + e^X) <= n! G/X^n."""
    size, growth = side * exponent(), 2 * (1 + z**2) / (d * (1 - z**2) ** 2)
    half_lines = interval(g, 0, sp.oo), interval(E, 0, sp.oo)
    first = prove.polynomial(le(g * E / (1 + E) ** 2, g / (1 + E)), *half_lines)
    number = sp.factorial(n)
    second = prove.polynomial(
        le(number * g / (x**n + v), number * g / x**n), half_lines[0], interval(x, 0, sp.oo, "("), interval(v, 0, sp.oo)
    )
    exponential = sp.exp(size)
    known = [fact(positive(prove), {x: s}) for s in (size, -size)]
    known += [fact(power_below(prove, n), {x: size}), fact(not_negative(prove), {x: size})]
    return prove.chain(
        goal, *known, at(first, {g: growth, E: exponential}),
        at(second, {g: growth, x: size, v: number * (1 + exponential) - size**n}),
    )  # fmt: skip


def not_negative(prove: Proof) -> Step:
    """0 <= e^x."""
    return prove.ball_box(le(0, sp.exp(x)), interval(x, -sp.oo, sp.oo))


printed = Claim(
    "starnaud2025/D6-4",
    title="The cutoff and its derivatives tend to 0 with d",
    source="Proposition 5(4), for k = 0 and z > 0",
    provenance="as reported",
    printed=r"\lim_{d\to0^+}\frac{d^k}{dz^k}\psi_d(z)=0\qquad(k\in\mathbb N_0)",
    expected=Verdict.REFUTED,
    note=r"As printed in v1. Stated here for $k=0$, $z\in(0,1)$, along $d=1,\frac12,\frac13,\ldots$, where $\psi_d="
    r"1/(1+q^{1/d})$ with $q=e^{-2z/(1-z^2)}<1$: the limit is 1. It fails at $z=0$ for $k=0$ and $k=1$ too:"
    r" $\psi_d(0)=\frac12$ and $\psi_d'(0)=\frac1{2d}$ for every $d$ (starnaud2025/D6-4-at-zero). What holds is"
    r" $\psi_d\to\mathbf 1_{z>0}$ off $z=0$, and that the derivatives tend to 0 for fixed $z\ne0$"
    r" (starnaud2025/D6-4-limits, with rates for $k=0$ and $k=1$).",
    beside=("starnaud2025/D6-4-at-zero", "starnaud2025/D6-4-limits"),
    parameters={"side": 1, "value": 0},
    witnesses=((0, Instance({z: Fraction(1, 2)})),),
)


@printed.states
def printed_statement(side, value):
    far = limit(sp.Symbol("odds", real=True))
    where, result = (right, 1 / (1 + far)) if side == 1 else (left, far / (1 + far))
    return forall(where, sequences=[odds(side)], holds=eq(result, value))


printed.mutant("for z < 0, where it is true", side=-1)
printed.mutant("the limit 1 for z > 0, which is true", value=1)

at_zero = Claim(
    "starnaud2025/D6-4-at-zero",
    title="The cutoff is 1/2 at 0, with slope 1/(2 d), for every d",
    source="a witness against Proposition 5(4)",
    provenance="derived here",
    printed=r"\frac1{\psi_d(0)}=2,\quad\Big(\frac1{\psi_d}\Big)'(0)=-\frac2d,\qquad\text{that is }\psi_d(0)=\tfrac12,"
    r"\ \psi_d'(0)=\tfrac1{2d}",
    note="Stated for the reciprocal. Neither the value nor the slope tends to 0 with d; the slope is unbounded.",
    beside=("starnaud2025/D6-4",),
    parameters={"reciprocal": 2, "slope": -2 / d},
    witnesses=((0, Instance({z: Fraction(0), d: Fraction(1)})), (1, Instance({z: Fraction(0), d: Fraction(1)}))),
)


@at_zero.states
def at_zero_statement(reciprocal, slope):
    here, inverse = interval(z, 0, 0), 1 / cutoff()
    return (
        forall(here, width, holds=eq(inverse, reciprocal), label="value"),
        forall(here, width, holds=eq(sp.diff(inverse, z), slope), label="slope"),
    )


@at_zero.proves
def at_zero_proof(prove, goal, reciprocal, slope):
    """Put in z = 0."""
    return [prove.identity(part) for part in goal]


at_zero.mutant("the value 1 at 0", reciprocal=1)
at_zero.mutant("slope 1/d", slope=-4 / d)

limits = Claim(
    "starnaud2025/D6-4-limits",
    title="Off z = 0 the cutoff tends to the indicator of z > 0, and its slope to 0",
    source="the statement in place of Proposition 5(4), for k = 0 and k = 1",
    provenance="derived here",
    printed=r"1-\psi_d(z)\le\frac{d(1-z^2)}{2z}\ (z>0),\quad\psi_d(z)\le\frac{d(1-z^2)}{2|z|}\ (z<0),\quad"
    r" \psi_d'(z)\le d\,\frac{1+z^2}{z^2}\ (z\ne0)",
    note="Each bound tends to 0 with d for fixed z. For k >= 2 the derivatives tend to 0 in the same way, which is not"
    " stated here.",
    beside=("starnaud2025/D6-4",),
    parameters={"share": "1/2", "power": 1},
)


@limits.states
def limits_statement(share, power):
    bound = share * d * (1 - z**2) / z
    flat = d**power * (1 + z**2) / z**2
    return (
        forall(right, width, holds=le(1 - cutoff(), bound), label="z > 0"),
        forall(left, width, holds=le(cutoff(), -bound), label="z < 0"),
        forall(right, width, holds=le(sp.diff(cutoff(), z), flat), label="slope for z > 0"),
        forall(left, width, holds=le(sp.diff(cutoff(), z), flat), label="slope for z < 0"),
    )


@limits.proves
def limits_proof(prove, goal, share, power):
    """With X = 2 |z|/(d (1 - z^2)): both X and X^2/2 are at most 1 + e^X."""
    above, below, rising, falling = goal
    return [
        value_is_small(prove, above, 1), value_is_small(prove, below, -1),
        slope_is_small(prove, rising, 1, 2), slope_is_small(prove, falling, -1, 2),
    ]  # fmt: skip


limits.mutant("an eighth of d (1 - z^2)/z", share="1/8")
limits.mutant("d^3 in the bound for the slope", power=3)
