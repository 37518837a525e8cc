"""Recipes: a design as the list of process steps that make it.

Each step is a label and a pure function of the stack. The three variants under comparison are one
recipe whose pad etch differs in depth only; masks, feeds, ways to deposit the bump metal, reflow
and assembly change, add or replace steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from geometry.design.design import Design
from geometry.design.rules import PINCHED_OFF
from geometry.process import operations as process
from geometry.process import solder
from geometry.process.operations import Stack

RESIST_CLEARANCE = 1.05  # resist height over plated height: plating stays inside the opening
CLOSED = 1.0 - PINCHED_OFF  # of the opening's radius: plated metal fills a dip that is narrower


@dataclass(frozen=True)
class Step:
    """One process step: what a process engineer would call it, and what it does."""

    label: str
    apply: Callable[[Stack], Stack]


def start(design: Design) -> Stack:
    """The wafer before the pad: dielectric on the chip."""
    return process.substrate(
        design.cell_radius_um,
        [
            ("dielectric", design.dielectric.material, design.dielectric.thickness_um),
            ("chip", design.chip.material, design.chip.thickness_um),
        ],
    )


def recipe(design: Design) -> list[Step]:
    """Steps that build a design, in order."""
    steps = [*_pad(design), *_mask_and_etch(design), *_ubm(design), *_bump(design)]
    bump = design.bump
    if bump.shape != "reflowed":
        return steps
    fraction = bump.metal_volume_fraction

    def reflow(stack: Stack) -> Stack:
        metal = solder.metal_volume_um3(stack, fraction)
        contact = bump.contact_diameter_ratio * design.ubm_radius_um
        edge = _edge_um(stack, design)
        return solder.reflow(stack, bump.material, metal, edge, contact, bump.reflow)

    joint = design.assembly
    if joint is None:
        return [*steps, Step("bump reflowed", reflow)]

    def assemble(stack: Stack) -> Stack:
        metal = solder.metal_volume_um3(stack, fraction)
        edge = _edge_um(stack, design)
        return solder.assemble(stack, bump.material, metal, edge, joint, bump.reflow)

    filled = ", underfilled" if joint.underfill else ""
    return [*steps, Step("bump reflowed", reflow), Step(f"soldered to substrate{filled}", assemble)]


def run(design: Design) -> list[tuple[str, Stack]]:
    """Every stack of the recipe with its label, the bare wafer first."""
    stack = start(design)
    film_strip = [("dielectric on chip", stack)]
    for step in recipe(design):
        stack = step.apply(stack)
        film_strip.append((step.label, stack))
    return film_strip


def _pad(design: Design) -> list[Step]:
    steps = []
    via = design.via
    if via is not None:
        kind = {"central": "via", "ring": "ring via", "discrete": f"{via.count} vias (smeared)"}
        steps.append(
            Step(
                f"{kind[via.kind]} through the dielectric",
                lambda s: process.via(s, "via", via.material, *via.radii_um),
            )
        )

    def pad(stack: Stack) -> Stack:
        stack = process.deposit(stack, "pad", design.pad.material, design.pad.thickness_um)
        return process.trim(stack, "pad", design.pad_radius_um)

    return [*steps, Step("pad on dielectric", pad)]


def _mask_and_etch(design: Design) -> list[Step]:
    passivation, polyimide = design.passivation, design.polyimide
    steps = [
        Step(
            "passivation deposited",
            lambda s: process.deposit(
                s, "passivation", passivation.material, passivation.thickness_um
            ),
        ),
        Step(
            "passivation opened",
            lambda s: process.pattern(s, "passivation", passivation.opening_radius_um),
        ),
    ]
    if polyimide is not None:
        steps += [
            Step(
                "polyimide coated",
                lambda s: process.deposit(
                    s, "polyimide", polyimide.material, polyimide.thickness_um
                ),
            ),
            Step(
                "polyimide opened",
                lambda s: process.pattern(
                    s, "polyimide", polyimide.opening_radius_um, polyimide.sidewall_angle_deg
                ),
            ),
        ]
    if design.depth_um > 0:
        etch = design.pad_etch
        steps.append(
            Step(
                f"pad etched, {etch.mask} as mask",
                lambda s: process.etch(
                    s,
                    "pad",
                    design.opening_radius_um,
                    design.depth_um,
                    etch.undercut_um,
                    etch.sidewall_angle_deg,
                ),
            )
        )
    return steps


def _ubm(design: Design) -> list[Step]:
    layers = [(f"ubm_{x.name}", x.material, x.thickness_um) for x in design.ubm.layers]

    def sputter(stack: Stack) -> Stack:
        return process.sputter(stack, layers, design.ubm.step_coverage)

    if design.ubm.deposition == "evaporate":
        return [
            Step("stencil aligned", lambda s: s),
            Step("UBM evaporated through stencil", lambda s: _through_stencil(sputter(s), design)),
        ]
    return [Step("UBM sputtered", sputter)]


def _bump(design: Design) -> list[Step]:
    bump = design.bump

    def evaporate(stack: Stack) -> Stack:
        hole = _edge_um(stack, design)
        base, angle = stack.top_at_um(hole), bump.cone_angle_deg
        return solder.evaporate_cone(
            stack, "bump", bump.material, hole, base, bump.height_um, angle
        )

    def screen_print(stack: Stack) -> Stack:
        edge, hole = _edge_um(stack, design), bump.screen_opening_diameter_um
        return solder.screen_print(
            stack,
            "bump",
            edge if hole is None else hole / 2,
            stack.top_at_um(edge),
            bump.screen_thickness_um,
        )

    if bump.method == "evaporate":
        steps = [
            Step("bump metal evaporated through stencil", evaporate),
            Step("stencil removed", lambda s: s),
        ]
    elif bump.method == "screen-print":
        steps = [
            Step("solder cream screen-printed", screen_print),
            Step("screen removed", lambda s: s),
        ]
    else:
        steps = _plated(design)
    if design.ubm.deposition == "sputter":
        mask = "solder" if bump.method == "screen-print" else "bump"
        steps.append(Step(f"UBM etched, {mask} as mask", lambda s: _etch_ubm(s, design)))
    return steps


def _plated(design: Design) -> list[Step]:
    bump = design.bump

    def flat_face(stack: Stack) -> float:
        return stack.bare.top_at_um(_edge_um(stack, design))

    enhanced = sum(layer.thickness_um for layer in design.ubm.enhanced)

    def resist(stack: Stack) -> Stack:
        edge = _edge_um(stack, design)
        # beyond the pad's rim the seed is lower, until plated metal has grown over the step
        seed = stack.bare.highest_um(0.0, edge)
        top = seed + enhanced + RESIST_CLEARANCE * bump.height_um
        return process.photoresist(stack, edge, top)

    def plate_enhanced(stack: Stack) -> Stack:
        edge = _edge_um(stack, design)
        closed = CLOSED * design.recess_floor_radius_um
        for layer in design.ubm.enhanced:
            region, thickness = f"enhanced_ubm_{layer.name}", layer.thickness_um
            stack = process.plate_in_resist(stack, region, layer.material, edge, thickness, closed)
        return stack

    def plate(stack: Stack) -> Stack:
        top = flat_face(stack) + bump.height_um
        return process.electroplate(stack, "bump", bump.material, _edge_um(stack, design), top)

    steps = [Step("photoresist opened", resist)]
    if design.ubm.enhanced:
        steps.append(Step("enhanced UBM electroplated", plate_enhanced))
    return [
        *steps,
        Step("bump electroplated", plate),
        Step("photoresist stripped", process.strip),
    ]


def _through_stencil(stack: Stack, design: Design) -> Stack:
    """Keep what falls through the stencil's hole: inside its radius, and no collar on the wall.

    Where the hole is as wide as the mask's opening nothing can stand above the mask's edge.
    """
    stack = _etch_ubm(stack, design)
    if design.ubm_radius_um > design.opening_radius_um:
        return stack
    mask = stack.film(design.pad_etch.mask).shape
    for layer in design.ubm.layers:
        stack = process.cap(stack, f"ubm_{layer.name}", mask.bounds[3])
    return stack


def _etch_ubm(stack: Stack, design: Design) -> Stack:
    edge = _edge_um(stack, design)
    for layer in design.ubm.layers:
        stack = process.trim(stack, f"ubm_{layer.name}", edge)
    return stack


def _edge_um(stack: Stack, design: Design) -> float:
    """Radius at which UBM and bump end: as designed, or at a step less than 1 nm off, um."""
    sputtered = [f"ubm_{layer.name}" for layer in design.ubm.layers]
    return stack.aligned_um(design.ubm_radius_um, sputtered)
