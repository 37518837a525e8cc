"""Densities along UBM/pad, case by case, with their means over windows of every length.

Cases stand in groups that differ in one telling factor, the recess wherever that varies: a slider
runs through it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from studies.figures.curve_plots import COLUMN_TITLES, CORNER_UM, refined, running_mean
from studies.records.record import Curve, Result
from studies.report.interactive.cases import case_index, design_index
from studies.report.interactive.numbers import short
from studies.results.curve_pieces import chains, piece_names
from studies.results.results import Results, Row, variant_label, variants
from studies.wording.labels import capitalized, factor_text, factor_title, level, number

INTERFACE = "ubm/pad"
# whose extreme window mean is which metric, where the load is the same on all sides
METRICS = {
    "peel_mpa": "peel_max_ubm_pad",
    "shear_mpa": "shear_max_ubm_pad",
    "jn_a_per_cm2": "current_density_max_ubm_pad",
}
FINE = 1.5e-3  # of the height of a plot and of the width below: what is nearer to a line lies on it
WIDTH_UM = 2.0  # of the edge of the opening, where a plot is widest
MOST_CURVES = 80  # designs: a curve takes 2 to 4 kB


def curves(results: Results, lengths_um: Sequence[float]) -> dict[str, Any] | None:
    """Groups of cases and the curves of their designs; None where there are none."""
    at, of = case_index(results), design_index(results)
    title, groups = _groups(results)
    having = [
        (name, [row for row in rows if INTERFACE in results.result(row).curves])
        for name, rows in groups
    ]
    kept: list[tuple[str, list[Row]]] = []
    rows: dict[str, Row] = {}
    for name, mine in having:
        more = rows | {row["key"]: row for row in mine}
        if mine and len(more) <= MOST_CURVES:
            kept.append((name, mine))
            rows = more
    if not kept:
        return None
    found = {of[key]: _of_result(results.result(row), lengths_um) for key, row in rows.items()}
    there = dict.fromkeys(name for one in found.values() for name in one["densities"])
    return {
        "factor": title,
        "quantities": [
            {
                "name": name,
                "title": capitalized(COLUMN_TITLES[name][0]),
                "unit": COLUMN_TITLES[name][1],
                "metric": METRICS[name],
            }
            for name in there
        ],
        "groups": [
            {
                "title": name,
                "cases": [at[row["part"], row["case"]] for row in mine],
                "levels": [_level(results, row, title) for row in mine],
            }
            for name, mine in kept
        ],
        "designs": found,
    }


def _groups(results: Results) -> tuple[str, list[tuple[str, list[Row]]]]:
    """The telling factor, and the groups that differ in nothing else, the base's first."""
    if results.compares_variants:
        base = results.base_group
        keys = sorted(results.groups, key=lambda key: key != base)
        many = [key for key in keys if len(variants(results.groups[key])) > 1]
        return "Recess", [
            (_said(results, key[0], zip(results.other_factors, key[1:], strict=True)),
             results.groups[key])
            for key in many
        ]  # fmt: skip
    telling = max(results.numeric_factors, key=lambda p: _count(results, p), default=None)
    if telling is None:
        return "Case", [("", list(results.solved))] if results.solved else []
    rest = [path for path in results.factors if path != telling]
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in sorted(results.solved, key=lambda row: number(row[telling]) or 0.0):
        groups.setdefault((row["part"], *(level(row[p]) for p in rest)), []).append(row)
    # a sampled study has no two cases that differ in one factor only
    if max(map(len, groups.values()), default=0) < 2:
        groups = {}
        for row in sorted(results.solved, key=lambda row: number(row[telling]) or 0.0):
            groups.setdefault((row["part"],), []).append(row)
    return capitalized(factor_title(telling)), [
        (_said(results, key[0], [(p, rows[0][p]) for p in rest] if len(key) > 1 else []), rows)
        for key, rows in groups.items()
    ]


def _said(results: Results, part: str, levels: Any) -> str:
    """A group by what its cases share."""
    said = [factor_text(path, value) for path, value in levels if number(value) is not None
            or isinstance(value, str)]  # fmt: skip
    return ": ".join(filter(None, [results.parts[part], ", ".join(said)]))


def _count(results: Results, path: str) -> int:
    return len({level(row[path]) for row in results.solved})


def _level(results: Results, row: Row, title: str) -> str:
    """A case by its level of the telling factor."""
    return capitalized(variant_label(row)) if title == "Recess" else results.label(row)


def _of_result(result: Result, lengths_um: Sequence[float]) -> dict[str, Any]:
    """Corner and end of the wall, and each density with its means, in pieces without a gap."""
    curve = result.curves[INTERFACE]
    pieces = chains(replace(curve, leg=piece_names(curve)))
    columns = {name: _density(pieces, name, lengths_um)
               for name in COLUMN_TITLES if name in curve.densities}  # fmt: skip
    s = np.concatenate([np.asarray(piece.arc_length_um, float) for piece in pieces])
    floor = np.concatenate([np.asarray(piece.leg) == "floor" for piece in pieces])
    corner = float(s[floor].max() if floor.any() else s.min())
    return {
        "corner": short(corner),
        "end": short(float(s.max())),
        "isWorst": not result.circle,
        "densities": columns,
    }


def _density(
    pieces: Sequence[Curve], column: str, lengths_um: Sequence[float]
) -> Mapping[str, Any]:
    """The density itself, and running means by averaging length with their extreme."""
    scale = COLUMN_TITLES[column][2]
    lines = [(s, r, scale * v) for s, r, v, _ in (refined(piece, column) for piece in pieces)]
    every = np.concatenate([s for s, _, _ in lines])
    values = np.concatenate([v for _, _, v in lines])
    ends = np.array([end for s, _, _ in lines for end in s[[0, -1]]])
    floor_end = [s for piece in pieces for s in _floor_end(piece)]
    corners = np.concatenate([ends, floor_end])
    calm = np.abs(every[:, None] - corners).min(axis=1) > CORNER_UM
    seen = values[calm] if calm.any() else values
    height = float(np.ptp(seen)) or 1.0
    return {
        "low": short(float(seen.min())),
        "high": short(float(seen.max())),
        "line": [_thinned(s, v, height) for s, _, v in lines],
        "means": {f"{length:g}": _means(lines, column, length, height) for length in lengths_um},
    }


def _floor_end(piece: Curve) -> list[float]:
    s = np.asarray(piece.arc_length_um, float)[np.asarray(piece.leg) == "floor"]
    return [float(s.max())] if len(s) else []


def _means(
    lines: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]], column: str, length_um: float,
    height: float,
) -> Mapping[str, Any]:  # fmt: skip
    """Means over windows of one length, and the place of their extreme, the headline number.

    Only pieces as long as the window count, or the longest where all are shorter.
    """
    span = min(length_um, max(s[-1] - s[0] for s, _, _ in lines))
    long = [line for line in lines if line[0][-1] - line[0][0] > span * (1 - 1e-6)]
    found = [(s, *running_mean(s, r, v, span)) for s, r, v in long]
    centre = np.concatenate([at for _, at, _ in found])
    mean = np.concatenate([value for *_, value in found])
    k = int(np.argmax(mean if column == "peel_mpa" else np.abs(mean)))
    shown = []
    for s, at, value in found:
        if len(at) == 1:  # no longer than the window: one mean over the whole of it
            at, value = s[[0, -1]], np.repeat(value, 2)
        shown.append(_thinned(at, value, height))
    return {"line": shown, "extreme": [short(float(centre[k]), 5), short(float(mean[k]), 5)]}


def _thinned(s: np.ndarray, values: np.ndarray, height: float) -> tuple[list[Any], list[Any]]:
    """The points that a line needs to look the same, as arc lengths and values."""
    line = shapely.LineString(np.column_stack([s / WIDTH_UM, values / height]))
    points = shapely.get_coordinates(line.simplify(FINE, preserve_topology=False))
    return (
        [short(x, 5) for x in points[:, 0] * WIDTH_UM],
        [short(y, 4) for y in points[:, 1] * height],
    )
