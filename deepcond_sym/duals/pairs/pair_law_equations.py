"""The differential equations and values that single out the laws of `pair_laws`, in all their parameters at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import sympy as sp

from deepcond_sym.duals.algebra.fraction import NotNormalError
from deepcond_sym.duals.algebra.normal_form import is_zero
from deepcond_sym.duals.pairs import pair_laws
from deepcond_sym.symbols import rho

_A, _C = sp.Symbol("a", real=True), sp.Symbol("c", real=True)
_B, _D = sp.Symbol("b", negative=True), sp.Symbol("d", negative=True)
_S, _T = sp.Symbol("s", positive=True), sp.Symbol("t", positive=True)


def equations() -> Iterator[tuple[str, sp.Expr]]:
    """Each equation as a name and an expression that must vanish, for b, d < 0; the rest is analytic continuation.

    The mass M(rho) = E[f(X) g(Y)] with f = exp(aX + bX^2), g = exp(cY + dY^2) solves Price's equation M' = E[f' g'], in
    which X and Y are derivatives in a and c; it is analytic in rho, so its value at 0 determines it. The mean with
    sign(X - t) falls in t by twice the density of X at t times E[g(Y) | X = t], from the mass (at t = -oo) to minus the
    mass. The mean with erf(s X) starts from 0 at s = 0 and grows by that with 2/sqrt(pi) X exp(-s^2 X^2).
    """
    of = pair_laws.tilt(_A, _B, _C, _D)
    mass = of.mass
    right = _C * mass + 2 * _D * sp.diff(mass, _C)
    yield "Price", sp.diff(mass, rho) - _A * right - 2 * _B * sp.diff(right, _A)
    alone = sp.exp(_A**2 / (2 * (1 - 2 * _B)) + _C**2 / (2 * (1 - 2 * _D))) / sp.sqrt((1 - 2 * _B) * (1 - 2 * _D))
    yield "independent", mass.subs(rho, 0) - alone
    yield "m1", mass * of.m1 - sp.diff(mass, _A)
    yield "m2", mass * of.m2 - sp.diff(mass, _C)
    yield "s11", of.s11 - sp.diff(of.m1, _A)
    yield "s12", of.s12 - sp.diff(of.m1, _C)
    yield "s12 again", of.s12 - sp.diff(of.m2, _A)
    yield "s22", of.s22 - sp.diff(of.m2, _C)

    step = pair_laws.bend(None, _A, _C, _D)
    # with a knot at t: the argument of erf at t = 0 has the slope -1/sqrt(2 s11)
    mean = step.tilt.mass * sp.erf(step.call.args[0] - _T / sp.sqrt(2 * step.tilt.s11))
    v = 1 - rho**2
    given = sp.exp((_C * rho * _T + _D * rho**2 * _T**2 + _C**2 * v / 2) / (1 - 2 * _D * v)) / sp.sqrt(1 - 2 * _D * v)
    yield "knot", sp.diff(mean, _T) + 2 * sp.exp(_A * _T - _T**2 / 2) / sp.sqrt(2 * sp.pi) * given

    curve = pair_laws.bend(_S, _A, _C, _D)
    mean = curve.tilt.mass * curve.call
    bell = pair_laws.tilt(_A, -(_S**2), _C, _D).mass
    yield "scale", sp.diff(mean, _S) - 2 / sp.sqrt(sp.pi) * sp.diff(bell, _A)
    yield "scale 0", mean.subs(_S, 0)

    for name, of in (("sign", step), ("erf", curve)):
        bell = of.tilt.mass * of.density
        yield f"{name}: call in a", sp.diff(of.call, _A) - of.density * of.tilt.s11
        yield f"{name}: call in c", sp.diff(of.call, _C) - of.density * of.tilt.s12
        yield f"{name}: h", sp.diff(bell, _A) - bell * of.h
        yield f"{name}: k", sp.diff(bell, _C) - bell * of.k
        yield f"{name}: t", sp.diff(of.h, _A) - of.t
        yield f"{name}: u", sp.diff(of.h, _C) - of.u
        yield f"{name}: u again", sp.diff(of.k, _A) - of.u
        yield f"{name}: v", sp.diff(of.k, _C) - of.v


def broken() -> tuple[str, ...]:
    """The names of the equations that are not shown to hold.

    >>> broken()
    ()
    """
    found = []
    for name, expr in equations():
        try:
            holds = is_zero(expr)
        except NotNormalError:
            holds = False
        if not holds:
            found.append(name)
    return tuple(found)


@lru_cache(maxsize=1)
def laws_hold() -> bool:
    """Whether all equations hold; decided once a process, in about 0.1 s.

    >>> laws_hold()
    True
    """
    return not broken()
