"""`deepcond hunt`: a counterexample to an inequality between kernels, or the cosines where there certainly is none."""

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deepcond_sym.verdict import Verdict

from .completion import activation_names
from .shared import Json, outward, print_json, working

if TYPE_CHECKING:
    from deepcond_sym.inequalities import Hunt, Inequality


def hunt(
    inequality: Annotated[str, typer.Argument(help="In rho, L, nngp(c), ntk(c), ntk(layers, c), dual(c); in quotes.")],
    activation: Annotated[
        str,
        typer.Option(
            metavar="NAME|EXPR", help="A name such as gelu, or a formula.", autocompletion=activation_names
        ),
    ],
    depth: Annotated[int, typer.Option(help="Layers of the network.")] = 1,
    weight_variance: Annotated[str, typer.Option(help="Such as 2 or 3/2.")] = "1",
    bias_variance: Annotated[str, typer.Option(help="Such as 1/10.")] = "0",
    normalize: Annotated[
        bool, typer.Option("--normalize", help="Take the activation with mean 0 and variance 1.")
    ] = False,
    low: Annotated[str, typer.Option(help="The least cosine, such as 0.")] = "-1",
    high: Annotated[str, typer.Option(help="The largest cosine, such as 99/100.")] = "1",
    budget: Annotated[int, typer.Option(min=1, help="Intervals that may be looked at.")] = 4096,
    as_json: Json = False,
) -> None:
    """Hunt for a counterexample to an inequality between kernels; exit 0 only if there certainly is none."""
    from deepcond_sym.activations import activation as read_activation
    from deepcond_sym.depth import DepthMap
    from deepcond_sym.inequalities import Inequality
    from deepcond_sym.inequalities import hunt as search
    from deepcond_sym.proof.language import term

    sigma = read_activation(activation)
    sigma = sigma.normalized() if normalize else sigma
    asked = Inequality(inequality, DepthMap(sigma, depth, weight_variance, bias_variance))
    ends = (Fraction(str(term(low))), Fraction(str(term(high))))
    with working("hunting"):
        found = search(asked, *ends, budget)
        facts = _facts(asked, found)
    if as_json:
        print_json(facts)
    else:
        print("\n".join(_lines(facts, ends)))
    raise typer.Exit(0 if found.verdict is Verdict.CERTIFIED else 1)


def _facts(asked: "Inequality", found: "Hunt") -> dict[str, Any]:
    from deepcond_sym.inequalities import reproduction

    facts: dict[str, Any] = {
        "inequality": asked.text,
        "network": repr(asked.network),
        "verdict": found.verdict.value,
        "free": [[str(first), str(last)] for first, last in found.free],
        "largest_free": None if found.largest is None else [str(end) for end in found.largest],
        "witness": None,
    }
    if found.witness is not None:
        facts["witness"] = {
            "rho": str(found.witness),
            "left": dict(zip(("lower", "upper"), outward(found.left, 12), strict=True)),
            "right": dict(zip(("lower", "upper"), outward(found.right, 12), strict=True)),
            "claimed": f"{asked.left} {'<' if asked.strict else '<='} {asked.right}",
            "reproduce": reproduction(asked, found.witness),
        }
    return facts


def _lines(facts: dict[str, Any], ends: tuple[Fraction, Fraction]) -> list[str]:
    if facts["witness"] is not None:
        witness = facts["witness"]
        return [
            f"REFUTED for {facts['network']} at rho = {witness['rho']}",
            f"claimed  {witness['claimed']}",
            f"left     {witness['left']['lower']} .. {witness['left']['upper']}",
            f"right    {witness['right']['lower']} .. {witness['right']['upper']}",
            "To compute both again:",
            *(f"    {line}" for line in witness["reproduce"].splitlines()),
        ]
    if facts["verdict"] == Verdict.CERTIFIED.value:
        return [f"CERTIFIED for {facts['network']}: no counterexample for rho in [{ends[0]}, {ends[1]}], by balls"]
    lines = [f"UNDECIDED for {facts['network']}: no counterexample was found"]
    if facts["largest_free"] is None:
        return [*lines, "balls show it nowhere; both sides may meet, or a larger --budget may help"]
    first, last = facts["largest_free"]
    return [*lines, f"balls show that there is none for rho in [{first}, {last}] (the largest such interval)"]
