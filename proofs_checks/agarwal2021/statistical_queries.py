"""Theorems 16, 53 and 54: correlations in networks whose layers are scaled to unit length, and what rests on them."""

import sympy as sp

from deepcond_sym.proof import Claim, Verdict, forall, le, mean_of

even, odd = (sp.Symbol(name, real=True) for name in ("quartile_sign", "erf"))
DEPTH, SAMPLES = 20, 2**16
"""At delta = 1 (orthogonal inputs), with c_1 = 1: L_0 = 0, and every width above L will do."""


def promised(rate: sp.Expr) -> sp.Expr:
    """e^(-c h) + L e^(-c L) at h = L."""
    return (1 + DEPTH) * sp.exp(-rate * DEPTH)


decay = Claim(
    "agarwal2021/T53",
    title="Mean correlations decay exponentially at polynomial width",
    source="Theorem 53, p. 43",
    provenance="paper",
    printed=r"m>c_1\frac L{\mu^2\delta^2},\ L_0=c_1\frac{\log(1/\delta)}\mu \implies"
    r" |\mathbb E\rho_{L_0+h}|\le e^{-\Omega(h)}+Le^{-\Omega(L)}",
    expected=Verdict.REFUTED,
    note=r"Stated here with the hidden constants 1 (of the width) and 1/2 (of the rates):"
    r" $\sigma(x)=\mathrm{sign}(|x|-t_0)$, orthogonal inputs, $L=h=20$, $m=21$. No constants save it: beyond/D10 shows"
    r" $\mathbb E\rho_h\ge a_2^2/m$ without chance, and that for every pair of constants this contradicts the bound at"
    r" some depth. The printed proof iterates a bound for $|\mathbb E[\rho_h\mid\rho_{h-1}]|$ as if it were one for"
    r" $\mathbb E|\rho_h|$.",
    beside=("beyond/D10", "beyond/D10-repair", "agarwal2021/T54"),
    parameters={"activation": even, "rate": "1/2", "width": DEPTH + 1, "extra": 0},
)


@decay.states
def decay_statement(activation, rate, width, extra):
    mean = mean_of("correlation", activation, width, DEPTH, 0)
    return forall(holds=le(abs(mean), promised(rate) + extra / sp.sqrt(width)))


@decay.proves
def decay_proof(prove, goal, activation, rate, width, extra):
    return prove.simulate(goal, seed=53, samples=SAMPLES)


decay.mutant("an odd activation", activation=odd)
decay.mutant("with a term of the order of one over the root of the width", extra=1)

queries = Claim(
    "agarwal2021/eq24",
    title="A network is nearly orthogonal to every query, in the mean",
    source="eq. (24), p. 44, for the query g = 1",
    provenance="as reported",
    printed=r"\mathbb E_f\big(\mathbb E_x f(x)\,g(x)\big)^2\le e^{-\Omega(L)}\text{ for every }g",
    expected=Verdict.REFUTED,
    note=r"For $g=1$ the left side is the mean of $\mathrm{sign} f(x)\,\mathrm{sign} f(x')$, over the networks and over"
    r" pairs of inputs, which is $\mathbb E\tfrac2\pi\arcsin\rho_L\ge\tfrac2\pi\mathbb E\rho_L\ge\tfrac2\pi a_2^2/m$"
    r" for every pair (beyond/D10; the odd moments of a mean of $\pm1$ variables of mean $\ge0$ are $\ge0$). Stated"
    r" here for orthogonal inputs with the bound $21\,e^{-10}$: $L=20$, $m=21$ and the rate 1/2. The equation also"
    r" drops the diagonal pairs $x=x'$, a share $2^{1-d}$ of them.",
    beside=("beyond/D10", "agarwal2021/T53"),
    parameters={"activation": even, "rate": "1/2", "extra": 0},
)


@queries.states
def queries_statement(activation, rate, extra):
    mean = mean_of("sign_agreement", activation, DEPTH + 1, DEPTH, 0)
    return forall(holds=le(mean, promised(rate) + extra / sp.sqrt(DEPTH + 1)))


@queries.proves
def queries_proof(prove, goal, activation, rate, extra):
    return prove.simulate(goal, seed=53, samples=SAMPLES)


queries.mutant("an odd activation", activation=odd)
queries.mutant("with a term of the order of one over the root of the width", extra=1)

hardness = Claim(
    "agarwal2021/T54",
    title="Networks of polynomial width are hard to learn by statistical queries",
    source="Theorem 16, p. 9 (= Theorem 54, p. 44)",
    provenance="paper",
    printed=r"m=\Omega(L\mu^2/\delta^2),\ \text{tolerance and correlation } 1/\mathrm{poly}(d,L) \implies"
    r" p\ge e^{\Omega(L)} \text{ queries}",
    expected=Verdict.UNDECIDED,
    note=r"Open at polynomial width: the printed proof rests on equation (24), which agarwal2021/eq24 speaks against."
    r" The printed width contradicts Theorem 53 (read $L/(\mu^2\delta^2)$). By beyond/D10 one query, of the constant"
    r" function, has a mean of order $1/m$ for an even activation, which speaks against the statement too. With an"
    r" exponential width, $m\ge e^{\Omega(L)}$, the argument goes through by beyond/D10-repair. No formal statement:"
    r" the constants are hidden, and algorithms are outside the language.",
    beside=("agarwal2021/T53", "agarwal2021/eq24", "beyond/D10-repair"),
)
