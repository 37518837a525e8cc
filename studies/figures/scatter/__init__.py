"""Figures of what scatters: which factor makes a metric scatter, how far, and what is worth it."""

from studies.figures.scatter import driver_figures as driver_figures
from studies.figures.scatter import front_figures as front_figures
from studies.figures.scatter import limit_figures as limit_figures
from studies.figures.scatter import response_figures as response_figures
