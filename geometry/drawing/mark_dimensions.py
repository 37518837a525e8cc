"""Dimensions of the mark that a probe has left, under the names of the design file."""

from __future__ import annotations

from geometry.drawing.canvas import close_up_window, recess_window
from geometry.drawing.dimension_lines import Along, Panel, Up
from geometry.process.probed import mark_of, probe_of, relief_of
from geometry.section.cross_section import CrossSection

ASPECT = 1.5


def mark_panel(section: CrossSection) -> Panel | None:
    """Radii of the mark, its wall and its rim; what is left of its depth. None without a relief."""
    d = section.design
    probe, mark, relief = probe_of(d), mark_of(d), relief_of(d)
    near = recess_window(section)
    window = close_up_window(section, near[2], near[3], ASPECT)
    if probe is None or mark is None or window is None or relief == 0.0:
        return None
    top = d.pad.thickness_um - d.depth_um
    floor = max(top - relief * mark.depth_um, 0.0)
    left, outer, wall = window[0], mark.outer_um, mark.wall_um
    if mark.inner_um > 0.0:
        middle = (mark.inner_um + outer) / 2
        below = [
            Along(f"probe.ring_diameter_um/2 = {middle:g}", left, middle, None, floor),
            Along(f"probe.diameter_um = {probe.diameter_um:g}", mark.inner_um, outer, top, top),
        ]
    else:
        below = [Along(f"probe.diameter_um/2 = {outer:g}", left, outer, None, top)]
    below.append(Along(f"probe.wall_width_um = {wall:g}", outer - wall, outer, floor, top))
    above, rises = [], []
    if mark.has_rim:
        width, high = mark.rim_width_um, top + relief * mark.rim_height_um
        text = f"probe.pile_up_width_um = {width:g}"
        above.append(Along(text, outer, outer + width, top, top))
        rises.append(Up(f"rim = {high - top:.4g}", top, high, outer + width / 2))
    key = "probe.depth_um" if probe.depth_um is not None else "probe.depth_ratio × pad.thickness_um"
    if relief < 1.0:
        key = f"{relief:.3g} × {key}"
    if top - relief * mark.depth_um == floor:
        rises.append(Up(f"{key} = {top - floor:.4g}", floor, top, outer - wall))
    return Panel(
        "the probe's mark", window, 4.2, above=tuple(above),
        below=tuple(sorted(below, key=lambda row: row.end)), right=tuple(rises),
    )  # fmt: skip
