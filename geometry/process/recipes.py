"""Recipes: a design as the stages of process steps that make it.

The three variants under comparison are one recipe whose pad etch differs in depth only; masks,
feeds, ways to deposit the bump metal, reflow and assembly change, add or leave out stages.
"""

from __future__ import annotations

# they register themselves; named here, their sources count among those that decide a number
import geometry.process.steps  # noqa: F401
from geometry.design.design import Design
from geometry.process.operations import Stack
from geometry.process.step import Stage, flow


def stages(design: Design) -> list[Stage]:
    """What is done to make a design, in order."""
    return [stage for step in flow() for stage in step.stages(design)]


def run(design: Design) -> list[tuple[str, Stack]]:
    """Every stack of the recipe with its label, the bare wafer first."""
    stack, film_strip = Stack(design.cell_radius_um), []
    for stage in stages(design):
        stack = stage.apply(stack)
        film_strip.append((stage.label, stack))
    return film_strip
