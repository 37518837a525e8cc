"""The heat of the current in a report: what carries it away, and what is left out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studies.loads.phrases import amounts, counted
from studies.loads.shipped.heat import HeatLoad, held_degc
from studies.loads.statement import Share, Statement
from studies.wording.labels import listing

if TYPE_CHECKING:
    from geometry import Design


@dataclass(frozen=True)
class Heated:
    """Which designs their current heats, and what carries the heat away.

    Attributes
    ----------
    held, cooled
        Boundaries with the temperatures at which they are held, degC, and with the coefficients by
        which they cool, W/(m2 K).
    traces_um
        Lengths of traces that heat.
    averaged
        How many of them have a heat that is averaged around the axis.
    """

    share: Share
    held: tuple[tuple[str, tuple[float, ...]], ...]
    cooled: tuple[tuple[str, tuple[float, ...]], ...]
    traces_um: tuple[float, ...]
    averaged: Share

    @property
    def cold(self) -> Share:
        """Designs that nothing heats."""
        return Share(self.share.every - self.share.some, self.share.every)


def find(designs: Sequence[Design], tables: Sequence[HeatLoad | None]) -> Heated:
    """What heats, and what cools."""
    pairs = [(d, given) for d, given in zip(designs, tables, strict=True) if given is not None]
    held: dict[str, dict[float, None]] = {}
    cooled: dict[str, dict[float, None]] = {}
    for design, given in pairs:
        for name, degc in held_degc(design).items():
            held.setdefault(name, {})[degc] = None
        for name, film in given.film.items():
            cooled.setdefault(name, {})[film.coefficient_w_per_m2k] = None
    traces = dict.fromkeys(d.trace.length_um for d, _ in pairs if d.trace is not None)
    averaged = [d for d, _ in pairs if d.source_half_angle_deg is not None]
    return Heated(
        Share(len(pairs), len(designs)),
        tuple((name, tuple(values)) for name, values in held.items()),
        tuple((name, tuple(values)) for name, values in cooled.items()),
        tuple(um for um in traces if um > 0),
        Share(len(averaged), len(designs)),
    )


# -------------------------------------------------------------------------------- in words


def sentences(found: Heated) -> Iterator[str]:
    """What carries the heat away, and which traces heat."""
    if not found.share.some:
        return
    sinks = [f"{_boundary(name)} is held at {amounts(degc, '°C')}" for name, degc in found.held]
    sinks += [f"{_boundary(name)} cools by {amounts(w, 'W/(m² K)')}" for name, w in found.cooled]
    yield f"{counted(found.share)}The current heats the bump: {listing(sinks)}."
    if found.traces_um:
        yield (
            f"The trace heats too, along {amounts(found.traces_um, 'µm')} of its length, and gives "
            "its heat to the chip under it and to the pad."
        )


def _boundary(name: str) -> str:
    return f"the {name.replace('_', ' ')}".replace("chip bottom", "chip's underside")


def left_out(found: Heated) -> Iterator[tuple[str, str]]:
    """Heat itself, where nothing heats; where something does, its course around the axis."""
    if found.cold.some:
        yield (
            "Joule heating",
            f"{counted(found.cold)}Temperature is uniform, and life ratios compare at equal "
            "temperature.",
        )
    if found.averaged.some:
        yield (
            "Heat around the axis",
            f"{counted(found.averaged)}The heat of a current that comes in on one side is averaged "
            "around the axis: the side of the trace is hotter than said, the opposite one cooler; "
            "with angular = 'coupled' the largest temperature around it is found as well.",
        )


STATEMENT = Statement(
    find=find,
    state=lambda found: (
        "heated by its current" if 0 < found.share.some == found.share.every else ""
    ),
    partly=lambda found: [(found.share, "the heat of the current")],
    sentences=sentences,
    left_out=left_out,
)
