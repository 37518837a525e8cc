"""What must hold between the values of a design.

Each rule takes a design and returns None, or one sentence that names field, value, allowed range
and the process step that would be impossible.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from geometry.angles import cotangent

if TYPE_CHECKING:
    from geometry.design import Design


THINNEST_PAD_UM = 0.005  # as for films: thinner is no continuum, and no mesh


def layer_names_differ(d: Design) -> str | None:
    names = [layer.name for layer in (*d.ubm.layers, *d.ubm.enhanced)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not twice:
        return None
    return f"ubm.layers and ubm.enhanced names must differ, but '{twice[0]}' appears twice"


def openings_are_nested(d: Design) -> str | None:
    first, pad = d.passivation.opening_radius_um, d.pad_radius_um
    if not 0 < first < pad:
        return (
            f"passivation.opening_diameter_um = {2 * first:g} must be smaller than "
            f"pad.diameter_um = {2 * pad:g} (step: passivation opening)"
        )
    if d.polyimide is None:
        return None
    if d.pad_etch.mask != "polyimide":
        return (
            "a polyimide is given, but pad_etch.mask = 'passivation'; it must be 'polyimide' "
            "(step: pad etch)"
        )
    second = d.polyimide.opening_radius_um
    if not 0 < second < first:
        return (
            f"polyimide.opening_diameter_um = {2 * second:g} must be smaller than "
            f"passivation.opening_diameter_um = {2 * first:g}: the polyimide lines the "
            "passivation's edge (step: polyimide opening)"
        )
    return None


def bump_covers_the_opening(d: Design) -> str | None:
    if d.bump.diameter_um is None:
        return None
    if d.bump.method != "electroplate":
        return (
            f"bump.diameter_um = {d.bump.diameter_um:g} is for electroplated metal; evaporated and "
            "printed metal has the first diameter, passivation.opening_diameter_um "
            "(step: bump metal)"
        )
    if d.bump.diameter_um < 2 * d.opening_radius_um:
        mask = "polyimide" if d.polyimide else "passivation"
        return (
            f"bump.diameter_um = {d.bump.diameter_um:g} must be at least "
            f"{mask}.opening_diameter_um = {2 * d.opening_radius_um:g}: the photoresist opening "
            "may not be smaller than the mask opening (step: photoresist)"
        )
    return None


def cell_holds_everything(d: Design) -> str | None:
    reach = max(d.pad_radius_um + d.passivation.thickness_um, d.ubm_radius_um)
    if d.polyimide:
        reach = max(reach, d.pad_radius_um + d.passivation.thickness_um + d.polyimide.thickness_um)
    if d.assembly:
        reach = max(
            reach, d.assembly.pad.diameter_um / 2, d.assembly.solder_mask.opening_diameter_um / 2
        )
    if reach < d.cell_radius_um:
        return None
    return (
        f"the cell radius {d.cell_radius_um:g} um (cell.pitch_um or cell.radius_um) must exceed "
        f"covered pad, UBM and substrate pad, which reach {reach:g} um (step: cell)"
    )


def recess_is_possible(d: Design) -> str | None:
    etch, a = d.pad_etch, d.opening_radius_um
    if etch.undercut_um and d.depth_um == 0:
        return (
            f"pad_etch.undercut_um = {etch.undercut_um:g} needs an etched pad, but "
            "pad_etch.depth_ratio is 0 (step: pad etch)"
        )
    left = d.pad.thickness_um - d.depth_um
    if 1e-9 < left < THINNEST_PAD_UM:
        return (
            f"pad_etch.depth_ratio = {d.depth_ratio:g} leaves {left:g} um of pad; allowed is 1, or "
            f"at least {THINNEST_PAD_UM:g} um left (step: pad etch)"
        )
    if not a + etch.undercut_um < d.pad_radius_um:
        return (
            f"pad_etch.undercut_um = {etch.undercut_um:g} must leave some pad: less than "
            f"{d.pad_radius_um - a:g} um (step: pad etch)"
        )
    if not d.recess_floor_radius_um > 0:
        return (
            f"pad_etch.sidewall_angle_deg = {etch.sidewall_angle_deg:g} closes the recess before "
            f"it is {d.depth_um:g} um deep (step: pad etch)"
        )
    return None


def ubm_does_not_pinch_off(d: Design) -> str | None:
    if d.ubm.thickness_um < 0.9 * d.recess_floor_radius_um:
        return None
    return (
        f"ubm.layers are {d.ubm.thickness_um:g} um thick in total and pinch off the opening, whose "
        f"floor has a radius of {d.recess_floor_radius_um:g} um; allowed is less than 0.9 of that "
        "radius (step: UBM sputter)"
    )


def via_lies_under_the_pad(d: Design) -> str | None:
    if d.via is None:
        return None
    inner, outer = d.via.radii_um
    if d.pad.feed != "via":
        return f"a via is given, but pad.feed = '{d.pad.feed}'; it must be 'via' (step: via)"
    if d.via.kind == "discrete":
        middle, half = d.via.circle_diameter_um / 2, d.via.diameter_um / 2
        inner, outer = middle - half, middle + half
        # the sectors of equal area reach 11 % less far in r, and round vias that keep apart have
        # sectors that keep apart and off the axis: sqrt(pi)/2 sin(pi/N) < pi/N, sqrt(pi)/2 < 1
        chord = d.via.circle_diameter_um * math.sin(math.pi / d.via.count)
        if d.via.diameter_um >= chord:
            return (
                f"via.count = {d.via.count} vias of via.diameter_um = {d.via.diameter_um:g} "
                f"overlap on a circle of {d.via.circle_diameter_um:g} um; neighbours are "
                f"{chord:g} um apart (step: via)"
            )
    if not (0 <= inner < outer <= d.pad_radius_um):
        return (
            f"the via reaches from r = {inner:g} to {outer:g} um; it must lie under the pad, "
            f"within r = {d.pad_radius_um:g} um (step: via)"
        )
    return None


def trace_meets_the_pad(d: Design) -> str | None:
    trace, pad = d.trace, d.pad
    if trace is None:
        return None
    if pad.feed != "trace":
        return f"a trace is given, but pad.feed = '{pad.feed}'; it must be 'trace' (step: trace)"
    if not trace.width_um < pad.diameter_um:
        return (
            f"trace.width_um = {trace.width_um:g} must be smaller than pad.diameter_um = "
            f"{pad.diameter_um:g} (step: trace)"
        )
    if trace.thickness_um is None or trace.thickness_um == pad.thickness_um:
        return None
    if trace.thickness_um > pad.thickness_um - THINNEST_PAD_UM:
        return (
            f"trace.thickness_um = {trace.thickness_um:g} must be pad.thickness_um = "
            f"{pad.thickness_um:g}, or at least {THINNEST_PAD_UM:g} um less: the pad's rim holds "
            "it (step: trace)"
        )
    return None


def feed_and_terminals_agree(d: Design) -> str | None:
    current = d.load.current
    expected = d.source_boundary
    feed = f"pad.feed = '{d.pad.feed}'"
    if d.discrete_vias is not None:
        feed += " with via.kind = 'discrete'"
    if current.source != expected:
        return f"load.current.source = '{current.source}' must be '{expected}', because {feed}"
    if d.source_half_angle_deg is not None and current.source_kind != "flux":
        return (
            f"load.current.source_kind = '{current.source_kind}' must be 'flux' with {feed}: "
            "current enters through arcs, at a uniform density"
        )
    expected = "substrate_pad_rim" if d.assembly else "bump_top"
    if current.sink != expected:
        state = "with" if d.assembly else "without"
        return f"load.current.sink = '{current.sink}' must be '{expected}' {state} an assembly"
    return None


def metal_is_deposited_consistently(d: Design) -> str | None:
    bump = d.bump
    if d.ubm.enhanced and bump.method != "electroplate":
        return (
            f"ubm.enhanced is electroplated in the photoresist opening, but bump.method = "
            f"'{bump.method}' has none (step: enhanced UBM)"
        )
    if bump.method == "screen-print" and bump.shape != "reflowed":
        return (
            f"bump.shape = '{bump.shape}': printed paste becomes metal only in the reflow; it must "
            "be 'reflowed' (step: reflow)"
        )
    if bump.method == "evaporate" and bump.shape == "cylinder":
        return (
            "bump.shape = 'cylinder' is plated; evaporated metal is 'as-deposited' (a truncated "
            "cone) or 'reflowed' (step: evaporation)"
        )
    if bump.method == "evaporate":
        shrink = bump.height_um * cotangent(bump.cone_angle_deg)
        if shrink >= d.ubm_radius_um:
            return (
                f"bump.height_um = {bump.height_um:g} closes the stencil's hole of radius "
                f"{d.ubm_radius_um:g} um at bump.cone_angle_deg = {bump.cone_angle_deg:g} "
                "(step: evaporation)"
            )
    if d.assembly and bump.shape != "reflowed":
        return (
            f"bump.shape = '{bump.shape}': a joint is soldered; with an assembly it must be "
            "'reflowed' (step: assembly)"
        )
    return None


def substrate_is_possible(d: Design) -> str | None:
    joint = d.assembly
    if joint is None:
        return None
    if joint.solder_mask.opening_diameter_um == joint.pad.diameter_um:
        return (
            f"assembly.solder_mask.opening_diameter_um = {joint.pad.diameter_um:g} must differ "
            "from assembly.pad.diameter_um, above for a pad-defined joint, below for a "
            "mask-defined one (step: assembly)"
        )
    if joint.mask_defined and joint.solder_mask.thickness_um <= joint.pad.thickness_um:
        return (
            f"assembly.solder_mask.thickness_um = {joint.solder_mask.thickness_um:g} must exceed "
            f"assembly.pad.thickness_um = {joint.pad.thickness_um:g} to overlap the pad "
            "(step: assembly)"
        )
    gap = joint.standoff_um
    if not joint.mask_defined:
        gap += joint.pad.thickness_um - joint.solder_mask.thickness_um
    if gap <= 0:
        return (
            f"assembly.standoff_um = {joint.standoff_um:g} leaves no room above the solder mask "
            f"({joint.solder_mask.thickness_um:g} um thick) (step: assembly)"
        )
    return None


def shear_is_consistent(d: Design) -> str | None:
    shear = d.load.shear
    if shear is None:
        return None
    stiffness = shear.counter_stiffness_mpa_per_um
    if shear.counter_face == "compliant" and stiffness is None:
        return (
            "load.shear.counter_face = 'compliant' needs load.shear.counter_stiffness_mpa_per_um, "
            "a number above 0"
        )
    if shear.counter_face == "rigid" and stiffness is not None:
        return (
            f"load.shear.counter_stiffness_mpa_per_um = {stiffness:g} needs "
            "load.shear.counter_face = 'compliant', which is 'rigid'"
        )
    if d.assembly is not None and shear.board_material not in (None, d.assembly.substrate.material):
        return (
            f"load.shear.board_material = '{shear.board_material}' contradicts "
            f"assembly.substrate.material = '{d.assembly.substrate.material}'; give one of them "
            "(step: assembly)"
        )
    return None


def arc_fits_the_opening(d: Design) -> str | None:
    if d.load.shear is None and d.source_half_angle_deg is None:
        return None  # nothing depends on theta, so no arc is used
    around = 2 * math.pi * d.opening_radius_um
    if d.metrics.arc_length_um < around:
        return None
    return (
        f"metrics.arc_length_um = {d.metrics.arc_length_um:g} must be less than the circumference "
        f"of the mask opening, {around:g} um"
    )


def averaging_lengths_are_sorted(d: Design) -> str | None:
    lengths = list(d.metrics.averaging_lengths_um)
    if lengths != sorted(set(lengths)):
        return f"metrics.averaging_lengths_um = {lengths} must be increasing and distinct"
    if d.metrics.headline_length_um not in lengths:
        return (
            f"metrics.headline_length_um = {d.metrics.headline_length_um:g} must be one of "
            f"metrics.averaging_lengths_um = {lengths}"
        )
    return None


def regions_are_known(d: Design) -> str | None:
    for region in d.load.thermal.stress_free_by_region_degc:
        if region not in d.region_names:
            return (
                f"load.thermal.stress_free_by_region_degc names the unknown region '{region}'; "
                f"allowed are {', '.join(d.region_names)}"
            )
    return None


RULES: tuple[Callable[[Design], str | None], ...] = (
    layer_names_differ,
    openings_are_nested,
    bump_covers_the_opening,
    cell_holds_everything,
    recess_is_possible,
    ubm_does_not_pinch_off,
    via_lies_under_the_pad,
    trace_meets_the_pad,
    feed_and_terminals_agree,
    metal_is_deposited_consistently,
    substrate_is_possible,
    shear_is_consistent,
    arc_fits_the_opening,
    averaging_lengths_are_sorted,
    regions_are_known,
)
