"""Lemma 56 and Theorem 17: the excess risk of the interpolant of least norm."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    Verdict,
    eq,
    fact,
    forall,
    index,
    interval,
    le,
)
from deepcond_sym.proof.tactics.arbitrary import no_less, product_known

n, points = index("n", 1)
N, atoms = index("N", 1)
a, b, weight, y, prediction = sp.symbols("a b s y p", real=True)
norm, norm_squared, constant, confidence = sp.symbols("V v C gamma", real=True)

lemma = Claim(
    "agarwal2021/L56",
    title="The excess risk of the interpolant, from the optimum and from the noise",
    source="Lemma 56, p. 48",
    provenance="paper",
    printed=r"(v_S-v^*)^\top\Sigma(v_S-v^*)\le2v^{*\top}Bv^*+2\epsilon^\top C\epsilon,\quad"
    r" B=(I-P)\Sigma(I-P),\ P=X^\top\bar K^{-1}X,\ C=\bar K^{-1}X\Sigma X^\top\bar K^{-1}",
    expected=Verdict.UNDECIDED,
    note="It is about matrices, which the formal language does not speak of. It holds: $v_S - v^* = -(I - P) v^*"
    r" + X^\top \bar K^{-1} \epsilon$, and what is left, an inequality of the quadratic form of $\Sigma$, is"
    " agarwal2021/L56-form in its eigenbasis.",
    beside=("agarwal2021/L56-form",),
)

form = Claim(
    "agarwal2021/L56-form",
    title="The square of a sum is at most twice the sum of the squares, in every eigendirection",
    source="the step that carries Lemma 56, p. 48",
    provenance="derived here",
    printed=r"s\,(a+b)^2\le2s\,a^2+2s\,b^2 \text{ for every eigenvalue } s\ge0 \text{ of } \Sigma",
    note=r"$a$ and $b$ are the components of $-(I - P) v^*$ and $X^\top \bar K^{-1} \epsilon$ along an eigenvector of"
    r" $\Sigma$; summed over the eigenvectors it is Lemma 56.",
    beside=("agarwal2021/L56",),
    parameters={"twice": sp.Integer(2), "least": 0},
)


@form.states
def form_statement(twice, least):
    variables = interval(weight, least, sp.oo), *(interval(symbol, -sp.oo, sp.oo) for symbol in (a, b))
    return (
        forall(*variables, holds=le(weight * (a + b) ** 2, twice * weight * (a**2 + b**2)), label="the inequality"),
        forall(
            *variables, holds=eq(2 * weight * (a**2 + b**2) - weight * (a + b) ** 2, weight * (a - b) ** 2),
            label="what is lost",
        ),
    )  # fmt: skip


@form.proves
def form_proof(prove, goal, twice, least):
    """The difference is s (a - b)^2."""
    inequality, lost = goal
    square = prove.polynomial(le(0, (a - b) ** 2), *inequality.variables[1:])
    return [_scaled(prove, inequality, square), prove.identity(lost)]


def _scaled(prove: Proof, goal: Statement, square: Step) -> Step:
    lost = weight * (a - b) ** 2
    return prove.chain(
        goal, fact(square), product_known(prove, weight, (a - b) ** 2), no_less(prove, goal.conclusion.lhs, lost)
    )


form.mutant("3/2 in place of 2", twice=sp.Rational(3, 2))
form.mutant("without that the form is non-negative", least=-1)

_equal = Instance({weight: Fraction(1), a: Fraction(1), b: Fraction(1)})
form.sharpen("twice", lambda c: c, printed=2, strongest=1, fails=lambda c: (0, _equal))

printed = Claim(
    "agarwal2021/T17",
    title="The excess risk is of the order of log(n)/n times the squared norm of the optimum",
    source="Theorem 17, p. 10",
    provenance="paper",
    printed=r"\text{w.p.} \ge1-\gamma:\quad (v_S-v^*)^\top\Sigma(v_S-v^*)\le"
    r" O\Big(\frac{\log(n/\gamma)}n\|v^*\|^2\Big)",
    expected=Verdict.REFUTED,
    note=r"Entered for inputs drawn from $N$ orthonormal vectors (where $\bar K = I$ on distinct points) with fair,"
    r" independent labels $\pm1$. Then $v^* = 0$, and for any $n$ distinct points $v_S = \sum_i y_i \Phi_i$ has the"
    r" excess risk $v_S^\top \Sigma v_S = n/N > 0$, whatever the hidden constant $C$; for"
    r" $N \ge n^2/(2\gamma)$ the points are distinct with probability at least $1 - \gamma$. The cause is"
    " agarwal2021/T17-noise-printed, the repair beyond/D11.",
    beside=("agarwal2021/T17-noise-printed", "beyond/D11"),
    parameters={"floor": 0},
    witnesses=(
        (0, Instance({n: Fraction(2), N: Fraction(100), constant: Fraction(10**6), confidence: Fraction(1, 4),
                      norm_squared: Fraction(0)})),
    ),
)  # fmt: skip


@printed.states
def printed_statement(floor):
    """The risk n/N is at most C log(n/gamma)/n |v*|^2 + floor, where |v*|^2 = 0."""
    risk, order = n / N, sp.log(n / confidence) / n
    optimum = interval(norm_squared, 0, 0)
    return forall(
        points, atoms, interval(constant, 0, sp.oo), interval(confidence, 0, "1/2", "()"), optimum,
        given=[le(n, N)], holds=le(risk, constant * order * norm_squared + floor),
    )  # fmt: skip


printed.mutant("with 1 on the right side", floor=1)
printed.mutant("with n/N on the right side", floor=n / N)

noise_printed = Claim(
    "agarwal2021/T17-noise-printed",
    title="The noise is at most n (1 + |v*|^2), as the proof prints",
    source="proof of Theorem 17, p. 49",
    provenance="paper",
    printed=r"\|\epsilon\|^2\le n\,(1+\|v^*\|^2),\quad \epsilon_i=y_i-v^*\cdot\Phi_i,\ |y_i|\le1,\ \|\Phi_i\|=1",
    expected=Verdict.REFUTED,
    note=r"Entered for one point, with $p = v^* \cdot \Phi$, $|p| \le V = \|v^*\|$. At $y = 1$, $p = -1$, $V = 1$ the"
    r" left side is 4 and the right side 2.",
    beside=("agarwal2021/T17-noise",),
    parameters={"bound": 1 + norm**2, "low": -1},
    witnesses=((0, Instance({y: Fraction(1), prediction: Fraction(-1), norm: Fraction(1)})),),
)


@noise_printed.states
def noise_printed_statement(bound, low):
    return _noise(bound, low)


def _noise(bound: sp.Expr, low: sp.Expr) -> Statement:
    variables = interval(y, low, 1), interval(prediction, -sp.oo, sp.oo), interval(norm, 0, sp.oo)
    return forall(
        *variables, given=[le(prediction, norm), le(-prediction, norm)], holds=le((y - prediction) ** 2, bound)
    )  # fmt: skip


noise_printed.mutant("with the square of the sum", bound=(1 + norm) ** 2)
noise_printed.mutant("with twice the sum of the squares", bound=2 * (1 + norm**2))

noise = Claim(
    "agarwal2021/T17-noise",
    title="The noise is at most n (1 + |v*|)^2",
    source="proof of Theorem 17, p. 49, corrected",
    provenance="derived here",
    printed=r"\|\epsilon\|^2\le n\,(1+\|v^*\|)^2",
    note=r"For every point: $(y - p)^2 \le (1 + V)^2$ for $|y| \le 1$, $|p| \le V$; the sum over the points is"
    " textbook.",
    beside=("agarwal2021/T17-noise-printed", "beyond/D11"),
    parameters={"bound": (1 + norm) ** 2, "low": -1},
)


@noise.states
def noise_statement(bound, low):
    return _noise(bound, low)


@noise.proves
def noise_proof(prove, goal, bound, low):
    """(1 + V)^2 - (y - p)^2 is a product of two non-negative factors."""
    slack = sp.Symbol("u", real=True)
    either = prove.polynomial(le(0, 1 - y + slack), interval(y, -1, 1), interval(slack, 0, sp.oo))
    low, high = 1 + norm - y + prediction, 1 + norm + y - prediction
    return prove.chain(
        goal, fact(either, {slack: norm + prediction}), fact(either, {y: -y, slack: norm - prediction}),
        product_known(prove, low, high), no_less(prove, (y - prediction) ** 2, low * high),
    )  # fmt: skip


noise.mutant("the square of the norm", bound=1 + norm**2)
noise.mutant("labels down to -2", low=-2)
