"""Figures of thermal cycles."""

from studies.figures.cycled import weibull_figures as weibull_figures
