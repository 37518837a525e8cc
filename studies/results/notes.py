"""What a solution's flags mean to whoever reads its numbers, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.wording.labels import capitalized


def sentences(flags: Mapping[str, Any]) -> list[str]:
    """One sentence per flag that says something of the design's numbers; others are for programs.

    Notes, among them on an accuracy that was not reached, are separate: :func:`notes`.
    """
    out = []
    if flags.get("window_clipped"):
        out.append("UBM/pad is no longer than the headline averaging length and averaged whole.")
    if flags.get("auto_pinned"):
        out.append("Nothing holds it axially, so that it is pinned at one node on the axis.")
    if flags.get("dropped_conductors"):
        out.append(
            "Not connected to both terminals and left out of conduction: "
            f"{flags['dropped_conductors']}."
        )
    if flags.get("contact_films"):
        out.append(f"Contact resistivity, ohm m2: {flags['contact_films']}.")
    if flags.get("hot_spot"):
        at = f"r = {flags['hot_spot_r_um']:.4g}, z = {flags['hot_spot_z_um']:.4g} um"
        out.append(f"It is hottest in the {flags['hot_spot'].replace('_', ' ')}, at {at}.")
    return out


def notes(flags: Mapping[str, Any]) -> list[str]:
    """What an engineer should know of the design, a sentence each."""
    from studies.metrics.families import in_words  # with the solver behind it: not for --help

    said = map(in_words, flags.get("notes", ()))
    return [f"{capitalized(note.rstrip('.'))}." for note in said]
