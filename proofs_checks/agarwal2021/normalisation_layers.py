"""Lemma 1: a network with normalisation layers does not see the affine part of its activation.

A batch (for batch normalisation) or the neurons of a layer (for layer normalisation) enter through two averages: the
mean M of the values z and the mean Q of their squares. If every value z becomes (z - a)/s, the averages become those
below, and the standard deviation D, D^2 = Q - M^2 > 0, becomes D/s."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, eq, forall, index, interval, lt

z, M, Q, c, w, s, D = sp.symbols("z M Q c w s D", real=True)
m, width = index("m", 1)
anywhere = [interval(v, -sp.oo, sp.oo) for v in (z, M, Q, c)]
positive = [interval(v, 0, sp.oo, "(") for v in (s, D)]
weights = interval(w, -sp.oo, sp.oo)
_at = {z: 0, M: 1, Q: 2, c: 1, w: 2, s: 1, D: 1, m: 4}
_numbers = Instance({symbol: Fraction(value) for symbol, value in _at.items()})

claim = Claim(
    "agarwal2021/L1",
    title="Normalisation layers do not see the affine part of the activation",
    source="Lemma 1, p. 5 (= Lemma 18, p. 21)",
    provenance="paper",
    printed=r"\text{With batch normalisation, or layer normalisation of post-activations, in each layer, }"
    r" \sigma \text{ and } \tilde\sigma=(\sigma-c)/s,\ s>0, \text{ give the same outputs}",
    note=r"Exact, for any batch and any width, where the normaliser adds no $\epsilon$ to the variance. Slip in the"
    r" printed proof: the mean does not move by c, but by $c\,w^\top\mathbf 1/\sqrt m$ (batch normalisation of"
    r" $w^\top\sigma/\sqrt m$) or by $c/\sqrt m$ (layer normalisation of $\sigma/\sqrt m$). In the formal statement w"
    r" stands for $w^\top\mathbf 1/\sqrt m$. That averages are linear is built in: M and Q are the averages of the"
    r" values and of their squares, and those of $(z - a)/s$ are written out.",
    beside=("agarwal2021/L20",),
    parameters={
        "batch_shift": c * w, "moved_batch": c * w,
        "layer_shift": c / sp.sqrt(m), "moved_layer": c / sp.sqrt(m),
    },
    witnesses=((2, _numbers), (5, _numbers)),
)  # fmt: skip


@claim.states
def statement(batch_shift, layer_shift, moved_batch, moved_layer):
    """`shift` is what is subtracted from each value, `moved` what is subtracted from their mean."""
    parts = []
    for name, shift, moved, more in (
        ("batch", batch_shift, moved_batch, weights),
        ("layer", layer_shift, moved_layer, width),
    ):
        new_mean = (M - moved) / s
        new_square = (Q - 2 * shift * M + shift**2) / s**2
        frame = (*anywhere, more, *positive)
        given = [eq(D**2, Q - M**2)]
        output = ((z - shift) / s - new_mean) / (D / s)
        parts += [
            forall(*frame, given=given, holds=eq((D / s) ** 2, new_square - new_mean**2), label=f"{name}: deviation"),
            forall(*frame, given=given, holds=lt(0, D / s), label=f"{name}: its sign"),
            forall(*frame, given=given, holds=eq(output, (z - M) / D), label=f"{name}: output"),
        ]
    return tuple(parts)


@claim.proves
def proof(prove, goal, batch_shift, layer_shift, moved_batch, moved_layer):
    """Both the value and the mean lose the same amount and are divided by s; so is the standard deviation."""
    steps = []
    for deviation, sign, output in (goal[:3], goal[3:]):
        steps += [
            prove.identity(deviation, [["given", 0]]),
            prove.chain(sign, prove.polynomial(sign.conclusion, *positive)),
            prove.identity(output),
        ]
    return steps


claim.mutant("the mean moved by c, as printed, with batch normalisation", moved_batch=c)
claim.mutant("the mean moved by c, as printed, with layer normalisation", moved_layer=c)
claim.mutant("the values moved by c only, with batch normalisation", batch_shift=c)
