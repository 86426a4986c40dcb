"""Theorems 15 and 48: gradient descent on all layers, which the paper takes from Lee et al. 2019."""

from deepcond_sym.proof import Claim, Verdict

claim = Claim(
    "agarwal2021/T15",
    title="Gradient descent on all layers of a wide network converges linearly",
    source="Theorem 15, p. 9 (= Corollary 49, Theorem 48 and Remark 50, p. 41; cites Lee et al. 2019, Theorem G.4)",
    provenance="paper",
    printed=r"m>N(L,n,\delta),\ \eta=\frac2{\lambda_{\min}(\Theta)+\lambda_{\max}(\Theta)} \implies"
    r" \mathcal L(t)\le e^{-\Omega(t/\kappa(\Theta))}\mathcal L(0)",
    expected=Verdict.UNDECIDED,
    note="Cited, with a width N that is not given and hidden constants: there is nothing to check but the condition"
    " number of the tangent kernel, which has claims of its own. No formal statement.",
)
