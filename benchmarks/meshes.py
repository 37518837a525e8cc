"""Meshes as users of any code make them: uniform, and a band of small elements along interfaces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from skfem import MeshTri

from geometry import CrossSection, build_mesh
from geometry.meshing.triangles import SizeField

COARSE = 4.0  # size factor of the mesh that carries the wanted sizes
BAND_ELEMENTS = 4  # on either side of an interface, before elements grow
BAND_GROWTH = 0.3  # um per um: neighbours differ by about a third
LARGEST = 0.12  # element size over the cell's radius, as on the graded meshes
COARSEST_BAND_UM = 1.6


def uniform(section: CrossSection, size_um: float) -> SizeField:
    """The same element size everywhere but across films, which no element is thicker than."""
    rough = build_mesh(section, COARSE)
    return SizeField(rough, np.full(rough.nvertices, size_um))


def bands(section: CrossSection, sizes_um: Sequence[float]) -> Iterator[SizeField]:
    """Small elements of one size along everything the UBM lies on, growing away; sizes in turn.

    A size field is linear between the vertices of a mesh, so that a fine band needs one that knows
    the next coarser band already.
    """
    carrier, size = build_mesh(section, COARSE), COARSEST_BAND_UM
    for wanted in sorted(sizes_um, reverse=True):
        while size > 2 * wanted:
            carrier, size = build_mesh(section, sizes=_band(section, carrier, size)), size / 2
        yield _band(section, carrier, wanted)


def _band(section: CrossSection, carrier: MeshTri, size_um: float) -> SizeField:
    found = {k for name, ks in section.boundaries.items() if name.startswith("ubm/") for k in ks}
    ends = [(section.edges[k].start, section.edges[k].end) for k in sorted(found)]
    below = shapely.multilinestrings([[section.vertices_um[v] for v in pair] for pair in ends])
    away = shapely.distance(shapely.points(carrier.p[:, : carrier.nvertices].T), below)
    size = size_um + BAND_GROWTH * np.maximum(away - BAND_ELEMENTS * size_um, 0.0)
    return SizeField(carrier, np.minimum(size, LARGEST * section.cell_radius_um))
