"""What is to be known of computed cracks: of faces that touch, of one under a probe's mark."""

from __future__ import annotations

from collections.abc import Sequence

from geometry import Design
from geometry.process.probed import probe_of
from studies.cracks.curves import CrackGrowth


def crack_notes(curves: Sequence[CrackGrowth]) -> list[str]:
    """A sentence for each thing to know; none of open cracks on an interface."""
    points = [p for curve in curves for p in curve.points]
    said = []
    touching = [p.contact for p in points if p.contact is not None]
    if any(contact.at_tip and not contact.held for contact in touching):
        said.append("where the faces touch at the tip K_I = 0: the crack slides, in mode II")
    if touching:
        friction = touching[0].friction
        said.append(
            "touching faces slide without friction (crack.friction = 0), which gives the largest G "
            "unless parts of them slide in opposite senses; --friction 0.3 shows what friction does"
            if friction == 0.0
            else f"touching faces slide with a friction of {friction:g}; the load comes in one "
            "step, in which nothing slides back"
        )
    if any(contact.held for contact in touching):
        said.append("held: friction lets nothing slide at the tip, and G is 0")
    if any(p.overlaps for p in points):
        said.append(
            "where faces overlap, somewhere around the front, their contact is not solved: the "
            "load varies around the axis, and G is another one"
        )
    if any(c.crack.from_scar and _etched_away(c.design) for c in curves):
        said.append(
            "full-depth: the etch takes the mark away; the crack that it left in the dielectric "
            "stays, under the UBM that lands there"
        )
    return said


def _etched_away(design: Design) -> bool:
    """Whether no pad is left over the edge of its mark."""
    probe = probe_of(design)
    if probe is None or design.depth_ratio < 1.0:
        return False
    return bool(probe.edges_um[1] <= design.recess_top_radius_um)
