"""Bump metal: plated, evaporated, printed or a placed ball, the etch of the UBM, and the reflow."""

from __future__ import annotations

from typing import Literal

import numpy as np

from geometry.design import quantities as kinds
from geometry.design.angles import cotangent
from geometry.design.flow import Region, Table
from geometry.design.schema import Name, Section
from geometry.design.values import THROUGH_A_HOLE, DesignValues
from geometry.process import operations as process
from geometry.process import plating, solder
from geometry.process.operations import ALIGNED_UM, Stack, revolved_volume
from geometry.process.solder import Reflow
from geometry.process.step import Anatomy, Line, Stage, Tool, process_step, volume_text
from geometry.process.steps.ubm import edge_um, etch, hole_text, plate, stencil

RESIST_CLEARANCE = 1.05  # resist height over plated height: plating stays inside the opening


class Bump(Section):
    """Bump metal: how it is deposited, and whether it is reflowed.

    ``cylinder`` and ``as-deposited`` are the same for plated metal; evaporated metal is a truncated
    cone (the stencil's hole closes while it fills); printed paste exists as metal only reflowed,
    and so does the bump that a ball becomes.
    """

    material: Name = "SAC305"
    method: Literal["electroplate", "evaporate", "screen-print", "ball-drop"] = "electroplate"
    shape: Literal["cylinder", "as-deposited", "reflowed"] = "cylinder"
    height_um: kinds.Height = 75.0
    diameter_um: kinds.Width | None = None
    cone_angle_deg: kinds.ConeAngle = 75.0
    screen_thickness_um: kinds.Height = 100.0
    screen_opening_diameter_um: kinds.Width | None = None
    metal_volume_fraction: kinds.VolumeFraction = 0.5
    ball_diameter_um: kinds.Width = 250.0
    contact_diameter_ratio: kinds.ContactRatio = 0.5
    reflow: Reflow = Reflow()


def covers_the_opening(d: DesignValues) -> str | None:
    if d.bump.diameter_um is None:
        return None
    if d.bump.method in THROUGH_A_HOLE:
        return (
            f"bump.diameter_um = {d.bump.diameter_um:g} is for metal in a resist; evaporated and "
            "printed metal has the first diameter, passivation.opening_diameter_um "
            "(step: bump metal)"
        )
    if d.bump.diameter_um < 2 * d.opening_radius_um:
        return (
            f"bump.diameter_um = {d.bump.diameter_um:g} must be at least "
            f"{d.pad_etch.mask}.opening_diameter_um = {2 * d.opening_radius_um:g}: the photoresist "
            "opening may not be smaller than the mask opening (step: photoresist)"
        )
    return None


def metal_is_deposited_consistently(d: DesignValues) -> str | None:
    bump = d.bump
    if d.ubm.enhanced and bump.method in THROUGH_A_HOLE:
        return (
            f"ubm.enhanced is electroplated in the photoresist opening, but bump.method = "
            f"'{bump.method}' has none (step: enhanced UBM)"
        )
    if bump.method == "screen-print" and bump.shape != "reflowed":
        return (
            f"bump.shape = '{bump.shape}': printed paste becomes metal only in the reflow; it must "
            "be 'reflowed' (step: reflow)"
        )
    if bump.method == "ball-drop" and bump.shape != "reflowed":
        return (
            f"bump.shape = '{bump.shape}': a ball is soldered by the reflow; it must be 'reflowed' "
            "(step: reflow)"
        )
    if bump.method == "ball-drop" and bump.ball_diameter_um >= 2 * d.cell_radius_um:
        return (
            f"bump.ball_diameter_um = {bump.ball_diameter_um:g} must be less than the diameter of "
            f"the cell, {2 * d.cell_radius_um:g} um: balls of neighbours would touch "
            "(step: ball drop)"
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
    return None


def regions(d: DesignValues) -> list[Region]:
    return [Region("bump", d.bump.material, "bump", groups=("bump_and_ubm",))]


def outer_name(line: Line, d: DesignValues) -> str | None:
    if line.sides != {"bump"}:
        return None
    return "bump_top" if _on_top(line, d) else "bump_side"


def _on_top(line: Line, d: DesignValues) -> bool:
    """Flat top of a deposited bump; of a reflowed one the cap inside the contact's radius."""
    if d.assembly is not None:
        return False
    curve = line.films["bump"].meridian
    if curve is None:
        return line.on_top_of("bump")
    contact = d.bump.contact_diameter_ratio * d.ubm_radius_um
    above = curve.at(np.array([0.0]))[1][0]
    (r0, z0), (r1, z1) = line.p, line.q
    return bool(max(r0, r1) < contact + 1e-6 and min(z0, z1) > above)


def derived(section: Anatomy) -> dict[str, float | None]:
    bump = section.films["bump"]
    r, z = section.interface_points_um("bump", "ubm").T
    edge = z[r > r.max() - ALIGNED_UM].max()
    out: dict[str, float | None] = {
        "bump_volume_um3": bump.revolved_volume_um3,
        "bump_height_um": float(bump.shape.bounds[3] - edge),
    }
    if bump.meridian is not None:
        out["bump_max_radius_um"] = bump.meridian.max_radius_um
        out["bond_number"] = bump.meridian.bond_number
    return out


@process_step(
    "bump",
    tables={"bump": Table("bump metal", Bump, always=True)},
    after=("ubm",),
    rules=(covers_the_opening, metal_is_deposited_consistently),
    regions=regions,
    colours={"bump": "#d5dae6", "photoresist": "#b04a5a"},
    outer_name=outer_name,
    derived=derived,
)
def bump(d: DesignValues) -> list[Stage]:
    """As the method has it, down to the reflow where there is one."""
    made = {
        "electroplate": _plated,
        "evaporate": _evaporated,
        "screen-print": _printed,
        "ball-drop": _placed,
    }
    stages = made[d.bump.method](d)
    return [*stages, _reflowed(d)] if d.bump.shape == "reflowed" else stages


def _etched(d: DesignValues, mask: str) -> list[Stage]:
    """The etch of a sputtered UBM with what stands on it; an evaporated one ends by itself."""
    if d.ubm.deposition != "sputter":
        return []
    ends = f"UBM ends at ⌀ {2 * d.ubm_radius_um:g} µm"
    return [Stage(f"UBM etched, {mask} as mask", lambda stack: etch(stack, d), ends)]


def _height_text(d: DesignValues, stack: Stack) -> str:
    volume = volume_text(revolved_volume(stack.film("bump").shape))
    return f"{d.bump.material}, {d.bump.height_um:g} µm high, {volume}"


def _evaporated(d: DesignValues) -> list[Stage]:
    metal = d.bump

    def evaporate(stack: Stack) -> Stack:
        hole = edge_um(stack, d)
        base, angle = stack.top_at_um(hole), metal.cone_angle_deg
        return solder.evaporate_cone(
            stack, "bump", metal.material, hole, base, metal.height_um, angle
        )

    return [
        Stage(
            "bump metal evaporated through stencil",
            evaporate,
            lambda stack: _height_text(d, stack),
            stencil(d),
        ),
        Stage("stencil removed", lambda stack: stack, hole_text(d)),
        *_etched(d, "bump"),
    ]


def _printed(d: DesignValues) -> list[Stage]:
    paste, hole = d.bump, d.bump.screen_opening_diameter_um

    def screen_print(stack: Stack) -> Stack:
        edge = edge_um(stack, d)
        return solder.screen_print(
            stack,
            "bump",
            edge if hole is None else hole / 2,
            stack.top_at_um(edge),
            paste.screen_thickness_um,
        )

    def cream(stack: Stack) -> str:
        volume = volume_text(revolved_volume(stack.film("bump").shape))
        return f"{volume} of cream, {100 * paste.metal_volume_fraction:g} % metal"

    inner = d.ubm_radius_um if hole is None else hole / 2
    screen = Tool("screen", inner, paste.screen_thickness_um, on_edge=True)
    return [
        Stage("solder cream screen-printed", screen_print, cream, screen),
        Stage("screen removed", lambda stack: stack, hole_text(d)),
        *_etched(d, "solder"),
    ]


def _in_resist(d: DesignValues, plated_um: float, stages: list[Stage]) -> list[Stage]:
    """What is done in the opening of a photoresist, plated layers of the UBM first."""
    enhanced = sum(layer.thickness_um for layer in d.ubm.enhanced)

    def resist(stack: Stack) -> Stack:
        edge = edge_um(stack, d)
        # beyond the pad's rim the seed is lower, until plated metal has grown over the step
        seed = stack.bare.highest_um(0.0, edge)
        return plating.photoresist(stack, edge, seed + enhanced + plated_um)

    return [
        Stage("photoresist opened", resist, f"opening ⌀ {2 * d.ubm_radius_um:g} µm"),
        *plate(d),
        *stages,
        Stage("photoresist stripped", process.strip, "resist gone"),
    ]


def _plated(d: DesignValues) -> list[Stage]:
    metal = d.bump

    def electroplate(stack: Stack) -> Stack:
        edge = edge_um(stack, d)
        top = stack.bare.top_at_um(edge) + metal.height_um
        return plating.electroplate(stack, "bump", metal.material, edge, top)

    made = Stage("bump electroplated", electroplate, lambda stack: _height_text(d, stack))
    return [*_in_resist(d, RESIST_CLEARANCE * metal.height_um, [made]), *_etched(d, "bump")]


def _placed(d: DesignValues) -> list[Stage]:
    """A ball on the finished UBM, whose plated layers, or a resist, are the mask of its etch."""
    metal = d.bump
    thickest = max((layer.thickness_um for layer in d.ubm.enhanced), default=0.0)
    clearance = (RESIST_CLEARANCE - 1.0) * thickest
    made = _in_resist(d, clearance, []) if d.ubm.enhanced else []
    text = f"{metal.material}, ⌀ {metal.ball_diameter_um:g} µm"
    return [
        *made,
        *_etched(d, "plated metal" if made else "photoresist"),
        Stage(
            "solder ball placed",
            lambda stack: solder.place_ball(stack, "bump", metal.material, metal.ball_diameter_um),
            text,
        ),
    ]


def _reflowed(d: DesignValues) -> Stage:
    metal = d.bump

    def reflow(stack: Stack) -> Stack:
        volume = solder.metal_volume_um3(stack, metal.metal_volume_fraction)
        contact = metal.contact_diameter_ratio * d.ubm_radius_um
        edge = edge_um(stack, d)
        return solder.reflow(stack, metal.material, volume, edge, contact, metal.reflow)

    def text(stack: Stack) -> str:
        film = stack.film("bump")
        wide = 2 * film.shape.bounds[2]
        return f"{volume_text(film.revolved_volume_um3)} of {film.material}, ⌀ {wide:.3g} µm"

    return Stage("bump reflowed", reflow, text)
