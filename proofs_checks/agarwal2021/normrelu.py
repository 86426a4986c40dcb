"""Equation (4): the constants of NormReLU, their digits at c = -1.5975, and the c that gives SeLU's scale."""

import sympy as sp

from deepcond_sym.proof import Claim, Variable, eq, forall, le, lt

from .shifted_relu import above, below, bracket, c, density, first, knee, offset, second

_line = Variable(c)

claim = Claim(
    "agarwal2021/eq4",
    title="NormReLU is normalised",
    source="eq. (4), p. 11; proof p. 52",
    provenance="paper",
    printed=r"b=(1-\Phi(c))c-\varphi(c),\quad \lambda=\big[(1-\Phi(c))\Phi(c)c^2+(1-2\Phi(c))\varphi(c)c"
    r"+(1-\Phi(c)-\varphi(c)^2)\big]^{-1/2}",
    note="With m_k = E max(Z - c, 0)^k the claim says E[max(Z - c, 0)] + b = 0 and E[(max(Z - c, 0) + b)^2] ="
    " lambda^(-2), for every real c. The last two parts check the closed forms of m_1 and m_2: m_k' = -k m_(k-1), and"
    " both vanish as c grows (textbook).",
    parameters={"offset": offset(c), "bracket": bracket(c), "second": second(c)},
)


@claim.states
def statement(offset, bracket, second):
    mean = first(c)
    return (
        forall(_line, holds=eq(mean + offset, 0), label="mean 0"),
        forall(_line, holds=eq(second + 2 * offset * mean + offset**2, bracket), label="variance 1"),
        forall(_line, holds=eq(sp.diff(mean, c), -above(c)), label="the first moment"),
        forall(_line, holds=eq(sp.diff(second, c), -2 * mean), label="the second moment"),
    )


@claim.proves
def proof(prove, goal, offset, bracket, second):
    """Expand: everything is a polynomial in c, Phi(c) and phi(c)."""
    return [prove.identity(part) for part in goal]


claim.mutant("b with Phi(c) c in place of (1 - Phi(c)) c", offset=below(c) * c - density(c))
claim.mutant("lambda with phi(c) in place of phi(c)^2", bracket=bracket(c) + density(c) ** 2 - density(c))
claim.mutant("the second moment without 1 + c^2", second=c**2 * above(c) - c * density(c))

coefficient = Claim(
    "agarwal2021/eq4-mu",
    title="The linear coefficient and the nonlinearity of NormReLU",
    source="Appendix C.4, p. 32",
    provenance="paper",
    printed=r"a_1=\lambda(1-\Phi(c)),\qquad \mu=1-\lambda^2(1-\Phi(c))^2",
    note="E[Z max(Z - c, 0)] = E[max(Z - c, 0)^2] + c E[max(Z - c, 0)] = 1 - Phi(c); mu = 1 - a_1^2 by definition.",
    parameters={"slope": 1 - below(c)},
)


@coefficient.states
def coefficient_statement(slope):
    return forall(_line, holds=eq(second(c) + c * first(c), slope))


@coefficient.proves
def coefficient_proof(prove, goal, slope):
    """Expand."""
    return prove.identity(goal)


coefficient.mutant("Phi(c) in place of 1 - Phi(c)", slope=below(c))
coefficient.mutant("1 - Phi(c) + 10^-6", slope=1 - below(c) + sp.Rational(1, 10**6))


def _near(value: sp.Expr, decimal: str, digits: int):
    """The value is the decimal to so many digits after the point, correctly rounded."""
    return le(abs(value - sp.Rational(decimal)), sp.Rational(1, 2 * 10**digits))


_scale = bracket(knee) ** sp.Rational(-1, 2)
_mu = 1 - above(knee) ** 2 / bracket(knee)

numbers = Claim(
    "agarwal2021/eq4-numbers",
    title="The constants of NormReLU at c = -1.5975",
    source="p. 11 and Appendix C.4, p. 32",
    provenance="paper",
    printed=r"c=-1.5975:\quad \lambda\approx1.05,\ b\approx-1.6209,\ \Phi(c)\approx.0551,\ \mu\approx.0156",
    note="To more digits: lambda = 1.0500010, b = -1.6208793, Phi(c) = 0.0550771, mu = 0.0155989. The paper speaks of"
    " the same scaling factor as SeLU's, which is 1.0507: the same to three digits.",
    parameters={"scale": "1.05", "shift": "-1.6209", "mass": "0.0551", "mu": "0.0156"},
)


@numbers.states
def numbers_statement(scale, shift, mass, mu):
    return (
        forall(holds=_near(_scale, scale, 2), label="lambda"),
        forall(holds=_near(offset(knee), shift, 4), label="b"),
        forall(holds=_near(below(knee), mass, 4), label="Phi(c)"),
        forall(holds=_near(_mu, mu, 4), label="mu"),
    )


@numbers.proves
def numbers_proof(prove, goal, scale, shift, mass, mu):
    """Numbers, in balls."""
    return [prove.evaluate(part) for part in goal]


numbers.mutant("lambda = 1.06", scale="1.06")
numbers.mutant("b = -1.6208", shift="-1.6208")
numbers.mutant("Phi(c) = .0550", mass="0.0550")
numbers.mutant("mu = .0157", mu="0.0157")

_selu = sp.Rational("1.0507009873554804934193349852946")

same_scale = Claim(
    "agarwal2021/eq4-selu",
    title="The c at which NormReLU has the scale of SeLU",
    source="p. 11, where the scales are called the same",
    printed=r"\lambda(c)=1.05070098735548\ldots \text{ at one } c\in[-2,-1],"
    r" \text{ between } -1.590765857 \text{ and } -1.590765856",
    note="1.0507009873554804934193349852946 is the scale of SeLU. lambda increases in c, since the derivative of"
    " lambda^(-2) is -2 E[max(Z - c, 0)] Phi(c) < 0; the last part says so on [-2, -1].",
    beside=("agarwal2021/eq4-numbers",),
    parameters={"low": "-1.590765857", "high": "-1.590765856"},
)


@same_scale.states
def same_scale_statement(low, high):
    inverse = _selu ** (-2)
    return (
        forall(holds=lt(inverse, bracket(low)), label="to the left"),
        forall(holds=lt(bracket(high), inverse), label="to the right"),
        forall(Variable(c, sp.Integer(-2), sp.Integer(-1)), holds=lt(sp.diff(bracket(c), c), 0), label="increasing"),
    )


@same_scale.proves
def same_scale_proof(prove, goal, low, high):
    """Numbers, and a derivative of one sign, in balls."""
    left, right, increasing = goal
    return [prove.evaluate(left), prove.evaluate(right), prove.ball_box(increasing.conclusion, *increasing.variables)]


same_scale.mutant("the paper's c as the right end", high="-1.5975")
same_scale.mutant("-1.5907658564 as the left end", low="-1.5907658564")
