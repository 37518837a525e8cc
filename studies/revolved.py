"""Fields of a section over theta as a 3-D VTU for ParaView, and the section as linear triangles.

A triangle of the section swept from one angle to the next is a wedge; where it touches the axis
with one vertex it is a pyramid, with two a tetrahedron. Cells are linear: between layers of theta
the body is a polygon, its volume too small by sin(d)/d for steps d. x is the direction theta = 0
(of the trace, or of the chip's shift), y that of theta = 90 degrees, z the axis.

Vertices are shared inside a region and never across an interface: stress and current density jump
there. A vertex carries the mean over its region's elements that meet in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fem_bump import CurrentFlow, Model, ThermalStress, kernels
from fem_bump.angular_conduction import AngularCurrentFlow
from fem_bump.angular_stress import AngularStress
from fem_bump.averages import von_mises

A_PER_CM2 = 1e8
STEP_DEG = 10.0  # between layers, away from the edges of arcs where current enters
NEAR_ARC = (0.0, 0.5, 0.8, 1.0, 1.25, 1.7)  # layers around an arc, in half angles
LEAST_STEP_DEG = 0.5
SAME_POINT = 1e-7  # of the section's extent
NO_AREA = 1e-6  # of the longest side squared

Window = tuple[float, float, float, float]
Field = Callable[[float], np.ndarray]
AnyStress = AngularStress | ThermalStress
AnyCurrent = AngularCurrentFlow | CurrentFlow


@dataclass(frozen=True)
class SectionMesh:
    """Linear triangles of a section; every second-order element has vertices of its own.

    Attributes
    ----------
    points_um
        (2, n) vertices r, z.
    triangles
        (m, 3) vertices, counter-clockwise in (r, z).
    region
        (m,) index into ``region_names``.
    element, x, y
        (n,) where the vertices lie: element of the model and reference coordinates in it.
    """

    points_um: np.ndarray
    triangles: np.ndarray
    region: np.ndarray
    region_names: tuple[str, ...]
    element: np.ndarray
    x: np.ndarray
    y: np.ndarray


def section_mesh(
    model: Model,
    window: Window | None = None,
    hidden: Iterable[str] = (),
    pieces: int = 2,
) -> SectionMesh:
    """Cut a model's section into linear triangles.

    Parameters
    ----------
    window
        (r0, r1, z0, z1), um: elements are cut exactly at its sides. The whole section without it.
    hidden
        Regions or groups to leave out.
    pieces
        Linear triangles along a side of a second-order one.
    """
    shown = model.mask(slice(None))
    for name in hidden:
        shown[model.elements(name)] = False
    x, y, parts = _lattice(pieces)
    element = np.nonzero(shown)[0]
    corner = np.arange(len(element))[:, None, None] * len(x) + parts
    place = np.array(
        [np.repeat(element, len(x)), np.tile(x, len(element)), np.tile(y, len(element))]
    )
    soup = place[:, corner.reshape(-1, 3)]  # (3, m, 3): element, x, y of every corner
    if window is not None:
        for axis, level, side in ((0, window[0], 1), (0, window[1], -1),
                                  (1, window[2], 1), (1, window[3], -1)):  # fmt: skip
            soup = _clip(model, soup, axis, level, side)
    key = np.round(soup.reshape(3, -1), 9).T
    place, number = np.unique(key, axis=0, return_inverse=True)
    owner = place[:, 0].astype(np.int64)
    points = model.position_um(owner, place[:, 1], place[:, 2])
    triangles = number.reshape(-1, 3)
    a, b, c = (points[:, triangles[:, k]] for k in range(3))
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    triangles[area < 0] = triangles[area < 0, ::-1]
    # a corner that a side of the window just touches leaves a triangle of no size
    size = np.max([np.hypot(*(p - q)) for p, q in ((a, b), (b, c), (c, a))], axis=0)
    triangles = triangles[np.abs(area) > NO_AREA * size**2]
    used, triangles = np.unique(triangles, return_inverse=True)
    triangles = triangles.reshape(-1, 3)
    points, place, owner = points[:, used], place[used], owner[used]
    return SectionMesh(
        points, triangles, model.region_index[owner[triangles[:, 0]]], model.region_names,
        owner, place[:, 1], place[:, 2],
    )  # fmt: skip


def _lattice(pieces: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Reference points x, y of a triangle cut into pieces^2 alike ones, and those as (pieces^2, 3).

    Counter-clockwise like the triangle itself.
    """
    index: dict[tuple[int, int], int] = {}
    for j in range(pieces + 1):
        for i in range(pieces + 1 - j):
            index[i, j] = len(index)
    parts = []
    for i, j in index:
        if i + j < pieces:
            parts.append((index[i, j], index[i + 1, j], index[i, j + 1]))
        if i + j < pieces - 1:
            parts.append((index[i + 1, j], index[i + 1, j + 1], index[i, j + 1]))
    x, y = np.array(list(index), dtype=float).T / pieces
    return x, y, np.array(parts)


def _clip(model: Model, soup: np.ndarray, axis: int, level: float, side: int) -> np.ndarray:
    """The parts of a soup of triangles (3, m, 3) on one side of r or z = level."""
    if soup.shape[1] == 0:
        return soup
    flat = soup.reshape(3, -1)
    points = model.position_um(flat[0].astype(np.int64), flat[1], flat[2])
    ahead = side * (points[axis] - level).reshape(-1, 3)
    inside = ahead > 0
    count = inside.sum(axis=1)
    pieces = [soup[:, count == 3]]
    for alone, wanted in ((True, 1), (False, 2)):  # the corner that stands alone comes first
        k = np.nonzero(count == wanted)[0]
        first = (inside[k] == alone).argmax(axis=1)
        turn = (first[:, None] + np.arange(3)) % 3
        part = np.take_along_axis(soup[:, k], turn[None], axis=2)
        h = np.take_along_axis(ahead[k], turn, axis=1)
        p, q, s = part[:, :, 0], part[:, :, 1], part[:, :, 2]
        pq = p + (q - p) * (h[:, 0] / (h[:, 0] - h[:, 1]))
        ps = p + (s - p) * (h[:, 0] / (h[:, 0] - h[:, 2]))
        if alone:
            pieces.append(np.stack([p, pq, ps], axis=2))
        else:
            pieces += [np.stack([pq, q, s], axis=2), np.stack([pq, s, ps], axis=2)]
    return np.concatenate(pieces, axis=1)


def welded(mesh: SectionMesh) -> np.ndarray:
    """(n,) number of each vertex when those at one place and in one region are one."""
    region = np.empty(mesh.points_um.shape[1], dtype=np.int64)
    region[mesh.triangles] = mesh.region[:, None]
    return _weld(mesh.points_um, region)


def _weld(points_um: np.ndarray, region: np.ndarray) -> np.ndarray:
    step = SAME_POINT * float(np.ptp(points_um, axis=1).max())
    grid = np.round(points_um / step).astype(np.int64)
    return np.unique(np.vstack([grid, region]), axis=1, return_inverse=True)[1].ravel()


# ------------------------------------------------------------------------------- layers


def layers(
    half_angle_deg: float | None = None,
    count: int = 1,
    end_deg: float = 180.0,
    step_deg: float = STEP_DEG,
) -> np.ndarray:
    """Angles from 0 to ``end_deg``, degrees, closer around the edges of ``count`` equal arcs.

    Half a circle is enough where the load is mirror-symmetric about theta = 0, and all are.
    """
    angles = list(np.linspace(0.0, end_deg, max(round(end_deg / step_deg), 1) + 1))
    fixed = [0.0, end_deg]
    if half_angle_deg is not None:
        for k in range(count + 1):
            centre = 360.0 * k / count
            near = [
                centre + side * share * half_angle_deg for share in NEAR_ARC for side in (1, -1)
            ]
            angles += near
            fixed += [centre + side * half_angle_deg for side in (1, -1)]
    kept = [a for a in sorted(set(fixed)) if 0 <= a <= end_deg]
    for angle in sorted(angles):
        if 0 <= angle <= end_deg and min(abs(angle - a) for a in kept) >= LEAST_STEP_DEG:
            kept.append(angle)
    return np.array(sorted(kept))


# --------------------------------------------------------------------------- revolution


@dataclass(frozen=True)
class Revolution:
    """A triangle mesh swept around the axis.

    Attributes
    ----------
    points_um
        (N, 3) x, y, z.
    node, layer
        (N,) vertex of the section and layer of theta that a point comes from; -1 for the layer of a
        point on the axis, which all layers share.
    cells
        (kind, (c, corners)) in meshio's words: wedge, pyramid, tetra.
    triangle
        Per kind of cells, (c,) the triangle that was swept.
    """

    points_um: np.ndarray
    node: np.ndarray
    layer: np.ndarray
    cells: list[tuple[str, np.ndarray]]
    triangle: list[np.ndarray]


def revolve(points_um: np.ndarray, triangles: np.ndarray, theta_deg: np.ndarray) -> Revolution:
    """Sweep a triangle mesh from layer to layer of theta; 360 degrees close the circle.

    Parameters
    ----------
    points_um
        (2, n) vertices r >= 0, z.
    triangles
        (m, 3), counter-clockwise in (r, z).
    theta_deg
        (k,) rising angles over at most 360 degrees.

    Raises
    ------
    ValueError
        For fewer than two layers, layers that do not rise, or more than a full turn.
    """
    theta = np.asarray(theta_deg, dtype=float)
    if len(theta) < 2 or (np.diff(theta) <= 0).any() or theta[-1] - theta[0] > 360 * (1 + 1e-12):
        raise ValueError("theta_deg needs two layers or more that rise over at most 360 degrees")
    closed = abs(theta[-1] - theta[0] - 360.0) < 1e-9
    count = len(theta) - 1 if closed else len(theta)
    r, z = points_um
    n = len(r)
    on_axis = r <= SAME_POINT * float(np.ptp(points_um, axis=1).max())
    off = np.nonzero(~on_axis)[0]
    number = np.empty((count, n), dtype=np.int64)
    number[:, off] = np.arange(count * len(off)).reshape(count, -1)
    number[:, on_axis] = count * len(off) + np.arange(on_axis.sum())
    node = np.concatenate([np.tile(off, count), np.nonzero(on_axis)[0]])
    layer = np.concatenate([np.repeat(np.arange(count), len(off)), np.full(on_axis.sum(), -1)])
    angle = np.radians(np.where(layer < 0, 0.0, theta[np.maximum(layer, 0)]))
    radius = np.where(layer < 0, 0.0, r[node])
    points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle), z[node]])

    here = np.arange(len(theta) - 1)
    there = (here + 1) % count
    touching = on_axis[triangles].sum(axis=1)
    cells, swept = [], []
    for kind, wanted in (("wedge", 0), ("pyramid", 1), ("tetra", 2)):
        k = np.nonzero(touching == wanted)[0]
        if len(k) == 0:
            continue
        # the corner that is alone on or off the axis comes first
        alone = (on_axis[triangles[k]] == (wanted == 1)).argmax(axis=1)
        turn = (alone[:, None] + np.arange(3)) % 3
        a, b, c = np.take_along_axis(triangles[k], turn, axis=1).T
        low, high = number[here], number[there]
        corners = {
            "wedge": [low[:, a], low[:, b], low[:, c], high[:, a], high[:, b], high[:, c]],
            "pyramid": [low[:, b], low[:, c], high[:, c], high[:, b], low[:, a]],
            "tetra": [low[:, a], low[:, c], low[:, b], high[:, a]],
        }[kind]
        cells.append((kind, np.stack(corners, axis=2).reshape(-1, len(corners))))
        swept.append(np.tile(k, len(here)))
    return Revolution(points, node, layer, cells, swept)


def to_cartesian(values: np.ndarray, theta_deg: float) -> np.ndarray:
    """Components of a scalar, vector or symmetric tensor field turned from r, theta, z to x, y, z.

    Parameters
    ----------
    values
        (n,); (3, n) as r, theta, z; or (6, n) as rr, zz, tt, rz, rt, tz.

    Returns
    -------
    numpy.ndarray
        (n,); (n, 3) as x, y, z; or (n, 6) as xx, yy, zz, xy, yz, xz, the order of ParaView.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim == 1:
        return values
    c, s = np.cos(np.radians(theta_deg)), np.sin(np.radians(theta_deg))
    if len(values) == 3:
        r, t, z = values
        return np.column_stack([r * c - t * s, r * s + t * c, z])
    if len(values) == 6:
        rr, zz, tt, rz, rt, tz = values
        return np.column_stack(
            [
                rr * c * c - 2 * rt * c * s + tt * s * s,
                rr * s * s + 2 * rt * c * s + tt * c * c,
                zz,
                (rr - tt) * c * s + rt * (c * c - s * s),
                rz * s + tz * c,
                rz * c - tz * s,
            ]
        )
    raise ValueError(f"a field has {len(values)} components; 1, 3 or 6 can be turned")


def write_revolved(
    path: Path,
    points_um: np.ndarray,
    triangles: np.ndarray,
    theta_deg: np.ndarray,
    fields: Mapping[str, Field],
    region: np.ndarray | None = None,
    region_names: Sequence[str] = (),
) -> Path:
    """Write nodal fields over theta as a 3-D VTU, whole or not at all.

    Parameters
    ----------
    points_um, triangles, theta_deg
        See :func:`revolve`.
    fields
        Name to f(theta in degrees), one of the shapes of :func:`to_cartesian` with n vertices.
        Vectors become x, y, z, symmetric tensors xx, yy, zz, xy, yz, xz. On the axis the mean over
        the layers is written.
    region, region_names
        (m,) index per triangle, written as the cells' ``region``; the names go to a text file
        beside, a line each.
    """
    import meshio

    body = revolve(points_um, triangles, theta_deg)
    off = body.layer >= 0
    data = {}
    for name, field in fields.items():
        turned = [to_cartesian(field(float(angle)), float(angle)) for angle in theta_deg]
        table = np.array(turned, dtype=np.float32)
        values = np.empty((len(body.node), *table.shape[2:]), dtype=np.float32)
        values[off] = table[body.layer[off], body.node[off]]
        values[~off] = table[:, body.node[~off]].mean(axis=0)
        data[name] = values
    of_cells = {}
    if region is not None:
        of_cells["region"] = [np.asarray(region)[k].astype(np.int32) for k in body.triangle]
    mesh = meshio.Mesh(body.points_um, body.cells, point_data=data, cell_data=of_cells)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.vtu")
    mesh.write(part)
    part.replace(path)
    if region_names:
        path.with_suffix(".regions.txt").write_text("\n".join(region_names) + "\n")
    return path


# ------------------------------------------------------------------------- from solutions


def write_angular(
    path: Path,
    stress: AnyStress | None = None,
    current: AnyCurrent | None = None,
    theta_deg: np.ndarray | None = None,
    window: Window | None = None,
    hidden: Iterable[str] = (),
) -> Path:
    """Write the fields of solutions over theta as a 3-D VTU for ParaView.

    Displacement (um), stress and von Mises stress (MPa), current density (A/cm2, zero in
    insulators), potential (mV, not a number in insulators), region.

    Parameters
    ----------
    stress, current
        At least one; both of one model. Axisymmetric ones will do.
    theta_deg
        Layers; by default :func:`layers` over half the circle, of which the other half is the
        mirror image.
    window, hidden
        See :func:`section_mesh`; a window around the bump keeps the file small.

    Raises
    ------
    ValueError
        Without a solution, or for solutions of different models.
    """
    models = [solution.model for solution in (stress, current) if solution is not None]
    if not models or any(model is not models[0] for model in models):
        raise ValueError("a solution is needed, and two must be of one model")
    mesh = section_mesh(models[0], window, hidden, pieces=1)
    number = welded(mesh)
    count = int(number.max()) + 1
    first = np.unique(number, return_index=True)[1]
    at = (mesh.element, mesh.x, mesh.y)

    def shared(values: np.ndarray) -> np.ndarray:
        """Means over the elements of one region that meet in a vertex."""
        sums = [np.bincount(number, row, minlength=count) for row in values]
        return np.array(sums) / np.bincount(number, minlength=count)

    fields: dict[str, Field] = {}
    if stress is not None:
        fields["displacement_um"] = lambda t: shared(displacement_at(stress, *at, t))
        fields["stress_mpa"] = lambda t: shared(stress_at(stress, *at, t))
        fields["von_mises_mpa"] = lambda t: shared(von_mises(stress_at(stress, *at, t))[None])[0]
    if current is not None:
        fields["current_density_a_per_cm2"] = lambda t: (
            A_PER_CM2 * shared(current_density_at(current, *at, t))
        )
        fields["potential_mv"] = lambda t: 1e3 * _potential(current, mesh, first, t)
    if theta_deg is None:
        theta_deg = layers()
        if isinstance(current, AngularCurrentFlow):
            theta_deg = layers(current.half_angle_deg, current.count)
    return write_revolved(
        path, mesh.points_um[:, first], number[mesh.triangles], theta_deg, fields, mesh.region,
        mesh.region_names,
    )  # fmt: skip


def displacement_at(
    stress: AnyStress, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float
) -> np.ndarray:
    """(3, N) displacement r, theta, z in um at reference points of elements."""
    plane = stress.axisymmetric if isinstance(stress, AngularStress) else stress
    shape, _, _ = kernels.shape_functions(np.array([x, y]))
    nodes = stress.model.nodes[:, element]
    r, z = np.einsum("mi,imc->cm", shape, plane.u_um[nodes])
    out = np.array([r, np.zeros_like(r), z])
    if isinstance(stress, AngularStress):
        angle = stress.shear.harmonic * np.radians(theta_deg)
        turn = np.array([np.cos(angle), np.sin(angle), np.cos(angle)])
        out += turn[:, None] * np.einsum("mi,imc->cm", shape, stress.shear.u_um[nodes])
    return out


def stress_at(
    stress: AnyStress, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float
) -> np.ndarray:
    """(6, N) stress rr, zz, tt, rz, rt, tz in MPa at reference points of elements."""
    if isinstance(stress, AngularStress):
        return stress.stress_at(element, x, y, theta_deg)
    plane = stress.stress_at(element, x, y)
    return np.concatenate([plane, np.zeros((2, len(element)))])


def current_density_at(
    current: AnyCurrent, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float
) -> np.ndarray:
    """(3, N) current density r, theta, z in A/um2 at reference points of elements."""
    if isinstance(current, AngularCurrentFlow):
        return current.current_density_at(element, x, y, theta_deg)
    r, z = current.current_density_at(element, x, y)
    return np.array([r, np.zeros_like(r), z])


def _potential(
    current: AnyCurrent, mesh: SectionMesh, first: np.ndarray, theta_deg: float
) -> np.ndarray:
    """Potential, V, at one vertex of every place and region."""
    model = current.model
    flows = model.mask(current.conducting_elements)[mesh.element[first]]
    region = model.region_index[mesh.element[first]]
    points = mesh.points_um[:, first] / model.unit_um
    out = np.full(len(first), np.nan)
    for k in np.unique(region[flows]):
        here = flows & (region == k)
        name = model.region_names[k]
        if isinstance(current, AngularCurrentFlow):
            out[here] = current.potential(points[:, here], theta_deg, name)
        else:
            out[here] = current.potential(points[:, here], name)
    return out
