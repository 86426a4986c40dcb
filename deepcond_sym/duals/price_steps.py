"""The steps of a derivation by Price's theorem, and the rules that judge their formulas."""

from __future__ import annotations

from functools import partial

import sympy as sp

from deepcond_sym.duals.atoms import AtomPiece, Combination, atoms
from deepcond_sym.duals.derivation import DerivationStep, StepError, UndecidedError, same
from deepcond_sym.duals.distribution import Distribution
from deepcond_sym.duals.gaussian_pairing import gaussian_pairing
from deepcond_sym.duals.hermite_exact import hermite_moments
from deepcond_sym.duals.moments_exact import exact_second_moment
from deepcond_sym.symbols import rho, x
from deepcond_sym.verdict import Verdict


def mark(what: str, order: int) -> str:
    r"""sigma or its dual with primes: \hat\sigma'' for the second derivative of the dual.

    >>> print(mark("dual", 2), mark("sigma", 3))
    \hat\sigma'' \sigma^{(3)}
    """
    base = r"\hat\sigma" if what == "dual" else r"\sigma"
    return base if order == 0 else base + "'" * order if order <= 2 else rf"{base}^{{({order})}}"


def activation_step(pieces: tuple[AtomPiece, ...], sigma: sp.Expr) -> DerivationStep:
    """sigma(x) = <formula>, judged piece by piece."""
    reason = "The activation, as a distribution."
    return DerivationStep(r"\sigma(x) = <0>", reason, "exact", partial(derivative_rule, pieces, 0), (_real(sigma),))


def derivative_step(pieces: tuple[AtomPiece, ...], order: int, derivative: sp.Expr) -> DerivationStep:
    """sigma^(m)(x) = <formula>: the derivative of each piece, and deltas for the jumps of the lower derivatives."""
    return DerivationStep(
        rf"{mark('sigma', order)}(x) = <0>",
        "Differentiate as a distribution: a jump gives a delta.",
        "exact",
        partial(derivative_rule, pieces, order),
        (_real(derivative),),
    )


def density_step(derivative: Distribution, order: int, density: sp.Expr) -> DerivationStep:
    """sigma_hat^(m)(rho) = E[sigma^(m)(X) sigma^(m)(Y)] = <formula>, judged by a second way of computing it."""
    prime = mark("sigma", order)
    return DerivationStep(
        rf"{mark('dual', order)}(\rho) = \operatorname{{E}}[{prime}(X)\,{prime}(Y)] = <0>",
        "Price's theorem, then complete the square." if order else "Complete the square.",
        "exact",
        partial(_density_rule, derivative),
        (density,),
    )


def integration_step(
    pieces: tuple[AtomPiece, ...], k: int, integrand: sp.Expr, integral: sp.Expr, initial: sp.Expr
) -> DerivationStep:
    """sigma_hat^(k)(rho) = <formula>: its derivative is the step before, its value at 0 is E[sigma He_k]^2."""
    shown = mark("dual", k)
    return DerivationStep(
        rf"{shown}(\rho) = <0>, \qquad {shown}(0) = <1>",
        f"Integrate from rho = 0, where the value is E[sigma He_{k}]^2.",
        "exact",
        partial(_integration_rule, pieces, k, integrand),
        (integral, initial),
    )


def second_moment_step(pieces: tuple[AtomPiece, ...], dual: sp.Expr) -> DerivationStep | None:
    """sigma_hat(1) = E[sigma^2] = <formula>, integrated directly; None when that has no closed form."""
    second = exact_second_moment(pieces)
    if second is None:
        return None
    return DerivationStep(
        r"\hat\sigma(1) = \operatorname{E}[\sigma(X)^2] = <0>",
        "At correlation 1 the dual is the second moment, integrated directly.",
        "exact",
        partial(_second_moment_rule, dual, second),
        (second,),
    )


def _real(expr: sp.Expr) -> sp.Expr:
    """Pairs of complex exponentials as sines and cosines."""
    return sp.expand(sp.expand_complex(expr)) if expr.has(sp.I) else expr


def _second_moment_rule(dual: sp.Expr, second: sp.Expr, shown: sp.Expr) -> Verdict:
    return Verdict.weakest([same(shown, second), same(dual.subs(rho, 1), second)])


def _integration_rule(
    pieces: tuple[AtomPiece, ...], k: int, integrand: sp.Expr, integral: sp.Expr, initial: sp.Expr
) -> Verdict:
    moments = hermite_moments(pieces, k + 1)
    if moments is None:
        raise UndecidedError(f"E[sigma He_{k}] is not known exactly")
    return Verdict.weakest(
        [
            same(initial, moments[k] ** 2),
            same(integral.subs(rho, 0), initial),
            same(sp.diff(integral, rho), integrand),
        ]
    )


def _density_rule(derivative: Distribution, density: sp.Expr) -> Verdict:
    again = gaussian_pairing(derivative, derivative)
    if again is None:
        raise UndecidedError("the derivative is not elementary")
    return same(density, again)


def derivative_rule(pieces: tuple[AtomPiece, ...], order: int, shown: sp.Expr) -> Verdict:
    """Whether sigma^(m) is the formula: piece by piece, and at each knot delta^(j) carries the jump of sigma^(m-1-j).

    StepError if it is not, UndecidedError if that cannot be told.

    >>> from deepcond_sym.activations import activation
    >>> from deepcond_sym.duals.atoms import decompose
    >>> derivative_rule(decompose(activation("relu")), 2, sp.DiracDelta(x))
    <Verdict.PROVED: 'PROVED'>

    Source: textbook.
    """
    parts = [_expression(piece.terms) for piece in pieces]
    regular = sp.expand(shown.subs(dict.fromkeys(shown.atoms(sp.DiracDelta), 0)))
    verdicts = [
        _same_function(_switched(regular, piece), sp.diff(part, x, order), piece)
        for piece, part in zip(pieces, parts, strict=True)
    ]
    expected: dict[tuple[sp.Expr, int], sp.Expr] = {}
    for left, right, piece in zip(parts, parts[1:], pieces[1:], strict=False):
        for j in range(order):
            jump = sp.diff(right - left, x, order - 1 - j).subs(x, piece.lower)
            expected[piece.lower, j] = jump
    linear = sp.expand(shown)
    for delta in shown.atoms(sp.DiracDelta):
        coefficient, place = linear.coeff(delta), x - sp.sympify(delta.args[0])
        j = int(str(delta.args[1])) if len(delta.args) > 1 else 0
        if coefficient.has(x) or place.has(x):
            raise UndecidedError(f"{delta} is not multiplied by a constant")
        verdicts.append(same(coefficient, expected.pop((place, j), sp.S.Zero)))
    verdicts.extend(same(missing, sp.S.Zero) for missing in expected.values())
    return Verdict.weakest(verdicts)


def _expression(terms: Combination) -> sp.Expr:
    total = sp.S.Zero
    for atom, c in terms.items():
        erfs = sp.Mul(*(sp.erf(scale * x + shift) for scale, shift in atom.erfs))
        total += c * x**atom.power * sp.exp(atom.linear * x + atom.quadratic * x**2) * erfs
    return total


def _switched(expr: sp.Expr, piece: AtomPiece) -> sp.Expr:
    """The expression inside the piece, where every Heaviside function is constant."""
    values = {}
    for step in expr.atoms(sp.Heaviside):
        knot = x - sp.sympify(step.args[0])
        below, above = knot - piece.lower, piece.upper - knot
        if below.is_nonpositive or below == 0:
            values[step] = sp.S.One
        elif above.is_nonpositive or above == 0:
            values[step] = sp.S.Zero
        else:
            raise StepError(f"{step} switches inside the piece from {piece.lower} to {piece.upper}")
    return expr.subs(values)


def _same_function(left: sp.Expr, right: sp.Expr, piece: AtomPiece) -> Verdict:
    """Whether two functions of x are equal: coefficient by coefficient of their atoms, which are independent."""
    difference = atoms(sp.expand(left - right))
    if difference is None:
        for point in _inside(piece):
            same(left.subs(x, point), right.subs(x, point))
        raise UndecidedError(f"{left} and {right} could not be compared")
    if not difference:
        return Verdict.PROVED
    return Verdict.weakest([same(c, sp.S.Zero) for c in difference.values()])


def _inside(piece: AtomPiece) -> tuple[sp.Expr, ...]:
    """Two points of the piece."""
    if piece.lower.is_finite and piece.upper.is_finite:
        return tuple(piece.lower + (piece.upper - piece.lower) * sp.Rational(k, 7) for k in (2, 5))
    end = piece.lower if piece.lower.is_finite else piece.upper
    start, sign = (end if end.is_finite else sp.S.Zero), (1 if piece.lower.is_finite else -1)
    return tuple(start + sign * sp.Rational(k, 7) for k in (2, 9))
