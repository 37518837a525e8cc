"""Whether a case is elastic, or its metals yield and creep over a history."""

from __future__ import annotations

from geometry.design.values import DesignValues


def is_inelastic(design: DesignValues) -> bool:
    """Whether a case follows laws of materials over a history."""
    return bool(design.load.inelastic)
