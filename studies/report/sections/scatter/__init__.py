"""Sections on what scatters: probabilities of failure, and what drives them."""

from studies.report.sections.scatter import probabilities as probabilities
