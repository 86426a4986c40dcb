"""Statements on training that rest on other papers and on constants that are not given: no verdict, and why."""

from deepcond_sym.proof import Claim, Verdict

last_layer = Claim(
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

whole_network = Claim(
    "agarwal2021/T48",
    title="Gradient descent on all layers of a very wide network",
    source="Theorem 48 with Remark 50, p. 41, cited from Lee et al. 2019, G.4",
    provenance="paper",
    printed=r"|\sigma|,|\sigma'|,\mathrm{Lip}(\sigma')\le c,\ m>N(L,n,\delta),"
    r"\ \eta=\tfrac2{\lambda_{\min}+\lambda_{\max}} \implies"
    r" \mathcal L(t)\le e^{-\Omega(t/\kappa(\Theta))}\,\mathcal L(0)",
    expected=Verdict.UNDECIDED,
    note="It is cited from another paper, and neither the width that is enough nor the rate is given.",
)

constant_iterations = Claim(
    "agarwal2021/T15",
    title="Gradient descent on all layers takes a number of steps that does not depend on the data",
    source="Theorem 15, p. 9 (= Corollary 49, p. 41)",
    provenance="paper",
    printed=r"L=\Theta\big(\tfrac{\log(n/\delta)}\mu\big),\ m>N(L,n,\delta) \implies"
    r" \mathcal L\le\epsilon \text{ after } O(\log\tfrac1\epsilon) \text{ iterations}",
    expected=Verdict.UNDECIDED,
    note="It rests on the cited Theorem 48 and on hidden constants.",
    beside=("agarwal2021/T48",),
)
