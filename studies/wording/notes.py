"""What a solution's flags mean to whoever reads its numbers, in sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from studies.wording.labels import SHORT, TITLES, capitalized, families, uncapitalized
from studies.wording.levels import level

COLUMN_NAME = re.compile(r"\b[a-z]+(?:_[a-zA-Z0-9.]+)+(?<!\.)")


def sentences(flags: Mapping[str, Any]) -> list[str]:
    """One sentence per flag that says something of the design's numbers; others are for programs.

    Notes, among them on an accuracy that was not reached, are separate: :func:`notes`.
    """
    out = []
    if flags.get("window_clipped"):
        out.append("UBM/pad is shorter than the headline averaging length and averaged whole.")
    if flags.get("auto_pinned"):
        out.append("Nothing holds it axially, so that it is pinned at one node on the axis.")
    if flags.get("dropped_conductors"):
        out.append(
            "Not connected to both terminals and left out of conduction: "
            f"{flags['dropped_conductors']}."
        )
    return out


def notes(flags: Mapping[str, Any]) -> list[str]:
    """What an engineer should know of the design, a sentence each."""
    said = in_words(flags.get("notes") or "").split("; ")
    return [f"{capitalized(note.strip().rstrip('.'))}." for note in said if note.strip()]


def in_words(text: str) -> str:
    """A text with columns' names as people say them: ``peel at UBM/pad averaged over 1 µm``."""
    return COLUMN_NAME.sub(lambda match: _metric(match[0]), text)


def _metric(column: str) -> str:
    family = next(iter(families([column]).values()), None)
    if family is None or family.stem not in TITLES:
        return column
    name = family.short if family.stem in SHORT else uncapitalized(family.title)
    lengths = family.lengths
    return f"{name} averaged over {level(lengths[0])} µm" if lengths else name
