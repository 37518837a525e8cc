"""Commands on one design: claims, draw, solve, corners."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studies.cli import options
from studies.cli.options import (
    ClaimOption,
    OptionalDesign,
    SetOption,
    VariantOption,
    check_place,
    chosen_design,
    made_folder,
)

if TYPE_CHECKING:
    from geometry import Design
    from studies.records.record import Result


def claims() -> None:
    """List the recipes: the patent's claims that each practises, and how it makes the bump."""
    from geometry.claims.catalogue import all_recipes, via_kind
    from studies.cli.console import print_table

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
    from studies.case.input_notes import input_notes
    from studies.cli.console import print_notes

    chosen = chosen_design(design, claim, variant, values)
    if film is None:
        from geometry.drawing.pictures import draw_design

        for path in draw_design(chosen, made_folder(out)):
            print(path)
        print_notes([*input_notes(chosen), *_stand_in_notes(chosen)])
        return
    from geometry.drawing.pictures import draw_film_strip

    kinds = (".png", ".svg", ".pdf")
    if film.suffix.lower() not in kinds:
        from fem_bump.errors import InputError

        raise InputError(f"--film '{film}' must end in {', '.join(kinds)}")
    check_place("--film", film)
    print(draw_film_strip(chosen, film))
    print_notes([*input_notes(chosen), *_stand_in_notes(chosen)])


def _stand_in_notes(design: Design) -> list[str]:
    """Which names the pictures could not write."""
    from geometry.drawing.stand_in_names import material_stand_ins
    from groundwork.lettering import lacking

    note = lacking([design.name, *material_stand_ins(design)])
    return [note] if note else []


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
    calibration: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Black's law of own joints, by fem-bump calibrate."),
    ] = None,
    claim: ClaimOption = None,
    variant: VariantOption = None,
    values: SetOption = None,
) -> None:
    """Solve one design and print its metrics."""
    from studies.records.machine import StorageError
    from studies.records.record import Result

    asked: dict[str, Any] = {} if accuracy is None else {"mesh.accuracy": accuracy}
    if calibration is not None:
        from studies.calibration.calibration_files import calibration_values

        asked.update(calibration_values(calibration))
    chosen = chosen_design(design, claim, variant, values, asked)
    if fields is not None:
        if fields.suffix != ".vtu":
            from fem_bump.errors import InputError

            raise InputError(f"--fields = '{fields}' must be a file name that ends in .vtu")
        check_place("--fields", fields)
    # a single design has no no-recess case beside it, as a study has
    try:
        found = _evaluator()(chosen, fields, compare_with_no_recess=True)
    except StorageError as error:
        if error.result is not None:  # it was computed, so it is told
            _print_solved(chosen, Result.from_json(error.result), as_json)
        raise
    solved = Result.from_json(found)
    _print_solved(chosen, solved, as_json)
    if lost := solved.flags.get("void_not_followed"):
        from fem_bump.errors import InputError

        raise InputError(lost)  # what could be computed has been told


def _print_solved(chosen: Design, result: Result, as_json: bool) -> None:
    """The metrics of one design."""
    if result.flags.get("accuracy_missed"):
        print(f"fem-bump: warning: {result.flags['notes']}", file=sys.stderr)
    if as_json:
        from studies.records.strict_json import to_json

        order = (
            *("design", "metrics", "errors", "mesh", "meshes"),
            *("solver", "wall_s", "derived", "flags"),
        )
        said = result.to_json()
        print(to_json({name: said[name] for name in order}))
        return
    from studies.cli.console import print_metrics

    print(f"design {chosen.name}: {chosen.variant}, opening ratio {chosen.opening_ratio:g}")
    print_metrics(result)


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
    chosen = chosen_design(design, claim, variant, values)
    from studies.corner_tables.table import corner_table, notes

    found = corner_table(chosen, with_intensities=not exponents_only, only=only)
    if as_json:
        from studies.records.strict_json import to_json

        said = {"design": chosen.to_dict(), "notes": notes(chosen)}
        print(to_json({**said, "corners": [corner.record() for corner in found]}))
        return
    from studies.cli.console import print_corners

    print(f"design {chosen.name}: {chosen.variant}, opening ratio {chosen.opening_ratio:g}")
    print_corners([corner.record() for corner in found], notes(chosen))


def _evaluator():
    module, _, function = options.EVALUATOR.partition(":")
    return getattr(importlib.import_module(module), function)
