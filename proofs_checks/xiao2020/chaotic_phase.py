"""B54: the chaotic phase at every depth, for inputs with 0 <= c^(0) <= c*."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Statement, Step, at, eq, fact, forall, interval, iterate, le, lt
from deepcond_sym.proof.instance import equicorrelated
from deepcond_sym.proof.tactics.power_gaps import b

from . import chaotic_matrices, chaotic_steps
from .chaotic_matrices import data, diagonal_value, signs, tangent_at_most
from .chaotic_sequences import of_sequence, same
from .chaotic_steps import NON_AFFINE, below, below_one, fixed, settled, slope
from .near_equicorrelated import Bounds, a, e, m, points
from .setting import c, chi, diagonal, l, layers, tangent

QUADRATIC = (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2))
"""f(c) = 1/4 + c/4 + c^2/2: c* = 1/2, chi_{c*} = 3/4, chi_1 = 5/4, p*_ab = 2 q*."""

_HALF = Fraction(1, 2)
_AT = {b: _HALF, l: Fraction(12), c: Fraction(0)}
_POINTS = Instance(
    {b: _HALF, l: Fraction(12), m: Fraction(3)}, QUADRATIC, {chaotic_matrices.X.name: equicorrelated(3, Fraction(0))}
)
_ONE = Instance({l: Fraction(12)}, QUADRATIC)

claim = Claim(
    "xiao2020/B54",
    title="The chaotic phase at every depth: correlations, the tangent kernel, its condition number",
    source="theorem for all depths, chaotic phase",
    provenance="derived here",
    printed=r"\chi_1>1,\ 0\le c^{(0)}\le c^*,\ \Theta^{(0)}=0:\quad c^{(l)}\uparrow c^*,\quad"
    r" c^*-c^{(l+1)}\le\chi_{c^*}(c^*-c^{(l)}),\quad 0\le p^{(l)}_{ab}\le p^*_{ab}=\frac{q^*c^*}{1-\chi_{c^*}},\quad"
    r" p^{(l)}=q^*\frac{\chi_1^l-1}{\chi_1-1},\quad"
    r" \kappa^{(l)}\le\frac{p^{(l)}+(m-1)p^*_{ab}}{p^{(l)}-(m-1)p^*_{ab}}\text{ once the denominator is positive}",
    note=r"For every network whose activation is not affine: $f$ is `dual`, b is $c^*$, any fixed point below 1"
    r" (there is at most one: agarwal2021/L33-unique). Such a fixed point makes the phase chaotic, which is the first"
    r" statement; conversely $\chi_1>1$ gives one, by the intermediate value theorem, and excludes affine"
    r" activations. Kernels in units of $q^*$, $\Theta^{(0)}=0$; with the start $\Theta^{(0)}=K^{(0)}$ of the"
    r" authors' notebook the diagonal has $l+1$ for $l$. The matrix is that of inputs with $0\le x_i\cdot x_j\le"
    r" c^*$, written as $|x_i\cdot x_j-\frac b2|\le\frac b2$, and its entries as the sum of products that solves the"
    r" recursion. Other starts: xiao2020/B54-starts.",
    beside=("xiao2020/B54-starts", "xiao2020/B15", "xiao2020/B28", "xiao2020/B29"),
    parameters={"limit": settled, "rate": slope, "inside": (le(c, b),), "power": chi**l, "others": m - 1},
    witnesses=(
        (1, Instance({**_AT, c: Fraction(3, 4)}, QUADRATIC)), (2, Instance({**_AT, l: Fraction(0)}, QUADRATIC)),
        (4, Instance(_AT, QUADRATIC)), (5, _ONE), (6, _POINTS),
    ),
)  # fmt: skip


@claim.states
def statement(limit, rate, inside, power, others):
    two = {"given": (fixed, *inside), "family": NON_AFFINE}
    kernels = {**two, "given": (fixed, *inside, lt(1, chi)), "sequences": [tangent]}
    box, value = (below, below_one, layers), (power - 1) / (chi - 1)
    return (
        forall(below_one, given=[fixed], family=NON_AFFINE, holds=lt(1, chi), label="chaotic"),
        forall(*box, **two, holds=le(iterate(l, c), iterate(l + 1, c)), label="correlations increase"),
        forall(*box, **two, holds=le(b - iterate(l + 1, c), rate * (b - iterate(l, c))), label="at this rate"),
        forall(*box, **kernels, holds=le(0, tangent(l)), label="off the diagonal, from below"),
        forall(*box, **kernels, holds=le(tangent(l), limit), label="off the diagonal, from above"),
        forall(
            layers, given=same.given, family=same.family, sequences=[diagonal], holds=eq(diagonal(l), value),
            label="on the diagonal",
        ),
        forall(
            points, below_one, layers, given=[fixed, data, lt((m - 1) * limit, value)], family=NON_AFFINE,
            holds=le(
                chaotic_matrices.tangent.condition, (value + others * limit) / (value - others * limit)
            ), label="condition number",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, limit, rate, inside, power, others):
    """f is increasing and convex with f(c) >= c on [0, c*], so each layer keeps p_ab <= p*_ab; Gershgorin."""
    in_chaos, increasing, closer, least, most, closed, matrix = goal
    return [
        prove.chain(in_chaos, chaotic_steps.chaotic(prove)),
        prove.chain(increasing, chaotic_steps.increases(prove)),
        prove.chain(closer, chaotic_steps.one_layer(prove)),
        of_sequence(prove, least, chaotic_steps.kernel_non_negative(prove)),
        of_sequence(prove, most, chaotic_steps.kernel_at_most(prove)),
        prove.closed_form(closed),
        condition(prove, matrix),
    ]  # fmt: skip


def condition(prove: Proof, goal: Statement) -> Step:
    """Gershgorin, with the entries off the diagonal at most p*_ab."""
    kernel = chaotic_matrices.tangent
    gap = lt((m - 1) * settled, kernel.on)
    closed = (chaotic_steps.on_diagonal(prove), {})
    one = prove.identity(
        replace(goal, given=(*goal.given, lt(1, chi)), conclusion=eq(diagonal_value, kernel.on)), using=[closed]
    )
    ratio = (kernel.on + (m - 1) * settled) / (kernel.on - (m - 1) * settled)
    back = prove.identity(
        replace(goal, given=(*goal.given, lt(1, chi), gap, lt(slope, 1)), conclusion=eq(ratio, goal.conclusion.rhs)),
        using=[closed],
    )
    there = prove.chain(goal.conclude(gap), *signs(prove), at(step_given(prove, goal), {}), one)
    of_kernel = Bounds(prove, kernel, lt((m - 1) * e, kernel.on - a)).condition_from_above()
    return prove.chain(
        goal, *signs(prove), fact(tangent_at_most(prove)), fact(there), at(of_kernel, {a: 0, e: settled}), back
    )


def step_given(prove: Proof, goal: Statement) -> Step:
    """The last hypothesis, as a step."""
    held, y, u = goal.given[-1], *sp.symbols("_y _u", real=True)
    strictly = prove.polynomial(lt(y, y + u), interval(y, -sp.oo, sp.oo), interval(u, 0, sp.oo, "("))
    return prove.chain(goal.conclude(held), *signs(prove), at(strictly, {y: held.lhs, u: held.rhs - held.lhs}))


claim.mutant("half of the rate", rate=slope / 2)
claim.mutant("the limit without the factor 1/(1 - chi)", limit=b)
claim.mutant("one power too many", power=chi ** (l + 1))
claim.mutant("m - 2 in place of m - 1", others=m - 2)
claim.mutant("correlations above c*", inside=())
