"""Safe text -> exact SymPy expression, by a small grammar of our own.

    sum      = product (("+" | "-") product)*
    product  = unary (("*" | "/") unary)*
    unary    = ("+" | "-")* power
    power    = atom ("**" unary)?
    atom     = number | name | name "(" argument ("," argument)* ")" | "(" sum ")"
    argument = sum (("<" | "<=" | ">" | ">=") sum)*          conditions, inside piecewise(...) only

Nothing of Python is reachable from it: the only names are those of the tables passed in, the only numbers are exact
rationals, and every intermediate result is checked for size before the next step, so that hostile text is refused
quickly instead of being computed.
"""

import re
from collections.abc import Callable, Mapping
from typing import NoReturn

import sympy as sp
from sympy.logic.boolalg import Boolean

from deepcond_sym.arithmetic.precision import precision
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

from .constants import node_count, shorten
from .enclosure import Range, enclose
from .functions import CONSTANTS, FUNCTIONS, check_exponent
from .nonsmooth import piecewise

MAX_LENGTH = 10_000
MAX_TOKENS = 5_000
MAX_DEPTH = 50
MAX_NODES = 1_500
MAX_DIGITS = 1_000
MAX_EXPONENT = 100
MAX_DEGREE = 1_000
MAX_BITS = 10_000

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|"
    r"(?P<operator>\*\*|<=|>=|[-+*/(),<>])|(?P<other>\S))",
    re.ASCII,
)
_RELATIONS = {"<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge}
Functions = Mapping[str, tuple[Callable[..., sp.Expr], int, int] | Callable[..., sp.Expr]]


def parse_expression(
    text: str, symbols: Mapping[str, sp.Symbol] | None = None, functions: Functions | None = None
) -> sp.Expr:
    """Read a formula such as "gelu(x) + 0.3*sin(2*x)" into an exact SymPy expression; decimals become rationals.

    `symbols` maps the names allowed to symbols (default: x); `functions` adds functions to the table: a callable on
    SymPy expressions, or (callable, fewest, most) where the number of arguments is to be checked.
    Errors: InputError, in one sentence, for everything that is not such a formula or is too large.

    >>> parse_expression("0.1*x**2 + relu(x)/3")
    x**2/10 + Max(0, x)/3
    """
    return _Parser(text, {"x": x} if symbols is None else symbols, functions or {}).formula()


class _Parser:
    def __init__(self, text: str, symbols: Mapping[str, sp.Symbol], functions: Functions) -> None:
        self.text = _admissible(text)
        self.symbols = symbols
        self.functions: Functions = {**FUNCTIONS, **functions}
        self.tokens = self.tokenize()
        self.place = 0
        self.depth = 0

    def refuse(self, reason: str) -> NoReturn:
        raise InputError(f"cannot read {shorten(repr(self.text))} as a formula: {reason}.")

    def tokenize(self) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        for match in _TOKEN.finditer(self.text):
            kind = match.lastgroup or "other"
            token = match.group(kind)
            if kind == "other":
                hint = {"^": "write ** for powers", "=": "only <, <=, > and >= compare"}.get(token)
                self.refuse(hint or f"the character {token!r} has no meaning here")
            tokens.append((kind, token))
            if len(tokens) > MAX_TOKENS:
                self.refuse(f"it has more than {MAX_TOKENS} symbols; write a shorter one")
        return tokens

    def peek(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def take(self, *expected: str) -> bool:
        if self.peek() in expected and self.peek():
            self.place += 1
            return True
        return False

    def need(self, token: str) -> None:
        if not self.take(token):
            place = f"before {shorten(self.peek(), 20)!r}" if self.peek() else "at its end"
            self.refuse(f"expected {token!r} {place}")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(f"it is nested more than {MAX_DEPTH} deep; write it flatter")

    def formula(self) -> sp.Expr:
        if not self.tokens:
            self.refuse("it is empty; write one such as tanh(x)")
        result = self.sum()
        if self.place < len(self.tokens):
            token = self.peek()
            reason = "conditions belong inside piecewise(value, condition, ..., default)"
            self.refuse(reason if token in _RELATIONS else f"expected an operator before {shorten(token, 20)!r}")
        return result

    def sum(self) -> sp.Expr:
        terms = [self.product()]
        while self.peek() in ("+", "-"):
            negative = self.peek() == "-"
            self.place += 1
            term = self.product()
            terms.append(-term if negative else term)
        return self.checked(sp.Add(*terms)) if len(terms) > 1 else terms[0]

    def product(self) -> sp.Expr:
        factors = [self.unary()]
        while self.peek() in ("*", "/"):
            divide = self.peek() == "/"
            self.place += 1
            factor = self.unary()
            factors.append(self.raised(factor, sp.S.NegativeOne) if divide else factor)
        # Multiplied one by one: a long product of numbers is refused as soon as it is too large.
        result = factors[0]
        for factor in factors[1:]:
            result = self.checked(result * factor)
        return result

    def unary(self) -> sp.Expr:
        negative = False
        while self.peek() in ("+", "-"):
            negative ^= self.peek() == "-"
            self.place += 1
        value = self.power()
        return -value if negative else value

    def power(self) -> sp.Expr:
        base = self.atom()
        if not self.take("**"):
            return base
        self.deeper()
        exponent = self.unary()
        self.depth -= 1
        return self.raised(base, exponent)

    def raised(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        if isinstance(exponent, sp.Rational):
            if abs(exponent) > MAX_EXPONENT or exponent.q > MAX_EXPONENT:
                self.refuse(f"the exponent {shorten(exponent, 20)} is not a rational number up to {MAX_EXPONENT}")
            if base.is_zero and exponent < 0:
                self.refuse("it divides by zero")
            if isinstance(base, sp.Rational) and _bits(base) * abs(exponent) > MAX_BITS:
                self.refuse("it contains a number that is too large")
        elif not exponent.free_symbols:
            self.refuse(f"the exponent {shorten(exponent, 20)} is not a rational number; write exp(b*log(a)) for a**b")
        else:
            check_exponent(exponent)
        return self.checked(sp.Pow(base, exponent))

    def atom(self) -> sp.Expr:
        if self.place >= len(self.tokens):
            self.refuse("it ends too early")
        kind, token = self.tokens[self.place]
        self.place += 1
        if kind == "number":
            return self.number(token)
        if token == "(":
            self.deeper()
            value = self.sum()
            self.need(")")
            self.depth -= 1
            return value
        if kind != "name":
            self.refuse(f"expected a number, a name or '(' before {token!r}")
        if self.peek() == "(" and token not in self.symbols:
            return self.call(token)
        if token in self.symbols:
            return self.symbols[token]
        if token in CONSTANTS:
            return CONSTANTS[token]
        if token in self.functions or token == "piecewise":
            self.refuse(f"{token} needs an argument, such as {token}({next(iter(self.symbols), '1')})")
        names = ", ".join(self.symbols) or "none"
        self.refuse(f"the name {shorten(token, 20)!r} is not known; the symbols are {names}")

    def number(self, token: str) -> sp.Expr:
        digits, _, exponent = token.lower().partition("e")
        if len(digits) > MAX_DIGITS or len(exponent) > 5 or abs(int(exponent or "0")) > MAX_DIGITS:
            self.refuse(f"it contains a number of more than {MAX_DIGITS} digits")
        return sp.Rational(token)

    def call(self, name: str) -> sp.Expr:
        if name != "piecewise" and name not in self.functions:
            known = ", ".join(self.functions)
            self.refuse(f"the function {shorten(name, 20)!r} is not known; use one of {known}, piecewise")
        self.deeper()
        self.need("(")
        args = [self.argument()]
        while self.take(","):
            args.append(self.argument())
        self.need(")")
        self.depth -= 1
        if name == "piecewise":
            return self.branches(args)
        entry = self.functions[name]
        build, fewest, most = entry if isinstance(entry, tuple) else (entry, 0, len(args))
        if not fewest <= len(args) <= most:
            number = fewest if fewest == most else f"{fewest} to {most}"
            self.refuse(f"{name} takes {number} argument(s), not {len(args)}")
        values = [self.value(a) for a in args]
        result = build(*values)
        if node_count(result, MAX_NODES) >= MAX_NODES:
            self.refuse(f"written out it has more than {MAX_NODES} parts; nest fewer functions")
        return self.checked(result)

    def value(self, argument: sp.Expr | Boolean) -> sp.Expr:
        if not isinstance(argument, sp.Expr):
            self.refuse("conditions belong inside piecewise(value, condition, ..., default)")
        return argument

    def argument(self) -> sp.Expr | Boolean:
        left = self.sum()
        conditions = []
        while self.peek() in _RELATIONS:
            relation = _RELATIONS[self.peek()]
            self.place += 1
            right = self.sum()
            conditions.append(self.compare(relation, left, right))
            left = right
        if len(conditions) > 1:
            return sp.And(*conditions, evaluate=False)  # pyright: ignore[reportCallIssue]
        return conditions[0] if conditions else left

    def compare(self, relation: type, left: sp.Expr, right: sp.Expr) -> Boolean:
        if not (left.free_symbols or right.free_symbols):
            self.refuse("a condition of piecewise compares two numbers; it must contain a variable")
        return relation(left, right, evaluate=False)

    def branches(self, args: list[sp.Expr | Boolean]) -> sp.Expr:
        form = "piecewise takes value, condition, value, condition, ..., default"
        if len(args) < 3 or len(args) % 2 == 0:
            self.refuse(form)
        branches: list[tuple[sp.Expr, Boolean]] = []
        for value, condition in zip(args[:-1:2], args[1::2], strict=True):
            if isinstance(condition, sp.Expr):
                self.refuse(form)
            branches.append((self.value(value), condition))
        return piecewise([*branches, (self.value(args[-1]), sp.true)])

    def checked(self, result: sp.Expr) -> sp.Expr:
        """Refuse a result that is undefined or so large that the next step might not end."""
        for part in (result, *result.args):
            if part in (sp.nan, sp.zoo, sp.oo, sp.S.NegativeInfinity):
                self.refuse("it divides by zero")
            if isinstance(part, sp.Rational) and _bits(part) > MAX_BITS:
                self.refuse("it contains a number that is too large")
            if isinstance(part, sp.Pow) and isinstance(part.exp, sp.Rational) and abs(part.exp) > MAX_DEGREE:
                self.refuse(f"it contains a power higher than {MAX_DEGREE}")
        if not isinstance(result, sp.Rational) and not result.free_symbols:
            self.bounds(result)
        return result

    def bounds(self, constant: sp.Expr) -> Range:
        """The size of a constant; refused when it is not a real number of moderate size."""
        for bits in (64, 1024):
            with precision(bits=bits):
                size = enclose(constant, {}) if not constant.has(sp.I) else Range.line()
            if size.is_finite and size.high < 10**3000 and size.low > -(10**3000):
                return size
        self.refuse(f"the constant {shorten(constant, 30)} is not a real number of moderate size")


def _admissible(text: str) -> str:
    if not isinstance(text, str):
        raise InputError(f"a formula is text, such as 'tanh(x)', not {shorten(type(text).__name__, 30)}.")
    if len(text) > MAX_LENGTH:
        raise InputError(f"a formula has at most {MAX_LENGTH} characters, and this one has {len(text)}.")
    for character in text:
        if not (" " <= character <= "~" or character in "\t\n\r"):
            raise InputError(f"a formula is plain ASCII text, without the character {character!a}.")
    return text


def _bits(number: sp.Rational) -> int:
    return max(abs(int(number.p)).bit_length(), int(number.q).bit_length())
