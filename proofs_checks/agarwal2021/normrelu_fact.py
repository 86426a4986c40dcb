"""Fact 1 and eq. (28): what the paper reads off the graphs of the length map and of the bias of NormReLU."""

import sympy as sp

from deepcond_sym.proof import Claim, forall, interval, le, lt

from .shifted_relu import bias, bracket, gamma, knee, length, length_slope, offset

_lengths = interval(gamma, "1/2", 2)
_half, _two = sp.Rational(1, 2), sp.Integer(2)
_b, _square = offset(knee), 1 / bracket(knee)


def length_map(g: sp.Expr) -> sp.Expr:
    """sigma_hat_l(g)."""
    return _square * length(_b, g)


def length_map_slope(g: sp.Expr) -> sp.Expr:
    """sigma_hat_l'(g)."""
    return _square * length_slope(_b, g)


def within(value: sp.Expr, decimal: object, digits: int):
    """The value is the decimal up to one unit of its last digit."""
    return le(abs(value - sp.Rational(str(decimal))), sp.Rational(1, 10**digits))


claim = Claim(
    "agarwal2021/Fact1",
    title="The length map of NormReLU is increasing and concave, its bias convex",
    source='Fact 1, p. 54 ("evident from the graphs")',
    provenance="paper",
    printed=r"c=-1.5975,\ \gamma\in[\tfrac12,2]:\ \hat\sigma_l \text{ non-decreasing and concave},"
    r"\ \hat\sigma_l(.5)\sim.5399,\ \hat\sigma_l'(1)\sim.8428;"
    r"\ \mathrm{bias} \text{ convex},\ \mathrm{bias}\ge0,\ \mathrm{bias}(1)=0,"
    r"\ \mathrm{bias}(.5)\sim.00086,\ \mathrm{bias}(2)\sim.0029",
    note="The digits are right up to one unit of the last one: sigma_hat_l(.5) = .539988..., sigma_hat_l'(1) ="
    " .842767..., bias(.5) = .000854988..., bias(2) = .00291553.... bias(g) = a_0^2/sum_j a_j^2 is >= 0 as a square"
    " over a second moment; bias(1) = 0 is agarwal2021/AppI1.",
    beside=("agarwal2021/AppI", "agarwal2021/AppI1"),
    parameters={"half": ".5399", "slope": ".8428", "low": ".00086", "high": ".0029", "until": 2, "least": 0},
)


@claim.states
def statement(half, slope, low, high, until, least):
    where = interval(gamma, "1/2", until)
    return (
        forall(_lengths, holds=lt(0, length_map_slope(gamma)), label="increasing"),
        forall(where, holds=lt(sp.diff(length_map_slope(gamma), gamma), 0), label="concave"),
        forall(holds=within(length_map(_half), half, 4), label="length at 1/2"),
        forall(holds=within(length_map_slope(sp.S.One), slope, 4), label="slope at 1"),
        forall(_lengths, holds=lt(least, sp.diff(bias(gamma), gamma, 2)), label="convex bias"),
        forall(holds=within(bias(_half), low, 5), label="bias at 1/2"),
        forall(holds=within(bias(_two), high, 4), label="bias at 2"),
    )


@claim.proves
def proof(prove, goal, half, slope, low, high, until, least):
    """Derivatives enclosed on [1/2, 2], and numbers."""
    return [
        prove.ball_box(part.conclusion, *part.variables) if part.variables else prove.evaluate(part) for part in goal
    ]


claim.mutant("sigma_hat_l(.5) = .5398", half=".5398")
claim.mutant("sigma_hat_l'(1) = .8429", slope=".8429")
claim.mutant("bias(.5) = .00087", low=".00087")
claim.mutant("bias(2) = .0031", high=".0031")
claim.mutant("concave up to gamma = 200", until=200)
claim.mutant("the second derivative of the bias at least .007", least=".007")

chords = Claim(
    "agarwal2021/eq28",
    title="The bias of NormReLU lies below its chords from 1",
    source="eq. (28), p. 54",
    provenance="paper",
    printed=r"\mathrm{bias}(\gamma)\le2\,\mathrm{bias}(.5)(1-\gamma) \text{ on } [.5,1],\quad"
    r" \mathrm{bias}(\gamma)\le\mathrm{bias}(2)(\gamma-1) \text{ on } [1,2]",
    note="Equality at both ends of each interval: there the first derivatives decide.",
    beside=("agarwal2021/Fact1",),
    parameters={"left": 2 * bias(_half), "right": bias(_two), "top": 2},
)


@chords.states
def chords_statement(left, right, top):
    return (
        forall(interval(gamma, "1/2", 1), holds=le(bias(gamma), left * (1 - gamma)), label="below 1"),
        forall(interval(gamma, 1, top), holds=le(bias(gamma), right * (gamma - 1)), label="above 1"),
    )


@chords.proves
def chords_proof(prove, goal, left, right, top):
    """Both sides meet at the ends, where the derivatives are enclosed; in between, the values."""
    return [prove.ball_box(part.conclusion, *part.variables) for part in goal]


chords.mutant("the left slope smaller by 10^-6", left=2 * bias(_half) - sp.Rational(1, 10**6))
chords.mutant("the right slope smaller by 10^-6", right=bias(_two) - sp.Rational(1, 10**6))
chords.mutant("up to 2 + 1/1000", top="2001/1000")
