"""Random formulas: the pieces, parity, kinks and jumps agree with the formula itself evaluated at exact points."""

from fractions import Fraction

import mpmath as mp
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.activations import activation, parse_expression
from deepcond_sym.activations.nonsmooth import substitute
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

NUMBERS = st.sampled_from(["1", "2", "1/2", "3", "0.3", "5/7", "sqrt(2)"])
LEAVES = st.one_of(st.just("x"), st.just("x"), NUMBERS)


def grow(inner):
    def call(names, count=1):
        args = st.lists(inner, min_size=count, max_size=count)
        return st.builds(lambda f, a: f"{f}({', '.join(a)})", st.sampled_from(names), args)

    return st.one_of(
        call(["relu", "abs", "sign", "step", "hard_tanh", "leaky_relu", "elu"]),
        call(["tanh", "sin", "gaussian", "softsign", "sigmoid", "erf"]),
        call(["max", "min"], 2),
        st.builds(lambda a, b, o: f"({a}) {o} ({b})", inner, inner, st.sampled_from("+-*")),
        st.builds(lambda a, k: f"({a})**{k}", inner, st.integers(2, 3)),
        st.builds(lambda a, b, c, r: f"piecewise({a}, {b} {r} 1/3, {c})", inner, inner, inner, st.sampled_from("<>")),
    )


FORMULAS = st.recursive(LEAVES, grow, max_leaves=7)
POINTS = st.fractions(-6, 6, max_denominator=50)

# A second evaluator, on purpose not `lower`: a plain walk over the tree in mpmath.
WALK = {
    sp.Add: lambda *a: mp.fsum(a), sp.Mul: lambda *a: mp.fprod(a), sp.Pow: mp.power, sp.exp: mp.exp, sp.sin: mp.sin,
    sp.tanh: mp.tanh, sp.erf: mp.erf, sp.Abs: abs, sp.sign: mp.sign, sp.Max: max, sp.Min: min, sp.log: mp.log,
}  # fmt: skip


def walk(node, t):
    if node == x:
        return t
    if isinstance(node, sp.Piecewise):
        for pair in node.args:
            condition = pair.args[1]
            sides = [sp.Float(str(walk(a, t)), 40) for a in condition.args]
            if condition == sp.true or condition.func(*sides) == sp.true:
                return walk(pair.args[0], t)
    if isinstance(node, sp.Heaviside):
        return (1 + mp.sign(walk(node.args[0], t))) / 2
    if isinstance(node, sp.Rational):
        return mp.mpf(int(node.p)) / int(node.q)
    if node is sp.E or node is sp.pi:
        return +mp.e if node is sp.E else +mp.pi
    return WALK[node.func](*(walk(a, t) for a in node.args))


def build(text):
    try:
        return activation(text)
    except InputError:
        return None


def piece_value(sigma, t):
    point = sp.Rational(t.numerator, t.denominator)
    for piece in sigma.pieces:
        if piece.lower < point and point < piece.upper:
            return walk(piece.expr, mp.mpf(t.numerator) / t.denominator)
    return None


@settings(max_examples=250, deadline=None, derandomize=True)
@given(FORMULAS, st.lists(POINTS, min_size=3, max_size=3))
def test_pieces_are_the_formula(text, points):
    sigma = build(text)
    if sigma is None:
        return
    with mp.workdps(40):
        for t in points:
            value = piece_value(sigma, t)
            if value is not None:
                direct = walk(sigma.expr, mp.mpf(t.numerator) / t.denominator)
                assert mp.almosteq(value, direct, rel_eps=mp.mpf("1e-25"), abs_eps=mp.mpf("1e-25"))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(FORMULAS, POINTS)
def test_parity_is_never_wrong(text, t):
    sigma = build(text)
    if sigma is None or sigma.parity is None:
        return
    with mp.workdps(40):
        value, mirrored = piece_value(sigma, t), piece_value(sigma, -t)
        if value is not None and mirrored is not None:
            expected = mirrored if sigma.parity == "even" else -mirrored
            assert mp.almosteq(value, expected, rel_eps=mp.mpf("1e-25"), abs_eps=mp.mpf("1e-25"))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(FORMULAS)
def test_symmetrised_formulas(text):
    """f(x) + f(-x) may be too hard to prove even, but is odd only when it is zero; f(x) - f(-x) the other way round."""
    sigma = build(text)
    if sigma is None:
        return
    mirrored = substitute(sigma.expr, {x: -x})
    for combined, wrong in ((sigma.expr + mirrored, "odd"), (sigma.expr - mirrored, "even")):
        result = build(combined)
        if result is not None and result.parity == wrong:
            assert all(piece.expr == 0 for piece in result.pieces)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(FORMULAS)
def test_jumps_and_kinks_are_where_the_formula_breaks(text):
    """One-sided values and slopes by difference quotients from inside the neighbouring pieces."""
    sigma = build(text)
    if sigma is None:
        return
    with mp.workdps(120):
        h = mp.mpf(10) ** -40
        for left, right in zip(sigma.pieces, sigma.pieces[1:], strict=False):
            cut = mp.mpf(str(sp.N(right.lower, 120)))
            values = [walk(p.expr, cut + side * h) for p, side in ((left, -1), (right, 1))]
            agree(values, right.lower in sigma.jumps)
            if right.lower not in sigma.jumps:
                further = [walk(p.expr, cut + 2 * side * h) for p, side in ((left, -1), (right, 1))]
                agree([(b - a) / (s * h) for a, b, s in zip(values, further, (-1, 1), strict=True)],
                      right.lower in sigma.kinks)  # fmt: skip


def agree(sides, claimed):
    """A difference that is seen is claimed; one that is claimed is seen, unless all numbers are too small to see it."""
    seen = abs(sides[1] - sides[0]) > mp.mpf("1e-25")
    assert claimed or not seen
    assert seen or not claimed or max(map(abs, sides)) < mp.mpf("1e-20")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(FORMULAS)
def test_text_of_a_smooth_result_reads_back(text):
    """SymPy's own text of a result without switches is again one of our formulas, with the same meaning."""
    try:
        expr = parse_expression(text)
    except InputError:
        return
    if not expr.has(sp.Max, sp.Min, sp.Abs, sp.sign, sp.Heaviside, sp.Piecewise):
        assert parse_expression(str(expr)) == expr


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(-50, 50), st.integers(1, 50), st.integers(-3, 3), st.sampled_from("+-*/"))
def test_numbers_are_exact(a, b, k, operator):
    if operator == "/" and k == 0:
        return
    value = parse_expression(f"({a}/{b}) {operator} ({k}) - {b}e-3 + 0.{b}")
    left = Fraction(a, b)
    expected = {"+": left + k, "-": left - k, "*": left * k, "/": left / k if k else left}[operator]
    expected += Fraction(-b, 1000) + Fraction(f"0.{b}")
    assert value == sp.Rational(expected.numerator, expected.denominator)
