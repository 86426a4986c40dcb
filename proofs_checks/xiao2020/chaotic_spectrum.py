"""From the entries of chaotic kernel matrices to eigenvalues and condition numbers with the limits put in."""

from dataclasses import replace
from typing import Any

from deepcond_sym.proof import Proof, Relation, Statement, Step, at, eq, fact, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.monotone import one_stays
from deepcond_sym.proof.tactics.power_gaps import b

from . import chaotic_steps
from .chaotic_matrices import (
    covariance,
    covariance_error_positive,
    covariance_near,
    diagonal_value,
    error,
    error_positive,
    signs,
    sizes,
    tangent,
    tangent_near,
)  # fmt: skip
from .chaotic_steps import settled, slope
from .near_equicorrelated import Kernel, a, e, m
from .setting import chi, l


class Limit:
    """A kernel with what its entries tend to: `on` its diagonal and `off` it, up to `error`."""

    def __init__(self, kernel: Kernel, on: Any, off: Any, error: Any) -> None:
        self.kernel, self.on, self.off, self.error = kernel, on, off, error
        self.is_tangent = kernel is tangent

    @property
    def low(self) -> Any:
        """Below the smallest eigenvalue."""
        return self.on - self.off - (m - 1) * self.error

    @property
    def top(self) -> Any:
        """Above it, for two points or more."""
        return self.on - self.off + self.error

    @property
    def greatest(self) -> tuple[Any, Any]:
        """Below and above the largest eigenvalue."""
        middle, radius = self.on + (m - 1) * self.off, (m - 1) * self.error
        return middle - radius, middle + radius

    def known(self, prove: Proof) -> list[Use]:
        return signs(prove) if self.is_tangent else sizes(prove)

    def error_positive(self, prove: Proof) -> Step:
        return (error_positive if self.is_tangent else covariance_error_positive)(prove)

    def diagonal(self, prove: Proof) -> tuple[Step, dict]:
        """What the entry on the diagonal is equal to."""
        return (chaotic_steps.on_diagonal(prove), {}) if self.is_tangent else (one_stays(prove), {"L": l})

    def known_of_diagonal(self) -> tuple[Relation, ...]:
        return (lt(1, chi), lt(slope, 1)) if self.is_tangent else (lt(slope, 1),)

    def equal(self, prove: Proof, goal: Statement, left: Any, right: Any, *given: Relation) -> Step:
        """left = right, with the value of the diagonal put in."""
        wide = replace(goal, given=(*goal.given, *self.known_of_diagonal(), *given), label="")
        return prove.identity(wide.conclude(eq(left, right)), using=[self.diagonal(prove)])

    def shown(self, prove: Proof, goal: Statement, bound: Step, *uses: Use | Step, positive: tuple = ()) -> Step:
        """The goal, from a bound for every matrix near a; `positive` are relations that give both sides a value."""
        near = tangent_near if self.is_tangent else covariance_near
        values = {a: self.off, e: self.error}
        reached = bound.conclusion.conclusion.subs(values)
        on = {self.kernel.on: self.on}
        plain = Relation(reached.lhs.xreplace(on), reached.op, reached.rhs.xreplace(on))
        return prove.chain(
            goal, *self.known(prove), fact(near(prove)), fact(self.error_positive(prove)), *uses,
            self.equal(prove, goal, plain.lhs, reached.lhs, *positive),
            at(bound, values), self.equal(prove, goal, reached.rhs, plain.rhs, *positive),
        )  # fmt: skip


TANGENT = Limit(tangent, diagonal_value, settled, error)
COVARIANCE = Limit(covariance, 1, b, slope**l * b)
