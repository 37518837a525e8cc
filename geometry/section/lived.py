"""A cross-section with what was etched away on its way: every film's life, step by step.

The finished section shows what is left. Where stresses remember how it was made, its mesh needs the
outlines of what was there before as well: pad that was etched out of a recess stood there when the
passivation came. A piece of a film that is taken away counts where something that stays is
deposited in its time; what comes and goes between two such depositions leaves nothing on an elastic
stack. A film that a step gives another shape, other than by taking some of it away, has had that
shape from the beginning.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from skfem import MeshTri

from geometry.process.operations import GRID_UM, clean
from geometry.section.crack_path import crack_lines
from geometry.section.cross_section import CrossSection
from geometry.section.planar_graph import Edge, planar_graph

GONE = "gone"  # faces in which there is nothing in the end
SLIGHT_UM2 = 1e-6  # area by which two shapes are one


@dataclass(frozen=True)
class Piece:
    """A film, or a part of one, from one step to another.

    Attributes
    ----------
    name
        The region's own of what stays, ``region, taken away by: step`` of what does not.
    born, gone
        Steps by number, None for what stays.
    """

    name: str
    region: str
    shape: BaseGeometry
    born: int
    gone: int | None


@dataclass(frozen=True)
class Change:
    """What a step of the process, by its number, adds and removes; names of pieces."""

    step: int
    label: str
    adds: tuple[str, ...]
    removes: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class LivedSection(CrossSection):
    """A cross-section whose outlines are those of all its time.

    Attributes
    ----------
    apart
        Regions whose lives are told elsewhere, as that of solder, which begins when it freezes.
    """

    apart: frozenset[str] = frozenset()

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """What counts, in order of deposition; what stays of a film before what does not."""
        lives = {name: found for name, found in _shapes(self).items() if name not in self.apart}
        stays = [born for name, (born, _) in lives.items() if name in self.films]
        out = []
        for region, (born, shapes) in lives.items():
            if region in self.films:
                out.append(Piece(region, region, self.films[region].shape, born, None))
            for k in range(born + 1, len(shapes)):
                if shapes[k] is shapes[k - 1] or not any(born < other < k for other in stays):
                    continue
                lost = _less(shapes[k - 1], shapes[k])
                if lost.area > SLIGHT_UM2:
                    name = f"{region}, taken away by: {self.steps[k][0]}"
                    out.append(Piece(name, region, lost, born, k))
        return tuple(out)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Steps that add or remove something, in order."""
        out = []
        for k, (label, _) in enumerate(self.steps):
            adds = tuple(piece.name for piece in self.pieces if piece.born == k)
            removes = tuple(piece.name for piece in self.pieces if piece.gone == k)
            if adds or removes:
                out.append(Change(k, label, adds, removes))
        return tuple(out)

    @cached_property
    def _graph(self):  # type: ignore[no-untyped-def, override]
        former = [piece.shape for piece in self.pieces if piece.gone is not None]
        lines = [*crack_lines(self), *(shape.boundary for shape in former)]
        solid = shapely.union_all(list(self.regions.values()), grid_size=GRID_UM)
        gone = _less(shapely.union_all(former, grid_size=GRID_UM), solid)
        shapes = dict(self.regions)
        if gone.area > SLIGHT_UM2:
            shapes[GONE] = gone
        more = self.crack.nodes_um if self.crack else ()
        vertices, edges, faces = planar_graph(shapes, (*self.feed_ends_um, *more), lines)
        there = (tuple(None if side == GONE else side for side in (edge.left, edge.right))
                 for edge in edges)  # fmt: skip
        known = tuple(
            Edge(edge.start, edge.end, *sides) for edge, sides in zip(edges, there, strict=True)
        )
        return vertices, known, faces

    @cached_property
    def boundaries(self) -> dict[str, tuple[int, ...]]:  # type: ignore[override]
        """As of the finished section; lines in what is empty in the end are none."""
        drawn = {
            k for k, edge in enumerate(self.edges)
            if edge.left is not None or edge.right is not None
        }  # fmt: skip
        named = super().boundaries
        found = {name: tuple(k for k in edges if k in drawn) for name, edges in named.items()}
        return {name: edges for name, edges in found.items() if edges}

    def with_pieces(self, mesh: MeshTri) -> MeshTri:
        """This section's mesh with every piece as a region; they overlap where time parts them."""
        middle = mesh.p[:, mesh.t].mean(axis=1)
        known = {name: np.asarray(found) for name, found in (mesh.subdomains or {}).items()}
        since = np.full(mesh.nelements, len(self.steps))  # when what stays in a place comes
        for piece in self.pieces:
            if piece.gone is None:
                since[known[piece.name]] = piece.born
        taken: dict[int, np.ndarray] = {}
        for piece in self.pieces:
            if piece.gone is None:
                continue
            inside = shapely.contains_xy(piece.shape, *middle) & (since >= piece.gone)
            for k in range(piece.born, piece.gone):
                busy = taken.setdefault(k, np.zeros(mesh.nelements, dtype=bool))
                inside &= ~busy
            for k in range(piece.born, piece.gone):
                taken[k] |= inside
            known[piece.name] = np.nonzero(inside)[0]
        return mesh.with_subdomains({name: found for name, found in known.items() if len(found)})


def lived(section: CrossSection, apart: Collection[str] = ()) -> LivedSection:
    """A section with the outlines of what was there before.

    Parameters
    ----------
    apart
        Regions whose lives are told elsewhere.
    """
    return LivedSection(
        section.design, section.steps, section.films, section.groups, frozenset(apart)
    )


def _shapes(section: CrossSection) -> Mapping[str, tuple[int, list[BaseGeometry]]]:
    """Region to the step that made it, and its shape after every step."""
    out: dict[str, tuple[int, list[BaseGeometry]]] = {}
    empty = shapely.Polygon()
    for k, (_, stack) in enumerate(section.steps):
        there = {film.region: film.shape for film in stack.films if not film.sacrificial}
        for region in there:
            out.setdefault(region, (k, [empty] * k))
        for region, (born, shapes) in out.items():
            shape = there.get(region, empty)
            if k > born and _less(shape, shapes[-1]).area > SLIGHT_UM2:  # not by taking some away
                shapes[born:] = [shape] * (k - born)
            same = k > born and _less(shapes[-1], shape).area <= SLIGHT_UM2
            shapes.append(shapes[-1] if same else shape)
    return out


def _less(shape: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    if shape.is_empty or shape.equals(other):
        return shapely.Polygon()
    return clean(shapely.difference(shape, other, grid_size=GRID_UM))
