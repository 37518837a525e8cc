"""What must hold between the values of a design, whatever its process steps, and what rules share.

Each rule takes a design and returns None, or one sentence that names field, value, allowed range
and the process step that would be impossible. Rules of one step stand with the step.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from pydantic import BaseModel

from geometry.design.flow import flow, step_of
from geometry.design.quantities import Stiffness
from geometry.design.schema import Choice
from geometry.design.sentences import describe, shown
from geometry.design.values import DesignValues

PINCHED_OFF = 0.9  # of the opening's radius: thicker conformal films close it
THINNEST_PAD_UM = 0.005  # as for films: thinner is no continuum, and no mesh


def keys_apply(table: str, choice: Choice | None) -> str | None:
    """What was said must mean something: a key of another kind of via would be dead letters."""
    if choice is None:
        return None
    for key, contradicted in choice.idle_keys().items():
        value = getattr(choice, key)
        if key in choice.model_fields_set and value is not None:
            return (
                f"{table}.{key} = {shown(value)} contradicts {contradicted}; leave it out"
                f"{step_of(table)}"
            )
    return None


def only_with_feed(d: DesignValues, feed: str, table: BaseModel | None) -> str | None:
    """A table of a feed that the pad does not have would be dead letters."""
    if table is None or d.pad.feed == feed:
        return None
    said = next((key for key in type(table).model_fields if key in table.model_fields_set), None)
    given = f"{feed}.{said} = {shown(getattr(table, said))}" if said else f"the table [{feed}]"
    return (
        f"{given} contradicts pad.feed = '{d.pad.feed}'; leave [{feed}] out or set pad.feed to "
        f"'{feed}'{step_of(feed)}"
    )


def cell_holds_everything(d: DesignValues) -> str | None:
    reach = max(step.reach_um(d) for step in flow())
    if reach < d.cell_radius_um:
        return None
    return (
        f"the cell radius {d.cell_radius_um:g} um (cell.pitch_um or cell.radius_um) must exceed "
        f"covered pad, UBM and substrate pad, which reach {reach:g} um (step: cell)"
    )


def shear_keys_apply(d: DesignValues) -> str | None:
    return keys_apply("load.shear", d.load.shear)


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
            f"substrate holds the bump's other end; leave it out{step_of('assembly')}"
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
        f"assembly.substrate.material instead{step_of('assembly')}"
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
    cell_holds_everything,
    shear_keys_apply,
    feed_and_terminals_agree,
    shear_has_one_size,
    sheared_body_is_held,
    board_is_the_substrate,
    arc_fits_the_opening,
    averaging_lengths_are_sorted,
    regions_are_known,
)
