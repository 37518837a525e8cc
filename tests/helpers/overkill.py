"""Bars against overkill values on meshes that a test has the time for.

The survey that the bars were judged by takes finer ones; here too the overkill mesh has at least
ten times the unknowns.
"""

import pytest

from geometry import Design
from studies.solving import estimators


def compared(design: Design, accuracy: float = 0.05) -> list[estimators.Compared]:
    """Headline metrics of a design, adapted, against overkill."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(estimators, "OVERKILL", 0.8)
        return estimators.compare(design, accuracy)
