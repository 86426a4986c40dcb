"""What `deepcond decay` prints: the constants of an activation, the law of decay, and the depths that it needs."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import decimal, precision, to_digits
from deepcond_sym.depth.conditioning import (
    Question,
    activation_depth,
    odds_depth,
    printed_depth_a,
    printed_depth_b,
    supremum_depth,
)
from deepcond_sym.depth.data_conditioning import Enclosure, data_depth
from deepcond_sym.depth.decay import DecayConstants
from deepcond_sym.errors import AccuracyError, DeadlineError, InputError

DIGITS = 20
_LEAST_BITS, _MOST_BITS = 128, 2048

CONSTANTS = {
    "mu": "nonlinearity of the normalised activation",
    "mu_tilde": "nonaffinity of the scaled activation",
    "chi_1": "sigma_hat'(1), scaled",
    "chi_1_normalised": "sigma_hat'(1), normalised",
    "fixed_point": "smallest fixed point of sigma_hat in [0, 1], scaled",
    "rate": "sigma_hat' there",
}
"""What each constant is; `DecayConstants` says what normalised and scaled mean."""

BOUNDS = {
    "printed": "the paper's bound",
    "odds": "odds bound, base 1 + mu",
    "supremum": "exact supremum b_L for this mu",
    "activation": "this activation itself",
}
"""The columns of depths, from the loosest to the sharpest."""


def certificate(
    spec: str | Activation, asked: Question, data: np.ndarray | None = None, *, seconds: float = 60
) -> dict[str, Any]:
    """Everything as plain data; a constant is a decimal string of 20 digits, "oo", or null where it is not certified.

    >>> found = certificate("hermite(2)", Question(16, Fraction(1, 4), Fraction(1, 8)))
    >>> found["constants"]["fixed_point"], found["depths"]["B"]
    ('0', {'printed': 16, 'odds': 9, 'supremum': 5, 'activation': 5})
    """
    sigma = activation(spec)
    constants = DecayConstants(sigma)
    normalised = sigma if constants.is_normalised else sigma.normalized()
    law = constants.law
    sources: dict[str, Callable[[], arb]] = {
        "mu": constants.nonlinearity,
        "mu_tilde": constants.nonaffinity,
        "chi_1": constants.slope_at_one,
        "chi_1_normalised": constants.normalised_slope_at_one,
        "fixed_point": constants.fixed_point,
        "rate": constants.rate,
    }
    return {
        "name": sigma.name,
        "expression": str(sigma.expr),
        "is_normalised": constants.is_normalised,
        "constants": {name: _digits(evaluate) for name, evaluate in sources.items()},
        "normalised_rate": _digits(lambda: 1 - constants.nonlinearity()),
        "law": law.kind,
        "law_in_words": law.words,
        "question": {
            "points": asked.points,
            "separation": str(asked.separation),
            "epsilon": str(asked.epsilon),
        },
        "depths": depths(constants.nonlinearity, normalised, asked),
        "data": None if data is None else _of_data(constants.nonlinearity, normalised, data, asked.epsilon, seconds),
    }


def depths(mu: Callable[[], arb], normalised: Activation, asked: Question) -> dict[str, dict[str, int]]:
    """The depth by each bound, under A (|x_i . x_j| <= 1 - delta) and B (lambda_min >= delta)."""
    delta = asked.separation
    return {
        "A": {
            "printed": printed_depth_a(mu, asked),
            "odds": odds_depth(mu, delta, asked.level_a),
            "supremum": supremum_depth(mu, delta, asked.level_a),
            "activation": activation_depth(normalised, delta, asked.level_a),
        },
        "B": {
            "printed": printed_depth_b(mu, asked),
            "odds": odds_depth(mu, delta, asked.level_b),
            "supremum": supremum_depth(mu, delta, asked.level_b),
            "activation": activation_depth(normalised, delta, asked.level_b),
        },
    }


def _of_data(
    mu: Callable[[], arb], normalised: Activation, data: np.ndarray, epsilon: Fraction, seconds: float
) -> dict[str, Any]:
    """The least depth for this data, beside what the bounds say for its own n and delta; or why it is not certified."""
    try:
        found = data_depth(normalised, data, epsilon, seconds=seconds)
    except (AccuracyError, DeadlineError) as error:
        return {"points": len(data), "depth": None, "why": str(error)}
    n, least = len(data), found.inputs.least
    rows: dict[str, Any] = {"A": None, "B": None}
    for assumption, delta in (("A", found.separation), ("B", least)):
        if delta is not None and 0 < delta <= 1:
            rows[assumption] = depths(mu, normalised, Question(n, delta, epsilon))[assumption]
    return {
        "points": n,
        "depth": found.depth,
        "why": None,
        "condition": _interval(found.condition),
        "condition_one_layer_before": None if found.before is None else _interval(found.before),
        "condition_of_the_inputs": _interval(found.inputs),
        "separation_A": f"{float(found.separation):.6g}",
        "separation_B": None if least is None else f"{float(least):.6g}",
        "depths_by_bounds": rows,
    }


def _interval(found: Enclosure) -> list[float | str]:
    return [end if np.isfinite(end) else "oo" for end in (found.lower, found.upper)]


def _digits(evaluate: Callable[[], arb]) -> str | None:
    """The constant to 20 certified digits, null if nothing is certified."""

    def tried() -> arb:
        try:
            return evaluate()
        except AccuracyError:  # more bits may do
            return arb("nan")

    with precision(bits=_LEAST_BITS):
        value = tried()
    if value.is_zero():
        return "0"
    if not value.is_finite() and not value.is_nan():
        return "oo"
    try:
        return decimal(to_digits(tried, DIGITS + 2, max_bits=_MOST_BITS), DIGITS)
    except AccuracyError:
        return None


def lines(found: dict[str, Any]) -> list[str]:
    """One activation for the terminal."""
    shown = [f"{found['name']}: sigma(x) = {found['expression']}"]
    if not found["is_normalised"]:
        shown.append(
            "  not normalised: 'normalised' is (sigma - mean)/deviation, 'scaled' is sigma/sqrt(E[sigma^2]), mean kept"
        )
    for name, meaning in CONSTANTS.items():
        value = found["constants"][name]
        shown.append(f"  {name:<17} {value if value is not None else 'not certified':<26} {meaning}")
    shown.append(f"  scaled: {found['law_in_words']}")
    rate = found["normalised_rate"]
    shown.append(f"  normalised: rho_L tends to 0, by the factor 1 - mu = {rate} a layer in the end")
    question = found["question"]
    shown += [
        "",
        f"Depth for kappa <= 1 + {question['epsilon']}, n = {question['points']}, delta = {question['separation']},"
        " normalised activation:",
        *_rows(found["depths"]),
    ]
    if found["data"] is not None:
        shown += ["", *_data_lines(found["data"], question["epsilon"])]
    return shown


_ASSUMPTIONS = {"A": "A: |x_i . x_j| <= 1 - delta", "B": "B: lambda_min >= delta"}


def _rows(rows: dict[str, dict[str, int] | None]) -> list[str]:
    shown = []
    for assumption, row in rows.items():
        if row is not None:
            shown.append(f"  {_ASSUMPTIONS[assumption]}")
            shown += [f"    {BOUNDS[name]:<32}{depth:>7}" for name, depth in row.items()]
    return shown


def _data_lines(data: dict[str, Any], epsilon: str) -> list[str]:
    if data["depth"] is None:
        return [f"For the data ({data['points']} points): not certified: {data['why']}"]
    low, high = data["condition"]
    shown = [
        f"For the data ({data['points']} points): kappa <= 1 + {epsilon} from depth {data['depth']} on, not before",
        f"  kappa at depth {data['depth']}: between {low} and {high}",
    ]
    if data["condition_one_layer_before"] is not None:
        shown.append(f"  kappa one layer before: at least {data['condition_one_layer_before'][0]}")
    ends = data["condition_of_the_inputs"]
    shown.append(f"  kappa of the inputs: between {ends[0]} and {ends[1]}")
    shown.append(f"  delta of the data: A {data['separation_A']}, B {data['separation_B'] or 'none (singular)'}")
    return [*shown, "  what the bounds say for this n and delta:", *_rows(data["depths_by_bounds"])]


def catalogue(specs: list[str], asked: Question) -> list[dict[str, Any]]:
    """The certificate of every activation that is not affine or constant, in the order given."""
    found = []
    for spec in specs:
        try:
            found.append(certificate(spec, asked))
        except InputError:
            continue
    return found


def table(rows: list[dict[str, Any]]) -> list[str]:
    """The catalogue for the terminal: one line an activation."""
    first = rows[0]["question"] if rows else {"points": "", "separation": "", "epsilon": ""}
    head = (
        f"n = {first['points']}, delta = {first['separation']}, kappa <= 1 + {first['epsilon']};"
        " depth under A | under B: printed, odds, b_L, itself"
    )
    shown = [head, f"{'activation':<22}{'mu':>10}{'chi_1':>10}{'fixed pt':>10}{'rate':>10}   depths"]
    for row in rows:
        values = [_short(row["constants"][name]) for name in ("mu", "chi_1", "fixed_point", "rate")]
        a, b = (" ".join(f"{depth:>5}" for depth in row["depths"][key].values()) for key in ("A", "B"))
        shown.append(f"{row['name']:<22}" + "".join(f"{v:>10}" for v in values) + f"   {a} |{b}")
    return shown


def _short(value: str | None) -> str:
    if value in (None, "oo"):
        return value or "?"
    return f"{float(value):.6g}"  # pyright: ignore[reportArgumentType]
