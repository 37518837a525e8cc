"""Interfaces as a design file names them, against those that its cross-section has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geometry import CrossSection


def touching(section: CrossSection, conducting: set[str]) -> list[str]:
    """Named interfaces with conductors on both sides, in the section's order of names."""
    pairs = dict.fromkeys(name.split(":")[0] for name in section.boundaries if "/" in name)
    return [pair for pair in pairs if meet(section, pair, conducting)]


def meet(section: CrossSection, pair: str, among: set[str] | None = None) -> bool:
    """Whether the regions or groups ``a/b`` share an edge, counting all or only some regions."""
    one, other = (
        {n for n in section.members(name) if among is None or n in among}
        for name in pair.split("/")
    )
    return any(
        (edge.left in one and edge.right in other) or (edge.left in other and edge.right in one)
        for edge in section.edges
    )


def these(names: list[str]) -> str:
    """What a refusal offers instead."""
    return f"interfaces here are {', '.join(names)}"
