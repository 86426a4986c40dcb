"""B40b, continued: the mean predictors of ReLU's kernels at (2, 0) for given data."""

from deepcond_sym.proof import Claim, Verdict

claim = Claim(
    "xiao2020/B40b-predictor",
    title="ReLU at (2, 0): the mean predictors of both kernels decay like 1/l, with constants that depend on the data",
    source="derived: ReLU in the critical rows of both tables",
    printed=r"C_{ab}=\lim_l\big((\gamma^{(l)}_{ab})^{-1/2}-\tfrac k2l-\tfrac34k\log"
    r" l\big),\ C_{aa}=0,\ k=\tfrac{2\sqrt2}{3\pi}:\quad l\,P(K)Y\to\tfrac4k\big[C_{te}-\tfrac1m\mathbf{11}^\top"
    r" C_{tr}\big]Y,\quad l\,P(\Theta)Y\to\tfrac2{3k}\big[C_{te}-\tfrac1{m+3}\mathbf{11}^\top C_{tr}\big]Y",
    expected=Verdict.UNDECIDED,
    note=r"The language has no matrix inverse and no limit of a sequence less a logarithm of its index. Proved: that"
    r" $\frac1{\theta_l}-\frac l{3\pi}-\frac{\log l}{2\pi}$ and $\frac{p_{ab}}{q^*}-\frac l4-\frac38\log l$ are"
    r" bounded (xiao2020/B40-corrections), and the expansion of the predictor near an equicorrelated matrix"
    r" (xiao2020/B55-predictor). For given data `abel_limit` encloses the constants $C_{ab}$ and `predictor_limit` the"
    r" limits.",
    beside=("xiao2020/B40b", "xiao2020/B40-corrections"),
)
