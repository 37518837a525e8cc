"""Cross-sections as outlines of their regions: drawn by the page, in a few hundred bytes a case."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from shapely import Polygon

from geometry import CrossSection, build_cross_section
from geometry.drawing.canvas import region_colours
from geometry.drawing.stand_in_names import layer_stand_ins, with_stand_ins
from geometry.errors import DesignError
from studies.figures.field_plots import edge_windows
from studies.report.interactive.numbers import steps
from studies.results.results import Results

FINE_UM = 0.002  # films are thicker
MOST_DRAWN = 400  # designs: a section takes some 10 ms


class Region(NamedTuple):
    """What a part of a drawing is."""

    name: str
    material: str
    colour: str


def drawings(results: Results) -> dict[str, Any]:
    """Regions with colours, and per design the outlines, its half width, height and close-up."""
    rows = {row["key"]: row for row in results.solved}
    if len(rows) > MOST_DRAWN:
        return {"regions": [], "designs": {}}
    designs = [results.entry(row).design for row in rows.values()]
    layers = layer_stand_ins(designs)
    regions: dict[Region, int] = {}
    found: dict[int, Any] = {}
    for k, design in enumerate(designs):
        try:
            section = with_stand_ins(build_cross_section(design), layers)[0]
        except DesignError:  # of a run of an earlier version, whose numbers stay
            continue
        found[k] = _outlines(section, regions)
    return {"regions": [region._asdict() for region in regions], "designs": found}


def _outlines(section: CrossSection, regions: dict[Region, int]) -> dict[str, Any]:
    colours = region_colours(list(section.regions))
    materials = {region.name: region.material for region in section.design.regions}
    shapes = []
    for name, shape in section.regions.items():
        known = Region(name.replace("_", " "), materials.get(name, ""), colours[name])
        number = regions.setdefault(known, len(regions))
        rings = [
            _ring(ring)
            for part in getattr(shape, "geoms", [shape])
            if isinstance(part, Polygon) and not part.is_empty
            for ring in (part.exterior, *part.interiors)
        ]
        shapes.append([number, *rings])
    top = max(shape.bounds[3] for shape in section.regions.values())
    return {
        "shapes": shapes,
        "radius": steps([section.cell_radius_um], 1e-3)[0],
        "top": steps([top], 1e-3)[0],
        "edge": steps(edge_windows([section])[0], 1e-3),
        "opening": steps([section.design.opening_radius_um], 1e-3)[0],
    }


def _ring(ring: Any) -> list[float | int]:
    """r and z in turn, as differences from the point before, in thousandths of a um."""
    points = np.asarray(ring.simplify(FINE_UM).coords)[:-1, :2]
    whole = np.round(points * 1e3).astype(int)
    return np.diff(whole, axis=0, prepend=np.zeros((1, 2), int)).ravel().tolist()
