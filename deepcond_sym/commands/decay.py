"""`deepcond decay`: how fast an activation decorrelates, and the depth that it needs."""

from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from deepcond_sym.errors import InputError

from .shared import Json, array, print_json, working


def decay(
    spec: Annotated[str | None, typer.Argument(metavar="NAME|EXPR", show_default="the whole catalogue")] = None,
    points: Annotated[int, typer.Option(help="How many unit vectors, n.")] = 100,
    separation: Annotated[str, typer.Option(help="Their separation delta, such as 1/10.")] = "1/10",
    epsilon: Annotated[str, typer.Option(help="The condition number wanted is 1 + epsilon.")] = "1/10",
    data: Annotated[Path | None, typer.Option(help="A .npy file, one point a row: the exact depth for it.")] = None,
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds for the data.")] = 60.0,
    as_json: Json = False,
) -> None:
    """Certify how fast an activation decorrelates, and the depth at which its kernel is well conditioned."""
    from deepcond_sym.depth.conditioning import Question
    from deepcond_sym.proof.language import term
    from deepcond_sym.report import decay as report
    from deepcond_sym.report.duals_table import specs

    asked = Question(points, Fraction(str(term(separation))), Fraction(str(term(epsilon))))
    if spec is None:
        if data is not None:
            raise InputError("name the activation whose kernel of the data is meant, as in `deepcond decay relu`")
        with working("certifying the catalogue"):
            rows = report.catalogue(specs(), asked)
        if as_json:
            print_json({"activations": rows})
        else:
            print("\n".join(report.table(rows)))
        return
    points_given = None if data is None else array(data)
    with working("certifying"):
        found = report.certificate(spec, asked, points_given, seconds=timeout)
    if as_json:
        print_json(found)
    else:
        print("\n".join(report.lines(found)))
    raise typer.Exit(1 if data is not None and found["data"]["depth"] is None else 0)
