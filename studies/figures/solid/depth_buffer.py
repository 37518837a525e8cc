"""Pictures of triangles in space: parallel projection, what is in front, light and outlines.

What is in front hides what is behind at every pixel, which sorting of polygons does not achieve for
films beside a bump.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Normalize

from groundwork.compiled import kernel
from studies.figures.solid.surfaces import Soup

INK = (0.13, 0.13, 0.13)
OVERSAMPLED = 2  # pixels along a side of a final one
# right, up, towards the camera; strength
LIGHTS = ((-0.35, 0.75, 0.55, 0.75), (0.8, 0.1, 0.4, 0.25))
AMBIENT = 0.55
CREASE = 0.80  # cosine of the angle between normals across which a line is drawn


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


@kernel
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
class Visible:
    """What is seen in each pixel, before colours are known."""

    scale: float  # oversampled pixels per um
    hit: np.ndarray  # (height, width)
    depth: np.ndarray
    values: np.ndarray  # (hits,)
    normals: np.ndarray  # (hits, 3)
    group: np.ndarray
    flat: np.ndarray


def visible(soup: Soup, camera: Camera, pixels: int) -> Visible:
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
    return Visible(
        scale, hit, np.where(hit, nearest, 0.0), (soup.values[corners] * weights).sum(axis=1),
        normals, soup.group[t], soup.flat[t],
    )  # fmt: skip


def shaded(
    seen: Visible,
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
    known = np.isfinite(seen.values)
    colour = group_colours[seen.group]
    table = colormaps[colours](np.linspace(0.0, 1.0, 256))[:, :3].astype(np.float32)
    level = np.clip(norm(seen.values[known]), 0.0, 1.0)
    colour[known] = table[np.round(255 * np.ma.getdata(level)).astype(np.int64)]
    right, up, ahead = camera.axes
    light = np.full(len(colour), AMBIENT, dtype=np.float32)
    shine = np.zeros(len(colour), dtype=np.float32)
    for *direction, strength in LIGHTS:
        # lights turn with the camera, so that every view is lit alike
        ray = direction[0] * right + direction[1] * up + direction[2] * ahead
        ray = ray / np.linalg.norm(ray)
        half = (ray + ahead) / np.linalg.norm(ray + ahead)
        light += (1 - AMBIENT) * strength * np.maximum(seen.normals @ ray.astype(np.float32), 0)
        gloss = np.maximum(seen.normals @ half.astype(np.float32), 0)
        for _ in range(5):  # to the power of 32
            gloss *= gloss
        shine += 0.16 * strength * gloss
    light[seen.flat], shine[seen.flat] = 1.0, 0.0
    colour *= light[:, None]
    colour += (1 - colour) * shine[:, None]

    hit = seen.hit
    image = np.zeros((*hit.shape, 4), dtype=np.float32)
    image[hit, :3], image[hit, 3] = colour, 1.0
    part = np.full(hit.shape, -1, dtype=np.int16)
    part[hit] = 2 * outlined[seen.group] + seen.flat
    facing = np.zeros((*hit.shape, 3), dtype=np.float32)
    facing[hit] = seen.normals
    lines = _lines(part, facing, seen.depth, 6.0 / seen.scale)
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
