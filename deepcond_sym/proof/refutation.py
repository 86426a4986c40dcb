"""A counterexample that anyone can recompute: the instance, both sides as decimals, and the lines of mpmath that
print them."""

from dataclasses import dataclass
from fractions import Fraction

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.printing.pycode import MpmathPrinter

from deepcond_sym.arithmetic import precision

from .instance import Matrix, correlation_of
from .language import OF_MATRICES, Sequence, Statement, Term, component, gram, inner, kronecker, mu, off_maximum
from .semantics import Evaluator, Instance, at_instance


@dataclass(frozen=True)
class Refutation:
    """The statement fails at the instance; `refute` makes these, after the balls have decided."""

    part: int
    statement: Statement
    instance: Instance

    def sides(self, digits: int = 20) -> tuple[str, str]:
        """Both sides of the relation at the instance, as decimals."""
        with precision(digits=3 * digits + 20):
            evaluator = Evaluator(self.instance, self.statement.sequences, self.statement.family)
            relation = self.statement.conclusion
            left, right = evaluator.value(relation.lhs), evaluator.value(relation.rhs)
            return left.str(digits, radius=False), right.str(digits, radius=False)

    def reproduce(self) -> str:
        """Lines of Python with mpmath that print both sides."""
        return reproduction(self.statement, self.instance)


def refute(statements: tuple[Statement, ...], part: int, instance: Instance) -> Refutation | None:
    """The refutation, if the statement's conclusion is certainly false at this instance of its domain."""
    if at_instance(statements[part], instance, negate=True):
        return Refutation(part, statements[part], instance)
    return None


def reproduction(statement: Statement, instance: Instance) -> str:
    """Ten lines or so: the instance, the functions it needs, and both sides.

    >>> from deepcond_sym.symbols import rho
    >>> from .language import dual, forall, interval, le, NORMALISED
    >>> claim = forall(interval(rho, 0, 1), family=NORMALISED, holds=le(dual(rho), rho**2))
    >>> print(reproduction(claim, Instance({rho: Fraction(1, 2)}, (Fraction(0), Fraction(1)))))
    from mpmath import *
    mp.dps = 40
    p = [mpf(0), mpf(1)]  # the activation, by its p_i = a_i^2
    f = lambda r: sum(c * r**i for i, c in enumerate(p))
    rho = mpf(1)/2
    print('left ', f(rho))
    print('right', rho**2)
    print('claimed: left <= right')
    """
    relation = statement.conclusion
    parts = [relation.lhs, relation.rhs, *(part for s in statement.sequences for part in (s.initial, s.step))]
    used = {call.func.__name__ for part in parts for call in part.atoms(AppliedUndef)}
    lines = ["from mpmath import *", "mp.dps = 40"]
    if instance.weights:
        padded = [*instance.weights, Fraction(0)] if len(instance.weights) < 2 else list(instance.weights)
        lines.append(f"p = [{', '.join(map(_number, padded))}]  # the activation, by its p_i = a_i^2")
        if any(mu in part.free_symbols for part in parts):
            lines.append("mu = 1 - p[1]")
    relu = statement.family is not None and statement.family.is_relu
    needs = lambda *names: bool(used & set(names))  # noqa: E731
    if needs("dual", "iterate", "ntk"):
        lines.append(f"f = lambda r: {_RELU[0] if relu else 'sum(c * r**i for i, c in enumerate(p))'}")
    if needs("dual_slope", "ntk"):
        lines.append(f"df = lambda r: {_RELU[1] if relu else 'sum(i * c * r**(i - 1) for i, c in enumerate(p) if i)'}")
    if needs("dual_curvature"):
        lines.append("ddf = lambda r: sum(i * (i - 1) * c * r**(i - 2) for i, c in enumerate(p) if i > 1)")
    if needs("iterate"):
        # a loop, because Python refuses to go a thousand layers deep
        lines.append("def F(L, r):\n    for _ in range(L): r = f(r)\n    return r")
    if needs("ntk"):
        lines.append(
            "def T(L, r):\n    u = r\n    for _ in range(L): u, r = f(r) + df(r) * u, f(r)\n    return u"
        )
    if needs("repeat"):
        lines.append("def repeat(q, L, s):\n    return s if L == 0 else q(repeat(q, L - 1, s))")
    if needs("steps_to"):
        lines.append("steps_to = lambda A, r: next(k for k in range(10**6) if r**k >= A)")
    if needs("half_line_hermite", "hermite_at_zero"):
        lines.append("He = lambda m, x: 1 if m == 0 else x if m == 1 else x * He(m - 1, x) - (m - 1) * He(m - 2, x)")
    lines += [f"{_safe(name)} = lambda i, j: {_inner_products(data)}" for name, data in instance.matrices.items()]
    lines += [f"{_safe(name)} = [{', '.join(map(_number, v))}]" for name, v in instance.vectors.items()]
    if needs("smallest", "largest", "determinant"):
        lines.append(
            "matrix_of = lambda b, n: matrix([[b(i, j) for j in range(1, n + 1)] for i in range(1, n + 1)])\n"
            "eigenvalues = lambda b, n: list(eigsy((matrix_of(b, n) + matrix_of(b, n).T)/2, eigvals_only=True))"
        )
    values = {
        _safe(symbol.name): str(int(value)) if symbol.is_integer else _number(value)
        for symbol, value in instance.values.items()
        if not (instance.weights and symbol.name == "mu")
    }
    if values:
        lines.append(f"{', '.join(values)} = {', '.join(values.values())}")
    printer, defined = _Printer(statement), []
    for sequence in statement.sequences:
        if any(
            sequence.name in str(side) for side in (relation.lhs, relation.rhs, *(s.step for s in statement.sequences))
        ):
            k, first = _safe(sequence.index.name), printer.doprint(sequence.initial)
            step = printer.doprint(sequence.step.subs(sequence.index, sequence.index - 1))
            lines.append(f"{_safe(sequence.name)} = lambda {k}: {first} if {k} == {sequence.first} else {step}")
            defined.append(sequence)
    lines += _kept(defined, max((int(v) for s, v in instance.values.items() if s.is_integer), default=0))
    lines.append(f"print('left ', {printer.doprint(relation.lhs)})")
    lines.append(f"print('right', {printer.doprint(relation.rhs)})")
    lines.append(f"print('claimed: left {relation.op} right')")
    return "\n".join(lines)


_DEEP = 200
"""Members beyond this depth are computed in order: Python refuses to go a thousand calls deep."""


def _kept(sequences: list[Sequence], depth: int) -> list[str]:
    """Members up to this depth are computed once each: a step may need those before it several times."""
    if not sequences or depth < 2:
        return []
    names = [_safe(s.name) for s in sequences]
    lines = [f"{', '.join(names)} = {', '.join(f'memoize({name})' for name in names)}"]
    if depth > _DEEP:
        members = "; ".join(f"{name}(max(k, {s.first}))" for name, s in zip(names, sequences, strict=True))
        lines.append(f"for k in range({depth}): {members}")
    return lines


_RELU = ("(sqrt(1 - r**2) + r * (pi - acos(r)))/pi", "1 - acos(r)/pi")
"""The dual of ReLU and its slope in mpmath."""


def _number(value: Fraction) -> str:
    return f"mpf({value.numerator})" if value.denominator == 1 else f"mpf({value.numerator})/{value.denominator}"


def _safe(name: str) -> str:
    return f"{name}_" if name in ("lambda", "f", "p", "df", "ddf", "F", "T", "He", "matrix_of", "eigenvalues") else name


def _inner_products(matrix: Matrix) -> str:
    """The inner product of the points i and j."""
    if (r := correlation_of(matrix)) is not None:
        return f"mpf(1) if max(i, 1) == max(j, 1) else {_number(r)}"
    lines = ", ".join(f"[{', '.join(map(_number, line))}]" for line in matrix)
    return f"[{lines}][i][j]"


def _divides_by_integers(power: Term) -> bool:
    """Whether the base may be a Python integer, of which 1/3 is a machine float."""
    base, exponent = power.args
    integer = base.has(kronecker) or any(s.is_integer for s in base.free_symbols)
    return bool(integer and not (exponent.is_Integer and exponent > 0))


class _Printer(MpmathPrinter):
    """SymPy terms as mpmath code, with the theory's functions under the names defined above."""

    def __init__(self, statement: Statement) -> None:
        super().__init__({"fully_qualified_modules": False})
        self.sequences = {s.name for s in statement.sequences}

    def _print_Symbol(self, expr):
        return _safe(expr.name)

    def _print_Rational(self, expr):
        return f"(mpf({expr.p})/{expr.q})"

    def _print_Half(self, e):
        return self._print_Rational(e)

    def _print_Pow(self, expr, **_):
        base, exponent = expr.args
        if exponent == sp.Rational(1, 2):
            return f"sqrt({self._print(base)})"
        if base.is_Integer and not exponent.is_Integer:
            return f"mpf({base})**({self._print(exponent)})"  # 4**(-m) of Python integers is a machine float, perhaps 0
        if _divides_by_integers(expr):
            return f"mpf({self._print(base)})**({self._print(exponent)})"
        if base.is_Symbol and exponent.is_Integer and exponent > 0:
            return f"{self._print(base)}**{exponent}"
        return f"({self._print(base)})**({self._print(exponent)})"

    def _print_Mul(self, expr):
        if any(a.is_Pow and _divides_by_integers(a) for a in expr.args):  # no quotient, which Python would round
            return "*".join(f"({self._print(a)})" for a in expr.args)
        return super()._print_Mul(expr)

    def _print_factorial2(self, expr):
        return f"fac2({self._print(expr.args[0])})"

    def _print_factorial(self, expr):
        return f"factorial({self._print(expr.args[0])})"

    def _print_Sum(self, expr):
        return self._loop("fsum", expr)

    def _print_Product(self, expr):
        return self._loop("fprod", expr)

    def _loop(self, name, expr):
        k, low, high = expr.args[1]
        body, start, end = self._print(expr.args[0]), self._print(low), self._print(high)
        return f"{name}({body} for {_safe(k.name)} in range({start}, {end} + 1))"

    def _print_Function(self, expr):
        name, arguments = expr.func.__name__, expr.args
        printed = [self._print(a) for a in arguments]
        if name in self.sequences:
            return f"{_safe(name)}({', '.join(printed)})"
        if name == "repeat":
            body, t, depth, start = printed
            return f"repeat(lambda {t}: {body}, {depth}, {start})"
        if expr.func in OF_MATRICES:
            return self._of_matrix(expr, *printed)
        if expr.func == kronecker:
            return f"int({printed[0]} == {printed[1]})"
        if expr.func == component:
            return f"{printed[0]}[{printed[1]}]"
        if expr.func in (inner, gram):
            return f"{printed[0]}({printed[1]}, {printed[2]})"
        if name == "half_line_hermite":
            return f"quad(lambda x: x**{printed[0]} * He({printed[1]}, x) * npdf(x), [0, 2, 5, 10, 20])"
        if name == "hermite_at_zero":
            return f"He({printed[0]}, mpf(0))"
        if name in ("tending", "ranging"):
            return printed[2]
        if name == "limit":
            return f"{printed[0]}(300)"
        names = {"dual": "f", "dual_slope": "df", "dual_curvature": "ddf", "iterate": "F", "ntk": "T"}
        return f"{names.get(name, name)}({', '.join(printed)})"

    def _of_matrix(self, expr, body, n):
        name = expr.func.__name__
        if name in ("smallest", "largest"):
            return f"{'min' if name == 'smallest' else 'max'}(eigenvalues(lambda row, column: {body}, {n}))"
        if name == "determinant":
            return f"det(matrix_of(lambda row, column: {body}, {n}))"
        rows = f"for row in range(1, {n} + 1)"
        if expr.func == off_maximum:
            return f"max([abs({body}) {rows} for column in range(1, {n} + 1) if row != column] or [mpf(0)])"
        return f"{name[:3]}({body} {rows})"
