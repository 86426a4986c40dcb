"""B64: the summary of the notebook forgets a factor l, and inverts a growth.

Two training points with the labels 1 and -1: the prediction at a test point is the difference of its two entries of
the tangent kernel over p - p_12. Here one of its correlations is c^(0), the other one the fixed point b = c*."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Sequence,
    Statement,
    Step,
    Verdict,
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
from deepcond_sym.proof.tactics.power_gaps import adds, b, from_one, i, unit_b, x
from deepcond_sym.symbols import rho

from ..agarwal2021.uncentred import above_fixed_point, at_fixed_point, below, below_one, fixed, non_negative_slope
from .notebook_slips import affine, affine_frame, entries, of_affine
from .setting import c, chi, diagonal, l, layers, tangent
from .setting import from_one as deep

v = sp.Symbol("v", real=True)
_p, _p_ab, _p_b = (sp.Function(name, real=True) for name in ("p", "p_ab", "p_b"))
unit_c = interval(c, 0, 1)
at_limit = Sequence("p_b", l, 0, sp.S.Zero, b + dual_slope(b) * _p_b(l))
"""Theta^(l)/q* at the correlation c*, which stays there."""

slope = dual_slope(b)
"""chi_{c*}."""

beyond = [fixed, le(b, c)]
sequences = [diagonal, tangent, at_limit]

chaotic = Claim(
    "xiao2020/B64",
    title="In the chaotic phase the prediction decays like (chi_c/chi_1)^l",
    source="authors' notebook, cell 44",
    provenance="as reported",
    printed=r"\Delta^{(l)}=O\big(\chi_{c^*}^l/\chi_1^l\big)",
    expected=Verdict.REFUTED,
    note=r"The factor l is missing. Entered with 10 for the hidden constant; xiao2020/B64-every shows that no constant"
    r" will do. The difference over p is smaller than the prediction, whose denominator is $p-p_{12}$.",
    beside=("xiao2020/B64-every",),
    parameters={"constant": 10, "second": _p_b(l)},
    witnesses=(
        (0, Instance({l: Fraction(100), c: Fraction(1, 2), b: Fraction(1, 3)},
                     (Fraction(1, 4), Fraction(0), Fraction(3, 4)))),
    ),
)  # fmt: skip


@chaotic.states
def chaotic_statement(constant, second):
    return forall(
        deep, unit_c, below_one, given=[*beyond, lt(1, chi)], family=UNCENTRED, sequences=sequences,
        holds=le((_p_ab(l) - second) / _p(l), constant * (slope / chi) ** l),
    )  # fmt: skip


@chaotic.proves
def chaotic_proof(prove, goal, constant, second):
    """For a mutant: powers of slopes are not negative."""
    w = sp.Symbol("w", real=True)
    ratio = prove.polynomial(le(0, w / v), interval(w, 0, sp.oo), interval(v, 0, sp.oo, "("))
    power = prove.power("non-negative", w, l, interval(w, 0, sp.oo), layers)
    positive = prove.chain(
        goal.conclude(lt(0, chi)), prove.polynomial(lt(0, 1)), no_less(prove, sp.S.One, chi - 1)
    )
    return prove.chain(
        goal, fact(non_negative_slope(prove)), fact(positive), fact(ratio, {w: slope, v: chi}),
        fact(power, {w: slope / chi}), adds(prove, sp.S.Zero, constant, (slope / chi) ** l),
    )  # fmt: skip


chaotic.mutant("the same test point twice", second=_p_ab(l))
chaotic.mutant("the same test point twice, with the constant 0", second=_p_ab(l), constant=0)

every = Claim(
    "xiao2020/B64-every",
    title="In the chaotic phase the prediction decays no faster than l (chi_c/chi_1)^l",
    source="derived here",
    printed=r"c^{(0)}\ge c^*:\quad p^{(l)}_{ab}-p^{(l)}_{a'b}\ge l\,\chi_{c^*}^l\,(c^{(0)}-c^*)\,q^*,\quad"
    r" p^{(l)}\le\frac{\chi_1^l}{\chi_1-1}q^*",
    note=r"For every activation with a fixed point $c^*<1$, at every depth; $c^*$ is the correlation of the pair"
    r" $a'b$. So the prediction is at least $(\chi_1-1)(c^{(0)}-c^*)\,l\,(\chi_{c^*}/\chi_1)^l$, and"
    r" $O((\chi_{c^*}/\chi_1)^l)$ is false for every constant. Convention: $\Theta^{(0)}=0$.",
    beside=("xiao2020/B64",),
    parameters={"factor": l, "bound": chi**l / (chi - 1)},
    witnesses=(
        (0, Instance({l: Fraction(2), c: Fraction(1, 2), b: Fraction(1, 3)},
                     (Fraction(1, 4), Fraction(0), Fraction(3, 4)))),
        (1, Instance({l: Fraction(3)}, (Fraction(1, 4), Fraction(0), Fraction(3, 4)))),
    ),
)  # fmt: skip


@every.states
def every_statement(factor, bound):
    return (
        forall(
            layers, unit_c, below_one, given=[*beyond, lt(1, chi)], family=UNCENTRED, sequences=[tangent, at_limit],
            holds=le(factor * slope**l * (c - b), _p_ab(l) - _p_b(l)), label="off the diagonal",
        ),
        forall(
            layers, given=[lt(1, chi)], family=UNCENTRED, sequences=[diagonal], holds=le(_p(l), bound),
            label="on the diagonal",
        ),
    )  # fmt: skip


@lemma("powers lie above their tangents")
def power_above_tangent(prove: Proof) -> Step:
    """i b^(i-1) (x - b) <= x^i - b^i for 0 <= b <= x <= 1, i >= 1."""
    goal = forall(
        unit_b, interval(x, 0, 1), from_one, given=[le(b, x)], holds=le(i * b ** (i - 1) * (x - b), x**i - b**i)
    )
    square = prove.polynomial(le(0, (x - b) ** 2), unit_b, interval(x, 0, 1))
    positive = fact(prove.power("non-negative", b, i - 1, unit_b, from_one))

    def step(target: Statement) -> Step:
        start, tangent_ = target.conclusion.lhs, i * b ** (i - 1) * (x - b)
        return prove.chain(
            target, fact(square), positive, adds(prove, start, i, b ** (i - 1), (x - b) ** 2),
            adds(prove, start + i * b ** (i - 1) * (x - b) ** 2, x, x**i - b**i - tangent_),
        )  # fmt: skip

    first = prove.polynomial(le(x - b, x - b), unit_b, interval(x, 0, 1))
    return inductive(prove, goal, i, lambda base: prove.chain(base, first), step)


@lemma("maps of correlations lie above their tangents")
def above_tangent(prove: Proof) -> Step:
    """f'(b) (x - b) <= f(x) - f(b) for 0 <= b <= x <= 1, b < 1."""
    goal = forall(
        below_one, interval(x, 0, 1), given=[le(b, x)], family=UNCENTRED, holds=le(slope * (x - b), dual(x) - dual(b))
    )
    return prove.vertices(goal, 1, below(prove, power_above_tangent(prove)))


def _inside(prove: Proof) -> list:
    """Correlations stay in [0, 1], slopes are at least 0, and so are their powers."""
    w = sp.Symbol("w", real=True)
    return [
        fact(prove.bounded(), {"L": l, "r": c}), fact(prove.non_negative(), {"L": l, "s": c}),
        fact(non_negative_slope(prove)),
        fact(prove.power("non-negative", w, l, interval(w, 0, sp.oo), layers), {w: slope}),
        fact(prove.polynomial(le(-b, w), below_one, interval(w, 0, sp.oo)), {w: iterate(l, c)}),
    ]  # fmt: skip


@lemma("correlations above the fixed point shrink no faster than by its slope")
def gap_above(prove: Proof) -> Step:
    """chi_{c*}^l (c^(0) - c*) <= c^(l) - c*."""
    goal = forall(
        layers, unit_c, below_one, given=beyond, family=UNCENTRED, holds=le(slope**l * (c - b), iterate(l, c) - b)
    )
    value = iterate(l, c)

    def step(target: Statement) -> Step:
        above = prove.chain(
            target.conclude(le(b, value)), *_inside(prove), product_known(prove, slope**l, c - b),
            no_less(prove, b, slope**l * (c - b)),
            no_less(prove, b + slope**l * (c - b), value - b - slope**l * (c - b)),
        )  # fmt: skip
        return prove.chain(
            target, *_inside(prove), fact(above),
            adds(prove, target.conclusion.lhs, slope, value - b - slope**l * (c - b)),
            at(above_tangent(prove), {x: value}), at_fixed_point(prove, target, dual(value) - dual(b)),
            prove.folded(target, iterate(l + 1, c) - b, iterate(l + 1, c)),
        )  # fmt: skip

    return inductive(
        prove, goal, l,
        lambda base: prove.chain(base, prove.polynomial(le(c - b, c - b), unit_c, below_one),
                                 prove.folded(base, iterate(0, c) - b, iterate(0, c))),
        step,
    )  # fmt: skip


@lemma("correlations above the fixed point stay above it")
def stays_above(prove: Proof) -> Step:
    """c* <= c^(l)."""
    value = iterate(l, c)
    goal = forall(layers, unit_c, below_one, given=beyond, family=UNCENTRED, holds=le(b, value))
    first = prove.polynomial(le(b, b), below_one)
    inside = fact(prove.bounded(), {"L": l, "r": c}), fact(prove.non_negative(), {"L": l, "s": c})
    return inductive(
        prove, goal, l,
        lambda base: prove.chain(base, first, no_less(prove, b, c - b), prove.folded(base, iterate(0, c))),
        lambda step: prove.chain(
            step, *inside, at(above_fixed_point(prove), {rho: value}),
            prove.folded(step, iterate(l + 1, c), iterate(l + 1, c)),
        ),
    )  # fmt: skip


def _steeper(prove: Proof, target: Statement) -> Step:
    """f'(c*) <= f'(c^(l))."""
    grows = prove.chain(
        target.conclude(le(abs(slope), dual_slope(iterate(l, c)))), *_inside(prove), fact(stays_above(prove)),
        at(prove.slope_grows(), {"r": b, "s": iterate(l, c)}),
    )  # fmt: skip
    return prove.chain(
        target.conclude(le(slope, dual_slope(iterate(l, c)))), *_inside(prove), fact(grows),
        no_less(prove, slope, dual_slope(iterate(l, c)) - slope),
    )  # fmt: skip


@every.proves
def every_proof(prove, goal, factor, bound):
    """Convexity: the gap shrinks no faster than by chi_{c*}, and adds as much in each layer."""
    off, on = goal
    s = slope
    positive = inductive(
        prove, off.conclude(le(0, _p_ab(l))), l,
        lambda base: prove.chain(base, prove.folded(base, _p_ab(0))),
        lambda step: prove.chain(
            step, *_inside(prove), fact(prove.non_negative(), {"L": l + 1, "s": c}), fact(_steeper(prove, step)),
            product_known(prove, s, _p_ab(l)), product_known(prove, dual_slope(iterate(l, c)) - s, _p_ab(l)),
            no_less(prove, sp.S.Zero, iterate(l + 1, c)), no_less(prove, iterate(l + 1, c), s * _p_ab(l)),
            no_less(prove, iterate(l + 1, c) + s * _p_ab(l), (dual_slope(iterate(l, c)) - s) * _p_ab(l)),
            prove.folded(step, _p_ab(l + 1), _p_ab(l + 1)),
        ),
    )  # fmt: skip

    def step(target: Statement) -> Step:
        start, before = target.conclusion.lhs, factor * s**l * (c - b)
        parts = [iterate(l + 1, c) - b - s ** (l + 1) * (c - b), s * (_p_ab(l) - _p_b(l) - before),
                 (dual_slope(iterate(l, c)) - s) * _p_ab(l)]  # fmt: skip
        return prove.chain(
            target, *_inside(prove), fact(prove.non_negative(), {"L": l + 1, "s": c}), fact(positive),
            fact(_steeper(prove, target)), fact(gap_above(prove), {l: l + 1}),
            product_known(prove, s, _p_ab(l) - _p_b(l) - before),
            product_known(prove, dual_slope(iterate(l, c)) - s, _p_ab(l)),
            *(no_less(prove, start + sum(parts[:n]), parts[n]) for n in range(3)),
            prove.folded(target, _p_ab(l + 1) - _p_b(l + 1), _p_ab(l + 1), _p_b(l + 1)),
        )  # fmt: skip

    closed = prove.closed_form(on.conclude(eq(_p(l), (chi**l - 1) / (chi - 1))))
    inverse = fact(prove.polynomial(le(0, 1 / v), interval(v, 0, sp.oo, "(")), {v: chi - 1})
    return [
        inductive(
            prove, off, l,
            lambda base: prove.chain(base, prove.folded(base, _p_ab(0) - _p_b(0), _p_ab(0), _p_b(0))), step,
        ),
        prove.chain(on, closed, inverse, no_less(prove, (chi**l - 1) / (chi - 1), 1 / (chi - 1))),
    ]  # fmt: skip


every.mutant("one layer more", factor=l + 1)
every.mutant("half the diagonal", bound=chi**l / (chi - 1) / 2)

ordered = Claim(
    "xiao2020/B64-ordered",
    title="In the ordered phase the condition number grows like l chi_1^l",
    source="authors' notebook, cell 44",
    provenance="as reported",
    printed=r"\kappa^{(l)}\text{ grows like }l\chi_1^l",
    expected=Verdict.REFUTED,
    note=r"It is the inverse, $1/(l\chi_1^l)$. Entered for two points and the map $f(c)=1-\chi_1+\chi_1c$ of affine"
    r" activations, with 100 for the hidden constant: $l\chi_1^l\to0$, and a condition number is at least 1. For that"
    r" map $\kappa$ is known exactly: xiao2020/slip-rate-corrected; for all others see the rows B22 and B50.",
    beside=("xiao2020/slip-rate-corrected",),
    parameters={"bound": 100 * l * affine**l},
    witnesses=((0, Instance({affine: Fraction(1, 2), c: Fraction(0), l: Fraction(40)})),),
)


@ordered.states
def ordered_statement(bound):
    kappa = (_p(l) + _p_ab(l)) / (_p(l) - _p_ab(l))
    given = [lt(0, _p(l) - _p_ab(l))]
    return forall(deep, *affine_frame, given=given, sequences=of_affine(), holds=le(kappa, bound))


@ordered.proves
def ordered_proof(prove, goal, bound):
    """For the mutants: kappa is known exactly."""
    exact = prove.identity(
        goal.conclude(eq(goal.conclusion.lhs, inverse - 1)), using=[(entries(prove, l * affine**l * (1 - c)), {l: l})]
    )
    return prove.chain(goal, exact, no_less(prove, inverse - 1, bound - inverse + 1))


inverse = 2 * _p(l) / (l * affine**l * (1 - c))
ordered.mutant("the inverse", bound=inverse)
ordered.mutant("the inverse, less 1", bound=inverse - 1)
