"""The ball box rule: sin x <= x, also where both sides touch; never a sign that mpmath contradicts at a point."""

import copy
import json
import random
from functools import cache

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NORMALISED,
    Proof,
    RuleFailure,
    Variable,
    Verdict,
    derive,
    dual,
    eq,
    forall,
    interval,
    le,
    lt,
)
from deepcond_sym.proof.encoding import encode_statement
from deepcond_sym.proof.search.ball_box import cut, product, total

from ..terms import boxes, numbers, points, terms, value, x, y

prove = Proof()
nudge = sp.Rational(1, 10**6)
half = sp.Rational(1, 2)
real_line = Variable(x)


def density(t):
    return sp.exp(-(t**2) / 2) / sp.sqrt(2 * sp.pi)


def inside(t):
    """P(|Z| <= t) for a standard normal Z."""
    return sp.erf(t / sp.sqrt(2))


relu = (sp.sqrt(1 - x**2) + x * (sp.pi - sp.acos(x))) / sp.pi
"""The dual of ReLU, scaled to 1 at 1."""

TRUE = {
    "sin x <= x": (le(sp.sin(x), x), interval(x, 0, 1)),
    "sin x <= x on a half-line": (le(sp.sin(x), x), interval(x, 0, sp.oo)),
    "sin x < x away from 0": (lt(sp.sin(x), x), interval(x, 0, 1, "(")),
    "cosine from below": (le(1 - x**2 / 2, sp.cos(x)), interval(x, -1, 1)),
    "cosine on the line": (le(1 - x**2 / 2, sp.cos(x)), real_line),
    "Jordan": (le(2 * x / sp.pi, sp.sin(x)), interval(x, 0, sp.pi / 2)),
    "sine on half a period": (le(0, sp.sin(x)), interval(x, 0, sp.pi)),
    "exponential": (le(1 + x, sp.exp(x)), real_line),
    "logarithm": (le(sp.log(x), x - 1), interval(x, 1, sp.oo)),
    "root": (le(sp.sqrt(1 + x), 1 + x / 2), interval(x, -1, 3)),
    "error function": (le(2 * x * density(x), inside(x)), interval(x, 0, sp.oo)),
    "Mills ratio": (le(1 - inside(x), 2 * density(x) / x), interval(x, 1, sp.oo)),
    "Mills ratio, strict": (lt(1 - inside(x), 2 * density(x) / x), interval(x, 1, sp.oo)),
    "a density": (lt(0, sp.exp(-(x**2)) / sp.sqrt(2 + x**2)), real_line),
    "of second order at 0": (le(x / sp.pi * (1 - inside(x)), inside(x) * density(x)), interval(x, 0, 1)),
    "inside an open interval": (lt(x**2, x), interval(x, 0, 1, "()")),
    "touching in the middle": (le(x * (1 - x), "1/4"), interval(x, 0, 1)),
    "a dual of ReLU": (le(sp.cos(x), (sp.sin(x) + (sp.pi - x) * sp.cos(x)) / sp.pi), interval(x, 0, sp.pi)),
    "arc cosine at 1": (le(sp.sqrt(2 * (1 - x)), sp.acos(x)), interval(x, 0, 1)),
    "arc sine": (le(x, sp.asin(x)), interval(x, 0, 1)),
    "one layer of ReLU": (le(x, relu), interval(x, -1, 1)),
    "one layer of ReLU, strict": (lt(x, relu), interval(x, -1, 1, ")")),
    "the slope of one layer of ReLU": (le(1 - sp.acos(x) / sp.pi, (1 + x) / 2 + (1 - x) / 4), interval(x, 0, 1)),
    "a cosine of an arc cosine": (le(1 - x**2 / 2, sp.cos(sp.acos(1 - x**2 / 2))), interval(x, 0, "19/10")),
    "two variables": (le(1 + x + y, sp.exp(x + y)), interval(x, 0, 1), interval(y, 0, 1)),
    "a product": (le(sp.sin(x * y), x * y), interval(x, 0, 2), interval(y, 0, 2)),
    "unbounded in two variables": (le(sp.exp(-x) * sp.cos(y), 1), interval(x, 0, sp.oo), Variable(y)),
    "maximum": (lt(sp.Max(x, 1 - x), sp.exp(x)), interval(x, "1/100", 1)),
    "powers": (le(x ** sp.Rational(3, 2), sp.sqrt(x)), interval(x, "1/10", 1)),
    "numbers": (lt(sp.sin(1), sp.cos(half)),),
}  # fmt: skip

FALSE = {
    "sin x < x at 0": (lt(sp.sin(x), x), interval(x, 0, 1)),
    "sin x nudged": (le(sp.sin(x), (1 - nudge) * x), interval(x, 0, 1)),
    "sin x to the left": (le(sp.sin(x), x), interval(x, -nudge, 1)),
    "cosine lifted": (le(1 - x**2 / 2 + nudge, sp.cos(x)), interval(x, -1, 1)),
    "cosine nudged": (le(1 - (half - nudge) * x**2, sp.cos(x)), interval(x, -1, 1)),
    "cosine nudged on the line": (le(1 - (half - nudge) * x**2, sp.cos(x)), real_line),
    "Jordan nudged": (le((2 / sp.pi + nudge) * x, sp.sin(x)), interval(x, 0, sp.pi / 2)),
    "sine beyond half a period": (le(0, sp.sin(x)), interval(x, 0, sp.pi + nudge)),
    "exponential nudged": (le(1 + (1 + nudge) * x, sp.exp(x)), real_line),
    "logarithm to the left": (le((1 + nudge) * sp.log(x), x - 1), interval(x, 1, sp.oo)),
    "root nudged": (le((1 + nudge) * sp.sqrt(1 + x), 1 + x / 2), interval(x, -1, 3)),
    "error function nudged": (le((2 + nudge) * x * density(x), inside(x)), interval(x, 0, sp.oo)),
    "Mills ratio with a limit": (le(1 + nudge - inside(x), 2 * density(x) / x), interval(x, 1, sp.oo)),
    "of second order at 0, nudged": (
        le((1 + nudge) * x / sp.pi * (1 - inside(x)), inside(x) * density(x)), interval(x, 0, 1),
    ),
    "a closed interval": (lt(x**2, x), interval(x, 0, 1, "(")),
    "strict where it touches in the middle": (lt(x * (1 - x), "1/4"), interval(x, 0, 1)),
    "a dual of ReLU, strict": (lt(sp.cos(x), (sp.sin(x) + (sp.pi - x) * sp.cos(x)) / sp.pi), interval(x, 0, sp.pi)),
    "arc cosine at 1, nudged": (le((1 + nudge) * sp.sqrt(2 * (1 - x)), sp.acos(x)), interval(x, 0, 1)),
    "arc sine beyond 1": (le(x, sp.asin(x)), interval(x, 0, 1 + nudge)),
    "one layer of ReLU, nudged": (le(x, (1 - nudge) * relu), interval(x, -1, 1)),
    "one layer of ReLU, strict at 1": (lt(x, relu), interval(x, -1, 1, "(")),
    "two variables nudged": (le(1 + x + (1 + nudge) * y, sp.exp(x + y)), interval(x, 0, 1), interval(y, 0, 1)),
    "a product nudged": (le(sp.sin(x * y), (1 - nudge) * x * y), interval(x, 0, 2), interval(y, 0, 2)),
    "unbounded and strict": (lt(sp.exp(-x) * sp.cos(y), 1), interval(x, 0, sp.oo), Variable(y)),
    "a limit that is not reached": (le(sp.erf(x), 1 - sp.Rational(1, 10**12)), interval(x, 0, sp.oo)),
    "a root that has no value": (le(-1, sp.sqrt(x)), interval(x, -nudge, 1)),
    "a logarithm that has no value": (le(sp.log(x), x), interval(x, 0, 1)),
    "a logarithm that cancels": (le(sp.log(x - half), sp.log(x - half) + 1), interval(x, 0, 1)),
    "a quotient that has no value": (le(0, 1 / (x - y) ** 2), interval(x, 0, 1), interval(y, 0, 1)),
    "a density with a zero": (lt(0, x**2 * sp.exp(-(x**2))), real_line),
    "numbers": (lt(sp.cos(half), sp.sin(1)),),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_what_it_proves(name: str) -> None:
    step = prove.ball_box(*TRUE[name])
    assert step.verdict is Verdict.PROVED
    evidence = json.loads(json.dumps(step.evidence))
    assert derive("ball box", step.arguments, evidence=evidence).conclusion == step.conclusion


@pytest.mark.parametrize("name", FALSE)
def test_false_neighbours(name: str) -> None:
    with pytest.raises(RuleFailure):
        prove.ball_box(*FALSE[name])


def test_an_outline_leads_to_a_proof() -> None:
    assert prove.ball_box(le(sp.log(x), x - 1), interval(x, half, 3), outline=cut(x, 1)).verdict is Verdict.PROVED
    square = (interval(x, 0, 1), interval(y, 0, 1))
    assert prove.ball_box(le(2 * x * y, x**2 + y**2), *square, outline=product((x - y) ** 2)).verdict is Verdict.PROVED
    by_terms = cut(x, half, total(sp.exp(x), (x - y) ** 2))
    assert prove.ball_box(lt(2 * x * y, x**2 + y**2 + sp.exp(x)), *square, outline=by_terms).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "outline", [cut(x, 1), product((x - 1) ** 2), cut(x, 1, product((x - 1) ** 2)), total((x - 1) ** 2, -nudge)]
)
def test_an_outline_does_not_prove(outline) -> None:
    with pytest.raises(RuleFailure):
        prove.ball_box(le(2 * x, x**2 + 1 - nudge), interval(x, 0, 2), outline=outline)


def test_of_a_sum_one_term_must_be_positive() -> None:
    with pytest.raises(RuleFailure):
        prove.ball_box(lt(0, x + y), interval(x, 0, 1), interval(y, 0, 1, "("), outline=total(x, y))
    step = prove.ball_box(lt(0, x + y), interval(x, 0, 1), interval(y, 0, 1, "("), outline=total(y, x))
    assert step.verdict is Verdict.PROVED


def test_when_the_boxes_are_spent_it_says_where() -> None:
    with pytest.raises(RuleFailure, match=r"40 boxes did not suffice; the last one was x in \[.*\]"):
        prove.ball_box(le(2 * sp.sqrt(2) * x, x**2 + 2), interval(x, 0, 2), boxes=40)


def test_equality_is_never_proved() -> None:
    with pytest.raises(RuleFailure, match="equality"):
        prove.ball_box(eq(x, x), interval(x, 0, 1))


@pytest.mark.parametrize(
    "statement",
    [
        forall(interval(x, 0, 1), given=[le(x, half)], holds=le(x, 1)),
        forall(interval(x, 0, 1), family=NORMALISED, holds=le(0, x)),
        forall(Variable(sp.Symbol("k", integer=True), sp.S.Zero, sp.S.One), holds=le(0, sp.Symbol("k", integer=True))),
        forall(interval(x, 0, 1), family=NORMALISED, holds=le(0, dual(x) ** 2)),
    ],
)
def test_it_takes_boxes_of_real_variables_only(statement) -> None:
    with pytest.raises(RuleFailure):
        derive("ball box", {"statement": encode_statement(statement)})


def _nodes(tree):
    """Every list inside the tree that names a kind of proof."""
    if isinstance(tree, list):
        if tree and tree[0] in ("plain", "centred", "zero", "powers", "slope", "split", "factors", "angle"):
            yield tree
        for part in tree:
            yield from _nodes(part)


def _tampered(tree, rng):
    """One node is replaced: by a leaf, by another node of the tree, or with its end or variable changed."""
    changed = copy.deepcopy(tree)
    nodes = list(_nodes(changed))
    node = rng.choice(nodes)
    kind = rng.randrange(4)
    if kind == 0 and node[0] == "slope":
        node[2] = 1 - node[2]
    elif kind == 1 and node[0] == "split":
        node[2] = rng.choice(["0", "1", "1/2", "-1", "100"])
    elif kind == 2:
        node[:] = [rng.choice(["plain", "centred", "zero", "powers"])]
    else:
        node[:] = copy.deepcopy(rng.choice(nodes))
    return changed


@cache
def _evidence(name: str):
    return prove.ball_box(*TRUE[name]).evidence[0]


@pytest.mark.parametrize("name", FALSE)
def test_no_evidence_proves_a_false_statement(name: str) -> None:
    """Every tree that proves something true, as it is and tampered with, offered for the false statement."""
    relation, *variables = FALSE[name]
    arguments = {"statement": encode_statement(forall(*variables, holds=relation))}
    rng = random.Random(name)
    for other in sorted(TRUE):
        tree = _evidence(other)
        for offered in [tree, *(_tampered(tree, rng) for _ in range(3))]:
            with pytest.raises((RuleFailure, InputError, ValueError, TypeError, RecursionError)):
                derive("ball box", arguments, evidence=[offered])


random_trees = st.recursive(
    st.sampled_from([["plain"], ["centred"], ["zero"], ["powers"]]),
    lambda tree: st.one_of(
        st.tuples(st.just("slope"), st.sampled_from("xy"), st.sampled_from([0, 1]), tree, tree).map(list),
        st.tuples(st.just("split"), st.sampled_from("xy"), st.sampled_from(["0", "1/2", "-1"]), tree, tree).map(list),
    ),
    max_leaves=6,
)


def _never_false(relation, variables, step, seed) -> None:
    box = {v.symbol: (v.lower, v.upper) for v in variables}
    with mpmath.workdps(60):
        for point in points(box, seed):
            if any((v.open_lower and point[v.symbol] == v.lower) or (v.open_upper and point[v.symbol] == v.upper)
                   for v in variables):  # fmt: skip
                continue
            left, right = value(relation.lhs, point), value(relation.rhs, point)
            assert left is not None, (relation, point)
            assert right is not None, (relation, point)
            gap = right - left
            assert gap > -mpmath.mpf("1e-45"), (relation, point, step.evidence)
            if relation.op == "<" and abs(gap) < mpmath.mpf("1e-45"):
                exact = (relation.rhs - relation.lhs).subs(point)
                assert exact != 0, (relation, point, step.evidence)


@settings(max_examples=120, deadline=None)
@given(
    terms, boxes, boxes, st.sampled_from(["", "(", ")", "()"]),
    st.sampled_from([0, nudge, -nudge, 1, sp.Rational(1, 10**12)]), st.booleans(), st.integers(0, 10**6),
    st.one_of(st.none(), random_trees),
)  # fmt: skip
def test_no_false_sign(term, first, second, ends, shift, strict, seed, tree) -> None:
    """A random term against a number close to its least value on the box, or with random evidence."""
    variables = [interval(x, *first, open_ends=ends), interval(y, *second)]
    found = [value(term, point) for point in points({x: first, y: second}, seed, 40)]
    if None in found:
        level = sp.S.Zero
    else:
        level = sp.Rational(mpmath.nstr(min(found), 12)) if abs(min(found)) > 1e-9 else sp.S.Zero
    relation = (lt if strict else le)(level + shift, term)
    try:
        if tree is None:
            step = prove.ball_box(relation, *variables, boxes=40)
        else:
            arguments = {"statement": encode_statement(forall(*variables, holds=relation))}
            step = derive("ball box", arguments, evidence=[tree])
    except (RuleFailure, InputError):
        return
    if first[0] == first[1] and ends:
        return
    _never_false(relation, variables, step, seed)


@settings(max_examples=80, deadline=None)
@given(terms, numbers, boxes, st.booleans(), st.sampled_from([0, nudge, -nudge, 1]), st.booleans(), st.integers(0, 999))
def test_no_false_sign_on_a_half_line(term, end, second, left, shift, strict, seed) -> None:
    """The same on a half-line, with points far out; also mirrored, as limits at minus infinity."""
    term = term.xreplace({x: -x}) if left else term
    half_line = interval(x, -sp.oo, -end) if left else interval(x, end, sp.oo)
    offsets = [0, nudge, half, 1, 5, 50]
    near = [{x: -end - d if left else end + d, y: p[y]} for d in offsets for p in points({y: second}, seed, 3)]
    found = [value(term, point) for point in near]
    least = sp.S.Zero if None in found else sp.Rational(mpmath.nstr(min(found), 12))
    relation = (lt if strict else le)((least if abs(least) > nudge else 0) + shift, term)
    try:
        step = prove.ball_box(relation, half_line, interval(y, *second), boxes=40)
    except (RuleFailure, InputError):
        return
    with mpmath.workdps(60):
        for point in near:
            left_side, right_side = value(relation.lhs, point), value(relation.rhs, point)
            assert right_side is not None, (relation, point)
            assert right_side - left_side > -mpmath.mpf("1e-45"), (relation, point, step.evidence)


@pytest.mark.parametrize("order", range(4))
@pytest.mark.parametrize(
    "function", [sp.sin(x), sp.cos(x), sp.exp(x), sp.log(1 + x), sp.sqrt(1 + x), sp.erf(x), sp.asin(x)]
)
def test_the_remainder_of_a_taylor_polynomial(function, order) -> None:
    """g(x) >= T(x) + c x^(n+1) on [0, 1/2], with c a millionth below and above the least value of the quotient."""
    polynomial = sp.series(function, x, 0, order + 1).removeO()
    with mpmath.workdps(60):
        gap = sp.lambdify([x], (function - polynomial) / x ** (order + 1), modules="mpmath")
        least = min(gap(mpmath.mpf(k) / 2000) for k in range(1, 1001))
        least = min(least, gap(mpmath.mpf("1e-12")))
        c = sp.Rational(mpmath.nstr(least, 15))
    where = interval(x, 0, half)
    proved = prove.ball_box(le(polynomial + (c - nudge) * x ** (order + 1), function), where)
    assert proved.verdict is Verdict.PROVED
    with pytest.raises(RuleFailure):
        prove.ball_box(le(polynomial + (c + nudge) * x ** (order + 1), function), where)
