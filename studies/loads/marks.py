"""Where a load comes in around the circle, to be marked in pictures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LoadMark:
    """Where a load comes in, to be marked in pictures.

    Attributes
    ----------
    kind
        ``"trace"``, ``"vias"`` or ``"shear"``.
    half_angle_deg
        Of the arc, or of each of ``count`` arcs, through which current enters.
    count
        Number of arcs, the first at theta = 0.
    pad_radius_um
        Outer radius of the pad.
    width_um
        Of the trace.
    via_radius_um, via_diameter_um
        Radius of the ring on which the vias stand, and diameter of each.
    zero, entry
        What theta = 0 is, and where current enters, for captions.
    """

    kind: str
    half_angle_deg: float | None = None
    count: int = 1
    pad_radius_um: float | None = None
    width_um: float | None = None
    via_radius_um: float | None = None
    via_diameter_um: float | None = None
    zero: str = ""
    entry: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ("trace", "vias", "shear"):
            raise ValueError(f"kind = '{self.kind}' must be 'trace', 'vias' or 'shear'")

    @property
    def word(self) -> str:
        """What stands beside the mark."""
        return {"trace": "trace", "vias": "via", "shear": "outwards"}[self.kind]

    def arcs(self) -> list[tuple[float, float]]:
        """Start and end of every arc, degrees between -180 and 180; one may end beyond."""
        if self.half_angle_deg is None:
            return []
        centres = [(360.0 * k / self.count + 180.0) % 360.0 - 180.0 for k in range(self.count)]
        return [(c - self.half_angle_deg, c + self.half_angle_deg) for c in centres]
