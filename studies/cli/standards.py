"""The command that lists conditions of tests by the names of standards."""

from __future__ import annotations

from typing import Annotated

import typer


def standards(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A standard; all without one.")
    ] = None,
) -> None:
    """List conditions of tests by the names of standards, each with where its figures are from."""
    from fem_bump.life import standards as known
    from studies.cli.console import print_notes, print_table

    chosen = known.standards().values() if name is None else [known.standard(name)]
    rows: list[list[object]] = []
    notes = []
    for one in chosen:
        for each in one.conditions:
            ends = f"{each.low_degc:g} to {each.high_degc:g} degC"
            cycles = f", {each.cycles} cycles" if each.cycles else ""
            rows.append([each.whole_name, ends + cycles, str(each.tag)])
        if one.soak is not None:
            modes = ", ".join(f"{k} = {t:g}" for k, t in enumerate(one.soak.modes_min, 1))
            low, high = one.soak.cycles_per_hour
            asked = (
                f"soak mode {modes} min; solder joints at most {one.soak.fastest_k_per_min:g} "
                f"K/min, {low:g} to {high:g} cycles an hour"
            )
            rows.append([f"{one.name} soak", asked, str(one.soak.tag)])
        if one.power_min is not None:
            on, off = one.power_min
            rows.append([f"{one.name} power", f"{on:g} min on, {off:g} min off", str(one.tag)])
        rows += [
            [f"{one.name} {each.name}", f"resistance up by {100 * each.resistance_rise:g} %",
             str(one.tag)]
            for each in one.criteria
        ]  # fmt: skip
        notes.append(f"{one.name}: {one.about}")
    print_table(["name", "what it stands for", "its figures"], rows)
    print_notes(notes)
