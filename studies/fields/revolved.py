"""Fields of a section over theta as a 3-D VTU for ParaView.

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

from fem_bump import CurrentFlow, ThermalStress
from fem_bump.drawing.section_fields import A_PER_CM2
from fem_bump.interfaces.averages import von_mises
from groundwork.files import whole_file, write_atomic
from studies.fields.section_mesh import SAME_POINT, Window, section_mesh, welded
from studies.solution.point_fields import (
    current_density_at,
    displacement_at,
    potential_at,
    stress_at,
)

STEP_DEG = 10.0  # between layers, away from the edges of arcs where current enters
NEAR_ARC = (0.0, 0.5, 0.8, 1.0, 1.25, 1.7)  # layers around an arc, in half angles
LEAST_STEP_DEG = 0.5

Field = Callable[[float], np.ndarray]


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


@dataclass(frozen=True)
class Swept:
    """A section and its nodal fields over theta.

    Attributes
    ----------
    points_um, triangles, theta_deg
        See :func:`revolve`.
    fields
        Name to f(theta in degrees), one of the shapes of :func:`to_cartesian` with n vertices.
        Vectors become x, y, z, symmetric tensors xx, yy, zz, xy, yz, xz. On the axis the mean over
        the layers stands.
    region, region_names
        (m,) index per triangle.
    """

    points_um: np.ndarray
    triangles: np.ndarray
    theta_deg: np.ndarray
    fields: Mapping[str, Field]
    region: np.ndarray | None = None
    region_names: Sequence[str] = ()


def revolved_data(
    swept: Swept,
) -> tuple[Revolution, dict[str, np.ndarray], list[np.ndarray] | None]:
    """The body, its fields at its points, and per kind of cells their regions."""
    body = revolve(swept.points_um, swept.triangles, swept.theta_deg)
    off = body.layer >= 0
    data = {}
    for name, field in swept.fields.items():
        turned = [to_cartesian(field(float(angle)), float(angle)) for angle in swept.theta_deg]
        table = np.array(turned, dtype=np.float32)
        values = np.empty((len(body.node), *table.shape[2:]), dtype=np.float32)
        values[off] = table[body.layer[off], body.node[off]]
        values[~off] = table[:, body.node[~off]].mean(axis=0)
        data[name] = values
    region = swept.region
    if region is None:
        return body, data, None
    return body, data, [np.asarray(region)[k].astype(np.int32) for k in body.triangle]


def write_revolved(path: Path, swept: Swept) -> Path:
    """Write nodal fields over theta as a 3-D VTU, whole or not at all.

    Regions are the cells' ``region``; their names go to a text file beside, a line each.
    """
    import meshio

    body, data, region = revolved_data(swept)
    of_cells = {} if region is None else {"region": region}
    mesh = meshio.Mesh(body.points_um, body.cells, point_data=data, cell_data=of_cells)
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as part:
        mesh.write(part)
    if swept.region_names:
        write_atomic(path.with_suffix(".regions.txt"), "\n".join(swept.region_names) + "\n")
    return path


# ------------------------------------------------------------------------- from solutions


def angular_fields(
    stress: ThermalStress | None = None,
    current: CurrentFlow | None = None,
    theta_deg: np.ndarray | None = None,
    window: Window | None = None,
    hidden: Iterable[str] = (),
) -> Swept:
    """The fields of solutions over theta.

    Displacement (um), stress and von Mises stress (MPa), current density (A/cm2, zero in
    insulators), potential (mV, not a number in insulators), region.

    Parameters
    ----------
    stress, current
        At least one; both of one model. Axisymmetric ones will do.
    theta_deg
        Layers; by default :func:`layers` over half the circle where the other half is its mirror
        image, and over all of it where a film beside the axis makes that another.
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
        # continuous inside a region: any of the elements that meet will do
        one = (mesh.element[first], mesh.x[first], mesh.y[first])
        fields["potential_mv"] = lambda t: 1e3 * potential_at(current, *one, t)
    if theta_deg is None:
        theta_deg = layers()
        if current is not None and current.varies_around:
            half = None if current.arcs.all_around else current.half_angle_deg
            end = 360.0 if current.phases_deg.any() else 180.0
            theta_deg = layers(half, current.count, end)
    return Swept(
        mesh.points_um[:, first], number[mesh.triangles], theta_deg, fields, mesh.region,
        mesh.region_names,
    )  # fmt: skip


def write_angular(
    path: Path,
    stress: ThermalStress | None = None,
    current: CurrentFlow | None = None,
    theta_deg: np.ndarray | None = None,
    window: Window | None = None,
    hidden: Iterable[str] = (),
) -> Path:
    """Write the fields of solutions over theta as a 3-D VTU for ParaView.

    Everything but ``path`` as :func:`angular_fields` takes it.
    """
    return write_revolved(path, angular_fields(stress, current, theta_deg, window, hidden))
