"""What every drawing of a bump shares: colours of regions, outlines, axes to scale.

Colours keep neighbours apart in lightness as well as in hue, for grey print and for colour-blind
eyes; every outline is drawn besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from shapely import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from geometry.design.design import Design
from geometry.liquid.meridian import Meridian
from geometry.process.operations import Film
from geometry.process.step import close_up_um, flow
from geometry.section.cross_section import CrossSection

PASTE_COLOUR = "#9a9fb0"
UNKNOWN_COLOUR = "#bbbbbb"
OUTLINE = "#222222"
HIGHLIGHT = "#c00000"
ON_CURVE_UM = 1e-6
CHORD_PIECES = 8
PILLAR_FOOT = 1.5  # most of plated metal in a magnified view, over all that lies below it
LABEL = 0.03  # height of a scale bar's label over the width of its picture

Window = tuple[float, float, float, float]


def ubm_in_sight_um(design: Design) -> float:
    """How much of the UBM's thickness a magnified view shows: of a plated pillar only its foot."""
    ubm = design.ubm
    plated = ubm.thickness_um - ubm.sputtered_um
    return ubm.sputtered_um + min(plated, PILLAR_FOOT * (_mask_um(design) + ubm.sputtered_um))


def films_in_sight_um(design: Design) -> float:
    """Height over the dielectric of pad, mask and what a magnified view shows of the UBM."""
    return _mask_um(design) + ubm_in_sight_um(design)


def _mask_um(design: Design) -> float:
    """Thickness of pad and masks, one over another."""
    films = (r for r in design.regions if not (r.wafer or "ubm" in r.groups))
    return sum(film.thickness_um or 0.0 for film in films)


def recess_window(section: CrossSection) -> Window:
    """(r0, r1, z0, z1) around the edge of the mask opening: pad, UBM and mask all in sight, um."""
    design = section.design
    above = films_in_sight_um(design)
    low, high = -1.2 * design.dielectric.thickness_um, 1.25 * above
    half = 0.75 * (high - low)
    centre = design.opening_radius_um
    return (max(centre - half, 0.0), centre + half, low, high)


def close_up_window(section: CrossSection, low: float, high: float, aspect: float) -> Window | None:
    """(r0, r1, z0, z1) around what a step has done beside the mask's edge, um; None without it.

    At least from ``low`` to ``high``, in the shape of a picture that is ``aspect`` as wide as high.
    """
    radii = close_up_um(section.design)
    if radii is None:
        return None
    inner, outer = radii
    width = max(aspect * (high - low), 1.15 * (outer - inner))
    taller = width / aspect - (high - low)
    left = max((inner + outer - width) / 2, 0.0)
    return (left, left + width, low - 0.35 * taller, high + 0.65 * taller)


def region_colours(regions: Sequence[str]) -> dict[str, str]:
    """Colour of each region, as its process step says."""
    out: dict[str, str] = {}
    for step in flow():
        out |= step.colours(regions) if callable(step.colours) else step.colours
    return {name: out.get(name, UNKNOWN_COLOUR) for name in regions}


def draw_films(
    ax: Axes, films: Iterable[Film], colours: dict[str, str] | None = None
) -> list[PathPatch]:
    """Fill the films in their regions' colours, curved outlines smooth."""
    films = list(films)
    if colours is None:
        colours = region_colours([film.region for film in films])
    curve = next((film.meridian for film in films if film.meridian is not None), None)
    patches = []
    for film in films:
        colour, hatch = colours[film.region], "////" if film.sacrificial else None
        if film.material == "paste":
            colour, hatch = PASTE_COLOUR, "...."
        patches += fill(ax, smooth(film.shape, curve), facecolor=colour, hatch=hatch)
    return patches


def fill(ax: Axes, shape: BaseGeometry, **kwargs) -> list[PathPatch]:
    """Draw the polygons of a shape; keywords go to the patch."""
    style = {"edgecolor": OUTLINE, "linewidth": 0.4} | kwargs
    patches = []
    for part in getattr(shape, "geoms", [shape]):
        if not isinstance(part, Polygon) or part.is_empty:
            continue
        rings = [np.asarray(ring.coords) for ring in (part.exterior, *part.interiors)]
        path = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))
        patches.append(ax.add_patch(PathPatch(path, **style)))
    return patches


def smooth(shape: BaseGeometry, curve: Meridian | None) -> BaseGeometry:
    """Replace chords of a curve by pieces so short that they look round."""
    if curve is None:
        return shape
    parts = [_smooth_part(part, curve) for part in getattr(shape, "geoms", [shape])]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _smooth_part(part: Polygon, curve: Meridian) -> Polygon:
    rings = []
    for ring in (part.exterior, *part.interiors):
        points = np.asarray(ring.coords)
        t = curve.project(points.T)
        near = np.hypot(*(curve.at(t) - points.T)) < ON_CURVE_UM
        out = []
        for k, start in enumerate(points[:-1]):
            out.append(start)
            if near[k] and near[k + 1] and 0 < abs(t[k + 1] - t[k]) < 0.1:
                between = np.linspace(t[k], t[k + 1], CHORD_PIECES + 1)[1:-1]
                out += list(curve.at(between).T)
        rings.append(out)
    return Polygon(rings[0], rings[1:])


def frame(ax: Axes, window: Window) -> None:
    """Axes to scale in r and z."""
    bare_frame(ax, window)
    ax.set_xlabel("r (µm)")
    ax.set_ylabel("z (µm)")


def bare_frame(ax: Axes, window: Window) -> None:
    """The window to scale, nothing written."""
    ax.set_xlim(window[0], window[1])
    ax.set_ylim(window[2], window[3])
    ax.set_aspect("equal")


def mark(ax: Axes, window: Window) -> None:
    """Outline of a window that is magnified elsewhere."""
    r0, r1, z0, z1 = window
    box = Rectangle((r0, z0), r1 - r0, z1 - z0, fill=False, edgecolor=HIGHLIGHT, linewidth=1)
    ax.add_patch(box)


def scale_bar(ax: Axes, window: Window, fontsize: float = 6.5, films: Iterable[Film] = ()) -> None:
    """A bar of a round length in a corner: lower right, or where it crosses fewest outlines."""
    r0, r1, z0, z1 = window
    width, height = r1 - r0, z1 - z0
    length = max(m * 10.0**e for e in range(-4, 5) for m in (1, 2, 5) if m * 10.0**e <= 0.3 * width)
    bar = (r1 - 0.04 * width - length, z0 + 0.05 * height)
    shapes = [film.shape for film in films]
    if shapes:
        left, top = r0 + 0.04 * width, z1 - 0.05 * height - LABEL * width
        places = [bar, (left, bar[1]), (left, top), (bar[0], top)]
        bar = min(places, key=lambda place: _crossed(place, length, LABEL * width, shapes))
    line = ax.plot([bar[0], bar[0] + length], [bar[1]] * 2, color="black", linewidth=2.0)
    line[0].set_solid_capstyle("butt")
    ax.annotate(
        f"{length:g} µm", (bar[0] + length / 2, bar[1]), xytext=(0, 2.5),
        textcoords="offset points", ha="center", va="bottom", fontsize=fontsize,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.6},
    )  # fmt: skip


def _crossed(
    place: tuple[float, float], length: float, height: float, shapes: Sequence[BaseGeometry]
) -> int:
    """How many shapes a bar and its label would lie on without lying in them."""
    room = box(place[0], place[1], place[0] + length, place[1] + height)
    return sum(shape.intersects(room) and not shape.contains(room) for shape in shapes)
