"""Sign of an elementary function on a box of real variables, closed or open, bounded or not, by rigorous enclosures.

Law. Let f be the right side minus the left side. Each of these shows f >= 0 on a box; (and in brackets) f > 0 wherever
the box does not leave out an end:
- "plain": the enclosure of f is >= 0 (> 0);
- "centred": so is that of f(c) + sum_i f_i (x_i - c_i), f_i the partial derivatives on the box (mean value theorem);
- "zero": f is identically 0 (never);
- "powers": f is a product of exponentials and of powers of terms whose enclosures are > 0 (also where f tends to 0);
- "slope": away from one end of x_i the derivative of f in x_i is >= 0, and f >= 0 at that end (the one > 0 and the
  other >= 0 if the end is left out, else the other way round). Repeated, this is Taylor's formula at the end. At an
  infinite end, f stands for its limit points;
- "factors", "terms": f is identically a product or a sum, whose parts are >= 0 (> 0; of a sum, the first one is);
- "angle": so is f as a function of acos(x_i)/2, for a variable in [-1, 1];
- "split": both parts of the box that a cut through one variable makes have such a proof.
Both sides, f and every derivative used are shown to have values on the whole box. Made of continuous functions, f is
then the integral of its derivative. Source: textbook (Moore 1966). Derivatives are SymPy's; identities are exact.

The evidence is the tree of these, found by `search` and replayed without it."""

from typing import Any

import sympy as sp

from deepcond_sym.arithmetic import precision

from ..elementary import Box, Enclosure, Ends, by_angle, describe, named, vanishes, without
from ..encoding import decode_statement, decode_term
from ..language import Statement, Term, substitute
from ..search.ball_box import search
from ..step import Evidence, RuleFailure
from ..verdict import Verdict


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement given, if the evidence shows its relation on the whole box of its variables."""
    statement = decode_statement(arguments["statement"])
    relation, variables = statement.conclusion, statement.variables
    if statement.family or statement.given or statement.sequences or premises or any(v.integer for v in variables):
        raise RuleFailure("the ball box rule takes a statement about real variables in a box, and nothing else")
    if relation.op not in ("<=", "<"):
        raise RuleFailure("the ball box rule proves <= and < only: balls never prove an equality")
    box = {v.symbol: (v.lower, v.upper) for v in variables}
    out = {(v.symbol, 0) for v in variables if v.open_lower} | {(v.symbol, 1) for v in variables if v.open_upper}
    problem = (relation.rhs - relation.lhs, box, frozenset(out), relation.op == "<")
    sides = (relation.lhs, relation.rhs)
    with precision(bits=96):
        tree = evidence.ask(lambda: search(*problem, sides, arguments.get("hints", {})))
        _show(*problem, tree, sides)
    return statement, Verdict.PROVED


def _show(f: Term, box: Box, out: Ends, strict: bool, tree: Any, sides: tuple[Term, ...] = ()) -> None:
    """Return if the tree shows f >= 0 (> 0 if strict) on the box, and that the sides have values there."""
    kind, *parts = tree
    if kind == "split":
        symbol, cut = named(box, parts[0]), decode_term(parts[1])
        if not cut.is_Rational:
            raise RuleFailure("a box is cut at a rational number")
        low, high = box[symbol]
        _show(f, {**box, symbol: (low, cut)}, out - {(symbol, 1)}, strict, parts[2], sides)
        _show(f, {**box, symbol: (cut, high)}, out - {(symbol, 0)}, strict, parts[3], sides)
        return
    if kind == "stuck":
        raise RuleFailure(str(parts[0]))
    ranges = Enclosure(box, f, *sides)
    if kind in ("plain", "centred"):
        least = ranges.of(f)[0] if kind == "plain" else ranges.centred(f, box)
        if not (least > 0 if strict else least >= 0):
            raise RuleFailure(f"{f} is not shown to be {'positive' if strict else 'non-negative'} on {describe(box)}")
    elif kind == "zero":
        if strict or not vanishes(f):
            raise RuleFailure(f"{f} is not shown to vanish")
    elif kind == "powers":
        bases: list[Term] = [g.args[0] if g.is_Pow else g for g in sp.Mul.make_args(f)]
        if not all(base.func is sp.exp or ranges.of(base)[0] > 0 for base in bases):
            raise RuleFailure(f"{f} is not shown to be a product of positive powers")
    elif kind == "angle":
        _show(*by_angle(f, box, out, named(box, parts[0])), strict, parts[1])
    elif kind in ("factors", "terms"):
        made_of = [decode_term(part) for part, _ in parts]
        if not made_of or not vanishes((sp.prod(made_of) if kind == "factors" else sp.Add(*made_of)) - f):
            raise RuleFailure(f"{f} is not made of the {kind} {made_of}")
        for i, (part, (_, below)) in enumerate(zip(made_of, parts, strict=True)):
            _show(part, box, out, strict and (kind == "factors" or i == 0), below)
    elif kind == "slope":
        symbol, side = named(box, parts[0]), 1 if parts[1] else 0
        end = box[symbol][side]
        left_out = end.is_infinite or (symbol, side) in out
        _show((-1) ** side * sp.diff(f, symbol), box, out, strict and left_out, parts[2])
        if not end.is_infinite:
            _show(substitute(f, {symbol: end}), without(box, symbol), out, strict and not left_out, parts[3])
        elif not Enclosure({**box, symbol: (end, end)}, within=ranges).of(f)[0] >= 0:
            raise RuleFailure(f"{f} is not shown to be non-negative in the limit")
    else:
        raise RuleFailure(f"there is no proof by {kind}")
