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

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

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


def facet_mass(points: np.ndarray, cubic: bool = False) -> np.ndarray:
    """(m, 3, 3) mass matrices of facets, weight 2 pi r.

    ``points`` is (2, 3, m): end, end and midpoint of each facet, which may be curved. Exact for
    straight facets. With ``cubic``, (m, 4, 4): the last function is x (1 - x) (1 - 2 x).
    """
    x, w = np.polynomial.legendre.leggauss(4)
    x, w = (x + 1) / 2, w / 2
    shape = np.array([(1 - x) * (1 - 2 * x), x * (2 * x - 1), 4 * x * (1 - x)])
    slope = np.array([4 * x - 3, 4 * x - 1, 4 - 8 * x])
    radius = np.einsum("im,iq->mq", points[0], shape)
    if cubic:
        stretch = np.hypot(*np.einsum("cim,iq->cmq", points, slope))
        shape = np.vstack([shape, x * (1 - x) * (1 - 2 * x)])
        return 2 * np.pi * np.einsum("iq,jq,mq,q->mij", shape, shape, radius * stretch, w)
    stretch = np.hypot(*np.einsum("cim,iq->cmq", points, slope))
    return 2 * np.pi * np.einsum("iq,jq,mq,q->mij", shape, shape, radius * stretch, w)


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
    return Recovery(outline, zero_on_axis).density(residual)


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
        """(nodes,) weights w: w . residual = sum of ``of_density`` (k, 3) times density.

        ``facets`` (k,) says which facets of the outline are meant.
        """
        of_unknown = np.zeros(self._size)
        np.add.at(of_unknown, self._local[:, facets], of_density.T)
        found = self._factor.solve(of_unknown, trans="T")[self._padding :] * self._scale
        found[self._on_axis] = 0.0
        out = np.zeros(self.outline.points.shape[1])
        out[self._used] = found
        return out

    def cubic_weights(
        self, of_density: np.ndarray, facets: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """As :meth:`weights` from (k, 4): weights of nodal residuals and of facets' own (m,)."""
        own = np.zeros(len(self._own))
        own[facets] = of_density[:, 3] / self._own[facets]
        quadratic = of_density[:, :3] - own[facets, None] * self._shared[facets]
        nodal = self.weights(quadratic, facets)
        own -= (self._shared * nodal[self.outline.nodes.T]).sum(axis=1) / self._own
        return nodal, own

    def _assemble(self, outline: Outline, mass: np.ndarray, zero_on_axis: bool) -> None:
        nodes, legs = outline.nodes, outline.leg
        r, z = outline.points
        length = np.hypot(r[nodes[1]] - r[nodes[0]], z[nodes[1]] - z[nodes[0]])

        # one unknown per (leg, node), one equation per node
        key = legs[None, :] * (nodes.max() + 1) + nodes
        unknowns, local = np.unique(key, return_inverse=True)
        self._local = local = local.reshape(key.shape)
        used, row = np.unique(nodes, return_inverse=True)
        row = row.reshape(nodes.shape)
        n, m = len(unknowns), len(used)
        i = np.repeat(row.T[:, :, None], 3, axis=2)
        j = np.repeat(local.T[:, None, :], 3, axis=1)
        equations = sp.coo_matrix((mass.ravel(), (i.ravel(), j.ravel())), shape=(m, n)).tocsr()
        on_axis = np.nonzero(r[used] == 0.0)[0] if zero_on_axis else np.zeros(0, dtype=np.int64)
        for k in on_axis:
            scale = np.abs(equations[k].data).max()
            mine = np.unique(local[row == k])
            equations[k] = sp.coo_matrix(
                (np.full(len(mine), scale / len(mine)), (np.zeros(len(mine), int), mine)),
                shape=(1, n),
            ).tocsr()
        self._used, self._on_axis = used, on_axis
        if n == m:
            self._size, self._padding, self._scale = n, 0, np.ones(m)
            self._factor = splu(equations.tocsc())
            return
        legs_at_node = np.bincount(unknowns % (nodes.max() + 1), minlength=nodes.max() + 1)
        shared = legs_at_node[nodes[:2]] > 1
        corner = np.nonzero(shared.any(axis=0))[0]
        bend = sp.coo_matrix(
            (
                np.tile([1.0, 1.0, -2.0], len(corner)),
                (np.repeat(np.arange(len(corner)), 3), local[:, corner].T.ravel()),
            ),
            shape=(len(corner), n),
        )
        area = length[corner] * (r[nodes[0, corner]] + r[nodes[1, corner]])
        # both blocks are scaled to order one, so that the saddle-point system factorizes cleanly
        smoothness = bend.T @ sp.diags(area / area.max()) @ bend
        equations.sum_duplicates()
        rows_of = np.repeat(np.arange(m), np.diff(equations.indptr))
        self._scale = 1.0 / np.maximum.reduceat(np.abs(equations.data), equations.indptr[:-1])
        below, scaled = n + rows_of, equations.data * self._scale[rows_of]
        least = smoothness.tocoo()
        saddle = sp.csc_matrix(
            (
                np.concatenate([least.data, scaled, scaled]),
                (
                    np.concatenate([least.row, below, equations.indices]),
                    np.concatenate([least.col, equations.indices, below]),
                ),
            ),
            shape=(n + m, n + m),
        )
        self._size, self._padding = n + m, n
        try:
            self._factor = splu(saddle)
        except RuntimeError as error:
            raise AnalysisError(
                f"the interface mesh is too coarse to recover tractions: {error}"
            ) from None
