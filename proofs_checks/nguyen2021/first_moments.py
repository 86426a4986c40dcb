"""Exact first moments over the weights of one layer, given the features before it."""

import sympy as sp

from deepcond_sym.proof import RELU, Claim, dual_slope, eq, forall, half_line_hermite, index, interval

n, widths = index("n", 1)
beta, length, x = sp.symbols("beta f x", real=True)
_scale, _length = interval(beta, 0, sp.oo, "("), interval(length, 0, sp.oo, "(")
_half = sp.Rational(1, 2)

claim = Claim(
    "nguyen2021/D-App+",
    title="The mean squared length of the features of a layer, and the mean number of its active neurons",
    source="proofs of Lemmas C.1 to C.6",
    provenance="paper",
    printed=r"\mathbb E_{W_k}\|f_k\|^2=\tfrac{n_k\beta_k^2}2\|f_{k-1}\|^2,\qquad"
    r" \mathbb E_{W_k}\|\Sigma_k\|_F^2=\tfrac{n_k}2 \quad\text{given } f_{k-1}\ne0",
    note=r"Each of the $n=n_k$ pre-activations is $\beta\|f_{k-1}\|$ times a standard normal w, so the first mean is n"
    r" times $\beta^2\|f_{k-1}\|^2\,\mathbb E\sigma(w)^2$ and the second n times $\mathbb E\sigma'(w)^2$; the dual of"
    r" normalised ReLU has the slope $2\,\mathbb E\sigma'(w)^2$ at 1.",
    beside=("nguyen2021/D-App", "nguyen2021/D-e11"),
    parameters={"squares": _half, "active": _half},
)


@claim.states
def statement(squares, active):
    return (
        forall(
            widths, _scale, _length,
            holds=eq(n * beta**2 * length**2 * half_line_hermite(2, 0), squares * n * beta**2 * length**2),
            label="features",
        ),
        forall(widths, family=RELU, holds=eq(n * dual_slope(1) / 2, active * n), label="active neurons"),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, squares, active):
    """E[max(w, 0)^2] = 1/2 by parts, and the slope of the dual at 1 is 1."""
    features, neurons = goal
    return [
        prove.identity(features, using=[(prove.hermite_parts(2, 0, x), {})]),
        prove.identity(neurons, unfold=[dual_slope(1)]),
    ]


claim.mutant("n beta^2 |f|^2, as for a linear layer", squares=1)
claim.mutant("all neurons are active", active=1)

of_the_mean = Claim(
    "nguyen2021/D-e11",
    title="Where the induction on the mean of the features can start",
    source="lemma on the length of the mean of the features, its proof corrected",
    printed=r"\|\mathbb E_{W_1}\mathbb E_xf_1\|^2=\tfrac{n_1\beta_1^2}{2\pi}(\mathbb E\|x\|)^2 \quad\text{(so the"
    r" induction starts at } k=1)",
    note=r"In print it starts at k = 0, with $\|\mathbb Ex\|^2=\Omega(d)$, which is false for data with mean zero, the"
    r" case of Theorem 3.2. At k = 1, $\mathbb E_{W_1}\sigma(W_1^\top x)=\frac{\beta_1\|x\|}{\sqrt{2\pi}}\mathbf 1$,"
    r" and by Jensen's inequality (textbook) $\mathbb E_{W_1}\|\mathbb E_xf_1\|^2$ is at least the number of the"
    r" statement. The formal statement has m for $\mathbb E\|x\|$ and $\mu_0=\mathbb E\sigma(w)$.",
    beside=("nguyen2021/D-App+", "nguyen2021/D-H+"),
    parameters={"constant": 1 / (2 * sp.pi)},
)


@of_the_mean.states
def mean_statement(constant):
    each = beta * length * half_line_hermite(1, 0)
    return forall(widths, _scale, _length, holds=eq(n * each**2, constant * n * beta**2 * length**2))


@of_the_mean.proves
def mean_proof(prove, goal, constant):
    """E max(w, 0) = 1/sqrt(2 pi)."""
    return prove.identity(goal, using=[(prove.hermite_parts(1, 0, sp.S.One), {})])


of_the_mean.mutant("1/2, the mean of the square", constant=_half)
of_the_mean.mutant("1/pi, as for normalised ReLU", constant=1 / sp.pi)
