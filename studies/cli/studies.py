"""Commands on a study: run and report."""

from __future__ import annotations

import sys
import tomllib
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studies.cli import options
from studies.runs import CASE_TIMEOUT_S

if TYPE_CHECKING:
    from studies.learning.loop import Learned
    from studies.reliability.study.design_points import StudyDesignPoint

StudyArgument = Annotated[
    str, typer.Argument(metavar="STUDY", help="A study TOML, or the shipped 'recess'.")
]


class OnFailure(StrEnum):
    """What a failed case does to the rest of the sweep."""

    stop = "stop"
    keep_going = "continue"


def run(
    study: StudyArgument,
    out: Annotated[
        Path | None, typer.Option(help="Output folder; results/<study name> by default.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Cases at a time; one per processor by default.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Solve on the workers of a Dask scheduler: tcp://host:port."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the case table and solve nothing.")
    ] = False,
    case_timeout: Annotated[
        float, typer.Option(metavar="SECONDS", help="Wall time that one case may take.")
    ] = CASE_TIMEOUT_S,
    case_memory_mb: Annotated[
        float | None,
        typer.Option(metavar="MB", help="Memory that one case may take; without limit by default."),
    ] = None,
    on_failure: Annotated[
        OnFailure, typer.Option(help="Whether a failed case stops the run.")
    ] = OnFailure.keep_going,
    no_report: Annotated[
        bool, typer.Option("--no-report", help="Write the table but no report.")
    ] = False,
) -> None:
    """Run a study; a run that was interrupted or killed is resumed."""
    if not dry_run and scheduler is None:
        _load_ahead(study, out)
    from studies.cli.console import make_progress, show_log
    from studies.plan.study import find_file
    from studies.runs.finished import finished, made_from, note_finished

    show_log()
    file = find_file("study", study)
    if dry_run:
        _show_plan(file, out)
        return
    of = made_from(file, options.EVALUATOR)
    found, progress = finished(file, out, of), make_progress()
    if found is not None:
        done = found.summary
        progress.start(done.rows, 0)
        progress.stop()
    else:
        from studies.runs.rounds import run_rounds

        done = run_rounds(
            file,
            out,
            jobs=jobs,
            scheduler=scheduler,
            case_timeout_s=case_timeout,
            case_memory_mb=case_memory_mb,
            on_failure="stop" if on_failure is OnFailure.stop else "continue",
            evaluator=options.EVALUATOR,
            progress=progress,
        )
    counts = {
        "solved": done.solved,
        "failed": done.failed,
        "invalid": done.invalid,
        "not done": done.pending,
    }
    shown = ", ".join(f"{n} {status}" for status, n in counts.items() if n or status == "solved")
    print(f"{done.rows} cases: {shown} ({done.found_stored} designs found stored)")
    print(f"table: {done.folder / 'table.csv'}")
    if done.interrupted:
        print("fem-bump: interrupted; the same command resumes the run", file=sys.stderr)
        raise typer.Exit(130)
    wants_report = bool(done.solved) and not no_report
    if wants_report and (found is None or not found.has_report):
        from studies.records.machine import kept_safe
        from studies.report.page import write_report

        later = f"'fem-bump report {done.folder}' writes the report later"
        with kept_safe(lambda: f"all {done.solved} solved cases are stored, and {later}"):
            write_report(done.folder)
    if wants_report:
        print(f"report: {done.folder / 'report.html'}")
    if done.is_whole and (found is None or (wants_report and not found.has_report)):
        note_finished(done.folder, of, done.notes, wants_report)
    if not done.is_whole:
        raise typer.Exit(1)


def _load_ahead(study: str, out: Path | None) -> None:
    """Have solvers loaded while the study is read, for a run into a folder that is not there yet.

    In another there may be nothing left to solve, which the run finds out.
    """
    file = Path(study)
    if not file.is_file():
        file = Path(__file__).parents[1] / "library" / f"{study}.toml"
    with suppress(OSError, ValueError, LookupError, TypeError):  # refused when it is read
        name = tomllib.loads(file.read_text(encoding="utf-8"))["name"]
        if not (out or Path("results") / name).exists():
            from studies.runs.workers import load_ahead

            load_ahead(options.EVALUATOR.partition(":")[0])


class Level(StrEnum):
    """How much a report says."""

    brief = "brief"
    full = "full"


class Format(StrEnum):
    """What a report is written as."""

    html = "html"
    pdf = "pdf"


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run's folder.")],
    level: Annotated[
        Level, typer.Option(help="All there is, or what a design review needs.")
    ] = Level.full,
    format: Annotated[
        Format,
        typer.Option(help="A page that needs nothing else, or printed by a browser."),
    ] = Format.html,
) -> None:
    """Write the report of a run again, from what its folder holds."""
    from studies.cli.console import show_log
    from studies.records.machine import kept_safe
    from studies.records.store import read_plan
    from studies.results.table_files import write_table

    show_log()
    read_plan(folder)
    if format is Format.pdf:
        from studies.report.browser import needed_browser, write_pdf

        needed_browser()  # refused before figures are drawn
    with kept_safe(lambda: "the run's records are whole; the same command writes the report"):
        table = write_table(folder)
        from studies.report.page import write_report

        page = write_report(folder, level.value, table)
        if format is Format.pdf:
            page = write_pdf(page)
    print(f"report: {page}")


def reliability(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run's folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    learn: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="First add up to N designs to a part, where they tell most."
        ),
    ] = None,
    half_width: Annotated[
        float, typer.Option(help="With --learn: of an interval at which no more are added.")
    ] = 0.01,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="With --learn: designs solved at a time.")
    ] = None,
) -> None:
    """Tell how probable it is that designs of a run fail its limit states, and what differs."""
    from dataclasses import asdict

    from studies.cli.console import print_table
    from studies.records.strict_json import to_json
    from studies.reliability.study.design_points import study_design_points
    from studies.reliability.study.limits import limit_probabilities
    from studies.reliability.study.surrogates import sensitivities
    from studies.results.results import Results

    learned, points = ([], None) if learn is None else _learned(folder, learn, half_width, jobs)
    results = Results.read(folder, as_given=True)
    found, differences = limit_probabilities(results)
    driven = sensitivities(results)
    points = study_design_points(results) if points is None else points
    if as_json:
        said = {"probabilities": [asdict(one) for one in found],
                "differences": [asdict(one) for one in differences],
                "sensitivities": [asdict(one) for one in driven]}  # fmt: skip
        if learn is not None:
            said["learned"] = [asdict(one) for one in learned]
        said["design_points"] = [asdict(one) for one in points]
        print(to_json(said))
        return
    print_table(
        ["limit", "part", "probability", "95 % interval", "counted alone", "designs", "unsolved",
         "impossible"],
        [
            [one.limit, one.part, f"{one.probability:.3g}", _ends(one.interval),
             _ends(one.counted), one.designs, one.unsolved, one.impossible]
            for one in found
        ],
        results.study.title,
    )  # fmt: skip
    for one in differences:
        low, high = one.interval
        verdict = "more" if low > 0 else "less" if high < 0 else "undecided"
        which = f"{one.limit}: {one.part} minus {one.other} {one.difference:.3g}"
        print(f"{which}, {_ends(one.interval)} (without pairs {_ends(one.apart)}): {verdict}")
    for point in points:
        where = {**point.factors, **point.strengths}
        rows = [
            [name, f"{value:.5g}" if isinstance(value, float) else value,
             f"{point.importance[name]:.2f}"]
            for name, value in where.items()
        ]  # fmt: skip
        left = [f"{point.g[0]:.3g} ± {point.g[1]:.2g} by the surrogate"]
        if point.solved is not None:
            left.append(f"{point.solved[0]:.3g} ± {point.solved[1]:.2g} solved")
        title = f"{point.limit}: where {point.part} fails most probably"
        print_table(["factor", "value", "importance"], rows, title)
        distance = f"{point.distance:.2f} standard deviations away"
        print(f"{distance}; limit function there: {', '.join(left)}")
    for drive in driven:
        if drive.indices is None:
            print(f"{drive.metric} in {drive.part}: no Sobol indices, since {drive.why_not}")
            continue
        rows = [
            [
                factor,
                *(f"{each.share:.2f}" if each.shown else "not shown" for each in pair),
                *(_ends(each.interval) for each in pair),
            ]
            for factor, *pair in zip(
                drive.factors, drive.indices.first, drive.indices.total, strict=True
            )
        ]
        print_table(
            ["factor", "alone", "with others", "interval, alone", "interval, with others"],
            rows,
            f"Sobol indices of {drive.metric} in {drive.part}",
        )


def _learned(
    folder: Path, most: int, half_width: float, jobs: int | None
) -> tuple[list[Learned], list[StudyDesignPoint]]:
    """Designs that were added, said on standard error, and design points that were solved."""
    from studies.cli.console import make_progress, show_log
    from studies.learning.loop import confirmed_design_points, learn

    show_log()
    evaluator = options.EVALUATOR
    learned = learn(
        folder, most, half_width, jobs=jobs, progress=make_progress(), evaluator=evaluator
    )
    points = confirmed_design_points(
        folder, jobs=jobs, progress=make_progress(), evaluator=evaluator
    )
    for one in learned:
        counts = ", ".join(f"{n} {status}" for status, n in one.added.items()) or "none"
        print(f"{one.part}: designs added: {counts}; {one.ended}", file=sys.stderr)
    return learned, points


def _ends(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.3g} to {interval[1]:.3g}"


def _show_plan(file: Path, out: Path | None) -> None:
    from studies.case.identity import identity_text
    from studies.case.input_notes import notes_of_designs
    from studies.cli.console import print_notes, print_table
    from studies.plan.cases import make_plan
    from studies.plan.study import DECIDE, DEFAULT_ACCURACY, load_study
    from studies.records import store
    from studies.runs.processes import case_key_of
    from studies.runs.runner import unsolved
    from studies.wording.levels import texts

    study = load_study(file)
    folder = out if out is not None else Path("results") / study.name
    # without records nothing is compared with what the program's code has found
    key = case_key_of(options.EVALUATOR) if store.has_records(folder) else identity_text
    plan = make_plan(study, key)
    store.check_same_study(folder, plan.stored())
    todo = {case.key for case in unsolved(plan, folder)}
    factors = list(dict.fromkeys(path for case in plan.cases for path in case.factors))
    columns = [texts([case.factors.get(path, "-") for case in plan.cases]) for path in factors]
    rows = []
    for k, case in enumerate(plan.cases):
        levels = [column[k] for column in columns]
        status = "invalid" if case.design is None else "to solve" if case.key in todo else "stored"
        rows.append([case.part, case.number, *levels, status, case.reason or ""])
    print_table(["part", "case", *factors, "status", "reason"], rows, plan.study.title)
    valid, stored = len(plan.valid), sum(row[-2] == "stored" for row in rows)
    print_notes(notes_of_designs(plan.designs))
    if plan.unbuilt:
        print_notes(
            [
                f"{plan.unbuilt} of {len(rows)} cases are judged by their values alone, as there "
                "are too many different bumps to build each here; one that a process step cannot "
                "make becomes an invalid row when its turn comes"
            ]
        )
    for part, share in plan.impossible_shares.items():
        print(f"{share:.1%} of what part '{part}' draws is no possible design")
    print(f"{len(rows)} cases, {valid} valid, {stored} already solved; {len(todo)} to solve")
    if plan.study.accuracy == DECIDE:
        at = f"{100 * DEFAULT_ACCURACY:g} %"
        print(f"this is the first round, at {at}; what leaves a ranking open is solved again")
