"""The face that a void covers: which interface, in which order, how much volume to how much area.

A void that begins in a metal beside an interface with another conductor spreads along it, as a gap
of one thickness h: area A, volume h A. An idealization says in which order:

- ``"ring"``: all around the axis, from where it began along the interface to both sides;
- ``"disc"``: all around the axis, from that outwards: what carries least first;
- ``"lens"``: what of the interface, seen along the axis, lies in a disc around the place where it
  began. The current flows around it in space; the atoms leave the ring of the same area, at the
  mean around the axis.

Sizes are whole facets of the mesh, but a lens has any. Units: um, um^2, um^3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fem_bump.body.model import Model
from fem_bump.conduction.off_centre_films import OffCentreFilm
from fem_bump.errors import InputError
from fem_bump.interfaces.line import InterfaceLine, trace_interface
from fem_bump.migration.nucleation import Nucleation
from groundwork.roots import root_between

ALL_AROUND = ("ring", "disc")
IDEALIZATIONS = (*ALL_AROUND, "lens")
MOST = 0.98  # of the interface's area: what is left carries the current
POWER = 2.5  # sizes grow as a power of their number, small ones first
INSULATES_OHM_M2 = 1e-7  # a lens: more than a thousand times what a whole bump has


@dataclass(frozen=True)
class Cover:
    """A void of one size.

    Attributes
    ----------
    area_um2
        That it covers.
    facets
        Whose surface is free.
    conducting
        What a flow around it is given.
    angles_deg
        Between which it lies, where its stress varies around the axis; a lens, whose stress is fed
        at the mean, has none.
    """

    area_um2: float
    facets: np.ndarray
    conducting: Mapping[str, Any]
    angles_deg: tuple[float, float] | None = None


@dataclass(frozen=True)
class VoidFace:
    """An interface, and the order in which a void covers it.

    Attributes
    ----------
    idealization
        Of :data:`IDEALIZATIONS`.
    line
        The interface.
    began
        Where the void did.
    thickness_um
        Of the void.
    cuts
        Whether no current flows where it is covered wholly.
    """

    idealization: str
    line: InterfaceLine
    began: Nucleation
    thickness_um: float
    cuts: bool = False

    @property
    def interface(self) -> str:
        """Its name."""
        return f"{self.line.a}/{self.line.b}"

    @property
    def whole_um2(self) -> float:
        """Area of the interface."""
        return self.line.area_um2

    @property
    def away_um(self) -> float:
        """How far from the interface it began."""
        nodes = self.line.model.node_points_um[:, self.line.nodes]
        return float(np.hypot(*(nodes - np.array(self.began.point_um)[:, None, None])).min())

    @property
    def severed_um3(self) -> float | None:
        """Volume with which it is covered wholly; None where the current has another way."""
        return self.thickness_um * self.whole_um2 if self.cuts else None

    @cached_property
    def _order(self) -> np.ndarray:
        """(m,) places of the line's facets in the order in which they are covered."""
        middle = self.line.start_um + self.line.length_um / 2
        if self.idealization == "disc":
            return np.argsort(middle, kind="stable")
        away = np.hypot(*(self._ends_um - np.array(self.began.point_um)[:, None, None]))
        end, nearest = np.unravel_index(int(away.argmin()), away.shape)
        from_um = self.line.start_um[nearest] + end * self.line.length_um[nearest]
        return np.argsort(np.abs(middle - from_um), kind="stable")

    @property
    def _ends_um(self) -> np.ndarray:
        """(2, 2, m) r, z of the facets' ends."""
        return self.line.model.node_points_um[:, self.line.nodes[:2]]

    @cached_property
    def _areas_um2(self) -> np.ndarray:
        """(m,) area covered with so many facets."""
        return np.cumsum(self.line.facet_areas_um2[self._order])

    def covers(self, count: int) -> list[Cover]:
        """About so many sizes, ascending, up to nearly all of the interface."""
        share = MOST * (np.arange(1, count + 1) / count) ** POWER
        found = [self.of_area(area) for area in (share * self.whole_um2).tolist()]
        return [found[0]] + [b for a, b in pairwise(found) if _grows(a, b)]

    def of_area(self, area_um2: float) -> Cover:
        """The size nearest to an area."""
        most = int(np.searchsorted(self._areas_um2, MOST * self.whole_um2 * (1 + 1e-9), "right"))
        near = int(np.abs(self._areas_um2[: max(most, 1)] - area_um2).argmin()) + 1
        facets = self.line.facets[self._order[:near]]
        if self.idealization == "lens":
            return Cover(area_um2, facets, {"off_centre_films": [self._film(area_um2)]})
        return Cover(
            float(self._areas_um2[near - 1]), facets, {"insulated_facets": facets.tolist()}
        )

    def between(self, low: Cover, high: Cover) -> Cover | None:
        """A size in the middle between two; None where there is none."""
        found = self.of_area((low.area_um2 + high.area_um2) / 2)
        return found if _grows(low, found) and _grows(found, high) else None

    def _film(self, area_um2: float) -> OffCentreFilm:
        """The disc within which the interface has an area."""
        offset, farthest = float(self.began.point_um[0]), float(self._ends_um[0].max())

        def lacking(radius: float) -> float:
            return float(self.line.facet_areas_um2 @ self._within(radius, offset)) - area_um2

        radius = root_between(lacking, 0.0, offset + farthest, xtol=1e-9 * farthest)
        azimuth = self.began.theta_deg
        return OffCentreFilm(self.interface, radius, offset, INSULATES_OHM_M2, azimuth)

    def _within(self, radius_um: float, offset_um: float) -> np.ndarray:
        """(m,) share of each facet's circle that lies in a disc, at the facet's middle."""
        r = self._ends_um[0].mean(axis=0)
        cosine = (r**2 + offset_um**2 - radius_um**2) / np.maximum(2 * r * offset_um, 1e-300)
        return np.arccos(np.clip(cosine, -1.0, 1.0)) / np.pi


def _grows(low: Cover, high: Cover) -> bool:
    return high.area_um2 > low.area_um2 * (1 + 1e-9)


def void_face(
    model: Model,
    path: np.ndarray,
    began: Nucleation,
    over_um: float,
    idealization: str,
    thickness_um: float,
    interface: str | None = None,
) -> VoidFace:
    """The face of a void that began somewhere.

    Parameters
    ----------
    path
        Elements that carry current.
    over_um
        How far its place may lie from the interface.
    idealization
        Of :data:`IDEALIZATIONS`.
    interface
        ``"a/b"`` along which it spreads; by default that of its region with the nearest conductor.

    Raises
    ------
    InputError
        For a void that meets no conductor within that distance.
    """
    line = _line(model, path, began, interface)
    face = VoidFace(idealization, line, began, float(thickness_um))
    away = face.away_um
    if away > over_um:
        raise InputError(
            f"the void begins {_said(began)}, {away:.3g} um from {line.a}/{line.b}, and meets no "
            f"conductor: only one within over_um = {over_um:g} um of such an interface, or of "
            "where the current comes in, is followed"
        )
    return face


def cuts_off(model: Model, path: np.ndarray, facets: np.ndarray, source: str, sink: str) -> bool:
    """Whether no way is left between two terminals through a path whose facets are covered."""
    on = model.mask(path)
    first, second = model.mesh.f2t
    passed = (second >= 0) & on[first] & on[second]
    passed[facets] = False
    pairs, count = (first[passed], second[passed]), len(on)
    _, part = connected_components(coo_array((np.ones(len(pairs[0])), pairs), (count, count)))
    at_source, at_sink = (
        part[touching[on[touching] & (touching >= 0)]]
        for touching in (model.mesh.f2t[:, model.facets(name)] for name in (source, sink))
    )
    return not np.isin(at_source, at_sink).any()


def _line(
    model: Model, path: np.ndarray, began: Nucleation, interface: str | None
) -> InterfaceLine:
    """The interface along which a void spreads."""
    conducts = model.mask(path)
    own = conducts & model.mask(model.elements(began.region))
    first, second = model.mesh.f2t
    other = conducts & ~own
    parts = (second >= 0) & ((own[first] & other[second]) | (other[first] & own[second]))
    if interface is None:
        facets = np.nonzero(parts)[0]
        if len(facets) == 0:
            raise InputError(
                f"the void begins {_said(began)} and meets no conductor: none borders on it"
            )
        middles = model.node_points_um[:, model.facet_nodes(facets)[2]]
        away = np.hypot(*(middles - np.array(began.point_um)[:, None]))
        pair = model.mesh.f2t[:, facets[int(away.argmin())]]
        neighbour = model.region_names[model.region_index[pair[~own[pair]][0]]]
        return trace_interface(model, began.region, neighbour)
    a, _, b = interface.partition("/")
    line = trace_interface(model, a, b)
    if not parts[line.facets].all():
        raise InputError(
            f"the void begins {_said(began)} and meets no conductor on '{interface}', which must "
            f"part '{began.region}' from one on the current's path"
        )
    return line


def _said(began: Nucleation) -> str:
    r, z = began.point_um
    return f"at (r, z) = ({r:.4g}, {z:.4g}) um in '{began.region}'"
