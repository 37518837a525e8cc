"""What is said of cracks whose faces touch."""

from __future__ import annotations

from collections.abc import Sequence

from studies.cracks.curves import CrackGrowth


def contact_notes(curves: Sequence[CrackGrowth]) -> list[str]:
    """A sentence for each thing to know of faces that touch or overlap; none for open cracks."""
    points = [p for curve in curves for p in curve.points]
    said = []
    touching = [p.contact for p in points if p.contact is not None]
    if any(contact.at_tip for contact in touching):
        said.append("where the faces touch at the tip K_I = 0: the crack slides, in mode II")
    if touching:
        friction = touching[0].friction
        said.append(
            "touching faces slide without friction (crack.friction = 0), which gives the largest "
            "G; --friction 0.3 shows what friction leaves of it"
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
    return said
