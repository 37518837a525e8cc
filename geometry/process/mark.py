"""The mark of a test probe on a flat pad: the height of the pad's surface over the radius.

A crater of depth d and outer radius a has a flat floor up to r = a - w and an S-shaped wall of
radial width w, a raised cosine; w = 0 is a vertical edge. Displaced metal stands around it as a rim
of radial width p, a full raised cosine from r = a outwards. An annular groove has a wall and a rim
on its inner side too, and both rims are equally high.

Every such curve consists of half periods of a cosine between horizontal tangents. It is held as
chords that are equally far from it and turn by less than 16 degrees from one to the next. Their
ends do not lie on the curve: what lies between chords and curve vanishes on revolved average with
every hat function of the chords,

    integral of (z_chords - z) phi_k r dr = 0,    phi_k = 1 at chord end k, 0 at the others,

where the first and the last end slide along the flats beside the curve. So crater and rim have
exactly the volumes of their closed forms,

    V = pi d ((a^2 + (a - w)^2) / 2 - 2 w^2 / pi^2)        V = 2 pi R d (2 s - w)

(crater, and groove of mean radius R and half width s), and what chords change is of higher order
than with ends on the curve. Only a crater down to the dielectric differs by some 1e-3, for no wedge
of metal is thinner there than can be meshed. The rim's height takes the crater's volume, so that
the pad loses exactly what does not pile up.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

TURN = math.radians(16.0)  # most by which chords on the curve turn from one to the next
FEATHER, FEATHER_TURN = 0.1, math.radians(30.0)  # of the metal's height: lower and flatter
FEWEST = 5  # chords of half a period, an odd number: one crosses its middle
SAMPLES = 401  # of a curve that is divided into chords
SLID = 0.2  # of the first chord: about how far its end lies from the curve's
MOST_STEPS, SETTLED = 20, 1e-12  # Newton's, relative to the curve's size
KEPT = 64  # curves whose chords are kept

Point = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A mark on a pad, um.

    Attributes
    ----------
    pad_um
        Height of the unmarked pad's top over the dielectric.
    depth_um
        Of the crater's or groove's floor below it.
    inner_um, outer_um
        Radii of a groove's edges at the pad's top; a crater's inner one is 0.
    wall_um
        Radial width of a wall.
    share
        Of the displaced metal that stands in the rims.
    rim_width_um
        Of each rim.
    """

    pad_um: float
    depth_um: float
    inner_um: float
    outer_um: float
    wall_um: float
    share: float
    rim_width_um: float

    @property
    def has_rim(self) -> bool:
        return self.share > 0.0

    @property
    def reach_um(self) -> tuple[float, float]:
        """Radii between which the pad is not as it was: the mark with its rims."""
        rim = self.rim_width_um if self.has_rim else 0.0
        return (self.inner_um - rim if self.inner_um > 0.0 else 0.0), self.outer_um + rim

    @property
    def crater_um3(self) -> float:
        """Volume below the pad's former top."""
        half = (self.outer_um - self.inner_um) / 2
        if self.inner_um > 0.0:
            around = 2 * math.pi * (self.inner_um + half)
            return around * self.depth_um * (2 * half - self.wall_um)
        outer, inner = self.outer_um, self.outer_um - self.wall_um
        squares = (outer**2 + inner**2) / 2 - 2 * self.wall_um**2 / math.pi**2
        return math.pi * self.depth_um * squares

    @property
    def rim_height_um(self) -> float:
        """Height of the rims, from the volume of a rim, pi h p (R + p/2), or (R - p/2) inside."""
        if not self.has_rim:
            return 0.0
        half = self.rim_width_um / 2
        middles = self.outer_um + half + (self.inner_um - half if self.inner_um > 0.0 else 0.0)
        return self.share * self.crater_um3 / (math.pi * self.rim_width_um * middles)

    @cached_property
    def surface_um(self) -> np.ndarray:
        """(n, 2) radii and heights of the pad's surface over :attr:`reach_um`, outwards."""
        top, floor = self.pad_um, self.pad_um - self.depth_um
        high, width = top + self.rim_height_um, self.rim_width_um
        inner, outer, wall = self.inner_um, self.outer_um, self.wall_um
        curves: list[tuple[Point, ...]] = [((outer - wall, floor), (outer, top))]
        if inner > 0.0:
            curves.insert(0, ((inner, top), (inner + wall, floor)))
        if self.has_rim:
            for k, edge in [(len(curves), outer), (0, inner - width)][: 2 if inner > 0.0 else 1]:
                curves.insert(k, ((edge, top), (edge + width / 2, high), (edge + width, top)))
        points = [(0.0, floor)] if inner == 0.0 else []
        for curve in curves:
            points += [curve[0], *chorded(curve), curve[-1]]
        return np.array(without_feathers(without_repeats(points)))


@lru_cache(maxsize=KEPT)
def chorded(nodes: tuple[Point, ...]) -> tuple[Point, ...]:
    """Chord ends of half periods of a cosine from one point (r, z) to the next, um.

    The tangent is horizontal in every point; where two stand one over the other the line between
    them is upright. Chord ends between the first and the last have fixed radii, those two fixed
    heights; Newton's method finds the rest.
    """
    r, z = np.array(nodes).T
    if r[0] == r[-1]:
        return nodes
    pieces = zip(itertools.pairwise(r), itertools.pairwise(z), strict=True)
    knots = [r0 + _divided(r1 - r0, z1 - z0) for (r0, r1), (z0, z1) in pieces]
    radii = np.concatenate([knots[0], *(more[1:] for more in knots[1:])])
    gauss, weight = np.polynomial.legendre.leggauss(8)
    x, size = (gauss + 1) / 2, max(r[-1] - r[0], np.ptp(z))

    def curve(at: np.ndarray) -> np.ndarray:
        k = np.clip(np.searchsorted(r, at, side="right") - 1, 0, len(r) - 2)
        share = np.clip((at - r[k]) / (r[k + 1] - r[k]), 0.0, 1.0)
        return z[k] + (z[k + 1] - z[k]) * (1 - np.cos(math.pi * share)) / 2

    def line(unknown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        at, height = radii.copy(), unknown.copy()
        at[[0, -1]], height[[0, -1]] = unknown[[0, -1]], z[[0, -1]]
        return at, height

    def moments(unknown: np.ndarray) -> np.ndarray:
        at, height = (np.pad(found, 1, "edge") for found in line(unknown))
        at[[0, -1]] = r[[0, -1]]  # the flats beside the curve
        points, length = at[:-1, None] + np.diff(at)[:, None] * x, np.diff(at)[:, None]
        apart = height[:-1, None] + np.diff(height)[:, None] * x - curve(points)
        apart *= points * weight / 2 * length
        rising, falling = (apart * x).sum(axis=1), (apart * (1 - x)).sum(axis=1)
        out = rising[:-1] + falling[1:]
        out[[0, -1]] += falling[0], rising[-1]  # a flat has its end's function to itself
        return out

    unknown = curve(radii)
    unknown[0] = radii[0] + SLID * (radii[1] - radii[0])
    unknown[-1] = radii[-1] - SLID * (radii[-1] - radii[-2])
    for _ in range(MOST_STEPS):
        found, step = moments(unknown), 1e-7 * size
        slopes = [(moments(unknown + step * one) - found) / step for one in np.eye(len(unknown))]
        change = np.linalg.solve(np.transpose(slopes), -found)
        unknown = unknown + change
        if np.abs(change).max() < SETTLED * size:
            break
    at, height = line(unknown)
    return tuple(zip(at.tolist(), height.tolist(), strict=True))


def _divided(width: float, rise: float) -> np.ndarray:
    """Where half a period of a cosine is divided into chords, from 0 to its width."""
    x = np.linspace(0.0, width, SAMPLES)
    steep = math.pi / 2 * rise / width * np.sin(math.pi * x / width)
    turned = np.abs(np.diff(np.arctan(steep)))
    length = np.hypot(1.0, (steep[1:] + steep[:-1]) / 2) * (width / (SAMPLES - 1))
    so_far = np.concatenate([[0.0], np.cumsum(np.sqrt(turned * length))])  # equally far
    so_far = (so_far + so_far[-1] - so_far[::-1]) / 2  # to the last digit the same from both ends
    for pieces in itertools.count(FEWEST, 2):
        at = np.interp(np.linspace(0.0, so_far[-1], pieces + 1), so_far, x)
        z = rise * (1 - np.cos(math.pi * at / width)) / 2
        slopes = np.arctan2(np.diff(z), np.diff(at))
        if np.abs(np.diff(slopes, prepend=0.0, append=0.0)).max() < TURN:
            break
    return at


def without_repeats(points: list[Point]) -> list[Point]:
    """A line without points that repeat the one before, or lie within a flat."""
    kept = points[:1]
    for here, after in zip(points[1:], [*points[2:], None], strict=True):
        flat = after is not None and kept[-1][1] == here[1] == after[1]
        if not flat and here != kept[-1]:
            kept.append(here)
    return kept


def without_feathers(points: list[Point]) -> list[Point]:
    """A line of points (r, z) whose ends on z = 0, the dielectric, are no thin wedges of metal."""
    top = max(z for _, z in points)

    def trimmed(line: list[Point]) -> list[Point]:
        kept = line[:1]
        for k, (r, z) in enumerate(line[1:-1], start=1):
            (r0, z0), after = kept[-1], line[k + 1][1]
            feather = 0.0 == z0 < z < FEATHER * top and z < abs(r - r0) * math.tan(FEATHER_TURN)
            if not (feather and after > z):
                kept.append((r, z))
        return [*kept, line[-1]]

    return trimmed(trimmed(points)[::-1])[::-1]


def revolved_below(points: list[Point], top_um: float) -> float:
    """Volume, um^3, between a height and a line of points (r, z), revolved."""
    r, z = np.array(points).T
    u = top_um - z
    r0, r1, u0, u1 = r[:-1], r[1:], u[:-1], u[1:]
    moments = (r1 - r0) * (2 * r0 * u0 + r0 * u1 + r1 * u0 + 2 * r1 * u1) / 6
    return float(2 * math.pi * moments.sum())


def surviving_relief(relief: float, depth_um: float, etch_um: float) -> float:
    """Share of a mark's relief that an etch leaves: as given, or more where the floor would rise.

    The crater's floor sinks by e - (1 - relief) d, which cannot be less than nothing.
    """
    return max(relief, 1.0 - etch_um / depth_um)


def etched(
    surface_um: np.ndarray, pad_um: float, etch_um: float, relief: float, thinnest_um: float
) -> np.ndarray:
    """A marked surface after an etch: z' = t - e + relief (z - t), and what is left of the pad.

    Where less than ``thinnest_um`` of metal would be left there is none. Points (n, 2), um.
    """
    r, z = surface_um.T
    z = pad_um - etch_um + relief * (z - pad_um)
    bare = z < thinnest_um
    line = [(float(r[0]), 0.0 if bare[0] else float(z[0]))]
    for k in range(1, len(r)):
        if bare[k - 1] != bare[k]:
            low, high = (k - 1, k) if bare[k - 1] else (k, k - 1)
            share = min(max(-z[low] / (z[high] - z[low]), 0.0), 1.0)
            crossing = float(r[low] + share * (r[high] - r[low]))
            line.append((crossing, 0.0))
        line.append((float(r[k]), 0.0 if bare[k] else float(z[k])))
    kept = [line[0]]
    for before, here, after in zip(line[:-2], line[1:-1], line[2:], strict=True):
        if not before[1] == here[1] == after[1]:
            kept.append(here)
    return np.array(without_feathers([*kept, line[-1]]))
