"""The face of a void at the mouth of a body: where its feed brings the current in.

A void that begins there cuts the body from its feed, as a slit of one width h through the metal:
area A of the mouth, volume h A. Two shapes are the extremes of how it does:

``"slit"``    over the whole width of the mouth, all around or as wide as the source's arcs, from
              where it began through the thickness;
``"sector"``  through the whole thickness, from one side of the mouth to the other: the current
              enters through an arc that is ever narrower.

A slit has whole facets of the mesh, a sector any share. Atoms leave the ring of the same area, at
the mean around the axis, as they do a lens (:mod:`fem_bump.voids.faces`). Where nothing of the
mouth is left the current is cut off: the life ends at the latest there. The metal of the feed
beyond is no part of the body. Units: um, um^2, um^3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump.body.model import Model
from fem_bump.conduction.arc_source import Arcs
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.migration.nucleation import Nucleation
from fem_bump.voids.faces import MOST, Cover

AT_MOUTHS = ("slit", "sector")


@dataclass(frozen=True)
class MouthFace:
    """A source of current, and the order in which a void covers it.

    Attributes
    ----------
    idealization
        Of :data:`AT_MOUTHS`.
    model, source
        The body and its boundary where the current enters.
    arcs
        What of the angle it does.
    began
        Where the void did.
    thickness_um
        Of the void.
    """

    idealization: str
    model: Model
    source: str
    arcs: Arcs
    began: Nucleation
    thickness_um: float

    @property
    def interface(self) -> str:
        """What is covered."""
        return self.source

    @property
    def whole_um2(self) -> float:
        """Area of the mouth."""
        return self._angle * float(self._ring_um2[-1])

    @property
    def severed_um3(self) -> float:
        """Volume with which it is covered wholly."""
        return self.thickness_um * self.whole_um2

    @property
    def _angle(self) -> float:
        """Share of the angle through which current enters."""
        return min(self.arcs.half_angle_deg * self.arcs.count / 180.0, 1.0)

    @cached_property
    def _order(self) -> np.ndarray:
        """(m,) facets of the mouth from where the void began."""
        facets = self.model.facets(self.source)
        return facets[np.argsort(_away(self.model, facets, self.began), kind="stable")]

    @cached_property
    def _ring_um2(self) -> np.ndarray:
        """(m,) area all around that so many facets have."""
        ends = self.model.points_um[:, self.model.mesh.facets[:, self._order]]
        return np.cumsum(np.pi * ends[0].sum(axis=0) * np.hypot(*(ends[:, 1] - ends[:, 0])))

    def covers(self, count: int) -> list[Cover]:
        """About so many sizes, ascending, up to nearly all of the mouth."""
        if self.idealization == "slit":
            share = (self._ring_um2 / self._ring_um2[-1])[:-1]
        else:
            share = MOST * np.arange(1, count + 1) / count
        return [self.of_area(each) for each in (share * self.whole_um2).tolist()]

    def of_area(self, area_um2: float) -> Cover:
        """The size of an area, of a slit the nearest to it that leaves some of the mouth."""
        ring, half = area_um2 / self._angle, self.arcs.half_angle_deg
        near = int(np.abs(self._ring_um2[:-1] - ring).argmin()) + 1
        facets = self._order[:near]
        if self.idealization == "slit":
            area_um2 = self._angle * float(self._ring_um2[near - 1])
            return Cover(area_um2, facets, {"insulated_facets": facets.tolist()}, (-half, half))
        left = half * (1 - area_um2 / self.whole_um2)
        entering = {"source_kind": "flux", "source_half_angle_deg": left}
        return Cover(area_um2, facets, entering, (left, 2 * half - left))

    def between(self, low: Cover, high: Cover) -> Cover | None:
        """A size in the middle between two; None of a slit, which has all there are."""
        if self.idealization == "slit":
            return None
        return self.of_area((low.area_um2 + high.area_um2) / 2)


def away_from_mouth(flow: CurrentFlow, began: Nucleation) -> float:
    """How far a void's beginning lies from where its region has the source; infinite without."""
    model = flow.model
    facets = model.facets(flow.source)
    own = model.mask(model.elements(began.region))
    first, second = model.mesh.f2t[:, facets]
    facets = facets[own[first] | ((second >= 0) & own[second])]
    return float(_away(model, facets, began).min()) if len(facets) else np.inf


def _away(model: Model, facets: np.ndarray, began: Nucleation) -> np.ndarray:
    """(m,) distance of facets, each at its nearest node, from where a void began."""
    nodes = model.node_points_um[:, model.facet_nodes(facets)]
    return np.asarray(np.hypot(*(nodes - np.array(began.point_um)[:, None, None])).min(axis=0))
