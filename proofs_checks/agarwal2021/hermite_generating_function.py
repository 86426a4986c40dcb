"""Lemma 41: Hermite polynomials that are orthogonal under N(0, gamma), as printed (not orthogonal) and corrected."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, eq, forall, half_line_hermite, interval

first, second, mixed, gamma, t, u = sp.symbols("gamma_1 gamma_2 gamma_3 gamma t u", real=True)

square_mean = 2 * half_line_hermite(2, 0)
"""E[X^2] for a standard normal X, which is twice the mean over the positive half-line."""

printed = Claim(
    "agarwal2021/L41",
    title=r"The Hermite polynomials of eq. (14) are orthogonal under $N(0, \gamma)$",
    source="Lemma 41 and eq. (14), p. 35",
    provenance="paper",
    printed=r"e^{tz-\gamma^2t^2/2}=\sum_jH_j^{\{\gamma\}}(z)\tfrac{t^j}{j!},\quad"
    r" h_j^{\{\gamma\}}=\tfrac{H_j^{\{\gamma\}}}{\sqrt{\gamma^jj!}} \implies"
    r" \mathbb E\big[h_i^{\{\gamma_1\}}(z_1)h_j^{\{\gamma_2\}}(z_2)\big]"
    r"=\delta_{ij}\Big(\tfrac{\gamma_3}{\sqrt{\gamma_1\gamma_2}}\Big)^j",
    expected=Verdict.REFUTED,
    note=r"Entered at $i = 0$, $j = 2$: $H_2(z) = z^2 - \gamma^2$, so $\mathbb E H_2 = \gamma - \gamma^2$, where 0 is"
    r" claimed. The exponent should be $t z - \gamma t^2/2$.",
    beside=("agarwal2021/L41-generating",),
    parameters={"power": 2, "low": 0},
    witnesses=((0, Instance({gamma: Fraction(2)})),),
)


@printed.states
def printed_statement(power, low):
    """E h_2(z) for z = sqrt(gamma) X, h_2 = (z^2 - gamma^power)/sqrt(2 gamma^2), is 0."""
    mean = (gamma * square_mean - gamma**power) / sp.sqrt(2 * gamma**2)
    ends = (low, low, "") if low else (0, sp.oo, "(")
    return forall(interval(gamma, *ends), holds=eq(mean, 0))


printed.mutant(r"with $\gamma$ in place of $\gamma^2$", power=1)
printed.mutant(r"at $\gamma = 1$, where both agree", low=1)

corrected = Claim(
    "agarwal2021/L41-generating",
    title=r"The generating functions of the Hermite polynomials of $N(0, \gamma)$ are orthogonal as they should",
    source="Lemma 41 and eq. (14), p. 35, corrected",
    provenance="derived here",
    printed=r"\mathbb E\Big[e^{tz_1-\gamma_1t^2/2}\,e^{uz_2-\gamma_2u^2/2}\Big]=e^{tu\gamma_3}",
    note=r"Two textbook facts are put in by hand: the Gaussian mean $\mathbb E e^{t z_1 + u z_2} ="
    r" e^{(\gamma_1 t^2 + 2 \gamma_3 t u + \gamma_2 u^2)/2}$, from which the formal statement starts, and that the"
    r" coefficient of $\frac{t^i}{i!} \frac{u^j}{j!}$ in $e^{t u \gamma_3}$ is $\delta_{ij}\, j!\, \gamma_3^j$. With"
    r" $h_j = H_j/\sqrt{\gamma^j j!}$ they give Lemma 41.",
    beside=("agarwal2021/L41",),
    parameters={"exponent": gamma / 2, "cross": t * u * mixed},
    witnesses=((0, Instance({first: Fraction(2), **{s: Fraction(1) for s in (second, mixed, t, u)}})),),
)


@corrected.states
def statement(exponent, cross):
    anything = [interval(symbol, -sp.oo, sp.oo) for symbol in (mixed, t, u)]
    positive = [interval(symbol, 0, sp.oo, "(") for symbol in (first, second)]
    mean = sp.exp((first * t**2 + 2 * mixed * t * u + second * u**2) / 2)
    damped = sp.exp(-exponent.subs(gamma, first) * t**2) * sp.exp(-exponent.subs(gamma, second) * u**2)
    return forall(*positive, *anything, holds=eq(mean * damped, sp.exp(cross)))


@corrected.proves
def proof(prove, goal, exponent, cross):
    """The squares cancel in the exponent."""
    return prove.identity(goal)


corrected.mutant(r"the exponent as printed, $\gamma^2/2$", exponent=gamma**2 / 2)
corrected.mutant("half the cross term", cross=t * u * mixed / 2)
