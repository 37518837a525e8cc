"""Blocks: bodies within which atoms move, with no way from one to another.

What lies on the current's path and has migration data transports; regions with equal data are one
body, those with different data are parted by their interface unless it is open. A conductor that is
immobile carries current and blocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from fem_bump.body.model import Model
from fem_bump.body.region_lists import region_list
from fem_bump.body.split_nodes import split_nodes
from fem_bump.errors import InputError
from fem_bump.interfaces.line import interface_facets
from fem_bump.materials.migration import IMMOBILE, Migration


@dataclass(frozen=True)
class Block:
    """Elements among which atoms are exchanged, and the unknowns on them.

    Attributes
    ----------
    regions
        Names of those that it has elements of.
    elements
        (m,) numbers of its elements.
    unknowns
        (m, 6) unknown per element node; one per side where a blocked interface ends within it.
    count
        Number of unknowns.
    """

    model: Model
    regions: tuple[str, ...]
    elements: np.ndarray
    unknowns: np.ndarray
    count: int

    @property
    def name(self) -> str:
        """Its regions as one says them."""
        return " + ".join(self.regions)

    def data(self, region: str) -> Migration:
        """What moves a region's atoms."""
        found = self.model.materials[region].migration
        assert isinstance(found, Migration)
        return found

    @cached_property
    def node_of(self) -> np.ndarray:
        """(count,) second-order node of each unknown."""
        out = np.empty(self.count, dtype=np.int64)
        out[self.unknowns] = self.model.nodes[:, self.elements].T
        return out

    @cached_property
    def axis_unknowns(self) -> np.ndarray:
        """Unknowns on the axis."""
        return np.nonzero(self.model.node_points_um[0, self.node_of] == 0.0)[0]

    @cached_property
    def moduli_mpa(self) -> np.ndarray:
        """(m,) Korhonen's B."""
        out = np.empty(len(self.elements))
        for region in self.regions:
            out[self.of_region(region)] = self.data(region).modulus_mpa
        return out

    def of_region(self, region: str) -> np.ndarray:
        """Places in ``elements`` of a region's."""
        owner = self.model.region_index[self.elements]
        return np.nonzero(owner == self.model.region_names.index(region))[0]

    def on_boundary(self, name: str) -> np.ndarray:
        """Its unknowns on a named boundary, none where it does not reach it."""
        return self.on_facets(self.model.facets(name))

    def on_facets(self, facets: np.ndarray) -> np.ndarray:
        """Its unknowns on facets, as seen from its own elements."""
        place = np.full(self.model.mesh.nelements, -1)
        place[self.elements] = np.arange(len(self.elements))
        out = []
        for element in self.model.mesh.f2t[:, facets]:
            here = (element >= 0) & (place[np.maximum(element, 0)] >= 0)
            mine = element[here]
            for node in self.model.facet_nodes(facets[here]):
                local = (self.model.nodes[:, mine] == node).argmax(axis=0)
                out.append(self.unknowns[place[mine], local])
        return np.unique(np.concatenate(out))


def blocks(
    model: Model, path: np.ndarray, open_interfaces: Iterable[str] = ()
) -> tuple[Block, ...]:
    """The blocks on a current's path, in the order of the model's regions.

    Parameters
    ----------
    path
        Elements that carry current.
    open_interfaces
        ``"a/b"`` or ``"a/b:leg"``, between regions or groups, that atoms cross.

    Raises
    ------
    InputError
        For a conductor on the path with neither migration data nor ``"immobile"``, a path on which
        nothing moves, and an open interface with something else than moving atoms on a side.
    """
    kinds: list[Migration] = []
    kind_of_region = np.full(len(model.region_names), -1)
    on_path = np.unique(model.region_index[path])
    for k in on_path:
        name = model.region_names[k]
        material = model.materials[name]
        if material.migration is None:
            raise InputError(
                f"region '{name}' carries current and its material '{material.name}' has no "
                f"migration data; give it a Migration, or migration = '{IMMOBILE}'"
            )
        if isinstance(material.migration, Migration):
            if material.migration not in kinds:
                kinds.append(material.migration)
            kind_of_region[k] = kinds.index(material.migration)
    if not kinds:
        raise InputError(
            f"nothing can migrate: all conductors on the path are '{IMMOBILE}' (regions "
            f"{', '.join(model.region_names[k] for k in on_path)})"
        )
    kind = np.full(model.mesh.nelements, -1)
    kind[path] = kind_of_region[model.region_index[path]]
    first, second = model.mesh.f2t
    inner = (second >= 0) & (kind[first] >= 0) & (kind[np.maximum(second, 0)] >= 0)
    joined = inner & (kind[first] == kind[np.maximum(second, 0)])
    for name in region_list("open_interfaces", open_interfaces):
        facets = interface_facets(model, name)
        if not inner[facets].all():
            raise InputError(
                f"open_interfaces names '{name}', which has no moving atoms on one of its sides"
            )
        joined[facets] = True
    return _joined(model, kind >= 0, inner, joined)


def _joined(
    model: Model, moves: np.ndarray, inner: np.ndarray, joined: np.ndarray
) -> tuple[Block, ...]:
    """Blocks of elements that facets join."""
    n, facets = model.mesh.nelements, np.nonzero(joined)[0]
    links = coo_matrix((np.ones(len(facets)), model.mesh.f2t[:, facets]), shape=(n, n))
    _, label = connected_components(links, directed=False)
    out = []
    for one in np.unique(label[moves]):
        elements = np.nonzero(moves & (label == one))[0]
        within = inner.copy()
        within[inner] &= (label[model.mesh.f2t[:, inner]] == one).all(axis=0)
        unknown, count = split_nodes(model, elements, np.nonzero(within & ~joined)[0])
        present = np.unique(model.region_index[elements])
        regions = tuple(model.region_names[k] for k in present)
        out.append(Block(model, regions, elements, unknown[elements], count))
    return tuple(sorted(out, key=lambda each: model.region_names.index(each.regions[0])))
