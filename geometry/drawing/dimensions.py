"""The drawing that documents a design file: dimension lines named as in the TOML.

Two panels: the whole cell, and the edge of the mask opening magnified.
"""

from __future__ import annotations

from typing import Any

import shapely
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from geometry.design.angles import cotangent
from geometry.design.values import THROUGH_A_HOLE
from geometry.drawing.canvas import OUTLINE, Window, films_in_sight_um, region_colours
from geometry.drawing.dimension_lines import Along, Panel, Up, draw_panel
from geometry.drawing.mark_dimensions import mark_panel
from geometry.drawing.stand_in_names import KEY_IN, with_stand_ins
from geometry.process.operations import Stack
from geometry.section.cross_section import CrossSection
from groundwork.lettering import key_lines, literal, shortened


@literal
def plot_dimensions(section: CrossSection) -> Figure:
    """The design's dimensions on its cross-section, under the names of the design file."""
    section, names = with_stand_ins(section)
    panels = [whole_cell(section), mask_edge(section)]
    marked = mark_panel(section)
    panels += [] if marked is None else [marked]
    sizes = []
    for panel in panels:
        left, right, below, above = panel.margins_in
        sizes.append((left + panel.width_in + right, below + panel.height_in + above))
    legend_in, head_in, gap_in = 0.75, 0.75 + KEY_IN * len(names), 0.15
    width = sum(size[0] for size in sizes) + (len(panels) + 1) * gap_in
    height = max(size[1] for size in sizes) + legend_in + head_in
    figure = Figure(figsize=(width, height))
    x = gap_in
    for panel, (wide, high) in zip(panels, sizes, strict=True):
        low = height - head_in - high
        ax = figure.add_axes((x / width, low / height, wide / width, high / height))
        draw_panel(ax, section.steps[-1][1].films, panel)
        at = x + panel.margins_in[0]
        figure.text(at / width, 1 - head_in / height, panel.title, fontsize=9, weight="bold")
        x += wide + gap_in
    design = section.design
    title = f"{shortened(design.name, 48)}: dimensions (µm)"
    figure.text(gap_in / width, 1 - 0.1 / height, title, fontsize=12, weight="bold", va="top")
    notes = ["names are those of the design file"]
    notes += ["dashed: bump metal as deposited"] if panels[0].ghost is not None else []
    notes = ["; ".join([*notes, *section.notes()]), *key_lines(names)]
    figure.text(gap_in / width, 1 - 0.34 / height, "\n".join(notes),
                fontsize=8, color="#444444", va="top")  # fmt: skip
    colours = region_colours(list(section.regions))
    handles = [
        Patch(facecolor=colours[name], edgecolor=OUTLINE, linewidth=0.5,
              label=f"{name} ({material})")
        for name, material in section.region_materials.items()
    ]  # fmt: skip
    rows = 2 if len(handles) > 6 else 1
    figure.legend(handles=handles, loc="lower center", ncols=-(-len(handles) // rows), fontsize=8,
                  frameon=False)  # fmt: skip
    return figure


# ---------------------------------------------------------------------------- what is dimensioned


def whole_cell(section: CrossSection) -> Panel:
    """Radii from the axis below the picture, heights at its right; chip and board are cut."""
    d, joint = section.design, section.design.assembly
    cell = section.cell_radius_um
    low = -d.dielectric.thickness_um - 0.22 * cell
    ghost = _as_deposited(section)
    top = section.regions["bump"].bounds[3]
    if ghost is not None and joint is None:
        top = max(top, ghost.bounds[3])
    top += 0.08 * cell
    if joint is not None:
        ghost = None
        top = section.regions["substrate"].bounds[1] + 0.22 * cell
    pad_top = d.pad.thickness_um
    opened = pad_top + d.passivation.thickness_um
    rows = [*_via_rows(section)]
    rows += [_opening(name, film, foot) for name, film, foot in reversed(_masks(section))]
    if d.bump.diameter_um is not None:
        rows.append(_from_axis("bump.diameter_um/2", d.ubm_radius_um, opened))
    rows.append(_from_axis("pad.diameter_um/2", d.pad_radius_um, 0.5 * pad_top))
    rows += _trace_rows(section)
    name = "cell.pitch_um/√π" if d.cell.radius_um is None else "cell.radius_um"
    rows.append(_from_axis(name, cell, low))
    edge = _ubm_edge(section)
    above = []
    if d.bump.shape == "reflowed" and joint is None:
        contact = d.bump.contact_diameter_ratio * d.ubm_radius_um
        above.append(_from_axis("bump.contact_diameter_ratio × UBM radius", contact,
                                _height_at(section, contact)))  # fmt: skip
    columns = [Up(f"chip.thickness_um = {d.chip.thickness_um:g}", -d.dielectric.thickness_um, low,
                  cell, broken=True)]  # fmt: skip
    columns += _pillar_heights(section)
    if joint is None:
        above += _deposit_rows(section)
        columns += _bump_heights(section, edge)
    else:
        face = section.regions["substrate"].bounds[1]
        plane = edge + joint.standoff_um
        above += [
            _from_axis("assembly.pad.diameter_um/2", joint.pad.diameter_um / 2, face),
            _from_axis("assembly.solder_mask.opening_diameter_um/2",
                       joint.solder_mask.opening_diameter_um / 2, face),
        ]  # fmt: skip
        mask_foot = face - joint.solder_mask.thickness_um
        columns += [
            _up("assembly.standoff_um", joint.standoff_um, edge, plane,
                min(d.ubm_radius_um, joint.wetted_radius_um)),
            _up("assembly.pad.thickness_um", joint.pad.thickness_um,
                face - joint.pad.thickness_um, face, joint.pad.diameter_um / 2),
            _up("assembly.solder_mask.thickness_um", joint.solder_mask.thickness_um, mask_foot,
                face, cell),
            Up(f"assembly.substrate.thickness_um = {joint.substrate.thickness_um:g}", face, top,
               cell, broken=True),
        ]  # fmt: skip
    return Panel(
        "whole cell", (0.0, cell, low, top), 3.6,
        above=tuple(sorted(above, key=lambda row: row.end)),
        below=tuple(sorted(rows, key=lambda row: row.end)),
        right=tuple(columns), ghost=ghost,
    )  # fmt: skip


def mask_edge(section: CrossSection) -> Panel:
    """Film thicknesses beside the picture, recess at its left, what ends where below and above."""
    d = section.design
    window = _mask_edge_window(section)
    stack = section.steps[-1][1]
    right = _thicknesses(section, stack, window)
    floor, pad_top = d.pad.thickness_um - d.depth_um, d.pad.thickness_um
    left = []
    if d.depth_um > 0:
        left.append(_up("pad_etch.depth_ratio\n× pad.thickness_um", d.depth_um, floor, pad_top,
                        d.recess_top_radius_um))  # fmt: skip
    named = {up.text for up in right}
    left += [up for up in _floor_thicknesses(section, stack, window) if up.text not in named]
    opened = pad_top + d.passivation.thickness_um
    mask = d.masks[d.pad_etch.mask]
    below = [_opening(d.pad_etch.mask, mask, pad_top)]
    below += [_opening(name, film, foot + film.thickness_um)
              for name, film, foot in _masks(section) if film is not mask]  # fmt: skip
    below = [_cut_at(row, window[0]) for row in below]
    if d.pad_etch.undercut_um:
        below.append(_between("pad_etch.undercut_um", d.pad_etch.undercut_um, d.opening_radius_um,
                              d.recess_top_radius_um, pad_top))  # fmt: skip
    above = []
    edge = min(_ubm_edge(section), window[3])  # a pillar's is out of sight
    if d.bump.diameter_um is None and d.bump.method not in THROUGH_A_HOLE:
        above.append(_between("ubm.overhang_um", d.ubm.overhang_um, d.opening_radius_um,
                              d.ubm_radius_um, edge, opened))  # fmt: skip
    else:
        above.append(Along(f"UBM and bump end at r = {d.ubm_radius_um:g}", d.ubm_radius_um,
                           d.ubm_radius_um, None, edge))  # fmt: skip
    wall = (d.recess_floor_radius_um + d.recess_top_radius_um) / 2
    if d.depth_um > 0:
        below.append(_at(f"pad_etch.sidewall_angle_deg = {d.pad_etch.sidewall_angle_deg:g}°", wall,
                         (floor + pad_top) / 2))  # fmt: skip
    half = sum(film.thickness_um for film in d.masks.values()) / 2
    angle = getattr(mask, "sidewall_angle_deg", None)
    r = d.opening_radius_um + half * cotangent(90.0 if angle is None else angle)
    if angle is not None:
        name = f"{d.pad_etch.mask}.sidewall_angle_deg"
        above.append(_at(f"{name} = {angle:g}°", r, pad_top + half))
    total = d.ubm.sputtered_um
    above.append(_at(f"ubm.step_coverage = {d.ubm.step_coverage:g} (on this wall)",
                     r - 0.5 * total * d.ubm.step_coverage, pad_top + 0.8 * half))  # fmt: skip
    return Panel(
        "edge of the mask opening", window, 4.6,
        above=tuple(sorted(above, key=lambda row: row.end)),
        below=tuple(sorted(below, key=lambda row: row.end)),
        left=tuple(left), right=tuple(right),
    )  # fmt: skip


def _up(name: str, value: float, start: float, end: float, radius: float) -> Up:
    return Up(f"{name} = {value:g}", start, end, radius)


def _from_axis(name: str, radius: float, z: float) -> Along:
    return Along(f"{name} = {radius:.4g}", 0.0, radius, None, z)


def _masks(section: CrossSection) -> list[tuple[str, Any, float]]:
    """Films with an opening over the pad, the lowest first, and the height of each over it, um."""
    foot, out = section.design.pad.thickness_um, []
    for name, film in section.design.masks.items():
        out.append((name, film, foot))
        foot += film.thickness_um
    return out


def _opening(region: str, film: Any, z: float) -> Along:
    """Radius of a mask's opening as etched."""
    name, bias = f"{region}.opening_diameter_um", getattr(film, "cd_bias_um", 0.0)
    if not bias:
        return _from_axis(f"{name}/2", film.opening_radius_um, z)
    drawn = f"{film.opening_diameter_um:g} {'+' if bias > 0 else '−'} {abs(bias):g}"
    text = f"({name} + cd_bias_um)/2 = ({drawn})/2 = {film.opening_radius_um:g}"
    return Along(text, 0.0, film.opening_radius_um, None, z)


def _between(
    name: str, value: float, start: float, end: float, z: float, start_z: float | None = None
) -> Along:
    return Along(f"{name} = {value:g}", start, end, z if start_z is None else start_z, z)


def _at(text: str, radius: float, z: float) -> Along:
    return Along(text, radius, radius, None, z)


def _cut_at(row: Along, left: float) -> Along:
    """A radius whose axis is out of sight starts at the picture's left border."""
    return Along(row.text, max(row.start, left), row.end, row.start_z, row.end_z)


def _via_rows(section: CrossSection) -> list[Along]:
    via = section.design.via
    if via is None:
        return []
    z = -0.5 * section.design.dielectric.thickness_um
    inner, outer = via.radii_um
    if via.kind == "central":
        return [_from_axis("via.diameter_um/2", outer, z)]
    if via.kind == "ring":
        return [_from_axis("via.inner_diameter_um/2", inner, z),
                _from_axis("via.outer_diameter_um/2", outer, z)]  # fmt: skip
    count = f"via.count × via.diameter_um = {via.count} × {via.diameter_um:g}, metal smeared over"
    return [
        Along(f"{count} {outer - inner:.3g}", inner, outer, z, z),
        _from_axis("via.circle_diameter_um/2", via.circle_diameter_um / 2, z),
    ]


def _trace_rows(section: CrossSection) -> list[Along]:
    """Width of the trace, which lies across the section, where it meets the pad's rim."""
    d = section.design
    if d.trace is None:
        return []
    assert d.trace_thickness_um is not None
    name = f"trace.width_um = {d.trace.width_um:g} (θ = ±{d.source_half_angle_deg:.3g}°)"
    if d.source_boundary == "trace_end":
        name += f", trace.thickness_um = {d.trace_thickness_um:g}"
    return [_at(name, d.pad_radius_um, 0.5 * d.trace_thickness_um)]


def _deposit_rows(section: CrossSection) -> list[Along]:
    """What shaped the metal before it was reflowed."""
    bump, ghost = section.design.bump, _as_deposited(section)
    if ghost is None:
        ghost = section.regions["bump"]
    top = ghost.bounds[3]
    if bump.method == "evaporate":
        half = 0.5 * bump.height_um
        radius = section.design.ubm_radius_um - half * cotangent(bump.cone_angle_deg)
        return [_at(f"bump.cone_angle_deg = {bump.cone_angle_deg:g}°", radius, top - half)]
    if bump.method == "screen-print":
        hole = bump.screen_opening_diameter_um
        name = "bump.screen_opening_diameter_um/2" if hole else "screen opening (first diameter)/2"
        return [_from_axis(name, ghost.bounds[2], top)]
    return []


def _bump_heights(section: CrossSection, edge: float) -> list[Up]:
    d, ghost = section.design, _as_deposited(section)
    bump = section.regions["bump"]
    shape = bump if ghost is None else ghost
    top, radius = shape.bounds[3], 0.0
    if d.bump.method == "screen-print":
        printed, metal = d.bump.screen_thickness_um, d.bump.metal_volume_fraction
        name = f"bump.screen_thickness_um = {printed:g}\nbump.metal_volume_fraction = {metal:g}"
        out = [Up(name, top - d.bump.screen_thickness_um, top, radius)]
    elif d.bump.method == "ball-drop":
        ball = d.bump.ball_diameter_um
        out = [_up("bump.ball_diameter_um", ball, top - ball, top, radius)]
    else:
        out = [_up("bump.height_um", d.bump.height_um, top - d.bump.height_um, top, radius)]
    if ghost is not None:
        height = bump.bounds[3] - edge
        out.append(Up(f"after reflow (result) = {height:.4g}", edge, bump.bounds[3], radius))
    return out


def _thicknesses(section: CrossSection, stack: Stack, window: Window) -> list[Up]:
    """Films one over another outside the opening, where each is flat."""
    d = section.design
    names = _film_names(section)
    flat = min(d.ubm_radius_um, d.pad_radius_um) - 1e-3
    beyond = min(window[1], d.pad_radius_um) - 1e-3
    overhang = d.ubm_radius_um - d.opening_radius_um
    out = []
    for region, (name, value) in names.items():
        plated = region in section.members("ubm")
        if plated and overhang < 1.5 * d.ubm.sputtered_um:
            continue
        outside = max(beyond, d.recess_top_radius_um + 1e-3)
        # where a via stands in the dielectric, its thickness is shown elsewhere
        radii = (flat,) if plated else (outside, window[1] - 1e-3, window[0] + 1e-3)
        for radius in radii:
            span = _span(stack, region, radius)
            if span is not None and abs(span[1] - span[0] - value) < 1e-3 + 0.02 * value:
                out += _seen(name, value, span, radius, window)
                break
    return out


def _floor_thicknesses(section: CrossSection, stack: Stack, window: Window) -> list[Up]:
    """UBM layers on the floor of the opening, for a UBM that has no flat part outside it."""
    out = []
    for region, (name, value) in _film_names(section).items():
        if region in section.members("ubm"):
            span = _span(stack, region, window[0] + 1e-3)
            # plated metal that fills the opening is thicker there than its thickness
            if span is not None and abs(span[1] - span[0] - value) < 1e-3 + 0.02 * value:
                out += _seen(name, value, span, window[0], window)
    return out


def _seen(
    name: str, value: float, span: tuple[float, float], radius: float, window: Window
) -> list[Up]:
    """A thickness; broken where the picture cuts it off, none where it is out of sight."""
    low, high = span
    if high <= window[3]:
        return [_up(name, value, low, high, radius)]
    text = f"{name} = {value:g}"
    return [Up(text, low, window[3], radius, broken=True)] if low < window[3] else []


def _pillar_heights(section: CrossSection) -> list[Up]:
    """Plated layers that the magnified picture cannot show whole."""
    d, stack = section.design, section.steps[-1][1]
    top, edge = _mask_edge_window(section)[3], d.ubm_radius_um - 1e-2
    out = []
    plated = {region.name for region in d.regions if region.plated}
    for region, (name, value) in _film_names(section).items():
        if region in plated:
            # at the pillar's edge, where no dip of the opening thickens it
            span = _span(stack, region, edge)
            if span is not None and span[1] > top and abs(span[1] - span[0] - value) < 1e-3:
                out.append(_up(name, value, *span, edge))
    return out


def _film_names(section: CrossSection) -> dict[str, tuple[str, float]]:
    """Region to the name and value of its thickness; the name is what ``--set`` takes."""
    return {
        region.name: (f"{region.path}.thickness_um", region.thickness_um)
        for region in section.design.regions
        if region.thickness_um is not None
    }


def _span(stack: Stack, region: str, radius: float) -> tuple[float, float] | None:
    """Lowest and highest point of a film at a radius."""
    line = LineString([(radius, -1e4), (radius, 1e4)])
    cut = shapely.intersection(stack.film(region).shape, line)
    return None if cut.is_empty else (float(cut.bounds[1]), float(cut.bounds[3]))


def _ubm_edge(section: CrossSection) -> float:
    """Height of the UBM's outer edge, um."""
    ubm = section.members("ubm")
    films = tuple(film for film in section.steps[-1][1].films if film.region in ubm)
    return Stack(section.cell_radius_um, films).top_at_um(section.design.ubm_radius_um)


def _height_at(section: CrossSection, radius: float) -> float:
    """Top of the bump at a radius, um."""
    span = _span(section.steps[-1][1], "bump", radius)
    assert span is not None
    return span[1]


def _as_deposited(section: CrossSection) -> BaseGeometry | None:
    """The bump metal before it was reflowed; None where it never was."""
    if section.meridian is None:
        return None
    deposits = [f for _, stack in section.steps for f in stack.films
                if f.region == "bump" and f.meridian is None]  # fmt: skip
    return deposits[-1].shape if deposits else None


def _mask_edge_window(section: CrossSection) -> Window:
    d = section.design
    above = films_in_sight_um(d)
    low, high = -1.4 * d.dielectric.thickness_um, 1.2 * above
    side = 0.6 * (high - low)
    left = min(d.opening_radius_um, d.recess_floor_radius_um) - side
    right = max(d.ubm_radius_um, d.recess_top_radius_um) + 0.35 * side
    right = max(right, *(film.opening_radius_um + 0.35 * side for film in d.masks.values()))
    if right - left > 4 * (high - low):
        extra = (right - left) / 4 - (high - low)
        low, high = low - 0.4 * extra, high + 0.6 * extra
    return (max(left, 0.0), right, low, high)
