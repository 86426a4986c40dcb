"""`deepcond condition`: eigenvalues and condition number of a kernel matrix, certified."""

from pathlib import Path
from typing import Annotated

import typer

from deepcond_sym.errors import AccuracyError, InputError

from .shared import Json, array, outward, print_json, working


def condition(
    file: Annotated[Path, typer.Argument(help="A .npy file: a symmetric matrix, or data, one point a row.")],
    activation: Annotated[
        str | None, typer.Option(metavar="NAME|EXPR", help="The file is data: take this activation's kernel of it.")
    ] = None,
    depth: Annotated[int, typer.Option(help="Layers of that network.")] = 1,
    weight_variance: Annotated[
        str, typer.Option(help="Its weight variance, such as 2 or 3/2; or critical: erf with a bias, inputs at q*.")
    ] = "1",
    bias_variance: Annotated[str, typer.Option(help="Its bias variance.")] = "0",
    nngp: Annotated[bool, typer.Option("--nngp", help="The NNGP kernel instead of the tangent kernel.")] = False,
    error: Annotated[str, typer.Option(help="How far each entry of the matrix may be off, such as 1e-12.")] = "0",
    digits: Annotated[int, typer.Option(min=1, max=1000, help="Digits to print.")] = 12,
    as_json: Json = False,
) -> None:
    """Enclose the extreme eigenvalues and the condition number of a kernel matrix, or say why not."""
    from deepcond_sym.activations import activation as parsed
    from deepcond_sym.depth import DepthMap
    from deepcond_sym.kernels import condition_number, critical_matrix, nngp_matrix, ntk_matrix
    from deepcond_sym.kernels.spectrum import extremes

    matrix = array(file)
    if activation is None and nngp:
        raise InputError("--nngp is about the kernel of data: name its --activation")
    if activation is not None and error != "0":
        raise InputError("the errors of a kernel matrix made from data are known: leave out --error")
    given, reason = 0 if activation is not None else error, None
    with working("enclosing eigenvalues"):
        if activation is not None and weight_variance == "critical":
            if parsed(activation).expr != parsed("erf").expr:
                raise InputError("only erf has a critical weight variance here: give a number, such as 2")
            kernel = "nngp" if nngp else "ntk"
            matrix = critical_matrix(matrix, depth, bias_variance=bias_variance, kernel=kernel)
        elif activation is not None:
            network = DepthMap(activation, depth, weight_variance=weight_variance, bias_variance=bias_variance)
            matrix = (nngp_matrix if nngp else ntk_matrix)(matrix, network)
        least, largest = extremes(matrix, given)
        ends = {"lambda_min": least, "lambda_max": largest}
        try:
            ends["condition_number"] = condition_number(matrix, error=given)
        except (InputError, AccuracyError) as refusal:
            reason = str(refusal)
    bounds = {name: outward(ball, digits) for name, ball in ends.items()}
    if as_json:
        listed = {name: {"lower": low, "upper": high} for name, (low, high) in bounds.items()}
        print_json({**listed, "condition_number": listed.get("condition_number"), "reason": reason})
    else:
        for name, (low, high) in bounds.items():
            print(f"{name:<17} {low} .. {high}")
        if reason is not None:
            print(f"condition_number  {reason}")
    raise typer.Exit(0 if reason is None else 1)
