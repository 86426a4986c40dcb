"""`Program`: a SymPy expression as a list of steps that any arithmetic can run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

import sympy as sp
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from deepcond_sym.errors import InputError

from .base import Arithmetic
from .stable_sums import as_expressions, cancelling_pair, function_of

_ONE_ARGUMENT: dict[Any, str] = {
    sp.exp: "exp",
    sp.sin: "sin",
    sp.cos: "cos",
    sp.tan: "tan",
    sp.sinh: "sinh",
    sp.cosh: "cosh",
    sp.tanh: "tanh",
    sp.asin: "asin",
    sp.acos: "acos",
    sp.atan: "atan",
    sp.erf: "erf",
    sp.erfc: "erfc",
    sp.Abs: "absolute",
    sp.sign: "sign",
}
_KINKED = (sp.Abs, sp.sign, sp.Heaviside, sp.Max, sp.Min, sp.Piecewise)
_CACHED_PRECISIONS = 64


class Program:
    """An expression compiled for one arithmetic: a tape of registers, each computed once.

    The registers are the variables, the constants (converted at the current precision, and remembered for it), then
    one for every distinct subexpression. Branches of a Piecewise are programs of their own, run only when selected.

    >>> from deepcond_sym.arithmetic import ball
    >>> from deepcond_sym.symbols import x
    >>> Program(x**2 + 1, (x,), ball)(ball.constant("1/2"))
    1.25000000000000
    """

    def __init__(
        self, expression: sp.Basic, variables: Sequence[sp.Symbol], arithmetic: Arithmetic, *, fold: bool = True
    ) -> None:
        self.arithmetic = arithmetic
        self.variables = tuple(variables)
        self._fold = fold
        self._constants: list[sp.Expr] = []
        self._steps: list[tuple[Callable[..., Any], tuple[int, ...]]] = []
        self._branches: list[Program] = []
        self._remembered: dict[int, list[Any]] = {}
        # Registers are numbered from 0 for variables, from -1 downwards for constants while their count is unknown.
        self._register: dict[sp.Basic, int] = {variable: i for i, variable in enumerate(self.variables)}
        self._output = self._compile(expression)
        self._renumber()

    def __call__(self, *arguments: Any) -> Any:
        registers = [*arguments, *self.constants()]
        for function, inputs in self._steps:
            registers.append(function(*[registers[i] for i in inputs]))
        return registers[self._output]

    def all_constants(self) -> list[Any]:
        """The constants at the current precision, with those of all branches."""
        return sum((branch.all_constants() for branch in self._branches), self.constants())

    def constants(self) -> list[Any]:
        """The constants at the current precision."""
        key = self.arithmetic.constant_key()
        values = self._remembered.get(key)
        if values is None:
            if len(self._remembered) >= _CACHED_PRECISIONS:
                self._remembered.clear()
            values = [self.arithmetic.constant(constant) for constant in self._constants]
            self._remembered[key] = values
        return values

    def _renumber(self) -> None:
        variables, constants = len(self.variables), len(self._constants)

        def place(register: int) -> int:
            if register < 0:
                return variables - 1 - register
            return register if register < variables else register + constants

        self._steps = [(function, tuple(map(place, inputs))) for function, inputs in self._steps]
        self._output = place(self._output)

    def _emit(self, function: Callable[..., Any], *inputs: int) -> int:
        self._steps.append((function, inputs))
        return len(self.variables) + len(self._steps) - 1

    def _compile(self, node: sp.Basic) -> int:
        if node not in self._register:
            self._register[node] = self._translate(node)
        return self._register[node]

    def _translate(self, node: sp.Basic) -> int:
        if isinstance(node, BooleanTrue | BooleanFalse):
            truth = bool(node)
            return self._emit(lambda: truth)
        if isinstance(node, sp.Expr) and (node.is_Atom or (self._fold and not node.free_symbols)):
            return self._constant(node)
        if isinstance(node, sp.Add):
            return self._add(node)
        if isinstance(node, sp.Mul):
            return self._mul(node)
        if isinstance(node, sp.Pow):
            return self._pow(node)
        if isinstance(node, sp.log):
            return self._log(node)
        if isinstance(node, _KINKED):
            self._refuse_complex(node)
        if type(node) in _ONE_ARGUMENT:
            return self._emit(getattr(self.arithmetic, _ONE_ARGUMENT[type(node)]), self._compile(node.args[0]))
        if isinstance(node, sp.Heaviside):
            return self._heaviside(node)
        if isinstance(node, sp.Max | sp.Min):
            function = self.arithmetic.maximum if isinstance(node, sp.Max) else self.arithmetic.minimum
            return reduce(lambda a, b: self._emit(function, a, b), map(self._compile, _ordered(node.args)))
        if isinstance(node, sp.Piecewise):
            return self._piecewise(node)
        return self._condition(node)

    def _constant(self, node: sp.Expr) -> int:
        if isinstance(node, sp.Symbol | sp.Dummy):
            known = ", ".join(map(str, self.variables)) or "none"
            raise InputError(f"The symbol {node} is not a variable here (variables: {known}).")
        check_constant(node, complex_allowed=self._complex)
        if not node.is_Atom:
            # Compiled now, although it is run at the first call, so that what cannot be evaluated is refused at once.
            constant_program(node, self.arithmetic)
        self._constants.append(node)
        return -len(self._constants)

    @property
    def _complex(self) -> bool:
        return self.arithmetic.name == "complex_ball"

    def _refuse_complex(self, node: sp.Basic) -> None:
        if node.has(sp.I):
            raise InputError(f"{type(node).__name__} of a complex argument is not supported: {node}.")

    def _add(self, node: sp.Add) -> int:
        terms = _ordered(node.args)
        pair = cancelling_pair(terms)
        if pair is not None:
            first, second, factor, function, argument = pair
            special = self._emit(function_of(self.arithmetic, function), self._compile(argument))
            total = self._times(factor, special)
            rest = sp.Add(*[term for term in terms if term not in (first, second)])
            return total if rest == 0 else self._emit(_plus, self._compile(rest), total)
        positive = [term for term in terms if not term.could_extract_minus_sign()]
        negative = [-term for term in terms if term.could_extract_minus_sign()]
        if not positive:
            return self._emit(_negative, self._compile(-node))
        total = reduce(lambda a, b: self._emit(_plus, a, b), map(self._compile, positive))
        return reduce(lambda a, b: self._emit(_minus, a, b), map(self._compile, negative), total)

    def _times(self, factor: sp.Expr, register: int) -> int:
        if factor == 1:
            return register
        if factor == -1:
            return self._emit(_negative, register)
        return self._emit(_product, self._compile(factor), register)

    def _mul(self, node: sp.Mul) -> int:
        above: list[sp.Basic] = []
        below: list[sp.Basic] = []
        negative = False
        for factor in _ordered(node.args):
            if factor == -1:
                negative = not negative
            elif isinstance(factor, sp.Pow) and factor.exp.is_Number and factor.exp.is_negative:
                below.append(factor.base**-factor.exp)
            else:
                above.append(factor)
        if not above:
            above.append(sp.Integer(1))
        value = reduce(lambda a, b: self._emit(_product, a, b), map(self._compile, above))
        if below:
            value = self._emit(
                _quotient, value, reduce(lambda a, b: self._emit(_product, a, b), map(self._compile, below))
            )
        return self._emit(_negative, value) if negative else value

    def _pow(self, node: sp.Pow) -> int:
        base, exponent = node.base, node.exp
        if base == sp.E:
            return self._emit(self.arithmetic.exp, self._compile(exponent))
        if not isinstance(exponent, sp.Rational):
            return self._emit(self.arithmetic.power, self._compile(base), self._compile(exponent))
        if exponent < 0:
            return self._emit(_quotient, self._compile(sp.Integer(1)), self._compile(base**-exponent))
        if exponent == sp.Rational(1, 2):
            return self._emit(self.arithmetic.sqrt, self._compile(base))
        fixed = int(exponent) if exponent.is_Integer else Fraction(int(exponent.p), int(exponent.q))
        power = self.arithmetic.power
        return self._emit(lambda value: power(value, fixed), self._compile(base))

    def _log(self, node: sp.log) -> int:
        argument = node.args[0]
        if isinstance(argument, sp.Add) and sp.Integer(1) in argument.args:
            return self._emit(self.arithmetic.log1p, self._compile(argument - 1))
        return self._emit(self.arithmetic.log, self._compile(argument))

    def _heaviside(self, node: sp.Heaviside) -> int:
        argument, at_zero = as_expressions(node.args)
        if at_zero == sp.Rational(1, 2):
            return self._emit(self.arithmetic.step, self._compile(argument))
        return self._compile(sp.Piecewise((0, sp.Lt(argument, 0)), (1, sp.Gt(argument, 0)), (at_zero, True)))

    def _piecewise(self, node: sp.Piecewise) -> int:
        branches = []
        for value, condition in (pair for pair in node.args if isinstance(pair, ExprCondPair)):
            parts = [Program(part, self.variables, self.arithmetic, fold=self._fold) for part in (value, condition)]
            self._branches += parts
            branches.append((parts[0], parts[1]))
        piecewise = self.arithmetic.piecewise
        return self._emit(lambda *arguments: piecewise(branches, arguments), *range(len(self.variables)))

    def _condition(self, node: sp.Basic) -> int:
        arithmetic = self.arithmetic
        if isinstance(node, sp.And | sp.Or):
            join = arithmetic.both if isinstance(node, sp.And) else arithmetic.either
            return reduce(lambda a, b: self._emit(join, a, b), map(self._compile, _ordered(node.args)))
        if isinstance(node, sp.Not):
            return self._emit(arithmetic.negate, self._compile(node.args[0]))
        if isinstance(node, sp.ITE):
            test, then, otherwise = (self._compile(part) for part in node.args)
            unless = self._emit(arithmetic.both, self._emit(arithmetic.negate, test), otherwise)
            return self._emit(arithmetic.either, self._emit(arithmetic.both, test, then), unless)
        if not isinstance(node, sp.Rel):
            raise InputError(f"{type(node).__name__} cannot be evaluated: rewrite {_shortened(node)} without it.")
        left, right = self._compile(node.lhs), self._compile(node.rhs)
        if isinstance(node, sp.StrictLessThan):
            return self._emit(arithmetic.less, left, right)
        if isinstance(node, sp.StrictGreaterThan):
            return self._emit(arithmetic.less, right, left)
        if isinstance(node, sp.LessThan):
            return self._emit(arithmetic.negate, self._emit(arithmetic.less, right, left))
        if isinstance(node, sp.GreaterThan):
            return self._emit(arithmetic.negate, self._emit(arithmetic.less, left, right))
        equal = self._emit(arithmetic.equal, left, right)
        return equal if isinstance(node, sp.Equality) else self._emit(arithmetic.negate, equal)


@lru_cache(maxsize=1024)
def constant_program(expression: sp.Expr, arithmetic: Arithmetic) -> Program:
    """The program of an expression without symbols, down to its integers and named constants."""
    return Program(expression, (), arithmetic, fold=False)


def check_constant(node: sp.Expr, *, complex_allowed: bool) -> None:
    """Refuse, with `InputError`, what is not a finite number of the arithmetic."""
    if node.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        raise InputError(f"{node} is not a finite number: the expression has no value.")
    if node.has(sp.I) and not complex_allowed:
        raise InputError(f"{node} is not real: lower it with complex_ball=True, for integration.")


def _ordered(items: Sequence[Any]) -> list[Any]:
    """A reproducible order: SymPy sorts the arguments of a sum by hash, which differs from one process to the next."""
    return sorted(items, key=sp.default_sort_key)


def _shortened(node: sp.Basic) -> str:
    text = str(node)
    return text if len(text) <= 80 else text[:77] + "..."


def _plus(a: Any, b: Any) -> Any:
    return a + b


def _minus(a: Any, b: Any) -> Any:
    return a - b


def _product(a: Any, b: Any) -> Any:
    return a * b


def _quotient(a: Any, b: Any) -> Any:
    return a / b


def _negative(a: Any) -> Any:
    return -a
