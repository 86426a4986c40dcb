"""Laws about matrices that are given by their entries: every law it concludes holds for explicit random matrices."""

from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import event, given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NORMALISED,
    Proof,
    RuleFailure,
    Verdict,
    dual,
    eq,
    forall,
    half_line_hermite,
    index,
    interval,
    iterate,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.language import (
    RELU,
    Relation,
    column,
    component,
    determinant,
    gram,
    inner,
    largest,
    maximum,
    minimum,
    off_maximum,
    row,
    smallest,
)  # fmt: skip

from ..matrix_truth import F, X, bodies, data, ff, functions, unit, v, value, vv, xx

p, q = sp.symbols("p q", integer=True)
delta = sp.Symbol("delta", real=True)
n, points = index("n", 1)
L, layers = index("L")
frame = forall(points, holds=le(0, 0))
of_normalised = forall(points, layers, family=NORMALISED, holds=le(0, 0))
prove = Proof()


def shown(part: str, *bodies: Any, over=frame, **more: Any) -> Relation:
    step = prove.matrices(part, over, more.pop("size", n), *bodies, **more)
    assert step.verdict is Verdict.PROVED
    return step.conclusion.conclusion


def test_what_it_proves() -> None:
    low, high = smallest(ff, n), largest(ff, n)
    radius = (n - 1) * off_maximum(ff, n)
    diagonal = gram(F, row, row)
    assert shown("gershgorin", ff) == le(minimum(diagonal, n) - radius, low)
    above = shown("gershgorin", ff, of="largest")
    assert above.lhs == high
    assert sp.expand(above.rhs - maximum(diagonal, n) - radius) == 0
    assert shown("diagonal", ff) == le(low, minimum(diagonal, n))
    assert shown("weyl", ff, xx) == le(low + smallest(xx, n), smallest(ff + xx, n))
    assert shown("weyl", ff, xx, of="largest") == le(largest(ff + xx, n), high + largest(xx, n))
    assert shown("across", ff, xx) == le(smallest(ff + xx, n), low + largest(xx, n))
    assert shown("across", ff, xx, of="largest") == le(high + smallest(xx, n), largest(ff + xx, n))
    assert shown("scale", ff, 3) == eq(smallest(3 * ff, n), 3 * low)
    assert shown("shift", ff, -2, of="largest") == eq(largest(ff - 2 * unit, n), high - 2)
    assert shown("ones", of="largest") == eq(largest(1, n), n)
    assert shown("trace", ff) == le(high + (n - 1) * low, n * maximum(diagonal, n))
    assert shown("semidefinite", ff * xx + vv) == le(0, smallest(ff * xx + vv, n))
    assert shown("schur", ff, xx) == le(low * minimum(1, n), smallest(ff * xx, n))
    assert shown("determinant", ff) == le(low ** (n - 1) * high, determinant(ff, n))
    assert shown("determinant", ff, of="largest") == le(determinant(ff, n), high ** (n - 1) * low)


def test_vectors_beside_a_matrix() -> None:
    """|A v|^2 from below, and the eigenvalues of A_ij v_i v_j from above."""
    of_row = component(v, row)
    image = sp.Sum(ff * component(v, column), (column, 1, n))
    assert shown("solution", ff, of_row) == le(
        smallest(ff, n) ** 2 * sp.Sum(of_row**2, (row, 1, n)), sp.Sum(image**2, (row, 1, n))
    )
    form = sp.Sum(of_row * image, (row, 1, n))
    assert shown("rayleigh", ff, of_row) == le(smallest(ff, n) * sp.Sum(of_row**2, (row, 1, n)), form)
    assert shown("rayleigh", ff, of_row, of="largest") == le(form, largest(ff, n) * sp.Sum(of_row**2, (row, 1, n)))
    assert shown("congruence", ff, of_row) == le(smallest(ff * vv, n), smallest(ff, n) * maximum(of_row**2, n))


def test_series_keep_a_matrix_semidefinite() -> None:
    kernel = iterate(L, xx)
    assert shown("semidefinite", kernel, over=of_normalised) == le(0, smallest(kernel, n))
    for odd in (dual(-xx), dual(xx - unit), dual(ff)):
        with pytest.raises(RuleFailure):
            shown("semidefinite", odd, over=of_normalised)


def test_the_coefficient_of_relu() -> None:
    r, degrees = index("r")
    over = forall(points, degrees, family=RELU, holds=le(0, 0))
    rest = dual(xx) - 2 * half_line_hermite(1, r) ** 2 / sp.factorial(r) * xx**r
    assert shown("coefficient", xx, over=over, at=[r]) == le(0, smallest(rest, n))
    for wrong in ({"at": [r - 1]}, {"at": []}, {"at": [sp.Rational(1, 2)]}):
        with pytest.raises(RuleFailure):
            shown("coefficient", xx, over=over, **wrong)
    with pytest.raises(RuleFailure, match="ReLU"):
        shown("coefficient", xx, over=of_normalised, at=[L])


def test_what_is_known_of_an_eigenvalue_makes_a_matrix_semidefinite() -> None:
    less = xx - delta * unit
    over = forall(points, interval(delta, 0, 1), given=[le(0, smallest(less, n))], holds=le(0, 0))
    assert shown("semidefinite", less**2, over=over) == le(0, smallest(less**2, n))
    with pytest.raises(RuleFailure):
        shown("semidefinite", less**2, over=forall(points, interval(delta, 0, 1), holds=le(0, 0)))
    with pytest.raises(RuleFailure):  # known for another number of points
        shown("semidefinite", less**2, over=over, size=n + 1)


def test_bounds_of_entries() -> None:
    assert shown("bound", xx, 1, of="off_maximum") == le(off_maximum(xx, n), 1)
    assert shown("bound", row, 1, of="minimum") == le(1, minimum(row, n))
    for wrong in ({"of": "off_maximum"}, {"of": "maximum"}):
        with pytest.raises(RuleFailure):
            shown("bound", xx, sp.Rational(99, 100), **wrong)
    with pytest.raises(RuleFailure):
        shown("bound", row, 2, of="minimum")
    with pytest.raises(RuleFailure, match="must not depend"):
        shown("bound", component(v, row), component(v, row), of="maximum")


def test_one_entry() -> None:
    assert shown("entry", component(v, row), at=[n], of="minimum") == le(minimum(component(v, row), n), component(v, n))
    assert shown("entry", xx, size=n + 1, at=[1, n + 1], of="off_maximum") == le(
        sp.Abs(inner(X, 1, n + 1)), off_maximum(xx, n + 1)
    )
    for place in (0, n + 1, L):
        with pytest.raises(RuleFailure):
            shown("entry", component(v, row), at=[place], of="minimum")
    for places in ([1, 1], [1, 2], [1]):
        with pytest.raises(RuleFailure):
            shown("entry", xx, at=places, of="off_maximum")


@pytest.mark.parametrize("part", ["schur", "determinant", "semidefinite", "solution"])
@pytest.mark.parametrize("body", [-ff, ff - unit, vv - ff, component(v, row), ff * component(v, row), sp.Abs(xx), row])
def test_parts_that_need_a_semidefinite_matrix(part, body) -> None:
    with pytest.raises(RuleFailure):
        shown(part, body, component(v, row) if part == "solution" else ff)


def test_determinants_are_those_of_symmetric_matrices() -> None:
    turned = unit + row - column
    over = forall(points, given=[lt(0, smallest(turned, n)), lt(0, smallest(unit, n))], holds=le(0, 0))
    for part, made_of in (("determinant", [turned]), ("ky fan", [turned, unit, sp.Rational(1, 2)])):
        with pytest.raises(RuleFailure):
            shown(part, *made_of, over=over)
    plain = shown("ky fan", unit, unit, sp.Rational(1, 2), over=over)
    assert plain.rhs == determinant(unit, n)
    for exponent in (sp.Rational(3, 2), -1, sp.Abs(xx)):
        with pytest.raises((RuleFailure, InputError)):
            shown("ky fan", unit, 2 * unit, exponent, over=over)


@pytest.mark.parametrize("size", [0, -1, sp.Rational(3, 2), delta, L])
def test_the_size_is_an_integer_of_at_least_one(size) -> None:
    over = forall(points, layers, interval(delta, 1, 2), holds=le(0, 0))
    with pytest.raises(RuleFailure, match="size"):
        shown("ones", over=over, size=size, of="largest")


PARTS = ["gershgorin", "weyl", "across", "diagonal", "pair", "rayleigh", "scale", "shift", "trace", "semidefinite",
         "schur", "determinant", "ky fan", "solution", "congruence", "equal", "bound", "entry"]  # fmt: skip


def _alike(body: Any, how: int) -> Any:
    """A body with the same entries, or with others that look alike."""
    turned = body.xreplace({row: column, column: row})
    on = body.xreplace({column: row})
    return [sp.expand(body), turned, on, body + unit * on - unit * body, body * (1 - unit) + on * unit][how]


@pytest.mark.parametrize("part", PARTS)
@settings(max_examples=25, deadline=None)
@given(functions, st.lists(bodies, min_size=3, max_size=3), st.integers(1, 4), data, st.integers(0, 20),
       st.lists(st.integers(1, 4), min_size=2, max_size=2))  # fmt: skip
def test_no_law_is_false(part, of, made_of, size, drawn, share, places) -> None:
    """Whatever arguments the rule takes: its conclusion is true of random data, wherever the hypotheses are."""
    if part in ("scale", "shift", "bound", "ky fan"):
        made_of = [*made_of[: 2 if part == "ky fan" else 1], sp.Rational(share, 10) - sp.Rational(1, 2)]
    if part in ("solution", "congruence", "rayleigh"):
        made_of[1] = component(v, row)
    if part == "equal":
        made_of[1] = _alike(made_of[0], share % 5)
    positive = [lt(0, smallest(body, size)) for body in made_of[:2]] if part in ("ky fan", "determinant") else []
    try:
        over = forall(given=positive, family=NORMALISED, holds=le(0, 0))
        at = places if part == "pair" or of == "off_maximum" else places[:1]
        law = prove.matrices(part, over, size, *made_of, of=of, at=at).conclusion.conclusion
    except (RuleFailure, InputError):
        return
    event(f"a law of '{part}'")
    with mpmath.workdps(30):
        if any(not value(g.rhs, drawn, {}) > 1e-12 for g in positive):
            return
        left, right = (value(side, drawn, {}) for side in (law.lhs, law.rhs))
        slack = mpmath.mpf(10) ** -18 * (1 + abs(left) + abs(right))
        assert left <= right + slack
        if law.op == "==":
            assert right <= left + slack
