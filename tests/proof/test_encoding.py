"""Terms and statements survive JSON unchanged; what is not exact, or not known, is refused."""

import contextlib
import json
import time

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NONLINEAR,
    NORMALISED,
    SERIES,
    UNCENTRED,
    Instance,
    Relation,
    Sequence,
    Variable,
    dual,
    eq,
    forall,
    hermite_at_zero,
    index,
    interval,
    iterate,
    le,
    lt,
    member,
    mu,
    ne,
    ntk,
    registry,
    repeat,
    steps_to,
)  # fmt: skip
from deepcond_sym.proof.encoding import (
    decode_instance,
    decode_statement,
    decode_term,
    encode_instance,
    encode_statement,
    encode_term,
)  # fmt: skip
from deepcond_sym.proof.language import term

x, y = sp.symbols("x y", real=True)
k, indices = index("k")
t = sp.Symbol("t", real=True)

leaves = st.one_of(
    st.sampled_from([x, y, k, sp.pi, sp.E, mu]),
    st.fractions(-9, 9, max_denominator=30).map(lambda f: sp.Rational(f.numerator, f.denominator)),
)
pairs = lambda part, make: st.tuples(part, part).map(lambda p: make(*p))  # noqa: E731
terms = st.recursive(
    leaves,
    lambda part: st.one_of(
        pairs(part, lambda a, b: a + b),
        pairs(part, lambda a, b: a * b),
        pairs(part, sp.Max),
        pairs(part, sp.Min),
        st.tuples(part, st.sampled_from([2, 3, k])).map(lambda p: p[0] ** p[1]),
        part.map(lambda a: 1 / (a**2 + 1)),
        part.map(sp.Abs),
        part.map(sp.exp),
        part.map(sp.sin),
        part.map(sp.cos),
        part.map(dual),
        part.map(lambda a: iterate(k, a)),
        part.map(lambda a: repeat(t**2, t, k, a)),
        part.map(lambda a: sp.sqrt(a**2 + 1)),
        part.map(lambda a: steps_to(a, 2)),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(terms)
def test_terms_survive(expression) -> None:
    assert decode_term(json.loads(json.dumps(encode_term(expression)))) == expression


@settings(max_examples=60, deadline=None)
@given(
    terms, terms, st.sampled_from([le, lt, eq, ne]), st.sampled_from([NORMALISED, NONLINEAR, UNCENTRED]),
    st.sampled_from(["", "(", ")", "()"]), st.integers(-3, 3),
)  # fmt: skip
def test_statements_survive(left, right, relation, family, ends, first) -> None:
    S = Sequence("S", k, first, x, sp.Function("S", real=True)(k) / 2 + y)
    statement = forall(
        interval(x, -1, "1/3", ends), Variable(y), indices, family=family, sequences=[S], given=[ne(x, S(first))],
        holds=relation(left, right),
    )  # fmt: skip
    assert decode_statement(json.loads(json.dumps(encode_statement(statement)))) == statement


def test_a_member_survives() -> None:
    statement = forall(interval(mu, 0, 1), family=member(t, (1 - mu) * t + mu * t**2), holds=le(0, dual(1)))
    assert decode_statement(encode_statement(statement)) == statement


@pytest.mark.parametrize("claim", registry.ours(), ids=lambda c: c.id)
def test_every_statement_of_the_registry_survives(claim) -> None:
    for statement in claim.statements():
        assert decode_statement(json.loads(json.dumps(encode_statement(statement)))) == statement


@pytest.mark.parametrize(
    "make",
    [
        lambda: term(0.5),
        lambda: le(0.1, x),
        lambda: le(x, 0.5 * x),
        lambda: interval(x, 0, 0.5),
        lambda: decode_term(0.5),
        lambda: decode_term(["add", 0.5, "1"]),
        lambda: Variable(x, sp.Float(0.5)),
        lambda: dual(x) + 0 and le(dual(sp.Float(0.5)), 1),
        lambda: Relation(sp.Float(1), "<=", x),
        lambda: decode_instance({"values": {"x": [0.5, False]}}),
        lambda: decode_instance({"values": {}, "weights": [0.5, 0.5]}),
        lambda: decode_statement(
            {
                "holds": ["<=", "0", "1"],
                "sequences": [
                    {"name": "S", "index": {"var": "k", "integer": True}, "first": 0.0, "initial": "0", "step": "0"}
                ],
            }
        ),
    ],
)
def test_floats_are_refused(make) -> None:
    with pytest.raises(InputError):
        make()


@pytest.mark.parametrize(
    "data",
    [
        "1/0",
        "nan",
        "zoo",
        "",
        "x",
        1,
        None,
        True,
        [],
        ["eval()", 1],
        ["os.system", "1"],
        ["add", "x"],
        ["pow", "-1", "1/2"],
        ["log", "0"],
        ["mul", "oo", "0"],
        ["sum", "1"],
        ["sum", {"var": "x"}, "1"],
        ["abs", "1", "2"],
        [["add"], "1"],
        ["__import__", "1"],
    ],
)
def test_nonsense_is_refused(data) -> None:
    with pytest.raises(InputError):
        decode_term(data)


@pytest.mark.parametrize(
    "symbol", [sp.Symbol("z"), sp.Symbol("z", positive=True), sp.Symbol("z", integer=True, nonnegative=True)]
)
def test_symbols_with_other_assumptions_are_refused(symbol) -> None:
    with pytest.raises(InputError, match="no other assumption"):
        interval(symbol, 0, 1)
    with pytest.raises(InputError, match="no other assumption"):
        encode_term(symbol)


@pytest.mark.parametrize(
    "make",
    [
        lambda: forall(holds=le(x, 1)),
        lambda: forall(interval(x, 0, 1), interval(x, 0, 1), holds=le(x, 1)),
        lambda: forall(interval(x, 0, y), interval(y, 0, 1), holds=le(x, 1)),
        lambda: forall(interval(x, 0, 1), holds=le(mu, 1)),
        lambda: forall(interval(x, 0, 1), holds=le(dual(x), 1)),
        lambda: forall(family=SERIES, holds=le(mu, 1)),
        lambda: forall(interval(x, 0, 1), indices, holds=le(repeat(x**2, x, k, x), 1)),
        lambda: forall(holds=eq(sp.Function("foo", real=True)(1), 1)),
        lambda: forall(indices, holds=eq(hermite_at_zero(k, k), 1)),
        lambda: forall(holds=le(sp.oo, 1)),
        lambda: forall(interval(x, 0, 1), family=NORMALISED, holds=le(ntk(x), 1)),
    ],
)
def test_statements_without_a_meaning_are_refused(make) -> None:
    with pytest.raises(InputError):
        make()


@given(
    st.dictionaries(st.sampled_from([x, y, k]), st.fractions(max_denominator=99)),
    st.lists(st.fractions(0, 1, max_denominator=9)),
)
def test_instances_survive(values, weights) -> None:
    instance = Instance(values, tuple(weights))
    assert decode_instance(json.loads(json.dumps(encode_instance(instance)))) == instance


def test_towers_are_refused_before_they_are_computed() -> None:
    nine: object = "9"
    for _ in range(4):
        nine = ["pow", "9", nine]
    squares: object = "9"
    for _ in range(40):
        squares = ["pow", squares, "999"]
    vanishing = ["factorial", ["mul", "99999", {"var": "x"}, "0", "9"]]
    for tower in (nine, squares, ["factorial", "999999999"], vanishing, "9" * 5000, "1e999999999"):
        start = time.monotonic()
        with contextlib.suppress(InputError):
            assert decode_term(tower) == 1
        assert time.monotonic() - start < 1
    with pytest.raises(InputError):
        decode_term(nine)
    with pytest.raises(InputError):
        decode_term(squares)
