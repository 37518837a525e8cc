"""Cut-away pictures of a bump in three dimensions, coloured by a field over theta.

A sector is taken out of the body of revolution; the two cut faces show the field at their angles,
the outer surfaces the field at every angle of theta. The body is drawn in parallel projection, so
lengths across the line of sight are to scale, with a depth buffer: what is in front hides what is
behind at every pixel, which sorting of polygons does not achieve for films beside a bump.

theta = 0 is the direction of the trace or, for shear, outwards from the chip's neutral point: +x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numba import njit
from scipy.ndimage import distance_transform_edt

from fem_bump.averages import principal_max, von_mises
from geometry import CrossSection
from geometry.canvas import recess_window, region_colours
from studies.labels import interface_title
from studies.revolved import (
    AnyCurrent,
    AnyStress,
    SectionMesh,
    Window,
    current_density_at,
    displacement_at,
    section_mesh,
    stress_at,
)
from studies.style import COLOUR_MAP, WIDTH_IN, mark_state, new_figure, panel_title, styled
from studies.unrolled_plots import A_PER_UM2_TO_KA_PER_CM2, LoadMark

INK = (0.13, 0.13, 0.13)
COUNTERPART = ("underfill", "solder_mask", "substrate", "substrate_pad")
IN_FRONT = COUNTERPART[:3]  # of the joint: left out even where the solder is shown
OPENED_REMOVED_DEG = (-180.0, -90.0)
REMOVED_DEG = (-90.0, 0.0)  # the cut face at theta = 0 is the one that the load points along
STEP_DEG = 3.0
OVERSAMPLED = 3  # pixels along a side of a final one
PIXELS = 500  # final pixels across a picture
STRIP = 0.11  # of a picture's width, below the body, for scale bar and angles
# right, up, towards the camera; strength
LIGHTS = ((-0.35, 0.75, 0.55, 0.75), (0.8, 0.1, 0.4, 0.25))
AMBIENT = 0.55
CREASE = 0.80  # cosine of the angle between normals across which a line is drawn
DECADES = 2.5
HALO = [withStroke(linewidth=2.0, foreground="white")]


PointField = Callable[[np.ndarray, np.ndarray, np.ndarray, float], np.ndarray]


@dataclass(frozen=True)
class Scene:
    """A body with a sector taken out, and the values on everything that can be seen of it.

    Attributes
    ----------
    label
        Name of the design.
    title
        Field and unit, as the colour bar has it.
    points_um
        (2, n) vertices r, z of the section.
    triangles, region, region_names
        (m, 3), (m,), names; see :class:`studies.revolved.SectionMesh`.
    face_deg
        Angles of the two cut faces; the body is kept from the first, rising, to the second.
    face_values
        (2, n) field on the faces; not a number where it has none (insulators).
    skin
        (2, q) vertices of the section's outline, the body to the left of each edge.
    theta_deg
        (k,) layers from the first face to the second.
    skin_values
        (k, 2, q).
    face_shift_um, skin_shift_um
        (2, 3, n) and (k, 3, 2, q) displacement r, theta, z, to be shown exaggerated; or None.
    """

    label: str
    title: str
    points_um: np.ndarray
    triangles: np.ndarray
    region: np.ndarray
    region_names: tuple[str, ...]
    face_deg: tuple[float, float]
    face_values: np.ndarray
    skin: np.ndarray
    theta_deg: np.ndarray
    skin_values: np.ndarray
    face_shift_um: np.ndarray | None = None
    skin_shift_um: np.ndarray | None = None

    def save(self, path: Path) -> Path:
        """Write the scene as NumPy archive, values to single precision."""
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = {"triangles", "region", "skin"}
        arrays = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if value is not None:
                array = np.array(value)
                single = np.int32 if item.name in whole else np.float32
                arrays[item.name] = array.astype(single) if array.ndim > 1 else array
        part = path.with_suffix(".part.npz")
        np.savez_compressed(part, **arrays)  # type: ignore[arg-type]
        part.replace(path)
        return path

    @classmethod
    def load(cls, path: Path, label: str | None = None) -> Scene:
        """A scene back from :meth:`save`, under another label if one is given."""
        with np.load(path) as data:
            found: dict[str, Any] = {name: data[name] for name in data.files}
        found["label"] = str(found["label"]) if label is None else label
        found["title"] = str(found["title"])
        found["region_names"] = tuple(map(str, found["region_names"]))
        found["face_deg"] = tuple(map(float, found["face_deg"]))
        return cls(**found)


def build_scene(
    mesh: SectionMesh,
    field: PointField,
    label: str,
    title: str,
    displacement: PointField | None = None,
    removed_deg: tuple[float, float] = REMOVED_DEG,
    step_deg: float = STEP_DEG,
) -> Scene:
    """Evaluate a field on everything that can be seen of a cut body.

    Parameters
    ----------
    field
        f(element, x, y, theta_deg) at reference points, one value per point; not a number where
        there is none.
    displacement
        The same, (3, points) r, theta, z in um.
    removed_deg
        The sector taken out, from the first angle, rising, to the second.
    """
    start, end = removed_deg[1], removed_deg[0] + 360.0
    if not 0.0 < end - start < 360.0:
        raise ValueError(f"removed_deg = {removed_deg} must rise by less than 360 degrees")
    theta = np.linspace(start, end, max(int(np.ceil((end - start) / step_deg)), 1) + 1)
    skin = outline(mesh)
    used, local = np.unique(skin, return_inverse=True)
    local = local.reshape(skin.shape)
    at = (mesh.element, mesh.x, mesh.y)
    seen = (mesh.element[used], mesh.x[used], mesh.y[used])
    face_shift = skin_shift = None
    if displacement is not None:
        face_shift = np.array([displacement(*at, start), displacement(*at, end)])
        skin_shift = np.array([displacement(*seen, float(t))[:, local] for t in theta])
    return Scene(
        label, title, mesh.points_um, mesh.triangles, mesh.region, mesh.region_names,
        (start, end), np.array([field(*at, start), field(*at, end)]), skin, theta,
        np.array([field(*seen, float(t))[local] for t in theta]), face_shift, skin_shift,
    )  # fmt: skip


def outline(mesh: SectionMesh) -> np.ndarray:
    """(2, q) vertices of the edges that only one triangle has, the axis left out.

    The section lies to the left of each edge.
    """
    r = mesh.points_um[0]
    step = 1e-7 * float(np.ptp(mesh.points_um, axis=1).max())
    place = np.unique(
        np.round(mesh.points_um / step).astype(np.int64), axis=1, return_inverse=True
    )[1].ravel()
    edges = mesh.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    _, which, count = np.unique(
        np.sort(place[edges], axis=1), axis=0, return_inverse=True, return_counts=True
    )
    single = edges[count[which.ravel()] == 1].T
    on_axis = (r[single] <= step).all(axis=0)
    return single[:, ~on_axis]


# ---------------------------------------------------------------------------- from solutions


STRESSES: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray]]] = {
    "von_mises": ("von Mises stress (MPa)", von_mises),
    "principal_max": ("first principal stress (MPa)", principal_max),
    "axial": ("axial stress σzz (MPa)", lambda stress: stress[1]),
}


def current_scene(
    current: AnyCurrent,
    label: str,
    window: Window | None = None,
    hidden: Iterable[str] = (),
    removed_deg: tuple[float, float] = REMOVED_DEG,
) -> Scene:
    """|J| in kA/cm2; see :func:`studies.revolved.section_mesh` for ``window`` and ``hidden``."""
    flows = current.model.mask(current.conducting_elements)

    def density(element: np.ndarray, x: np.ndarray, y: np.ndarray, theta: float) -> np.ndarray:
        size = np.linalg.norm(current_density_at(current, element, x, y, theta), axis=0)
        return np.where(flows[element], size * A_PER_UM2_TO_KA_PER_CM2, np.nan)

    mesh = section_mesh(current.model, window, hidden)
    return build_scene(mesh, density, label, "current density |J| (kA/cm²)", None, removed_deg)


def stress_scene(
    stress: AnyStress,
    label: str,
    window: Window | None = None,
    hidden: Iterable[str] = (),
    removed_deg: tuple[float, float] = REMOVED_DEG,
    quantity: str = "von_mises",
) -> Scene:
    """A stress, MPa: a key of :data:`STRESSES`; with displacements, to be exaggerated."""
    if quantity not in STRESSES:
        raise ValueError(f"quantity = '{quantity}' must be one of {', '.join(STRESSES)}")
    title, measure = STRESSES[quantity]

    def value(element: np.ndarray, x: np.ndarray, y: np.ndarray, theta: float) -> np.ndarray:
        return measure(stress_at(stress, element, x, y, theta))

    def moved(element: np.ndarray, x: np.ndarray, y: np.ndarray, theta: float) -> np.ndarray:
        return displacement_at(stress, element, x, y, theta)

    mesh = section_mesh(stress.model, window, hidden)
    return build_scene(mesh, value, label, title, moved, removed_deg)


@dataclass(frozen=True)
class Surroundings:
    """What of a section the pictures show: the bump with the films around it, little of the chip.

    Attributes
    ----------
    whole, opened
        Windows (r0, r1, z0, z1), um, with the solder and without it.
    whole_hidden, opened_hidden
        Regions that are left out.
    edge_um
        (r, z, width) of the magnified surroundings of the opening's edge.
    """

    whole: Window
    opened: Window
    whole_hidden: tuple[str, ...]
    opened_hidden: tuple[str, ...]
    edge_um: tuple[float, float, float]


def surroundings(section: CrossSection) -> Surroundings:
    """Windows and regions for the pictures of a design."""
    design, regions = section.design, section.regions
    bump = regions["bump"].bounds
    films = [name for name in regions if name not in ("bump", "chip", *COUNTERPART)]
    top = max(regions[name].bounds[3] for name in films)
    radius = min(1.15 * max(bump[2], design.pad_radius_um), section.cell_radius_um)
    chip = -design.dielectric.thickness_um - 0.05 * bump[2]
    last = regions["substrate_pad"].bounds[3] if "substrate_pad" in regions else bump[3]
    high = last + 1e-6 * bump[3]
    _r0, r1, z0, z1 = recess_window(section)
    return Surroundings(
        (0.0, radius, chip, high),
        (0.0, radius, -2.0 * design.dielectric.thickness_um, top + 1e-6),
        tuple(name for name in IN_FRONT if name in regions),
        tuple(
            name
            for name in regions
            if name in ("bump", *COUNTERPART) or name.startswith(("ubm_", "enhanced_ubm_"))
        ),
        (design.opening_radius_um, (z0 + z1) / 2, 1.05 * (r1 - _r0)),
    )


def current_scenes(current: AnyCurrent, section: CrossSection, label: str) -> tuple[Scene, Scene]:
    """The scenes for :func:`cutaway_rows`: with the solder, and without solder and UBM."""
    at = surroundings(section)
    return (
        current_scene(current, label, at.whole, at.whole_hidden),
        current_scene(current, label, at.opened, at.opened_hidden, OPENED_REMOVED_DEG),
    )


def stress_scenes(
    stress: AnyStress, section: CrossSection, label: str, quantity: str = "von_mises"
) -> tuple[Scene, Scene]:
    """The same for a stress."""
    at = surroundings(section)
    return (
        stress_scene(stress, label, at.whole, at.whole_hidden, REMOVED_DEG, quantity),
        stress_scene(stress, label, at.opened, at.opened_hidden, OPENED_REMOVED_DEG, quantity),
    )


# -------------------------------------------------------------------------- triangles in space


@dataclass(frozen=True)
class _Soup:
    """Triangles in space: corners, normals, values, and what they belong to.

    ``group`` is the region, ``flat`` marks cut faces, on which colours are not shaded.
    """

    points: np.ndarray  # (3, n)
    normals: np.ndarray  # (3, n)
    values: np.ndarray  # (n,)
    triangles: np.ndarray  # (m, 3)
    group: np.ndarray  # (m,)
    flat: np.ndarray  # (m,)


def _joined(soups: Sequence[_Soup]) -> _Soup:
    start = np.cumsum([0] + [soup.points.shape[1] for soup in soups])
    return _Soup(
        np.concatenate([s.points for s in soups], axis=1),
        np.concatenate([s.normals for s in soups], axis=1),
        np.concatenate([s.values for s in soups]),
        np.concatenate([s.triangles + k for s, k in zip(soups, start, strict=False)]),
        np.concatenate([s.group for s in soups]),
        np.concatenate([s.flat for s in soups]),
    )


def _faces(scene: Scene, stretch: float, exaggeration: float) -> list[_Soup]:
    soups = []
    for k, (angle, values) in enumerate(zip(scene.face_deg, scene.face_values, strict=True)):
        side = 1 if k else -1
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        (r, z), t = scene.points_um, np.zeros(scene.points_um.shape[1])
        if scene.face_shift_um is not None:
            ur, ut, uz = exaggeration * scene.face_shift_um[k]
            r, t, z = r + ur, t + ut, z + uz
        points = np.array([r * c - t * s, r * s + t * c, stretch * z])
        normals = np.tile(np.array([[-s], [c], [0.0]]) * side, (1, len(r)))
        soups.append(
            _Soup(points, normals, values, scene.triangles, scene.region,
                  np.ones(len(scene.triangles), dtype=bool))
        )  # fmt: skip
    return soups


def _skin(scene: Scene, stretch: float, exaggeration: float) -> _Soup:
    k, q = len(scene.theta_deg), scene.skin.shape[1]
    r, z = scene.points_um[:, scene.skin]  # (2, q) each
    along = np.array([r[1] - r[0], stretch * (z[1] - z[0])])
    normal = np.array([along[1], -along[0]]) / np.maximum(np.hypot(*along), 1e-30)
    angle = np.radians(scene.theta_deg)[:, None, None]
    c, s = np.cos(angle), np.sin(angle)
    t = np.zeros((k, 2, q))
    normals = np.array(
        [normal[0] * c + 0 * r, normal[0] * s + 0 * r, np.broadcast_to(normal[1], (k, 2, q))]
    )
    if scene.skin_shift_um is not None:
        ur, ut, uz = exaggeration * scene.skin_shift_um.transpose(1, 0, 2, 3)
        r, t, z = r + ur, t + ut, z + uz
    points = np.array([r * c - t * s, r * s + t * c, stretch * z + 0 * t])
    number = np.arange(k * 2 * q).reshape(k, 2, q)
    a, b, d, e = number[:-1, 0], number[:-1, 1], number[1:, 0], number[1:, 1]
    triangles = np.concatenate(
        [np.stack([a, b, e], axis=-1).reshape(-1, 3), np.stack([a, e, d], axis=-1).reshape(-1, 3)]
    )
    owner = np.empty(scene.points_um.shape[1], dtype=np.int64)
    owner[scene.triangles] = scene.region[:, None]
    group = np.tile(np.tile(owner[scene.skin[0]], k - 1), 2)
    return _Soup(
        points.reshape(3, -1), normals.reshape(3, -1), scene.skin_values.ravel(), triangles,
        group, np.zeros(len(triangles), dtype=bool),
    )  # fmt: skip


def _box(low: Sequence[float], high: Sequence[float], group: int) -> _Soup:
    """A block with its edges along x, y, z and no values."""
    points, normals, triangles = [], [], []
    for axis in range(3):
        for side, level in ((-1.0, low[axis]), (1.0, high[axis])):
            u, v = (axis + 1) % 3, (axis + 2) % 3
            for first, second in ((low[u], low[v]), (high[u], low[v]), (high[u], high[v]),
                                  (low[u], high[v])):  # fmt: skip
                point = [0.0, 0.0, 0.0]
                point[axis], point[u], point[v] = level, first, second
                points.append(point)
                normals.append([side if k == axis else 0.0 for k in range(3)])
            n = len(points) - 4
            triangles += [[n, n + 1, n + 2], [n, n + 2, n + 3]]
    return _Soup(
        np.array(points).T, np.array(normals).T, np.full(24, np.nan), np.array(triangles),
        np.full(12, group), np.zeros(12, dtype=bool),
    )  # fmt: skip


# -------------------------------------------------------------------------------- rendering


@dataclass(frozen=True)
class Camera:
    """Parallel projection.

    Attributes
    ----------
    azimuth_deg, elevation_deg
        From where the camera looks, seen from the body.
    centre_um
        x, y, z in the picture's middle, z as stretched.
    width_um, height_um
        Of what is in sight.
    """

    azimuth_deg: float
    elevation_deg: float
    centre_um: tuple[float, float, float]
    width_um: float
    height_um: float

    @property
    def axes(self) -> np.ndarray:
        """(3, 3) rows: right, up, towards the camera."""
        a, e = np.radians(self.azimuth_deg), np.radians(self.elevation_deg)
        return np.array(
            [
                [-np.sin(a), np.cos(a), 0.0],
                [-np.sin(e) * np.cos(a), -np.sin(e) * np.sin(a), np.cos(e)],
                [np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)],
            ]
        )

    def project(self, points: np.ndarray) -> np.ndarray:
        """(3, N): right and up from the picture's lower left corner, and depth towards us, um."""
        out = self.axes @ (points - np.array(self.centre_um)[:, None])
        return out + np.array([[self.width_um / 2], [self.height_um / 2], [0.0]])


@njit(cache=True)
def _rasterize(x, y, depth, triangles, nearest, found, share):
    """Depth buffer: the nearest triangle of each pixel and where in it the pixel's centre lies."""
    height, width = found.shape
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        det = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])
        if det == 0.0:
            continue
        left = max(int(np.ceil(min(x[a], x[b], x[c]) - 0.5)), 0)
        right = min(int(np.floor(max(x[a], x[b], x[c]) - 0.5)), width - 1)
        low = max(int(np.ceil(min(y[a], y[b], y[c]) - 0.5)), 0)
        high = min(int(np.floor(max(y[a], y[b], y[c]) - 0.5)), height - 1)
        for j in range(low, high + 1):
            for i in range(left, right + 1):
                px, py = i + 0.5 - x[a], j + 0.5 - y[a]
                u = (px * (y[c] - y[a]) - (x[c] - x[a]) * py) / det
                v = ((x[b] - x[a]) * py - px * (y[b] - y[a])) / det
                if u < -1e-9 or v < -1e-9 or u + v > 1.0 + 1e-9:
                    continue
                d = depth[a] + u * (depth[b] - depth[a]) + v * (depth[c] - depth[a])
                if d > nearest[j, i]:
                    nearest[j, i] = d
                    found[j, i] = t
                    share[j, i, 0] = u
                    share[j, i, 1] = v


@dataclass(frozen=True)
class _Trace:
    """What is seen in each pixel, before colours are known."""

    scale: float  # oversampled pixels per um
    hit: np.ndarray  # (height, width)
    depth: np.ndarray
    values: np.ndarray  # (hits,)
    normals: np.ndarray  # (hits, 3)
    group: np.ndarray
    flat: np.ndarray


def _traced(soup: _Soup, camera: Camera, pixels: int) -> _Trace:
    scale = pixels * OVERSAMPLED / camera.width_um
    height = max(round(camera.height_um * scale / OVERSAMPLED), 1) * OVERSAMPLED
    x, y, depth = camera.project(soup.points)
    nearest = np.full((height, pixels * OVERSAMPLED), -np.inf)
    found = np.full(nearest.shape, -1, dtype=np.int64)
    share = np.zeros((*nearest.shape, 2))
    _rasterize(x * scale, y * scale, depth, soup.triangles, nearest, found, share)
    hit = found >= 0
    t = found[hit]
    corners = soup.triangles[t]
    u, v = share[hit].T
    weights = np.array([1 - u - v, u, v]).T
    normals = np.einsum(
        "kmc,mc->mk", soup.normals.astype(np.float32)[:, corners], weights.astype(np.float32)
    )
    normals /= np.sqrt(np.maximum((normals**2).sum(axis=1), 1e-30))[:, None]
    return _Trace(
        scale, hit, np.where(hit, nearest, 0.0), (soup.values[corners] * weights).sum(axis=1),
        normals, soup.group[t], soup.flat[t],
    )  # fmt: skip


def _shaded(
    trace: _Trace,
    camera: Camera,
    norm: Normalize,
    colours: str,
    group_colours: np.ndarray,
    outlined: np.ndarray,
) -> np.ndarray:
    """(height, width, 4) picture, the first row at the bottom.

    ``group_colours`` (groups, 3) are those of what has no value; a line is drawn where the number
    in ``outlined`` (groups,) changes.
    """
    known = np.isfinite(trace.values)
    colour = group_colours[trace.group]
    table = colormaps[colours](np.linspace(0.0, 1.0, 256))[:, :3].astype(np.float32)
    level = np.clip(norm(trace.values[known]), 0.0, 1.0)
    colour[known] = table[np.round(255 * np.ma.getdata(level)).astype(np.int64)]
    right, up, ahead = camera.axes
    light = np.full(len(colour), AMBIENT, dtype=np.float32)
    shine = np.zeros(len(colour), dtype=np.float32)
    for *direction, strength in LIGHTS:
        # lights turn with the camera, so that every view is lit alike
        ray = direction[0] * right + direction[1] * up + direction[2] * ahead
        ray = ray / np.linalg.norm(ray)
        half = (ray + ahead) / np.linalg.norm(ray + ahead)
        light += (1 - AMBIENT) * strength * np.maximum(trace.normals @ ray.astype(np.float32), 0)
        gloss = np.maximum(trace.normals @ half.astype(np.float32), 0)
        for _ in range(5):  # to the power of 32
            gloss *= gloss
        shine += 0.16 * strength * gloss
    light[trace.flat], shine[trace.flat] = 1.0, 0.0
    colour *= light[:, None]
    colour += (1 - colour) * shine[:, None]

    hit = trace.hit
    image = np.zeros((*hit.shape, 4), dtype=np.float32)
    image[hit, :3], image[hit, 3] = colour, 1.0
    part = np.full(hit.shape, -1, dtype=np.int16)
    part[hit] = 2 * outlined[trace.group] + trace.flat
    facing = np.zeros((*hit.shape, 3), dtype=np.float32)
    facing[hit] = trace.normals
    lines = _lines(part, facing, trace.depth, 6.0 / trace.scale)
    image[lines, :3], image[lines, 3] = INK, 1.0
    return _reduced(image)


def _lines(part: np.ndarray, facing: np.ndarray, depth: np.ndarray, jump: float) -> np.ndarray:
    """Pixels on outlines: another part, a crease, or a jump in depth to the next pixel."""
    lines = np.zeros(part.shape, dtype=bool)
    for axis in (0, 1):
        near, far = [slice(None)] * 2, [slice(None)] * 2
        near[axis], far[axis] = slice(None, -1), slice(1, None)
        p, q = tuple(near), tuple(far)
        both = (part[p] >= 0) & (part[q] >= 0)
        edge = part[p] != part[q]
        edge |= both & ((facing[p] * facing[q]).sum(axis=-1) < CREASE)
        steep = np.abs(depth[p] - depth[q])
        edge |= both & (steep > jump) & (steep > 4 * _neighbour_step(depth, axis))
        lines[p] |= edge
        lines[q] |= edge
    return lines


def _neighbour_step(depth: np.ndarray, axis: int) -> np.ndarray:
    """Smaller of the depth steps on either side of each step, so that a slope is no jump."""
    step = np.abs(np.diff(depth, axis=axis))
    pad = [(1, 1) if k == axis else (0, 0) for k in range(2)]
    wide = np.pad(step, pad, constant_values=np.inf)
    n = step.shape[axis]
    before = np.take(wide, np.arange(n), axis=axis)
    after = np.take(wide, np.arange(2, n + 2), axis=axis)
    return np.minimum(before, after)


def _reduced(image: np.ndarray) -> np.ndarray:
    """Mean over blocks of oversampled pixels, colours weighted by their opacity."""
    height, width, _ = image.shape
    k = OVERSAMPLED
    weighted = image.copy()
    weighted[..., :3] *= image[..., 3:]
    out = weighted.reshape(height // k, k, width // k, k, 4).mean(axis=(1, 3))
    out[..., :3] /= np.maximum(out[..., 3:], 1e-12)
    return np.clip(out, 0.0, 1.0)


# ---------------------------------------------------------------------------------- figures


@dataclass(frozen=True)
class View:
    """How a scene is looked at.

    Attributes
    ----------
    title
        What the picture shows.
    azimuth_deg, elevation_deg
        See :class:`Camera`.
    stretch
        Of z against r; None: so that the body is about a third as high as it is wide.
    focus
        (r, z, width), um: what is magnified, on the first cut face; None: everything.
    every_region
        Outline every region; otherwise all layers of the UBM are one.
    exaggerated
        Whether displacements are shown, where the scenes have them.
    """

    title: str
    azimuth_deg: float = -52.0
    elevation_deg: float = 22.0
    stretch: float | None = 1.0
    focus: tuple[float, float, float] | None = None
    every_region: bool = False
    exaggerated: bool = False


WHOLE = View("quarter cut away", exaggerated=True)
# from behind the load, so that the wall of the opening that faces it is seen
OPENED = View("solder and UBM lifted off", -128.0, 38.0, stretch=None)


def edge_view(r_um: float, z_um: float, width_um: float) -> View:
    """The surroundings of a point of the cut face at theta = 0, magnified."""
    return View("edge of the opening", -68.0, 14.0, 1.0, (r_um, z_um, width_um), True)


def cutaway_rows(
    scenes: Sequence[tuple[Scene, Scene]], sections: Sequence[CrossSection]
) -> list[tuple[View, list[Scene]]]:
    """Rows for :func:`cutaways`: whole, opened, and the edge of the opening magnified.

    Parameters
    ----------
    scenes
        Per design, from :func:`current_scenes` or :func:`stress_scenes`.
    sections
        Of the same designs.
    """
    wide = max(surroundings(section).edge_um[2] for section in sections)
    r, z, _ = surroundings(sections[0]).edge_um
    whole, opened = ([pair[k] for pair in scenes] for k in (0, 1))
    return [(WHOLE, whole), (OPENED, opened), (edge_view(r, z, wide), whole)]


@styled
def cutaways(
    rows: Sequence[tuple[View, Sequence[Scene]]],
    load: LoadMark | None = None,
    logarithmic: bool = False,
    signed: bool = False,
    exaggeration: float = 0.0,
    limits: tuple[float, float] | None = None,
    note: str = "",
    stress: bool = False,
) -> Figure:
    """Pictures of cut bodies on one colour scale: a row per view, a column per design.

    With one design the views stand side by side. Pictures of one row have one scale of length.

    Parameters
    ----------
    rows
        Every view with its scenes, the same number each.
    logarithmic, signed
        Colour scale: logarithmic, or from blue to red around zero; else from 0 up.
    exaggeration
        Factor on the displacements in the views that show them.
    limits
        Of the colour scale; by default what all but the rarest pixels need.
    stress
        Whether the field is a stress, which is then said to be an upper bound.

    Raises
    ------
    ValueError
        Without scenes, for rows of different length, or for scenes of different fields.
    """
    designs = {len(scenes) for _, scenes in rows}
    titles = {scene.title for _, scenes in rows for scene in scenes}
    if len(designs) != 1 or len(titles) != 1:
        raise ValueError("cut-aways need rows of equally many scenes of one field")
    count = designs.pop()
    shots = [_row_of_shots(view, scenes, load, exaggeration) for view, scenes in rows]
    flat = [shot for row in shots for shot in row]
    norm, colours, extend = _colour_scale(flat, logarithmic, signed, limits)
    if count == 1:
        shots = [flat]
    shape = np.array([[s.camera.height_um / s.camera.width_um for s in row] for row in shots])
    # side by side, a tall picture is given less width and a flat one less height
    widths = shape[0] ** -0.5 if count == 1 else np.ones(count)
    width_in = WIDTH_IN * min(len(shots[0]) + 0.4, 3) / 3
    panel_in = (width_in - 1.1) * widths / widths.sum()
    heights = (shape * panel_in).max(axis=1)
    figure = new_figure(float(heights.sum()) + 0.1 * len(shots) + 0.5, width_in)
    axes = figure.subplots(
        len(shots), len(shots[0]), squeeze=False, height_ratios=heights, width_ratios=widths
    )
    for k, (ax, shot) in enumerate(zip(axes.flat, [s for row in shots for s in row], strict=True)):
        _show(ax, shot, norm, colours, load)
        if count == 1:
            panel_title(ax, k, shot.view.title)
        elif k < count:
            panel_title(ax, k, shot.scene.label)
    if count > 1:
        for ax, row in zip(axes[:, 0], shots, strict=True):
            ax.text(-0.02, 0.5, row[0].view.title, rotation=90, ha="right", va="center",
                    fontsize=8.5, transform=ax.transAxes)  # fmt: skip
    bar = figure.colorbar(
        ScalarMappable(norm, colours), ax=list(axes.flat), extend=extend,
        aspect=26 * len(shots) ** 0.7, pad=0.012, shrink=0.9,
    )  # fmt: skip
    bar.set_label(titles.pop())
    notes = [note, "one colour scale"]
    if any(not np.isfinite(shot.trace.values).all() for shot in flat):
        notes.append("plain colours: no current" if logarithmic else "plain colours: no value")
    mark_state(figure, stress, "; ".join(text for text in notes if text))
    return figure


@dataclass(frozen=True)
class _Shot:
    """A scene seen through a view."""

    scene: Scene
    view: View
    stretch: float
    exaggeration: float
    camera: Camera
    trace: _Trace
    trace_end: tuple[float, float, float] | None


def _row_of_shots(
    view: View, scenes: Sequence[Scene], load: LoadMark | None, exaggeration: float
) -> list[_Shot]:
    """The scenes through one view, all in one scale of length."""
    stretch = view.stretch
    if stretch is None:
        height = max(float(np.ptp(s.points_um[1][s.triangles])) for s in scenes)
        radius = max(float(s.points_um[0].max()) for s in scenes)
        stretch = float(f"{max(0.5 * radius / height, 1.0):.1g}")
    soups, factors, ends = [], [], []
    for scene in scenes:
        factor = exaggeration if view.exaggerated and scene.face_shift_um is not None else 0.0
        parts = [*_faces(scene, stretch, factor), _skin(scene, stretch, factor)]
        block = _trace_block(scene, stretch, load) if factor == 0.0 else None
        end = None
        if block is not None:
            parts.append(block)
            _, y, z = block.points.mean(axis=1)
            end = (float(block.points[0].max()), float(y), float(z))
        soups.append(_joined(parts))
        factors.append(factor)
        ends.append(end)
    cameras = [_camera(view, soup, scene, stretch)
               for soup, scene in zip(soups, scenes, strict=True)]  # fmt: skip
    width = max(camera.width_um for camera in cameras)
    height = max(camera.height_um for camera in cameras)
    cameras = [replace(camera, width_um=width, height_um=height) for camera in cameras]
    return [
        _Shot(scene, view, stretch, factor, camera, _traced(soup, camera, PIXELS), end)
        for scene, factor, camera, soup, end in zip(
            scenes, factors, cameras, soups, ends, strict=True
        )
    ]


def _trace_block(scene: Scene, stretch: float, load: LoadMark | None) -> _Soup | None:
    """The trace that reaches the pad's rim, as far as it is not cut away."""
    if load is None or load.kind != "trace" or not load.pad_radius_um or not load.half_angle_deg:
        return None
    if "pad" not in scene.region_names:
        return None
    number = scene.region_names.index("pad")
    pad = scene.triangles[scene.region == number]
    if len(pad) == 0:
        return None
    z = stretch * scene.points_um[1][pad]
    half = load.pad_radius_um * np.sin(np.radians(load.half_angle_deg))
    beyond = 1.22 * float(scene.points_um[0].max())
    start, end = scene.face_deg
    thin = 2e-3 * beyond  # in front of the cut face, not in it
    low = -thin if start % 360.0 == 0.0 else -half
    high = thin if end % 360.0 == 0.0 else half
    inner = load.pad_radius_um * (1 + 1e-6)
    # a little lower than the pad, so that its top is not in the plane of what covers it
    top = float(z.max()) - 0.01 * float(np.ptp(z))
    return _box((inner, low, float(z.min())), (beyond, high, top), number)


def _camera(view: View, soup: _Soup, scene: Scene, stretch: float) -> Camera:
    trial = Camera(view.azimuth_deg, view.elevation_deg, (0.0, 0.0, 0.0), 0.0, 0.0)
    if view.focus is not None:
        r, z, width = view.focus
        angle = np.radians(scene.face_deg[0])
        centre = (r * float(np.cos(angle)), r * float(np.sin(angle)), stretch * z)
        return Camera(view.azimuth_deg, view.elevation_deg, centre, width, 0.72 * width)
    right, up, _ = trial.project(soup.points[:, np.unique(soup.triangles)])
    width = 1.04 * float(np.ptp(right))
    height = float(np.ptp(up)) + (STRIP + 0.03) * width
    middle = [(right.min() + right.max()) / 2, up.max() + 0.03 * width - height / 2, 0.0]
    x, y, z = (float(v) for v in np.array(middle) @ trial.axes)
    return Camera(view.azimuth_deg, view.elevation_deg, (x, y, z), width, height)


def _colour_scale(
    shots: Sequence[_Shot], logarithmic: bool, signed: bool, limits: tuple[float, float] | None
) -> tuple[Normalize, str, str]:
    values = np.concatenate([s.trace.values[np.isfinite(s.trace.values)] for s in shots])
    if len(values) == 0:
        raise ValueError("nothing that is seen has a value")
    if signed:
        top = float(np.percentile(np.abs(values), 99.0)) or 1.0
        low, top = (-top, top) if limits is None else limits
        return Normalize(low, top), "RdBu_r", "both"
    if limits is not None:
        low, top = limits
    else:
        low, top = map(float, np.percentile(values, [2.0, 99.0]))
        low = max(low, top * 10**-DECADES) if logarithmic else 0.0
    top = max(top, low * 1.001, 1e-300)
    if logarithmic:
        return LogNorm(low, top, clip=True), COLOUR_MAP, "both"
    return Normalize(low, top), COLOUR_MAP, "max" if values.max() > top else "neither"


def _show(ax: Axes, shot: _Shot, norm: Normalize, colours: str, load: LoadMark | None) -> None:
    names = shot.scene.region_names
    by_name = region_colours(list(names))
    group_colours = np.array([to_rgb(by_name[name]) for name in names], dtype=np.float32)
    outlined = np.arange(len(names))
    if not shot.view.every_region:
        layers = [k for k, name in enumerate(names) if name.startswith(("ubm_", "enhanced_ubm_"))]
        outlined[layers] = min(layers, default=0)
    image = _shaded(shot.trace, shot.camera, norm, colours, group_colours, outlined)
    camera = shot.camera
    ax.imshow(
        image, extent=(0, camera.width_um, 0, camera.height_um), origin="lower",
        interpolation="antialiased",
    )  # fmt: skip
    ax.set_axis_off()
    _scale_bar(ax, camera)
    if shot.view.focus is not None:
        _region_names(ax, shot)
    else:
        _angle_names(ax, shot)
        if shot.trace_end is not None:
            _name_at(ax, camera, shot.trace_end, "trace", (0, -9))
        if load is not None and load.kind == "shear":
            _shear_arrow(ax, shot)
    words = [f"z stretched ×{shot.stretch:g}"] if shot.stretch != 1.0 else []
    words += [f"displacements ×{shot.exaggeration:g}"] if shot.exaggeration else []
    ax.text(0.99, 0.01, "\n".join(words), transform=ax.transAxes, ha="right", va="bottom",
            fontsize=7)  # fmt: skip


def _scale_bar(ax: Axes, camera: Camera) -> None:
    limit = 0.22 * camera.width_um
    length = max(m * 10.0**e for e in range(-4, 5) for m in (1, 2, 5) if m * 10.0**e <= limit)
    x, y = 0.02 * camera.width_um, 0.025 * camera.width_um
    ax.plot([x, x + length], [y, y], color="black", lw=2.0, solid_capstyle="butt")
    ax.annotate(f"{length:g} µm", (x + length / 2, y), xytext=(0, 2.5),
                textcoords="offset points", ha="center", va="bottom", fontsize=7,
                path_effects=HALO)  # fmt: skip


def _region_names(ax: Axes, shot: _Shot) -> None:
    """Names of the regions where they are widest, if that is wide enough."""
    coarse = 2 * OVERSAMPLED
    group: np.ndarray = np.full(shot.trace.hit.shape, -1, dtype=np.int64)
    group[shot.trace.hit] = shot.trace.group
    group = group[::coarse, ::coarse]
    um = coarse / shot.trace.scale
    rows, columns = (max(int(share * group.shape[1]), 1) for share in (0.11, 0.3))
    group[:rows, :columns] = -1  # the scale bar's place
    for k, name in enumerate(shot.scene.region_names):
        # a word is much wider than high
        room = distance_transform_edt(np.pad(group == k, 1), sampling=(1.0, 0.2))[1:-1, 1:-1]
        j, i = divmod(int(room.argmax()), room.shape[1])
        if room[j, i] * um < 0.022 * shot.camera.width_um:
            continue
        text = interface_title(name).replace("_", " ")
        ax.text((i + 0.5) * um, (j + 0.5) * um, text, ha="center", va="center", fontsize=7,
                path_effects=HALO)  # fmt: skip


def _name_at(
    ax: Axes, camera: Camera, point: Sequence[float], text: str, offset: tuple[float, float]
) -> None:
    x, y = camera.project(np.array(point, dtype=float)[:, None])[:2, 0]
    ax.annotate(text, (x, y), xytext=offset, textcoords="offset points", ha="center",
                va="center", fontsize=7, path_effects=HALO)  # fmt: skip


def _angle_names(ax: Axes, shot: _Shot) -> None:
    """The angle of each cut face, below its outer end."""
    shown = np.unique(shot.scene.triangles)
    r, z = shot.scene.points_um[:, shown]
    for angle in shot.scene.face_deg:
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        point = (0.75 * r.max() * c, 0.75 * r.max() * s, shot.stretch * z.min())
        degrees = 180.0 - (180.0 - angle) % 360.0
        text = f"θ = {degrees:.0f}°".replace("-", "−")
        _name_at(ax, shot.camera, point, text, (0, -8))


def _shear_arrow(ax: Axes, shot: _Shot) -> None:
    """Which way is outwards from the neutral point, over the body."""
    shown = np.unique(shot.scene.triangles)
    r, z = shot.scene.points_um[:, shown]
    top = shot.stretch * float(z.max())
    ends = np.array([[0.0, 0.9 * r.max()], [0.0, 0.0], [top, top]])
    (x0, x1), (y0, y1), _ = shot.camera.project(ends)
    lift = 0.02 * shot.camera.height_um
    ax.annotate("", (x1, y1 + lift), (x0, y0 + lift),
                arrowprops={"arrowstyle": "-|>", "lw": 1.5, "color": INK})  # fmt: skip
    ax.annotate("outwards", (x1, y1 + lift), xytext=(3, 0), textcoords="offset points",
                fontsize=7, va="center", path_effects=HALO)  # fmt: skip
