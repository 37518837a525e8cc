"""Cross-sections as outlines of their regions: drawn by the page, in a few hundred bytes a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from shapely import Polygon

from geometry.design.design import Design
from geometry.drawing.canvas import region_colours
from geometry.errors import DesignError
from geometry.process import recipes
from geometry.process.operations import Film
from studies.figures.field_plots import edge_windows
from studies.plan.shapes import shape_of
from studies.report.interactive.numbers import steps
from studies.results.results import Results
from studies.wording.control_signs import harmless

FINE_UM = 0.002  # films are thicker
MOST_DRAWN = 200  # shapes: each takes some 20 ms


class Region(NamedTuple):
    """What a part of a drawing is."""

    name: str
    material: str
    colour: str


def drawings(results: Results) -> dict[str, Any]:
    """Regions with colours, and per design the outlines, its half width, height and close-up."""
    rows = {row["key"]: row for row in results.solved}
    regions: dict[Region, int] = {}
    shapes: dict[str, Sequence[Film]] = {}
    outlines: dict[int, Any] = {}  # by what is drawn, which is kept meanwhile
    found: dict[int, Any] = {}
    for k, row in enumerate(rows.values()):
        design = results.entry(row).design
        films = _films(design, shapes)
        if films:
            if id(films) not in outlines:
                outlines[id(films)] = _outlines(design, films, regions)
            found[k] = outlines[id(films)]
    return {"regions": [region._asdict() for region in regions], "designs": found}


def one_drawing(design: Design) -> dict[str, Any]:
    """Regions and the drawing of one design, as :func:`drawings` has them of many.

    Raises
    ------
    DesignError
        When the bump cannot be made.
    """
    regions: dict[Region, int] = {}
    drawn = _outlines(design, recipes.run(design)[-1][1].films, regions)
    return {"regions": [region._asdict() for region in regions], "design": drawn}


def _films(design: Design, known: dict[str, Sequence[Film]]) -> Sequence[Film]:
    """What a design is made of; none where that is too many, or can no longer be made.

    Designs that differ in load alone are made once.
    """
    shape = shape_of(design)
    if shape not in known:
        if len(known) == MOST_DRAWN:
            return []
        try:
            known[shape] = recipes.run(design)[-1][1].films
        except DesignError:  # of a run of an earlier version, whose numbers stay
            known[shape] = []
    return known[shape]


def _outlines(design: Design, films: Sequence[Film], regions: dict[Region, int]) -> dict[str, Any]:
    colours = region_colours([film.region for film in films])
    shapes = []
    for film in films:
        name, material = film.region.replace("_", " "), film.material
        region = Region(harmless(name), harmless(material), colours[film.region])
        rings = [
            _ring(ring)
            for part in getattr(film.shape, "geoms", [film.shape])
            if isinstance(part, Polygon) and not part.is_empty
            for ring in (part.exterior, *part.interiors)
        ]
        shapes.append([regions.setdefault(region, len(regions)), *rings])
    top = max(film.shape.bounds[3] for film in films)
    radius, high, opening = steps([design.cell_radius_um, top, design.opening_radius_um], 1e-3)
    return {
        "shapes": shapes,
        "radius": radius,
        "top": high,
        "opening": opening,
        "edge": steps(edge_windows([design])[0], 1e-3),
    }


def _ring(ring: Any) -> list[float | int]:
    """r and z in turn, as differences from the point before, in thousandths of a um."""
    points = np.asarray(ring.simplify(FINE_UM).coords)[:-1, :2]
    whole = np.round(points * 1e3).astype(int)
    return np.diff(whole, axis=0, prepend=np.zeros((1, 2), int)).ravel().tolist()
