"""Drawings of a bump: cross-section, mesh and the film strip of its process.

Every function returns a figure or draws on given axes; nothing is shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path as Outline
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geometry.design import Design
from geometry.process import Stack
from geometry.section import CrossSection, build_cross_section

# One colour per region: neighbours differ in lightness as well, for grey print and colour-blind eyes
REGION_COLOURS = {
    "chip": "#c9ced6",
    "dielectric": "#8fb8de",
    "pad": "#e8a33d",
    "passivation": "#3f7f6b",
    "bump": "#dfe3ee",
    "photoresist": "#b04a5a",
}
UBM_COLOURS = ("#5b3f8c", "#a58fd0", "#b5651d", "#6e6e6e", "#d8b4a0")
OUTLINE = "#222222"

Window = tuple[float, float, float, float]


def region_colours(regions: list[str]) -> dict[str, str]:
    """Colour of each region; UBM layers take theirs in order of deposition."""
    layers = [name for name in regions if name.startswith("ubm_")]
    out = {name: UBM_COLOURS[k % len(UBM_COLOURS)] for k, name in enumerate(layers)}
    return {name: out.get(name, REGION_COLOURS.get(name, "#bbbbbb")) for name in regions}


def recess_window(section: CrossSection) -> Window:
    """(r0, r1, z0, z1) around the edge of the mask opening: pad, UBM and mask all in sight, um."""
    design = section.design
    above = design.pad.thickness_um + design.passivation.thickness_um + design.ubm.thickness_um
    low, high = -1.2 * design.dielectric.thickness_um, 1.25 * above
    half = 0.75 * (high - low)
    centre = design.opening_radius_um
    return (max(centre - half, 0.0), centre + half, low, high)


def process_window(section: CrossSection) -> Window:
    """Like :func:`recess_window`, but out to where the photoresist stands, um."""
    design = section.design
    r0, _, low, high = recess_window(section)
    return (r0, design.ubm_radius_um + (design.opening_radius_um - r0), low, 1.6 * high)


def draw_on(
    ax: Axes, section: CrossSection, window: Window | None = None, legend: bool = False
) -> list[Patch]:
    """Draw the finished bump to scale on given axes.

    Parameters
    ----------
    window
        (r0, r1, z0, z1) in um; the whole section where it is None.

    Returns
    -------
    list of Patch
        Legend handles, one per region, labelled "region (material)".
    """
    colours = region_colours(list(section.regions))
    for region, shape in section.regions.items():
        _fill(ax, shape, colours[region])
    handles = [
        Patch(facecolor=colours[r], edgecolor=OUTLINE, linewidth=0.5,
              label=f"{r} ({section.region_materials[r]})")
        for r in section.regions
    ]
    r1, z0, z1 = section.cell_radius_um, -1e3, 1e3
    bounds = [shape.bounds for shape in section.regions.values()]
    z0, z1 = min(b[1] for b in bounds), max(b[3] for b in bounds)
    _frame(ax, window or (0.0, r1, z0, z1))
    if legend:
        ax.legend(handles=handles, fontsize=7, loc="upper right", framealpha=0.95)
    return handles


def plot_section(section: CrossSection) -> Figure:
    """The whole cross-section beside a zoom on the edge of the recess, both to scale."""
    figure = Figure(figsize=(9.5, 5.0), layout="constrained")
    whole, zoom = figure.subplots(1, 2, width_ratios=(0.8, 1.2))
    handles = draw_on(whole, section)
    window = recess_window(section)
    draw_on(zoom, section, window)
    _mark(whole, window)
    _dimensions(zoom, section, window)
    design = section.design
    whole.set_title("whole cell")
    zoom.set_title("edge of the mask opening")
    figure.suptitle(
        f"{design.name}: {design.variant}, recess {section.design.depth_um:g} of "
        f"{design.pad.thickness_um:g} um, opening ratio {design.opening_ratio:g}",
        fontsize=10,
    )
    figure.legend(handles=handles, loc="outside lower center", ncols=4, fontsize=8)
    return figure


def plot_mesh(section: CrossSection, mesh: Any) -> Figure:
    """The mesh, coloured by region, at three magnifications around the recess."""
    figure = Figure(figsize=(11.0, 4.4), layout="constrained")
    window = recess_window(section)
    design = section.design
    corner = (design.opening_radius_um, design.pad.thickness_um - design.depth_um)
    small = 0.12 * design.pad.thickness_um
    near = (corner[0] - 2 * small, corner[0] + small, corner[1] - small, corner[1] + 2 * small)
    colours = region_colours(list(section.regions))
    triangles = mesh.p.T[mesh.t.T]
    fill = np.empty(mesh.nelements, dtype=object)
    for region, found in mesh.subdomains.items():
        fill[found] = colours[region]
    bounds = (0.0, section.cell_radius_um, mesh.p[1].min(), mesh.p[1].max())
    titles = ("whole cell", "edge of the mask opening", "corner of the recess floor")
    for ax, view, title in zip(
        figure.subplots(1, 3), (bounds, window, near), titles, strict=True
    ):
        low, high = triangles.min(axis=1), triangles.max(axis=1)
        seen = (
            (high[:, 0] > view[0]) & (low[:, 0] < view[1])
            & (high[:, 1] > view[2]) & (low[:, 1] < view[3])
        )
        ax.add_collection(
            PolyCollection(
                triangles[seen], facecolors=list(fill[seen]), edgecolors=OUTLINE, linewidths=0.2
            )
        )
        _frame(ax, view)
        ax.set_title(title)
    figure.suptitle(
        f"{design.name}: {mesh.nelements} triangles, "
        f"{2 * (mesh.nvertices + mesh.nfacets)} displacement unknowns",
        fontsize=10,
    )
    return figure


def plot_film_strip(section: CrossSection) -> Figure:
    """Every step of the process, labelled, the edge of the opening magnified to scale."""
    window = process_window(section)
    steps = section.steps
    columns = min(5, len(steps))
    rows = -(-len(steps) // columns)
    figure = Figure(figsize=(2.6 * columns, 2.35 * rows + 0.5), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    names = list(dict.fromkeys(film.region for _, stack in steps for film in stack.films))
    colours = region_colours(names)
    for k, (ax, (label, stack)) in enumerate(zip(axes, steps, strict=False)):
        _draw_stack(ax, stack, colours)
        _frame(ax, window)
        ax.set_title(f"{k}. {label}", fontsize=8)
        ax.tick_params(labelsize=6)
        ax.set_xlabel("")
        ax.set_ylabel("")
    for ax in axes[len(steps) :]:
        ax.set_axis_off()
    handles = [Patch(facecolor=colours[n], edgecolor=OUTLINE, linewidth=0.5, label=n) for n in names]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(names), fontsize=8)
    figure.suptitle(
        f"{section.design.name}: process, edge of the mask opening to scale (r and z in um)",
        fontsize=10,
    )
    return figure


def draw_design(design: Design, folder: Path) -> list[Path]:
    """Write cross-section, mesh and film strip of a design as PNG files.

    Returns
    -------
    list of Path
        What was written.
    """
    from geometry.meshing import build_mesh

    section = build_cross_section(design)
    figures = {
        "section": plot_section(section),
        "mesh": plot_mesh(section, build_mesh(section)),
        "process": plot_film_strip(section),
    }
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, figure in figures.items():
        paths.append(folder / f"{design.name}-{name}.png")
        figure.savefig(paths[-1], dpi=200)
    return paths


def _draw_stack(ax: Axes, stack: Stack, colours: dict[str, str]) -> None:
    for film in stack.films:
        _fill(ax, film.shape, colours[film.region], hatch="///" if film.sacrificial else None)


def _fill(ax: Axes, shape: BaseGeometry, colour: str, hatch: str | None = None) -> None:
    for part in getattr(shape, "geoms", [shape]):
        if not isinstance(part, Polygon) or part.is_empty:
            continue
        rings = [np.asarray(ring.coords) for ring in (part.exterior, *part.interiors)]
        path = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))
        ax.add_patch(
            PathPatch(path, facecolor=colour, edgecolor=OUTLINE, linewidth=0.4, hatch=hatch)
        )


def _frame(ax: Axes, window: Window) -> None:
    ax.set_xlim(window[0], window[1])
    ax.set_ylim(window[2], window[3])
    ax.set_aspect("equal")
    ax.set_xlabel("r (um)")
    ax.set_ylabel("z (um)")


def _mark(ax: Axes, window: Window) -> None:
    r0, r1, z0, z1 = window
    ax.add_patch(Rectangle((r0, z0), r1 - r0, z1 - z0, fill=False, edgecolor="#d02020", linewidth=1))


def _dimensions(ax: Axes, section: CrossSection, window: Window) -> None:
    """Mask edge and, if there is a recess, its depth."""
    design = section.design
    top = window[3]
    ax.axvline(design.opening_radius_um, color="#d02020", linewidth=0.8, linestyle="--")
    ax.annotate(
        f"mask edge\nr = {design.opening_radius_um:g} um",
        (design.opening_radius_um, top), xytext=(4, -4), textcoords="offset points",
        ha="left", va="top", fontsize=8, color="#d02020",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.0},
    )
    if design.depth_um > 0:
        r = design.opening_radius_um + 0.12 * (window[1] - window[0])
        low, high = design.pad.thickness_um - design.depth_um, design.pad.thickness_um
        ax.annotate("", (r, low), (r, high), arrowprops={"arrowstyle": "<->", "linewidth": 1.0})
        ax.annotate(
            f"recess {design.depth_um:g} um", (r, (low + high) / 2), xytext=(5, 0),
            textcoords="offset points", va="center", fontsize=8,
        )
