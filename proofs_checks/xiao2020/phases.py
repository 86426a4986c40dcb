"""B5 and its note: the fixed points of the map of one layer, and what its slope at 1 says about them.

The affine maps c -> a + (1 - a) c, of affine activations, are left out where a statement is strict."""

from fractions import Fraction

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
)  # fmt: skip
from deepcond_sym.proof.tactics.arbitrary import no_less, product_known
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds, b, share, x
from deepcond_sym.symbols import rho

from ..agarwal2021 import uncentred
from ..agarwal2021.uncentred import NON_AFFINE, below_one, curvature, fixed
from ..agarwal2021.uncentred_phases import N, enough, j, later, nonzero_wait, recedes, rises, waits
from .setting import c, chi, correlation

point = interval(c, 0, 1, ")")
_u, _v, _w = sp.symbols("u v w", real=True)
half = sp.Rational(1, 2)

claim = Claim(
    "xiao2020/B5",
    title="Ordered, critical and chaotic: the slope at 1 and the fixed point c*",
    source="authors' notebook, cell 7",
    provenance="as reported",
    printed=r"c^*=f(c^*);\quad\chi_1<1\ (c^*=1),\quad\chi_1=1,\quad\chi_1>1\ (c^*<1)",
    note=r"$q^*=\mathcal Q(q^*)$ and $c^*=f(c^*)$ are definitions. Shown: 1 is a fixed point; where $\chi_1\le1$"
    r" there is no other in $[0,1)$: $f$ lies above the diagonal; where there is one, $\chi_1>1$. That"
    r" $\chi_1>1$ has a fixed point below 1 is the intermediate value theorem on $[0,c]$, which the language does not"
    r" have: $f(0)\ge0$, and $f(c)<c$ at each $c$ with $f'(c)>1$; those close to 1 are such, as $f'$ is continuous. For"
    r" affine activations $f(c)=c+a(1-c)$, and $\chi_1=1-a$. The map of erf, which fixes $q^*$ too: xiao2020/B53.",
    beside=("xiao2020/B5-note",),
    parameters={"most": 1, "least": b + curvature * (1 - b) ** 2 / 2, "steep": 1 + curvature * (1 - b) / 2, "above": 1},
    witnesses=(
        (1, Instance({b: Fraction(1, 2)}, (Fraction(0), Fraction(1, 8), Fraction(7, 8)))),
        (1, Instance({b: Fraction(1, 2)}, (Fraction(1, 2), Fraction(0), Fraction(1, 2)))),
        (2, Instance({b: Fraction(1, 3)}, (Fraction(1, 4), Fraction(0), Fraction(3, 4)))),
        (4, Instance({c: Fraction(0)}, (Fraction(1, 20), Fraction(19, 20)))),
    ),
)  # fmt: skip


@claim.states
def statement(most, least, steep, above):
    return (
        forall(family=UNCENTRED, holds=eq(dual(1), 1), label="1 is a fixed point"),
        forall(below_one, given=[le(chi, most)], family=UNCENTRED, holds=le(least, dual(b)), label="chi_1 <= 1"),
        forall(below_one, given=[fixed], family=UNCENTRED, holds=le(steep, chi), label="a fixed point below 1"),
        forall(family=NON_AFFINE, holds=lt(0, curvature), label="strictly"),
        forall(
            point, given=[lt(above, dual_slope(c))], family=UNCENTRED, holds=lt(dual(c), c),
            label="below the diagonal where the slope is above 1",
        ),
        forall(family=UNCENTRED, holds=le(0, dual(0)), label="not below it at 0"),
    )  # fmt: skip


@lemma("the slope at 1 above that of the chord")
def chord_to_one(prove: Proof) -> Step:
    """1 - f(b) + mu-tilde (1 - b)^2/2 <= chi_1 (1 - b) for 0 <= b < 1."""
    goal = forall(
        below_one, family=UNCENTRED, holds=le(1 - dual(b) + curvature * (1 - b) ** 2 / 2, chi * (1 - b))
    )
    middle = sp.expand((1 + b) / 2)
    one = prove.identity(
        forall(below_one, family=UNCENTRED, holds=eq(abs(dual(middle) - 1), abs(dual(middle) - dual(1)))),
        unfold=[dual(1)],
    )
    slope = prove.chain(
        goal.conclude(le(abs(dual(middle) - 1), chi * (1 - middle))), one,
        at(uncentred.slope_bound(prove), {x: middle, b: 1, "T": 1 - middle}),
    )  # fmt: skip
    chord = prove.chain(
        goal.conclude(le(curvature * (1 - b) ** 2 / 4, half + dual(b) / 2 - dual(middle))),
        at(uncentred.chord_gap(prove), {share: half}),
    )
    twice = half + dual(b) / 2 - dual(middle) - curvature * (1 - b) ** 2 / 4
    rest = chi * (1 - middle) - 1 + dual(middle)
    start = goal.conclusion.lhs
    return prove.chain(
        goal, fact(slope), fact(chord), adds(prove, start, sp.Integer(2), twice),
        adds(prove, start + 2 * twice, sp.Integer(2), rest),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, most, least, steep, above):
    """Chords of a convex function: from b to 1, the slope at 1 is above it and that at b below."""
    unit, ordered, chaotic, strictly, below, at_0 = goal
    chord = chord_to_one(prove)
    inverse = prove.polynomial(le(0, 1 / (1 - b)), below_one)
    gap = chi * (1 - b) - (1 - dual(b) + curvature * (1 - b) ** 2 / 2)
    tangent = uncentred.tangent_gap(prove)
    strict = prove.polynomial(
        lt(_u - _v * (1 - c), _u), interval(_u, -sp.oo, sp.oo), interval(_v, 0, sp.oo, "("), point
    )
    leaves = (1 - dual(c)) - (1 - c) * dual_slope(c) - curvature * (1 - c) ** 2
    return [
        prove.identity(unit, unfold=[dual(1)]),
        prove.chain(ordered, fact(chord), product_known(prove, 1 - chi, 1 - b), no_less(prove, least, gap),
                    no_less(prove, least + gap, (1 - chi) * (1 - b))),
        prove.chain(
            chaotic, fact(chord), fact(inverse),
            adds(prove, steep, 1 / (1 - b), b - dual(b)),
            adds(prove, steep + (b - dual(b)) / (1 - b), 1 / (1 - b), gap),
        ),
        prove.chain(strictly, uncentred.positive_curvature(prove)),
        prove.chain(
            below, fact(uncentred.non_negative_curvature(prove)), fact(tangent, {b: c}),
            adds(prove, dual(c), leaves), adds(prove, dual(c) + leaves, curvature, 1 - c, 1 - c),
            at(strict, {_u: c, _v: dual_slope(c) - 1}),
        ),
        prove.vertices(at_0),
    ]  # fmt: skip


claim.mutant("up to chi_1 = 2", most=2)
claim.mutant("twice mu-tilde", least=b + 2 * curvature * (1 - b) ** 2)
claim.mutant("a slope of at least 2", steep=2)
claim.mutant("wherever the slope is above 9/10", above=sp.Rational(9, 10))

note = Claim(
    "xiao2020/B5-note",
    title="Negative correlations become positive, and there are no other fixed points",
    source="derived here",
    printed=r"f(-x)+x\ge f(0)(1+x)\ (0\le x\le1);\quad c^{(\lceil1/f(0)\rceil)}\ge0\text{ and stays so};\quad"
    r"|f'(c)|\le f'(1);\quad f(c)\ne c\text{ unless }c\in\{c^*,1\}\text{ (if }f(0)>0)",
    note=r"$N$ is any integer with $N f(0)\ge1$, for instance $\lceil1/f(0)\rceil$. The fixed point $c^*$, here b, lies"
    r" in $[0,1)$; that $f$ is above the diagonal below $c^*$ and below it above means that there is no other, and that"
    r" all correlations in $[0,1)$ move towards $c^*$. $f(c)=1$ for $|c|<1$ only if $\phi$ is constant or affine with"
    r" a constant $f$. The higher derivatives, all sums of $p_i$ times powers, are bounded by those at 1 for the same"
    r" reason as $f'$ is.",
    beside=("xiao2020/B5", "agarwal2021/L36"),
    parameters={"lift": dual(0) * (1 + x), "end": N, "positive": (lt(0, dual(0)),)},
    witnesses=(
        (2, Instance({rho: Fraction(-1), N: Fraction(2), j: Fraction(0)}, (Fraction(1, 2), Fraction(1, 2)))),
        (6, Instance({rho: Fraction(-1)}, (Fraction(0), Fraction(0), Fraction(0), Fraction(1)))),
    ),
)


@note.states
def note_statement(lift, end, positive):
    unit_x = interval(x, 0, 1)
    pair = below_one, interval(rho, 0, 1)
    return (
        forall(unit_x, family=UNCENTRED, holds=le(lift, dual(-x) + x), label="one layer"),
        forall(correlation, family=UNCENTRED, holds=le(abs(dual_slope(c)), chi), label="the slope"),
        forall(
            interval(rho, -1, 1), waits, later, given=[enough], family=UNCENTRED, holds=le(0, iterate(end + j, rho)),
            label="from the layer N on",
        ),
        forall(*pair, given=[fixed, lt(rho, b)], family=NON_AFFINE, holds=lt(rho, dual(rho)), label="below c*"),
        forall(
            *pair, given=[fixed, lt(b, rho), lt(rho, 1)], family=NON_AFFINE, holds=lt(dual(rho), rho), label="above c*"
        ),
        forall(
            interval(rho, -1, 1), given=[lt(abs(rho), 1)], family=NON_AFFINE, holds=lt(dual(rho), 1), label="below 1"
        ),
        forall(
            interval(rho, -1, 0, ")"), given=positive, family=UNCENTRED, holds=lt(rho, dual(rho)), label="below 0"
        ),
    )  # fmt: skip


@note.proves
def note_proof(prove, goal, lift, end, positive):
    """The powers one by one; then what convexity leaves between chord and map."""
    one_layer, slope, enters, below, above, below_1, negative = goal
    rate = uncentred.rate
    strictly = prove.polynomial(
        lt(rho, rho + _u * (1 - b) / 2 * _v), *below.variables,
        *(interval(symbol, 0, sp.oo, "(") for symbol in (_u, _v)),
    )  # fmt: skip
    leaves = prove.polynomial(
        lt(rho - _u * _v * _w, rho), interval(rho, 0, 1), *(interval(symbol, 0, sp.oo, "(") for symbol in (_u, _v, _w))
    )
    moved = rho + (1 - rate) * (b - rho)
    one = prove.identity(
        Statement(eq(dual(1), 1), below_1.variables, below_1.given, below_1.family), unfold=[dual(1)]
    )
    lifted = prove.polynomial(lt(rho, rho + _u * (1 - rho)), interval(rho, -1, 0, ")"), interval(_u, 0, sp.oo, "("))
    return [
        prove.vertices(one_layer),
        prove.chain(slope, at(prove.slope_grows(), {"r": c, "s": 1})),
        _stays(prove, enters),
        prove.chain(
            below, fact(uncentred.positive_curvature(prove)), fact(recedes(prove), {"d": b - rho}),
            at(strictly, {_u: curvature, _v: b - rho}), no_less(prove, moved, dual(rho) - moved),
        ),
        prove.chain(
            above, fact(uncentred.positive_curvature(prove)), fact(uncentred.gap(prove)),
            no_less(prove, dual(rho), rho - curvature * (rho - b) * (1 - rho) - dual(rho)),
            at(leaves, {_u: curvature, _v: rho - b, _w: 1 - rho}),
        ),
        prove.chain(
            below_1, fact(prove.chain(below_1.conclude(le(abs(rho), abs(rho))))),
            _size(prove, below_1),
            at(uncentred.strictly_grows(prove), {b: abs(rho), "r": 1}), one,
        ),
        prove.chain(
            negative, at(lifted, {_u: dual(0)}), fact(prove.vertices(
                forall(interval(rho, -1, 0), family=UNCENTRED, holds=le(rho + dual(0) * (1 - rho), dual(rho))))),
            no_less(prove, rho + dual(0) * (1 - rho), dual(rho) - rho - dual(0) * (1 - rho)),
        ),
    ]  # fmt: skip


def _size(prove: Proof, target: Statement) -> Step:
    """f(rho) <= f(|rho|)."""
    sized = prove.chain(
        target.conclude(le(abs(dual(rho)), dual(abs(rho)))), at(prove.dual_grows(), {"r": rho, "s": abs(rho)})
    )
    return prove.chain(
        target.conclude(le(dual(rho), dual(abs(rho)))), fact(sized),
        no_less(prove, dual(rho), dual(abs(rho)) - dual(rho)),
    )


def _stays(prove: Proof, goal: Statement) -> Step:
    """From N layers on: the images of non-negative correlations are not negative."""
    start = prove.chain(
        forall(interval(rho, -1, 1), waits, given=[enough], family=UNCENTRED, holds=le(0, iterate(N, rho))),
        fact(nonzero_wait(prove)), at(rises(prove), {"L": N}),
    )  # fmt: skip
    keeps = prove.vertices(forall(interval(x, 0, 1), family=UNCENTRED, holds=le(0, dual(x))))
    value = iterate(N + j, rho)
    return inductive(
        prove, goal, j, lambda base: prove.chain(base, start),
        lambda step: prove.chain(
            step, fact(prove.bounded(), {"L": N + j, "r": rho}), at(keeps, {x: value}),
            prove.folded(step, step.conclusion.rhs),
        ),
    )  # fmt: skip


note.mutant("f(0) (1 + 2 x)", lift=dual(0) * (1 + 2 * x))
note.mutant("without N layers", end=sp.S.Zero)
note.mutant("f(0) = 0 allowed", positive=())
