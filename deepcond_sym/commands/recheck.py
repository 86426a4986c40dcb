"""`deepcond recheck`: every step of a certificate again, without any search."""

from pathlib import Path
from typing import Annotated

import typer

from .shared import Json, print_json, progress, stdout_kept_clean

File = Annotated[Path, typer.Argument(help="A certificate.json that `deepcond verify` wrote.")]


def recheck(
    file: File,
    as_json: Json = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Worker processes.", show_default="one a core")] = None,
) -> None:
    """Check every step of a certificate again, without any search."""
    from deepcond_sym.proof import certificate

    with stdout_kept_clean(as_json), progress(None, "checking claims") as advance:

        def done(name: str, holds: bool, total: int) -> None:
            advance({"id": name, "verdict": "holds" if holds else "fails", "total": total})

        examined = certificate.examine(file, jobs=jobs, on_entry=done)
    failures, steps = examined.failures, examined.steps
    if as_json:
        places = [None if failure.step is None else failure.step + 1 for failure in failures]
        listed = [{"claim": f.claim, "step": p, "message": f.message} for f, p in zip(failures, places, strict=True)]
        print_json({"ok": not failures, "steps": steps, "failures": listed})
    else:
        for failure in failures:
            place = failure.claim if failure.step is None else f"{failure.claim}, step {failure.step + 1}"
            print(f"{place}: {' '.join(failure.message.split())}")
        wrong = f"{len(failures)} failure{'' if len(failures) == 1 else 's'}"
        print(f"{steps} steps checked: {wrong if failures else 'everything holds'}")
    raise typer.Exit(1 if failures else 0)
