"""`deepcond sharpen`: how far the constants of claims can be pushed."""

from fractions import Fraction
from typing import Annotated

import typer

from .shared import Json, print_json, progress, stdout_kept_clean


def sharpen(
    selectors: Annotated[list[str], typer.Argument(metavar="CLAIM...", help="Ids, keys, globs, folders of claims.")],
    gap: Annotated[str, typer.Option(help="Stop when this close, such as 1/1000.")] = "1/1000",
    jobs: Annotated[int | None, typer.Option(min=1, help="Worker processes.", show_default="one a core")] = None,
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds for one probe.")] = 60.0,
    as_json: Json = False,
) -> None:
    """Find how far the constants of claims can be pushed: proved up to here, refuted from there."""
    from deepcond_sym.proof import registry, sharpener
    from deepcond_sym.proof.language import term
    from deepcond_sym.report import sharpness

    with stdout_kept_clean(as_json):
        width = Fraction(str(term(gap)))
        claims = registry.select(selectors)
        with progress(None) as advance:
            found = sharpener.sharpen(
                claims,
                gap=width, jobs=jobs, timeout=timeout, on_probe=advance, selectors=selectors,
            )  # fmt: skip
    tables = [{"id": claim.id, **slack.table()} for claim in claims for slack in claim.slacks]
    if as_json:
        print_json({"sharpened": found, "slack": tables})
    else:
        parts = [sharpness.lines(one) for one in found]
        parts += [[table["id"], *sharpness.slack_lines(table)] for table in tables]
        print("\n\n".join("\n".join(part) for part in parts))
    raise typer.Exit(1 if any(one["outcome"] in ("undecided", "false as printed") for one in found) else 0)
