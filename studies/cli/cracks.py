"""The command for a crack: its energy release rate against its length."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studies.cli.options import (
    ClaimOption,
    OptionalDesign,
    SetOption,
    VariantOption,
    chosen_design,
    made_folder,
)

if TYPE_CHECKING:
    from geometry import Design


def crack(
    design: OptionalDesign = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    lengths: Annotated[
        str | None,
        typer.Option(
            metavar="UM,UM,...", help="Exactly these crack lengths, um; else a spread that fits."
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            metavar="END",
            help="inner or outer end of the interface; scar: down into the dielectric from a "
            "probe's mark. As crack.start.",
        ),
    ] = None,
    friction: Annotated[
        float | None,
        typer.Option(
            metavar="MU", help="Of faces that touch, as crack.friction; 0 if neither says one."
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
    """Energy release rate of a crack against its length, for every variant."""
    from studies.cracks.lengths import plan_cracks, variants_of, with_crack

    asked = _lengths(lengths)
    if figure is not None:
        _check_figure(figure)
    named = {"crack.start": start, "crack.friction": friction}
    said = {name: value for name, value in named.items() if value is not None}
    chosen = with_crack(chosen_design(design, claim, variant, values, said))
    designs = [chosen] if variant is not None else variants_of(chosen)
    # refuses what can be refused: the solvers take seconds to load
    plans, absent = plan_cracks(designs, asked, called="--lengths")
    from studies.case.input_notes import input_notes
    from studies.cracks.notes import crack_notes
    from studies.cracks.runs import solve_plans

    curves = solve_plans(plans, jobs or os.cpu_count() or 1)
    notes = [*crack_notes(curves), *input_notes(chosen)]
    if figure is None and not as_json:
        figure = _crack_figure_name(chosen, variant)
    if as_json:
        from studies.records.strict_json import to_json

        listed = [curve.record() for curve in curves]
        whole = {"design": chosen.to_dict(), "notes": notes}
        print(to_json({**whole, "curves": listed, "absent": absent}))
    else:
        from studies.cli.console import print_crack_growth

        print_crack_growth(curves, absent, notes)
    # last: what was computed is told even where the picture cannot be written
    if figure is not None:
        from groundwork.files import write_atomic
        from studies.cracks.figure import growth_figure
        from studies.figures.style import render

        made_folder(figure.absolute().parent)
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
    from groundwork.files import file_stem

    parts = [design.name, "crack", *design.crack.where.split("/"), design.crack.start]
    if variant is not None and variant not in design.name:
        parts.append(variant)
    return Path(file_stem("-".join(parts)) + ".png")


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
