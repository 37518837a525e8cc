"""Reports of which a test needs the words: drawing takes nearly all of the time."""

from pathlib import Path

import pytest

from studies.figures.registry import FIGURES
from studies.report.page import write_report


def written(folder: Path, *figures: str) -> str:
    """The page of a run's report with only these of the figures that it would have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("studies.report.page.FIGURES", {name: FIGURES[name] for name in figures})
        return write_report(folder).read_text(encoding="utf-8")
