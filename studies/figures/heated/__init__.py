"""Figures of heat and migration: where it is hot, where atoms pile up and leave, and when."""

from studies.figures.heated import course_figures as course_figures
from studies.figures.heated import field_figures as field_figures
from studies.figures.heated import life_figures as life_figures
