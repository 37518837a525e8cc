"""Metrics of a solved design as linear functionals, and the dual-weighted error of each.

A window keeps its place: where it is an extreme, moving it changes the mean by a square. The same
goes for the angle at which it lies, and for the direction of a largest shear. A mean principal
stress, a mean magnitude of J and a mode mix are linearized. Volume fractions and the share of a
contact in tension are no functionals; see :mod:`studies.evaluate` for their errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studies.current_goals import current_goals
from studies.functional_metrics import Estimated
from studies.solved import Solved
from studies.stress_goals import stress_goals


@dataclass(frozen=True)
class Estimates:
    """Estimated error per metric, and where fields may be singular (a mask of vertices)."""

    of: dict[str, Estimated]
    corners: np.ndarray


def estimates(solved: Solved, headline_only: bool) -> Estimates:
    """Estimated errors of the headline metrics at all lengths, or of all that are functionals.

    What was estimated before is kept with the solution.
    """
    lengths = solved.section.design.metrics.averaging_lengths_um
    stress = stress_goals(solved, lengths, headline_only)
    current = current_goals(solved, lengths, headline_only)
    corners = stress.estimators[0].corners | current.estimators[0].corners
    known = solved.estimated
    found = {**stress.estimated(known), **current.estimated(known)}
    known.update(found)
    return Estimates(found, corners)
