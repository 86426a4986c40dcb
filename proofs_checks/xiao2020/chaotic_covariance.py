"""B33: the covariance in the chaotic phase, its eigenvalues and condition number, with errors at every depth."""


from deepcond_sym.proof import Claim, forall, le, lt
from deepcond_sym.proof.tactics.power_gaps import b

from .chaotic_conditioning import of_excess
from .chaotic_eigenvalues import at_depth
from .chaotic_matrices import covariance, data
from .chaotic_spectrum import COVARIANCE
from .chaotic_steps import NON_AFFINE, below_one, fixed, slope
from .near_equicorrelated import Bounds, a, e, m, points, several
from .setting import l, layers

claim = Claim(
    "xiao2020/B33",
    title="Chaotic phase: the eigenvalues and the condition number of the covariance",
    source="the table of the covariance, chaotic phase, d = 1; the constants are derived",
    provenance="as reported",
    printed=r"d=1:\quad\lambda_{\max}=\big((m-1)c^*+1\big)q^*,\quad\lambda_{bulk}=(1-c^*)q^*+O(\chi_{c^*}^l),\quad"
    r"\kappa=1+\frac{mc^*}{1-c^*}+m\,O(\chi_{c^*}^l)",
    note=r"With constants at every depth, for inputs with $0\le x_i\cdot x_j\le c^*$ and in units of $q^*$: with"
    r" $E_l=c^*\chi_{c^*}^l$, $|\lambda_{\max}-(1+(m-1)c^*)|\le(m-1)E_l$,"
    r" $1-c^*-(m-1)E_l\le\lambda_{\min}\le1-c^*+E_l$ ($m\ge2$), and"
    r" $\frac{m(c^*-E_l)}{1-c^*+E_l}\le\kappa-1\le\frac{mc^*+2(m-1)E_l}{1-c^*-(m-1)E_l}$ once the last denominator is"
    r" positive. With pooling what is reported of $\lambda_{\max}$ is wrong (xiao2020/B33-reported).",
    beside=("xiao2020/B33-reported", "xiao2020/B33-predictor", "xiao2020/B54", "xiao2020/B55-pooling"),
    parameters={"limit": b, "error": slope**l * b, "size": m},
    witnesses=(*((part, at_depth(6, 3, "1/2")) for part in range(6)), (1, at_depth(6, 3, "0"))),
)


@claim.states
def statement(limit, error, size):
    frame, least, greatest = {"given": [fixed, data], "family": NON_AFFINE}, covariance.least, covariance.greatest
    spread, middle = (m - 1) * error, 1 + (size - 1) * limit
    low, top = 1 - limit - spread, 1 - limit + error
    regular = {"given": [fixed, data, lt(0, 1 - b - (m - 1) * slope**l * b)], "family": NON_AFFINE}
    one, two = (points, below_one, layers), (several, below_one, layers)
    excess = covariance.condition - 1
    return (
        forall(*one, **frame, holds=le(low, least), label="smallest, from below"),
        forall(*two, **frame, holds=le(least, top), label="smallest, from above"),
        forall(*one, **frame, holds=le(middle - spread, greatest), label="largest, from below"),
        forall(*one, **frame, holds=le(greatest, middle + spread), label="largest, from above"),
        forall(*two, **regular, holds=le(size * (limit - error) / top, excess), label="condition number, from below"),
        forall(
            *two, **regular, holds=le(excess, (size * limit + 2 * spread) / low), label="condition number, from above"
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, limit, error, size):
    """c* - c^(l) <= chi_c*^l c*, Gershgorin and Weyl."""
    bounds, of_two = Bounds(prove, covariance), Bounds(prove, covariance, size=several)
    eigenvalues = (
        bounds.smallest_from_below(), of_two.smallest_from_above(), bounds.largest_from_below(),
        bounds.largest_from_above(),
    )  # fmt: skip
    regular = Bounds(prove, covariance, lt((m - 1) * e, covariance.on - a), size=several)
    excess = regular.excess_from_below(), regular.excess_from_above()
    return [
        *(COVARIANCE.shown(prove, part, step) for part, step in zip(goal[:4], eigenvalues, strict=True)),
        *(of_excess(prove, part, step, regular, COVARIANCE) for part, step in zip(goal[4:], excess, strict=True)),
    ]


claim.mutant("the error of one layer more", error=slope ** (2 * l + 1) * b)
claim.mutant("m - 1 in place of m", size=m - 1)
claim.mutant("m + 1 in place of m", size=m + 1)
claim.mutant("the limit chi_c*", limit=slope)
