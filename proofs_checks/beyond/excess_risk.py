"""D11: the excess risk of the interpolant of least norm at the depth of Theorem 17, with constants."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    NONLINEAR,
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    fact,
    forall,
    index,
    interval,
    le,
    mu,
    steps_to,
)  # fmt: skip
from deepcond_sym.proof.tactics.arbitrary import no_less, product_known, scaled
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021 import condition_number
from proofs_checks.agarwal2021.data import X, apart, off_diagonal
from proofs_checks.agarwal2021.data import points as any_points
from proofs_checks.agarwal2021.setting import decay, first_phase, half, separation

n, points = index("n", 2)
norm, largest, smallest, optimal, noisy, noise, risk = sp.symbols("V S lambda P Q E R", real=True)
_w, _y = sp.symbols("w y", real=True)
log = sp.log(n)

claim = Claim(
    "beyond/D11",
    title="The excess risk of the interpolant, with constants",
    source="repairs agarwal2021 Theorem 17",
    printed=r"n\ge2:\quad \max_{i\ne j}|\bar K_{ij}|\le\tfrac1{2n^2},\quad \lambda_{\min}(\bar K)\ge\tfrac78,\quad"
    r" \|\Sigma\|\le\tfrac{16\ln n}{n^2},\quad \text{excess risk}\le\frac{32\ln n}{n^2}\|v^*\|^2+\frac{256}7\,"
    r"\frac{\ln n}n\,(1+\|v^*\|)^2",
    note=r"The first part is at the depth of Theorem 17; its separation $\delta = \Delta(n^2, \gamma)$ holds for the"
    r" data with probability at least $1 - \gamma$. The second part with Gershgorin's theorem gives the"
    r" smallest eigenvalue, and Lemma 55 with $N = n^2$ the norm of $\Sigma$. In the last part $S \ge \|\Sigma\|$,"
    r" $\lambda \le \lambda_{\min}(\bar K)$, $P = v^{*\top} B v^*$, $Q = \epsilon^\top C \epsilon$,"
    r" $E \ge \|\epsilon\|^2$, $V = \|v^*\|$, $R$ is the risk: the hypotheses are Lemma 56 and the norms"
    r" $\|B\| \le \|\Sigma\|$ and $\|C\| \le \|\Sigma\|/\lambda_{\min}(\bar K)$.",
    beside=("agarwal2021/T17", "agarwal2021/L55", "agarwal2021/L56-form", "agarwal2021/T17-noise"),
    parameters={
        "entry": 1 / (2 * n**2), "floor": sp.Rational(7, 8), "of_optimum": 32, "of_noise": sp.Rational(256, 7),
        "family": NONLINEAR,
    },
    witnesses=(
        (1, Instance({n: Fraction(2)})),
        (2, Instance({n: Fraction(2), norm: Fraction(0), largest: Fraction(2), smallest: Fraction(7, 8),
                      optimal: Fraction(0), noise: Fraction(2), noisy: Fraction(4), risk: Fraction(8)})),
    ),
)  # fmt: skip


@claim.states
def statement(entry, floor, of_optimum, of_noise, family):
    numbers = [interval(symbol, 0, sp.oo) for symbol in (norm, largest, optimal, noisy, noise)]
    bound = of_optimum * log / n**2 * norm**2 + of_noise * log / n * (1 + norm) ** 2
    return (
        forall(
            points, separation, given=[apart], family=family,
            holds=le(off_diagonal(first_phase() + steps_to(n**2, 1 / decay)), entry), label="the entries",
        ),
        forall(points, holds=le(floor, 1 - (n - 1) / (2 * n**2)), label="the smallest eigenvalue"),
        forall(
            points, *numbers, interval(smallest, 0, sp.oo, "("), interval(risk, -sp.oo, sp.oo),
            given=[
                le(largest, 16 * log / n**2), le(sp.Rational(7, 8), smallest), le(risk, 2 * optimal + 2 * noisy),
                le(optimal, largest * norm**2), le(noisy, largest / smallest * noise), le(noise, n * (1 + norm) ** 2),
            ],
            holds=le(risk, bound), label="the excess risk",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, entry, floor, of_optimum, of_noise, family):
    """Theorem 3 at this depth; (n - 2)^2 >= 0; substitution."""
    entries, eigenvalue, total = goal
    return [
        _entries(prove, entries, entry, family),
        prove.polynomial(eigenvalue.conclusion, points),
        _total(prove, total),
    ]


def _entries(prove: Proof, goal: Statement, entry: sp.Expr, family) -> Step:
    """(1/2) (1 - mu/2)^S <= 1/(2 n^2), from the definition of S."""
    wait = steps_to(n**2, 1 / decay)
    nonlinear = interval(mu, 0, 1, "(")
    reached = prove.reached(n**2, 1 / decay, points, nonlinear)
    ratio = prove.polynomial(le(half / (n**2 + _w), entry), points, interval(_w, 0, sp.oo))
    bound = prove.entries(condition_number.tail(prove, family), rho, X, any_points)
    return prove.chain(
        goal, fact(reached), at(bound, {condition_number.m: wait}), at(ratio, {_w: decay ** (-wait) - n**2})
    )


def _total(prove: Proof, goal: Statement) -> Step:
    """R <= 2 P + 2 Q <= 2 S V^2 + 2 (S/lambda) E <= 2 S V^2 + (16/7) S n (1 + V)^2, and S <= 16 ln n/n^2."""
    length, gap = (1 + norm) ** 2, interval(_w, 0, sp.oo)
    seven = prove.polynomial(le(1 / (sp.Rational(7, 8) + _w), sp.Rational(8, 7)), gap)
    inverse = fact(seven, {_w: smallest - sp.Rational(7, 8)})
    twice = prove.polynomial(le(_y, _y + 2 * _w), interval(_y, -sp.oo, sp.oo), gap)
    most_noise, part = n * length, largest / smallest
    return prove.chain(
        goal, inverse, no_less(prove, risk, 2 * optimal + 2 * noisy - risk),
        at(twice, {_y: 2 * optimal + 2 * noisy, _w: largest * norm**2 - optimal}),
        at(twice, {_y: 2 * largest * norm**2 + 2 * noisy, _w: part * noise - noisy}),
        product_known(prove, part, most_noise - noise),
        at(twice, {_y: 2 * largest * norm**2 + 2 * part * noise, _w: part * (most_noise - noise)}),
        product_known(prove, largest * most_noise, sp.Rational(8, 7) - 1 / smallest),
        at(twice, {_y: 2 * largest * norm**2 + 2 * part * most_noise,
                   _w: largest * most_noise * (sp.Rational(8, 7) - 1 / smallest)}),
        scaled(prove, 2 * norm**2 + sp.Rational(16, 7) * most_noise, largest, 16 * log / n**2),
    )  # fmt: skip


claim.mutant("entries of 1/(30 n^2)", entry=1 / (30 * n**2))
claim.mutant("without centring", family=UNCENTRED)
claim.mutant("8/9 in place of 7/8", floor=sp.Rational(8, 9))
claim.mutant("10 in place of 256/7", of_noise=10)
