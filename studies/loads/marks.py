"""Where a load comes in around the circle, to be marked in pictures."""

from __future__ import annotations

from dataclasses import dataclass

from geometry import Design


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
    """

    kind: str
    half_angle_deg: float | None = None
    count: int = 1
    pad_radius_um: float | None = None
    width_um: float | None = None
    via_radius_um: float | None = None
    via_diameter_um: float | None = None

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


def current_mark(design: Design) -> LoadMark | None:
    """Where current enters; None where it does so all around."""
    half, count, pad = design.source_half_angle_deg, design.source_count, design.pad_radius_um
    if design.trace is not None:
        return LoadMark("trace", half, count, pad, design.trace.width_um)
    vias = design.discrete_vias
    if vias is None:
        return None
    ring = vias.circle_diameter_um / 2
    return LoadMark("vias", half, count, pad, None, ring, vias.diameter_um)


def shear_mark(design: Design) -> LoadMark | None:
    """The direction of the board's shift; None where it does not shear the joint."""
    if design.load.shear is None:
        return None
    return LoadMark("shear", pad_radius_um=design.pad_radius_um)
