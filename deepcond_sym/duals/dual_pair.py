"""`dual_pair`: E[sigma(sqrt(q1) X) sigma(sqrt(q2) Y)] in closed form, for two variances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import (
    Arithmetic,
    ball,
    ball_from_mp,
    lower,
    mp,
    mp_from_ball,
    precision,
    to_digits,
    to_relative,
    working_bits,
)
from deepcond_sym.duals.bilinear import PairValue, bilinear
from deepcond_sym.duals.derivation import Derivation, DerivationStep, require
from deepcond_sym.duals.distribution import Distribution, Smooth, StepTerm
from deepcond_sym.duals.moments import atom_pieces
from deepcond_sym.duals.moments_exact import NotExactError
from deepcond_sym.duals.pair_terms import SignTerm, Terms, pair_terms, term_expr, term_parity
from deepcond_sym.duals.price import hermite_moment
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import rho, x

q1 = sp.Symbol("q1", positive=True)
"""The first variance."""
q2 = sp.Symbol("q2", positive=True)
"""The second variance."""

_GUARD = 32
_MOST_BITS = 20_000
_CHECKED = ((sp.S.One, sp.S.One), (sp.Rational(1, 4), sp.Rational(1, 5)))
_CHECKED_MOMENTS = 4
Variance = int | Fraction | sp.Expr


class DualPair:
    """rho -> E[sigma(sqrt(q1) X) sigma(sqrt(q2) Y)], (X, Y) standard normal of correlation rho in [-1, 1].

    `expr` is the closed form in `rho` and the variances (the symbols q1, q2, or numbers put in their place), `slope`
    its derivative in rho. For q1 -> 0 or q2 -> 0 the value is the limit: `limit` is that for q1 -> 0, in which only
    the value and the jump of sigma at 0 are left. Errors: InputError for arguments out of range.

    >>> from deepcond_sym.duals.dual_pair import dual_pair
    >>> dual_pair("relu").expr
    sqrt(q1)*sqrt(q2)*rho*asin(rho)/(2*pi) + sqrt(q1)*sqrt(q2)*rho/4 + sqrt(q1)*sqrt(q2)*sqrt(1 - rho**2)/(2*pi)
    >>> dual_pair("erf", q1=1, q2=1).expr
    2*asin(2*rho/3)/pi
    >>> float(dual_pair("relu")(1, q1=4, q2=4))
    2.0

    Source: derived here.
    """

    def __init__(self, sigma: Activation, closed: _Closed, variances: tuple[sp.Expr, sp.Expr]) -> None:
        self.activation = sigma
        self.variances = variances
        self._closed = closed

    @cached_property
    def expr(self) -> sp.Expr:
        """The closed form."""
        first, second = self.variances
        if first == 0 or second == 0:
            return _replace(self._closed.limit(first == 0, second == 0), {q1: first, q2: second})
        return self._closed.expr.subs({q1: first, q2: second})

    @cached_property
    def slope(self) -> sp.Expr:
        """The derivative in rho."""
        return sp.diff(self.expr, rho)

    @cached_property
    def limit(self) -> sp.Expr:
        """The limit for q1 -> 0, in rho and q2."""
        return self._closed.limit(True, False).subs(q2, self.variances[1])

    @property
    def derivation(self) -> Derivation:
        """The steps, each with its check; they are for symbolic variances."""
        return self._closed.derivation

    def __call__(
        self, r: Any, *, q1: Any = None, q2: Any = None, digits: int | None = None, bits: int | None = None
    ) -> Any:
        """The value: float64 (scalars or arrays), or an mpf with `digits`, or an arb with `bits`.

        The variances are those given at construction unless they were symbols.
        """
        if digits is not None and bits is not None:
            raise InputError("Ask for digits or for bits, not for both.")
        if digits is None and bits is None:
            first, second = (np.asarray(v, dtype=np.float64) for v in self._numbers(q1, q2))
            points = np.broadcast_arrays(np.asarray(r, dtype=np.float64), first, second)
            return np.vectorize(self._float, otypes=[np.float64])(*points)[()]

        def evaluate() -> arb:
            first, second = self._numbers(q1, q2)
            return self._ball(*(ball.constant(v) for v in (r, first, second)))

        if bits is not None:
            return to_relative(evaluate, bits)
        assert digits is not None
        result = to_digits(evaluate, digits)
        with precision(digits=digits):
            return mp_from_ball(result)

    def value(self, r: Any, arithmetic: Arithmetic, q1: Any = None, q2: Any = None) -> Any:
        """The value in the given arithmetic, to about its current precision."""
        numbers = (r, *self._numbers(q1, q2))
        if arithmetic.name == "float64":
            return self(r, q1=numbers[1], q2=numbers[2])
        if arithmetic.name == "ball":
            return self._ball(*(ball.number(v) if isinstance(v, arb) else ball.constant(v) for v in numbers))
        bits = working_bits()
        with precision(bits=bits + 8):
            result = self._ball(*(ball_from_mp(mp.number(v) if isinstance(v, mpmath.mpf) else mp.constant(v))
                                  for v in numbers))
        return mp_from_ball(result)

    def _numbers(self, first: Any, second: Any) -> tuple[Any, Any]:
        given = [own if value is None else value for own, value in zip(self.variances, (first, second), strict=True)]
        if any(isinstance(value, sp.Expr) and value.free_symbols for value in given):
            raise InputError("Give the variances as numbers: q1=..., q2=... .")
        return given[0], given[1]

    def _float(self, *numbers: float) -> float:
        if not all(np.isfinite(number) for number in numbers):
            raise InputError("The correlation and the variances must be finite numbers.")
        with precision(bits=60):
            return float(self._ball(*(arb(float(number)) for number in numbers)).mid())

    def _ball(self, r: arb, first: arb, second: arb) -> arb:
        """The value, at a working precision raised until it is good to the current one."""
        if r > 1 or r < -1 or first < 0 or second < 0:
            raise InputError("The correlation must lie in [-1, 1], and the variances must not be negative.")
        self._closed.require_finite(first, second)
        evaluate = self._closed.evaluator(bool(first == 0), bool(second == 0), bool(r == 0))
        bits, extra, result = working_bits(), _GUARD, arb(0)
        exact = r.is_exact() and first.is_exact() and second.is_exact()
        while True:
            with precision(bits=bits + extra):
                result = evaluate(r, first, second)
            small = result.contains(0) and bool(abs(result) < arb(2) ** -(1000 + bits))
            if result.rel_accuracy_bits() >= bits or small or not exact:
                return +result
            extra *= 2
            if extra > _MOST_BITS:
                raise AccuracyError("The dual could not be evaluated to the precision asked for.")


class _Closed:
    """The closed form of one activation for symbolic variances, and its limits."""

    def __init__(self, sigma: Activation, terms: Terms, pairs: tuple[PairValue, ...]) -> None:
        self.sigma, self.terms, self.pairs = sigma, terms, pairs
        self.expr = sp.Add(*(pair.expr for pair in pairs))
        self._limits: dict[tuple[bool, bool], sp.Expr] = {}
        self._evaluators: dict[tuple[bool, bool, bool], Callable[[arb, arb, arb], arb]] = {}

    def limit(self, first: bool, second: bool) -> sp.Expr:
        """The closed form with q1 -> 0 (first) and q2 -> 0 (second)."""
        if not (first or second):
            return self.expr
        if (first, second) not in self._limits:
            near = _at_zero(self.terms)
            left, right = near if first else self.terms, near if second else self.terms
            pairs = bilinear(left, right, sp.S.One if first else q1, sp.S.One if second else q2)
            if pairs is None:
                raise AccuracyError("The limit for a vanishing variance has no closed form.")
            self._limits[(first, second)] = sp.Add(*(pair.expr for pair in pairs))
        return self._limits[(first, second)]

    def evaluator(self, first: bool, second: bool, uncorrelated: bool) -> Callable[[arb, arb, arb], arb]:
        """A compiled form of the limit; at rho = 0 with rho put in, so that what vanishes there does."""
        key = (first, second, uncorrelated)
        if key not in self._evaluators:
            expr = self.limit(first, second)
            self._evaluators[key] = compile_with_erfi(expr.subs(rho, 0) if uncorrelated else expr, (rho, q1, q2))
        return self._evaluators[key]

    @cached_property
    def rate(self) -> sp.Expr:
        """The largest b in the terms x^k exp(a x + b x^2), 0 if none is positive."""
        return sp.Max(0, *(term.quadratic for term in self.terms if isinstance(term, Smooth | StepTerm)))

    def require_finite(self, first: arb, second: arb) -> None:
        """InputError when a variance is so large that the activation has no second moment."""
        if self.rate != 0:
            limit = 1 / (4 * ball.constant(self.rate))
            if not (first < limit and second < limit):
                raise InputError(f"The variances must be below {1 / (4 * self.rate)}: the mean is infinite beyond.")

    @cached_property
    def derivation(self) -> Derivation:
        """What the activation is, the pairs by Price's theorem, the sum of all."""
        sigma = sp.Add(*(c * term_expr(t, x) for t, c in self.terms.items()))
        reason = "The activation, as a sum of terms."
        steps = [DerivationStep(r"\sigma(x) = <0>", reason, "definition", partial(_equal, sigma), (sigma,))]
        steps += [_price_step(pair) for pair in self.pairs if pair.price is not None]
        steps.append(
            DerivationStep(
                r"\operatorname{E}[\sigma(\sqrt{q_1} X) \sigma(\sqrt{q_2} Y)] = <0>",
                "The sum over all pairs of terms: those with a smooth factor by completing the square and Stein's "
                "identity, odd against even gives 0.",
                "ball", partial(_check_moments, self.sigma), (self.expr,),
            )
        )
        return Derivation(tuple(steps))


def _equal(expected: sp.Expr, shown: sp.Expr) -> bool:
    return require(shown == expected, "this is not the formula that the derivation starts from")


def _price_step(pair: PairValue) -> DerivationStep:
    found = pair.price
    assert found is not None
    f, g = term_expr(pair.first, sp.Symbol("U", real=True)), term_expr(pair.second, sp.Symbol("V", real=True))
    k = sp.Symbol("k", real=True)
    shown = tuple(_replace(element.expr(), {rho: k}) for element in (found.density, found.element))

    def check(first: sp.Expr, second: sp.Expr, factor: sp.Expr, density: sp.Expr, value: sp.Expr) -> bool:
        require((first, second, factor) == (f, g, found.factor), "these are not the terms of this pair")
        require((density, value) == shown, "the formulas are not those that were derived")
        element = found.element
        for _ in range(found.order):
            element = element.derivative()
        gap = element.plus(found.density, sp.Integer(-1))
        return require(gap.is_zero(), "the antiderivative does not differentiate back to the density")

    mark = rf"\frac{{d^{{{found.order}}}}}{{d k^{{{found.order}}}}}"
    return DerivationStep(
        rf"{mark} \operatorname{{E}}[<0> \cdot <1>] = <2> \cdot \Bigl(<3>\Bigr), \qquad"
        rf" \operatorname{{E}}[<0> \cdot <1>] = <2> \cdot \Bigl(<4>\Bigr)",
        f"Price's theorem, {found.order} times in the covariance k of U and V, and back from k = 0.",
        "exact", check, (f, g, found.factor, *shown),
    )


def dual_pair(spec: Activation | sp.Expr | str, q1: Variance = q1, q2: Variance = q2) -> DualPair:
    """E[sigma(sqrt(q1) X) sigma(sqrt(q2) Y)] in closed form, for symbolic or exact variances.

    Errors: InputError when a pair of terms of the activation has no closed form (or the activation is not a sum of
    terms x^k exp(a x + b x^2), x^k erf(a x), and their steps at 0).

    >>> dual_pair("exp").expr
    exp(sqrt(q1)*sqrt(q2)*rho + q1/2 + q2/2)
    >>> dual_pair("gelu").limit
    0

    Source: derived here.
    """
    sigma = activation(spec)
    closed = closed_form(sigma)
    if closed is None:
        raise InputError(f"No closed form in two variances was found for {sigma.name}: use `dual` at one variance.")
    return DualPair(sigma, closed, (_variance(q1), _variance(q2)))


@lru_cache(maxsize=128)
def closed_form(sigma: Activation) -> _Closed | None:
    """The closed form for symbolic variances, or None."""
    terms = _terms(sigma)
    if terms is None:
        return None
    pairs = bilinear(terms, terms, q1, q2)
    return None if pairs is None else _Closed(sigma, terms, pairs)


def _terms(sigma: Activation) -> Terms | None:
    pieces = atom_pieces(sigma)
    distribution = None if pieces is None else Distribution.from_pieces(pieces)
    return None if distribution is None else pair_terms(distribution)


def _at_zero(terms: Terms) -> Terms:
    """The limit of sigma(s x) for s -> 0: the value at 0, plus half the jump there times sign(x)."""
    value, result = sp.S.Zero, {}
    for term, c in terms.items():
        if isinstance(term, SignTerm):
            if term.power == 0:
                result[term] = c
        elif term_parity(term) != 1:
            value += c * term_expr(term, sp.S.Zero)
    value = sp.re(sp.expand_complex(value)) if value.has(sp.I) else sp.expand(value)
    if value != 0:
        result[Smooth(0, sp.S.Zero, sp.S.Zero)] = value
    return result


def _variance(value: Variance) -> sp.Expr:
    if isinstance(value, sp.Symbol):
        if value.is_positive:
            return value
    elif isinstance(value, int | Fraction | sp.Expr) and not isinstance(value, bool | sp.Float):
        number = sp.Rational(value) if isinstance(value, int | Fraction) else value
        if number.is_nonnegative and not number.has(sp.Float):
            return number
    raise InputError('A variance is a positive SymPy symbol or an exact number >= 0, such as 2 or Rational(1, 4).')


def compile_with_erfi(expr: sp.Expr, variables: tuple[sp.Symbol, ...]) -> Callable[..., arb]:
    """`lower` to balls, with erfi(z) = -i erf(i z) as well.

    >>> compile_with_erfi(sp.erfi(rho), (rho,))(arb(1)).str(10)
    '[1.650425759 +/- 2.03e-10]'

    Source: textbook.
    """
    names = {call: sp.Dummy(real=True) for call in expr.atoms(sp.erfi)}
    arguments = [lower(call.args[0], ball, variables=variables) for call in names if isinstance(call.args[0], sp.Expr)]
    outer = lower(_replace(expr, names), ball, variables=(*variables, *names.values()))

    def evaluate(*numbers: arb) -> arb:
        return outer(*numbers, *(argument(*numbers).erfi() for argument in arguments))

    return evaluate


def _replace(expr: sp.Expr, replacements: Mapping[Any, sp.Expr]) -> sp.Expr:
    result = expr.xreplace(replacements)
    assert isinstance(result, sp.Expr)
    return result


def _check_moments(sigma: Activation, expr: sp.Expr) -> bool:
    """The Taylor coefficients in rho are E[sigma(s1 X) He_n(X)] E[sigma(s2 Y) He_n(Y)] / n!, at several variances."""
    for pair in _CHECKED:
        pieces = [atom_pieces(sigma.at_variance(variance)) for variance in pair]
        current = expr.subs({q1: pair[0], q2: pair[1]})
        for n in range(_CHECKED_MOMENTS):
            try:
                moments = [hermite_moment(piece, n) for piece in pieces if piece is not None]
            except NotExactError:
                break
            at_zero = compile_with_erfi(current.subs(rho, 0), ())
            with precision(bits=200):
                gap = at_zero() - lower(moments[0] * moments[1], ball, variables=())()
                require(bool(gap.contains(0) and gap.rad() < 2.0**-90), f"the coefficient of rho^{n} is wrong")
            current = sp.diff(current, rho)
    return True
