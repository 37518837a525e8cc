"""Model: a triangle mesh with named regions, and what each region is made of.

Any scikit-fem ``MeshTri`` with ``subdomains`` and ``boundaries`` will do, a user's own included.
Internally everything is in micrometres; second-order nodes are the vertices followed by the facet
midpoints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import ClassVar

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from skfem import MeshTri, MeshTri2

from fem_bump.algebra.shape_functions import quadrature_map, shape_functions, triangle_rule
from fem_bump.body.locate import curved_coordinates, straight_coordinates
from fem_bump.body.mesh_carriers import GUIDE
from fem_bump.body.mesh_checks import (
    AXIS,
    LENGTH_UNITS_UM,
    check_curved,
    check_mesh,
    check_size,
    prepared_mesh,
)
from fem_bump.body.mesh_marks import (
    check_legs,
    check_line,
    check_marked,
    inside_regions,
    named_facets,
    region_elements,
)
from fem_bump.body.region_lists import (
    check_names,
    checked_materials,
    region_groups,
    unknown_name,
)
from fem_bump.errors import InputError
from fem_bump.materials.material import Material
from groundwork import printed
from groundwork.pictures import Pictured

FACE_A, FACE_B = "crack_a", "crack_b"  # boundaries that are the two faces of an open crack


class Model(Pictured):
    """Geometry, regions and materials of one axisymmetric body.

    Parameters
    ----------
    mesh
        Triangles in the half-plane (r >= 0, z), curved outlines as ``MeshTri2``.
        ``mesh.subdomains`` names the regions; a mesh without them is one region if
        ``region_materials`` has one entry. Marks may have any form that
        :mod:`fem_bump.body.mesh_marks` lists.
    region_materials
        Region name to :class:`~fem_bump.materials.material.Material`, for every region.
    groups
        Group name to region names; a group may stand wherever a region may.
    length_unit
        ``"um"``, ``"mm"`` or ``"m"``: unit of the mesh and of every point passed in or out.

    Raises
    ------
    InputError
        For regions without material, unknown names, marks that are not understood, elements in
        no or two regions, a mesh of several disconnected bodies, and every defect that
        :mod:`fem_bump.body.mesh_checks` lists.

    Attributes
    ----------
    mesh
        The mesh given, without the vertices that no element uses.
    regions, boundaries
        Element numbers of every region, facet numbers of every named boundary.

    Examples
    --------
    >>> import numpy as np
    >>> from skfem import MeshTri
    >>> from fem_bump import Model, materials
    >>> mesh = MeshTri.init_tensor(np.linspace(0, 10, 6), np.linspace(0, 2, 5))
    >>> mesh = mesh.with_subdomains({"pad": lambda x: x[1] < 1, "ubm": lambda x: x[1] > 1})
    >>> mesh = mesh.with_boundaries({"bottom": lambda x: x[1] == 0})
    >>> model = Model(mesh, {"pad": materials["Al"], "ubm": materials["Cu"]})
    >>> print(model)
    Model: 40 elements in 2 regions
      extent: r 0 to 10 um, z 0 to 2 um
      regions: pad (Al), ubm (Cu)
      boundaries: bottom

    ``model.plot()`` draws regions and mesh.
    """

    drawn_as: ClassVar[str] = "model"

    def __init__(
        self,
        mesh: MeshTri | MeshTri2,
        region_materials: Mapping[str, Material],
        groups: Mapping[str, Iterable[str]] | None = None,
        length_unit: str = "um",
    ) -> None:
        if length_unit not in LENGTH_UNITS_UM:
            raise InputError(f"length_unit = '{length_unit}' must be one of um, mm, m")
        self.length_unit = length_unit
        self.unit_um = LENGTH_UNITS_UM[length_unit]
        self.mesh, self._kept_vertices = prepared_mesh(mesh)
        self._given_vertices = {mesh.nvertices, mesh.p.shape[1]}
        check_size(self.mesh, length_unit, self.unit_um)
        self.points_um = np.ascontiguousarray(self.mesh.p[:, : self.mesh.nvertices] * self.unit_um)
        self.triangles = np.ascontiguousarray(self.mesh.t.astype(np.int64))
        self.materials = checked_materials(region_materials)
        self.groups = region_groups(groups)
        self.boundaries = named_facets(self.mesh)
        check_legs(self.boundaries)
        self.regions = region_elements(self.mesh, self.materials)
        check_names(self.regions, self.materials, self.groups)
        self._check_partition()
        faces = [self.boundaries[name] for name in (FACE_A, FACE_B) if name in self.boundaries]
        check_mesh(self.mesh, length_unit, np.concatenate([np.zeros(0, np.int64), *faces]))
        radius = self.points_um[0]
        radius[np.abs(radius) <= AXIS * float(np.ptp(self.points_um, axis=1).max())] = 0.0
        if isinstance(self.mesh, MeshTri2) and self.curved_elements.any():
            bent = self.nodes[:, self.curved_elements]
            check_curved(self.node_points_um[:, bent] / self.unit_um, length_unit)
        self._check_bodies()

    def __repr__(self) -> str:
        low, high = self.points_um.min(axis=1), self.points_um.max(axis=1)
        regions = [f"{name} ({self.materials[name].name})" for name in self.regions]
        return printed.lines(
            f"Model: {self.summary}",
            extent=f"r {low[0]:.4g} to {high[0]:.4g} um, z {low[1]:.4g} to {high[1]:.4g} um",
            regions=printed.some(regions),
            groups=printed.some(tuple(self.groups)),
            boundaries=printed.some(tuple(self.boundaries)),
        )

    @property
    def summary(self) -> str:
        """How large the mesh is, in a few words."""
        return f"{self.mesh.nelements} elements in {len(self.regions)} regions"

    def _check_partition(self) -> None:
        claims = np.zeros(self.mesh.nelements, dtype=np.int64)
        for found in self.regions.values():
            claims[found] += 1
        for word, wrong in (("no", claims == 0), ("two", claims > 1)):
            if wrong.any():
                first = int(wrong.argmax())
                names = [name for name, found in self.regions.items() if first in found]
                which = f" ('{names[0]}' and '{names[1]}')" if names else ""
                raise InputError(
                    f"{int(wrong.sum())} elements of the mesh lie in {word} regions{which}, the "
                    f"first at {self._place(first)}"
                )

    def _check_bodies(self) -> None:
        pairs = self.mesh.f2t[:, self.mesh.f2t[1] >= 0]
        n = self.mesh.nelements
        adjacency = coo_matrix((np.ones(pairs.shape[1]), pairs), shape=(n, n))
        bodies, body = connected_components(adjacency, directed=False)
        if bodies > 1:
            size = np.bincount(body)
            first = int((body == size.argmin()).argmax())
            raise InputError(
                f"the mesh falls into {bodies} disconnected bodies, the smallest of {size.min()} "
                f"elements at {self._place(first)}; exactly one is allowed"
            )

    def _place(self, element: int) -> str:
        r, z = self.points_um[:, self.triangles[:, element]].mean(axis=1) / self.unit_um
        return f"(r, z) = ({r:g}, {z:g}) {self.length_unit}"

    # ------------------------------------------------------------------ nodes and elements

    @cached_property
    def nodes(self) -> np.ndarray:
        """(6, elements) second-order node numbers: vertices, then facet midpoints."""
        return np.ascontiguousarray(
            np.vstack([self.triangles, self.mesh.t2f + self.mesh.nvertices]).astype(np.int64)
        )

    @cached_property
    def node_points_um(self) -> np.ndarray:
        """(2, nodes) coordinates r, z."""
        middle = self.points_um[:, self.mesh.facets].mean(axis=1)
        if isinstance(self.mesh, MeshTri2):
            bent = self.mesh.doflocs[:, self.mesh.nvertices :] * self.unit_um
            # straight facets keep their midpoint to the last digit
            curved = self._is_curved(bent - middle)
            middle[:, curved] = bent[:, curved]
        return np.hstack([self.points_um, middle])

    def _is_curved(self, offset: np.ndarray) -> np.ndarray:
        along = self.points_um[:, self.mesh.facets[1]] - self.points_um[:, self.mesh.facets[0]]
        return np.hypot(*offset) > 1e-10 * np.hypot(*along)

    @cached_property
    def curved_facets(self) -> np.ndarray:
        """Mask of facets whose midpoint is off their chord."""
        middle = self.points_um[:, self.mesh.facets].mean(axis=1)
        return self._is_curved(self.node_points_um[:, self.mesh.nvertices :] - middle)

    @cached_property
    def curved_elements(self) -> np.ndarray:
        """Mask of elements with a curved facet."""
        return self.curved_facets[self.mesh.t2f].any(axis=0)

    @property
    def node_count(self) -> int:
        return self.mesh.nvertices + self.mesh.nfacets

    @cached_property
    def region_names(self) -> tuple[str, ...]:
        return tuple(self.regions)

    @cached_property
    def region_index(self) -> np.ndarray:
        """Index into :attr:`region_names` per element."""
        index = np.empty(self.mesh.nelements, dtype=np.int64)
        for k, found in enumerate(self.regions.values()):
            index[found] = k
        return index

    def members(self, name: str) -> tuple[str, ...]:
        """Regions of a group, or the region itself; InputError for an unknown name."""
        if not isinstance(name, str):
            raise InputError(f"{name!r} is no region or group; the name of one is needed")
        if name in self.groups:
            return self.groups[name]
        if name in self.regions:
            return (name,)
        raise InputError(unknown_name("region or group", name, [*self.regions, *self.groups]))

    def elements(self, name: str) -> np.ndarray:
        """Elements of a region or group."""
        return np.concatenate([self.regions[member] for member in self.members(name)])

    def mask(self, elements: np.ndarray | slice) -> np.ndarray:
        """(elements,) whether an element is among the given ones."""
        out = np.zeros(self.mesh.nelements, dtype=bool)
        out[elements] = True
        return out

    def facets(self, boundary: str) -> np.ndarray:
        """Facets of a named boundary; InputError when it is unknown, empty or no boundary."""
        if not isinstance(boundary, str):
            raise InputError(f"{boundary!r} is no boundary; the name of one is needed")
        if not self.boundaries:
            raise InputError(
                f"unknown boundary '{boundary}'; the mesh names none (scikit-fem loses those of "
                f"second-order Gmsh meshes, and after adaptive refinement; see {GUIDE})"
            )
        if boundary not in self.boundaries:
            raise InputError(unknown_name("boundary", boundary, self.boundaries))
        found = self.boundaries[boundary]
        check_marked(boundary, found)
        check_line(self.mesh, boundary, found, self._inside)
        return found

    @cached_property
    def _inside(self) -> np.ndarray:
        return inside_regions(self.mesh, self.regions)

    def facet_nodes(self, facets: np.ndarray) -> np.ndarray:
        """(3, facets) second-order nodes: end, end, midpoint."""
        return np.vstack([self.mesh.facets[:, facets], self.mesh.nvertices + facets])

    def boundary_nodes(self, boundary: str) -> np.ndarray:
        """Second-order nodes of a named boundary."""
        return np.unique(self.facet_nodes(self.facets(boundary)))

    def at_vertices(self, values: np.ndarray, name: str) -> np.ndarray:
        """Values at the vertices of this model's mesh, of values at those of the mesh given.

        The two differ where the given mesh had vertices that no element uses.
        """
        count = self.mesh.nvertices
        if values.shape == (count,):
            return values
        if values.ndim == 1 and len(values) in self._given_vertices:
            return values[self._kept_vertices]
        raise InputError(
            f"{name} has shape {values.shape}; an array needs one value per mesh vertex, ({count},)"
        )

    @cached_property
    def axis_nodes(self) -> np.ndarray:
        """Second-order nodes on the axis r = 0."""
        return np.nonzero(self.node_points_um[0] == 0.0)[0]

    @cached_property
    def quadrature(self) -> tuple[np.ndarray, np.ndarray]:
        """Quadrature points (2, elements, q), um, and the revolved volumes they stand for, um^3."""
        return self.integration(*triangle_rule())

    def quadrature_of(
        self, elements: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Quadrature points of some elements, one after the other: element, reference x, y, volume.

        Each (elements * q,); the volumes are those of :attr:`quadrature`, um^3.
        """
        rule, weights = triangle_rule()
        x, y = np.tile(rule, len(elements))
        return np.repeat(elements, len(weights)), x, y, self.quadrature[1][elements].ravel()

    def nodal_load(
        self, density: Callable[[np.ndarray, np.ndarray], np.ndarray], elements: np.ndarray
    ) -> np.ndarray:
        """(..., elements, 6) integral of a density per volume times each shape function.

        ``density`` is f(r, z) with coordinates in the model's length unit, (...) per um^3.
        """
        points, volume = self.quadrature[0][:, elements], self.quadrature[1][elements]
        shape, _, _ = shape_functions(triangle_rule()[0])
        return (np.asarray(density(*(points / self.unit_um)), dtype=float) * volume) @ shape

    def integration(self, rule: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Like :attr:`quadrature`, for any rule on the unit triangle: (2, q) and (q,)."""
        shape, dx, dy = shape_functions(rule)
        points = np.empty((2, self.mesh.nelements, len(weights)))
        volumes = np.empty(points.shape[1:])
        quadrature_map(self.node_points_um, self.nodes, shape, dx, dy, weights, points, volumes)
        return points, volumes

    def position_um(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(2, N) positions of reference points of elements."""
        shape, _, _ = shape_functions(np.array([x, y]))
        return np.einsum("mi,cim->cm", shape, self.node_points_um[:, self.nodes[:, element]])

    # ------------------------------------------------------------------ points

    @cached_property
    def _tree(self) -> shapely.STRtree:
        corners = self.points_um[:, self.triangles].transpose(2, 1, 0)
        return shapely.STRtree(shapely.polygons(corners))

    def locate(
        self, points: np.ndarray, region: str | None = None, domain: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Elements that hold the points, and the points' reference coordinates in them.

        Parameters
        ----------
        points
            (2, N), in the model's length unit.
        region
            Region or group to look in: it decides the side at an interface.
        domain
            Further restriction, a mask over elements.

        Raises
        ------
        ValueError
            For a point outside the mesh, or outside ``region``.
        """
        points = np.atleast_2d(np.asarray(points, dtype=float)) * self.unit_um
        if points.shape[0] != 2 or not np.isfinite(points).all():
            raise InputError(f"points must be a finite (2, N) array, not {points.shape}")
        allowed = self.mask(slice(None) if region is None else self.elements(region))
        if domain is not None:
            allowed &= domain
        near = 1e-9 * float(np.ptp(self.points_um, axis=1).max()) + self._sagitta_um
        which, element = self._tree.query(
            shapely.points(points.T), predicate="dwithin", distance=near
        )
        keep = allowed[element]
        which, element = which[keep], element[keep]
        x, y = self.reference_coordinates(element, points[:, which])
        slack = np.minimum(np.minimum(x, y), 1 - x - y)
        if self._sagitta_um:
            # drop what only the wider search has found
            real = slack > -1e-6
            which, element, x, y, slack = (v[real] for v in (which, element, x, y, slack))
        order = np.lexsort((element, -slack, which))
        which, first = np.unique(which[order], return_index=True)
        if len(which) != points.shape[1]:
            lost = np.setdiff1d(np.arange(points.shape[1]), which)[0]
            r, z = points[:, lost] / self.unit_um
            place = "the mesh" if region is None else f"region '{region}'"
            raise ValueError(
                f"point (r, z) = ({r:g}, {z:g}) {self.length_unit} lies outside {place}"
            )
        chosen = order[first]
        return element[chosen], np.clip(x[chosen], 0, 1), np.clip(y[chosen], 0, 1)

    @cached_property
    def _sagitta_um(self) -> float:
        """Largest distance of a facet's midpoint from its chord."""
        middle = self.points_um[:, self.mesh.facets].mean(axis=1)
        offset = self.node_points_um[:, self.mesh.nvertices :] - middle
        return float(np.hypot(*offset[:, self.curved_facets]).max(initial=0.0)) * 2

    def reference_coordinates(
        self, element: np.ndarray, points_um: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Reference coordinates x, y of points (2, N), um, each in its own element."""
        corners = self.points_um[:, self.triangles[:, element]]
        x, y = straight_coordinates(corners, points_um)
        bent = np.nonzero(self.curved_elements[element])[0]
        if len(bent):
            nodes = self.node_points_um[:, self.nodes[:, element[bent]]]
            x[bent], y[bent] = curved_coordinates(nodes, points_um[:, bent], x[bent], y[bent])
        return x, y
