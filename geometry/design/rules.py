"""What must hold between the values of a design.

Each rule takes a design and returns None, or one sentence that names field, value, allowed range
and the process step that would be impossible.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from geometry.design.angles import cotangent
from geometry.design.quantities import Stiffness
from geometry.design.schema import PROCESS_STEP, Choice, Via
from geometry.design.sentences import describe, shown
from geometry.design.values import DesignValues

PINCHED_OFF = 0.9  # of the opening's radius: thicker conformal films close it
THINNEST_PAD_UM = 0.005  # as for films: thinner is no continuum, and no mesh


def _step(table: str) -> str:
    step = PROCESS_STEP.get(table.split(".")[0])
    return f" (step: {step})" if step else ""


def layer_names_differ(d: DesignValues) -> str | None:
    names = [layer.name for layer in (*d.ubm.layers, *d.ubm.enhanced)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not twice:
        return None
    return f"ubm.layers and ubm.enhanced names must differ, but '{twice[0]}' appears twice"


def openings_are_nested(d: DesignValues) -> str | None:
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


def bump_covers_the_opening(d: DesignValues) -> str | None:
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


def cell_holds_everything(d: DesignValues) -> str | None:
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


def recess_is_possible(d: DesignValues) -> str | None:
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


def ubm_does_not_pinch_off(d: DesignValues) -> str | None:
    """Sputtered layers only: what is plated in the resist fills the opening."""
    if d.ubm.sputtered_um < PINCHED_OFF * d.recess_floor_radius_um:
        return None
    return (
        f"ubm.layers are {d.ubm.sputtered_um:g} um thick in total and pinch off the opening, whose "
        f"floor has a radius of {d.recess_floor_radius_um:g} um; allowed is less than "
        f"{PINCHED_OFF:g} of that radius, or plate them as ubm.enhanced (step: UBM sputter)"
    )


def keys_apply(d: DesignValues) -> str | None:
    """What was said must mean something: a key of another kind of via would be dead letters."""
    tables: dict[str, Choice | None] = {"via": d.via, "load.shear": d.load.shear}
    for table, choice in tables.items():
        if choice is None:
            continue
        for key, contradicted in choice.idle_keys().items():
            value = getattr(choice, key)
            if key in choice.model_fields_set and value is not None:
                return (
                    f"{table}.{key} = {shown(value)} contradicts {contradicted}; leave it out"
                    f"{_step(table)}"
                )
    return None


def feed_has_its_table(d: DesignValues) -> str | None:
    for name, table in (("trace", d.trace), ("via", d.via)):
        if table is None or d.pad.feed == name:
            continue
        said = next(
            (key for key in type(table).model_fields if key in table.model_fields_set), None
        )
        given = f"{name}.{said} = {shown(getattr(table, said))}" if said else f"the table [{name}]"
        return (
            f"{given} contradicts pad.feed = '{d.pad.feed}'; leave [{name}] out or set pad.feed to "
            f"'{name}'{_step(name)}"
        )
    return None


def via_lies_under_the_pad(d: DesignValues) -> str | None:
    via, pad = d.via, d.pad.diameter_um
    if via is None:
        return None
    under = f"the via lies under the pad, whose pad.diameter_um = {pad:g}{_step('via')}"
    if via.kind == "discrete":
        low, high = via.diameter_um, pad - via.diameter_um
        if low <= via.circle_diameter_um <= high:
            return _vias_keep_apart(via)
        if low > high:
            return f"via.diameter_um = {via.diameter_um:g} must be at most {pad / 2:g}: {under}"
        return (
            f"via.circle_diameter_um = {via.circle_diameter_um:g} must be from {low:g} to {high:g} "
            f"with via.diameter_um = {via.diameter_um:g}: {under}"
        )
    key = "diameter_um" if via.kind == "central" else "outer_diameter_um"
    outer = getattr(via, key)
    if outer > pad:
        return f"via.{key} = {outer:g} must be above 0 and at most {pad:g}: {under}"
    if via.kind == "ring" and not via.inner_diameter_um < outer:
        return (
            f"via.inner_diameter_um = {via.inner_diameter_um:g} must be above 0 and smaller than "
            f"via.outer_diameter_um = {outer:g}{_step('via')}"
        )
    return None


def _vias_keep_apart(via: Via) -> str | None:
    """Round vias may not overlap.

    The sectors of equal area reach 11 % less far in r, and round vias that keep apart have sectors
    that keep apart and off the axis: sqrt(pi)/2 sin(pi/N) < pi/N, sqrt(pi)/2 < 1.
    """
    chord = via.circle_diameter_um * math.sin(math.pi / via.count)
    if via.diameter_um < chord:
        return None
    most = math.ceil(math.pi / math.asin(via.diameter_um / via.circle_diameter_um)) - 1
    fit = f"from 2 to {most}" if most > 1 else "less than 2, so none fit"
    return (
        f"via.count = {via.count} vias of via.diameter_um = {via.diameter_um:g} overlap on "
        f"via.circle_diameter_um = {via.circle_diameter_um:g}, where neighbours are {chord:g} um "
        f"apart; the count must be {fit}{_step('via')}"
    )


def trace_meets_the_pad(d: DesignValues) -> str | None:
    trace, pad = d.trace, d.pad
    if trace is None:
        return None
    if not trace.width_um < pad.diameter_um:
        return (
            f"trace.width_um = {trace.width_um:g} must be above 0 and smaller than "
            f"pad.diameter_um = {pad.diameter_um:g}{_step('trace')}"
        )
    if trace.thickness_um is None or trace.thickness_um == pad.thickness_um:
        return None
    if trace.thickness_um > pad.thickness_um - THINNEST_PAD_UM:
        return (
            f"trace.thickness_um = {trace.thickness_um:g} must be pad.thickness_um = "
            f"{pad.thickness_um:g}, or at least {THINNEST_PAD_UM:g} um less: the pad's rim holds "
            f"it{_step('trace')}"
        )
    return None


def feed_and_terminals_agree(d: DesignValues) -> str | None:
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


def metal_is_deposited_consistently(d: DesignValues) -> str | None:
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


def substrate_is_possible(d: DesignValues) -> str | None:
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


def shear_has_one_size(d: DesignValues) -> str | None:
    shear = d.load.shear
    if shear is None or shear.dnp_um is not None:
        return None  # both at once are refused by keys_apply
    if shear.displacement_um is None:
        given = [k for k in type(shear).model_fields if getattr(shear, k) is not None]
        said = [f"{k} = {shown(getattr(shear, k))}" for k in given if k in shear.model_fields_set]
        return (
            f"load.shear {f'with {said[0]} ' if said else ''}needs its size: give either "
            "load.shear.dnp_um, at least 0, or load.shear.displacement_um"
        )
    if abs(shear.displacement_um) > d.joint_height_um:
        return (
            f"load.shear.displacement_um = {shear.displacement_um:g} must be from "
            f"{-d.joint_height_um:g} to {d.joint_height_um:g}, the joint's height: strains are "
            "small in this analysis"
        )
    return None


def sheared_body_is_held(d: DesignValues) -> str | None:
    shear = d.load.shear
    if shear is None:
        return None
    stiffness = shear.counter_stiffness_mpa_per_um
    if d.assembly is not None:
        key = "counter_face" if stiffness is None else "counter_stiffness_mpa_per_um"
        if getattr(shear, key) is None:
            return None
        return (
            f"load.shear.{key} = {shown(getattr(shear, key))} contradicts [assembly], whose "
            f"substrate holds the bump's other end; leave it out{_step('assembly')}"
        )
    if shear.counter_face is None:
        size = "dnp_um" if shear.displacement_um is None else "displacement_um"
        return (
            f"load.shear.{size} = {shown(getattr(shear, size))} shears a bump whose other end is "
            "free; give an [assembly], or load.shear.counter_face as 'rigid' or 'compliant'"
        )
    if shear.counter_face == "compliant" and stiffness is None:
        return (
            "load.shear.counter_face = 'compliant' needs load.shear.counter_stiffness_mpa_per_um, "
            f"{describe(Stiffness)}"
        )
    if shear.counter_face == "rigid" and stiffness is not None:
        return (
            f"load.shear.counter_stiffness_mpa_per_um = {stiffness:g} contradicts "
            "load.shear.counter_face = 'rigid'; leave out one of them"
        )
    return None


def board_is_the_substrate(d: DesignValues) -> str | None:
    shear = d.load.shear
    if shear is None or d.assembly is None:
        return None
    if shear.board_material in (None, d.assembly.substrate.material):
        return None
    return (
        f"load.shear.board_material = '{shear.board_material}' contradicts [assembly], whose "
        f"board is its substrate of '{d.assembly.substrate.material}'; leave it out and set "
        f"assembly.substrate.material instead{_step('assembly')}"
    )


def arc_fits_the_opening(d: DesignValues) -> str | None:
    if d.load.shear is None and d.source_half_angle_deg is None:
        return None  # nothing depends on theta, so no arc is used
    around = 2 * math.pi * d.opening_radius_um
    if d.metrics.arc_length_um < around:
        return None
    return (
        f"metrics.arc_length_um = {d.metrics.arc_length_um:g} must be less than the circumference "
        f"of the mask opening, {around:g} um"
    )


def averaging_lengths_are_sorted(d: DesignValues) -> str | None:
    lengths = list(d.metrics.averaging_lengths_um)
    if lengths != sorted(set(lengths)):
        return f"metrics.averaging_lengths_um = {lengths} must be increasing and distinct"
    if d.metrics.headline_length_um not in lengths:
        return (
            f"metrics.headline_length_um = {d.metrics.headline_length_um:g} must be one of "
            f"metrics.averaging_lengths_um = {lengths}"
        )
    return None


def regions_are_known(d: DesignValues) -> str | None:
    for region in d.load.thermal.stress_free_by_region_degc:
        if region not in d.region_names:
            return (
                f"load.thermal.stress_free_by_region_degc names the unknown region '{region}'; "
                f"allowed are {', '.join(d.region_names)}"
            )
    return None


RULES: tuple[Callable[[DesignValues], str | None], ...] = (
    layer_names_differ,
    openings_are_nested,
    bump_covers_the_opening,
    cell_holds_everything,
    recess_is_possible,
    ubm_does_not_pinch_off,
    keys_apply,
    feed_has_its_table,
    via_lies_under_the_pad,
    trace_meets_the_pad,
    feed_and_terminals_agree,
    metal_is_deposited_consistently,
    substrate_is_possible,
    shear_has_one_size,
    sheared_body_is_held,
    board_is_the_substrate,
    arc_fits_the_opening,
    averaging_lengths_are_sorted,
    regions_are_known,
)
