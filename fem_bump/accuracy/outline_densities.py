"""A density on the outline of one side as quadratic, as cubic and as improved solutions have it.

A traction or flux that is quadratic on facets has an error of its own: a window that ends in the
middle of a facet, or in a corner, sees it. The residuals of the cubic functions on facets are at
hand (:mod:`fem_bump.accuracy.cubic_complement`), so that a density that is cubic on facets is
recovered beside the quadratic one, and its window means are what estimates aim at.

At a corner between legs one nodal residual is split by a rule
(:mod:`fem_bump.interfaces.recovery`). How wrong that is no residual tells; the difference of the
loads of the two facets there bounds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump.accuracy.functionals import Ends
from fem_bump.algebra.quadrature import facet_mass
from fem_bump.interfaces.line import InterfaceLine
from fem_bump.interfaces.outline import LinePlace
from fem_bump.interfaces.recovery import Outline


class OutlinePart:
    """The outline of one side for one component of a density, and the line's facets in it.

    Attributes
    ----------
    mine
        Where the line's facets stand in the outline.
    facets, orientation
        Facets of the outline, and whether they run up in vertex numbers there: 1 or -1.
    cubic
        Recovery of densities that are cubic on facets.
    """

    def __init__(
        self, outline: Outline, mine: LinePlace, zero_on_axis: bool, vertex_count: int
    ) -> None:
        self.outline, self.mine = outline, mine
        self.cubic = outline.recovery(zero_on_axis, cubic=True)
        self._quadratic = outline.recovery(zero_on_axis)
        self.facets = outline.nodes[2] - vertex_count
        self.orientation = np.where(outline.nodes[0] < outline.nodes[1], 1.0, -1.0)
        self._area_weights = facet_mass(outline.points[:, outline.nodes]).sum(axis=1)

    def density(
        self,
        residual: tuple[np.ndarray, np.ndarray],
        improved: tuple[np.ndarray, np.ndarray],
    ) -> OutlineDensity:
        """From residuals at nodes and of facets' functions, of a solution and of the improved."""
        added, change = (
            self.cubic.cubic_density(nodal, self.orientation * own[self.facets])
            for nodal, own in (residual, improved)
        )
        quadratic = self._quadratic.density(residual[0])
        for cubic in (added, change):
            cubic[:, :3] -= quadratic
        added, change = self.mine.taken(added), self.mine.taken(change)
        return OutlineDensity(self, quadratic, added, change)

    def corner_load(self, quadratic: np.ndarray) -> np.ndarray:
        """(nodes,) by how much the loads of the facets at an end of a leg differ, 0 elsewhere.

        Legs that carry the same share a nodal residual evenly under any rule.
        """
        outline = self.outline
        carried = (self._area_weights * quadratic).sum(axis=1)
        count = outline.points.shape[1]
        most, least = np.full(count, -np.inf), np.full(count, np.inf)
        highest, lowest = np.full(count, -1), np.full(count, outline.leg.max() + 1)
        for nodes in outline.nodes[:2]:
            np.maximum.at(most, nodes, carried)
            np.minimum.at(least, nodes, carried)
            np.maximum.at(highest, nodes, outline.leg)
            np.minimum.at(lowest, nodes, outline.leg)
        shared = highest > lowest
        out = np.zeros(count)
        out[shared] = most[shared] - least[shared]
        return out


@dataclass(frozen=True)
class OutlineDensity:
    """One component of a density, in its unit.

    Attributes
    ----------
    quadratic
        (outline's facets, 3) at start, end, midpoint.
    added
        (line's facets, 4) cubic density less the quadratic one, of the same solution; the last
        belongs to x (1 - x) (1 - 2 x).
    change
        (line's facets, 4) cubic density of the improved solution less the quadratic one.
    """

    part: OutlinePart
    quadratic: np.ndarray
    added: np.ndarray
    change: np.ndarray

    @classmethod
    def combined(
        cls, densities: Sequence[OutlineDensity], factors: Iterable[float]
    ) -> OutlineDensity:
        """Sum of densities on one outline, each times a factor."""
        factors = list(factors)

        def total(arrays: list[np.ndarray]) -> np.ndarray:
            return np.tensordot(factors, arrays, 1)

        return cls(
            densities[0].part,
            total([d.quadratic for d in densities]),
            total([d.added for d in densities]),
            total([d.change for d in densities]),
        )

    @cached_property
    def _corner_load(self) -> np.ndarray:
        return self.part.corner_load(self.quadratic)

    def corner_shares(self, line: InterfaceLine, of_density: np.ndarray) -> np.ndarray:
        """(line's facets,) how much a number changes if corner loads go to the other leg.

        That is nothing where both legs have the same weight in it, all where only one has.
        """
        per_load = of_density[:, :3].sum(axis=1) / line.facet_areas_um2
        count = len(self._corner_load)
        change = np.bincount(line.nodes[0], per_load, count)
        change -= np.bincount(line.nodes[1], per_load, count)
        at_ends = (np.abs(change) * self._corner_load)[line.nodes[:2]]
        return (at_ends / line.facets_at_ends).sum(axis=0)


def ends(
    line: InterfaceLine,
    side: str,
    weights: np.ndarray,
    parts: Sequence[tuple[OutlineDensity, np.ndarray]],
) -> Ends:
    """What a window's ends add to its error.

    Parameters
    ----------
    weights
        (m, 4) of the window's mean, as :meth:`InterfaceLine.window_weights` has them.
    parts
        Densities and the weights (m, 4) of each in the number.
    """
    added = sum(float((of_density * d.added).sum()) for d, of_density in parts)
    at_corners = sum(d.corner_shares(line, w) for d, w in parts)
    return Ends(
        added,
        _on_side(line, side, _at_ends(line, weights, abs(added))),
        _on_side(line, side, np.abs(at_corners)),
    )


def _at_ends(line: InterfaceLine, weights: np.ndarray, added: float) -> np.ndarray:
    """(m,) what a cubic density adds, put on the facets where a window ends.

    Quadratic and cubic density have the same integral against every quadratic function; what
    they differ by in a window comes from where its indicator is none, at its ends.
    """
    r = line.model.node_points_um[0, line.nodes[:2]].sum(axis=0)
    weight = weights[:, :3].sum(axis=1) / (r * line.length_um)
    inside = np.nonzero(weight > 0)[0]
    at = inside[weight[inside] < 0.999 * weight.max()]
    at = at if len(at) else inside[[0, -1]]
    by_facet = np.zeros(len(line.facets))
    by_facet[at] = added / len(at)
    return by_facet


def _on_side(line: InterfaceLine, side: str, by_facet: np.ndarray) -> np.ndarray:
    """(elements,) shares of a line's facets, on the elements of one side."""
    return np.bincount(line.beside(side), by_facet, line.model.mesh.nelements)
