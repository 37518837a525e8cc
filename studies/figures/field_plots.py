"""Figures of geometry and fields: the designs to scale, stress and current near the recess.

Fields come from the VTU files of a run. Their elements have own nodes, so nothing is averaged
across interfaces; a quadratic triangle is drawn as four linear ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.transforms import Affine2D
from matplotlib.tri import Triangulation

from fem_bump.drawing.section import PARTS
from geometry import CrossSection, build_cross_section
from geometry.design.design import Design
from geometry.drawing.canvas import ubm_in_sight_um
from geometry.drawing.pictures import draw_on
from geometry.drawing.stand_in_names import layer_stand_ins, with_stand_ins
from groundwork.lettering import key_lines
from studies.figures.registry import Drawing, figure
from studies.figures.style import (
    COLOUR_MAP,
    WIDTH_IN,
    broken,
    legend_columns,
    letters,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.records.store import beside, fields_file
from studies.results.results import Entry, Results
from studies.results.twins import ELASTIC, FLOWED, compared_twins, flows, state_of

Window = tuple[float, float, float, float]
MARK = "#c01020"
DECADES = 100.0  # of strain, below its largest


@dataclass(frozen=True)
class Field:
    """One case's fields inside a window, on linear triangles."""

    label: str
    section: CrossSection
    triangulation: Triangulation
    von_mises_mpa: np.ndarray
    over_yield: np.ndarray
    current_density_ka_per_cm2: np.ndarray
    conducting: np.ndarray
    metal: np.ndarray
    inelastic_strain: np.ndarray | None = None


def edge_windows(designs: Sequence[Design]) -> list[Window]:
    """(r0, r1, z0, z1) around the edge of each design's opening, all of the same size, um."""
    high = max(
        d.pad.thickness_um
        + max(mask.thickness_um for mask in d.masks.values())
        + 1.3 * ubm_in_sight_um(d)
        for d in designs
    )
    low = -0.6 * max(d.dielectric.thickness_um for d in designs)
    height = high - low
    left = [max(d.opening_radius_um - 0.75 * height, 0.0) for d in designs]
    return [(r, r + 1.25 * height, low, high) for r in left]


def read_field(path: Path, label: str, section: CrossSection, window: Window) -> Field:
    """Fields of a case near its recess; everything outside the window is dropped."""
    import meshio

    mesh = meshio.read(path)
    cells = mesh.cells_dict["triangle6"]
    r, z = mesh.points[:, 0], mesh.points[:, 1]
    low_r, high_r = r[cells].min(axis=1), r[cells].max(axis=1)
    low_z, high_z = z[cells].min(axis=1), z[cells].max(axis=1)
    near = (high_r > window[0]) & (low_r < window[1]) & (high_z > window[2]) & (low_z < window[3])
    nodes = cells[near].ravel()
    limit = np.repeat(mesh.cell_data_dict["yield_mpa"]["triangle6"][near].astype(float), 6)
    stress = mesh.point_data["von_mises_mpa"][nodes].astype(float)
    density = mesh.point_data["current_density_a_per_cm2"][nodes].astype(float) / 1e3
    count = int(near.sum())
    own = np.arange(6 * count).reshape(count, 6)
    triangles = own[:, PARTS].reshape(-1, 3)
    strain = mesh.point_data.get("inelastic_strain")
    flowing = np.nan_to_num(density).reshape(count, 6).max(axis=1) > 0
    return Field(
        label, section, Triangulation(r[nodes], z[nodes], triangles), stress,
        np.where(np.isfinite(limit), stress / np.where(np.isfinite(limit), limit, 1.0), 0.0),
        np.nan_to_num(density), np.repeat(flowing, 4),
        np.repeat(np.isfinite(limit.reshape(count, 6)[:, 0]), 4),
        None if strain is None else strain[nodes].astype(float),
    )  # fmt: skip


@styled
def stress_fields(fields: Sequence[Field], window: Window, state: str = ELASTIC) -> Figure:
    """Von Mises stress near the recess on one scale.

    Of elastic states the part of the metals above their yield strength is hatched.
    """
    values = [f.von_mises_mpa[_inside(f, window)] for f in fields]
    top = _round_up(max(float(np.percentile(v, 97)) for v in values if len(v)))

    def draw(ax: Axes, field: Field) -> None:
        ax.tripcolor(field.triangulation, field.von_mises_mpa, shading="gouraud",
                     norm=Normalize(0, top), cmap=COLOUR_MAP, rasterized=True)  # fmt: skip
        metal = Triangulation(
            field.triangulation.x, field.triangulation.y,
            field.triangulation.triangles[field.metal],
        )  # fmt: skip
        ratio = field.over_yield
        if field.inelastic_strain is None and len(metal.triangles) and ratio.max() > 1.0:
            zone = ax.tricontourf(metal, ratio, levels=[1.0, max(1e6, 2 * ratio.max())],
                                  colors="none", hatches=[".."])  # fmt: skip
            zone.set_edgecolor("white")
            zone.set_linewidth(0.0)
            ax.tricontour(metal, ratio, levels=[1.0], colors="white", linewidths=1.1)

    figure = _row_of_fields(
        fields, window, draw, ScalarMappable(Normalize(0, top), COLOUR_MAP), "max",
        "von Mises stress (MPa)",
    )  # fmt: skip
    if any(field.inelastic_strain is None for field in fields):
        handle = Patch(fc="#3b528b", ec="white", hatch="..", lw=1.1,
                       label="metal above its nominal yield strength")  # fmt: skip
        figure.legend(handles=[handle], loc="outside upper right", fontsize=7.5)
    mark_state(figure, True, "same window and scale; values at corners are singular", state)
    return figure


@styled
def strain_fields(fields: Sequence[Field], window: Window) -> Figure:
    """Accumulated inelastic strain near the recess on one logarithmic scale."""
    strains = [(f, f.inelastic_strain) for f in fields if f.inelastic_strain is not None]
    inside = np.concatenate([strain[_inside(f, window)] for f, strain in strains])
    top = float(np.percentile(inside[inside > 0], 97)) if (inside > 0).any() else 1.0
    norm = LogNorm(top / DECADES, top, clip=True)

    def draw(ax: Axes, field: Field) -> None:
        assert field.inelastic_strain is not None
        flowed = field.inelastic_strain.reshape(-1, 6).max(axis=1) > 0
        parts = field.triangulation.triangles[np.repeat(flowed, 4)]
        if len(parts):
            shown = Triangulation(field.triangulation.x, field.triangulation.y, parts)
            ax.tripcolor(shown, np.maximum(100 * field.inelastic_strain, 1e-12), shading="gouraud",
                         norm=percent, cmap=COLOUR_MAP, rasterized=True)  # fmt: skip
        ax.set_facecolor("#ececec")

    percent = LogNorm(100 * norm.vmin, 100 * norm.vmax, clip=True)
    figure = _row_of_fields(
        [f for f, _ in strains], window, draw, ScalarMappable(percent, COLOUR_MAP), "both",
        "equivalent inelastic strain (%)",
    )  # fmt: skip
    mark_state(figure, True, "same window and scale, logarithmic; grey has not flowed", FLOWED)
    return figure


@styled
def current_fields(fields: Sequence[Field], window: Window) -> Figure:
    """Magnitude of the current density near the recess on one logarithmic scale."""
    values = np.concatenate(
        [f.current_density_ka_per_cm2[_inside(f, window) & _on(f, f.conducting)] for f in fields]
    )
    values = values[values > 0]
    low, high = map(float, np.percentile(values, [2, 99.5]) if len(values) else (0.1, 1.0))
    norm = LogNorm(low, max(high, 1.001 * low), clip=True)

    def draw(ax: Axes, field: Field) -> None:
        flowing = Triangulation(
            field.triangulation.x, field.triangulation.y,
            field.triangulation.triangles[field.conducting],
        )  # fmt: skip
        if len(flowing.triangles):
            shown = np.maximum(field.current_density_ka_per_cm2, low)
            ax.tripcolor(flowing, shown, shading="gouraud", norm=norm, cmap=COLOUR_MAP,
                         rasterized=True)  # fmt: skip
        ax.set_facecolor("#ececec")

    figure = _row_of_fields(
        fields, window, draw, ScalarMappable(norm, COLOUR_MAP), "both",
        "current density |J| (kA/cm²)",
    )  # fmt: skip
    mark_state(figure, False, "same window and scale, logarithmic; grey carries no current")
    return figure


def _row_of_fields(
    fields: Sequence[Field],
    window: Window,
    draw: Callable[[Axes, Field], None],
    scale: ScalarMappable,
    extend: str,
    label: str,
) -> Figure:
    figure = new_figure(3.1, WIDTH_IN * min(len(fields) + 0.4, 3) / 3)
    axes = figure.subplots(1, len(fields), sharex=True, sharey=True, squeeze=False)[0]
    for k, (ax, field) in enumerate(zip(axes, fields, strict=True)):
        draw(ax, field)
        outlines(ax, field.section)
        ax.set_xlim(window[0], window[1])
        ax.set_ylim(window[2], window[3])
        ax.set_aspect("equal")
        ax.grid(False)
        ax.set_xlabel("r (µm)")
        for spine in ax.spines.values():
            spine.set_visible(True)
        panel_title(ax, k, broken(field.label, letters(len(fields))))
    axes[0].set_ylabel("z (µm)")
    bar = figure.colorbar(scale, ax=list(axes), extend=extend, aspect=20, pad=0.015, shrink=0.82)
    bar.set_label(label)
    return figure


def outlines(ax: Axes, section: CrossSection) -> None:
    ends = [section.vertices_um[[edge.start, edge.end]] for edge in section.edges]
    ax.add_collection(LineCollection(ends, colors="black", linewidths=0.6))


def _inside(field: Field, window: Window) -> np.ndarray:
    r, z = field.triangulation.x, field.triangulation.y
    return (r > window[0]) & (r < window[1]) & (z > window[2]) & (z < window[3])


def _on(field: Field, parts: np.ndarray) -> np.ndarray:
    """Nodes of chosen linear triangles."""
    out = np.zeros(len(field.triangulation.x), dtype=bool)
    out[field.triangulation.triangles[parts]] = True
    return out


def _round_up(value: float) -> float:
    step = 10.0 ** np.floor(np.log10(max(value, 1e-12))) / 2
    return float(np.ceil(value / step) * step)


# ----------------------------------------------------------------------- designs to scale


@styled
def designs(entries: Sequence[Entry]) -> Figure:
    """The designs side by side and to scale: the bump on its pad, and the edge of the opening."""
    layers = layer_stand_ins(entry.design for entry in entries)
    sections = [with_stand_ins(build_cross_section(e.design), layers)[0] for e in entries]
    windows = edge_windows([section.design for section in sections])
    titles = [broken(entry.label, letters(len(entries))) for entry in entries]
    figure = new_figure(
        5.3 + 0.3 * max(title.count("\n") for title in titles),
        WIDTH_IN * min(max(len(entries), 2), 3) / 3,
    )
    axes = figure.subplots(2, len(entries), squeeze=False, sharey="row")
    handles: dict[str, Patch] = {}
    for k, section in enumerate(sections):
        window = windows[k]
        whole, zoom = axes[:, k]
        top = max(shape.bounds[3] for shape in section.regions.values())
        edge = section.cell_radius_um
        for ax, view in ((whole, (-edge, edge, -0.35 * top, 1.04 * top)), (zoom, window)):
            found = draw_on(ax, section, view)
            handles |= {str(handle.get_label()): handle for handle in found}
            ax.grid(False)
            ax.set_xlabel("r (µm)")
            ax.set_ylabel("z (µm)" if k == 0 else "")
            for spine in ax.spines.values():
                spine.set_visible(True)
        _mirror(whole)
        r0, r1, z0, z1 = window
        whole.add_patch(Rectangle((r0, z0), r1 - r0, z1 - z0, fill=False, ec=MARK, lw=1.2))
        for spine in zoom.spines.values():
            spine.set_edgecolor(MARK)
        panel_title(whole, k, titles[k])
        _dimensions(zoom, section, window)
    columns = legend_columns(list(handles), 4, figure.get_figwidth())
    figure.legend(
        handles=list(handles.values()), loc="outside lower center", ncols=columns, fontsize=7.5,
        title="\n".join(key_lines(layers)) or None, title_fontsize=7,
    )  # fmt: skip
    return figure


def _mirror(ax: Axes) -> None:
    """Add the other half of an axisymmetric drawing, and its axis."""
    flip = Affine2D().scale(-1.0, 1.0)
    for patch in list(ax.patches):
        other = PathPatch(
            patch.get_path().transformed(flip), facecolor=patch.get_facecolor(),
            edgecolor=patch.get_edgecolor(), linewidth=patch.get_linewidth(),
        )  # fmt: skip
        ax.add_patch(other)
    ax.axvline(0.0, color="#444444", lw=0.7, linestyle=(0, (8, 2, 2, 2)))


def _dimensions(ax: Axes, section: CrossSection, window: Window) -> None:
    design = section.design
    a, t = design.opening_radius_um, design.pad.thickness_um
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.2}
    ax.axvline(a, color=MARK, lw=0.8, linestyle=(0, (4, 2)))
    ax.annotate(f"mask edge r = {a:.4g}", (a, window[3]), xytext=(5, -4), va="top",
                textcoords="offset points", fontsize=7, color=MARK, bbox=box)  # fmt: skip
    sizes = [(a + 0.45 * (window[1] - a), 0.0, t, f"pad {t:.3g}")]
    if design.depth_um > 0:
        at = a - 0.5 * (a - window[0])
        sizes.append((at, t - design.depth_um, t, f"recess {design.depth_um:.3g}"))
    for at, low, high, text in sizes:
        arrow = {"arrowstyle": "<->", "lw": 0.9, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (at, low), (at, high), arrowprops=arrow)
        ax.annotate(text, (at, (low + high) / 2), xytext=(5, 0), textcoords="offset points",
                    va="center", fontsize=7, bbox=box)  # fmt: skip
    if design.depth_um > 0:  # where the pad's top was
        ax.plot([window[0], a], [t, t], color="black", lw=0.7, linestyle=(0, (2, 2)))


@figure("designs", "designs")
def designs_to_scale(results: Results) -> Iterator[Drawing]:
    """The designs side by side, to scale."""
    if not results.compared:
        return
    labels = ", ".join(entry.label for entry in results.compared)
    yield Drawing(
        designs(results.compared), f"Cross-sections of {labels}",
        "The designs to scale, revolved about the dash-dotted axis (above; of the chip only the "
        "top is drawn), and the edge of the mask opening enlarged (below, the red frame). All "
        "sizes in µm. Dotted: where the top of the pad was before the etch.",
    )  # fmt: skip


@figure("field", "fields")
def fields_near_recess(results: Results) -> Iterator[Drawing]:
    """Stress and current density near the recess, of those designs whose fields were kept."""
    found, window = read_kept(results, results.compared)
    if not found:
        return
    labels, state = ", ".join(f.label for f in found), state_of(e.row for e in results.compared)
    hatched = (
        " Dotted, with a white outline inside each layer: metal above its nominal yield strength, "
        "where plastic flow would limit the stress."
    )
    yield Drawing(
        stress_fields(found, window, state), f"Von Mises stress near the recess: {labels}",
        f"Von Mises stress near the edge of the opening, {state}."
        + (hatched if any(f.inelastic_strain is None for f in found) else ""),
        "von-mises",
    )  # fmt: skip
    yield Drawing(
        current_fields(found, window), f"Current density near the recess: {labels}",
        "Magnitude of the current density near the edge of the opening.", "current",
    )  # fmt: skip


@figure("strain", "fields", place=20)
def strain_near_recess(results: Results) -> Iterator[Drawing]:
    """Inelastic strain near the recess, of those designs whose fields were kept."""
    _, flowed = compared_twins(results)
    found, window = read_kept(
        results, flowed or [entry for entry in results.compared if flows(entry.row)]
    )
    if found:
        yield Drawing(
            strain_fields(found, window),
            f"Inelastic strain near the recess: {', '.join(f.label for f in found)}",
            "Accumulated equivalent inelastic strain near the edge of the opening, yield and creep "
            "together, at the end of the history.",
        )  # fmt: skip


def read_kept(
    results: Results, entries: Sequence[Entry], ending: str | None = None
) -> tuple[list[Field], Window]:
    """Fields of those designs whose were kept, in the window of the first of them.

    ``ending`` is that of a file beside them, of another instant.
    """
    files = [(entry, fields_file(results.folder, str(entry.row["key"]))) for entry in entries]
    kept = [
        (entry, path if ending is None else beside(path, ending))
        for entry, path in files if path is not None
    ]  # fmt: skip
    kept = [(entry, path) for entry, path in kept if path.exists()]
    if not kept:
        return [], (0.0, 0.0, 0.0, 0.0)
    sections = [build_cross_section(entry.design) for entry, _ in kept]
    windows = edge_windows([section.design for section in sections])
    window = windows[0]
    found = [
        read_field(path, entry.label, section, window)
        for (entry, path), section, own in zip(kept, sections, windows, strict=True)
        if own[0] < window[1] and own[1] > window[0]
    ]
    return found, window
