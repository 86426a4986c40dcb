"""Appendix C.4, the ReLU row of the table: the coefficient of rho^2 in the dual, as printed and corrected."""

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, eq, forall, half_line_hermite, hermite_at_zero, index

k, degrees = index("k")
x, H1, H2 = (sp.Symbol(name, real=True) for name in ("x", "H1", "H2"))


def coefficient(degree: int) -> sp.Expr:
    """a_r^2 = (E[relu(X) He_r(X)])^2 / r!, the coefficient of rho^r in the dual of ReLU (not normalised)."""
    return half_line_hermite(1, degree) ** 2 / sp.factorial(degree)


printed = Claim(
    "agarwal2021/AppC4-relu-printed",
    title="The coefficient of rho^2 in the dual of ReLU, as printed",
    source="Appendix C.4, table, p. 32",
    provenance="paper",
    printed=r"\hat\sigma(\rho)=\tfrac1{2\pi}+\tfrac\rho4+\tfrac{\rho^2}{2\pi}+\cdots \text{ for ReLU}",
    expected=Verdict.REFUTED,
    note="The second derivative of the dual at 0 is 1/(2 pi); the factor 1/2 of Taylor's formula is missing.",
    beside=("agarwal2021/AppC4-relu",),
    parameters={"value": 1 / (2 * sp.pi), "degree": 2},
    witnesses=((0, Instance()),),
)


@printed.states
def printed_statement(value, degree):
    return forall(holds=eq(coefficient(int(degree)), value))


printed.mutant("with 1/(4 pi)", value=1 / (4 * sp.pi))
printed.mutant("the coefficient of rho, where the row is right", value="1/4", degree=1)

corrected = Claim(
    "agarwal2021/AppC4-relu",
    title="The coefficient of rho^2 in the dual of ReLU",
    source="Appendix C.4, table, p. 32, corrected",
    provenance="derived here",
    printed=r"\hat\sigma(\rho)=\tfrac1{2\pi}+\tfrac\rho4+\tfrac{\rho^2}{4\pi}+\cdots \text{ for ReLU}",
    beside=("agarwal2021/AppC4-relu-printed", "nguyen2021/D-H"),
    parameters={"value": 1 / (4 * sp.pi), "antiderivative": x * H1 + H2},
)


@corrected.states
def statement(value, antiderivative):
    return forall(holds=eq(coefficient(2), value))


@corrected.proves
def proof(prove, goal, value, antiderivative):
    """E[relu(X) He_2(X)] = phi(0) He_0(0) by parts."""
    moment = prove.hermite_parts(1, 2, antiderivative)
    at_zero = prove.closed_form(forall(degrees, holds=eq(hermite_at_zero(2 * k), (-1) ** k * sp.factorial2(2 * k - 1))))
    return prove.identity(goal, using=[(moment, {}), (at_zero, {k: 0})])


corrected.mutant("with 1/(2 pi)", value=1 / (2 * sp.pi))
corrected.mutant("with 1/(4 pi) + 10^-6", value=1 / (4 * sp.pi) + sp.Rational(1, 10**6))
corrected.mutant("a proof with a wrong antiderivative", antiderivative=x * H1 - H2, false=False)
