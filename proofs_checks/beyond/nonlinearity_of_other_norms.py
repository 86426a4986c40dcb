"""D9, first half: near norm 1 the nonlinearity of the activation, seen at squared norm gamma, is at least 3 mu/4."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, at, fact, forall, interval, le, mu
from deepcond_sym.proof.tactics.arbitrary import no_less

gamma, linear, total = sp.symbols("gamma A V", real=True)
_a, _g, _v = sp.symbols("a g v", real=True)
nonlinearity = interval(mu, 0, 1, "(")
share = interval(linear, 0, sp.oo)
_quarter = sp.Rational(1, 4)

claim = Claim(
    "beyond/D9-norms",
    title=r"The nonlinearity at a squared norm within $\mu/4$ of 1 is at least $\frac34 \mu$",
    source="closes the gap in agarwal2021 Theorem 13, eq. (20)",
    printed=r"\sigma \text{ odd, increasing, concave on } \mathbb R_+,\ \mathbb E\sigma^2=1,"
    r"\ |\gamma-1|\le\tfrac\mu4 \implies \mu^{\{\gamma\}} \ge \tfrac34\mu",
    note=r"An inequality between numbers: $A = (a_1^{\{\gamma\}})^2$, $V = \hat\sigma_l(\gamma)$, $\mu^{\{\gamma\}} ="
    r" 1 - A/V$. The hypotheses are textbook facts of such $\sigma$, with $a_1^{\{\gamma\}} ="
    r" \mathbb E[\sigma(\sqrt\gamma Z) Z] = \sqrt\gamma\, \mathbb E \sigma'(\sqrt\gamma Z)$: above 1,"
    r" $A \le \gamma (1 - \mu)$ because $\sigma'$ decreases in $|z|$, and $V \ge 1$; below 1, $A \le 1 - \mu$ because"
    r" $\sigma$ increases, and $V \ge \gamma$ because $\sigma(\sqrt\gamma z) \ge \sqrt\gamma\, \sigma(z)$ on"
    r" the half-line.",
    beside=("beyond/D9-mu", "agarwal2021/T43-repaired"),
    parameters={"kept": sp.Rational(3, 4), "reach": _quarter},
    witnesses=(
        (0, Instance({mu: Fraction(1, 8), gamma: Fraction(33, 32), linear: Fraction(231, 256), total: Fraction(1)})),
        (0, Instance({mu: Fraction(1, 8), gamma: Fraction(17, 16), linear: Fraction(119, 128), total: Fraction(1)})),
    ),
)


@claim.states
def statement(kept, reach):
    shown = le(kept * mu, 1 - linear / total)
    return (
        forall(
            nonlinearity, interval(gamma, 1, sp.oo), share, interval(total, 1, sp.oo),
            given=[le(gamma, 1 + reach * mu), le(linear, gamma * (1 - mu))], holds=shown, label="at least 1",
        ),
        forall(
            nonlinearity, interval(gamma, 0, 1, "("), share, interval(total, 0, sp.oo, "("),
            given=[le(1 - reach * mu, gamma), le(linear, 1 - mu), le(gamma, total)], holds=shown, label="at most 1",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, kept, reach):
    """1 - (1 + mu/4)(1 - mu) = 3 mu/4 + mu^2/4, and 1 - (1 - mu)/(1 - mu/4) >= 3 mu/4."""
    above, below = goal
    above_0, gap = interval(_a, 0, sp.oo), interval(_g, 0, sp.oo)
    largest = prove.polynomial(le(kept * mu, 1 - (1 + reach * mu - _g) * (1 - mu)), nonlinearity, gap)
    divided = prove.polynomial(le(1 - _a, 1 - _a / (1 + _v)), above_0, interval(_v, 0, sp.oo))
    # V >= gamma >= 1 - mu/4
    smallest = prove.polynomial(le(kept * mu, 1 - (1 - mu) / (1 - reach * mu + _g)), nonlinearity, gap)
    both = prove.polynomial(le(0, _g + _v), gap, interval(_v, 0, sp.oo))
    wider = prove.polynomial(le(1 - (_a + _v) / total, 1 - _a / total), *below.variables[3:],
                             above_0, interval(_v, 0, sp.oo))  # fmt: skip
    return [
        prove.chain(
            above,
            at(largest, {_g: 1 + reach * mu - gamma}),
            no_less(prove, 1 - gamma * (1 - mu), gamma * (1 - mu) - linear),
            at(divided, {_a: linear, _v: total - 1}),
        ),
        prove.chain(
            below,
            fact(both, {_g: total - gamma, _v: gamma - 1 + reach * mu}),
            at(smallest, {_g: total - 1 + reach * mu}),
            at(wider, {_a: linear, _v: 1 - mu - linear}),
        ),
    ]


claim.mutant("4/5 in place of 3/4", kept=sp.Rational(4, 5))
claim.mutant("within mu/2 of 1", reach=sp.Rational(1, 2))


def _fails(c: Fraction) -> tuple[int, Instance]:
    """At gamma = 1 + mu/4 the bound is 3 mu/4 + mu^2/4, and mu may be small: a power of 2, which balls hold exactly."""
    small = Fraction(1, 8)
    while 0 < c - Fraction(3, 4) <= small / 4:
        small /= 2
    at_end = 1 + small / 4
    return 0, Instance({mu: small, gamma: at_end, linear: at_end * (1 - small), total: Fraction(1)})


claim.sharpen("kept", lambda c: c, printed="3/4", strongest=1, fails=_fails)
