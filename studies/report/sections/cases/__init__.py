"""Sections on every case: views that answer back, and what print has of them."""

from studies.report.sections.cases import all_cases as all_cases
from studies.report.sections.cases import explore as explore
