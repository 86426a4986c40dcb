"""Theorem 45: gradient descent on the last layer with the printed learning rate, which is too small by the factor n."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, at, forall, index, interval, le, lt

n, points = index("n", 1)
T, steps = index("t")
c, rate = sp.symbols("c kappa", real=True)
_w = sp.Symbol("w", real=True)

printed = Claim(
    "agarwal2021/T45",
    title="Gradient descent with learning rate c over the largest eigenvalue decreases the loss by a constant factor",
    source="Theorem 45, p. 40",
    provenance="paper",
    printed=r"\eta=\Theta\big(1/\lambda_{\max}(\bar K)\big) \implies"
    r" \mathcal L(v_t)\le e^{-\Omega(t)}\,\mathcal L(v_0)",
    expected=Verdict.REFUTED,
    note=r"Entered for orthonormal inputs, where $\bar K = I$: with $\mathcal L = \frac1n |r|^2$ a step multiplies"
    r" every residual by $1 - 2\eta/n$. The hidden constants are $\eta = \frac12$ and $e^{-t/100}$ here;"
    " agarwal2021/T45-every shows that no constants will do. The learning rate should be of the"
    " order of n over the largest eigenvalue: beyond/D12.",
    beside=("agarwal2021/T45-every", "beyond/D12"),
    parameters={"eta": sp.Rational(1, 2), "most": 0},
    witnesses=((0, Instance({n: Fraction(1000), T: Fraction(1)})),),
)


@printed.states
def printed_statement(eta, most):
    loss, promised = (1 - 2 * eta / n) ** (2 * T), sp.exp(-T / 100)
    if most:
        return forall(steps, holds=le(loss.subs(n, most), promised))
    return forall(points, steps, holds=le(loss, promised))


printed.mutant("with a learning rate that grows with n", eta=n / 4)
printed.mutant("for one data point", most=1)

every = Claim(
    "agarwal2021/T45-every",
    title="No constants save the printed learning rate",
    source="against Theorem 45, p. 40",
    provenance="derived here",
    printed=r"n>\tfrac{4c(1+\kappa)}\kappa \implies e^{-\kappa}\le\tfrac1{1+\kappa}<\Big(1-\tfrac{2c}n\Big)^2",
    note=r"At $\bar K = I$ with $\eta = c$: one step does not decrease the loss by the factor $e^{-\kappa}$, whatever"
    r" $c, \kappa > 0$, as soon as there are enough points. The first inequality is textbook,"
    r" $1 + \kappa \le e^\kappa$; the second is the formal statement.",
    beside=("agarwal2021/T45",),
    parameters={"enough": 4 * c * (1 + rate) / rate},
)


@every.states
def every_statement(enough):
    positive = [interval(symbol, 0, sp.oo, "(") for symbol in (c, rate)]
    return forall(points, *positive, given=[lt(enough, n)], holds=lt(1 / (1 + rate), (1 - 2 * c / n) ** 2))


@every.proves
def every_proof(prove, goal, enough):
    """1/(1 + kappa) < 1 - 4 c/n <= (1 - 2 c/n)^2."""
    positive = goal.variables[1:]
    first = prove.polynomial(lt(1 / (1 + rate), 1 - 4 * c / (enough + _w)), *positive, interval(_w, 0, sp.oo, "("))
    return prove.chain(goal, at(first, {_w: n - enough}), prove.polynomial(le(1 - 4 * c / n, (1 - 2 * c / n) ** 2),
                                                                          points, positive[0]))  # fmt: skip


every.mutant("half as many points", enough=2 * c * (1 + rate) / rate)
every.mutant("however many points", enough=0)
