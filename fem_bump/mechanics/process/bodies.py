"""The living part of a mesh: the regions that are there, as a body with its own numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from skfem import MeshTri, MeshTri2

from fem_bump.body.mesh_checks import prepared_mesh
from fem_bump.body.mesh_marks import named_elements, named_facets
from fem_bump.body.model import Model
from fem_bump.errors import InputError
from fem_bump.materials import Material
from groundwork.facets import number_facets


class Whole:
    """A mesh of all that is there at some time; regions that are not there together may overlap.

    Attributes
    ----------
    regions, boundaries
        Elements of every region, facets of every boundary.
    """

    def __init__(self, mesh: MeshTri | MeshTri2) -> None:
        self.mesh, _ = prepared_mesh(mesh)
        self.regions, self.boundaries = named_elements(self.mesh), named_facets(self.mesh)
        empty = next((name for name, found in self.regions.items() if not len(found)), None)
        if empty is not None:
            raise InputError(f"region '{empty}' of the mesh has no elements")

    @property
    def node_count(self) -> int:
        """Second-order nodes: vertices, then facet midpoints."""
        return int(self.mesh.nvertices + self.mesh.facets.shape[1])

    def living(
        self,
        names: Iterable[str],
        materials: Mapping[str, Material],
        groups: Mapping[str, Iterable[str]],
        length_unit: str,
        stage: str,
    ) -> tuple[Model, np.ndarray]:
        """The body of some regions, and the numbers of its nodes among all.

        Elements, facets and nodes keep their order, so that what is known at the quadrature points
        of a region is known of it in every body.

        Raises
        ------
        InputError
            Where regions overlap that are there together, and what ``Model`` refuses.
        """
        names = list(names)
        owner = np.full(self.mesh.nelements, -1)
        for k, name in enumerate(names):
            taken = owner[self.regions[name]]
            if (taken >= 0).any():
                other = names[int(taken.max())]
                raise InputError(
                    f"stage '{stage}': regions '{other}' and '{name}' are in one place at once"
                )
            owner[self.regions[name]] = k
        mesh, nodes = self._restricted(np.nonzero(owner >= 0)[0])
        owner = owner[owner >= 0]
        mesh = mesh.with_subdomains(
            {name: np.nonzero(owner == k)[0] for k, name in enumerate(names)}
        )
        number_facets(mesh)
        there = {group: [m for m in members if m in names] for group, members in groups.items()}
        there = {group: members for group, members in there.items() if members}
        return Model(mesh, {name: materials[name] for name in names}, there, length_unit), nodes

    def _restricted(self, elements: np.ndarray) -> tuple[MeshTri | MeshTri2, np.ndarray]:
        mesh = self.mesh
        vertices, facets = np.unique(mesh.t[:, elements]), np.unique(mesh.t2f[:, elements])
        vertex, facet = np.zeros(mesh.nvertices, int), np.full(mesh.facets.shape[1], -1)
        vertex[vertices], facet[facets] = np.arange(len(vertices)), np.arange(len(facets))
        nodes = np.concatenate([vertices, mesh.nvertices + facets])
        held = nodes if isinstance(mesh, MeshTri2) else vertices
        marks = {name: facet[found] for name, found in self.boundaries.items()}
        marks = {name: found[found >= 0] for name, found in marks.items()}
        part = replace(
            mesh,
            doflocs=np.ascontiguousarray(mesh.doflocs[:, held]),
            t=np.ascontiguousarray(vertex[mesh.t[:, elements]]),
            _boundaries={name: found for name, found in marks.items() if len(found)},
            _subdomains=None,
        )
        number_facets(part)
        return part, nodes
