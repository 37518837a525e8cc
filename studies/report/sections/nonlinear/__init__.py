"""Sections on what is not linear: yield and creep, heat and migration, cycles."""

from studies.report.sections.nonlinear import fatigue as fatigue
from studies.report.sections.nonlinear import inelastic as inelastic
from studies.report.sections.nonlinear import lives as lives
from studies.report.sections.nonlinear import migration as migration
