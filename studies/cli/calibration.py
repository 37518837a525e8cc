"""The command that finds Black's constants in lives."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studies.cli.options import made_folder

if TYPE_CHECKING:
    from fem_bump.life.calibration import Calibrated, Lives
    from fem_bump.life.regression import Distribution


class Kind(StrEnum):
    """How lives scatter."""

    lognormal = "lognormal"
    weibull = "weibull"


class Metal(StrEnum):
    """Whose lives they are."""

    solder = "solder"
    pad = "pad"


def calibrate(
    table: Annotated[
        Path | None,
        typer.Argument(
            metavar="[LIVES.csv]",
            help="Columns time_h, density_a_per_cm2 or current_a, temperature_degc, and failed or "
            "censored.",
        ),
    ] = None,
    distribution: Annotated[Kind, typer.Option(help="How lives scatter.")] = Kind.lognormal,
    metal: Annotated[Metal, typer.Option(help="Whose lives they are.")] = Metal.solder,
    exponent: Annotated[
        float | None, typer.Option(metavar="N", help="Hold Black's n at what is known otherwise.")
    ] = None,
    activation_ev: Annotated[
        float | None, typer.Option(metavar="EV", help="Hold the activation energy likewise.")
    ] = None,
    window: Annotated[
        float | None,
        typer.Option(
            metavar="UM",
            help="Densities are the largest means over this length, as solve gives them: a design "
            "with the calibration then has hours.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for TOML, JSON and plot.")] = Path(
        "results/calibration"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print the JSON.")] = False,
    example: Annotated[bool, typer.Option("--example", help="Print a table of lives.")] = False,
) -> None:
    """Find Black's n and Ea in one's own lives, survivors included, with their intervals."""
    from fem_bump.errors import InputError
    from studies.calibration.lives_table import CURRENT, read_lives
    from studies.calibration.lives_table import example as example_text

    if example:
        print(example_text(), end="")
        return
    if table is None:
        raise InputError("give a table LIVES.csv; fem-bump calibrate --example prints one")
    lives, stress = read_lives(table)
    from studies.case.calibrated import limits

    _check_range("--exponent", exponent, limits("exponent")[1])
    _check_range("--activation-ev", activation_ev, limits("activation_ev")[1])
    _check_range("--window", window, 1e4)
    if window is not None and stress == CURRENT:
        raise InputError(
            f"--window = {window:g} needs densities, but '{table}' has {CURRENT}; give "
            "density_a_per_cm2, or leave --window out"
        )
    from fem_bump.life import calibration

    given = {"exponent": exponent, "activation_ev": activation_ev}
    _refuse_what_lives_leave_open(lives, distribution.value, given)
    found = {
        kind.value: calibration.calibrate(lives, kind.value, exponent, activation_ev)
        for kind in Kind
    }
    chosen = found.pop(distribution.value)
    _refuse_what_no_design_takes(chosen, stress)
    (other,) = found.values()
    from groundwork.files import write_atomic
    from studies.calibration.calibration_files import json_of, toml_of
    from studies.calibration.life_plots import life_plot
    from studies.figures.style import render
    from studies.records.strict_json import to_json

    folder = made_folder(out)
    said = to_json(json_of(chosen, other, stress))
    write_atomic(folder / "calibration.toml", toml_of(chosen, metal.value, table.name, window))
    write_atomic(folder / "calibration.json", said)
    drawn = render(life_plot(chosen, stress), "png")
    write_atomic(folder / "calibration.png", drawn)
    if as_json:
        print(said)
        return
    _print(chosen, other, stress)
    for name in ("toml", "json", "png"):
        print(f"{name}: {folder / f'calibration.{name}'}")


def _check_range(option: str, value: float | None, high: float) -> None:
    from fem_bump.errors import InputError

    if value is not None and not 0 < value <= high:
        raise InputError(f"{option} = {value:g} must be above 0 and at most {high:g}")


OPTIONS = {"exponent": "--exponent N", "activation_ev": "--activation-ev EV"}


def _refuse_what_lives_leave_open(
    lives: Lives, distribution: Distribution, given: dict[str, float | None]
) -> None:
    """Say which constant they do not tell, and what they do tell of the other."""
    from fem_bump.errors import InputError
    from fem_bump.life import calibration

    missing = calibration.unbounded(lives, [k for k, value in given.items() if value is not None])
    if not missing:
        return
    ((name, why), *others) = missing.items()
    if others or not lives.failed.any():
        also = f", and {others[0][1]}" if others and others[0][1] != why else ""
        raise InputError(f"neither n nor Ea can be found: {why}{also}")
    told = ""
    if None in {k: v for k, v in given.items() if k != name}.values():
        told = _other_constant(lives, distribution, name)
    raise InputError(
        f"{'n' if name == 'exponent' else 'Ea'} cannot be found: {why}{told}; give "
        f"{OPTIONS[name]}, or lives at two"
    )


def _refuse_what_no_design_takes(found: Calibrated, stress: str) -> None:
    """Say which number of a law is out of its range, and what that means."""
    from fem_bump.errors import InputError
    from studies.case.calibrated import limits

    law = found.law
    shortens = "their lives do not get shorter with "
    for name, label, unit, value, ends, why in (
        ("exponent", "n", "", law.exponent, found.exponent, f": {shortens}the {_word(stress)}"),
        ("activation_ev", "Ea", " eV", law.activation_ev, found.activation_ev,
         f": {shortens}the temperature"),
        ("scale", "scale", "", law.scale, found.scale, ""),
        ("location_h", "location_h", " h", law.location_h, None, ""),
        ("reference_a_per_cm2", f"the middle of {stress}", "", law.reference.density, None, ""),
        ("reference_degc", "the middle of temperature_degc", "", law.reference.temperature_degc,
         None, ""),
    ):  # fmt: skip
        low, high = limits(name)
        if not low <= value <= high:
            band = "" if ends is None else f" ({ends.low:.3g} to {ends.high:.3g})"
            held = f"; {OPTIONS[name]} holds what is known otherwise" if name in OPTIONS else ""
            raise InputError(
                f"{label} = {value:.3g}{unit}{band} of these lives is not {low:g} to {high:g}, as "
                f"a design takes it{why if value < low else ''}{held}"
            )


def _word(stress: str) -> str:
    from studies.calibration.lives_table import CURRENT

    return "current" if stress == CURRENT else "density"


def _other_constant(lives: Lives, distribution: Distribution, name: str) -> str:
    """``, while n = 1.9 (1.5 to 2.3) is``, from lives that share what failures share."""
    from fem_bump.errors import InputError
    from fem_bump.life import calibration

    shared = lives.density if name == "exponent" else lives.temperature_degc
    alike = lives.alike(shared == shared[lives.failed][0])
    try:
        found = calibration.calibrate(alike, distribution, **{name: 1.0})  # whatever: it cancels
    except InputError as error:
        return f", and {'Ea' if name == 'exponent' else 'n'} is not found either: {error}"
    one = found.activation_ev if name == "exponent" else found.exponent
    label, unit = ("Ea", " eV") if name == "exponent" else ("n", "")
    return f", while {label} = {one.value:.3g}{unit} ({one.low:.3g} to {one.high:.3g}) is"


def _print(found: Calibrated, other: Calibrated, stress: str) -> None:
    from studies.calibration.calibration_files import medians, unit_of
    from studies.cli.console import print_notes, print_table

    law = found.law
    rows = [["n", *found.exponent, ""], ["Ea", *found.activation_ev, "eV"]]
    s = found.scale
    shape = ["sigma of ln(life)", *s, ""]
    if law.distribution == "weibull":
        shape = ["Weibull shape", 1 / s.value, 1 / s.high, 1 / s.low, ""]
    print_table(["constant", "value", "low", "high", "unit"], [*rows, shape])
    print()
    conditions = [
        [*condition, life["samples"], life["failures"], life["t50_h"], life["t50_low_h"],
         life["t50_high_h"]]
        for condition, life in medians(found).items()
    ]  # fmt: skip
    print_table(
        [
            f"{_word(stress)}, {unit_of(stress)}",
            "degC",
            "samples",
            "failed",
            "t50, h",
            "low",
            "high",
        ],
        conditions,
    )
    likelihoods = ", ".join(
        f"{one.law.distribution} {one.log_likelihood:.2f}"
        for one in sorted((found, other), key=lambda one: -one.log_likelihood)
    )
    held = [name for name in OPTIONS if name not in found.sought]
    print_notes([
        f"{int(found.lives.failed.sum())} failures of {len(found.lives)} samples; low and high are "
        "95 % intervals",
        f"logarithm of the likelihood: {likelihoods}",
        *(f"{name} is given, and taken as exact" for name in held),
    ])  # fmt: skip
