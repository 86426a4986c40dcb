"""`deepcond limit`: the normalised tangent kernel of ReLU at any depth, enclosed."""

from typing import Annotated

import typer

from .shared import Json, outward, print_json, working


def limit(
    depth: Annotated[int, typer.Argument(help="Layers, as many as you like: 10000, 100000000.")],
    cosine: Annotated[str, typer.Option(help="Cosine of the two inputs, such as 0, -1 or 1/3.")] = "0",
    digits: Annotated[int, typer.Option(min=1, max=50, help="Certain digits.")] = 20,
    as_json: Json = False,
) -> None:
    """Enclose Theta(x, x')/Theta(x, x) of ReLU without biases after so many non-linear layers; its limit is 1/4."""
    from deepcond_sym.depth import relu_ntk_ratio

    with working("enclosing the kernel"):
        low, high = outward(relu_ntk_ratio(depth, cosine, bits=4 + digits * 10 // 3), digits + 2)
    if as_json:
        print_json({"depth": depth, "cosine": cosine, "ntk_ratio": {"lower": low, "upper": high}})
    else:
        print(f"{low} .. {high}")
