"""D9, second half: an odd increasing activation that is concave on the half-line has mu < 1 - 2/pi.

Write sigma on the half-line as a mixture of the truncations min(x, t). With A(t) = E[|Z| min(|Z|, t)] and
V(t) = E[min(|Z|, t)^2], it is enough that (2/pi) V(t) < A(t)^2 for every t > 0."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, forall, interval, le, lt
from deepcond_sym.proof.search.ball_box import cut, product, total
from proofs_checks.agarwal2021.setting import t

beyond_0 = interval(t, 0, sp.oo, "(")
beyond_1 = interval(t, 1, sp.oo)


def density(s: sp.Expr) -> sp.Expr:
    """The standard normal density."""
    return sp.exp(-(s**2) / 2) / sp.sqrt(2 * sp.pi)


def central(s: sp.Expr) -> sp.Expr:
    """A(s) = P(|Z| <= s) = E[|Z| min(|Z|, s)]."""
    return sp.erf(s / sp.sqrt(2))


def truncated(s: sp.Expr) -> sp.Expr:
    """V(s) = E[min(|Z|, s)^2]."""
    return central(s) - 2 * s * density(s) + s**2 * (1 - central(s))


claim = Claim(
    "beyond/D9-mu",
    title="Odd activations that are concave on the half-line have mu < 1 - 2/pi",
    source="strengthens the hypothesis of agarwal2021 Theorem 13",
    printed=r"\tfrac2\pi V(t) < A(t)^2 \text{ for } t>0,\quad A(t)=\operatorname{erf}(t/\sqrt2),\quad"
    r" V(t)=A(t)-2t\varphi(t)+t^2(1-A(t)); \text{ hence } \mu<1-\tfrac2\pi"
    r" \text{ for odd, increasing } \sigma \text{ concave on } \mathbb R_+",
    note="The textbook facts used: a concave increasing function with sigma(0) = 0 is a mixture of min(x, t), t > 0,"
    " and of x; E[|Z| min(|Z|, t)] = A(t) and E[min(|Z|, t)^2] = V(t) by parts; and by the Cauchy-Schwarz inequality"
    " E[sigma^2] <= (integral of sqrt(V))^2 < (pi/2) (integral of A)^2 = (pi/2) a_1^2. The constant is approached by"
    " sign, as t -> 0.",
    parameters={"share": 2 / sp.pi, "tail": 2},
    witnesses=((0, Instance({t: Fraction(1, 10**7)})),),
)


@claim.states
def statement(share, tail):
    return (
        forall(beyond_0, holds=lt(share * truncated(t), central(t) ** 2), label="truncations"),
        forall(
            interval(t, 0, 1), holds=le(t / sp.pi * (1 - central(t)), central(t) * density(t)), label="up to 1",
        ),
        forall(beyond_1, holds=le(1 - central(t), tail * density(t) / t), label="Mills ratio"),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, share, tail):
    """Up to 1 by derivatives at 0; beyond, V <= A by the Mills ratio, and A > 2/pi."""
    truncations, near, mills = goal
    bounded = product(t**2, 2 * density(t) / t - (1 - central(t)))
    above = central(t) ** 2 - share * central(t), product(central(t), central(t) - share)
    below = share * (central(t) - truncated(t)), product(share, (central(t) - truncated(t), bounded))
    return [
        prove.ball_box(truncations.conclusion, beyond_0, outline=cut(t, 1, None, total(above, below))),
        prove.ball_box(near.conclusion, *near.variables),
        prove.ball_box(mills.conclusion, beyond_1),
    ]


claim.mutant("2/pi + 10^-6 in place of 2/pi", share=2 / sp.pi + sp.Rational(1, 10**6))
claim.mutant("the Mills ratio with 13/10 in place of 2", tail="13/10")


def _fails(c: Fraction):
    """A^2 - c (2/pi) V is about (2/pi) t^2 (1 - c + 1.06 t) for small t."""
    return 0, Instance({t: (c - 1) / 2})


claim.sharpen("share", lambda c: c * 2 / sp.pi, printed=1, strongest=2, fails=_fails)
