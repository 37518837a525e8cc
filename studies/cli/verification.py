"""The command that solves problems with known answers."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studies.cli.options import check_place

if TYPE_CHECKING:
    from fem_bump.verification import Row
    from studies.solving.estimators import Compared


def verify(
    problems: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROBLEM]...", help="Problems by name; all by default."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, problem by problem.")
    ] = False,
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
    tangent: Annotated[
        str | None,
        typer.Option(
            metavar="LAW",
            help="Compare the tangent of a constitutive law with differences of its stress.",
        ),
    ] = None,
) -> None:
    """Solve the problems with known answers: computed, exact, error."""
    if figure is not None and not estimators:
        from fem_bump.errors import InputError

        raise InputError("--figure draws what --estimators found; give both")
    if figure is not None:
        check_place("--figure", figure)
    if (problems or as_json) and (estimators or tangent is not None):
        from fem_bump.errors import InputError

        raise InputError("PROBLEM and --json go with neither --estimators nor --tangent")
    if tangent is not None:
        if estimators:
            from fem_bump.errors import InputError

            raise InputError("--tangent and --estimators are two things to verify; give one")
        _verify_tangent(tangent)
        return
    if estimators:
        _verify_estimators(figure)
        return
    _verify_problems(problems or [], as_json)


def _verify_problems(names: list[str], as_json: bool) -> None:
    """Problems one by one, as a table or as one JSON object."""
    from fem_bump.errors import InputError
    from fem_bump.verification import PROBLEMS, table
    from geometry.design.sentences import nearest
    from studies.cli.console import print_table

    for name in names:
        if name not in PROBLEMS:
            raise InputError(f"problem '{name}' is unknown; {nearest(name, PROBLEMS)}")
    found = {name: table([name]) for name in names or PROBLEMS}
    rows = [row for each in found.values() for row in each]
    failed = sum(not row.passed for row in rows)
    if as_json:
        from studies.records.strict_json import to_json

        print(to_json({"problems": {k: _plain(v) for k, v in found.items()}, "failed": failed}))
    else:
        columns = ("name", "quantity", "computed", "exact", "error", "tolerance", "passed")
        print_table(columns, [[getattr(row, column) for column in columns] for row in rows])
        print(f"{len(rows) - failed} of {len(rows)} passed")
    if failed:
        raise typer.Exit(1)


def _plain(rows: list[Row]) -> list[dict[str, Any]]:
    return [{**asdict(row), "passed": row.passed} for row in rows]


def _verify_tangent(name: str) -> None:
    """The tangent of a law beside differences, for stresses of one shear and of three."""
    from fem_bump.errors import InputError
    from fem_bump.laws.tangent import TOLERANCE, check_tangent
    from fem_bump.materials.law_registry import law_kind
    from studies.cli.console import print_table

    kind = law_kind(name)
    if not kind.tried:
        raise InputError(f"law '{name}' names no parameters to be tried with: give it `tried`")
    law = kind(**kind.tried)
    found = check_tangent(law)
    columns = ("components", "points", "flowing", "error", "asymmetry", "stress_error", "passed")
    print_table(
        columns,
        [
            [each.components, each.tried, each.flowing, each.error, each.asymmetry,
             each.stress_error, each.passed]
            for each in found
        ],
    )  # fmt: skip
    passed = all(each.passed for each in found)
    print(
        f"{name}: the tangent {'is' if passed else 'is not'} the derivative of the stress "
        f"(largest difference over E {max(each.error for each in found):.1e}, at most "
        f"{TOLERANCE:g})"
    )
    if law.symmetric and max(each.asymmetry for each in found) > TOLERANCE:
        print(f"{name} is not symmetric: say so by `symmetric`, or iterations converge slowly")
    if not passed:
        raise typer.Exit(1)


def _verify_estimators(figure: Path | None) -> None:
    """Coverage and width of the error bars on the held designs, and whether they keep both.

    By duals where they are elastic, by differences where their metals yield and creep, or where the
    current heats them and moves atoms.
    """
    from groundwork.files import whole_file
    from studies.cli.console import print_table
    from studies.solving.estimators import (
        WIDEST_MEDIAN,
        compare,
        draw_histogram,
        held_designs,
        verdict,
    )
    from studies.solving.twin_bars import (
        WIDEST_HEATED,
        compare_twins,
        heated_designs,
        inelastic_designs,
    )

    elastic = [_counted(compare(design, accuracy)) for design, accuracy in held_designs()]
    over_time = [_counted(compare_twins(design)) for design in inelastic_designs()]
    heated = [_counted(compare_twins(design)) for design in heated_designs()]
    columns = ("design", "accuracy", "unknowns", "overkill", "inside", "widest bar", "deviation")
    passed = True
    for what, each, widest in (
        ("elastic", elastic, WIDEST_MEDIAN),
        ("after yield and creep", over_time, WIDEST_MEDIAN),
        ("with heat and migration", heated, WIDEST_HEATED),
    ):
        print_table(columns, [_summary(compared) for compared in each])
        result = verdict([one for compared in each for one in compared], widest)
        print(f"{what}: {result.sentence}")
        passed = passed and result.passed
    if figure is not None:
        with whole_file(figure) as place:
            draw_histogram([one for each in elastic for one in each]).savefig(place, dpi=150)
        print(figure)
    if not passed:
        raise typer.Exit(1)


def _counted(compared: list[Compared]) -> list[Compared]:
    """Metrics of one design, of which it is said how many lie inside."""
    inside = sum(one.inside for one in compared)
    print(f"{compared[0].design}: {inside} of {len(compared)} inside", file=sys.stderr)
    return compared


def _summary(compared: list[Compared]) -> list[Any]:
    """A row of the table: the widest bar of a design, and its largest deviation."""
    worst = max(compared, key=lambda one: one.bar / one.scale)
    return [
        worst.design, worst.accuracy, worst.unknowns, worst.overkill_unknowns,
        f"{sum(one.inside for one in compared)} of {len(compared)}", worst.bar / worst.scale,
        max(one.deviation / one.scale for one in compared),
    ]  # fmt: skip
