"""FilmYield: a yield limit that falls with a film's thickness.

Dislocations in a film lay down others at its faces, which costs more per volume the thinner it is:
W. D. Nix, Metall. Trans. A 20, 2217 (1989). Measured limits are fitted by

    Y(t) = base + factor t^exponent,   t in um, at 25 degC,

within a range of thickness, at whose ends it is held. From ``thick_um`` on, where there is one, the
plain value holds, and in between one goes over to the other linearly. Elsewhere than at 25 degC the
limit changes in the proportion in which the plain value does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fem_bump.errors import InputError
from fem_bump.materials.property import REFERENCE_DEGC, canonical, evaluate, is_number

_NUMBERS = ("base_mpa", "factor_mpa", "exponent")


@dataclass(frozen=True)
class FilmYield:
    """A yield limit over thickness, a function of degC as any other parameter of a law.

    Parameters
    ----------
    value_mpa
        The plain value, MPa: what holds where no thickness is given.
    base_mpa, factor_mpa, exponent
        Of the formula.
    range_um
        Least and largest thickness for which the formula holds.
    thick_um
        Thickness from which on the plain value holds.
    thickness_um
        That of this film; None: it is not known.

    Examples
    --------
    >>> from fem_bump.laws import FilmYield
    >>> copper = FilmYield(185.0, 116.0, 355.0, -0.473, (0.1, 3.0), thick_um=5.0)
    >>> [round(float(copper.for_thickness(t)(25.0))) for t in (0.5, 1.0, 4.0, 8.0)]
    [609, 471, 256, 185]
    """

    value_mpa: Any
    base_mpa: float
    factor_mpa: float
    exponent: float
    range_um: tuple[float, float]
    thick_um: float | None = None
    thickness_um: float | None = None

    def __post_init__(self) -> None:
        owner = "film yield"
        value = canonical(owner, "yield_mpa", self.value_mpa)
        object.__setattr__(self, "value_mpa", value)
        for name in _NUMBERS:
            given = getattr(self, name)
            if not is_number(given) or not np.isfinite(given):
                raise InputError(f"{owner}: {name} = {given!r} must be a finite number")
        try:
            low, high = (float(each) for each in self.range_um)
        except (TypeError, ValueError):
            low = high = np.nan
        if not 0.0 < low < high < np.inf:
            raise InputError(
                f"{owner}: range_um = {self.range_um!r} must be two thicknesses, the smaller first"
            )
        object.__setattr__(self, "range_um", (low, high))
        for name, least in (("thick_um", high), ("thickness_um", 0.0)):
            given = getattr(self, name)
            if given is not None and not (is_number(given) and least < given < np.inf):
                raise InputError(f"{owner}: {name} = {given!r} must be a number above {least:g}")
        ends = self._formula(np.array([low, high]))
        if not (np.isfinite(ends) & (ends > 0.0)).all():
            raise InputError(
                f"{owner}: its formula gives {ends.min():g} MPa within {low:g} to {high:g} um; it "
                "must be above 0"
            )

    @classmethod
    def of_table(cls, where: str, value_mpa: Any, table: Any) -> FilmYield:
        """What a file states under ``film`` beside a value."""
        names = [each.name for each in fields(cls)][1:-1]
        if not isinstance(table, Mapping):
            raise InputError(f"{where}: film = {table!r} must be a table of {', '.join(names)}")
        for name in table:
            if name not in names:
                raise InputError(
                    f"{where}: film's key '{name}' is unknown; allowed are {', '.join(names)}"
                )
        for name in names[:-1]:
            if name not in table:
                raise InputError(f"{where}: film's {name} is missing")
        try:
            return cls(value_mpa, **table)
        except InputError as error:
            raise InputError(f"{where}: {error}") from error

    @property
    def formula(self) -> str:
        """As a table of provenance shows it."""
        return f"{self.base_mpa:g} + {self.factor_mpa:g} t^{self.exponent:g}, t in um"

    def for_thickness(self, thickness_um: float) -> FilmYield:
        """The limit of a film of one thickness."""
        return replace(self, thickness_um=thickness_um)

    def of_film_mpa(self, thickness_um: ArrayLike) -> NDArray[np.float64]:
        """Limit at 25 degC by thickness, MPa, in its shape."""
        t = np.asarray(thickness_um, dtype=float)
        found = self._formula(np.clip(t, *self.range_um))
        if self.thick_um is None:
            return found
        share = np.clip((t - self.range_um[1]) / (self.thick_um - self.range_um[1]), 0.0, 1.0)
        return (1 - share) * found + share * self._plain(np.full(t.shape, REFERENCE_DEGC))

    def __call__(self, degc: ArrayLike) -> NDArray[np.float64]:
        t = np.asarray(degc, dtype=float)
        plain = self._plain(t)
        if self.thickness_um is None:
            return plain
        of_film = self.of_film_mpa(self.thickness_um)
        return np.asarray(plain * (of_film / self._plain(np.array(REFERENCE_DEGC))))

    def note(self) -> str | None:
        """A clause where the thickness is out of the range; None within."""
        t, (low, high) = self.thickness_um, self.range_um
        if t is None or low <= t <= high or (self.thick_um is not None and t >= self.thick_um):
            return None
        known = f"is known from {low:g} to {high:g} um"
        if self.thick_um is not None and t > high:
            return f"{known} and from {self.thick_um:g} um on, and interpolated at {t:g} um"
        return f"{known} only, and a film of {t:g} um has that of {low if t < low else high:g} um"

    def _formula(self, t: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.base_mpa + self.factor_mpa * t**self.exponent)

    def _plain(self, degc: NDArray[np.float64]) -> NDArray[np.float64]:
        return evaluate("film yield", "yield_mpa", self.value_mpa, degc)
