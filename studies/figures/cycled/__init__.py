"""Figures of thermal cycles: loops of stress over strain, and what each cycle adds."""

from studies.figures.cycled import loops as loops
