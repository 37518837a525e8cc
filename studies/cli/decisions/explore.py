"""The command ``explore``: a local page that predicts designs of a run, and solves them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studies.cli import options


def explore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run's folder.")],
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of this machine; 0: any that is free.")
    ] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the page's address and open nothing.")
    ] = False,
) -> None:
    """Open a local page that predicts designs of a run and solves them on demand."""
    from studies.cli.console import show_log
    from studies.explorer.serving import serve
    from studies.explorer.session import Session

    show_log()
    session = Session(folder, evaluator=options.EVALUATOR)
    serve(session, port, opens_browser=not no_browser, say=lambda text: print(text, flush=True))
