"""Figures of what scatters: which factor makes a metric scatter, and how far."""

from studies.figures.scatter import driver_figures as driver_figures
