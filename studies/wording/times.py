"""How long something lasts, for people: seconds to years."""

from __future__ import annotations

UNITS_S = {"years": 3.15576e7, "days": 86400.0, "h": 3600.0, "min": 60.0}


def lasting(seconds: float) -> str:
    """``10 years``, ``3.2 h``, ``0.5 s``: in the largest unit of which there are two."""
    for unit, size in UNITS_S.items():
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
