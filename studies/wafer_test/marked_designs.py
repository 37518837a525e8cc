"""Marks of a wafer test to the few designs that are solved for them, as a study.

Off the axis only a mark's film is modelled, so a mark is two cases: its film where it lies, on a
flat pad; and its relief, with the film, in the middle. Both are rounded to what is stated here,
always to the worse: a gap to the opening's edge down, a depth up. An azimuth against a trace is
rounded to the nearest; without one it does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from geometry.design.design import Design
from geometry.process.probed import Probe
from geometry.section.contact_films import is_clean
from studies.wafer_test.mark_table import GivenMark
from studies.wording.levels import inline

GAPS_UM = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 16.0, 20.0, 30.0, 40.0)
CENTRED_UM = 0.1  # a mark nearer to the axis is taken to lie on it
DEPTH_STEP_UM = 0.1
AZIMUTH_STEP_DEG = 30.0
ACCURACY = 0.02  # of the headlines, where the design says nothing of its mesh
NEAR = 1e-9
FILM, RELIEF = "film", "relief"
Keys = Mapping[str, float]


@dataclass(frozen=True)
class PlacedMark:
    """A mark with the cases solved for it; none where it is off the opening or through the pad.

    Attributes
    ----------
    gap_um
        From the mark's edge to that of the passivation's opening; negative where it lies over it.
    off, through
        Whether it does, and whether it is deeper than the pad.
    film, relief
        Keys of the probe in the case of its film, and of its relief.
    """

    mark: GivenMark
    gap_um: float
    off: bool
    through: bool
    film: Keys | None = None
    relief: Keys | None = None


def placed(design: Design, marks: Sequence[GivenMark]) -> list[PlacedMark]:
    """Marks on a design's pad, with the keys of their cases."""
    probe = probe_for(design).model_copy(update={"depth_ratio": None, "depth_um": 0.0})
    # where cleaning and etch take the film away, its place changes nothing
    gone = is_clean(design.model_copy(update={"probe": probe}))
    return [_placed(design, mark, gone) for mark in marks]


def _placed(design: Design, mark: GivenMark, film_is_gone: bool) -> PlacedMark:
    half, pad = probe_for(design).diameter_um / 2, design.pad.thickness_um
    opening = design.passivation.opening_radius_um
    gap = opening - mark.offset_um - half
    found = PlacedMark(mark, gap, gap < -NEAR, mark.depth_um > pad + NEAR)
    if found.off or found.through:
        return found
    room = opening - half
    inside = [g for g in GAPS_UM if g <= gap + NEAR]
    centred = film_is_gone or mark.offset_um < CENTRED_UM
    offset = 0.0 if centred else room - max(inside)
    film = {"offset_um": round(offset, 6), "azimuth_deg": 0.0}
    if offset > 0.0 and design.trace is not None:
        film["azimuth_deg"] = AZIMUTH_STEP_DEG * round(mark.azimuth_deg / AZIMUTH_STEP_DEG)
    steps = math.ceil(mark.depth_um / DEPTH_STEP_UM - NEAR)
    depth = min(round(steps * DEPTH_STEP_UM, 6), pad)
    return replace(found, film=film, relief={"depth_um": depth})


def probe_for(design: Design) -> Probe:
    """The design's own probe, or the default one."""
    found: Probe | None = design.probe
    return Probe() if found is None else found


def study_text(design: Design, marks: Sequence[PlacedMark]) -> str:
    """The study of a wafer test: a part for films off the centre, and one for reliefs."""
    parts = {
        FILM: _distinct(
            {f"probe.{k}": v for k, v in mark.film.items()} for mark in marks if mark.film
        ),
        RELIEF: _distinct(
            {f"probe.{k}": v for k, v in mark.relief.items()} for mark in marks if mark.relief
        ),
    }
    lines = [
        "# Distinct marks of a wafer test, each off the centre (film) and in the middle (relief).",
        "schema = 1",
        'name = "wafer-test"',
        'title = "Marks of a wafer test"',
        f"accuracy = {inline(_accuracy(design))}",
        f"base = {inline(_base(design))}",
    ]
    fixed: dict[str, dict[str, Any]] = {
        FILM: {"probe.depth_um": 0.0},
        RELIEF: {"probe.offset_um": 0.0, "probe.azimuth_deg": 0.0},
    }
    for name, cases in parts.items():
        if cases:
            lines += ["", "[[part]]", f'name = "{name}"', f"set = {_flat(fixed[name])}"]
            lines.append("case = [")
            lines += [f"  {_flat(case)}," for case in cases]
            lines.append("]")
    return "\n".join(lines) + "\n"


def _base(design: Design) -> dict[str, Any]:
    """The design, with a probe that says its depth in um only."""
    data = _said(design.to_dict())
    probe = _said(probe_for(design).model_dump(mode="json"))
    data["probe"] = {k: v for k, v in probe.items() if k not in ("depth_ratio", "depth_um")}
    data["mesh"] = {k: v for k, v in data.get("mesh", {}).items() if k != "accuracy"}
    return data


def _accuracy(design: Design) -> float | bool:
    """What the design asks for; a graded mesh where it says one."""
    if design.mesh.accuracy is not None:
        return float(design.mesh.accuracy)
    free = {"most_unknowns": design.mesh.most_unknowns}
    return ACCURACY if design.mesh == type(design.mesh)(**free) else False


def _said(value: Any) -> Any:
    """Without what is None, which TOML cannot say."""
    if isinstance(value, Mapping):
        return {k: _said(v) for k, v in value.items() if v is not None}
    return [_said(v) for v in value] if isinstance(value, list | tuple) else value


def _distinct(cases: Any) -> list[dict[str, float]]:
    """Each once, in order of their values."""
    found = {tuple(case.items()) for case in cases}
    return [dict(case) for case in sorted(found)]


def _flat(case: Mapping[str, Any]) -> str:
    """Dotted paths as keys of one inline table."""
    return "{ " + ", ".join(f'"{path}" = {inline(value)}' for path, value in case.items()) + " }"
