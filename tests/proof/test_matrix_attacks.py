"""Attacks on what the kernel knows of matrices, sums, angles and data.

`HOLES` once proved something false or without meaning; the docstring of each says what went wrong. `REFUSED` never got
through, and guards what looks as if it might. The kernel must refuse all of them on the way.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    RuleFailure,
    Statement,
    Step,
    Variable,
    derive,
    eq,
    forall,
    index,
    interval,
    le,
    lt,
    steps_to,
)  # fmt: skip
from deepcond_sym.proof.encoding import encode_statement, encode_term
from deepcond_sym.proof.instance import Instance
from deepcond_sym.proof.language import (
    RELU,
    Relation,
    column,
    component,
    inner,
    kronecker,
    maximum,
    minimum,
    off_maximum,
    row,
    term,
)  # fmt: skip
from deepcond_sym.proof.refutation import refute

from .forging import identity, real, whole

HOLES: dict[str, Callable[[], Step]] = {}
REFUSED: dict[str, Callable[[], Step]] = {}

X, F, v, w, x, y = map(real, ("X", "F", "v", "w", "x", "y"))
n, points = index("n", 1)
k, indices = index("k")
p, q = whole("p"), whole("q")
xx, unit = inner(X, row, column), kronecker(row, column)
nowhere = steps_to(sp.Integer(-5), sp.S.Zero)
"""An integer by its type only: it has no value."""


def hole(function: Callable[[], Step]) -> Callable[[], Step]:
    HOLES[function.__name__.replace("_", " ")] = function
    return function


def refused(function: Callable[[], Step]) -> Callable[[], Step]:
    REFUSED[function.__name__.replace("_", " ")] = function
    return function


def matrices(
    part: str,
    *bodies: Any,
    frame: Statement | None = None,
    size: Any = n,
    of: str = "smallest",
    at: tuple[Any, ...] = (),
    of_entries: tuple[Any, ...] = (),
    premises: tuple[Step, ...] = (),
) -> Step:
    """The rule "matrices" as a certificate calls it; over all n >= 1 if no frame is named."""
    arguments = {
        "part": part, "of": of, "statement": encode_statement(frame or forall(points, holds=le(0, 0))),
        "size": encode_term(term(size)), "bodies": [encode_term(term(body)) for body in bodies],
        "at": [encode_term(term(i)) for i in at], "indices": [encode_term(i) for i in of_entries],
    }  # fmt: skip
    return derive("matrices", arguments, *premises)


def over_points(*given: Relation, family: Any = None) -> Statement:
    return forall(points, given=given, family=family, holds=le(0, 0))


def fractions(*lines: str) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(tuple(Fraction(entry) for entry in line.split()) for line in lines)


@hole
def one_choice_of_data_taken_for_all():
    """Without variables, the data of the instance went unseen: two orthogonal vectors showed it for all."""
    instances = [{"matrices": {"X": [["1", "0", "0"], ["0", "1", "0"], ["0", "0", "1"]]}}]
    statement = encode_statement(forall(holds=le(inner(X, 1, 2), 0)))
    return proved(derive("evaluation", {"statement": statement, "instances": instances}))


@hole
def one_vector_taken_for_all():
    statement = encode_statement(forall(holds=eq(component(v, 0), 5)))
    return proved(derive("evaluation", {"statement": statement, "instances": [{"vectors": {"v": ["5"]}}]}))


def proved(step: Step) -> Step:
    """A premise must be PROVED, which an instance is not."""
    return derive("monotone", {"part": "exp"}, step)


@hole
def a_size_without_value():
    return matrices("semidefinite", xx, frame=forall(holds=le(0, 0)), size=nowhere + 1)


@hole
def an_entry_at_a_place_without_value():
    frame = forall(given=[le(nowhere + 1, 3)], holds=le(0, 0))
    return matrices("entry", component(v, row), frame=frame, size=3, of="minimum", at=(nowhere + 1,))


@hole
def a_coefficient_of_a_degree_without_value():
    return matrices("coefficient", xx, frame=forall(family=RELU, holds=le(0, 0)), size=3, at=(nowhere,))


@hole
def an_inner_sum_that_borrows_the_range_of_the_outer_one():
    """Both run over k, and the first range was looked at for both: (k - 5)! at k = 0."""
    total = sp.Sum(1 + sp.Sum(sp.factorial(k - 5), (k, 0, 3)), (k, 5, n))
    return identity(forall(points, holds=eq((total + 1) ** 2, total**2 + 2 * total + 1)))


@hole
def an_inner_product_that_borrows_the_range_of_the_outer_sum():
    """x^(k - 5) at x = 0 and k = 0."""
    total = sp.Sum(1 + sp.Product(x ** (k - 5), (k, 0, 3)), (k, 5, n))
    return identity(forall(points, interval(x, 0, 1), holds=eq((total + 1) ** 2, total**2 + 2 * total + 1)))


@pytest.mark.parametrize("name", HOLES)
def test_the_hole_is_closed(name: str) -> None:
    with pytest.raises((RuleFailure, InputError)):
        HOLES[name]()


def test_a_column_bound_outside_is_not_that_of_a_minimum() -> None:
    """minimum binds the row only; the evaluator put the row for the column too, and refuted what is true."""
    columns = Variable(column, sp.S.One)
    for head in (lambda term: term, sp.exp):
        of_column = head(component(v, column))
        true = forall(columns, holds=eq(minimum(of_column, 1), of_column))
        witness = Instance({column: Fraction(2)}, vectors={"v": (Fraction(0), Fraction(1), Fraction(2))})
        assert refute((true,), 0, witness) is None
        assert refute((true.conclude(le(of_column + 1, minimum(of_column, 1))),), 0, witness) is not None


def test_data_under_a_second_binder_are_not_those_outside() -> None:
    """Rows that look alike at the outer k have different sums over the inner k."""
    data = fractions("1 0 0 0 0", "0 1 0 0 0", "0 0 1 0 0", "0 0 0 1 1/2", "0 0 0 1/2 1")
    sums = sp.exp(sp.Sum(inner(X, k, row), (k, 1, 4)))
    most = sp.Sum(maximum(sums, 4), (k, 1, 1))
    false, true = (forall(holds=lt(most, sp.exp(sp.Rational(c)))) for c in ("5/4", "7/4"))
    assert refute((false,), 0, Instance(matrices={"X": data})) is not None
    assert refute((true,), 0, Instance(matrices={"X": data})) is None


def test_a_minimum_inside_an_entry_belongs_to_its_column() -> None:
    """min_r exp(x_r . x_j) depends on j alone; it was looked up by x_i . x_j."""
    data = fractions("1 1 0 0", "1 1 0 0", "0 0 1 -1/2", "0 0 -1/2 1")
    least = minimum(sp.exp(xx), 3)
    spread = off_maximum(least * unit - least, 3)
    true = forall(holds=le(sp.exp(0), spread))
    false = forall(holds=le(spread, sp.exp(sp.Rational(-1, 4))))
    assert refute((true,), 0, Instance(matrices={"X": data})) is None
    assert refute((false,), 0, Instance(matrices={"X": data})) is not None


@pytest.mark.parametrize(
    "parts", [{"matrices": {"X": ((1, 0.5), (0.5, 1))}}, {"vectors": {"v": (0.1,)}}, {"values": {x: 0.1}}]
)
def test_an_instance_holds_exact_numbers(parts) -> None:
    """Floats were compared as floats."""
    with pytest.raises(InputError, match="as an exact number"):
        Instance(**parts)
