"""Recipes: a design as the list of process steps that make it.

Each step is a label and a pure function of the stack. The three variants under comparison are one
recipe whose pad etch differs in depth only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from geometry import process
from geometry.design import Design
from geometry.process import Stack

RESIST_CLEARANCE = 1.05  # resist height over plated height: plating stays inside the opening


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
    a, r_ubm = design.opening_radius_um, design.ubm_radius_um
    layers = [(f"ubm_{x.name}", x.material, x.thickness_um) for x in design.ubm.layers]
    landing = design.pad.thickness_um + design.passivation.thickness_um + design.ubm.thickness_um
    bump_top = landing + design.bump.height_um

    def pad(stack: Stack) -> Stack:
        stack = process.deposit(stack, "pad", design.pad.material, design.pad.thickness_um)
        return process.trim(stack, "pad", design.pad_radius_um)

    def pad_etch(stack: Stack) -> Stack:
        return process.etch(
            stack,
            "pad",
            a,
            design.depth_um,
            design.pad_etch.undercut_um,
            design.pad_etch.sidewall_angle_deg,
        )

    def ubm_etch(stack: Stack) -> Stack:
        for region, _, _ in layers:
            stack = process.trim(stack, region, r_ubm)
        return stack

    steps = [
        Step("pad on dielectric", pad),
        Step(
            "passivation deposited",
            lambda s: process.deposit(
                s, "passivation", design.passivation.material, design.passivation.thickness_um
            ),
        ),
        Step("passivation opened", lambda s: process.pattern(s, "passivation", a)),
    ]
    if design.depth_um > 0:
        steps.append(Step("pad etched, passivation as mask", pad_etch))
    steps += [
        Step("UBM sputtered", lambda s: process.sputter(s, layers, design.ubm.step_coverage)),
        Step(
            "photoresist opened",
            lambda s: process.photoresist(
                s, r_ubm, landing + RESIST_CLEARANCE * design.bump.height_um
            ),
        ),
        Step(
            "bump electroplated",
            lambda s: process.electroplate(s, "bump", design.bump.material, r_ubm, bump_top),
        ),
        Step("photoresist stripped", process.strip),
        Step("UBM etched, bump as mask", ubm_etch),
    ]
    return steps


def run(design: Design) -> list[tuple[str, Stack]]:
    """Every stack of the recipe with its label, the bare wafer first."""
    stack = start(design)
    film_strip = [("dielectric on chip", stack)]
    for step in recipe(design):
        stack = step.apply(stack)
        film_strip.append((step.label, stack))
    return film_strip
