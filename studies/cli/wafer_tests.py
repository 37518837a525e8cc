"""The command for the marks of a wafer test: a verdict for each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from studies.cli import options
from studies.cli.options import SetOption, VariantOption, chosen_design, made_folder
from studies.runs import CASE_TIMEOUT_S


def marks(
    design: Annotated[
        str, typer.Argument(metavar="DESIGN", help="A design TOML, or the shipped 'default'.")
    ],
    table: Annotated[
        Path,
        typer.Argument(
            metavar="MARKS.csv",
            help="Columns x_um, y_um from the pad's centre, depth_um, and, if wanted, pad.",
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for table, map and the run.")] = Path(
        "results/wafer-test"
    ),
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Cases at a time; one per processor by default.")
    ] = None,
    case_timeout: Annotated[
        float, typer.Option(metavar="SECONDS", help="Wall time that one case may take.")
    ] = CASE_TIMEOUT_S,
    variant: VariantOption = None,
    values: SetOption = None,
) -> None:
    """Judge the marks of a wafer test: a table and a map of the verdict for each pad."""
    from studies.wafer_test.mark_table import read_marks

    found = read_marks(table)
    chosen = chosen_design(design, None, variant, values)
    from studies.cli.console import make_progress, print_table, show_log
    from studies.wafer_test.verdicts import Grade, of_pads
    from studies.wafer_test.wafer_test import bins, run_wafer_test

    show_log()
    done = run_wafer_test(
        chosen,
        found,
        made_folder(out),
        jobs=jobs,
        case_timeout_s=case_timeout,
        evaluator=options.EVALUATOR,
        progress=make_progress(),
    )
    pads = list(of_pads(done.verdicts).values())
    grades = [one.grade for one in done.verdicts]
    rows = [
        [grade.value, grades.count(grade), pads.count(grade)] for grade in Grade if grade in grades
    ]
    print_table(["verdict", "marks", "pads, by their worst mark"], rows)
    print(f"note: {bins(chosen)}")
    print(f"table: {done.table}")
    print(f"map: {done.picture}")
    if done.summary is None:
        return
    if done.summary.interrupted:
        print("fem-bump: interrupted; the same command resumes the run", file=sys.stderr)
        raise typer.Exit(130)
    if done.summary.failed or done.summary.pending:
        raise typer.Exit(1)
