"""Figures of thermal cycles: loops of stress over strain, and what each cycle adds."""

from studies.figures.cycled import extremes as extremes
from studies.figures.cycled import loops as loops
