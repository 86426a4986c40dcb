"""What the depth contributes to the smallest eigenvalue: the kernel is near (L - a) I + a 11^T, a = L/4."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    eq,
    fact,
    forall,
    interval,
    le,
    minimum,
    ntk,
    off_maximum,
    smallest,
)
from deepcond_sym.proof.tactics.arbitrary import no_less, product_known, scaled

from . import chain_steps
from .chain_steps import p, q
from .setting import L, N, cosine, hidden, length, pair, points

low, width = sp.symbols("alpha w", real=True)
_from_zero = tuple(interval(s, 0, sp.oo) for s in (low, width))
kernel = ntk(L, cosine)
"""K^(L) of the unit vectors; on the diagonal L + 1, the depth of the paper."""

def _two_points(at: object, within: str) -> Instance:
    """Two unit vectors at a right angle and one hidden layer: the kernel is 1/pi off the diagonal."""
    unit = tuple(tuple(Fraction(int((s > 1) == (t > 1))) for t in range(3)) for s in range(3))
    values = {N: Fraction(2), L: Fraction(1), low: Fraction(str(at)), width: Fraction(within)}
    return Instance(values, matrices={"U": unit}, vectors={"a": (Fraction(1),) * 3})


claim = Claim(
    "nguyen2021/D-L+",
    title="The smallest eigenvalue grows with the depth as soon as the kernel is nearly constant off its diagonal",
    source="the role of the depth in Theorem 3.2",
    printed=r"u_L\in[a_L,b_L] \text{ off the diagonal},\ a_L\ge0:\quad"
    r" \lambda_{\min}(K^{(L)})\ge\min_i\|x_i\|^2\big(L-a_L-(N-1)(b_L-a_L)\big) \text{ where the bracket is}\ge0",
    note=r"$u_L$ is the kernel of the unit vectors. In the formal statement L counts the hidden layers, one less than"
    r" in the paper, $\alpha=a_L$ and $w=b_L-a_L$, of which it takes $|u_L-\alpha|\le w$ only; where the bracket is"
    r" negative it holds as well. With $a_L=\frac L4+O(\log L)$ and $b_L-a_L=O(1/\theta_{\min})$, which the barriers"
    r" of starnaud2025 give at every depth, the growth is $\frac34L$ as soon as L is large against $N/\theta_{\min}$."
    r" The lower bound of Theorem 3.2 misses this factor.",
    beside=("nguyen2021/D-L", "nguyen2021/D-T3.2", "nguyen2021/D-T3.2-chain"),
    parameters={"spread": N - 1, "share": 1},
    witnesses=((0, _two_points(0, "1/2")), (0, _two_points("3/10", "1/20"))),
)


@claim.states
def statement(spread, share):
    bracket = L + 1 - share * low - spread * width
    return forall(
        points, hidden, *_from_zero, given=[le(off_maximum(kernel - low, N), width)], family=RELU,
        holds=le(bracket * minimum(length**2, N), smallest(pair * kernel, N)),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, spread, share):
    """Gershgorin for K - a 11^T; Weyl, as a 11^T >= 0; and Schur with the lengths."""
    return nearly_constant(prove, goal)


def nearly_constant(prove: Proof, goal: Statement) -> Step:
    """The bound, for a kernel within w of alpha off the diagonal."""
    frame = forall(points, hidden, *_from_zero, family=RELU, holds=le(0, 0))
    rest, top = kernel - low, off_maximum(kernel - low, N)
    at_one = chain_steps.kernel_of_one(prove)
    known = forall(points, hidden, *_from_zero, family=RELU, holds=le(L + 1 - low, ntk(L, 1) - low))
    on_diagonal = prove.chain(known, prove.identity(known.conclude(eq(L + 1 - low, ntk(L, 1) - low)),
                                                    using=[(at_one, {})]))  # fmt: skip
    floor = prove.matrices("bound", frame, N, ntk(L, 1) - low, L + 1 - low, of="minimum",
                           premises=[on_diagonal], indices=(p, q))  # fmt: skip
    discs = prove.matrices("gershgorin", frame, N, rest)
    constant = prove.matrices("semidefinite", frame, N, low)
    weyl = prove.matrices("weyl", frame, N, rest, low)
    schur = prove.matrices("schur", frame, N, kernel, pair)
    bracket, least = L + 1 - low - (N - 1) * width, minimum(ntk(L, 1) - low, N)
    unit = prove.chain(
        goal.conclude(le(bracket, smallest(kernel, N))), fact(floor), product_known(prove, N - 1, width - top),
        no_less(prove, bracket, least - (L + 1 - low)),
        no_less(prove, least - (N - 1) * width, (N - 1) * (width - top)), discs,
        fact(constant), no_less(prove, smallest(rest, N), smallest(low, N)), weyl,
    )  # fmt: skip
    squares = minimum(length**2, N)
    return prove.chain(
        goal, fact(unit), fact(chain_steps.squares_of_lengths(prove)),
        scaled(prove, squares, bracket, smallest(kernel, N)), schur,
    )


claim.mutant("one off-diagonal entry less", spread=N - 2)
claim.mutant("half of a_L", share=sp.Rational(1, 2))
