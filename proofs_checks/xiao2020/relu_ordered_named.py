"""B41 at (sigma_w^2, sigma_b^2) = (1.5, 0.1) and (1.9, 0.02): the limit for orthogonal inputs, enclosed.

By xiao2020/B41 the limit of chi_1^(-l/2) (p* - p_ab) is K p* lim t^(-l) s_l, and t^(-n) s_n at one depth n is at most
the share s_n/(2 (1 - t)) of it too large. The recursion is written in s = sin(theta/2), where 1 - h(cos(theta)) is 2
s^2 less (sin(theta) - theta cos(theta))/pi."""

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Sequence, forall, lt

from .setting import l

_VALUES = {"3/4": (60, "5.1292", "5.1304"), "19/20": (110, "43.98", "49.99")}


def _parts(chi: sp.Expr, depth: int, low: str, high: str) -> list:
    """The bounds for the constant, from above and from below, at this depth."""
    t = sp.sqrt(chi)
    sine = sp.Function("s", real=True)(l)
    theta = 2 * sp.asin(sine)
    lost = (sp.sin(theta) - theta * sp.cos(theta)) / (2 * sp.pi)
    s = Sequence("s", l, 0, 1 / sp.sqrt(2), t * sp.sqrt(sine**2 - lost))
    constant = 2 * t / (sp.pi * (1 - t) * (1 - chi)) * s(depth) / t**depth
    label = f"chi_1 = {chi}"
    return [
        forall(sequences=[s], holds=lt(constant, high), label=f"{label}, from above"),
        forall(sequences=[s], holds=lt(low, constant * (1 - s(depth) / (2 * (1 - t)))), label=f"{label}, from below"),
    ]


claim = Claim(
    "xiao2020/B41-named",
    title="ReLU, ordered phase: the constant of the rate chi_1^(l/2) for orthogonal inputs at two points",
    source="derived: xiao2020/B41 at the points (1.5, 0.1) and (1.9, 0.02)",
    printed=r"c^{(0)}=0:\quad\lim_l\chi_1^{-l/2}\,\frac{p^*-p^{(l)}_{ab}}{q^*}\in[5.1292,5.1304]\ (\chi_1=\tfrac34),"
    r"\quad\in[43.98,49.99]\ (\chi_1=\tfrac{19}{20})",
    note=r"In units of $q^*$ the kernels depend on $\chi_1=\sigma_w^2/2$ only. Evaluated in balls at depths 60 and"
    r" 110; that the limit is between these numbers is xiao2020/B41 (angles, from below, with $k\to\infty$). The"
    r" limits are about 5.12986 and 47.56.",
    beside=("xiao2020/B41",),
    parameters={"values": _VALUES},
    witnesses=((0, Instance()), (1, Instance())),
)


@claim.states
def statement(values):
    return tuple(
        part for chi, (depth, low, high) in values.items() for part in _parts(sp.Rational(chi), depth, low, high)
    )


@claim.proves
def proof(prove, goal, values):
    """The recursion in balls."""
    return [prove.evaluate(part) for part in goal]


claim.mutant("a hundredth less", values={"3/4": (60, "5.07", "5.08")})
claim.mutant("from 5.1304 on", values={"3/4": (60, "5.1304", "5.2")})
