"""Theorem 38, Remark 39: the squared norms of inputs of general norm tend to 1; as printed (false), and from eq. (12).

The map of squared norms is gamma -> sigma_hat_l(gamma) = E sigma(sqrt(gamma) Z)^2, with value 1 at 1."""

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
    fact,
    forall,
    interval,
    le,
    ranging,
)  # fmt: skip
from deepcond_sym.proof.tactics.arbitrary import no_less, scaled, shrinking
from deepcond_sym.proof.tactics.inductive import inductive

from .setting import L, half, layers

alpha, start, gamma, value, middle, slope = sp.symbols("alpha gamma_0 gamma v h s", real=True)
S = sp.Symbol("S", real=True)
_u, _w = sp.symbols("u w", real=True)
_g = sp.Function("g", real=True)
contraction = interval(alpha, 0, 1)

erf_level = sp.asin(sp.Rational(2, 3))
erf_alpha = sp.pi / (3 * erf_level) - 1
"""min(2 sigma_hat_l(1/2) - 1, 1 - sigma_hat_l'(1)) for sigma = erf: 0.4351..., and 1 - sigma_hat_l'(1) = 0.5914..."""

_at_half = Instance({L: Fraction(0), start: Fraction(1, 2)})

printed = Claim(
    "agarwal2021/T38",
    title="Squared norms tend to 1, with the square as printed",
    source="Theorem 38, p. 33",
    provenance="paper",
    printed=r"\|x\|^2\ge\tfrac12 \implies \big|\|\bar k(x,x)\|^2-1\big| \le (1-\alpha_\sigma)^L\,\big|\|x\|^2-1\big|^2",
    expected=Verdict.REFUTED,
    note=r"Entered for the normalised erf, which is odd, increasing, twice differentiable and concave on $[0, \infty)$:"
    r" $\hat\sigma_l(\gamma) = \arcsin\frac{2\gamma}{1+2\gamma} / \arcsin\frac23$, $\alpha_\sigma = 0.4351...$"
    r" It fails for every $\sigma$ without a layer, $L = 0$, at $\|x\|^2 = \frac12$: $\frac12 \le \frac14$. (Read"
    r" literally, with a square on the left also, it says $\frac34 \le \frac14$.) Without the square it holds.",
    beside=("agarwal2021/T38-eq12",),
    parameters={"power": 2, "least": half},
    witnesses=((0, _at_half),),
)


@printed.states
def printed_statement(power, least):
    q = sp.Function("q", real=True)
    norms = Sequence("q", L, 0, start, sp.asin(2 * q(L) / (1 + 2 * q(L))) / erf_level)
    bound = (1 - erf_alpha) ** L * sp.Abs(start - 1) ** power
    return forall(
        interval(start, least, sp.oo), layers, sequences=[norms], holds=le(sp.Abs(q(L) - 1), bound)
    )  # fmt: skip


printed.mutant("without the square", power=1)
printed.mutant("for squared norms of at least 2, where the square is no smaller", least=2)

corrected = Claim(
    "agarwal2021/T38-eq12",
    title="Squared norms tend to 1 at the rate that concavity gives",
    source="eq. (12), p. 34, and Theorem 38 without the square",
    provenance="derived here",
    printed=r"|\hat\sigma_l(\gamma)-1| \le (1-\alpha_\sigma)\,|\gamma-1| \text{ for } \gamma\ge\tfrac12;\qquad"
    r" |\gamma_L-1| \le (1-\alpha_\sigma)^L\,|\gamma_0-1|,\quad \gamma_{l+1}=\hat\sigma_l(\gamma_l)",
    note=r"Shown for all real numbers that are related as concavity says: $v = \hat\sigma_l(\gamma)$,"
    r" $h = \hat\sigma_l(\frac12)$, $s = \hat\sigma_l'(1)$, $\alpha \le 2h-1$, $\alpha \le 1-s$; above 1 the tangent at"
    r" 1, below 1 the chord from $\frac12$ to 1. The last two parts speak of every sequence with"
    r" $\gamma_{k+1} - 1 = S_k (\gamma_k - 1)$, $0 \le S_k \le 1 - \alpha$: by the first two, the squared norms of the"
    r" layers are one. That $\hat\sigma_l$ is concave and non-decreasing is Lemma 40 (see agarwal2021/L40).",
    beside=("agarwal2021/T38", "agarwal2021/L40", "agarwal2021/L40-derivative"),
    parameters={"rate": 1 - alpha, "chord_slack": 2 * middle - 1},
)


def norms(rate: sp.Expr = 1 - alpha) -> Sequence:
    """g(0) = gamma_0, g(k + 1) = 1 + S_k (g(k) - 1) with 0 <= S_k <= 1 - alpha."""
    return Sequence("g", L, 0, start, 1 + ranging(S, L, 1 - alpha) * (_g(L) - 1))


@corrected.states
def statement(rate, chord_slack):
    reals = {symbol: interval(symbol, -sp.oo, sp.oo) for symbol in (value, slope, middle)}
    whole = interval(start, half, sp.oo), contraction, layers
    chord = 2 * (1 - gamma) * middle + 2 * gamma - 1
    return (
        forall(
            interval(gamma, 1, sp.oo), reals[value], reals[slope], contraction,
            given=[le(1, value), le(value, 1 + slope * (gamma - 1)), le(alpha, 1 - slope)],
            holds=le(sp.Abs(value - 1), rate * (gamma - 1)), label="above 1",
        ),
        forall(
            interval(gamma, half, 1), reals[value], reals[middle], contraction,
            given=[le(value, 1), le(chord, value), le(alpha, chord_slack)],
            holds=le(sp.Abs(value - 1), rate * (1 - gamma)), label="below 1",
        ),
        forall(
            *whole, sequences=[norms()], holds=le(sp.Abs(_g(L) - 1), rate**L * sp.Abs(start - 1)), label="every depth"
        ),
        forall(*whole, sequences=[norms()], holds=le(half, _g(L)), label="the norms stay in the domain"),
    )  # fmt: skip


@corrected.proves
def proof(prove, goal, rate, chord_slack):
    """Tangent and chord; then induction on the depth."""
    above, below, deep, stays = goal
    return [
        _both_sides(prove, above, gamma - 1, slope, 1),
        _both_sides(prove, below, 1 - gamma, 2 - 2 * middle, -1),
        shrinking(prove, deep, L, _g(L) - 1, ranging(S, L, 1 - alpha), rate, start - 1),
        _stays(prove, stays),
    ]


def _both_sides(prove: Proof, goal: Statement, gap: sp.Expr, steep: sp.Expr, sign: int) -> Step:
    """0 <= +-(v - 1) <= steep gap <= (1 - alpha) gap."""
    moved = sign * (value - 1)
    far = prove.chain(
        goal.conclude(le(moved, goal.conclusion.rhs)),
        no_less(prove, moved, steep * gap - moved), scaled(prove, gap, steep, 1 - alpha),
    )  # fmt: skip
    gamma_range = next(v for v in goal.variables if v.symbol == gamma)
    near = prove.chain(
        goal.conclude(le(-moved, goal.conclusion.rhs)),
        no_less(prove, -moved, moved), prove.polynomial(le(0, goal.conclusion.rhs), gamma_range, contraction),
    )  # fmt: skip
    return prove.absolute_value(goal, *((far, near) if sign == 1 else (near, far)))


def _stays(prove: Proof, goal: Statement) -> Step:
    """1 + S (g - 1) is between g and 1 for S in [0, 1]."""
    factor = ranging(S, L, 1 - alpha)
    small = prove.chain(
        forall(contraction, layers, holds=le(factor, 1)),
        prove.ranging("at most", factor, contraction, layers), prove.polynomial(le(1 - alpha, 1), contraction),
    )  # fmt: skip
    known = fact(prove.ranging("at least", factor, contraction, layers)), fact(small)
    between = prove.polynomial(le(half, 1 + _w * (half + _u - 1)), interval(_w, 0, 1), interval(_u, 0, sp.oo))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.polynomial(le(half, start), interval(start, half, sp.oo)),
                                 prove.folded(base, _g(0))),
        lambda step: prove.chain(step, *known, at(between, {_w: factor, _u: _g(L) - half}),
                                 prove.folded(step, _g(L + 1))),
    )  # fmt: skip


corrected.mutant("the rate 1 - 11 alpha/10", rate=1 - sp.Rational(11, 10) * alpha)
corrected.mutant("alpha bounded by h in place of 2 h - 1", chord_slack=middle)

_doubled = {gamma: Fraction(2), value: Fraction(3, 2), slope: Fraction(1, 2), alpha: Fraction(1, 2)}
corrected.sharpen("rate", lambda c: 1 - c * alpha, printed=1, strongest=2, fails=lambda c: (0, Instance(_doubled)))
