"""The command that looks at a run from a second terminal."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from studies.results.status import Status

MOST_REASONS = 8
MOST_WORKING = 10


def status(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run's folder.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object, or one a line with --watch.")
    ] = False,
    watch: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Look again so often, until the run has ended."),
    ] = None,
    table: Annotated[
        bool, typer.Option("--table", help="The table so far as CSV, and nothing else.")
    ] = False,
) -> None:
    """Say how far a run is: rate, time left, failures. Reads only, also while the run goes on."""
    from fem_bump.errors import InputError
    from studies.results.status import read_status

    if watch is not None and not watch > 0:
        raise InputError(f"--watch = {watch:g} must be a number of seconds above 0")
    if table:
        if as_json or watch is not None:
            raise InputError("--table stands alone; leave out --json and --watch")
        _print_table(folder)
        return
    redraws = watch is not None and not as_json and sys.stdout.isatty()
    while True:
        found = read_status(folder)
        if redraws:
            from rich.console import Console

            Console().clear()
        if as_json:
            print(json.dumps(found.to_json(), ensure_ascii=False), flush=True)
        else:
            _print(found)
        if watch is None or found.state in ("finished", "interrupted"):
            return
        time.sleep(watch)
        if not as_json and not redraws:
            print(flush=True)


def _print_table(folder: Path) -> None:
    from studies.results.results import Results

    Results.read(folder, as_given=True).table.to_csv(sys.stdout, index=False)


def _print(found: Status) -> None:
    from studies.cli.console import print_table
    from studies.runs.bars import duration
    from studies.wording.control_signs import one_line

    said: str = found.state
    if found.state == "silent" and found.silent_s is not None:
        said = f"no sign of life for {duration(found.silent_s)}; the same command resumes the run"
    elif found.state == "running":
        said = f"running on {found.workers} worker{'s' * (found.workers != 1)}"
        if not found.workers:
            said = "running on a cluster"
    print(f"{found.study}: {said}")
    ended = sum(found.ended.values())
    counts = ", ".join(f"{n} {what}" for what, n in found.ended.items() if n or what == "solved")
    print(f"{ended} of {found.to_solve} designs: {counts}; {found.found} found stored before")
    print(f"{found.cases} cases, {found.invalid} of them impossible by the plan")
    if found.per_minute is not None:
        left = f", {duration(found.left_s)} left" if found.left_s is not None else ""
        print(f"{found.per_minute:.3g} cases/min{left}")
    reasons = list(found.reasons.items())
    for reason, n in reasons[:MOST_REASONS]:
        print(one_line(f"failed, {n}: {reason}"))
    if len(reasons) > MOST_REASONS:
        print(f"failed, {sum(n for _, n in reasons[MOST_REASONS:])}: for other reasons")
    if found.working and found.state == "running":
        shown = found.working[:MOST_WORKING]
        more = "" if len(shown) == len(found.working) else f", the longest of {len(found.working)}"
        rows = [
            [line.get(name) for name in ("part", "case", "label", "worker", "for_s")]
            for line in shown
        ]
        print_table(["part", "case", "factors", "worker", "s"], rows, f"being solved{more}")
    if found.latest:
        rows = [
            [line.get(name) for name in ("part", "case", "label", "status", "seconds")]
            for line in found.latest
        ]
        print_table(["part", "case", "factors", "status", "s"], rows, "latest")
