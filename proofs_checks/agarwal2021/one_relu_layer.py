"""Lemma 58 and Theorems 57 and 59: the features of one random layer, which no constant in the paper pins down."""

import sympy as sp

from deepcond_sym.proof import Claim, Verdict, forall, le, mean_of

quiet = Claim(
    "agarwal2021/L58-simulated",
    title="A Gaussian vector that is almost orthogonal to one point only, in samples",
    source="Lemma 58, p. 51",
    provenance="paper",
    printed=r"\Pr\Big(|w\cdot x_1|\le\tfrac{\sqrt\delta}{10n},\ |w\cdot x_i|>\tfrac{\sqrt\delta}{4n}"
    r"\ \forall i\ne1\Big)\ge\tfrac{\sqrt\delta}{50n}",
    expected=Verdict.SUPPORTED,
    note="Stated here for unit vectors with all inner products 1 - delta: n = 2, 5, 10 and delta = 1, 1/4, 1/100. Not"
    " shown: other points. The proof, for all of them, is that of agarwal2021/L58.",
    beside=("agarwal2021/L58",),
    parameters={"share": "1/50"},
)


@quiet.states
def quiet_statement(share):
    return tuple(
        forall(
            holds=le(share * sp.sqrt(delta) / n, mean_of("quiet_neuron", n, delta)), label=f"n = {n}, delta = {delta}"
        )
        for n in (2, 5, 10)
        for delta in (sp.Integer(1), sp.Rational(1, 4), sp.Rational(1, 100))
    )


@quiet.proves
def quiet_proof(prove, goals, share):
    """262144 vectors for each."""
    return prove.simulate_each(goals, seed=58, samples=2**18)


quiet.mutant("twice the rate of the first event, 2 sqrt(2/pi)/10", share="16/100")
quiet.mutant("sqrt(delta)/(5 n)", share="1/5")

features = Claim(
    "agarwal2021/T57",
    title="The smallest eigenvalue of the features of one ReLU layer",
    source="Theorem 57, p. 49",
    provenance="paper",
    printed=r"m\ge c\,\frac{n^8\log(n/\delta)}{\delta^3} \implies \sigma_{\min}(\Phi^\top\Phi)\ge\Omega"
    r"\Big(\frac{\delta^{3/2}}{n^3}\Big)\text{ with probability at least } 1-\frac1{\mathrm{poly}(n)}",
    expected=Verdict.SUPPORTED,
    note=r"The constants are hidden: a check of the scaling only, with 1 for $\Omega$ and $\Phi^\top\Phi$ divided by"
    r" $m$. Stated here for unit vectors with all inner products $1-\delta$, $\delta=1/4$, $n=2,3,4$ and $m=1024$: the"
    r" smallest eigenvalue is at least $\delta^{3/2}/n^3$ with probability at least 9/10. The printed proof has a gap:"
    r" $T_j^2\ge\delta/(81n^2)$ forgets $\alpha_{i^*}^2\ge1/n$. The paper calls the theorem superseded (Panigrahi et"
    r" al. 2020, Theorem 4).",
    beside=("agarwal2021/L58",),
    parameters={"scale": 1, "width": 1024},
)


@features.states
def features_statement(scale, width):
    def large(n):
        """P(smallest eigenvalue >= scale delta^(3/2)/n^3) at delta = 1/4."""
        return mean_of("relu_features", n, "1/4", width, scale / sp.Integer(8 * n**3))

    return tuple(forall(holds=le("9/10", large(n)), label=f"n = {n}") for n in (2, 3, 4))


@features.proves
def features_proof(prove, goals, scale, width):
    """512 layers for each number of points."""
    return prove.simulate_each(goals, seed=57, samples=2**9)


features.mutant("ten times as much", scale=10)
features.mutant("a layer of one neuron", width=1)

gram = Claim(
    "agarwal2021/T59",
    title="The kernel of one hidden layer is non-singular",
    source="Theorem 59, p. 52 (cites Gneiting 2013)",
    provenance="paper",
    printed=r"a_i\ne0 \text{ for infinitely many even and infinitely many odd } i,\ |x_i\cdot x_j|\le1-\delta \implies"
    r" \bar K \text{ is non-singular}",
    expected=Verdict.UNDECIDED,
    note="Cited: strict positive definiteness on spheres of every dimension (Gneiting 2013). No formal statement: the"
    " language has no families with infinitely many non-zero coefficients, and no rule for that theorem.",
    beside=("agarwal2021/L24",),
)
