"""Terms and statements as JSON and back, by structure: nothing is parsed as text, nothing is evaluated on the way."""

import json
import re
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from deepcond_sym.errors import InputError

from .language import FUNCTIONS, Family, Relation, Sequence, Statement, Term, Variable, function
from .semantics import Instance

_HEADS: dict[str, Any] = {
    "add": sp.Add, "mul": sp.Mul, "pow": sp.Pow, "abs": sp.Abs, "max": sp.Max, "min": sp.Min,
    "exp": sp.exp, "log": sp.log, "sin": sp.sin, "cos": sp.cos, "asin": sp.asin, "acos": sp.acos, "erf": sp.erf,
    "factorial": sp.factorial, "factorial2": sp.factorial2, "sum": sp.Sum, "product": sp.Product,
}  # fmt: skip
_NAMES = {head: name for name, head in _HEADS.items()}
_CONSTANTS = {"pi": sp.pi, "e": sp.E, "oo": sp.oo, "-oo": -sp.oo}
_CONSTANT_NAMES = {value: name for name, value in _CONSTANTS.items()}

_NUMBER = re.compile(r"-?[0-9]{1,4000}(/0*[1-9][0-9]{0,4000})?")
_MOST_BITS = 20_000

Json = Any


def encode_term(expression: Term) -> Json:
    """A term as nested lists: ["add", ...], a rational as "3/4", a symbol as {"var": name}."""
    if expression in _CONSTANT_NAMES:
        return _CONSTANT_NAMES[expression]
    if isinstance(expression, sp.Rational):
        return str(expression)
    if isinstance(expression, sp.Symbol):
        if expression != sp.Symbol(expression.name, **({"integer": True} if expression.is_integer else {"real": True})):
            raise InputError(f"make {expression} with real=True or integer=True, and with no other assumption")
        return {"var": expression.name, "integer": True} if expression.is_integer else {"var": expression.name}
    if isinstance(expression, sp.Tuple):
        return ["tuple", *map(encode_term, expression.args)]
    if isinstance(expression, AppliedUndef):
        return [f"{expression.func.__name__}()", *map(encode_term, expression.args)]
    name = _NAMES.get(expression.func)
    if name is None:
        raise InputError(
            f"a claim cannot contain {expression.func.__name__}: use the functions of deepcond_sym.proof.language"
        )
    return [name, *map(encode_term, expression.args)]


def decode_term(data: Json) -> Term:
    """The term that `encode_term` wrote; anything else is refused."""
    if isinstance(data, str):
        if data in _CONSTANTS:
            return _CONSTANTS[data]
        if not _NUMBER.fullmatch(data):
            raise InputError(f"'{data[:40]}' is not an exact number")
        return sp.Rational(data)
    if isinstance(data, dict):
        return sp.Symbol(data["var"], integer=True) if data.get("integer") else sp.Symbol(data["var"], real=True)
    if not isinstance(data, list) or not data or not isinstance(data[0], str):
        raise InputError("a certificate's term is a number, a symbol or a list that starts with a name")
    head, arguments = data[0], [decode_term(part) for part in data[1:]]
    if head == "tuple":
        return sp.Tuple(*arguments)
    if head.endswith("()"):
        return FUNCTIONS.get(head[:-2], function(head[:-2]))(*arguments)
    if head not in _HEADS:
        raise InputError(f"a certificate's term starts with the unknown name '{head}'")
    _refuse_towers(head, arguments)
    try:
        value = _HEADS[head](*arguments)
    except (TypeError, ValueError) as error:
        raise InputError(f"a certificate's term has wrong parts after '{head}'") from error
    if not isinstance(value, sp.Expr) or value.has(sp.I, sp.nan, sp.zoo):
        raise InputError(f"a certificate's term has no real value: {value}")
    return value


def _refuse_towers(head: str, arguments: list[Term]) -> None:
    """9^9^9^9 is short to write and too long to compute, and SymPy would compute it."""
    if head in ("factorial", "factorial2") and any(a.is_Rational and abs(a) > _MOST_BITS for a in arguments):
        raise InputError("a certificate's term holds the factorial of a number that is too large")
    if head == "pow" and len(arguments) == 2 and arguments[1].is_Rational:
        base, exponent = arguments
        bits = max((max(abs(r.p), r.q).bit_length() for r in base.atoms(sp.Rational)), default=1)
        if abs(exponent) * bits > _MOST_BITS:
            raise InputError("a certificate's term holds a power that is too large")


def encode_relation(relation: Relation) -> Json:
    """[operator, left term, right term]."""
    return [relation.op, encode_term(relation.lhs), encode_term(relation.rhs)]


def decode_relation(data: Json) -> Relation:
    """The relation that `encode_relation` wrote."""
    op, lhs, rhs = data
    if op not in ("<=", "<", "==", "!="):
        raise InputError(f"'{op}' is not a relation")
    return Relation(decode_term(lhs), op, decode_term(rhs))


def encode_statement(statement: Statement) -> Json:
    """A statement as a JSON object; empty parts are left out."""
    data: dict[str, Json] = {"holds": encode_relation(statement.conclusion)}
    if statement.label:
        data["label"] = statement.label
    if statement.variables:
        data["variables"] = [
            {
                "symbol": encode_term(v.symbol),
                "from": encode_term(v.lower),
                "to": encode_term(v.upper),
                "open": ("(" if v.open_lower else "") + (")" if v.open_upper else ""),
            }
            for v in statement.variables
        ]
    if statement.given:
        data["given"] = [encode_relation(g) for g in statement.given]
    if statement.family:
        data["family"] = _encode_family(statement.family)
    if statement.sequences:
        data["sequences"] = [
            {
                "name": s.name,
                "index": encode_term(s.index),
                "first": s.first,
                "initial": encode_term(s.initial),
                "step": encode_term(s.step),
            }
            for s in statement.sequences
        ]
    return data


def decode_statement(data: Json) -> Statement:
    """The statement that `encode_statement` wrote."""
    return _statement_of(json.dumps(data))


@lru_cache(maxsize=2**12)
def _statement_of(text: str) -> Statement:
    """A proof takes up the same statement at many steps: it is read, and checked to be well formed, once."""
    data = json.loads(text)
    variables = tuple(
        Variable(_symbol(v["symbol"]), decode_term(v["from"]), decode_term(v["to"]), "(" in v["open"], ")" in v["open"])
        for v in data.get("variables", [])
    )
    sequences = tuple(
        Sequence(s["name"], _symbol(s["index"]), whole(s["first"]), decode_term(s["initial"]), decode_term(s["step"]))
        for s in data.get("sequences", [])
    )
    family = _decode_family(data["family"]) if "family" in data else None
    given = tuple(decode_relation(g) for g in data.get("given", []))
    return Statement(decode_relation(data["holds"]), variables, given, family, sequences, data.get("label", ""))


def whole(data: Json) -> int:
    """An integer as it stands in JSON; anything that would have to be rounded is refused."""
    if not isinstance(data, int) or isinstance(data, bool):
        raise InputError(f"{data!r} must be an integer")
    return data


def _symbol(data: Json) -> sp.Symbol:
    symbol = decode_term(data)
    if not isinstance(symbol, sp.Symbol):
        raise InputError("a variable of a statement must be a symbol")
    return symbol


def _encode_family(family: Family) -> Json:
    data: dict[str, Json] = {
        "name": family.name,
        "unit": family.unit,
        "centred": family.centred,
        "nonlinear": family.nonlinear,
    }
    if family.odd:
        data["odd"] = True
    if family.member:
        data["member"] = [encode_term(part) for part in family.member]
    return data


def _decode_family(data: Json) -> Family:
    fixed = None
    if "member" in data:
        fixed = (_symbol(data["member"][0]), decode_term(data["member"][1]))
    unit, centred, nonlinear = (bool(data[part]) for part in ("unit", "centred", "nonlinear"))
    return Family(data["name"], unit, centred, nonlinear, fixed, bool(data.get("odd", False)))


def encode_instance(instance: Instance) -> Json:
    """An instance as plain JSON, numbers as exact strings."""
    data: dict[str, Json] = {"values": {s.name: [str(v), bool(s.is_integer)] for s, v in instance.values.items()}}
    if instance.weights:
        data["weights"] = [str(w) for w in instance.weights]
    if instance.matrices:
        data["matrices"] = {name: [list(map(str, line)) for line in m] for name, m in instance.matrices.items()}
    if instance.vectors:
        data["vectors"] = {name: list(map(str, v)) for name, v in instance.vectors.items()}
    return data


def decode_instance(data: Json) -> Instance:
    """The instance that `encode_instance` wrote."""
    values = {
        (sp.Symbol(name, integer=True) if integer else sp.Symbol(name, real=True)): _exact(value)
        for name, (value, integer) in data.get("values", {}).items()
    }
    matrices = {name: tuple(tuple(map(_exact, line)) for line in m) for name, m in data.get("matrices", {}).items()}
    vectors = {name: tuple(map(_exact, v)) for name, v in data.get("vectors", {}).items()}
    return Instance(values, tuple(map(_exact, data.get("weights", []))), matrices, vectors)


def _exact(value: Json) -> Fraction:
    if not isinstance(value, str):
        raise InputError(f"write {value!r} as a string: a float is another number")
    return Fraction(value)
