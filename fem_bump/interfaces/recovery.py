"""Consistent tractions and fluxes on the outline of a body, from its nodal residual.

Stress sampled one-sided at an interface is wrong by tens of per cent; the nodal residual of one
side is the exact integral of the traction against the shape functions. Here it is turned back into
a density. The outline of the body is cut into legs: where it meets another region, where its
tangent turns, where a leg is named. Within a leg the density is continuous, across legs it jumps,
so at a shared end there are as many unknowns as legs but one equation. The rule: of all densities
that reproduce every nodal residual exactly, take the one whose curvature in the facets next to such
ends is least (weight: facet area). Hence the integral over the whole outline equals the sum of the
residuals to round-off, and only the split at the corner is a choice.

On the axis the radial traction vanishes by symmetry; that replaces the radial equation there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from fem_bump.algebra.quadrature import facet_mass
from fem_bump.errors import AnalysisError


@dataclass(frozen=True)
class Outline:
    """Facets of a body's outline that carry an unknown density.

    Attributes
    ----------
    nodes
        (3, m) second-order node numbers: end, end, midpoint.
    points
        (2, nodes of the mesh) coordinates, um.
    leg
        (m,) leg number per facet.
    """

    nodes: np.ndarray
    points: np.ndarray
    leg: np.ndarray

    def recovery(self, zero_on_axis: bool, cubic: bool = False) -> Recovery:
        """From nodal residuals to densities on it, kept with it."""
        key = zero_on_axis, cubic
        if key not in self._recoveries:
            self._recoveries[key] = Recovery(self, zero_on_axis, cubic)
        return self._recoveries[key]

    @cached_property
    def _recoveries(self) -> dict[tuple[bool, bool], Recovery]:
        return {}


def recover(outline: Outline, residual: np.ndarray, zero_on_axis: bool) -> np.ndarray:
    """Density per facet node from nodal residuals.

    Parameters
    ----------
    residual
        (nodes of the mesh,) integral of density times shape function, for the body's outline; or
        (nodes of the mesh, k) for several densities at once.
    zero_on_axis
        The density vanishes at r = 0 (radial traction; anything of a harmonic).

    Returns
    -------
    (m, 3) or (k, m, 3)
        Density at each facet's end, end, midpoint.
    """
    return outline.recovery(zero_on_axis).density(residual)


class Recovery:
    """The linear map from nodal residuals to densities, and its transpose.

    Parameters
    ----------
    zero_on_axis
        The density vanishes at r = 0 (radial traction; anything of a harmonic).
    cubic
        The density has a part x (1 - x) (1 - 2 x) on each facet, x from 0 to 1 along it, and the
        residual of that function is known too. Eliminated facet by facet, it changes the mass
        matrices.

    Raises
    ------
    AnalysisError
        When the facets are too few to determine a density.
    """

    def __init__(self, outline: Outline, zero_on_axis: bool, cubic: bool = False) -> None:
        self.outline = outline
        mass = facet_mass(outline.points[:, outline.nodes], cubic)
        if cubic:
            self._own, self._shared = mass[:, 3, 3], mass[:, 3, :3]
            mass = mass[:, :3, :3] - (
                self._shared[:, :, None] * self._shared[:, None, :] / self._own[:, None, None]
            )
        self._assemble(outline, mass, zero_on_axis)

    def density(self, residual: np.ndarray) -> np.ndarray:
        """(m, 3) or (k, m, 3) density from (nodes,) or (nodes, k) residuals."""
        rhs = residual[self._used].copy()
        rhs[self._on_axis] = 0.0
        scaled = (self._scale * rhs.T).T
        padded = np.zeros((self._padding, *rhs.shape[1:]))
        found = self._factor.solve(np.concatenate([padded, scaled]))
        return np.moveaxis(found[self._local], (0, 1), (-1, -2))

    def cubic_density(self, residual: np.ndarray, own: np.ndarray) -> np.ndarray:
        """(m, 4) density from residuals (nodes,) and those of the facets' own functions (m,)."""
        nodal = residual.copy()
        np.subtract.at(nodal, self.outline.nodes.T, self._shared * (own / self._own)[:, None])
        out = np.empty((len(own), 4))
        out[:, :3] = self.density(nodal)
        out[:, 3] = (own - (self._shared * out[:, :3]).sum(axis=1)) / self._own
        return out

    def weights(self, of_density: np.ndarray, facets: np.ndarray) -> np.ndarray:
        """(nodes,) weights w: w . residual = sum of ``of_density`` (m, 3) times density.

        ``facets`` (m,) says which facets of the outline are meant. Of several, (k, m, 3): (nodes,
        k).
        """
        several = of_density.shape[:-2]
        of_unknown = np.zeros((self._size, *several))
        np.add.at(of_unknown, self._local[:, facets], np.moveaxis(of_density, (-1, -2), (0, 1)))
        found = self._factor.solve(of_unknown, trans="T")[self._padding :]
        found = (found.T * self._scale).T
        found[self._on_axis] = 0.0
        out = np.zeros((self.outline.points.shape[1], *several))
        out[self._used] = found
        return out

    def cubic_weights(
        self, of_density: np.ndarray, facets: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """As :meth:`weights` from (m, 4): weights of nodal residuals and of facets' own functions.

        Those are (outline's facets,), of several (outline's facets, k).
        """
        own = np.zeros((len(self._own), *of_density.shape[:-2]))
        own[facets] = (of_density[..., 3] / self._own[facets]).T
        quadratic = of_density[..., :3] - own[facets].T[..., None] * self._shared[facets]
        nodal = self.weights(quadratic, facets)
        along = np.einsum("mi,mi...->m...", self._shared, nodal[self.outline.nodes.T])
        own -= (along.T / self._own).T
        return nodal, own

    def _assemble(self, outline: Outline, mass: np.ndarray, zero_on_axis: bool) -> None:
        nodes, legs = outline.nodes, outline.leg
        # one unknown per (leg, node), one equation per node
        key = legs[None, :] * (nodes.max() + 1) + nodes
        unknowns, local = np.unique(key, return_inverse=True)
        self._local = local = local.reshape(key.shape)
        used, row = np.unique(nodes, return_inverse=True)
        row = row.reshape(nodes.shape)
        n, m = len(unknowns), len(used)
        i = np.repeat(row.T[:, :, None], 3, axis=2).ravel()
        j = np.repeat(local.T[:, None, :], 3, axis=1).ravel()
        values = mass.ravel()
        on_axis = outline.points[0, used] == 0.0 if zero_on_axis else np.zeros(m, dtype=bool)
        self._used, self._on_axis = used, np.nonzero(on_axis)[0]
        # there the mean over the legs vanishes instead
        shares = on_axis[row]
        i, j, values = (
            np.concatenate([kept[~on_axis[i]], added])
            for kept, added in (
                (i, row[shares]),
                (j, local[shares]),
                (values, np.full(int(shares.sum()), float(np.abs(values).max()))),
            )
        )
        # equations are scaled to order one, so that the saddle-point system factorizes cleanly
        largest = np.zeros(m)
        np.maximum.at(largest, i, np.abs(values))
        self._scale = 1.0 / largest
        values = values * self._scale[i]
        self._size, self._padding = (n, 0) if n == m else (n + m, n)
        if n != m:
            least = self._least_curvature(local, unknowns, n)
            i, j, values = (
                np.concatenate(parts)
                for parts in zip(least, (n + i, j, values), (j, n + i, values), strict=True)
            )
        system = sp.csc_matrix((values, (i, j)), shape=(self._size, self._size))
        try:
            self._factor = splu(system)
        except RuntimeError as error:
            raise AnalysisError(
                f"the interface mesh is too coarse to recover tractions: {error}"
            ) from None

    def _least_curvature(
        self, local: np.ndarray, unknowns: np.ndarray, n: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows, columns, values of squared curvature in facets at shared ends, times their area."""
        nodes = self.outline.nodes
        r, z = self.outline.points
        legs_at_node = np.bincount(unknowns % (nodes.max() + 1), minlength=nodes.max() + 1)
        corner = np.nonzero((legs_at_node[nodes[:2]] > 1).any(axis=0))[0]
        start, end = nodes[:2, corner]
        area = np.hypot(r[end] - r[start], z[end] - z[start]) * (r[start] + r[end])
        bend = np.array([1.0, 1.0, -2.0])
        values = (area / area.max())[:, None, None] * np.outer(bend, bend)
        at = local[:, corner].T
        shape = values.shape
        rows, columns = np.broadcast_to(at[:, :, None], shape), np.broadcast_to(at[:, None], shape)
        return rows.ravel(), columns.ravel(), values.ravel()
