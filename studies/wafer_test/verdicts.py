"""A verdict for each mark of a wafer test, from the cases that were solved for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from studies.results.probed import (
    Change,
    MarkedCase,
    Size,
    State,
    largest,
    marked_cases,
    size_of,
)
from studies.results.results import Results
from studies.wafer_test.marked_designs import FILM, RELIEF, PlacedMark
from studies.wording.labels import Measured, number

PEEL = "peel_max_ubm_pad"


class Grade(StrEnum):
    """What a mark amounts to; the worst first."""

    OFF = "no-go: off the pad's opening"
    THROUGH = "no-go: deeper than the pad"
    BROKEN = "no-go: UBM broken"
    BARE = "no pad metal under the mark"
    COUNTS = "film counts"
    UNDECIDED = "undecided"
    NO_RESULT = "no result"
    GO = "go"

    @property
    def rank(self) -> int:
        return list(Grade).index(self)


@dataclass(frozen=True)
class MarkVerdict:
    """A mark's grade, with the numbers that it rests on.

    Attributes
    ----------
    state
        What is left of the mark after the etch, by the case of its relief.
    change
        The largest change of currents, resistance, heat and voltage, by the case of its film.
    peel
        At UBM/pad, by the case of its relief, MPa.
    reason
        Why there is no result.
    """

    placed: PlacedMark
    grade: Grade
    state: State | None = None
    change: Change | None = None
    peel: Measured | None = None
    relief: Mapping[str, Any] | None = None
    reason: str = ""


def verdicts(folder: Path | None, marks: Sequence[PlacedMark]) -> list[MarkVerdict]:
    """Of every mark, in their order; ``folder`` is the run's, None where no mark needs one."""
    if folder is None:
        return [_unsolved(mark) for mark in marks]
    results = Results.read(folder)
    by_keys = {
        (case.row["part"], _keys(case)): case
        for case in marked_cases(results, results.solved)
    }  # fmt: skip
    reasons = {str(row["reason"]) for row in results.rows if row["status"] in ("failed", "invalid")}
    out = []
    for mark in marks:
        if mark.film is None or mark.relief is None:
            out.append(_unsolved(mark))
            continue
        film = by_keys.get((FILM, (mark.film["offset_um"], mark.film["azimuth_deg"])))
        relief = by_keys.get((RELIEF, (mark.relief["depth_um"],)))
        if film is None or relief is None:
            out.append(MarkVerdict(mark, Grade.NO_RESULT, reason="; ".join(sorted(reasons))))
        else:
            out.append(_solved(results, mark, film, relief))
    return out


def of_pads(found: Sequence[MarkVerdict]) -> dict[str, Grade]:
    """The worst grade of each pad's marks."""
    out: dict[str, Grade] = {}
    for one in found:
        pad = one.placed.mark.pad
        out[pad] = min(out.get(pad, one.grade), one.grade, key=lambda grade: grade.rank)
    return out


def table_text(found: Sequence[MarkVerdict]) -> str:
    """One row per mark as CSV; units stand in the names."""
    pads = of_pads(found)
    rows = [_row(one, pads) for one in found]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _keys(case: MarkedCase) -> tuple[float, ...]:
    probe = case.probe
    if case.row["part"] == FILM:
        return probe.offset_um, probe.azimuth_deg
    return (float(probe.depth_um or 0.0),)


def _unsolved(mark: PlacedMark) -> MarkVerdict:
    return MarkVerdict(mark, Grade.OFF if mark.off else Grade.THROUGH)


def _solved(
    results: Results, mark: PlacedMark, film: MarkedCase, relief: MarkedCase
) -> MarkVerdict:
    grade = {State.BROKEN: Grade.BROKEN, State.BARE: Grade.BARE}.get(relief.state)
    sizes = {Size.LARGE: Grade.COUNTS, Size.SMALL: Grade.GO}
    family = results.families.get(PEEL)
    peel = None if family is None else family.read(relief.row, family.at(results.headline_um))
    size = size_of(film.electric)
    if grade is None:
        grade = Grade.UNDECIDED if size is None else sizes.get(size, Grade.UNDECIDED)
    return MarkVerdict(mark, grade, relief.state, largest(film.electric), peel, relief.row)


def _row(one: MarkVerdict, pads: Mapping[str, Grade]) -> dict[str, Any]:
    mark, film, relief = one.placed.mark, one.placed.film or {}, one.placed.relief or {}
    row = one.relief or {}
    values = {
        "mark": mark.row,
        "pad": mark.pad,
        "x_um": mark.x_um,
        "y_um": mark.y_um,
        "depth_um": mark.depth_um,
        "gap_um": round(one.placed.gap_um, 6),
        "verdict": one.grade.value,
        "pad_verdict": pads[mark.pad].value,
        "after_etch": None if one.state is None else one.state.value,
        "largest_change": None if one.change is None else one.change.share.value,
        "error_largest_change": None if one.change is None else one.change.share.error,
        "of": None if one.change is None else one.change.family.stem,
        "peel_max_ubm_pad_mpa": None if one.peel is None else one.peel.value,
        "error_peel_max_ubm_pad_mpa": None if one.peel is None else one.peel.error,
        "ubm_thickness_min_um": number(row.get("ubm_thickness_min_um")),
        "pad_left_under_mark_um": number(row.get("pad_left_under_mark_um")),
        "solved_offset_um": film.get("offset_um"),
        "solved_azimuth_deg": film.get("azimuth_deg"),
        "solved_depth_um": relief.get("depth_um"),
        "reason": one.reason,
    }
    return {name: "" if value is None else value for name, value in values.items()}
