"""Figures of probed pads: what is left of a mark, and what its film changes."""

from studies.figures.probed import mark_figures as mark_figures
