"""Energy release rate against the length of a crack: the data of a curve, and as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from geometry import Design
from geometry.design.schema import Crack
from studies.cracks.verdict import Outcome, outcome_of, verdict
from studies.loads.load import varying
from studies.wording.levels import level


@dataclass(frozen=True)
class FaceContact:
    """How the faces of a closed crack touch.

    Attributes
    ----------
    friction
        Coulomb's coefficient, as the design says it.
    contact_um
        Length of the crack along which they touch.
    at_tip
        Whether they do at the tip: then K_I = 0, the crack slides.
    held
        Whether friction holds the tip: nothing is released there.
    """

    friction: float
    contact_um: float
    at_tip: bool
    held: bool


@dataclass(frozen=True)
class CrackPoint:
    """One length of the crack.

    Attributes
    ----------
    g_j_per_m2, g_max_j_per_m2, theta_deg
        Mean around the front; largest, and where.
    k_1_mpa_sqrt_um, k_2_mpa_sqrt_um, k_3_mpa_sqrt_um
        Intensities at the worst angle and the reference length.
    mode_mix_deg
        arg(K l^(i eps)) at the worst angle, with l = ``reference_length_um``.
    overlap_share
        Of the length, where free faces would overlap at the worst angle.
    closed
        Whether they would by more than the oscillation at the tip, anywhere around the circle.
    errors
        Of each of these by name, in its unit, at the same angle: the change from a mesh of twice
        the element size, or, if larger, what the domain integral, crack closure and the intensities
        disagree by. Of ``contact_um`` at least half a facet at its end.
    contact
        Of a closed crack. None of an open one, and of one that closes under a load which varies
        around the axis: that contact is not solved, and G is not that of the body.
    """

    length_um: float
    g_j_per_m2: float
    g_max_j_per_m2: float
    theta_deg: float
    k_1_mpa_sqrt_um: float
    k_2_mpa_sqrt_um: float
    k_3_mpa_sqrt_um: float
    mode_mix_deg: float
    reference_length_um: float
    overlap_share: float
    closed: bool
    errors: Mapping[str, float]
    contact: FaceContact | None = None

    @property
    def overlaps(self) -> bool:
        """Whether its faces overlap in the state shown."""
        return self.closed and self.contact is None

    @property
    def g_error_j_per_m2(self) -> float:
        """Of the largest G."""
        return self.errors["g_max_j_per_m2"]

    def against(self, toughness_j_per_m2: float) -> Outcome:
        """The largest G, with its error, against a toughness."""
        return outcome_of(
            self.g_max_j_per_m2, self.g_error_j_per_m2, toughness_j_per_m2, self.overlaps
        )


@dataclass(frozen=True)
class CrackGrowth:
    """The curve of one design.

    Attributes
    ----------
    start_um
        The length that the design's crack has; None if it has none in particular.
    points
        By ascending length.
    skipped
        Length, um, to why the design has no such crack.
    failed
        Length, um, to why its analysis failed.
    """

    design: Design
    interface_length_um: float
    start_um: float | None
    points: tuple[CrackPoint, ...]
    skipped: Mapping[float, str]
    failed: Mapping[float, str]

    @property
    def crack(self) -> Crack:
        assert self.design.crack is not None
        return self.design.crack

    @property
    def axisymmetric(self) -> bool:
        """Whether nothing varies around the front."""
        return not varying(self.design, "thermal_stress")

    @property
    def verdict(self) -> str:
        """Whether the design's crack starts, grows or arrests, and what that rests on."""
        toughness, start = self.crack.toughness_j_per_m2, self.start_um
        if toughness is None:
            return "no toughness given"
        missing = {**self.skipped, **self.failed}
        if start in missing:
            return f"no crack of {level(start)} um: {missing[start]}"
        ahead = [p for p in self.points if start is None or p.length_um >= start]
        if not ahead:
            return "no length was computed"
        return verdict((p.length_um, p.against(toughness)) for p in ahead)

    def record(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "variant": self.design.variant,
            "depth_ratio": self.design.depth_ratio,
            "interface": self.crack.where,
            "start": self.crack.start,
            "interface_length_um": self.interface_length_um,
            "toughness_j_per_m2": self.crack.toughness_j_per_m2,
            "friction": self.crack.friction,
            "verdict": self.verdict,
            "points": [self._point(point) for point in self.points],
            "skipped": {level(length): why for length, why in self.skipped.items()},
            "failed": {level(length): why for length, why in self.failed.items()},
        }

    def _point(self, point: CrackPoint) -> dict[str, Any]:
        values = {**asdict(point), "errors": dict(point.errors)}
        values["g_error_j_per_m2"] = point.g_error_j_per_m2
        toughness = self.crack.toughness_j_per_m2
        if toughness is not None:
            values["against_toughness"] = str(point.against(toughness))
        return values
