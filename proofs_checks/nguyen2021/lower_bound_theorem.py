"""Theorem 3.2, and what the formal language does not speak of: laws of data, constants that are hidden."""

from deepcond_sym.proof import Claim, Verdict

theorem = Claim(
    "nguyen2021/D-T3.2",
    title="The smallest eigenvalue of the limiting tangent kernel, between orders of magnitude",
    source="Theorem 3.2",
    provenance="paper",
    printed=r"L\,O(d)\ge\lambda_{\min}(K^{(L)})\ge\mu_r(\sigma)^2\,\Omega(d) \text{ with probability }"
    r" \ge1-Ne^{-\Omega(d)}-N^2e^{-\Omega(dN^{-2/(r-0.5)})}",
    expected=Verdict.UNDECIDED,
    note=r"The constants are hidden and the probability is over N independent points of an unnamed law with mean zero"
    r" (nguyen2021/D-A1, D-A2). Its deterministic part holds for every data set and is proved: nguyen2021/D-T3.2-chain,"
    r" with numbers on data in D-T3.2-data. Slips, none of which changes the statement: $L\ge2$ is tacit"
    r" (D-T3.2b); the event about inner products has a power too much (D-e2); $\Omega(d)$ stands for $\Omega(d^r)$"
    r" (D-e3); the factor 2 of $G^{(2)}=2D\,\mathbb E[\cdot]D$ is dropped (harmless; D-T3.2-chain has it). The lower"
    r" bound is true but has no factor L, and the truth is linear in L: nguyen2021/D-L and D-L+.",
    beside=(
        "nguyen2021/D-T3.2-chain", "nguyen2021/D-T3.2-data", "nguyen2021/D-T3.2b", "nguyen2021/D-e2", "nguyen2021/D-e3",
        "nguyen2021/D-L", "nguyen2021/D-L+",
    ),
)  # fmt: skip

moments = Claim(
    "nguyen2021/D-A1",
    title="The assumption on the moments of the data",
    source="Assumption 2.1",
    provenance="paper",
    printed=r"\mathbb E\|x\|=\Theta(\sqrt d),\quad \mathbb E\|x\|^2=\Theta(d),\quad \mathbb E\|x-\mathbb"
    r" Ex\|^2=\Omega(d)",
    expected=Verdict.UNDECIDED,
    note="An assumption, not a statement: nothing is to be proved. It enters nguyen2021/D-T3.2, D-T4.1 and D-T5.1.",
    beside=("nguyen2021/D-A2", "nguyen2021/D-T3.2"),
)

concentration = Claim(
    "nguyen2021/D-A2",
    title="The assumption that Lipschitz functions of the data concentrate",
    source="Assumption 2.2",
    provenance="paper",
    printed=r"\mathbb P(|f(x)-\mathbb Ef|>t)\le2e^{-ct^2/\|f\|_{\rm Lip}^2} \text{ for every Lipschitz } f:\mathbb"
    r" R^d\to\mathbb R",
    expected=Verdict.UNDECIDED,
    note=r"An assumption, not a statement. It implies $\operatorname{Var}f=\int_0^\infty\mathbb P(|f-\mathbb"
    r" Ef|^2>s)\,ds\le\int_0^\infty2e^{-cs/\|f\|_{\rm Lip}^2}ds=\frac2c\|f\|_{\rm Lip}^2$, which is what the binary"
    r" cube violates: nguyen2021/D-r1 and D-r1-variance, against the remark that follows the assumption.",
    beside=("nguyen2021/D-r1", "nguyen2021/D-r1-variance", "nguyen2021/D-A1"),
)

piecewise = Claim(
    "nguyen2021/D-F",
    title="Features and pre-activations are piecewise linear",
    source="Definition F.1, Lemmas F.2 and F.3",
    provenance="paper",
    printed=r"f_k,\ g_k \text{ are piecewise linear; a cover by finitely many polyhedra with non-empty, disjoint"
    r" interiors}",
    expected=Verdict.UNDECIDED,
    note="Standard: compositions of linear maps and of max(., 0), on the cells of finitely many arrangements of"
    " hyperplanes. The formal language has no polyhedra; for d = 2 the sweep over the cones is in nguyen2021/D-L6.1.",
    beside=("nguyen2021/D-L6.1",),
)
