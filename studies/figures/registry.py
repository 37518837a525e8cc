"""Figures of the report: each one a function that draws from results, registered where it stands.

A figure is added by one module with one decorated function, in this folder or in an installed
package (entry points of the group ``fem_bump.figures``). The report asks for no figure by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundwork.registry import Registry
from studies.results.results import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas


@dataclass(frozen=True)
class Drawing:
    """One picture before it is numbered and written.

    Attributes
    ----------
    figure
        What is drawn.
    alt, caption
        What it shows, in short and in full.
    part
        Which of a figure's several pictures it is; the last part of its files' names.
    """

    figure: Canvas
    alt: str
    caption: str
    part: str = ""


@dataclass(frozen=True)
class Figure:
    """A kind of figure.

    Attributes
    ----------
    name
        First part of its files' names.
    section
        The section of the report that shows it.
    draw
        Its pictures; none where the results do not have what it shows.
    place
        Among the figures of its section.
    heading
        Above its pictures.
    """

    name: str
    section: str
    draw: Callable[[Results], Iterable[Drawing]]
    place: float = 0.0
    heading: str = ""


FIGURES: Registry[Figure] = Registry("fem_bump.figures", "studies.figures")


def figure(
    name: str, section: str, place: float = 0.0, heading: str = ""
) -> Callable[[Callable[[Results], Iterable[Drawing]]], Callable[[Results], Iterable[Drawing]]]:
    """Register a function that draws; see `Figure`."""

    def register(
        draw: Callable[[Results], Iterable[Drawing]],
    ) -> Callable[[Results], Iterable[Drawing]]:
        FIGURES.add(name, Figure(name, section, draw, place, heading))
        return draw

    return register
