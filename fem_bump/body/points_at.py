"""Where a field is asked for: the region that decides the side, and the angle around the axis."""

from __future__ import annotations

import warnings
from typing import Any, TypeVar, overload

import numpy as np

Angle = TypeVar("Angle", float | np.ndarray, tuple[float, float])  # degrees, or from and to


@overload
def region_and_angle(region: str | None, theta_deg: Angle) -> tuple[str | None, Angle]: ...


@overload
def region_and_angle(region: Angle, theta_deg: str | None) -> tuple[str | None, Angle]: ...


def region_and_angle(region: Any, theta_deg: Any) -> tuple[str | None, Any]:
    """Region and angle of a call that may still give them in the earlier order, angle first."""
    if region is None or isinstance(region, str):
        return region, theta_deg
    warnings.warn("give the angle by its name, theta_deg=...", DeprecationWarning, stacklevel=3)
    return (theta_deg if isinstance(theta_deg, str) else None), region
