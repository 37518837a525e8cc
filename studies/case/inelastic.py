"""Whether a case is elastic, or its metals yield and creep over a history."""

from __future__ import annotations

from geometry.design.values import DesignValues

CYCLED = ("cycles", "process")  # kinds of history behind which thermal cycles may come


def follows_process(design: DesignValues) -> bool:
    """Whether a case's stress is what its process leaves, elastic or with laws."""
    history = design.load.history
    return history is not None and history.kind == "process"


def is_cycled(design: DesignValues) -> bool:
    """Whether a case goes through thermal cycles, behind its cool-down or its process."""
    if not is_inelastic(design) or design.load.history is None:
        return False
    return design.load.history.kind in CYCLED and design.load.cycling is not None


def has_history(design: DesignValues) -> bool:
    """Whether a case's stress is at the end of a history, and no linear problem of its own."""
    return is_inelastic(design) or follows_process(design)


def is_inelastic(design: DesignValues) -> bool:
    """Whether a case follows laws of materials over a history."""
    return bool(design.load.inelastic)
