"""The role of the depth: the smallest eigenvalue over L tends to 3/4 of the squared length of the points."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    Variable,
    at,
    eq,
    fact,
    forall,
    inner,
    interval,
    le,
    lt,
    minimum,
    ne,
    ntk,
    off_maximum,
    smallest,
)
from deepcond_sym.proof.tactics.arbitrary import no_less, scaled
from proofs_checks.starnaud2025 import kernel_limit

from . import chain_steps, depth_bound
from .chain_steps import p, q, rows
from .setting import L, N, U, cosine, hidden, length, pair, points

theta, t, u, y = sp.symbols("theta t u y", real=True)
angles = interval(theta, 0, sp.pi, "(")
several = Variable(N, sp.Integer(2))
kernel = ntk(L, cosine)
apart = le(off_maximum((1 + cosine) / 2, N), (1 + sp.cos(theta)) / 2)
"""No two of the points are closer than the angle theta."""

FIRST = sp.Rational(14, 25)


def error() -> Any:
    """How far the kernel may be from (L + 1)/4."""
    return 3 * sp.pi / (4 * theta) + FIRST + sp.Rational(3, 2) * sp.log(L + 1)


_right_angle = tuple(tuple(Fraction(int((s > 1) == (t > 1))) for t in range(3)) for s in range(3))
_deep = Instance(
    {N: Fraction(2), L: Fraction(1000), theta: Fraction(3, 2)},
    matrices={"U": _right_angle}, vectors={"a": (Fraction(1),) * 3},
)  # fmt: skip
"""Two points at a right angle and a thousand layers."""

claim = Claim(
    "nguyen2021/D-L",
    title="The smallest eigenvalue of the tangent kernel is linear in the depth",
    source="the role of the depth in Theorem 3.2",
    printed=r"\min_i\|x_i\|^2\Big(\tfrac34L-(N-1)E\Big)\le\lambda_{\min}(K^{(L)}),\qquad"
    r" \lambda_{\min}(K^{(L)})\le\tfrac34L+E \text{ for unit vectors},\ N\ge2,\qquad"
    r" E=\tfrac{3\pi}{4\theta_{\min}}+0.56+\tfrac32\log L",
    note=r"So $\lambda_{\min}(K^{(L)})/L\to\frac34d$ for fixed points of norm $\sqrt d$, no two of the same direction:"
    r" the lower bound of Theorem 3.2, which has no L, is right but loses that factor, and its upper bound has it. In"
    r" the formal statement L counts the hidden layers, one less than in the paper, and $\theta$ is any angle in"
    r" $(0,\pi]$ below which no two points come. The kernel off the diagonal is that of starnaud2025/N3.",
    beside=("nguyen2021/D-L+", "nguyen2021/D-T3.2", "starnaud2025/N3"),
    parameters={"limit": sp.Rational(3, 4)},
    witnesses=((1, _deep), (0, _deep)),
)


@claim.states
def statement(limit):
    return (
        forall(
            points, hidden, angles, given=[apart], family=RELU,
            holds=le((limit * (L + 1) - (N - 1) * error()) * minimum(length**2, N), smallest(pair * kernel, N)),
            label="from below",
        ),
        forall(
            several, hidden, angles, given=[apart], family=RELU,
            holds=le(smallest(kernel, N), limit * (L + 1) + error()), label="from above",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, limit):
    """nguyen2021/D-L+ with a = (L + 1)/4, and the vector (1, -1, 0, ...); off the diagonal, N3 at angles >= theta."""
    below, above = goal
    from_below, from_above = by_discs(prove, below), by_a_pair(prove, above)
    near = near_a_quarter(prove, forall(points, hidden, angles, *rows, given=_pair_of_points, family=RELU,
                                        holds=le(sp.Abs(_between - (L + 1) / 4), error())))  # fmt: skip
    positive = error_positive(prove)
    bounded = forall(points, hidden, angles, given=[apart, le(0, error())], family=RELU, holds=le(0, 0))
    largest = prove.matrices("bound", bounded, N, kernel - (L + 1) / 4, error(), of="off_maximum",
                             premises=[near], indices=(p, q))  # fmt: skip
    return [
        prove.chain(below, fact(positive), fact(largest), from_below),
        prove.chain(above, fact(near, {p: 1, q: 2}), from_above),
    ]


_between = ntk(L, inner(U, p, q))
_pair_of_points = [apart, ne(p, q), le(p, N), le(q, N)]


def error_positive(prove: Proof) -> Step:
    """0 <= E."""
    goal = forall(hidden, angles, holds=le(0, error()))
    logarithm = prove.ball_box(le(0, sp.log(t)), interval(t, 1, sp.oo))
    first = prove.polynomial(
        le(0, 3 * sp.pi / (4 * t) + FIRST + 3 * u / 2), interval(t, 0, sp.oo, "("), interval(u, 0, sp.oo)
    )
    return prove.chain(goal, fact(logarithm, {t: L + 1}), at(first, {t: theta, u: sp.log(L + 1)}))


def by_discs(prove: Proof, goal: Statement) -> Step:
    """The lower bound, given that the kernel is within E of (L + 1)/4 off the diagonal."""
    alpha, width = depth_bound.low, depth_bound.width
    claimed = forall(
        points, hidden, *(interval(s, 0, sp.oo) for s in (alpha, width)),
        given=[le(off_maximum(kernel - alpha, N), width)], family=RELU,
        holds=le((L + 1 - alpha - (N - 1) * width) * minimum(length**2, N), smallest(pair * kernel, N)),
    )  # fmt: skip
    near = [le(0, error()), le(off_maximum(kernel - (L + 1) / 4, N), error())]
    quarter = prove.polynomial(le(0, (t + 1) / 4), interval(t, 0, sp.oo))
    return prove.chain(
        replace(goal, given=(*goal.given, *near)), fact(quarter, {t: L}),
        at(depth_bound.nearly_constant(prove, claimed), {alpha: (L + 1) / 4, width: error()}),
    )  # fmt: skip


def by_a_pair(prove: Proof, goal: Statement) -> Step:
    """The upper bound, given that the kernel of the first two points is at least (L + 1)/4 - E."""
    of_pair = ntk(L, inner(U, 1, 2))
    near = le(sp.Abs(of_pair - (L + 1) / 4), error())
    frame = replace(goal, given=(*goal.given, near))
    pair_law = prove.matrices("pair", frame, N, kernel, at=[1, 2])
    halved = prove.polynomial(le(y, y + u), interval(y, -sp.oo, sp.oo), interval(u, 0, sp.oo))
    half = prove.polynomial(le(y, y + u / 2), interval(y, -sp.oo, sp.oo), interval(u, 0, sp.oo))
    least, right = smallest(kernel, N), pair_law.conclusion.conclusion.rhs
    at_one = chain_steps.kernel_of_one(prove)
    same = [prove.identity(forall(hidden, family=RELU, holds=eq(ntk(L, inner(U, i, i)), ntk(L, 1)))) for i in (1, 2)]
    value = prove.identity(
        frame.conclude(eq(right / 2, L + 1 - of_pair)), using=[(step, {}) for step in (*same, at_one)]
    )
    return prove.chain(
        frame, fact(pair_law), at(half, {y: least, u: right - 2 * least}), value,
        at(halved, {y: L + 1 - of_pair, u: of_pair - (L + 1) / 4 + error()}),
    )  # fmt: skip


def angle_at_least(prove: Proof, frame: Statement) -> tuple[Step, Step]:
    """theta <= acos(u_p . u_q), and u_p . u_q < 1."""
    r = inner(U, p, q)
    largest = off_maximum((1 + cosine) / 2, N)
    entry = prove.matrices("entry", frame, N, (1 + cosine) / 2, of="off_maximum", at=[p, q])
    doubled = prove.polynomial(le(y, y + 2 * u), interval(y, -sp.oo, sp.oo), interval(u, 0, sp.oo))
    half = prove.chain(
        frame.conclude(le((1 + r) / 2, (1 + sp.cos(theta)) / 2)), fact(entry),
        no_less(prove, (1 + r) / 2, largest - (1 + r) / 2), no_less(prove, largest, (1 + sp.cos(theta)) / 2 - largest),
    )  # fmt: skip
    cosines = prove.chain(
        frame.conclude(le(r, sp.cos(theta))), fact(half), at(doubled, {y: r, u: (sp.cos(theta) - r) / 2})
    )
    turned = prove.identity(frame.conclude(eq(theta, sp.acos(sp.cos(theta)))), using=[(prove.angle(frame, theta), {})])
    below_one = prove.ball_box(lt(sp.cos(t), 1), interval(t, 0, sp.pi, "("))
    return (
        prove.chain(frame.conclude(le(theta, sp.acos(r))), turned, prove.monotone("acos", cosines)),
        prove.chain(frame.conclude(lt(r, 1)), cosines, at(below_one, {t: theta})),
    )


def the_limit(prove: Proof) -> Any:
    """The three statements of starnaud2025/N3; the last one is |K^(L)/(L + 1) - 1/4| <= E/(L + 1) at the angle."""
    return kernel_limit.proof(prove, kernel_limit.claim.statements(), **kernel_limit.claim.parameters)


def near_a_quarter(prove: Proof, goal: Statement) -> Step:
    """|K^(L) - (L + 1)/4| <= E off the diagonal."""
    r, frame = inner(U, p, q), goal.conclude(le(0, 0))
    at_least, less_than_one = angle_at_least(prove, frame)
    *_, limit = the_limit(prove)
    smaller = prove.polynomial(
        le(y + 3 * sp.pi / (4 * (t + u)), y + 3 * sp.pi / (4 * t)),
        interval(t, 0, sp.oo, "("), interval(u, 0, sp.oo), interval(y, -sp.oo, sp.oo),
    )  # fmt: skip
    rest = FIRST + sp.Rational(3, 2) * sp.log(L + 1)
    at_angle = 3 * sp.pi / (4 * sp.acos(r)) + rest
    from_zero = prove.polynomial(lt(0, t), interval(t, 0, sp.oo, "("))
    positive = prove.chain(frame.conclude(lt(0, sp.acos(r))), at(from_zero, {t: theta}), at_least)
    known = fact(at_least), fact(less_than_one), fact(positive), fact(limit, {kernel_limit.rho: r})
    shrunk = at(smaller, {t: theta, u: sp.acos(r) - theta, y: rest})
    share = _between / (L + 1) - sp.Rational(1, 4)
    return prove.absolute_value(
        goal,
        *(
            prove.chain(
                goal.conclude(le(sign * (_between - (L + 1) / 4), error())), *known,
                scaled(prove, L + 1, sign * share, at_angle / (L + 1)), shrunk,
            )
            for sign in (1, -1)
        ),
    )  # fmt: skip


claim.mutant("1 in place of 3/4", limit=1)
claim.mutant("1/2 in place of 3/4", limit=sp.Rational(1, 2))
