"""How fast Newton's iterations of a history converge."""

from __future__ import annotations

import numpy as np

from fem_bump.mechanics.history import History

BEGUN, ROUND_OFF = 0.1, 1e-11  # relative residuals between which an order is seen


def newton_order(history: History) -> float:
    """Median of the orders between three residuals that follow each other, over all steps."""
    found = []
    for step in history.steps:
        path = step.convergence
        for first, second, third in zip(path, path[1:], path[2:], strict=False):
            if first < BEGUN and third > ROUND_OFF:
                found.append(np.log(third / second) / np.log(second / first))
    return float(np.median(found))
