"""Where a load comes in around the circle, to be marked in pictures.

A load says by glyphs what is drawn of it: pieces seen from above and over a cut body, of which
pictures know how to draw each. theta = 0 is where it comes in, or the way in which it acts.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Strip:
    """Metal that meets the pad's rim at theta = 0 and goes on outwards.

    ``word`` stands at its end.
    """

    width_um: float
    word: str


@dataclass(frozen=True)
class Disc:
    """A circle in the plane, by its centre and its diameter."""

    radius_um: float
    theta_deg: float
    diameter_um: float


@dataclass(frozen=True)
class Arrow:
    """From the pad's rim outwards at theta = 0, with a word at its tip."""

    word: str


Glyph = Strip | Disc | Arrow


@dataclass(frozen=True)
class LoadMark:
    """Where a load comes in, to be marked in pictures.

    Attributes
    ----------
    word
        What stands beside its place on maps over the angle.
    glyphs
        What is drawn of it from above and over a cut body.
    label
        What the first of them is called from above.
    half_angle_deg
        Of the arc, or of each of ``count`` arcs, through which current enters.
    count
        Number of arcs, the first at theta = 0.
    pad_radius_um
        Outer radius of the pad.
    zero, entry
        What theta = 0 is, and where current enters, for captions.
    """

    word: str
    glyphs: tuple[Glyph, ...] = ()
    label: str = ""
    half_angle_deg: float | None = None
    count: int = 1
    pad_radius_um: float | None = None
    zero: str = ""
    entry: str = ""

    def arcs(self) -> list[tuple[float, float]]:
        """Start and end of every arc, degrees between -180 and 180; one may end beyond."""
        if self.half_angle_deg is None:
            return []
        centres = [(360.0 * k / self.count + 180.0) % 360.0 - 180.0 for k in range(self.count)]
        return [(c - self.half_angle_deg, c + self.half_angle_deg) for c in centres]

    def strip(self) -> Strip | None:
        """Its first strip; None without one."""
        return next((glyph for glyph in self.glyphs if isinstance(glyph, Strip)), None)

    def arrow(self) -> Arrow | None:
        """Its first arrow; None without one."""
        return next((glyph for glyph in self.glyphs if isinstance(glyph, Arrow)), None)
