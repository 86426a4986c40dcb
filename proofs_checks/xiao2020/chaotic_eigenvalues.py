"""B28: the eigenvalues of the tangent kernel in the chaotic phase, between explicit bounds at every depth."""

from fractions import Fraction

from deepcond_sym.proof import Claim, Instance, forall, le
from deepcond_sym.proof.instance import equicorrelated
from deepcond_sym.proof.tactics.power_gaps import b

from .chaotic_matrices import data, diagonal_value, error, tangent
from .chaotic_spectrum import TANGENT
from .chaotic_steps import NON_AFFINE, below_one, fixed, settled
from .near_equicorrelated import Bounds, X, m, points, several
from .setting import chi, from_one, l

QUARTIC = (Fraction(7, 15), Fraction(0), Fraction(0), Fraction(0), Fraction(8, 15))
"""f(c) = (7 + 8 c^4)/15: c* = 1/2, chi_{c*} = 4/15, chi_1 = 32/15, p*_ab = 15 q*/22; its limits are near soon."""


def at_depth(depth: int, size: int, correlation: str) -> Instance:
    """Equicorrelated inputs for this map of a layer."""
    values = {b: Fraction(1, 2), l: Fraction(depth), m: Fraction(size)}
    return Instance(values, QUARTIC, {X.name: equicorrelated(size, Fraction(correlation))})


claim = Claim(
    "xiao2020/B28",
    title="Chaotic phase: all eigenvalues of the tangent kernel grow like its diagonal",
    source="the table of the tangent kernel, chaotic phase, with constants",
    provenance="derived here",
    printed=r"\chi_1>1,\ d=1:\quad\lambda_{\max},\lambda_{bulk}\sim\frac{q^*}{\chi_1-1}\chi_1^l",
    note=r"With constants at every depth $l\ge1$: $|\lambda_{\max}-(p^{(l)}+(m-1)p^*_{ab})|\le(m-1)E_l$ and"
    r" $p^{(l)}-p^*_{ab}-(m-1)E_l\le\lambda_{\min}\le p^{(l)}-p^*_{ab}+E_l$, where"
    r" $p^{(l)}=q^*\frac{\chi_1^l-1}{\chi_1-1}$ and"
    r" $E_l=\chi_{c^*}^{l-1}(\chi_{c^*}p^*_{ab}+l\,c^*(\chi_{c^*}q^*+\beta p^*_{ab}))$ is the error of xiao2020/B15."
    r" All eigenvalues are between these two, so that each of them over $p^{(l)}$ tends to 1. For inputs with $0\le"
    r" x_i\cdot x_j\le c^*$, in units of $q^*$, $\Theta^{(0)}=0$; with the notebook's start the limit is multiplied"
    r" by $\chi_1$. For $d$ pixels whose pairs are at the limit, both are divided by $d$ (xiao2020/B55).",
    beside=("xiao2020/B15", "xiao2020/B28-reported", "xiao2020/B29", "xiao2020/B55"),
    parameters={"limit": settled, "on": diagonal_value, "error": error},
    witnesses=(
        (0, at_depth(6, 3, "1/2")), (1, at_depth(6, 3, "1/2")), (2, at_depth(6, 3, "1/2")),
        (3, at_depth(6, 3, "1/2")),
    ),
)  # fmt: skip


@claim.states
def statement(limit, on, error):
    frame = {"given": [fixed, data], "family": NON_AFFINE}
    box, two = (points, below_one, from_one), (several, below_one, from_one)
    least, greatest, middle, radius = tangent.least, tangent.greatest, on + (m - 1) * limit, (m - 1) * error
    return (
        forall(*box, **frame, holds=le(on - limit - radius, least), label="smallest, from below"),
        forall(*two, **frame, holds=le(least, on - limit + error), label="smallest, from above"),
        forall(*box, **frame, holds=le(middle - radius, greatest), label="largest, from below"),
        forall(*box, **frame, holds=le(greatest, middle + radius), label="largest, from above"),
    )


@claim.proves
def proof(prove, goal, limit, on, error):
    """The matrix is within E_l of (p - p*_ab) I + p*_ab 11^T off the diagonal: Gershgorin and Weyl."""
    bounds, of_two = Bounds(prove, tangent), Bounds(prove, tangent, size=several)
    shown = (
        bounds.smallest_from_below(), of_two.smallest_from_above(), bounds.largest_from_below(),
        bounds.largest_from_above(),
    )  # fmt: skip
    return [TANGENT.shown(prove, part, step) for part, step in zip(goal, shown, strict=True)]


claim.mutant("the notebook's start", on=(chi ** (l + 1) - 1) / (chi - 1))
claim.mutant("the limit without the slope", limit=b)
claim.mutant("a start at q* twice", on=diagonal_value + 1)
