"""The command that solves problems with known answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from studies.cli.options import check_place


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
    if tangent is not None:
        if estimators:
            from fem_bump.errors import InputError

            raise InputError("--tangent and --estimators are two things to verify; give one")
        _verify_tangent(tangent)
        return
    if estimators:
        _verify_estimators(figure)
        return
    from fem_bump.verification import table
    from studies.cli.console import print_table

    rows = list(table())
    columns = ("name", "quantity", "computed", "exact", "error", "tolerance", "passed")
    print_table(columns, [[getattr(row, column) for column in columns] for row in rows])
    failed = sum(not row.passed for row in rows)
    print(f"{len(rows) - failed} of {len(rows)} passed")
    if failed:
        raise typer.Exit(1)


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
    """Coverage and width of the error bars on the held designs, and whether they keep both."""
    from groundwork.files import whole_file
    from studies.cli.console import print_table
    from studies.solving.estimators import compare, draw_histogram, held_designs, verdict

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
