"""Sidewall angles."""

from __future__ import annotations

import math


def cotangent(angle_deg: float) -> float:
    """Cotangent that keeps a vertical wall vertical to the last digit."""
    angle = math.radians(angle_deg)
    return 0.0 if angle_deg == 90.0 else math.cos(angle) / math.sin(angle)
