"""What several commands take: a design and how it is changed, and places to write to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from geometry import Design

EVALUATOR = "studies.solving.evaluate:evaluate"

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


def chosen_design(
    file: str | None,
    claim: str | None,
    variant: str | None,
    values: list[str] | None,
    asked: Mapping[str, Any] | None = None,
) -> Design:
    """A checked design: of a file, a claim, or a claim on a file's dimensions.

    Values, and what other options ask for, go last, and the whole is judged only after that.
    """
    from studies.case.checks import check_design

    overrides = {**_replaced(variant, values), **(asked or {})}
    design = _unchecked_design(file, claim, overrides)
    check_design(design)
    return design


def _unchecked_design(file: str | None, claim: str | None, overrides: dict[str, Any]) -> Design:
    from fem_bump.errors import InputError
    from geometry import Design
    from studies.plan.study import find_file

    if file is None and claim is None:
        raise InputError("give a DESIGN, or --claim N; 'default' is shipped")
    path = None if file is None else find_file("design", file)
    if claim is not None:
        from geometry.claims.catalogue import design_for_claim
        from geometry.design.parameters import read_toml

        base = None if path is None else read_toml(path)
        return design_for_claim(claim, base, **overrides)
    assert path is not None
    return Design.from_toml(path, **overrides)


def _replaced(variant: str | None, values: list[str] | None) -> dict[str, Any]:
    return {**({} if variant is None else {"variant": variant}), **assignments(values)}


def said_in(file: str | None, variant: str | None, values: list[str] | None) -> dict[str, Any]:
    """What a design file and the options beside it say, as plain data; no file says nothing."""
    from geometry.design.parameters import override, read_toml
    from studies.plan.study import find_file

    data = {} if file is None else read_toml(find_file("design", file))
    return override(data, _replaced(variant, values))


def assignments(values: list[str] | None) -> dict[str, Any]:
    """Values of ``--set`` by dotted path."""
    return dict(_assignment(value) for value in values or [])


def value_of(text: str) -> Any:
    """What a text stands for: TOML, or a bare word for itself; ValueError for anything else."""
    import re
    import tomllib

    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        if re.fullmatch(r"[A-Za-z][\w./-]*", text):
            return text
        raise


def _assignment(text: str) -> tuple[str, Any]:
    """``pad.thickness_um=2.0`` as path and value; a bare word is a string."""
    from fem_bump.errors import InputError
    from geometry.design.parameters import layers_by_name
    from geometry.design.paths import PATH, dotted, keys_of

    start = PATH.match(text.strip())
    path = start[0] if start else ""
    if path and text.strip()[len(path) :].lstrip()[:1] == "=":
        with suppress(ValueError):  # TOMLDecodeError is one
            value = text.strip()[len(path) :].lstrip()[1:].strip()
            return dotted(keys_of(path)), value_of(value)
    by_name = layers_by_name(path)
    if by_name and text.strip()[len(path) :].startswith("["):
        raise InputError(f"--set '{text}': {by_name}=VALUE")
    raise InputError(
        f"--set '{text}' must be KEY=VALUE, the value as in TOML, for example pad.thickness_um=2.0"
    )


def made_folder(path: Path) -> Path:
    """Make a folder for output; that it cannot be made is the user's mistake."""
    from fem_bump.errors import InputError

    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write to '{path}': {error.strerror}") from None
    return path


def check_place(option: str, file: Path) -> None:
    """Refuse a file that could not be written, before it is worked for."""
    from fem_bump.errors import InputError

    if file.is_dir():
        raise InputError(f"{option} '{file}' is a folder; it must be a file")
    folder = made_folder(file.absolute().parent)
    if not os.access(folder, os.W_OK):
        raise InputError(f"{option} '{file}' cannot be written: its folder is read-only")
