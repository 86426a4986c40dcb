"""Lemma 22: what one layer does to a correlation, for every normalised activation."""

from fractions import Fraction

from deepcond_sym.proof import NORMALISED, UNCENTRED, Claim, Instance, dual, forall, interval, le, mu

from .setting import decay, delta, growth, half

claim = Claim(
    "agarwal2021/L22",
    title="One layer moves every correlation away from 1",
    source="Lemma 22, p. 23",
    provenance="paper",
    printed=r"|\hat\sigma(-(1-\delta))| \le \hat\sigma(1-\delta) \le"
    r" \begin{cases} 1-(1+\frac\mu2)\delta & \delta\le\frac12 \\"
    r" (1-\frac\mu2)(1-\delta) & \delta>\frac12 \end{cases}",
    beside=("beyond/D1", "beyond/D2"),
    parameters={"near": growth, "far": decay, "cut": half, "family": NORMALISED},
)


@claim.states
def statement(near, far, cut, family):
    return (
        forall(interval(delta, 0, 1), family=family, holds=le(abs(dual(delta - 1)), dual(1 - delta)), label="negative"),
        forall(interval(delta, 0, cut), family=family, holds=le(dual(1 - delta), 1 - near * delta), label="near 1"),
        forall(
            interval(delta, half, 1, "("),
            family=family,
            holds=le(dual(1 - delta), far * (1 - delta)),
            label="far from 1",
        ),
    )


@claim.proves
def proof(prove, goal, near, far, cut, family):
    """All three are linear in the p_i, so the powers rho^i decide; (1 - delta)^i <= (1 - delta)^2 from i = 2 on."""
    return [prove.vertices(part) for part in goal]


claim.mutant("slope 1 + 2 mu/3 near 1", near=1 + 2 * (growth - 1) * 2 / 3)
claim.mutant("factor 1 - 2 mu/3 far from 1", far=1 - 2 * (1 - decay) * 2 / 3)
claim.mutant("the first case up to delta = 51/100", cut="51/100")
claim.mutant("without centring", family=UNCENTRED)


def _fails(part: int, delta_at: Fraction) -> tuple[int, Instance]:
    """One layer with dual (rho + rho^2)/2 multiplies 1 - rho by 1 + mu rho, and rho by 1 - mu (1 - rho)."""
    return part, Instance({delta: delta_at}, (Fraction(0), Fraction(1, 2), Fraction(1, 2)))


claim.sharpen("near", lambda c: 1 + c * mu, printed=half, strongest=1, fails=lambda c: _fails(1, Fraction(1, 2)))
claim.sharpen(
    "far", lambda c: 1 - c * mu, printed=half, strongest=1, fails=lambda c: _fails(2, (c + Fraction(1, 2)) / 2)
)
