"""Commands on the files that the program reads: new, check, schema."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from studies.cli.options import (
    ClaimOption,
    OptionalDesign,
    SetOption,
    VariantOption,
    assignments,
    check_place,
    chosen_design,
    said_in,
    value_of,
)

if TYPE_CHECKING:
    from studies.design_files.presets import Preset


def new(
    out: Annotated[
        Path | None,
        typer.Argument(metavar="[OUT]", help="The design file to write, NAME.toml."),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Begin from a preset, or from a design file, and ask nothing."
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the presets.")] = False,
    values: SetOption = None,
) -> None:
    """Begin a design: by a few questions on a terminal, or from a preset."""
    from fem_bump.errors import InputError
    from studies.design_files import presets, questions

    if listed:
        from studies.cli.console import print_table

        print_table(["preset", "what it is"], [[p.name, p.about] for p in presets.presets()])
        return
    if out is not None:
        _check_new(out)
    given = assignments(values)
    if preset is not None:
        begun = presets.preset(preset)
    elif sys.stdin.isatty() and sys.stdout.isatty():
        try:
            begun = questions.chosen_preset(input, print)
            given = {**questions.answers(begun, input, print, value_of), **given}
        except EOFError:
            raise KeyboardInterrupt from None
    else:
        names = ", ".join(p.name for p in presets.presets())
        raise InputError(
            f"fem-bump new asks questions, and this is no terminal; give --preset NAME: {names}, "
            "or a design file"
        )
    _write(begun, out or Path(f"{begun.name}.toml"), given)


def _check_new(out: Path) -> None:
    from fem_bump.errors import InputError

    if out.suffix != ".toml":
        raise InputError(f"OUT = '{out}' must be a file name that ends in .toml")
    check_place("OUT", out)
    if out.exists():
        raise InputError(f"OUT = '{out}' is there already; give another name")


def _write(begun: Preset, out: Path, values: dict) -> None:
    from fem_bump.errors import InputError
    from geometry.design.design import Design
    from geometry.design.parameters import override
    from groundwork.files import write_atomic
    from studies.case.checks import check_design
    from studies.case.input_notes import input_notes
    from studies.cli.console import print_notes
    from studies.design_files.json_schema import FILE, TITLE, json_schema
    from studies.design_files.writing import design_text
    from studies.records.strict_json import to_json

    _check_new(out)
    design = Design(**override(begun.data, {**values, "name": out.stem}))
    check_design(design)
    beside = out.parent / FILE["design"]
    if beside.exists() and TITLE["design"] not in beside.read_text("utf-8", "replace"):
        raise InputError(f"'{beside}' is there already, and no schema of fem-bump; move it away")
    write_atomic(beside, to_json(json_schema("design")))
    write_atomic(out, design_text(begun, out.stem, values, beside.name))
    print(out)
    print(beside)
    print_notes(input_notes(design))


def schema(
    kind: Annotated[
        Literal["design", "study"], typer.Argument(metavar="[design|study]", help="Of which files.")
    ] = "design",
) -> None:
    """Print the JSON schema of design or study files, for editors."""
    from studies.design_files.json_schema import json_schema
    from studies.records.strict_json import to_json

    print(to_json(json_schema(kind)))


def check(
    design: OptionalDesign = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    claim: ClaimOption = None,
    variant: VariantOption = None,
    values: SetOption = None,
) -> None:
    """Show every key of a design with unit and range, its materials with sources, and notes."""
    from studies.design_files.inspection import inspected

    chosen = chosen_design(design, claim, variant, values)
    found = inspected(chosen, said_in(design, variant, values))
    if as_json:
        from studies.records.strict_json import to_json

        print(to_json(found.record()))
        return
    from studies.cli.console import print_inspection

    print_inspection(found)
