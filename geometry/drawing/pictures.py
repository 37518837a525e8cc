"""Drawings of a bump: its cross-section, its mesh, and everything ``fem-bump draw`` writes.

Every function returns a figure or draws on given axes; nothing is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from geometry.design.design import Design
from geometry.drawing.canvas import (
    HIGHLIGHT,
    OUTLINE,
    Window,
    close_up_window,
    draw_films,
    frame,
    mark,
    recess_window,
    region_colours,
)
from geometry.drawing.dimensions import plot_dimensions
from geometry.drawing.film_strip import plot_film_strip
from geometry.drawing.stand_in_names import with_stand_ins
from geometry.errors import DesignError
from geometry.section.cross_section import CrossSection, build_cross_section
from groundwork.files import file_stem, whole_file
from groundwork.lettering import key_lines, literal, shortened, take_literally
from groundwork.pictures import pictures

DPI = 200
MARK = "the probe's mark"


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
    draw_films(ax, section.steps[-1][1].films)
    handles = [
        Patch(
            facecolor=colours[r],
            edgecolor=OUTLINE,
            linewidth=0.5,
            label=f"{r} ({section.region_materials[r]})",
        )
        for r in section.regions
    ]
    r1 = section.cell_radius_um
    bounds = [shape.bounds for shape in section.regions.values()]
    z0, z1 = min(b[1] for b in bounds), max(b[3] for b in bounds)
    frame(ax, window or (0.0, r1, z0, z1))
    if legend:
        take_literally(ax.legend(handles=handles, fontsize=7, loc="upper right", framealpha=0.95))
    return handles


@literal
def plot_section(section: CrossSection) -> Figure:
    """The whole cross-section beside a zoom on the edge of the recess, both to scale."""
    section, names = with_stand_ins(section)
    window = recess_window(section)
    close = close_up_window(section, window[2], window[3], 1.5)
    ratios = (0.8, 1.2) if close is None else (0.8, 1.2, 1.2)
    figure = Figure(figsize=(4.75 * sum(ratios), 5.0), layout="constrained")
    whole, zoom, *more = figure.subplots(1, len(ratios), width_ratios=ratios)
    handles = draw_on(whole, section)
    draw_on(zoom, section, window)
    mark(whole, window)
    if close is not None:
        draw_on(more[0], section, close)
        mark(whole, close)
        more[0].set_title(MARK)
    _feed(whole, section)
    _dimensions(zoom, section, window)
    design = section.design
    whole.set_title("whole cell")
    zoom.set_title("edge of the mask opening")
    figure.suptitle(
        f"{shortened(design.name, 48)}: {design.variant}, recess {section.design.depth_um:g} of "
        f"{design.pad.thickness_um:g} µm, opening ratio {design.opening_ratio:g}",
        fontsize=10,
    )
    figure.legend(
        handles=handles, loc="outside lower center", ncols=4, fontsize=8,
        title="\n".join(key_lines(names)) or None, title_fontsize=7,
    )  # fmt: skip
    return figure


VIEWS: dict[str, Callable[[CrossSection], Figure]] = {
    "section": plot_section,
    "process": plot_film_strip,
    "dimensions": plot_dimensions,
}


@pictures.named("section")
def section_picture(section: CrossSection, view: str = "section") -> Figure:
    """A cross-section as its ``plot`` gives it: itself, how it was made, or its sizes.

    Raises
    ------
    DesignError
        For a view that there is not.
    """
    if view not in VIEWS:
        raise DesignError(f"view = {view!r} must be one of {', '.join(VIEWS)}")
    return VIEWS[view](section)


@pictures.named("design")
def design_picture(design: Design, view: str = "section") -> Figure:
    """The bump that a design makes, in a view of :func:`section_picture`."""
    return section_picture(build_cross_section(design), view)


@literal
def plot_mesh(section: CrossSection, mesh: Any) -> Figure:
    """The mesh, coloured by region, at three magnifications around the recess."""
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
    views = {
        "whole cell": bounds,
        "edge of the mask opening": window,
        "corner of the recess floor": near,
    }
    close = close_up_window(section, window[2], window[3], 1.5)
    views |= {} if close is None else {MARK: close}
    figure = Figure(figsize=(11.0 / 3 * len(views), 4.4), layout="constrained")
    for ax, (title, view) in zip(figure.subplots(1, len(views)), views.items(), strict=True):
        low, high = triangles.min(axis=1), triangles.max(axis=1)
        seen = (
            (high[:, 0] > view[0])
            & (low[:, 0] < view[1])
            & (high[:, 1] > view[2])
            & (low[:, 1] < view[3])
        )
        ax.add_collection(
            PolyCollection(
                triangles[seen], facecolors=list(fill[seen]), edgecolors=OUTLINE, linewidths=0.2
            )
        )
        frame(ax, view)
        ax.set_title(title)
    figure.suptitle(
        f"{shortened(design.name, 60)}: {mesh.nelements} triangles, "
        f"{2 * (mesh.nvertices + mesh.nfacets)} displacement unknowns",
        fontsize=10,
    )
    return figure


def draw_film_strip(design: Design, path: Path) -> Path:
    """Write every step of a design's process to one picture; its ending says which format."""
    save(plot_film_strip(build_cross_section(design)), path)
    return path


def draw_design(design: Design, folder: Path) -> list[Path]:
    """Write cross-section, mesh, film strip and dimensions of a design as PNG files.

    Returns
    -------
    list of Path
        What was written.
    """
    from geometry.meshing.triangles import build_mesh

    section = build_cross_section(design)
    figures = {
        "section": plot_section(section),
        "mesh": plot_mesh(section, build_mesh(section)),
        "process": plot_film_strip(section),
        "dimensions": plot_dimensions(section),
    }
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, figure in figures.items():
        paths.append(folder / f"{file_stem(design.name)}-{name}.png")
        save(figure, paths[-1])
    return paths


def save(figure: Figure, path: Path) -> None:
    """Write a figure as its ending says, whole or not at all."""
    with whole_file(path) as place:
        figure.savefig(place, dpi=DPI)


def _feed(ax: Axes, section: CrossSection) -> None:
    """An arrow to where current enters through arcs, which the section cannot show."""
    design = section.design
    vias = design.discrete_vias
    r, z = design.pad_radius_um, 0.5 * (design.trace_thickness_um or 0.0)
    if vias is not None:
        r = vias.circle_diameter_um / 2
        text = f"current enters\nthrough {vias.count} vias"
    elif design.trace is not None:
        text = f"current enters from a trace\nat θ = 0 ± {design.source_half_angle_deg:.3g}°"
    else:
        return
    ax.annotate(
        text,
        (r, z),
        xytext=(0.5 * section.cell_radius_um, z - 0.3 * section.cell_radius_um),
        ha="center",
        va="top",
        fontsize=7,
        color=HIGHLIGHT,
        arrowprops={"arrowstyle": "-|>", "linewidth": 1.0, "color": HIGHLIGHT},
    )


def _dimensions(ax: Axes, section: CrossSection, window: Window) -> None:
    """Mask edge and, if there is a recess, its depth."""
    design = section.design
    top = window[3]
    ax.axvline(design.opening_radius_um, color=HIGHLIGHT, linewidth=0.8, linestyle="--")
    ax.annotate(
        f"mask edge\nr = {design.opening_radius_um:g} µm",
        (design.opening_radius_um, top),
        xytext=(4, -4),
        textcoords="offset points",
        ha="left",
        va="top",
        fontsize=8,
        color=HIGHLIGHT,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.0},
    )
    if design.depth_um > 0:
        r = design.opening_radius_um + 0.12 * (window[1] - window[0])
        low, high = design.pad.thickness_um - design.depth_um, design.pad.thickness_um
        ax.annotate("", (r, low), (r, high), arrowprops={"arrowstyle": "<->", "linewidth": 1.0})
        ax.annotate(
            f"recess {design.depth_um:g} µm",
            (r, (low + high) / 2),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
