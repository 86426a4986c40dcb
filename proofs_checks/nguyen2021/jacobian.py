"""The Jacobian of a network of finite width in all its weights: its Gram matrix as a sum over the layers.

The formal statements name every weight of a network with one or two hidden layers and two inputs. The derivatives of
the activation, 0 or 1, are variables, so the identity holds whatever they are."""

from fractions import Fraction
from itertools import product
from typing import Any

import sympy as sp

from deepcond_sym.proof import Claim, Instance, eq, forall, interval

Layer = list[Any]


def symbols(name: str, *sizes: int) -> Any:
    """name_11, name_12, ... with these numbers of rows and columns."""
    places = product(*(range(1, n + 1) for n in sizes))
    return {place: sp.Symbol(name + "_" + "".join(map(str, place)), real=True) for place in places}


class Network:
    """f_L = W_L^T f_(L-1), f_l = S_l W_l^T f_(l-1), with `widths` (n_0, ..., n_(L-1)) and two inputs x(1), x(2)."""

    def __init__(self, *widths: int) -> None:
        self.widths, self.depth = widths, len(widths)
        sizes = zip(widths, (*widths[1:], 1), strict=True)
        self.weights = [symbols(f"w{l}", n, m) for l, (n, m) in enumerate(sizes, 1)]
        self.inputs = {i: list(symbols(f"x{i}", widths[0]).values()) for i in (1, 2)}
        self.slopes = {i: [list(symbols(f"s{i}{l}", n).values()) for l, n in enumerate(widths[1:], 1)] for i in (1, 2)}

    def symbols(self) -> list[sp.Symbol]:
        of_inputs = [s for i in (1, 2) for s in (*self.inputs[i], *(s for layer in self.slopes[i] for s in layer))]
        return [s for layer in self.weights for s in layer.values()] + of_inputs

    def apply(self, l: int, i: int, f: Layer) -> Layer:
        """W_l^T f, times the slopes at the input i where the layer is hidden."""
        out = max(place[1] for place in self.weights[l - 1])
        g = [sp.Add(*(self.weights[l - 1][a + 1, b + 1] * f[a] for a in range(len(f)))) for b in range(out)]
        return [s * value for s, value in zip(self.slopes[i][l - 1], g, strict=True)] if l < self.depth else g

    def features(self, k: int, i: int) -> Layer:
        """f_k at the input i."""
        f = self.inputs[i]
        for l in range(1, k + 1):
            f = self.apply(l, i, f)
        return f

    def back(self, k: int, i: int, slopes_at: int = 0) -> Layer:
        """Row i of B_k: S_k W_(k+1) S_(k+1) ... W_L, and 1 for the last layer. `slopes_at` moves the first S."""
        if k == self.depth:
            return [sp.S.One]
        weights, last = self.weights[k], self.back(k + 1, i)
        column = [sp.Add(*(weights[a, b] * value for b, value in enumerate(last, 1)))
                  for a in range(1, self.widths[k] + 1)]  # fmt: skip
        at = self.slopes[i][k - 1] if not slopes_at else [sp.S.One] * len(column)
        return [s * value for s, value in zip(at, column, strict=True)]

    def gram_of_the_jacobian(self) -> Any:
        """(J J^T)_12, by differentiation in every weight."""
        first, second = (sp.expand(self.features(self.depth, i)[0]) for i in (1, 2))
        weights = [w for layer in self.weights for w in layer.values()]
        return sp.Add(*(sp.diff(first, w) * sp.diff(second, w) for w in weights))

    def sum_over_layers(self, first: int = 0, without_slopes: int = 0) -> Any:
        """sum_k <f_k, f_k'> <b_(k+1), b_(k+1)'>."""
        def dot(u: Layer, v: Layer) -> Any:
            return sp.Add(*(p * q for p, q in zip(u, v, strict=True)))

        return sp.Add(*(
            dot(self.features(k, 1), self.features(k, 2))
            * dot(*(self.back(k + 1, i, without_slopes) for i in (1, 2)))
            for k in range(first, self.depth)
        ))  # fmt: skip


ONE_HIDDEN, TWO_HIDDEN = Network(2, 2), Network(2, 2, 2)

claim = Claim(
    "nguyen2021/D-J",
    title="The Gram matrix of the Jacobian as a sum over the layers",
    source="proof of Theorem 4.1",
    provenance="paper",
    printed=r"JJ^\top=\sum_{k=0}^{L-1}F_kF_k^\top\circ B_{k+1}B_{k+1}^\top,\quad (B_k)_{i:}=\Sigma_k(x_i)\Big("
    r"\prod_{l=k+1}^{L-1}W_l\Sigma_l(x_i)\Big)W_L,\quad B_LB_L^\top=\mathbf{11}^\top",
    note=r"Shown for L = 2 and L = 3 with all widths 2, entry by entry for two inputs (equal inputs included), for any"
    r" weights and any values of the derivatives of the activation: the left side is differentiated weight by weight."
    r" At other widths and depths the reason is the same (the chain rule, and $\partial f/\partial W_{k+1}=f_k"
    r" b_{k+1}^\top$), but the formal language has no networks of unspecified width.",
    beside=("nguyen2021/D-Jlb", "nguyen2021/D-T4.1"),
    parameters={"first": 0, "without_slopes": 0},
    witnesses=(
        (0, Instance({s: Fraction(1 + n % 3) for n, s in enumerate(ONE_HIDDEN.symbols())})),
        (1, Instance({s: Fraction(1 + n % 3) for n, s in enumerate(TWO_HIDDEN.symbols())})),
    ),
)


@claim.states
def statement(first, without_slopes):
    def layers(network: Network) -> Any:
        return network.sum_over_layers(int(first), int(without_slopes))

    return tuple(
        forall(
            *(interval(s, -sp.oo, sp.oo) for s in network.symbols()),
            holds=eq(network.gram_of_the_jacobian(), layers(network)), label=f"L = {network.depth}",
        )
        for network in (ONE_HIDDEN, TWO_HIDDEN)
    )  # fmt: skip


@claim.proves
def proof(prove, goals, first, without_slopes):
    """Expand both sides."""
    return [prove.identity(goal) for goal in goals]


claim.mutant("without the slopes of the first factor of B", without_slopes=1)
claim.mutant("without the first layer", first=1)
