"""Whether a case is elastic, or its metals yield and creep over a history."""

from __future__ import annotations

from geometry.design.values import DesignValues


def follows_process(design: DesignValues) -> bool:
    """Whether a case's stress is what its process leaves, elastic or with laws."""
    history = design.load.history
    return history is not None and history.kind == "process"


def has_history(design: DesignValues) -> bool:
    """Whether a case's stress is at the end of a history, and no linear problem of its own."""
    return is_inelastic(design) or follows_process(design)


def is_inelastic(design: DesignValues) -> bool:
    """Whether a case follows laws of materials over a history."""
    return bool(design.load.inelastic)
