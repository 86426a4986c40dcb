"""B3 and B60: gradient flow and gradient descent on the tangent kernel, in the directions of its eigenvectors.

Along an eigenvector of the eigenvalue k > 0 let r be the component of the labels, and g that of the row of the test
point; the network starts from 0. K is the largest eigenvalue."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Sequence,
    Statement,
    Step,
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
from deepcond_sym.proof.tactics.arbitrary import no_less, product_known
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.power_gaps import adds

k, K, g, r, t, eta, rate, theta, kappa = sp.symbols("k K g r t eta q theta kappa", real=True)
T, steps = index("T")
_e = sp.Function("e", real=True)
small, large = interval(k, 0, sp.oo, "("), interval(K, 0, sp.oo, "(")
step_size, time = interval(eta, 0, sp.oo, "("), interval(t, 0, sp.oo)
components = interval(g, -sp.oo, sp.oo), interval(r, -sp.oo, sp.oo)

flow = Claim(
    "xiao2020/B3",
    title="The outputs under gradient flow, in the directions of the eigenvectors of the kernel",
    source="authors' notebook, cell 26",
    provenance="as reported",
    printed=r"f_t(X_{tr})=(I-e^{-\eta\Theta t})Y,\quad f_t(X_{te})=\Theta_{te,tr}\Theta_{tr,tr}^{-1}"
    r"(I-e^{-\eta\Theta t})Y",
    note=r"The language has no functions of matrices. In an orthonormal basis of eigenvectors of $\Theta_{tr,tr}\succ0$"
    r" (the spectral theorem) both lines fall apart into the scalar ones of the formal statement: $y=r(1-e^{-\eta kt})$"
    r" solves $\dot y=\eta k(r-y)$, $y(0)=0$, and $f=\frac gk y$ solves $\dot f=\eta g(r-y)$, $f(0)=0$; solutions are"
    r" unique, the equations being linear. Their limit, with a rate, at $\eta=1$: starnaud2025/P3-mode.",
    beside=("starnaud2025/P3-mode", "xiao2020/B60"),
    parameters={"exponent": eta * k, "share": g / k},
    witnesses=tuple(
        (part, Instance({k: Fraction(2), eta: Fraction(1), t: Fraction(1), g: Fraction(1), r: Fraction(1)}))
        for part in (0, 1)
    ),
)


@flow.states
def flow_statement(exponent, share):
    y = r * (1 - sp.exp(-exponent * t))
    f = share * y
    frame, start = (small, step_size, *components), interval(t, 0, 0)
    return (
        forall(*frame, time, holds=eq(sp.diff(y, t), eta * k * (r - y)), label="training set"),
        forall(*frame, time, holds=eq(sp.diff(f, t), eta * g * (r - y)), label="test point"),
        forall(*frame, start, holds=eq(y, 0), label="the start"),
        forall(*frame, start, holds=eq(f, 0), label="the start at the test point"),
    )


@flow.proves
def flow_proof(prove, goal, exponent, share):
    """Differentiate."""
    return [prove.identity(part) for part in goal]


flow.mutant("without the learning rate", exponent=k)
flow.mutant("g in place of g/k", share=g)

residual = Sequence("e", T, 0, r, (1 - eta * k) * _e(T))
"""The component of the residual along an eigenvector: a step takes eta k of it away."""

descent = Claim(
    "xiao2020/B60",
    title="Gradient descent converges for all labels if and only if the learning rate is below 2 over the largest"
    " eigenvalue",
    source="authors' notebook, cell 44",
    provenance="as reported",
    printed=r"\text{converges for every }Y\iff0<\eta<2/\lambda_{\max};\quad\text{the smallest mode at the rate }"
    r"1/\kappa;\quad\eta=\tfrac2{\lambda_{\max}+\lambda_{\min}}\text{ is optimal, with the factor }"
    r"\tfrac{\kappa-1}{\kappa+1}",
    note=r"In the eigenvectors of $\Theta\succ0$ (the spectral theorem), for a residual with the component r along"
    r" one of the eigenvalue k. The residual does not decrease along the largest eigenvalue if"
    r" $\eta\lambda_{\max}\ge2$, and along any if $\eta\le0$. With $\eta=\theta/\lambda_{\max}$ the smallest"
    r" mode shrinks by $1-\theta/\kappa$ a step. The optimal step (derived here) is not the stability bound."
    r" Slips of the notebook: cell 47 computes $\eta=2\,\mathrm{size}/\lambda_{\max}$ and does not pass it on,"
    r" so that its times are those of $\eta=1$, and its blocks end with erf where the theory ends with a dense"
    r" layer; the docstring of `max_learning_rate`: xiao2020/slip-learning-rate.",
    beside=("xiao2020/B3", "xiao2020/B61", "xiao2020/slip-learning-rate"),
    parameters={"bound": 2, "contraction": (K - k) / (K + k), "step": 2 / (K + k)},
    witnesses=(
        (1, Instance({eta: Fraction(5, 2), k: Fraction(1), K: Fraction(1)})),
        (6, Instance({eta: Fraction(1, 2), k: Fraction(1), K: Fraction(3), rate: Fraction(1, 2)})),
        (7, Instance({k: Fraction(1), K: Fraction(3), theta: Fraction(3)})),
    ),
)


@descent.states
def descent_statement(bound, contraction, step):
    anything = interval(r, -sp.oo, sp.oo)
    mode = interval(theta, 0, sp.oo, "(")
    diverges = le(r**2, _e(T) ** 2)
    signed = interval(eta, -sp.oo, sp.oo)
    return (
        forall(steps, small, signed, anything, sequences=[residual], holds=eq(_e(T), (1 - eta * k) ** T * r),
               label="the residual"),
        forall(step_size, small, large, given=[le(k, K), lt(eta * K, bound)], holds=lt(abs(1 - eta * k), 1),
               label="below the bound"),
        forall(step_size, small, anything, given=[lt(eta * k, 2)], sequences=[residual],
               holds=eq(limit(sp.Symbol("e", real=True)), 0), label="convergence"),
        forall(steps, signed, small, anything, given=[le(2, eta * k)], sequences=[residual], holds=diverges,
               label="from the bound on"),
        forall(steps, signed, small, anything, given=[le(eta, 0)], sequences=[residual], holds=diverges,
               label="without a positive rate"),
        forall(signed, small, mode, interval(kappa, 1, sp.oo), given=[eq(eta, theta / (kappa * k))],
               holds=eq(1 - eta * k, 1 - theta / kappa), label="the smallest mode"),
        forall(signed, small, large, interval(rate, -sp.oo, sp.oo),
               given=[le(k, K), le(abs(1 - eta * k), rate), le(abs(1 - eta * K), rate)],
               holds=le(contraction, rate), label="no better factor"),
        forall(small, large, mode, given=[le(k, theta), le(theta, K)], holds=le(abs(1 - step * theta), contraction),
               label="the optimal step"),
    )  # fmt: skip


@descent.proves
def descent_proof(prove, goal, bound, contraction, step):
    """Each mode is a geometric sequence; the two ends of the spectrum decide."""
    closed, below, converges, above, negative, smallest, best, optimal = goal
    u, v = sp.symbols("u v", real=True)
    positive = {symbol: interval(symbol, 0, sp.oo, "(") for symbol in (u, v)}
    below_1 = prove.polynomial(lt(1 - u, 1), positive[u])
    product = prove.polynomial(lt(0, u * v), positive[u], positive[v])
    positive_step = fact(product, {u: eta, v: k})
    wider = [
        prove.chain(below.conclude(lt(1 - eta * k, 1)), positive_step, at(below_1, {u: eta * k})),
        prove.chain(
            below.conclude(lt(eta * k - 1, 1)), product_known(prove, eta, K - k), fact(product, {u: eta, v: K}),
            no_less(prove, eta * k - 1, eta * (K - k)),
            at(prove.polynomial(lt(u - 1, 1), interval(u, -sp.oo, 2, ")")), {u: eta * K}),
        ),
    ]  # fmt: skip
    size = (K - k) / (K + k)
    inverse = fact(prove.polynomial(le(0, 1 / (k + K)), small, large))
    weights = K / (k + K), k / (k + K)
    end = prove.chain(
        best.conclude(le(size, rate)), *(fact(prove.polynomial(le(0, weight), small, large)) for weight in weights),
        adds(prove, size, weights[0], rate - 1 + eta * k),
        adds(prove, size + weights[0] * (rate - 1 + eta * k), weights[1], rate + 1 - eta * K),
    )
    sides = [
        prove.chain(
            optimal.conclude(le(sign * (1 - 2 * theta / (k + K)), size)), inverse,
            adds(prove, sign * (1 - 2 * theta / (k + K)), sp.Integer(2), 1 / (k + K), gap),
        )
        for sign, gap in ((1, theta - k), (-1, K - theta))
    ]
    return [
        prove.closed_form(closed), prove.absolute_value(below, *wider),
        prove.recurrence_limit(converges), _grows(prove, above), _grows(prove, negative),
        prove.identity(smallest, [["given", 0]]), end, prove.absolute_value(optimal, *sides),
    ]  # fmt: skip


def _grows(prove: Proof, goal: Statement) -> Step:
    """e(T)^2 does not decrease: (1 - eta k)^2 - 1 = eta k (eta k - 2)."""
    value = _e(T)
    above = goal.given[0].lhs == 2
    u, w = sp.symbols("u w", real=True)
    square = prove.polynomial(le(0, w**2), interval(w, -sp.oo, sp.oo))
    low = interval(u, 2, sp.oo) if above else interval(u, -sp.oo, 0)
    gain = prove.polynomial(le(0, u * (u - 2)), low)
    known = [fact(square, {w: value}), fact(gain, {u: eta * k})]
    if not above:
        known.insert(0, product_known(prove, -eta, k))
    return inductive(
        prove, goal, T,
        lambda base: prove.chain(base, prove.folded(base, _e(0) ** 2, _e(0))),
        lambda step: prove.chain(
            step, *known, product_known(prove, eta * k * (eta * k - 2), value**2),
            no_less(prove, r**2, value**2 - r**2), no_less(prove, value**2, eta * k * (eta * k - 2) * value**2),
            prove.folded(step, _e(T + 1) ** 2, _e(T + 1)),
        ),
    )  # fmt: skip


descent.mutant("up to 3 over the largest eigenvalue", bound=3)
descent.mutant("a better factor", contraction=(K - k) / (K + k) / 2)
descent.mutant("the stability bound is optimal", step=2 / K)
