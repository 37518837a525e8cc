"""An evaluator whose current density bends with the depth and the opening, in closed form."""

from pathlib import Path

import fake_evaluator
import numpy as np
from fake_evaluator import case_key

from geometry.design.design import Design

__all__ = ["METRIC", "SPEC", "case_key", "density", "evaluate"]
SPEC = "bent_evaluator:evaluate"
METRIC = "current_density_max_bump_ubm_L1_a_per_cm2"
BAR = 20.0


def density(depth_ratio, opening_ratio):
    """A/cm2 at depths and openings."""
    return 1e4 * (2 + np.sin(22 * depth_ratio) + 60 * (opening_ratio - 0.7) ** 2)


def evaluate(design: Design, fields_path: Path | None = None, compare_with_no_recess=False) -> dict:
    found = fake_evaluator.evaluate(design, fields_path, compare_with_no_recess)
    found["metrics"][METRIC] = float(density(design.depth_ratio, design.opening_ratio))
    found["errors"][METRIC] = BAR
    return found
