"""B54 for all other starts: above c*, and negative."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    iterate,
    le,
    lt,
    off_maximum,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.power_gaps import adds, b
from proofs_checks.agarwal2021 import uncentred_phases

from . import chaotic_start_rates, chaotic_steps
from .chaotic_approach import active, from_a_layer_on, part, reach, w
from .chaotic_matrices import entrywise, products, signs
from .chaotic_matrices import tangent as at_layer
from .chaotic_phase import QUADRATIC
from .chaotic_sequences import as_sum, chaos
from .chaotic_start_steps import B, below_diagonal, j, kernel_bounded, later, r, radius
from .chaotic_steps import NON_AFFINE, below_one, bend, fixed, kernel, settled, slope
from .near_equicorrelated import Bounds, Kernel, a, e, m, points
from .setting import c, chi, correlation, l, layers, tangent

deep = Kernel(lambda x: kernel(l + j, x), NON_AFFINE)
any_bound = interval(B, 0, sp.oo)
size = (chi ** (l + j) - 1) / (chi - 1)
_HALF = Fraction(1, 2)
_HERE = {b: _HALF, c: Fraction(5, 8), r: Fraction(5, 8), w: Fraction(2, 5), l: Fraction(0), j: Fraction(12)}

claim = Claim(
    "xiao2020/B54-starts",
    title="The chaotic phase from any start: above c*, and negative",
    source="theorem for all depths, chaotic phase, other starts",
    provenance="derived here",
    printed=r"|c^{(k)}|\le\bar c,\ c^*\le\bar c,\ f'(\bar c)<1\implies|p^{(l)}_{ab}|\le"
    r"\max\Big(|p^{(k)}_{ab}|,\frac{q^*\bar c}{1-f'(\bar c)}\Big)\ (l\ge k)\text{, and Gershgorin with that bound}",
    note=r"In the formal statements the layer $k$ is l, j layers later is the depth, r is $\bar c$, and B is any"
    r" number that is at least both terms of the maximum; $|p^{(k)}_{ab}|\le p^{(k)}$ always. Such a layer exists for"
    r" every $|c^{(0)}|<1$: $c^{(l)}\to c^*$ with the rate of beyond/D7. Once $|c^{(k)}|\le c^*+(1-c^*)\chi_{c^*}w$"
    r" with $w<1$, correlations tend to $c^*$ at the true rate,"
    r" $|c^{(k+j)}-c^*|\le\chi_{c^*}^j\frac{|c^{(k)}-c^*|}{1-w}$, and $|p^{(k+j)}_{ab}-p^*_{ab}| \le"
    r" \chi_{c^*}^{j-1}\big(\chi_{c^*}|p^{(k)}_{ab}-p^*_{ab}| + j\,\frac{|c^{(k)}-c^*|}{1-w} (\chi_{c^*}q^* +\beta"
    r" B)\big)$ for $j\ge1$, with $\beta=\frac{\chi_1-\chi_{c^*}}{1-c^*}$: together with xiao2020/B15 the error"
    r" $O(l\chi_{c^*}^l)$ for every start, if $\chi_{c^*}>0$. Negative correlations need not be waited for; if"
    r" $f(0)>0$ they are gone after $\lceil1/f(0)\rceil$ layers. In units of $q^*$, $\Theta^{(0)}=0$.",
    beside=("xiao2020/B54", "xiao2020/B15", "beyond/D7"),
    parameters={"bound": B, "rate": slope, "growth": slope + bend * B, "wait": 1},
    witnesses=(
        (1, Instance({**_HERE, c: _HALF, r: _HALF, B: Fraction(2)}, QUADRATIC)), (2, Instance(_HERE, QUADRATIC)),
        (2, Instance({**_HERE, c: _HALF - Fraction(1, 100), r: _HALF}, QUADRATIC)),
        (3, Instance({**_HERE, B: Fraction(5), j: Fraction(0)}, QUADRATIC)),
        (3, Instance({**_HERE, B: Fraction(5)}, QUADRATIC)),
        (4, Instance({c: Fraction(-1), l: Fraction(2)}, (Fraction(1, 4), Fraction(3, 4)))),
    ),
)  # fmt: skip


def held(value: Any) -> tuple:
    """B is at least this and what r alone would give in the limit."""
    return (lt(dual_slope(r), 1), le(r / (1 - dual_slope(r)), B), le(value, B))


@claim.states
def statement(bound, rate, growth, wait):
    inside = (fixed, le(b, r), le(abs(iterate(l, c)), r))
    two = (correlation, below_one, radius, layers, later, any_bound)
    kernels = {"given": (*inside, *held(abs(tangent(l))), chaos), "family": NON_AFFINE, "sequences": [tangent]}
    close = (active, le(r, reach))
    start = abs(iterate(l, c) - b) / (1 - w)
    error = rate**j * (slope * abs(tangent(l) - settled) + (j + 1) * start * growth)
    data = (
        fixed, le(b, r), le(off_maximum(iterate(l, products), m), r), *held(off_maximum(at_layer.body, m)),
        lt((m - 1) * B, size),
    )  # fmt: skip
    return (
        forall(
            correlation, layers, given=[chaos], family=UNCENTRED, sequences=[tangent],
            holds=le(abs(tangent(l)), (chi**l - 1) / (chi - 1)), label="at most the diagonal",
        ),
        forall(*two, **kernels, holds=le(abs(tangent(l + j)), bound), label="bounded"),
        forall(
            correlation, below_one, part, layers, later, given=[fixed, active, le(abs(iterate(l, c)), reach)],
            family=NON_AFFINE, holds=le(abs(iterate(l + j, c) - b), rate**j * start), label="correlations, at the rate",
        ),
        forall(
            *two, part, **{**kernels, "given": (*kernels["given"], *close)},
            holds=le(abs(tangent(l + j + 1) - settled), error), label="the tangent kernel, at the rate",
        ),
        forall(
            correlation, layers, given=[le(1, wait * l * dual(0))], family=UNCENTRED, holds=le(0, iterate(l, c)),
            label="negative correlations",
        ),
        forall(
            points, below_one, radius, layers, later, any_bound, given=data, family=NON_AFFINE,
            holds=le(deep.condition, (size + (m - 1) * bound) / (size - (m - 1) * bound)), label="condition number",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, bound, rate, growth, wait):
    """|p_ab(l + 1)| <= r + f'(r) |p_ab(l)|; f lies below a parabola through c* and 1, whose iterates are known."""
    diagonal, bounded, correlations, kernels, negative, matrix = goal
    return [
        below(prove, diagonal), from_sums(prove, bounded, kernel_bounded(prove)),
        prove.chain(correlations, from_a_layer_on(prove)),
        from_sums(prove, kernels, chaotic_start_rates.settles_down(prove)), no_longer_negative(prove, negative),
        condition(prove, matrix),
    ]  # fmt: skip


def sums(prove: Proof, goal: Statement, term: Any) -> Step:
    """The term with the sequence in it = the same with the sums."""
    depths = sorted({call.args[0] for call in term.atoms(sp.Function("p_ab", real=True))}, key=str)
    wide = replace(goal, given=(*goal.given, lt(slope, 1)), label="")
    plain = term.xreplace({tangent(depth): kernel(depth, c) for depth in depths})
    return prove.identity(wide.conclude(eq(term, plain)), using=[(as_sum(prove), {l: depth}) for depth in depths])


def from_sums(prove: Proof, goal: Statement, shown: Step) -> Step:
    """The goal about the sequence, from the lemma about sums."""
    here, there = abs(kernel(l, c)), abs(tangent(l))
    back = prove.identity(goal.conclude(eq(here, there)), using=[(as_sum(prove), {})])
    known = prove.chain(goal.conclude(le(here, B)), back, adds(prove, there, B - there))
    last = sums(prove, goal, goal.conclusion.rhs)
    turned = prove.identity(
        last.conclusion.conclude(eq(last.conclusion.conclusion.rhs, last.conclusion.conclusion.lhs)), using=[(last, {})]
    )
    return prove.chain(goal, *signs(prove), fact(known), sums(prove, goal, goal.conclusion.lhs), shown, turned)


def below(prove: Proof, goal: Statement) -> Step:
    """|p_ab| <= p."""
    one = prove.identity(
        goal.conclude(eq(kernel(l, 1), goal.conclusion.rhs)), using=[(chaotic_steps.on_diagonal(prove), {})]
    )
    start = prove.identity(
        goal.conclude(eq(abs(tangent(l)), abs(kernel(l, c)))), using=[(as_sum(prove), {})]
    )
    return prove.chain(goal, start, below_diagonal(prove), one)


def no_longer_negative(prove: Proof, goal: Statement) -> Step:
    """Every layer lifts a correlation below 0 by f(0) at least."""
    N, L = uncentred_phases.N, uncentred_phases.L
    return prove.chain(
        goal, fact(uncentred_phases.nonzero_wait(prove), {N: l}),
        at(uncentred_phases.rises(prove), {N: l, L: l, "rho": c}),
    )  # fmt: skip


def condition(prove: Proof, goal: Statement) -> Step:
    """Gershgorin with B in place of p*_ab."""
    closed = (chaotic_steps.on_diagonal(prove), {l: l + j})
    gap = lt((m - 1) * B, deep.on)
    wide = replace(goal, given=(*goal.given, lt(1, chi)), label="")
    held_gap = goal.given[-1]
    y, u = sp.symbols("_y _u", real=True)
    strictly = prove.polynomial(
        lt(y, y + u), interval(y, -sp.oo, sp.oo), interval(u, 0, sp.oo, "(")
    )
    one = prove.identity(wide.conclude(eq(size, deep.on)), using=[closed])
    there = prove.chain(
        goal.conclude(gap), *signs(prove), at(strictly, {y: held_gap.lhs, u: held_gap.rhs - held_gap.lhs}), one
    )
    ratio = (deep.on + (m - 1) * B) / (deep.on - (m - 1) * B)
    back = prove.identity(
        replace(wide, given=(*wide.given, gap), conclusion=eq(ratio, goal.conclusion.rhs)), using=[closed]
    )
    of_kernel = Bounds(prove, at_layer, lt((m - 1) * e, at_layer.on - a)).condition_from_above()
    return prove.chain(
        goal, *signs(prove), fact(entries(prove, goal)), fact(there), at(of_kernel, {a: 0, e: B, l: l + j}), back
    )


def entries(prove: Proof, goal: Statement) -> Step:
    """off_maximum(Theta^(l + j)) <= B."""
    def each(target: Statement, x: Any) -> Step:
        known: list[Use] = []
        for body, limit in ((iterate(l, products), r), (at_layer.body, B)):
            one, worst = body.xreplace({products: x}), off_maximum(body, m)
            law = prove.matrices("entry", target, m, body, of="off_maximum", at=[*x.args[1:]])
            known.append(
                fact(prove.chain(target.conclude(le(abs(one), limit)), law, adds(prove, worst, limit - worst)))
            )
        return prove.chain(target, *signs(prove), *known, at(kernel_bounded(prove), {c: x}))

    return entrywise(prove, goal.conclude(le(off_maximum(deep.body, m), B)), each, *signs(prove))


claim.mutant("half of the bound", bound=B / 2)
claim.mutant("nine tenths of the rate", rate=sp.Rational(9, 10) * slope)
claim.mutant("without what the kernel adds", growth=-slope)
claim.mutant("half of the wait", wait=2)
