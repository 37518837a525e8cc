"""How a metric at a place is named: formatted here, and taken apart here.

``<stem>[_<a>_<b>][_<region>][_<leg>][_<spot>][_L<averaging length>][_<unit>]``, as in
``peel_max_ubm_pad_floor_L0.5_mpa``. Columns that share all but the length are one family, the same
quantity at several averaging lengths. Which stems there are, and where, the metrics say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from studies.wording.units import UNITS


def window_tag(length_um: float) -> str:
    """``L`` and the length in um, all its digits and no exponent, to be read back as it is."""
    text = f"{Decimal(repr(float(length_um))):f}"
    return f"L{text.rstrip('0').rstrip('.') if '.' in text else text}"


@dataclass(frozen=True)
class Place:
    """Where a metric is taken.

    Attributes
    ----------
    pair
        Interface, as in ``("ubm", "pad")``.
    region
        A region of the section, or whatever else the metric is of.
    leg
        Of the interface; None for all of it.
    spot
        Anything narrower: ``mask_edge``, ``inside``, ``at_low_yield``.
    length_um
        Averaging length.
    order
        Where it stands among the places of its family.
    """

    pair: tuple[str, str] | None = None
    region: str | None = None
    leg: str | None = None
    spot: str | None = None
    length_um: float | None = None
    order: tuple[int, ...] = field(default=(), compare=False)

    @property
    def text(self) -> str:
        """The place in a name, without the length: ``ubm_pad_floor``."""
        return "_".join(filter(None, [*(self.pair or ()), self.region, self.leg, self.spot]))

    @property
    def is_whole(self) -> bool:
        """Whether it is an interface or a region as a whole, no leg or spot of it."""
        return self.leg is None and self.spot is None

    def at(self, length_um: float | None) -> Place:
        """The same place at another averaging length."""
        return replace(self, length_um=length_um)


class Parts(NamedTuple):
    """A name taken apart."""

    stem: str
    length_um: float | None
    unit: str | None


def format_stem(stem: str, place: Place) -> str:
    """A name without length and unit: what a family has in common."""
    return "_".join(filter(None, [stem, place.text]))


@cache
def format_name(stem: str, place: Place, unit: str | None) -> str:
    """The name of a metric at a place."""
    return join(Parts(format_stem(stem, place), place.length_um, unit))


def join(parts: Parts) -> str:
    """The name that :func:`split` takes apart."""
    tag = None if parts.length_um is None else window_tag(parts.length_um)
    return "_".join(filter(None, [parts.stem, tag, parts.unit]))


def split(name: str) -> Parts:
    """Stem with its place, averaging length and unit, as far as a name has them."""
    match = _column(tuple(UNITS)).fullmatch(name)
    if match is None:
        return Parts(name, None, None)
    return Parts(match["stem"], float(match["length"]) if match["length"] else None, match["unit"])


@cache
def _column(units: tuple[str, ...]) -> re.Pattern[str]:
    suffixes = "|".join(map(re.escape, units))
    return re.compile(
        rf"(?P<stem>.+?)(?:_L(?P<length>\d+(?:\.\d+)?))?(?:_(?P<unit>{suffixes}))?", re.DOTALL
    )
