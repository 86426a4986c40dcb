"""The Hermite coefficients of ReLU beyond the printed formula: the odd ones, and how fast the even ones decay."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Statement,
    Step,
    Variable,
    at,
    eq,
    fact,
    forall,
    half_line_hermite,
    hermite_at_zero,
    index,
    interval,
    le,
)
from deepcond_sym.proof.tactics.inductive import inductive

k, degrees = index("k")
later = Variable(k, sp.Integer(20))
x, H1, H2 = (sp.Symbol(name, real=True) for name in ("x", "H1", "H2"))
u = sp.Symbol("u", real=True)
_from_zero = interval(u, 0, sp.oo)


def square(degree: sp.Expr) -> sp.Expr:
    """mu_r^2 = E[relu(X) He_r(X)]^2 / r!."""
    return half_line_hermite(1, degree) ** 2 / sp.factorial(degree)


def even_moment(prove, where) -> tuple[Step, Step]:
    """E[relu(X) He_{2k+2}(X)] = phi(0) He_2k(0), and He_2k(0) = (-1)^k (2k - 1)!!."""
    moment = prove.hermite_parts(1, 2 * k + 2, x * H1 + H2, where)
    at_zero = prove.closed_form(forall(degrees, holds=eq(hermite_at_zero(2 * k), (-1) ** k * sp.factorial2(2 * k - 1))))
    return moment, at_zero


odd = Claim(
    "nguyen2021/D-H-odd",
    title="The odd Hermite coefficients of ReLU beyond the first vanish",
    source="section 2, beside the formula for even degrees",
    printed=r"\mu_r(\sigma)=0 \text{ for every odd } r\ge3",
    note="In the formal statement r = 2 k + 3.",
    beside=("nguyen2021/D-H", "nguyen2021/D-H-decay"),
    parameters={"degree": 2 * k + 3, "antiderivative": x * H1 + H2},
)


@odd.states
def odd_statement(degree, antiderivative):
    return forall(degrees, holds=eq(half_line_hermite(1, degree), 0))


@odd.proves
def odd_proof(prove, goal, degree, antiderivative):
    """E[relu(X) He_r(X)] = phi(0) He_{r-2}(0), and He_1(0) = 0, He_{m+2}(0) = -(m + 1) He_m(0)."""
    moment = prove.hermite_parts(1, degree, antiderivative, degrees)
    at_zero = prove.closed_form(forall(degrees, holds=eq(hermite_at_zero(2 * k + 1), 0)))
    return prove.identity(goal, using=[(moment, {}), (at_zero, {k: k})])


odd.mutant("the even degrees", degree=2 * k + 2)
odd.mutant("from r = 1 on", degree=2 * k + 1)
odd.mutant("a proof with a wrong antiderivative", antiderivative=x * H1 - H2, false=False)

r = 2 * k + 2
normalised = 2 * sp.pi * r * (r - 1) * square(r)
"""w(k) = (2k - 1)!!/(2k)!!, which is about 1/sqrt(pi k)."""
share = sp.factorial2(2 * k - 1) ** 2 / sp.factorial(2 * k)

decay = Claim(
    "nguyen2021/D-H-decay",
    title="The Hermite coefficients of ReLU decay like r^(-5/2)",
    source="section 2, beside the formula for even degrees",
    printed=r"\frac1{\sqrt{2r-3}}\le2\pi r(r-1)\mu_r^2\le\frac1{\sqrt{r-1}} \text{ for even } r\ge2,\quad"
    r" 2\pi r(r-1)\mu_r^2\sqrt{r-\tfrac32}=(1\pm5\cdot10^{-5})\sqrt{\tfrac2\pi} \text{ for even } r\ge42",
    note=r"In the formal statement r = 2 k + 2, and both sides are squared. So"
    r" $\mu_r^2\sim\frac1{2\pi}\sqrt{\frac2\pi}\,r^{-5/2}$ with its constant shown to four digits; that the constant is"
    r" exactly $\sqrt{2/\pi}$ is Wallis' product (textbook), which the language, having no limit of such a product,"
    " does not say.",
    beside=("nguyen2021/D-H", "nguyen2021/D-H-odd"),
    parameters={"below": 2 * r - 3, "above": r - 1, "constant": 4 / sp.pi},
    witnesses=((3, Instance({k: Fraction(20)})),),
)
_room = sp.Rational(5, 10**5)


@decay.states
def decay_statement(below, above, constant):
    return (
        forall(degrees, holds=le(1, normalised**2 * below), label="lower bound"),
        forall(degrees, holds=le(normalised**2 * above, 1), label="upper bound"),
        forall(later, holds=le((1 - _room) ** 2 * constant, normalised**2 * (2 * r - 3)), label="rate from below"),
        forall(later, holds=le(normalised**2 * (2 * r - 3), (1 + _room) ** 2 * constant), label="rate from above"),
    )


@decay.proves
def decay_proof(prove, goal, below, above, constant):
    """w(k)^2 (4 k + 1) increases, w(k)^2 (2 k + 1) and w(k)^2 (4 k + 1 + 1/(8 k)) decrease, and both sides are known at
    the first k."""
    low, high, from_below, from_above = goal
    finer = bounded(prove, from_above, share**2 * (4 * k + 1 + 1 / (8 * k)))
    less = prove.polynomial(le(u * (4 * x + 1), u * (4 * x + 1 + 1 / (8 * x))), _from_zero, interval(x, 1, sp.oo))
    left = share**2 * (4 * k + 1)
    coarser = prove.chain(
        from_above.conclude(le(left, from_above.conclusion.rhs)),
        fact(squares(prove), {x: share}), at(less, {u: share**2, x: k}), finer,
    )  # fmt: skip
    return [
        in_coefficients(prove, low, bounded(prove, low, share**2 * (4 * k + 1))),
        in_coefficients(prove, high, bounded(prove, high, share**2 * (2 * k + 1))),
        in_coefficients(prove, from_below, bounded(prove, from_below, left)),
        in_coefficients(prove, from_above, coarser),
    ]


decay.mutant("2 r - 2 in place of r - 1, above", above=2 * r - 2)
decay.mutant("2 r - 4 in place of 2 r - 3, below", below=2 * r - 4)
decay.mutant("14/11 in place of 4/pi", constant=sp.Rational(14, 11))


def squares(prove) -> Step:
    """0 <= x^2."""
    return prove.polynomial(le(0, x**2), interval(x, -sp.oo, sp.oo))


def bounded(prove, goal: Statement, member: sp.Expr) -> Step:
    """The goal with `member` as its left or right side, by induction on k: member(k) rises from its first value
    where it is bounded from below, and falls where it is bounded from above."""
    (v,) = goal.variables
    rising = goal.conclusion.rhs.has(half_line_hermite)
    bound = goal.conclusion.lhs if rising else goal.conclusion.rhs
    weight = member / share**2
    grown = u * ((2 * x + 1) / (2 * x + 2)) ** 2 * weight.subs(k, x + 1)
    ends = (u * weight.subs(k, x), grown) if rising else (grown, u * weight.subs(k, x))
    moved = at(prove.polynomial(le(*ends), _from_zero, interval(x, v.lower, sp.oo)), {u: share**2, x: k})
    anything = interval(x, -sp.oo, sp.oo)
    gap = prove.polynomial(le(x, x + u), anything, _from_zero)

    def step(target: Statement) -> Step:
        known = at(gap, {x: bound, u: member - bound}) if rising else at(gap, {x: member, u: bound - member})
        return prove.chain(target, fact(squares(prove), {x: share}), *((known, moved) if rising else (moved, known)))

    sides = (bound, member) if rising else (member, bound)
    return inductive(prove, goal.conclude(le(*sides)), k, prove.evaluate, step)


def in_coefficients(prove, goal: Statement, shown: Step) -> Step:
    """The goal, from the same with (2 k - 1)!!^2/(2 k)! in place of 2 pi r (r - 1) mu_r^2."""
    moment, at_zero = even_moment(prove, goal.variables[0])
    (of_mu, of_share) = (
        (goal.conclusion.rhs, shown.conclusion.conclusion.rhs)
        if goal.conclusion.rhs.has(half_line_hermite)
        else (goal.conclusion.lhs, shown.conclusion.conclusion.lhs)
    )
    same = prove.identity(goal.conclude(eq(of_mu, of_share)), using=[(moment, {}), (at_zero, {k: k})])
    back = prove.identity(goal.conclude(eq(of_share, of_mu)), using=[(moment, {}), (at_zero, {k: k})])
    return prove.chain(goal, *((shown, back) if goal.conclusion.rhs.has(half_line_hermite) else (same, shown)))
