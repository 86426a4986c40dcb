"""Kernel matrices with ones on the diagonal, all other entries within delta of one number a: near (1 - a) I + a 11^T.

The smallest eigenvalue is at least 1 - a - (n - 1) delta, by Gershgorin and Weyl."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Family,
    Proof,
    Relation,
    Statement,
    Step,
    Variable,
    at,
    column,
    eq,
    fact,
    index,
    interval,
    le,
    off_maximum,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.proof import Use

X, delta = sp.Symbol("X", real=True), sp.Symbol("delta", real=True)
n, points = index("n", 1)
error = interval(delta, 0, sp.oo)
p, q = sp.symbols("p q", integer=True)
y, u, v = sp.symbols("y u v", real=True)
free, slacks = interval(y, -sp.oo, sp.oo), (interval(u, 0, sp.oo), interval(v, 0, sp.oo))


@dataclass(frozen=True)
class Kernel:
    """The kernel of points 0, 1, 2, ...: its entries, what stands on the diagonal, the number a for the others.

    `share` is a/(1 - a + n a); `variables` and `family` are what the entries and a speak of, `given` what is taken for
    granted of them; `one(prove)` lists what shows that 1 stands on the diagonal, as `Proof.identity` takes it. Another
    number than 1 is `value`."""

    entry: Callable[[Any, Any], Any]
    diagonal: Any
    limit: Any
    share: Any
    variables: tuple[Variable, ...]
    family: Family | None
    one: Callable[[Proof], Sequence[tuple[Step, dict]]]
    value: Any = sp.S.One
    given: tuple[Relation, ...] = ()

    @property
    def off_by(self) -> Any:
        """Entry (row, column) minus a."""
        return self.entry(row, column) - self.limit

    @property
    def near(self) -> Relation:
        """The entries off the diagonal are within delta of a."""
        return le(off_maximum(self.off_by, n), delta)

    @property
    def rest(self) -> Any:
        """1 - a."""
        return self.value - self.limit


class Floor:
    """What is shown of the smallest eigenvalue, in a frame that says that the kernel is near a."""

    def __init__(self, prove: Proof, frame: Statement, kernel: Kernel) -> None:
        self.prove, self.frame, self.kernel = prove, frame, kernel
        self.worst = off_maximum(kernel.off_by, n)

    def law(self, part: str, *bodies: object, of: str = "smallest", premises: tuple[Step, ...] = ()) -> Step:
        return self.prove.matrices(
            part, self.frame, n, *bodies, of=of, premises=premises, indices=[p, q] if premises else []
        )

    def shown(self, relation: Relation, *uses: Step | Use) -> Step:
        return self.prove.chain(self.frame.conclude(relation), *uses)

    def more(self, low: sp.Expr, a: sp.Expr, b: sp.Expr = sp.S.Zero) -> Use:
        """The link low <= low + a + (n - 1) b, where 0 <= a and 0 <= b are known."""
        return at(self.prove.polynomial(le(y, y + u + (n - 1) * v), free, points, *slacks), {y: low, u: a, v: b})

    def extreme_entry(self, of: str) -> Step:
        """1 - a <= minimum(1 - a) on the diagonal, maximum <= 1 - a."""
        entry = self.kernel.diagonal - self.kernel.limit
        same = self.prove.identity(self.frame.conclude(eq(entry, self.kernel.rest)), using=self.kernel.one(self.prove))
        return self.law("bound", entry, self.kernel.rest, of=of, premises=(same,))

    def smallest_of_rest(self) -> Step:
        """1 - a - (n - 1) delta <= smallest(entries - a): Gershgorin."""
        extreme, rest = self.extreme_entry("minimum"), self.kernel.rest
        least, bound = extreme.conclusion.conclusion.rhs, rest - (n - 1) * delta
        return self.shown(
            le(bound, smallest(self.kernel.off_by, n)), fact(extreme),
            self.more(bound, least - rest, delta - self.worst), self.law("gershgorin", self.kernel.off_by),
        )  # fmt: skip

    def smallest_from_below(self) -> Step:
        """1 - a - (n - 1) delta <= smallest(entries): Weyl, as a 11^T is positive semidefinite."""
        constant, off_by = self.kernel.limit, self.kernel.off_by
        return self.shown(
            le(self.kernel.rest - (n - 1) * delta, smallest(self.kernel.entry(row, column), n)),
            fact(self.law("semidefinite", constant)), self.smallest_of_rest(),
            self.more(smallest(off_by, n), smallest(constant, n)), self.law("weyl", off_by, constant),
        )  # fmt: skip
