"""The mark of a test probe on a flat pad: the height of the pad's surface over the radius.

A crater of depth d and outer radius a has a flat floor up to r = a - w and an S-shaped wall of
radial width w, a raised cosine; w = 0 is a vertical edge. Displaced metal stands around it as a rim
of radial width p, a full raised cosine from r = a outwards. An annular groove has a wall and a rim
on its inner side too, and both rims are equally high.

Every such curve is a half period of a cosine between two horizontal tangents. It is held as chords
that turn by less than 8 degrees from one to the next. Chords of half a period enclose its area
exactly, those of a rim its revolved volume too and that of a groove; those of a crater's one wall
are moved sideways to the volume of the closed form

    V = pi d ((a^2 + (a - w)^2) / 2 - 2 w^2 / pi^2)        V = 2 pi R d (2 s - w)

(crater, and groove of mean radius R and half width s). Only a crater down to the dielectric differs
by some 1e-3, for no wedge of metal is thinner there than can be meshed. The rim's height takes the
volume that the chords enclose, so that the pad loses exactly what does not pile up.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

TURN = math.radians(8.0)  # most by which one chord turns from the last
FEATHER, FEATHER_TURN = 0.1, math.radians(30.0)  # of the metal's height: lower and flatter
FEWEST = 9  # chords of half a period, an odd number: one crosses its middle
SAMPLES = 401  # of a curve that is divided into chords


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

    @cached_property
    def crater_um3(self) -> float:
        """Volume below the pad's former top, as the chords enclose it."""
        return revolved_below(self._crater, self.pad_um)

    @cached_property
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
        top, points = self.pad_um, self._crater
        if self.has_rim:
            high, width = top + self.rim_height_um, self.rim_width_um
            outer = self.outer_um
            points = [
                *points,
                *raised_cosine((outer, top), (outer + width / 2, high)),
                *raised_cosine((outer + width / 2, high), (outer + width, top)),
            ]
            if self.inner_um > 0.0:
                inner = self.inner_um - width
                points = [
                    (inner, top),
                    *raised_cosine((inner, top), (inner + width / 2, high)),
                    *raised_cosine((inner + width / 2, high), (self.inner_um, top)),
                    *points[1:],
                ]
        return np.array(points)

    @cached_property
    def _crater(self) -> list[tuple[float, float]]:
        """The floor and its walls, without rims."""
        top, floor = self.pad_um, self.pad_um - self.depth_um
        points = [(0.0, floor)]
        if self.inner_um > 0.0:
            foot = (self.inner_um + self.wall_um, floor)
            points = [(self.inner_um, top), *raised_cosine((self.inner_um, top), foot)]
        foot = (self.outer_um - self.wall_um, floor)
        points += [foot] if foot[0] > points[-1][0] else []
        wall = raised_cosine(foot, (self.outer_um, top))
        middle = self.outer_um - self.wall_um / 2
        for _ in range(20 if self.inner_um == 0.0 and len(wall) > 1 else 0):
            # chords of one wall alone enclose too much, for its foot is nearer the axis
            excess = revolved_below([*points, *wall], top) - self._volume_um3
            inwards = excess / (2 * math.pi * middle * self.depth_um)
            wall = [*((r - inwards, z) for r, z in wall[:-1]), wall[-1]]
        return without_feathers([*points, *wall])

    @property
    def _volume_um3(self) -> float:
        """Volume of a crater in closed form."""
        outer, inner = self.outer_um, self.outer_um - self.wall_um
        squares = (outer**2 + inner**2) / 2 - 2 * self.wall_um**2 / math.pi**2
        return math.pi * self.depth_um * squares


def raised_cosine(
    start: tuple[float, float], end: tuple[float, float]
) -> list[tuple[float, float]]:
    """Chord ends of half a period of a cosine from one point to another, the first left out.

    Its tangent is horizontal at both; where they stand one over the other it is a vertical line.
    """
    (r0, z0), (r1, z1) = start, end
    width, rise = r1 - r0, z1 - z0
    if width == 0.0 or rise == 0.0:
        return [end]
    x = np.linspace(0.0, width, SAMPLES)
    steep = math.pi / 2 * rise / width * np.sin(math.pi * x / width)
    turned = np.abs(np.diff(np.arctan(steep)))
    length = np.hypot(1.0, (steep[1:] + steep[:-1]) / 2) * (width / (SAMPLES - 1))
    dense = turned / turned.sum() + np.sqrt(turned * length) / np.sqrt(turned * length).sum()
    so_far = np.concatenate([[0.0], np.cumsum(dense)])
    so_far = (so_far + so_far[-1] - so_far[::-1]) / 2  # to the last digit the same from both ends
    for pieces in itertools.count(FEWEST, 2):
        at = np.interp(np.linspace(0.0, so_far[-1], pieces + 1), so_far, x)
        z = rise * (1 - np.cos(math.pi * at / width)) / 2
        slopes = np.arctan2(np.diff(z), np.diff(at))
        if np.abs(np.diff(slopes, prepend=-slopes[0], append=-slopes[-1])).max() < TURN:
            break
    return [*zip((r0 + at[1:-1]).tolist(), (z0 + z[1:-1]).tolist(), strict=True), end]


def without_feathers(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A line of points (r, z) whose ends on z = 0, the dielectric, are no thin wedges of metal."""
    top = max(z for _, z in points)

    def trimmed(line: list[tuple[float, float]]) -> list[tuple[float, float]]:
        kept = line[:1]
        for k, (r, z) in enumerate(line[1:-1], start=1):
            (r0, z0), after = kept[-1], line[k + 1][1]
            feather = 0.0 == z0 < z < FEATHER * top and z < abs(r - r0) * math.tan(FEATHER_TURN)
            if not (feather and after > z):
                kept.append((r, z))
        return [*kept, line[-1]]

    return trimmed(trimmed(points)[::-1])[::-1]


def revolved_below(points: list[tuple[float, float]], top_um: float) -> float:
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
