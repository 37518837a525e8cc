"""Meshes of half a bump in space for ``peer_ngsolve_3d.py``, with faces named as it needs them.

Half a bump, 0 <= theta <= pi, symmetric about y = 0, of polygons in (r, z), um. Two kinds of mesh:

``tets``   what a user would do: the polygons revolved in OpenCASCADE, automatic tetrahedra with a
           given size at the interface's corners and on the films, curved elements.
``hexes``  by hand: a grid in (r, z) graded into the interface's corners, times layers in theta that
           are graded towards the trace's edges; prisms at the axis; elements bent onto the cylinder
           by a displacement of the order of the elements.

Faces follow the trace and the window, so that no average cuts through an element.
"""

import math
from itertools import pairwise

import numpy as np
from netgen.meshing import FaceDescriptor, MeshingParameters
from netgen.meshing import Mesh as NetgenMesh
from ngsolve import (
    H1,
    L2,
    GridFunction,
    IfPos,
    Mesh,
    VectorH1,
    cos,
    sin,
    x,
    y,
)

BENT_ORDER = 2  # of the bent elements; leaves 4e-4 of the volume with layers of 28 degrees
NEAR = 1e-6  # um; coordinates closer than this are one
FACES = (
    "clamped",
    "top",
    "side",
    "symmetry",
    "source",
    "rim",
    "floor",
    "floor_window",
    "sidewall",
    "sidewall_window",
    "axis",
)


def face_name(problem, r, z, theta) -> str | None:
    """Name of a face from the ranges (low, high) of its coordinates; None for the unnamed."""

    def at(found, value):
        return abs(found[0] - value) < NEAR and abs(found[1] - value) < NEAR

    def within(found, span):
        return found[0] > span[0] - NEAR and found[1] < span[1] + NEAR

    floor, wall, window = problem["floor"], problem["sidewall"], problem["window"]
    inside = theta[1] < window["half_angle_rad"] + NEAR
    if at(z, problem["bottom_z_um"]):
        return "clamped"
    if at(z, problem["top_z_um"]):
        return "top"
    if at(r, problem["cell_radius_um"]):
        return "side"
    if at(r, problem["rim"]["r_um"]) and within(z, problem["rim"]["z_um"]):
        return "source" if theta[1] < problem["source_half_angle_rad"] + NEAR else "rim"
    if at(z, floor["z_um"]) and within(r, floor["r_um"]):
        return "floor_window" if inside and within(r, window["r_um"]) else "floor"
    if wall and at(r, wall["r_um"]) and within(z, wall["z_um"]):
        return "sidewall_window" if inside and within(z, window["z_um"]) else "sidewall"
    return None


# ---------------------------------------------------------------------------- hexahedra by hand


def graded(breaks, sizes, growth, largest) -> np.ndarray:
    """Points through all breaks; sizes at the breaks, growing by ``growth`` times the distance."""
    out = [breaks[0]]
    for a, b, size_a, size_b in zip(breaks[:-1], breaks[1:], sizes[:-1], sizes[1:], strict=True):
        t = np.linspace(a, b, 4001)
        size = np.minimum(np.minimum(size_a + growth * (t - a), size_b + growth * (b - t)), largest)
        count = np.append(0, np.cumsum((1 / size[1:] + 1 / size[:-1]) / 2 * np.diff(t)))
        pieces = max(1, math.ceil(count[-1] - 1e-9))
        at = np.interp(np.linspace(0, count[-1], pieces + 1), count, t)
        out += [*at[1:-1].tolist(), b]
    return np.array(out)


def inside_polygon(polygon, r, z) -> np.ndarray:
    """Even-odd rule, for points that are on no edge."""
    found = np.zeros(r.shape, dtype=bool)
    for (r0, z0), (r1, z1) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if z0 != z1:
            crosses = (z0 > z) != (z1 > z)
            found ^= crosses & (r < r0 + (z - z0) * (r1 - r0) / (z1 - z0))
    return found


def lines_of(problem, regions, axis: int, chosen) -> tuple[list, list]:
    """Breaks of the grid in r (axis 0) or z (1), and the element size at each."""
    corner, film = chosen.corner_um, chosen.film_um
    found = {round(point[axis], 9) for name in regions for point in problem["regions"][name]}
    window = problem["window"]
    found |= {round(v, 9) for v in window["r_um" if axis == 0 else "z_um"] if v is not None}
    breaks = sorted(found)
    sharp = {round(point[axis], 9) for point in problem["corners"]}
    sizes = []
    for k, value in enumerate(breaks):
        gaps = [abs(value - breaks[m]) for m in (k - 1, k + 1) if 0 <= m < len(breaks)]
        far = 0.1 * max(abs(value - s) for s in sharp)
        outer = k == len(breaks) - 1 or (k == 0)
        sizes.append(corner if value in sharp else max(max(gaps) / 6 if outer else film, far))
        if chosen.task == "shear" and axis == 1 and abs(value - problem["top_z_um"]) < NEAR:
            sizes[-1] = chosen.top_um
    return breaks, sizes


def hexes(problem, regions, chosen) -> tuple[NetgenMesh, np.ndarray]:
    """The netgen mesh, and (elements, 2) middle and half width of each element's theta layer."""
    r = graded(*lines_of(problem, regions, 0, chosen), chosen.growth, 8.0)
    z = graded(*lines_of(problem, regions, 1, chosen), chosen.growth, 12.0)
    edge, window = problem["source_half_angle_rad"], problem["window"]["half_angle_rad"]
    step = math.radians(chosen.theta_deg)
    breaks = sorted({0.0, window, math.pi} | ({edge} if chosen.task == "trace" else set()))
    sizes = [2 * step if b in (0.0,) else 4 * step if b == math.pi else step for b in breaks]
    theta = graded(breaks, sizes, chosen.theta_growth, math.radians(chosen.theta_max_deg))

    mesh = NetgenMesh(dim=3)
    middle_r, middle_z = np.meshgrid((r[1:] + r[:-1]) / 2, (z[1:] + z[:-1]) / 2, indexing="ij")
    owner = np.full(middle_r.shape, -1)
    for k, name in enumerate(regions):
        owner[inside_polygon(problem["regions"][name], middle_r, middle_z)] = k
    layers = len(theta) - 1
    number = np.full((len(r), len(z), layers + 1), -1)
    used = np.zeros((len(r), len(z)), dtype=bool)
    cells_i, cells_j = np.nonzero(owner >= 0)
    for di in (0, 1):
        for dj in (0, 1):
            used[cells_i + di, cells_j + dj] = True
    ring = used.copy()
    ring[0] = False
    count_axis, count_ring = int(used[0].sum()), int(ring.sum())
    number[0, used[0]] = np.arange(count_axis)[:, None]
    number[ring] = count_axis + np.arange(count_ring * (layers + 1)).reshape(count_ring, -1)
    ri, zi = np.nonzero(ring)
    points = np.empty((count_axis + count_ring * (layers + 1), 3))
    points[:count_axis] = np.array([0.0, 0.0, 1.0]) * z[used[0]][:, None]
    points[count_axis:] = np.stack(
        [
            (r[ri][:, None] * np.cos(theta)).ravel(),
            (r[ri][:, None] * np.sin(theta)).ravel(),
            np.repeat(z[zi], layers + 1),
        ],
        axis=1,
    )
    mesh.AddPoints(points)

    descriptor = {}
    for k, name in enumerate((*FACES, "inner")):
        descriptor[name] = mesh.Add(FaceDescriptor(surfnr=k + 1, domin=1, domout=0, bc=k + 1))
        mesh.SetBCName(k, name)
    along = np.arange(layers)
    layer_of = []
    for k, name in enumerate(regions):
        mesh.SetMaterial(k + 1, name)
        for at_axis in (True, False):
            i, j = np.nonzero((owner == k) & ((np.arange(len(r) - 1) == 0)[:, None] == at_axis))
            if len(i) == 0:
                continue
            i, j, t = (a.ravel() for a in np.broadcast_arrays(i[:, None], j[:, None], along))
            if at_axis:
                lower = [(0, 0), (1, 0), (1, 1)]
            else:
                lower = [(0, 0), (1, 0), (1, 1), (0, 1)]
            nodes = [number[i + di, j + dj, t + dt] for dj in (0, 1) for di, dt in lower]
            mesh.AddElements(3, k + 1, np.stack(nodes, axis=1).astype(np.int32), 0)
            layer_of.append(t)

    def faces(name: str, nodes: list) -> None:
        mesh.AddElements(2, descriptor[name], np.stack(nodes, axis=1).astype(np.int32), 0)

    padded = np.pad(owner, 1, constant_values=-1)
    for i in range(1, len(r)):  # faces r = const
        for j in np.nonzero(padded[i, 1:-1] != padded[i + 1, 1:-1])[0]:
            for t in along:
                name = face_name(problem, (r[i], r[i]), (z[j], z[j + 1]), (theta[t], theta[t + 1]))
                if name is not None:
                    corner = ((j, t), (j + 1, t), (j + 1, t + 1), (j, t + 1))
                    faces(name, [number[i : i + 1, a, b] for a, b in corner])
    for j in range(len(z)):  # faces z = const
        for i in np.nonzero(padded[1:-1, j] != padded[1:-1, j + 1])[0]:
            for t in along:
                name = face_name(problem, (r[i], r[i + 1]), (z[j], z[j]), (theta[t], theta[t + 1]))
                if name is not None:
                    corner = ((i, t), (i + 1, t), (i + 1, t + 1), (i, t + 1))
                    corner = corner[:3] if i == 0 else corner
                    faces(name, [number[a : a + 1, j, b] for a, b in corner])
    if chosen.task == "shear":
        for t in (0, layers):
            for i, j in zip(cells_i.tolist(), cells_j.tolist(), strict=True):
                corner = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
                faces("symmetry", [number[a : a + 1, b, t] for a, b in corner])
    layer = np.concatenate(layer_of)
    return mesh, np.stack(
        [(theta[layer] + theta[layer + 1]) / 2, np.diff(theta)[layer] / 2], axis=1
    )


def bend(mesh: Mesh, layer: np.ndarray) -> GridFunction:
    """Displacement that moves the straight elements of each theta layer onto circles."""
    constants = [GridFunction(L2(mesh, order=0)) for _ in range(2)]
    for k, constant in enumerate(constants):
        constant.vec.FV().NumPy()[:] = layer[:, k]
    middle, half = constants
    along = x * cos(middle) + y * sin(middle)
    across = y * cos(middle) - x * sin(middle)
    radius = along / cos(half)
    share = IfPos(radius - 1e-9, across / (radius * sin(half) + 1e-30), 0)
    angle = middle + share * half
    bent = GridFunction(VectorH1(mesh, order=BENT_ORDER))
    one = GridFunction(H1(mesh, order=BENT_ORDER))
    # component by component: the element mass matrices of the vector space are far larger
    for k, moved in enumerate((radius * cos(angle) - x, radius * sin(angle) - y)):
        one.Set(moved.Compile())
        bent.components[k].vec.data = one.vec
    return bent


# ------------------------------------------------------------------------- automatic tetrahedra


def tets(problem, regions, chosen):
    """Revolve, glue, name, mesh; the pad is cut where the trace and the window end."""
    from netgen.occ import Axis, Face, Glue, OCCGeometry, Pnt, Segment, Wire, gp_Dir, gp_Pnt

    def ring(polygon, start, stop):
        def point(r, height):
            return Pnt(r * math.cos(start), r * math.sin(start), height)

        ends = zip(polygon, polygon[1:] + polygon[:1], strict=True)
        face = Face(Wire([Segment(point(*a), point(*b)) for a, b in ends]))
        axis = Axis(gp_Pnt(0, 0, 0), gp_Dir(0, 0, 1))
        return face.Revolve(axis, math.degrees(stop - start))

    window = problem["window"]
    angles = sorted({0.0, window["half_angle_rad"], problem["source_half_angle_rad"], math.pi})
    solids = []
    for name in regions:
        cut = name == problem["lower"]
        polygons = problem["lower_pieces"] if cut else [problem["regions"][name]]
        spans = pairwise(angles) if cut else [(0.0, math.pi)]
        for start, stop in spans:
            for polygon in polygons:
                solid = ring(polygon, start, stop)
                solid.mat(name)
                solid.maxh = chosen.film_um * problem["film_um"].get(name, math.inf)
                solids.append(solid)
    shape = Glue(solids)
    for face in shape.faces:
        where = np.array([(v.p.x, v.p.y, v.p.z) for v in face.vertices])
        r, theta = np.hypot(where[:, 0], where[:, 1]), np.arctan2(where[:, 1], where[:, 0])
        theta = theta[r > NEAR]
        if len(theta) == 0 or np.ptp(theta) < NEAR or np.abs(where[:, 1]).max() < NEAR:
            flat = np.abs(where[:, 1]).max() < NEAR and abs(face.center.y) < NEAR
            if flat:
                face.name = "symmetry"
                continue
        theta = theta if len(theta) else np.array([0.0, math.pi])
        name = face_name(
            problem,
            (r.min(), r.max()),
            (where[:, 2].min(), where[:, 2].max()),
            (theta.min(), theta.max()),
        )
        face.name = name or "inner"
    sizes = MeshingParameters(maxh=chosen.far_um, grading=chosen.growth, perfstepsend=6)
    reach = 1.3 * window["half_angle_rad"]
    near = [(corner, chosen.corner_um) for corner in problem["corners"]]
    near += [(corner, chosen.film_corner_um) for corner in problem["film_corners"]]
    for (r, height), size in near:
        for angle in np.linspace(0, math.pi, math.ceil(math.pi * r / size)):
            behind = max(0.0, r * (angle - reach))
            spot = size + chosen.growth * behind
            if spot < chosen.behind_um:
                sizes.RestrictH(r * math.cos(angle), r * math.sin(angle), height, spot)
    geometry = OCCGeometry(shape)
    made = geometry.GenerateMesh(sizes)
    return made
