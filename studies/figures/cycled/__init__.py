"""Figures of thermal cycles: loops of stress over strain, what each cycle adds, lines of lives."""

from studies.figures.cycled import extremes as extremes
from studies.figures.cycled import loops as loops
from studies.figures.cycled import weibull_figures as weibull_figures
