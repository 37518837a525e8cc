"""The outline of a body, cut into legs, on which a density is unknown; and a line's place in it."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from fem_bump.body.model import Model
from fem_bump.interfaces.recovery import Outline
from groundwork.compiled import kernel

KINK_DEG = 30.0

_KEPT: WeakKeyDictionary[Model, dict[tuple[bytes | None, ...], tuple[Outline, np.ndarray]]] = (
    WeakKeyDictionary()
)


@dataclass(frozen=True)
class LinePlace:
    """Where the facets of a line stand in an outline.

    Attributes
    ----------
    where
        (m,) facets of the outline.
    flipped
        (m,) which of them run the other way there.
    """

    where: np.ndarray
    flipped: np.ndarray

    def taken(self, density: np.ndarray) -> np.ndarray:
        """(..., m, 3 or 4) a density along the line, from one on the outline."""
        return self.turned(density[..., self.where, :])

    def turned(self, values: np.ndarray) -> np.ndarray:
        """(..., m, 3 or 4) values on the line's facets in its direction, from the outline's.

        And the other way round: start and end change places, x (1 - x) (1 - 2 x) its sign.
        """
        out = values.copy()
        out[..., self.flipped, :2] = values[..., self.flipped, 1::-1]
        out[..., self.flipped, 3:] *= -1
        return out


def outline_of(
    model: Model,
    elements: np.ndarray,
    loaded: np.ndarray,
    domain: np.ndarray | None = None,
    kinds: np.ndarray | None = None,
) -> tuple[Outline, np.ndarray]:
    """Outline of some elements, and which facets of the mesh are in it.

    Outer facets carry an unknown density where all their nodes are ``loaded`` (a mask); neighbours
    outside ``domain`` (insulators) exchange nothing. The density jumps from one of the ``kinds``
    (facets of the mesh,) to another. It is kept as long as the model lives: interfaces share it.
    """
    kept = _KEPT.setdefault(model, {})
    given = elements, loaded, domain, kinds
    key = tuple(None if one is None else one.tobytes() for one in given)
    if key not in kept:
        kept[key] = _outline(model, *given)
    return kept[key]


def _outline(
    model: Model,
    elements: np.ndarray,
    loaded: np.ndarray,
    domain: np.ndarray | None,
    kinds: np.ndarray | None,
) -> tuple[Outline, np.ndarray]:
    mesh, inside = model.mesh, model.mask(elements)
    present = model.mask(slice(None) if domain is None else domain)
    first, second = mesh.f2t
    exists = second >= 0
    outline = inside[first] != (exists & inside[second])
    neighbour = np.where(inside[first], second, first)
    inner = outline & exists & present[np.maximum(neighbour, 0)]
    on_axis = (model.points_um[0][mesh.facets] == 0.0).all(axis=0)
    outer = outline & ~inner & ~on_axis
    outer[outer] = loaded[model.facet_nodes(np.nonzero(outer)[0])].all(axis=0)
    found = np.nonzero(inner | outer)[0]
    across = np.where(inner[found], model.region_index[neighbour[found]], -1)
    if kinds is not None:
        across = np.unique([across, kinds[found]], axis=1, return_inverse=True)[1].ravel()
    leg = _cut_legs(model, found, across)
    return Outline(model.facet_nodes(found), model.node_points_um, leg), found


def _cut_legs(model: Model, facets: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Leg number per facet of an outline: cut at kinks and where the neighbour changes."""
    ends = model.mesh.facets[:, facets]
    p = model.points_um
    along = p[:, ends[1]] - p[:, ends[0]]
    along = along / np.hypot(*along)
    order = np.argsort(ends.ravel(), kind="stable")
    vertex = ends.ravel()[order]
    owner = np.tile(np.arange(len(facets)), 2)[order]
    starts = np.nonzero(np.concatenate([[True], np.diff(vertex) != 0]))[0]
    passed = starts[np.diff(np.append(starts, len(vertex))) == 2]
    i, j = owner[passed], owner[passed + 1]
    straight = np.abs((along[:, i] * along[:, j]).sum(axis=0)) > np.cos(np.radians(KINK_DEG))
    on = straight & (across[i] == across[j])
    return np.unique(_joined(np.arange(len(facets)), i[on], j[on]), return_inverse=True)[1]


@kernel
def _joined(parent, first, second):
    """One number for all that pairs link, the number of one of them; each begins with its own."""
    for k in range(len(first)):
        i, j = first[k], second[k]
        while parent[i] != i:
            i = parent[i]
        while parent[j] != j:
            j = parent[j]
        parent[max(i, j)] = min(i, j)
    for k in range(len(parent)):
        parent[k] = parent[parent[k]]  # links lead to lower numbers, which are done
    return parent
