"""The command ``fem-bump``: claims, draw, solve, crack, run, report, corners, verify.

Exit status: 0 done; 1 a computation failed, or the machine refused, as a full disk does; 2 bad
input, with one sentence on standard error; 130 interrupted. Nothing heavy is imported before a
command needs it: ``--help`` must be instant.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studies import streams
from studies.threads import prefer_one_thread

if TYPE_CHECKING:
    from geometry import Design

EVALUATOR = "studies.evaluate:evaluate"

app = typer.Typer(
    help="Finite-element reliability analyzer for flip-chip bumps on etched contact pads.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

OptionalDesign = Annotated[
    str | None,
    typer.Argument(
        metavar="[DESIGN]",
        help="A design TOML, or the shipped 'default'; may be left out with --claim.",
    ),
]
ClaimOption = Annotated[
    str | None,
    typer.Option(
        "--claim", metavar="N", help="Practise a claim, 1 to 40, or a recipe of 'fem-bump claims'."
    ),
]
VariantOption = Annotated[
    str | None,
    typer.Option("--variant", help="no-recess, partial-depth or full-depth."),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change one value, as in the TOML: --set pad.material='\"Cu\"'. May be repeated.",
    ),
]
StudyArgument = Annotated[
    str, typer.Argument(metavar="STUDY", help="A study TOML, or the shipped 'recess'.")
]


class OnFailure(StrEnum):
    """What a failed case does to the rest of the sweep."""

    stop = "stop"
    keep_going = "continue"


@app.command()
def claims() -> None:
    """List the recipes: the patent's claims that each practises, and how it makes the bump."""
    from geometry.claims import all_recipes, via_kind
    from studies.console import print_table

    rows = []
    for recipe in all_recipes():
        made = recipe.design
        rows.append([
            recipe.name,
            ", ".join(map(str, recipe.claims)),
            recipe.variants[0] if len(recipe.variants) == 1 else "any",
            made.pad_etch.mask,
            f"{made.pad.material}, {via_kind(made)}",
            f"{made.ubm.deposition}{' + plated' if made.ubm.enhanced else ''}",
            f"{made.bump.method}, {made.bump.shape}",
            recipe.text,
        ])  # fmt: skip
    columns = ["recipe", "claims", "depth", "mask", "pad, feed", "UBM", "bump", "what it does"]
    print_table(columns, rows)
    open_claims: dict[str, list[int]] = {}
    for recipe in all_recipes():
        for claim, left_open in recipe.completed.items():
            open_claims.setdefault(left_open, []).append(claim)
    for left_open, found in open_claims.items():
        listed = ", ".join(map(str, sorted(set(found))))
        print(f"claims {listed} leave {left_open} open; defaults complete them")
    print("no-recess is claimed nowhere: it is the reference for the other two variants")


@app.command()
def draw(
    design: OptionalDesign = None,
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")] = Path("."),
    claim: ClaimOption = None,
    variant: VariantOption = None,
    values: SetOption = None,
    film: Annotated[
        Path | None,
        typer.Option(help="Draw only the process, every step of it, into this PNG, SVG or PDF."),
    ] = None,
) -> None:
    """Draw cross-section, mesh, process and dimensions, as PNG; or the process alone."""
    from studies.console import print_notes
    from studies.input_notes import input_notes

    chosen = _chosen_design(design, claim, variant, values)
    if film is None:
        from geometry.drawing import draw_design

        for path in draw_design(chosen, _folder(out)):
            print(path)
        print_notes([*input_notes(chosen), *_stand_in_notes(chosen)])
        return
    from geometry.drawing import draw_film_strip

    kinds = (".png", ".svg", ".pdf")
    if film.suffix.lower() not in kinds:
        from fem_bump.errors import InputError

        raise InputError(f"--film '{film}' must end in {', '.join(kinds)}")
    _check_place("--film", film)
    print(draw_film_strip(chosen, film))
    print_notes([*input_notes(chosen), *_stand_in_notes(chosen)])


def _stand_in_notes(design: Design) -> list[str]:
    """Which names the pictures could not write."""
    from geometry.lettering import lacking
    from geometry.stand_in_names import material_stand_ins

    note = lacking([design.name, *material_stand_ins(design)])
    return [note] if note else []


@app.command()
def solve(
    design: OptionalDesign = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    fields: Annotated[
        Path | None, typer.Option(help="Write the fields as VTU for ParaView.")
    ] = None,
    accuracy: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            min=1e-4,
            max=0.5,
            help="Adapt the mesh until every headline metric is known to this share of its size.",
        ),
    ] = None,
    claim: ClaimOption = None,
    variant: VariantOption = None,
    values: SetOption = None,
) -> None:
    """Solve one design and print its metrics."""
    from studies.storage import StorageError

    asked = {} if accuracy is None else {"mesh.accuracy": accuracy}
    chosen = _chosen_design(design, claim, variant, values, asked)
    if fields is not None:
        if fields.suffix != ".vtu":
            from fem_bump.errors import InputError

            raise InputError(f"--fields = '{fields}' must be a file name that ends in .vtu")
        _check_place("--fields", fields)
    # a single design has no no-recess case beside it, as a study has
    try:
        record = _evaluator()(chosen, fields, compare_with_no_recess=True)
    except StorageError as error:
        if error.result is not None:  # it was computed, so it is told
            _print_solved(chosen, error.result, as_json)
        raise
    _print_solved(chosen, record, as_json)


def _print_solved(chosen: Design, record: dict[str, Any], as_json: bool) -> None:
    """The metrics of one design."""
    if record["flags"].get("accuracy_missed"):
        print(f"fem-bump: warning: {record['flags']['notes']}", file=sys.stderr)
    if as_json:
        from studies.files import to_json

        order = (
            *("design", "metrics", "errors", "mesh", "meshes"),
            *("solver", "wall_s", "derived", "flags"),
        )
        print(to_json({name: record[name] for name in order if name in record}))
        return
    from studies.console import print_metrics

    print(f"design {chosen.name}: {chosen.variant}, opening ratio {chosen.opening_ratio:g}")
    print_metrics(record)


@app.command()
def crack(
    design: OptionalDesign = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    lengths: Annotated[
        str | None,
        typer.Option(
            metavar="UM,UM,...", help="Exactly these crack lengths, um; else a spread that fits."
        ),
    ] = None,
    figure: Annotated[
        Path | None,
        typer.Option(
            help="PNG or SVG; by default <name>-crack-<interface>-<start>.png, none with --json."
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Lengths at a time; one per processor by default.")
    ] = None,
    claim: ClaimOption = None,
    variant: VariantOption = None,
    values: SetOption = None,
) -> None:
    """Energy release rate of an interface crack against its length, for every variant."""
    from studies.crack_lengths import plan_cracks, variants_of, with_crack

    asked = _lengths(lengths)
    if figure is not None:
        _check_figure(figure)
    chosen = with_crack(_chosen_design(design, claim, variant, values))
    designs = [chosen] if variant is not None else variants_of(chosen)
    # refuses what can be refused: the solvers take seconds to load
    plans, absent = plan_cracks(designs, asked, called="--lengths")
    from studies.crack_runs import solve_plans
    from studies.input_notes import input_notes

    curves = solve_plans(plans, jobs or os.cpu_count() or 1)
    notes = input_notes(chosen)
    if figure is None and not as_json:
        figure = _crack_figure_name(chosen, variant)
    if as_json:
        from studies.files import to_json

        listed = [curve.record() for curve in curves]
        said = {"design": chosen.to_dict(), "notes": notes}
        print(to_json({**said, "curves": listed, "absent": absent}))
    else:
        from studies.console import print_crack_growth

        print_crack_growth(curves, absent, notes)
    # last: what was computed is told even where the picture cannot be written
    if figure is not None:
        from studies.crack_figure import growth_figure
        from studies.files import write_atomic
        from studies.style import render

        _folder(figure.absolute().parent)
        write_atomic(figure, render(growth_figure(curves), figure.suffix.lower()[1:]))
        if not as_json:
            print(figure)
    if any(curve.failed for curve in curves):
        raise typer.Exit(1)


def _check_figure(path: Path) -> None:
    """Refuse a figure that could not be written, before it is worked for."""
    from fem_bump.errors import InputError

    if path.suffix.lower() not in (".png", ".svg"):
        raise InputError(f"--figure '{path}' must end in .png or .svg")
    if path.is_dir():
        raise InputError(f"--figure '{path}' is a folder; it must be a file")
    folder = path.absolute().parent
    above = folder.parent
    # a folder of its own is made, but no tree of them, and none beside the system's
    if not folder.is_dir() and (not above.is_dir() or above == above.parent):
        raise InputError(
            f"--figure '{path}' must lie in a folder that exists, or in a new one inside a folder "
            f"that exists other than {above.anchor}; '{folder}' does not exist"
        )


def _crack_figure_name(design: Design, variant: str | None) -> Path:
    """``default-crack-ubm-pad-outer.png``; with the variant if there is only one."""
    assert design.crack is not None
    from geometry.files import file_stem

    parts = [design.name, "crack", *design.crack.sides, design.crack.start]
    if variant is not None and variant not in design.name:
        parts.append(variant)
    return Path(file_stem("-".join(parts)) + ".png")


@app.command()
def run(
    study: StudyArgument,
    out: Annotated[
        Path | None, typer.Option(help="Output folder; results/<study name> by default.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Cases at a time; one per processor by default.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the case table and solve nothing.")
    ] = False,
    case_timeout: Annotated[
        float, typer.Option(metavar="SECONDS", help="Wall time that one case may take.")
    ] = 600.0,
    on_failure: Annotated[
        OnFailure, typer.Option(help="Whether a failed case stops the run.")
    ] = OnFailure.keep_going,
    no_report: Annotated[
        bool, typer.Option("--no-report", help="Write the table but no report.")
    ] = False,
) -> None:
    """Run a study; a run that was interrupted or killed is resumed."""
    from studies.console import make_progress, show_log
    from studies.runner import run_study
    from studies.study import find_file

    show_log()
    file = find_file("study", study)
    if dry_run:
        _show_plan(file, out)
        return
    done = run_study(
        file,
        out,
        jobs=jobs,
        case_timeout_s=case_timeout,
        on_failure="stop" if on_failure is OnFailure.stop else "continue",
        evaluator=EVALUATOR,
        progress=make_progress(),
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
    if done.solved and not no_report:
        from studies.report import write_report
        from studies.storage import kept_safe

        later = f"'fem-bump report {done.folder}' writes the report later"
        with kept_safe(lambda: f"all {done.solved} solved cases are stored, and {later}"):
            page = write_report(done.folder)
        print(f"report: {page}")
    if done.failed or done.pending:
        raise typer.Exit(1)


@app.command()
def report(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run's folder.")]) -> None:
    """Write the report of a run again, from what its folder holds."""
    from studies.console import show_log
    from studies.storage import kept_safe
    from studies.store import read_plan, write_table

    show_log()
    read_plan(folder)
    with kept_safe(lambda: "the run's records are whole; the same command writes the report"):
        write_table(folder)
        from studies.report import write_report

        page = write_report(folder)
    print(f"report: {page}")


@app.command()
def corners(
    design: OptionalDesign = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    exponents_only: Annotated[
        bool, typer.Option("--exponents-only", help="Solve nothing: no intensities.")
    ] = False,
    only: Annotated[
        str | None,
        typer.Option("--corner", metavar="NAME", help="Only corners whose name contains this."),
    ] = None,
    claim: ClaimOption = None,
    variant: VariantOption = None,
    values: SetOption = None,
) -> None:
    """List a design's corners: what meets there, singular exponents, stress intensities."""
    chosen = _chosen_design(design, claim, variant, values)
    from studies.corners import corner_table, notes

    found = corner_table(chosen, with_intensities=not exponents_only, only=only)
    if as_json:
        from studies.files import to_json

        said = {"design": chosen.to_dict(), "notes": notes(chosen)}
        print(to_json({**said, "corners": [corner.record() for corner in found]}))
        return
    from studies.console import print_corners

    print(f"design {chosen.name}: {chosen.variant}, opening ratio {chosen.opening_ratio:g}")
    print_corners([corner.record() for corner in found], notes(chosen))


@app.command()
def verify(
    estimators: Annotated[
        bool,
        typer.Option(
            "--estimators",
            help="Compare error bars with overkill meshes on random designs; some minutes.",
        ),
    ] = False,
    figure: Annotated[
        Path | None, typer.Option(help="With --estimators: draw the histogram into this PNG.")
    ] = None,
) -> None:
    """Solve the problems with known answers: computed, exact, error."""
    if figure is not None and not estimators:
        from fem_bump.errors import InputError

        raise InputError("--figure draws what --estimators found; give both")
    if figure is not None:
        _check_place("--figure", figure)
    if estimators:
        _verify_estimators(figure)
        return
    from fem_bump.verification import table
    from studies.console import print_table

    rows = list(table())
    columns = ("name", "quantity", "computed", "exact", "error", "tolerance", "passed")
    print_table(columns, [[getattr(row, column) for column in columns] for row in rows])
    failed = sum(not row.passed for row in rows)
    print(f"{len(rows) - failed} of {len(rows)} passed")
    if failed:
        raise typer.Exit(1)


def _verify_estimators(figure: Path | None) -> None:
    """Coverage and width of the error bars on the held designs, and whether they keep both."""
    from studies.console import print_table
    from studies.estimators import compare, draw_histogram, held_designs, verdict
    from studies.files import whole_file

    rows, found = [], []
    for design, accuracy in held_designs():
        compared = compare(design, accuracy)
        inside = sum(one.inside for one in compared)
        print(f"{design.name}: {inside} of {len(compared)} inside", file=sys.stderr)
        found += compared
        worst = max(compared, key=lambda one: one.bar / one.scale)
        rows.append([
            design.name, accuracy, worst.unknowns, worst.overkill_unknowns,
            f"{inside} of {len(compared)}", worst.bar / worst.scale,
            max(one.deviation / one.scale for one in compared),
        ])  # fmt: skip
    columns = ("design", "accuracy", "unknowns", "overkill", "inside", "widest bar", "deviation")
    print_table(columns, rows)
    result = verdict(found)
    print(result.sentence)
    if figure is not None:
        with whole_file(figure) as place:
            draw_histogram(found).savefig(place, dpi=150)
        print(figure)
    if not result.passed:
        raise typer.Exit(1)


def _chosen_design(
    file: str | None,
    claim: str | None,
    variant: str | None,
    values: list[str] | None,
    asked: Mapping[str, Any] | None = None,
) -> Design:
    """A checked design: of a file, a claim, or a claim on a file's dimensions.

    Values, and what other options ask for, go last, and the whole is judged only after that.
    """
    from studies.checks import check_design

    overrides = {**dict(_assignment(value) for value in values or []), **(asked or {})}
    if variant is not None:
        overrides = {"variant": variant, **overrides}
    design = _unchecked_design(file, claim, overrides)
    check_design(design)
    return design


def _unchecked_design(file: str | None, claim: str | None, overrides: dict[str, Any]) -> Design:
    from fem_bump.errors import InputError
    from geometry import Design
    from studies.study import find_file

    if file is None and claim is None:
        raise InputError("give a DESIGN, or --claim N; 'default' is shipped")
    path = None if file is None else find_file("design", file)
    if claim is not None:
        from geometry.claims import design_for_claim
        from geometry.parameters import read_toml

        base = None if path is None else read_toml(path)
        return design_for_claim(claim, base, **overrides)
    assert path is not None
    return Design.from_toml(path, **overrides)


def _lengths(text: str | None) -> list[float] | None:
    """``0.1,0.3,1`` as numbers."""
    import math

    from fem_bump.errors import InputError

    if text is None:
        return None
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if not found or not all(math.isfinite(v) and v > 0 for v in found):
        raise InputError(f"--lengths '{text}' must be numbers above 0, in um: --lengths 0.1,0.3,1")
    return found


def _assignment(text: str) -> tuple[str, Any]:
    """``pad.thickness_um=2.0`` as path and value; a bare word is a string."""
    import re
    import tomllib

    from fem_bump.errors import InputError
    from geometry.paths import PATH, dotted, keys_of

    start = PATH.match(text.strip())
    path = start[0] if start else ""
    equals, value = text.strip()[len(path) :].lstrip()[:1], ""
    if path and equals == "=":
        value = text.strip()[len(path) :].lstrip()[1:].strip()
        path = dotted(keys_of(path))
        try:
            return path, tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            if re.fullmatch(r"[A-Za-z][\w./-]*", value):
                return path, value
    raise InputError(
        f"--set '{text}' must be KEY=VALUE, the value as in TOML, for example pad.thickness_um=2.0"
    )


def _show_plan(file: Path, out: Path | None) -> None:
    from studies import store
    from studies.console import print_notes, print_table
    from studies.input_notes import notes_of_designs
    from studies.levels import texts
    from studies.plan import make_plan
    from studies.runner import case_key_of, unsolved
    from studies.study import load_study

    plan = make_plan(load_study(file), case_key_of(EVALUATOR))
    folder = out if out is not None else Path("results") / plan.study.name
    store.check_same_study(folder, plan.to_dict())
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
    print_notes(notes_of_designs(case.design for case in plan.cases if case.design is not None))
    print(f"{len(rows)} cases, {valid} valid, {stored} already solved; {len(todo)} to solve")


def _evaluator():
    import importlib

    module, _, function = EVALUATOR.partition(":")
    return getattr(importlib.import_module(module), function)


def _folder(path: Path) -> Path:
    """Make a folder for output; that it cannot be made is the user's mistake."""
    from fem_bump.errors import InputError

    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write to '{path}': {error.strerror}") from None
    return path


def _check_place(option: str, file: Path) -> None:
    """Refuse a file that could not be written, before it is worked for."""
    from fem_bump.errors import InputError

    if file.is_dir():
        raise InputError(f"{option} '{file}' is a folder; it must be a file")
    folder = _folder(file.absolute().parent)
    if not os.access(folder, os.W_OK):
        raise InputError(f"{option} '{file}' cannot be written: its folder is read-only")


def main(arguments: list[str] | None = None) -> None:
    """Entry point: errors of the user, of the analysis and of the machine become one sentence."""
    prefer_one_thread()
    streams.make_usable()
    streams.quieten_matplotlib()
    try:
        status = app(arguments, standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("fem-bump: interrupted", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None and streams.broken():
            if error.errno != errno.EPIPE:  # whoever reads no further wants no word of it
                _say(f"cannot write to standard output: {error.strerror}")
            sys.exit(1)
        sys.exit(_explained(error))
    sys.exit(status if isinstance(status, int) else 0)


def _explained(error: Exception) -> int:
    """Exit status after a sentence on standard error; what is a bug propagates."""
    if hasattr(error, "format_message"):  # the library's own mark of a mistake in the arguments
        from studies.usage import usage_sentence

        if sentence := usage_sentence(error):  # empty where help was printed instead
            _say(sentence)
        return 2
    # loading the classes takes a while
    from fem_bump.errors import AnalysisError, InputError
    from geometry.errors import DesignError, MeshingError
    from studies import storage

    if isinstance(error, OSError) and storage.is_of_the_machine(error):
        _say(storage.sentence(error))
        return 2 if storage.is_mendable(error) else 1
    known = (InputError, DesignError, AnalysisError, MeshingError, storage.StorageError)
    if not isinstance(error, known):
        raise error
    _say(str(error))
    return 2 if isinstance(error, InputError | DesignError) else 1


def _say(sentence: str) -> None:
    print(f"fem-bump: {' '.join(sentence.split())}", file=sys.stderr)


if __name__ == "__main__":
    main()
