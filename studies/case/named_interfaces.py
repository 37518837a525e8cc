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


def sides(section: CrossSection, pair: str) -> set[str]:
    """Regions on either side of the edges that the regions or groups ``a/b`` share."""
    one, other = (set(section.members(name)) for name in pair.split("/"))
    out: set[str] = set()
    for edge in section.edges:
        left, right = edge.left, edge.right
        if left is None or right is None:
            continue
        if (left in one and right in other) or (left in other and right in one):
            out |= {left, right}
    return out


def connected(section: CrossSection, start: str, among: set[str]) -> set[str]:
    """Some regions that touch a first one, or touch one that does, and so on."""
    pairs = [(e.left, e.right) for e in section.edges if e.left in among and e.right in among]
    out, size = {start}, 0
    while len(out) > size:
        size = len(out)
        out |= {name for pair in pairs if out & {*pair} for name in pair if name is not None}
    return out


def these(names: list[str]) -> str:
    """What a refusal offers instead."""
    return f"interfaces here are {', '.join(names)}"
