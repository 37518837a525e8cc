"""Where a field is asked for: the region that decides the side, and the angle around the axis."""

from __future__ import annotations

import warnings


def region_and_angle(region, theta_deg):
    """Region and angle of a call that may still give them in the earlier order, angle first."""
    if region is None or isinstance(region, str):
        return region, theta_deg
    warnings.warn("give the angle by its name, theta_deg=...", DeprecationWarning, stacklevel=3)
    return (theta_deg if isinstance(theta_deg, str) else None), region
