"""`Activation`: an activation function with exact answers to the questions that the rest of the program asks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import sympy as sp
from flint import arb

from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

from .catalog import catalog
from .constants import shorten, sign_of_constant
from .domain import check_domain
from .growth import Growth, growth_of
from .nonsmooth import piecewise, substitute
from .parity import parity_of
from .parse import parse_expression
from .piece import Piece, slope
from .roots import degree_bound
from .split import merge, split

if TYPE_CHECKING:
    from deepcond_sym.duals import Dual, HermiteSeries

MAX_FORMULA = 5_000
MAX_LEVELS = 250
Number = int | Fraction | str | sp.Expr


@dataclass(frozen=True)
class Activation:
    """A function sigma of one real variable with E[sigma(X)^2] finite for X ~ N(0, 1), given by an exact formula.

    Two activations are equal when their formulas are. Everything but the pieces and the growth, which are checked at
    construction, is computed when first asked for.
    Errors: InputError, in one sentence, for a formula with a singularity on the line, with breakpoints that are not
    exact numbers, or that is not square-integrable.

    >>> from deepcond_sym.activations import activation
    >>> activation("relu").pieces
    (Piece(lower=-oo, upper=0, expr=0), Piece(lower=0, upper=oo, expr=x))
    """

    name: str = field(compare=False)
    expr: sp.Expr
    pieces: tuple[Piece, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.pieces:
            _check_formula(self.expr)
            object.__setattr__(self, "pieces", split(self.expr))
            check_domain(self.pieces)
        if not self.growth.is_square_integrable:
            raise InputError(
                f"{shorten(self.name)} is not accepted, because its square could not be bounded by a function with a "
                f"finite mean under N(0, 1): it must grow more slowly than exp(x**2/4)."
            )

    def __str__(self) -> str:
        return self.name

    def __getstate__(self) -> dict[str, Any]:
        # What is derived from the pieces is cheap to recompute, and its balls need not be pickled.
        return {"name": self.name, "expr": self.expr, "pieces": self.pieces}

    @cached_property
    def growth(self) -> Growth:
        """A bound C (1 + |x|)^k exp(a |x| + b x^2) on |sigma(x)|, valid for every x.

        >>> Activation("example", sp.exp(x**2 / 5)).growth.gaussian_rate
        1/5
        """
        return growth_of(self.pieces)

    @property
    def is_square_integrable(self) -> bool:
        """Whether E[sigma(X)^2] is finite under N(0, 1): always true, since others are refused at construction."""
        return self.growth.is_square_integrable

    @cached_property
    def parity(self) -> str | None:
        """ "even" or "odd" where that is proved, else None.

        >>> Activation("tanh", sp.tanh(x)).parity
        'odd'
        """
        return parity_of(self.pieces)

    @cached_property
    def jumps(self) -> tuple[sp.Expr, ...]:
        """The points at which the value jumps, in increasing order.

        >>> Activation("sign", sp.sign(x)).jumps
        (0,)
        """
        return tuple(point for point, height in self._steps(0) if height != 0)

    @cached_property
    def kinks(self) -> tuple[sp.Expr, ...]:
        """The points at which the value is continuous and the first derivative jumps (or is infinite).

        >>> Activation("hard tanh", sp.Max(-1, sp.Min(1, x))).kinks
        (-1, 1)
        """
        jumps = set(self.jumps)
        return tuple(point for point, height in self._steps(1) if height != 0 and point not in jumps)

    def _steps(self, order: int) -> list[tuple[sp.Expr, sp.Expr]]:
        """(breakpoint, right limit minus left limit) of the value (order 0) or the slope (1); zoo if infinite."""
        steps = []
        formulas = [slope(p.expr) if order else p.expr for p in self.pieces]
        for right, left, after in zip(self.pieces[1:], formulas, formulas[1:], strict=False):
            limits = [substitute(f, {x: right.lower}) for f in (left, after)]
            if any(limit.has(sp.zoo, sp.oo, sp.nan) for limit in limits):
                steps.append((right.lower, sp.zoo))
                continue
            difference = limits[1] - limits[0]  # pyright: ignore[reportOperatorIssue]
            steps.append((right.lower, difference if sign_of_constant(difference) else sp.S.Zero))
        return steps

    def jump(self, point: sp.Expr) -> sp.Expr:
        """The right limit minus the left limit at a point (0 away from the breakpoints).

        >>> Activation("sign", sp.sign(x)).jump(sp.Integer(0))
        2
        """
        return dict(self._steps(0)).get(sp.sympify(point, strict=True), sp.S.Zero)

    @cached_property
    def homogeneity(self) -> sp.Rational | None:
        """The degree k when sigma(t x) = t^k sigma(x) for all t > 0 and all x other than 0, else None.

        >>> Activation("relu", sp.Max(0, x)).homogeneity
        1
        """
        degrees: set[Any] = set()
        for piece in self.pieces:
            if piece.lower not in (-sp.oo, 0) or piece.upper not in (0, sp.oo):
                return None
            if piece.expr != 0:
                degree = _degree_of_monomial(piece.expr)
                if degree is None:
                    return None
                degrees.add(degree)
        return degrees.pop() if len(degrees) == 1 else None

    @cached_property
    def is_piecewise_polynomial(self) -> bool:
        """Whether every piece is a polynomial in x.

        >>> Activation("elu", sp.Max(0, x) + sp.exp(x)).is_piecewise_polynomial
        False
        """
        return all(degree_bound(piece.expr) is not None for piece in self.pieces)

    @property
    def is_constant(self) -> bool:
        """Whether the value is the same on all pieces.

        >>> Activation("three", sp.Integer(3)).is_constant
        True
        """
        return len(self.pieces) == 1 and not self.pieces[0].expr.free_symbols

    def derivative(self) -> "Activation":
        """The derivative, piece by piece; the point masses at jumps are left out (see `jumps`).

        Errors: InputError when the derivative is infinite at a point or is not square-integrable.

        >>> Activation("relu", sp.Max(0, x)).derivative().pieces[1].expr
        1
        """
        pieces = tuple(Piece(p.lower, p.upper, slope(p.expr)) for p in self.pieces)
        check_domain(pieces)
        return from_pieces(f"derivative of {self.name}", pieces)

    def at_variance(self, variance: Number) -> "Activation":
        """The activation x -> sigma(sqrt(v) x): sigma on a pre-activation of variance v > 0.

        Errors: InputError when v is not an exact positive number, or the result is not square-integrable.

        >>> Activation("cube", x**3).at_variance(4).expr
        8*x**3
        """
        v = exact_number(variance, "a variance")
        if sign_of_constant(v) <= 0:
            raise InputError("a variance must be positive; for variance 0 use the value at 0.")
        if v == 1:
            return self
        scale = sp.sqrt(v)
        pieces = tuple(
            Piece(p.lower / scale, p.upper / scale, _as_expr(substitute(p.expr, {x: scale * x}))) for p in self.pieces
        )
        expr = _as_expr(substitute(self.expr, {x: scale * x}))
        return Activation(f"{self.name} at variance {shorten(v)}", expr, pieces)

    def scaled(self, factor: Number) -> "Activation":
        """The activation a * sigma(x), with an exact number a.

        >>> Activation("relu", sp.Max(0, x)).scaled(2).expr
        2*Max(0, x)
        """
        a = exact_number(factor, "a factor")
        pieces = merge(Piece(p.lower, p.upper, a * p.expr) for p in self.pieces)
        return self if a == 1 else Activation(f"{shorten(a)}*({self.name})", a * self.expr, pieces)

    def shifted(self, constant: Number) -> "Activation":
        """The activation sigma(x) + c, with an exact number c.

        >>> Activation("relu", sp.Max(0, x)).shifted("0.5").expr
        Max(0, x) + 1/2
        """
        c = exact_number(constant, "a constant")
        pieces = tuple(Piece(p.lower, p.upper, p.expr + c) for p in self.pieces)
        return self if c == 0 else Activation(f"{self.name} + ({shorten(c)})", self.expr + c, pieces)

    def tail_bound(self, radius: int | Fraction | sp.Rational | arb, power: int = 2, degree: int = 0) -> arb:
        """A rigorous upper bound on the integral over |x| > radius of |sigma(x)|^power |x|^degree phi(x) dx.

        phi is the density of N(0, 1). Sound for every radius >= 0; useful from a few units on.
        Errors: InputError when the bound on the growth does not make the integral finite.

        >>> Activation("tanh", sp.tanh(x)).tail_bound(10) < arb("1e-22")
        True
        """
        return self.growth.tail_bound(radius, power, degree)

    @property
    def mean(self) -> sp.Expr | None:
        """E[sigma(X)] under N(0, 1), exact, or None where no closed form is known (see `deepcond_sym.duals`)."""
        from deepcond_sym.duals import mean

        return mean(self)

    @property
    def second_moment(self) -> sp.Expr | None:
        """E[sigma(X)^2] under N(0, 1), exact, or None where no closed form is known."""
        from deepcond_sym.duals import second_moment

        return second_moment(self)

    def normalized(self) -> "Activation":
        """The activation shifted and scaled to mean 0 and variance 1 under N(0, 1)."""
        from deepcond_sym.duals import normalized

        return normalized(self)

    def hermite(self, count: int, digits: int | None = None) -> "HermiteSeries":
        """The first `count` orthonormal Hermite coefficients."""
        from deepcond_sym.duals import hermite_series

        return hermite_series(self, count, digits)

    def dual(self) -> "Dual":
        """The dual activation rho -> E[sigma(U) sigma(V)]."""
        from deepcond_sym.duals import dual

        return dual(self)

    @property
    def nonlinearity(self) -> Any:
        """mu = 1 - a_1^2 for the normalised activation."""
        from deepcond_sym.duals import nonlinearity

        return nonlinearity(self)

    @property
    def nonaffinity(self) -> Any:
        """The share of the second moment that is not in the constant and linear Hermite terms."""
        from deepcond_sym.duals import nonaffinity

        return nonaffinity(self)


def from_pieces(name: str, pieces: Sequence[Piece]) -> Activation:
    """The activation with the given smooth pieces, which must cover the line from left to right.

    >>> from_pieces("step", (Piece(-sp.oo, sp.S.Zero, sp.S.Zero), Piece(sp.S.Zero, sp.oo, sp.S.One))).expr
    Piecewise((0, x < 0), (1, True))
    """
    joined = merge(pieces)
    branches: list[Any] = [(p.expr, sp.Lt(x, p.upper, evaluate=False)) for p in joined[:-1]]
    return Activation(name, piecewise([*branches, (joined[-1].expr, sp.true)]), joined)


def exact_number(value: Number, what: str) -> sp.Expr:
    """An exact real number from an int, Fraction, decimal string or SymPy constant; a float is refused.

    >>> exact_number("0.1", "a slope")
    1/10
    """
    if isinstance(value, str):
        return parse_expression(value, symbols={})
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return sp.Rational(value)
    if isinstance(value, sp.Expr) and not value.has(sp.Float) and not value.free_symbols and value.is_real is not False:
        sign_of_constant(value)
        return value
    raise InputError(f'{what} must be an exact number: write "0.1" or Rational(1, 10), not {shorten(value, 20)}.')


def _as_expr(node: sp.Basic) -> sp.Expr:
    assert isinstance(node, sp.Expr)
    return node


_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\((.*)\))?\s*", re.ASCII | re.DOTALL)


def activation(spec: str | sp.Expr | Activation) -> Activation:
    """The activation named or written by `spec`: a name, a name with parameters, a formula in x, or SymPy in x.

    Errors: InputError for anything else, and for what `Activation` refuses.

    >>> activation("leaky_relu(1/5)").expr
    Piecewise((x, x > 0), (x/5, True))
    >>> activation("x*exp(-x**2/2) + x**2").parity is None
    True
    """
    if isinstance(spec, Activation):
        return spec
    if isinstance(spec, str):
        return _from_text(spec)
    if isinstance(spec, sp.Expr):
        return _from_sympy(spec)
    raise InputError(
        f"an activation is a name, a formula as text or a SymPy expression, not {shorten(type(spec).__name__, 30)}."
    )


@lru_cache(maxsize=256)
def _from_text(text: str) -> Activation:
    match = _CALL.fullmatch(text)
    name = match.group(1) if match else ""
    entry = catalog().get(name)
    if entry is not None and match is not None and match.group(2) is None:
        return Activation(name, entry.expression())
    if entry is not None and match is not None and entry.parameters:
        values = _parameters(match.group(2))
        if values is not None:
            return Activation(f"{name}({','.join(str(v).replace(' ', '') for v in values)})", entry.expression(*values))
    expr = parse_expression(text)
    return Activation(" ".join(text.split()), expr)


def _parameters(text: str) -> list[sp.Expr] | None:
    """The numbers in "1, 0, 1/2"; None when the text is not a list of numbers, so that it is read as a formula."""
    if re.search(r"\bx\b", text) or len(text) > 2_000:
        return None
    try:
        return [parse_expression(part, symbols={}) for part in text.split(",")]
    except InputError:
        return None


def _from_sympy(expr: sp.Expr) -> Activation:
    others = expr.free_symbols - {x}
    if len(others) == 1 and x not in expr.free_symbols and str(*others) == "x":
        # A symbol x made by the user, without our assumption that it is real.
        expr = _as_expr(substitute(expr, {others.pop(): x}))  # pyright: ignore[reportArgumentType]
    return Activation(shorten(expr, 60), expr)


def _check_formula(expr: sp.Expr) -> None:
    """Refuse, in one sentence each, what is not an exact real formula in x of moderate size."""
    nodes, deepest, level = 0, 0, [expr]
    while level:
        nodes, deepest = nodes + len(level), deepest + 1
        if nodes > MAX_FORMULA or deepest > MAX_LEVELS:
            raise InputError(
                f"the formula has more than {MAX_FORMULA} parts or {MAX_LEVELS} levels; write a shorter one."
            )
        level = [a for node in level for a in node.args]
    if expr.has(sp.Float):
        raise InputError("the formula contains a float; write it with exact numbers, such as Rational(1, 10).")
    if expr.has(sp.I, sp.oo, -sp.oo, sp.nan, sp.zoo):
        raise InputError("the formula must be real and finite.")
    if expr.free_symbols - {x}:
        names = ", ".join(sorted(map(str, expr.free_symbols - {x})))
        raise InputError(f"an activation is a function of x alone; give numbers for {names}.")


def _degree_of_monomial(f: sp.Expr) -> sp.Rational | None:
    """k when f is c x^k (or c (-x)^k), else None."""
    degree = degree_bound(f)
    if degree is not None:
        terms = sp.Poly(f, x).monoms() if degree <= 100 else []
        return sp.Integer(terms[0][0]) if len(terms) == 1 else None
    base, exponent = f.as_independent(x, as_Add=False)[1].as_base_exp()
    return exponent if base in (x, -x) and isinstance(exponent, sp.Rational) else None
