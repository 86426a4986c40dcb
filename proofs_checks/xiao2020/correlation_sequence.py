"""A sequence C of correlations that starts from c, the correlation of the inputs, stays one."""

from collections.abc import Callable

import sympy as sp

from deepcond_sym.proof import Proof, Sequence, Statement, Step, le
from deepcond_sym.proof.tactics.inductive import inductive

from .setting import apart, c, l


def stays_correlation(prove: Proof, frame: Statement, C: Sequence, step: Callable[[Statement], Step]) -> Step:
    """|C(l)| <= 1 at every depth of the frame; `step` shows it after a layer, from its statement before."""

    def base(target: Statement) -> Step:
        sides = [
            prove.chain(
                target.conclude(le(sign * C(0), 1)), prove.unfold(target, sign * C(0), C(0)),
                prove.polynomial(le(sign * c, 1), apart),
            )
            for sign in (1, -1)
        ]  # fmt: skip
        return prove.absolute_value(target, *sides)

    return inductive(prove, frame.conclude(le(sp.Abs(C(l)), 1)), l, base, step)
