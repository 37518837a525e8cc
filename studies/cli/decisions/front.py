"""The command ``front``: designs of a run that no other beats, each confirmed by a solve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from studies.cli import options


def front(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run's folder.")],
    objectives: Annotated[
        str,
        typer.Option(metavar="A:min,B:max", help="Metrics, each to be small or large."),
    ],
    part: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Part; all that sample by default. May be repeated."),
    ] = None,
    constraint: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT", help="'metric < 80', or a limit state's name. May be repeated."
        ),
    ] = None,
    percentile: Annotated[
        float | None,
        typer.Option(metavar="P", help="Compare this percentile over what scatters, as 95."),
    ] = None,
    scatter: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FACTOR", help="Factor that scatters whatever is chosen. May be repeated."
        ),
    ] = None,
    budget: Annotated[
        int | None,
        typer.Option(min=1, help="Cases solved for each part; 32, or 64 at a percentile."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the search.")] = 1,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Cases at a time; one per processor by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Search designs of a run that no other beats in several metrics, and solve them."""
    from studies.cli.console import print_table, show_log
    from studies.optimum.fronts import find_fronts
    from studies.optimum.sentences import rows_of, sentences
    from studies.optimum.stored import CSV, write
    from studies.records.machine import kept_safe
    from studies.records.strict_json import to_json
    from studies.results.results import Results
    from studies.runs.further import solve_further

    show_log()
    results = Results.read(folder, as_given=True)

    def solve(name: str, points: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
        title = f"Front of {name}"
        cases = solve_further(
            folder, name, points, name=f"front-{name}", title=title, jobs=jobs,
            evaluator=options.EVALUATOR,
        )  # fmt: skip
        return [(case.part, case.number) for case in cases]

    found = find_fronts(
        results,
        lambda: Results.read(folder, as_given=True),
        solve,
        objectives,
        parts=part or (),
        constraints=constraint or (),
        percentile=percentile,
        scatter=scatter or (),
        budget=budget,
        seed=seed,
    )
    with kept_safe(lambda: "the solved cases are stored; the same command goes on from them"):
        write(folder, found)
    if as_json:
        print(to_json(found.to_json()))
        return
    for one in found.fronts:
        if one.points:
            heads, rows = rows_of(found.question, one)
            print_table(heads, rows, f"Front of part {one.part}")
    for sentence in sentences(found):
        print(sentence)
    print(f"front: {folder / CSV}")
