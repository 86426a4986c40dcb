"""Theorem 14: gradient descent on the last layer, which rests on a cited lemma and on constants that are not given."""

from deepcond_sym.proof import Claim, Verdict

claim = Claim(
    "agarwal2021/T14",
    title="Gradient descent on the last layer converges in a number of steps that does not depend on the data",
    source="Theorem 14, p. 8",
    provenance="paper",
    printed=r"L=\Theta\big(\tfrac{\log(n/\delta)}\mu\big),\ m=\mathrm{poly}(n,\tfrac1\delta),\ \eta \text{ appropriate}"
    r" \implies \mathcal L(v_t)\le e^{-\Omega(t)}\,\mathcal L(v_0) \text{ w.h.p.}",
    expected=Verdict.UNDECIDED,
    note="It rests on the cited Lemma 44 and on hidden constants. Given that lemma it follows from Corollary 4 and the"
    r" rate of gradient descent (agarwal2021/C4, beyond/D12); the degree of the polynomial is of the order of"
    r" $\log(4C)/\mu$, so it depends on the activation. Its last sentence, on stochastic gradient descent, is refuted"
    " in agarwal2021/T46.",
    beside=("agarwal2021/L44", "agarwal2021/C4", "beyond/D12", "agarwal2021/T45", "agarwal2021/T46"),
)
