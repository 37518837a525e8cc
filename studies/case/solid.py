"""What must be solid at a temperature of the process, of thermal cycles or of service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from fem_bump.errors import InputError

if TYPE_CHECKING:
    from fem_bump import Material, MaterialLibrary
    from geometry.design.flow import Region


def first_to_melt(
    regions: Iterable[Region], library: MaterialLibrary | Mapping[str, Material]
) -> tuple[float, str, str] | None:
    """Solidus, material and region of what melts first; None where nothing has a solidus."""
    found = [
        (melts, each.material, each.name)
        for each in regions
        if (melts := library[each.material].solidus_degc) is not None
    ]
    return min(found, key=lambda one: one[0], default=None)


def stays_solid(
    said: str,
    degc: float,
    regions: Iterable[Region],
    library: MaterialLibrary | Mapping[str, Material],
    step: str,
) -> None:
    """Refuse a temperature above the solidus of something that is there then.

    Parameters
    ----------
    said
        The key, or what else the temperature is from.
    step
        What is done at it.

    Raises
    ------
    InputError
        With the region that melts first, and the temperature that is allowed.
    """
    first = first_to_melt(regions, library)
    if first is not None and degc > first[0]:
        melts, material, region = first
        raise InputError(
            f"{said} = {degc:g} must be at most {melts:g}, where {material} of region '{region}' "
            f"melts (step: {step})"
        )
