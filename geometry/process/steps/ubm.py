"""Under-bump metal: sputtered or evaporated layers, and layers plated in the bump's resist."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal

import shapely.ops
from pydantic import Field

from geometry.design import quantities as kinds
from geometry.design.flow import Region, Table
from geometry.design.rules import PINCHED_OFF
from geometry.design.schema import Name, Section
from geometry.design.values import DesignValues
from geometry.process import operations as process
from geometry.process import plating
from geometry.process.coverage import sputter as sputter_layers
from geometry.process.operations import GRID_UM, Stack
from geometry.process.probed import probe_of, seam_of
from geometry.process.step import (
    Anatomy,
    Corner,
    Interface,
    Stage,
    Tool,
    always,
    interfaces,
    process_step,
)

CLOSED = 1.0 - PINCHED_OFF  # of the opening's radius: plated metal fills a dip that is narrower
BELOW = ("pad", "dielectric", "via")  # what the UBM keeps from the solder
SPUTTERED, PLATED = "ubm_", "enhanced_ubm_"  # before a layer's name: its region
SPUTTERED_COLOURS = ("#5b3f8c", "#a58fd0", "#a5551a", "#6e6e6e", "#d8b4a0")
LAYER_NAME = "a name of lower-case letters, digits and '_', a letter first"
PLATED_COLOURS = ("#1f78a4", "#8fd0ea", "#14506e")


class UbmLayer(Section):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description=LAYER_NAME)]
    material: Name
    thickness_um: kinds.LayerThickness


class Ubm(Section):
    overhang_um: kinds.Overlap = 5.0
    step_coverage: kinds.StepCoverage = 1.0
    least_continuous_um: kinds.Continuous = 0.005
    layers: Annotated[tuple[UbmLayer, ...], Field(min_length=1)] = (
        UbmLayer(name="ti", material="Ti", thickness_um=0.1),
        UbmLayer(name="niv", material="NiV", thickness_um=0.3),
        UbmLayer(name="cu", material="Cu", thickness_um=0.5),
    )

    enhanced: tuple[UbmLayer, ...] = ()
    deposition: Literal["sputter", "evaporate"] = "sputter"

    @property
    def sputtered_um(self) -> float:
        """Total thickness of the sputtered layers on a flat face, um."""
        return sum(layer.thickness_um for layer in self.layers)

    @property
    def thickness_um(self) -> float:
        """Total thickness of the film on a flat face, um, plated layers included."""
        return sum(layer.thickness_um for layer in (*self.layers, *self.enhanced))


def layer_names_differ(d: DesignValues) -> str | None:
    names = [layer.name for layer in (*d.ubm.layers, *d.ubm.enhanced)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not twice:
        return None
    return f"ubm.layers and ubm.enhanced names must differ, but '{twice[0]}' appears twice"


def layers_are_films(d: DesignValues) -> str | None:
    thinnest_um, least = (
        min(layer.thickness_um for layer in d.ubm.layers),
        d.ubm.least_continuous_um,
    )
    if least <= thinnest_um:
        return None
    return (
        f"ubm.least_continuous_um = {least:g} must be at most the {thinnest_um:g} um of the "
        "thinnest of ubm.layers, which would be no film anywhere (step: UBM sputter)"
    )


def does_not_pinch_off(d: DesignValues) -> str | None:
    """Sputtered layers only: what is plated in the resist fills the opening."""
    if d.ubm.sputtered_um < PINCHED_OFF * d.recess_floor_radius_um:
        return None
    return (
        f"ubm.layers are {d.ubm.sputtered_um:g} um thick in total and pinch off the opening, whose "
        f"floor has a radius of {d.recess_floor_radius_um:g} um; allowed is less than "
        f"{PINCHED_OFF:g} of that radius, or plate them as ubm.enhanced (step: UBM sputter)"
    )


def sputtered(d: DesignValues) -> list[Region]:
    """Regions of the sputtered or evaporated layers, the lowest first."""
    return [
        Region(
            f"{SPUTTERED}{layer.name}",
            layer.material,
            f"ubm.layers.{layer.name}",
            thickness_um=layer.thickness_um,
            element_um=layer.thickness_um,
            step_coverage=d.ubm.step_coverage,
            groups=("ubm", "bump_and_ubm"),
        )
        for layer in d.ubm.layers
    ]


def plated(d: DesignValues) -> list[Region]:
    """Regions of the layers that are plated in the resist, the lowest first."""
    return [
        Region(
            f"{PLATED}{layer.name}",
            layer.material,
            f"ubm.enhanced.{layer.name}",
            thickness_um=layer.thickness_um,
            groups=("ubm", "bump_and_ubm"),
            plated=True,
        )
        for layer in d.ubm.enhanced
    ]


def is_layer(region: str) -> bool:
    """Whether a region is a layer of the UBM, by its name."""
    return region.startswith((SPUTTERED, PLATED))


def colours(names: Sequence[str]) -> dict[str, str]:
    """Layers take theirs in order of deposition."""
    out: dict[str, str] = {}
    for prefix, of_layers in ((SPUTTERED, SPUTTERED_COLOURS), (PLATED, PLATED_COLOURS)):
        layers = [name for name in names if name.startswith(prefix)]
        out |= {name: of_layers[k % len(of_layers)] for k, name in enumerate(layers)}
    return out


def derived(section: Anatomy) -> dict[str, float | None]:
    contact = sum(section.legs_of("ubm", "pad").values())
    out: dict[str, float | None] = {
        "contact_area_um2": contact,
        "contact_area_ratio": contact / (math.pi * section.design.opening_radius_um**2),
    }
    bare = touched_by_solder(section)
    if bare or probe_of(section.design) is not None:
        least, radius = thinnest(section)
        out["ubm_broken"] = float(bool(bare))
        out["pad_exposed"], out["dielectric_exposed"] = (
            float(film in bare)
            for film in ("pad", "dielectric")  # to solder
        )
        out["ubm_thickness_min_um"] = least
        out["ubm_thickness_min_ratio"] = least / section.design.ubm.thickness_um
        out["ubm_thickness_min_radius_um"] = radius
    return out


def touched_by_solder(section: Anatomy) -> dict[str, tuple[float, float]]:
    """Films that the bump touches where the UBM is broken, and from which radius to which, um."""
    lower = {pair.lower for pair in interfaces() if pair.upper == "ubm"}
    found = {}
    for region in sorted(lower):
        if section.legs_of("bump", region):
            r = section.interface_points_um("bump", region)[:, 0]
            found[region] = (float(r.min()), float(r.max()))
    return found


def thinnest(section: Anatomy) -> tuple[float, float]:
    """Least distance of the bump from what carries the UBM in its opening, and its radius, um.

    0 where the UBM is broken there; over a seam what the void leaves.
    """
    below = [section.films[name].shape for name in BELOW if name in section.films]
    seam, bump = seam_of(section.design), section.films["bump"].shape
    foot, top = shapely.ops.nearest_points(
        shapely.union_all([*below, *([] if seam is None else [seam])]), bump
    )
    return float(foot.distance(top)), float(foot.x)


def notes(section: Anatomy) -> list[str]:
    return [
        f"the UBM is broken: solder touches the {region} from r = {inner:.4g} to {outer:.4g} um"
        for region, (inner, outer) in touched_by_solder(section).items()
    ]


def touches_the_pad(section: Anatomy) -> str | None:
    touches = section.legs_of("ubm", "pad")
    return None if touches else "the UBM does not touch the pad (step: UBM sputter)"


def edge_um(stack: Stack, d: DesignValues) -> float:
    """Radius at which UBM and bump end: as designed, or at a step less than 1 nm off, um."""
    return stack.aligned_um(d.ubm_radius_um, [layer.name for layer in sputtered(d)])


def etch(stack: Stack, d: DesignValues) -> Stack:
    """Take the sputtered layers away outside the bump."""
    edge, names = edge_um(stack, d), [layer.name for layer in sputtered(d)]
    for name in names:
        stack = process.trim(stack, name, edge, names)
    return stack


def plate(d: DesignValues) -> list[Stage]:
    """Plated layers, where there are any; the resist stands by then."""
    layers, closed = plated(d), CLOSED * d.recess_floor_radius_um

    def apply(stack: Stack) -> Stack:
        edge = edge_um(stack, d)
        for layer in layers:
            thickness = layer.thickness_um
            assert thickness is not None
            stack = plating.plate_in_resist(
                stack, layer.name, layer.material, edge, thickness, closed
            )
        return stack

    text = ", ".join(layer.text for layer in layers)
    return [Stage("enhanced UBM electroplated", apply, text)] if layers else []


def stencil(d: DesignValues) -> Tool:
    """What metal is evaporated through."""
    return Tool("stencil", d.ubm_radius_um, 0.12 * d.cell_radius_um)


def hole_text(d: DesignValues) -> str:
    """Caption of a stage that only lays on or takes off a stencil or screen."""
    return f"hole ⌀ {2 * d.ubm_radius_um:g} µm"


def _through_stencil(stack: Stack, d: DesignValues) -> Stack:
    """Keep what falls through the stencil's hole: inside its radius, and no collar on the wall.

    Where the hole is as wide as the mask's opening nothing can stand above the mask's edge.
    """
    stack = etch(stack, d)
    if d.ubm_radius_um > d.opening_radius_um:
        return stack
    mask = stack.film(d.pad_etch.mask).shape
    for layer in sputtered(d):
        stack = process.cap(stack, layer.name, mask.bounds[3])
    return stack


def corners(d: DesignValues) -> list[Corner]:
    metals = "bump", *(layer.name for layer in (*sputtered(d), *plated(d)))
    return [Corner(d.ubm_radius_um, "UBM edge", metals)]


@process_step(
    "ubm",
    tables={"ubm": Table("UBM sputter", Ubm, always=True)},
    after=("pad etch",),
    rules=(layer_names_differ, layers_are_films, does_not_pinch_off),
    regions=lambda d: [*sputtered(d), *plated(d)],
    interfaces=(Interface("bump", "ubm", rank=3, scarred=True, current=always),),
    corners=corners,
    colours=colours,
    reach_um=lambda d: d.ubm_radius_um,
    derived=derived,
    notes=notes,
    refusal=touches_the_pad,
)
def ubm(d: DesignValues) -> list[Stage]:
    """Sputtered everywhere, or evaporated through the stencil that the bump metal falls through."""
    layers = [(x.name, x.material, x.thickness_um or 0.0) for x in sputtered(d)]
    text = ", ".join(layer.text for layer in sputtered(d))

    def sputter(stack: Stack) -> Stack:
        stack = sputter_layers(stack, layers, d.ubm.step_coverage, d.ubm.least_continuous_um)
        seam = seam_of(d)
        for name, _, _ in layers if seam is not None else ():
            shape = shapely.difference(stack.film(name).shape, seam, grid_size=GRID_UM)
            stack = stack.with_shape(name, process.clean(shape))
        return stack

    if d.ubm.deposition == "sputter":
        return [Stage("UBM sputtered", sputter, text)]
    tool = stencil(d)
    return [
        Stage("stencil aligned", lambda stack: stack, hole_text(d), tool),
        Stage(
            "UBM evaporated through stencil",
            lambda stack: _through_stencil(sputter(stack), d),
            text,
            tool,
        ),
    ]
