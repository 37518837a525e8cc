"""Which wedges of a corner conduct together, and where their current has no power law."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from fem_bump import Material
from fem_bump.corners.modes import ConductionCorner
from fem_bump.corners.wedges import ConductingWedge
from geometry import Design
from studies.corner_tables.corner import Wedge


@dataclass(frozen=True)
class Terminals:
    """Boundaries that the current enters or leaves by, by what holds there."""

    equipotential: frozenset[str]
    flux: frozenset[str]


def terminals_of(design: Design) -> Terminals:
    """Source and sink of a design, and which of them has a uniform flux."""
    load = design.load.current
    flux = {load.source} if load.source_kind == "flux" else set()
    return Terminals(frozenset({load.source, load.sink} - flux), frozenset(flux))


# wedges, and the indices into the run's edges of the first and last face; None: all round
Conductor = tuple[tuple[int, ...], tuple[str, str] | None]


def conductors_at(
    conducts: Sequence[bool],
    outer: tuple[int, int] | None,
    edges: tuple[int, ...],
    names: list[set[str]],
    terminals: Terminals,
) -> Iterator[Conductor]:
    """Neighbouring conductors that no terminal separates."""
    n = len(conducts)

    def face(k: int) -> str | None:
        """What a wedge's first edge is, or the last one's second: a face, or None inside."""
        here = names[edges[k % len(edges)]]
        if here & terminals.equipotential:
            return "equipotential"
        if here & terminals.flux:
            return "flux"
        before, after = k - 1, k
        if outer is None:
            before, after = before % n, after % n
        inside = 0 <= before < n and 0 <= after < n and conducts[before] and conducts[after]
        return None if inside else "insulated"

    starts = [i for i in range(n) if conducts[i] and face(i) is not None]
    if not starts:
        if outer is None and all(conducts):
            yield tuple(range(n)), None
        return
    for first in starts:
        run = [first]
        while face(run[-1] + 1) is None:
            run.append((run[-1] + 1) % n)
        begin, end = face(first), face(run[-1] + 1)
        assert begin is not None and end is not None
        yield tuple(run), (begin, end)


def no_power_law(
    resistive: Collection[str], run: Conductor, edges: tuple[int, ...], names: list[set[str]]
) -> str:
    """Why the current has no power law at a corner, or nothing; ``resistive`` are interfaces."""
    if run[1] is not None and "flux" in run[1]:
        return "current: at a terminal of uniform flux the current has no power law"
    inner = run[0] if run[1] is None else run[0][1:]
    for i in inner:
        for name in names[edges[i]]:
            if name in resistive or name.partition(":")[0] in resistive:
                return f"current: with a contact resistance at {name} there is no power law"
    return ""


def conduction_corner(
    design: Design,
    materials: dict[str, Material],
    wedges: tuple[Wedge, ...],
    run: Conductor,
) -> ConductionCorner:
    """The corner problem of wedges that conduct together."""
    temperature = design.load.current.temperature_degc
    parts = [
        ConductingWedge(
            wedges[i].angle_deg,
            float(materials[wedges[i].region].at("conductivity_s_per_m", temperature)),
        )
        for i in run[0]
    ]
    return ConductionCorner(parts, run[1], wedges[run[0][0]].from_deg)
