"""The deterministic chain of Theorem 3.2 on three small data sets: how much is lost at each link."""

from dataclasses import dataclass
from typing import Any

import sympy as sp

from deepcond_sym.proof import RELU, Claim, column, dual, forall, iterate, kronecker, le, ntk, row, smallest

from .setting import square

_DIGITS = sp.Rational(1, 10**6)


@dataclass(frozen=True)
class DataSet:
    """Points by their directions (rational unit vectors) and lengths; the depth of the paper and the degree r.

    `slack` is what each link of the chain loses, to six digits."""

    name: str
    directions: tuple[tuple[str, ...], ...]
    lengths: tuple[str, ...]
    depth: int
    degree: int
    slack: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.lengths)

    def gram(self) -> list[list[Any]]:
        """X X^T, exactly."""
        points = zip(self.lengths, self.directions, strict=True)
        X = [[sp.Rational(a) * sp.Rational(u) for u in direction] for a, direction in points]
        return [[sp.Add(*(u * v for u, v in zip(x, y, strict=True))) for y in X] for x in X]

    def cosine(self) -> Any:
        """u_i . u_j, with the coordinates picked by Kronecker's symbol."""
        def coordinate(m: int, at: Any) -> Any:
            return sp.Add(*(sp.Rational(u[m]) * kronecker(at, p) for p, u in enumerate(self.directions, 1)))

        return sp.Add(*(coordinate(m, row) * coordinate(m, column) for m in range(len(self.directions[0]))))

    def pair(self) -> Any:
        """|x_i| |x_j|."""
        def length(at: Any) -> Any:
            return sp.Add(*(sp.Rational(a) * kronecker(at, p) for p, a in enumerate(self.lengths, 1)))

        return length(row) * length(column)

    def chain(self, factor: Any = 2, more_layers: int = 0) -> list[Any]:
        """The members of the chain, from the upper bound down; the last two are those of Gershgorin's theorem."""
        n, r, hidden = self.size, self.degree, self.depth - 1 + more_layers
        lengths = [sp.Rational(a) for a in self.lengths]
        layers = [smallest(self.pair() * iterate(l, self.cosine()), n) for l in range(hidden + 1)]
        scale = factor * square(r) / max(lengths) ** (2 * r - 2)
        hadamard = smallest((self.pair() * self.cosine()) ** r, n)
        inner_products = self.gram()
        largest = max(abs(inner_products[i][j]) for i in range(n) for j in range(i))
        return [
            self.depth * min(lengths) ** 2,
            smallest(self.pair() * ntk(hidden, self.cosine()), n),
            sp.Add(*layers),
            smallest(self.pair() * dual(self.cosine()), n),
            scale * hadamard,
            scale * (min(lengths) ** (2 * r) - (n - 1) * largest**r),
        ]


LINKS = (
    "upper bound over the kernel", "kernel over the sum of all layers", "sum over the second layer",
    "second layer over the Hadamard power", "Hadamard power over Gershgorin",
)  # fmt: skip

DATA = (
    DataSet(
        "three points in the plane, L = 3, r = 2",
        (("1", "0"), ("3/5", "4/5"), ("-5/13", "12/13")), ("1", "2", "3/2"), 3, 2,
        ("1.081766", "1.272966", "0.340309", "0.270749", "0.179021"),
    ),
    DataSet(
        "four points in space, L = 10, r = 2",
        (("1", "0", "0"), ("2/3", "2/3", "1/3"), ("-2/3", "2/3", "1/3"), ("0", "3/5", "-4/5")),
        ("1", "1", "2", "5/4"), 10, 2,
        ("4.269609", "4.374398", "1.139256", "0.198929", "0.190226"),
    ),
    DataSet(
        "five points in the plane, L = 2, r = 4",
        (("1", "0"), ("3/5", "4/5"), ("-3/5", "4/5"), ("5/13", "12/13"), ("-24/25", "7/25")),
        ("1", "1", "1", "1", "1"), 2, 4,
        ("1.916744", "0.077729", "0", "0.004562", "0.034520"),
    ),
)  # fmt: skip

claim = Claim(
    "nguyen2021/D-T3.2-data",
    title="What each link of the chain loses, on three small data sets",
    source="proof of Theorem 3.2, on rational data",
    printed=r"L\min_i\|x_i\|^2\ge\lambda_{\min}(K^{(L)})\ge\sum_{l=1}^L\lambda_{\min}(G^{(l)})\ge"
    r"\lambda_{\min}(G^{(2)})\ge2\mu_r^2\frac{\lambda_{\min}((XX^\top)^{\circ r})}{\max_i\|x_i\|^{2(r-1)}}\ge"
    r"2\mu_r^2\frac{\min_i\|x_i\|^{2r}-(N-1)\max_{i\ne j}|\langle x_i,x_j\rangle|^r}{\max_i\|x_i\|^{2(r-1)}}"
    r" \quad\text{with the slack of each link to six digits}",
    note=r"Three points in the plane of norms 1, 2, 3/2 (L = 3, r = 2): $\lambda_{\min}(K)=1.918234$, slacks 1.081766,"
    r" 1.272966, 0.340309, 0.270749, 0.179021. Four points in space (L = 10, r = 2): $\lambda_{\min}(K)=5.730391$,"
    r" slacks 4.269609, 4.374398, 1.139256, 0.198929, 0.190226. Five unit vectors in the plane (L = 2, r = 4):"
    r" $\lambda_{\min}(K)=0.083256$, slacks 1.916744, 0.077729, 0, 0.004562, 0.034520. The eigenvalue of the Hadamard"
    r" power is positive each time, Gershgorin's bound for it negative: at such N and d step 5 says nothing, step 4"
    r" does. The formal statements name the coordinates of the points.",
    beside=("nguyen2021/D-T3.2-chain", "nguyen2021/D-T3.2"),
    parameters={"factor": 2, "more": 0},
)


@claim.states
def statement(factor, more):
    return tuple(
        forall(
            family=RELU, holds=le(sp.Abs(high - low - sp.Rational(slack)), _DIGITS), label=f"{data.name}: {link}"
        )
        for data in DATA
        for members in [data.chain(factor, int(more))]
        for link, slack, high, low in zip(LINKS, data.slack, members, members[1:], strict=False)
    )  # fmt: skip


@claim.proves
def proof(prove, goals, factor, more):
    """Eigenvalues in balls, 2 mu_r^2 by its moment."""
    return [prove.evaluate(goal) for goal in goals]


claim.mutant("without the factor 2, as printed", factor=1)
claim.mutant("one layer more", more=1)
