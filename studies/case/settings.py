"""What the user sets of a case beside its loads: how numbers are taken, how accurate, how tough.

``[metrics]`` is a table of its own. An accuracy stands in ``[mesh]``, beside the sizes from which
a mesh starts; a toughness, and how the faces slide where they touch, in ``[crack]``, beside the
place of the crack.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from fem_bump.errors import InputError
from geometry.design.case_keys import declared
from geometry.design.schema import Section
from geometry.design.sentences import shown
from geometry.design.values import DesignValues
from geometry.process.step import interfaces
from studies.case import quantities as kinds
from studies.case.named_interfaces import these
from studies.case.part import Part, add

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary
    from geometry import CrossSection, Design


class Strength(Section):
    """Strength of an interface, MPa, from the user's own test; nothing is shipped."""

    peel_mpa: kinds.Stress | None = None
    shear_mpa: kinds.Stress | None = None


class Metrics(Section):
    """How numbers are taken of what was solved."""

    averaging_lengths_um: Annotated[tuple[kinds.Window, ...], Field(min_length=1)] = (0.5, 1.0, 2.0)
    headline_length_um: kinds.Window = 1.0
    arc_length_um: kinds.Arc = 10.0
    strength: dict[str, Strength] = Field(default_factory=dict)


class Accuracy(Section):
    """How well headline metrics are to be known, and what that may cost."""

    accuracy: kinds.Accuracy | None = None
    accuracy_of: dict[str, kinds.Accuracy] = Field(default_factory=dict)
    most_unknowns: Annotated[int, Field(strict=True, ge=1000, le=10_000_000)] = 100_000


class Toughness(Section):
    """What a crack's energy release rate is compared with, from the user's own test."""

    toughness_j_per_m2: kinds.Toughness | None = None


class Faces(Section):
    """How the faces of a crack slide on each other where they touch.

    Without friction most energy reaches the tip, unless parts slide in opposite senses.
    """

    friction: kinds.Friction = 0.0


def arc_fits_the_opening(d: DesignValues) -> str | None:
    around = 2 * math.pi * d.opening_radius_um
    if d.metrics.arc_length_um < around:
        return None
    if not any(keys.angular(d) for keys in declared()):
        return None  # nothing depends on theta, so no arc is used
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


def accuracy_of_some_needs_that_of_all(d: DesignValues) -> str | None:
    if not d.mesh.accuracy_of or d.mesh.accuracy is not None:
        return None
    return (
        f"mesh.accuracy_of = {shown(d.mesh.accuracy_of)} needs mesh.accuracy, to which all other "
        "headline metrics are known"
    )


def strengths_name_interfaces(
    design: Design, library: MaterialLibrary, section: Callable[[], CrossSection]
) -> None:
    if not design.metrics.strength:
        return
    named = dict.fromkeys(name.split(":")[0] for name in section().boundaries)
    below = {pair.lower for pair in interfaces() if pair.upper == "ubm"}
    known = [
        name for name in named
        # solder touches what lies below where the UBM is broken
        if name.startswith("ubm/") or name in {f"bump/{lower}" for lower in below}
    ]  # fmt: skip
    for name, strength in design.metrics.strength.items():
        if name not in known:
            given = {k: v for k, v in strength.model_dump().items() if v is not None}
            raise InputError(f"metrics.strength names '{name}' = {shown(given)}; {these(known)}")


add(
    Part(
        name="metrics",
        table="metrics",
        keys=Metrics.model_fields,
        rules=(arc_fits_the_opening, averaging_lengths_are_sorted),
        check=strengths_name_interfaces,
    )
)
add(
    Part(
        name="mesh accuracy",
        table="mesh",
        keys=Accuracy.model_fields,
        rules=(accuracy_of_some_needs_that_of_all,),
    )
)
add(Part(name="toughness", table="crack", keys=Toughness.model_fields))
add(Part(name="crack faces", table="crack", keys=Faces.model_fields))
