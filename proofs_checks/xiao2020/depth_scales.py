"""B7: depth scales are negative inverse logarithms of slopes; with a slip of the notebook, and two values."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, at, eq, fact, forall, interval, lt

from .critical_point_of_erf import chi
from .erf_steps import q
from .setting import l, layers
from .variance_map_of_erf import biases, variance_map, weights

slope, steep, xi, _u, _v, _w = sp.symbols("chi chi_1 xi u v w", real=True)
length = interval(xi, 0, sp.oo, "(")
below_1, above_1 = interval(slope, 0, 1, "()"), interval(steep, 1, sp.oo, "(")
inverse_log = 1 / sp.log(slope)

claim = Claim(
    "xiao2020/B7",
    title="Depth scales",
    source="authors' notebook, cells 22, 36, 44 and 49",
    provenance="as reported",
    printed=r"\xi_{c^*}=-\frac1{\log\chi_{c^*}},\quad\xi_1=-\frac1{\log\chi_1}\ (\text{ordered}),\quad"
    r"\xi_*=-\frac1{\log\chi_{c^*}-\log\chi_1}\ (\text{chaotic NTK})",
    note=r"Definitions; shown is what makes them depth scales: they are positive, and $\chi^l$, $(\chi_{c^*}/\chi_1)^l$"
    r" have the logarithm $-l/\xi$. Cell 41 prints $\xi_1$ with the other sign: xiao2020/slip-depth-scale.",
    beside=("xiao2020/slip-depth-scale", "xiao2020/B7-values"),
    parameters={"scale": -inverse_log, "ntk": -1 / (sp.log(slope) - sp.log(steep))},
    witnesses=(
        (0, Instance({slope: Fraction(1, 2)})),
        (2, Instance({slope: Fraction(1, 2), steep: Fraction(3)})),
    ),
)


@claim.states
def statement(scale, ntk):
    pair = below_1, above_1
    logarithm = sp.log(slope) - sp.log(steep)
    return (
        forall(below_1, holds=lt(0, scale), label="positive"),
        forall(
            layers, below_1, length, given=[eq(xi, scale)], holds=eq(l * sp.log(slope) * xi, -l), label="one slope"
        ),
        forall(*pair, holds=lt(0, ntk), label="positive for the chaotic tangent kernel"),
        forall(layers, *pair, length, given=[eq(xi, ntk)], holds=eq(l * logarithm * xi, -l), label="two slopes"),
    )


@claim.proves
def proof(prove, goal, scale, ntk):
    """Logarithms grow, and log 1 = 0."""
    one, one_rate, two, two_rates = goal
    below = prove.monotone("log", prove.polynomial(lt(slope, 1), below_1))
    above = prove.monotone("log", prove.polynomial(lt(1, steep), above_1))
    positive = [interval(symbol, 0, sp.oo, "(") for symbol in (_u, _v)]
    inverse = prove.polynomial(lt(0, 1 / _u), positive[0])
    inverse_of_sum = prove.polynomial(lt(0, 1 / (_u + _v)), *positive)
    below_0 = prove.polynomial(lt(-_u - _v, 0), *positive)
    rate = prove.identity(
        forall(layers, interval(_w, -sp.oo, 0, ")"), length, given=[eq(xi, -1 / _w)], holds=eq(l * _w * xi, -l)),
        [["given", 0]],
    )
    known = fact(below), fact(above)
    negative = fact(below_0, {_u: -sp.log(slope), _v: sp.log(steep)})
    return [
        prove.chain(one, known[0], at(inverse, {_u: -sp.log(slope)})),
        prove.identity(one_rate, [["given", 0]]),
        prove.chain(two, *known, negative, at(inverse_of_sum, {_u: -sp.log(slope), _v: sp.log(steep)})),
        prove.chain(
            two_rates, *known, negative,
            at(rate, {_w: sp.log(slope) - sp.log(steep)}),
        ),
    ]  # fmt: skip


claim.mutant("the other sign", scale=inverse_log)
claim.mutant("the sum of the logarithms", ntk=-1 / (sp.log(slope) + sp.log(steep)))

slip = Claim(
    "xiao2020/slip-depth-scale",
    title="The depth scale of the ordered phase with the wrong sign",
    source="authors' notebook, cell 41",
    provenance="as reported",
    printed=r"\xi_1=1/\log\chi_1",
    expected=Verdict.REFUTED,
    note=r"A depth scale is positive, and $\log\chi_1<0$ in the ordered phase; $\xi_1=-1/\log\chi_1$.",
    beside=("xiao2020/B7",),
    parameters={"scale": inverse_log},
    witnesses=((0, Instance({slope: Fraction(1, 2)})),),
)


@slip.states
def slip_statement(scale):
    return forall(below_1, holds=lt(0, scale))


@slip.proves
def slip_proof(prove, goal, scale):
    """For the mutants: in u = -log(chi) > 0."""
    below = prove.monotone("log", prove.polynomial(lt(slope, 1), below_1))
    positive = prove.polynomial(lt(0, scale.subs(sp.log(slope), -_u)), interval(_u, 0, sp.oo, "("))
    return prove.chain(goal, fact(below), at(positive, {_u: -sp.log(slope)}))


slip.mutant("the other sign", scale=-inverse_log)
slip.mutant("squared", scale=inverse_log**2)

values = Claim(
    "xiao2020/B7-values",
    title="Fixed variance, slope and depth scale of erf at (1.25, 0.05)",
    source="derived here",
    printed=r"(\sigma_w^2,\sigma_b^2)=(1.25,.05):\ q^*=0.435165699078357\ldots,\ \chi_1=0.961373904401684\ldots,\ "
    r"\xi_1=25.38595071860\ldots",
    note=r"A sign change of $\mathcal Q(q)-q$ (which has one zero, xiao2020/B53) encloses $q^*$; $\chi_1$ and $\xi_1$"
    r" decrease in $q$. Digits are cut, not rounded.",
    beside=("xiao2020/B7", "xiao2020/B53"),
    parameters={"digit": 1},
)


@values.states
def values_statement(digit):
    before = sp.Rational("0.435165699078357")
    after = before + sp.Rational(1, 10**15) * digit
    numbers = {weights: sp.Rational(5, 4), biases: sp.Rational(1, 20)}
    start, end = (variance_map(at_).subs(numbers) for at_ in (before, after))
    high, low = (chi.subs({**numbers, q: at_}) for at_ in (before, after))
    return (
        forall(holds=lt(before, start), label="q*, from below"),
        forall(holds=lt(end, after), label="q*, from above"),
        forall(holds=lt(sp.Rational("0.961373904401684"), low), label="chi_1, from below"),
        forall(holds=lt(high, sp.Rational("0.961373904401686")), label="chi_1, from above"),
        forall(holds=lt(sp.Rational("25.38595071860"), -1 / sp.log(low)), label="xi_1, from below"),
        forall(holds=lt(-1 / sp.log(high), sp.Rational("25.38595071861")), label="xi_1, from above"),
    )


@values.proves
def values_proof(prove, goal, digit):
    """Numbers in balls."""
    return [prove.evaluate(part) for part in goal]


values.mutant("half of the last digit", digit="1/2")
values.mutant("one digit lower", digit=-1)
