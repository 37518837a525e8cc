"""Sections on what scatters: probabilities of failure, what drives them, and fronts."""

from studies.report.sections.scatter import front as front
from studies.report.sections.scatter import probabilities as probabilities
