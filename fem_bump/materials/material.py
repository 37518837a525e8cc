"""Material: the properties of what a region is made of, at a temperature.

:mod:`fem_bump.materials.property` says what a property may be. The free thermal strain between a
stress-free temperature T0 and T is the integral of the instantaneous (not the secant) expansion
coefficient,

    eps_th = integral of alpha(T') dT' from T0 to T,

positive when a body with alpha > 0 is warmer than its stress-free state. Units: degC, MPa, 1/K,
S/m, W/(m K).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fem_bump.errors import InputError
from fem_bump.materials.migration import IMMOBILE, Migration
from fem_bump.materials.notes import notes
from fem_bump.materials.property import (
    OF_A_FILM,
    PROPERTIES,
    REFERENCE_DEGC,
    REQUIRED,
    UNITS,
    ConductivityFromResistivity,
    canonical,
    check,
    checked_range,
    evaluate,
    integral,
    is_table,
    plain,
    temperatures,
)
from fem_bump.materials.stated_law import StatedLaw
from groundwork.pictures import Pictured

_NEEDED_BY = {
    "conductivity_s_per_m": "conduction",
    "thermal_conductivity_w_per_mk": "heat conduction",
    "yield_mpa": "a yielded volume fraction",
}


class _LawField:
    """A material's law; one that a file states is made when it is first asked for."""

    def __get__(self, material: Any, owner: type) -> Any:
        if material is None:
            return None  # the field's default
        law = material.__dict__["law"]
        if isinstance(law, StatedLaw):
            law = material.__dict__["law"] = law.made()
        return law

    def __set__(self, material: Any, law: Any) -> None:
        material.__dict__["law"] = law


@dataclass(frozen=True, repr=False)
class Material(Pictured):
    """An isotropic material.

    Every property is a number, a table (sequence of (degC, value) pairs, linear in between and
    constant outside) or a function that maps a numpy array of degC to values.

    Parameters
    ----------
    name : str
        Name that appears in messages and records.
    young_mpa : Property
        Young's modulus in MPa, > 0.
    poisson : Property
        Poisson's ratio, -1 < nu < 0.5.
    cte_per_k : Property
        Instantaneous linear expansion coefficient in 1/K.
    conductivity_s_per_m : Property, optional
        Electrical conductivity in S/m, > 0. Without it the material is an insulator.
    thermal_conductivity_w_per_mk : Property, optional
        Thermal conductivity in W/(m K), > 0.
    yield_mpa : Property, optional
        Yield strength in MPa, > 0. Brittle materials and polymers have none.
    yield_range_mpa : (float, float), optional
        Lowest and highest credible yield strength at 25 degC in MPa.
    note : str, optional
        What a reader of a report has to know about the material.
    law : Law, optional
        How it yields or creeps, see :mod:`fem_bump.laws`; elastic without. Only a history
        (``stress_history``) heeds it.
    idealized : bool, optional
        No real stuff, such as a nearly rigid body: values need the right sign, but no physical
        range, and there is nothing to note.
    migration : Migration, optional
        How its atoms move under a current; ``"immobile"`` for a conductor whose atoms stay, such as
        a thin barrier. Only ``electromigration`` heeds it.
    solidus_degc : float, optional
        Where the material begins to melt, in degC. A current that heats it so far is refused, and
        so is a history that does.
    deposition_degc : float, optional
        At which a film of it is deposited, or its cure ends, in degC. Only a process heeds it.
    intrinsic_mpa : float, optional
        Stress in the plane of a film as it is deposited, on a substrate that does not give, in MPa,
        tension positive; 0 where it is not known. Only a process heeds it.
    initial_strain : float, optional
        Strain, the same in all directions, that it has without stress at its stress-free
        temperature: what an intrinsic stress leaves, see :func:`fem_bump.process_history`.

    Examples
    --------
    >>> from fem_bump import Material
    >>> glass = Material("glass", 70e3, 0.2, [(0.0, 3e-6), (100.0, 5e-6)])
    >>> float(glass.at("young_mpa", 25.0))
    70000.0
    >>> round(float(glass.thermal_strain(100.0, 0.0)), 9)
    0.0004
    """

    name: str
    young_mpa: Any
    poisson: Any
    cte_per_k: Any
    conductivity_s_per_m: Any = None
    thermal_conductivity_w_per_mk: Any = None
    yield_mpa: Any = None
    yield_range_mpa: tuple[float, float] | None = None
    note: str = ""
    law: Any = _LawField()
    idealized: bool = False
    migration: Migration | str | None = None
    solidus_degc: float | None = None
    deposition_degc: float | None = None
    intrinsic_mpa: float | None = None
    initial_strain: float = 0.0
    drawn_as: ClassVar[str] = "material"

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(f"material name = {self.name!r} must be a non-empty string")
        for prop in PROPERTIES:
            value = getattr(self, prop)
            if value is None and prop not in REQUIRED:
                continue
            value = canonical(self._owner, prop, value, self.idealized)
            object.__setattr__(self, prop, value)
            if callable(value):
                tried = np.array([REFERENCE_DEGC, REFERENCE_DEGC])
                evaluate(self._owner, prop, value, tried, self.idealized)
        law = self.__dict__["law"]
        if not (law is None or isinstance(law, StatedLaw) or hasattr(law, "constants")):
            raise InputError(f"{self._owner}: law = {law!r} must be a law of fem_bump.laws")
        moves = self.migration
        if not (moves is None or moves == IMMOBILE or isinstance(moves, Migration)):
            raise InputError(
                f"{self._owner}: migration = {moves!r} must be a Migration, '{IMMOBILE}' or None"
            )
        for prop in OF_A_FILM:
            if (given := getattr(self, prop)) is not None:
                value = canonical(self._owner, prop, given, self.idealized)
                if not isinstance(value, float):
                    unit = UNITS[prop]
                    raise InputError(f"{self._owner}: {prop} = {value!r} must be a number, {unit}")
                object.__setattr__(self, prop, value)
        self._check_solid()
        if not np.isfinite(self.initial_strain):
            raise InputError(f"{self._owner}: initial_strain must be finite")
        if self.yield_range_mpa is not None:
            if self.yield_mpa is None:
                raise InputError(f"{self._owner}: yield_range_mpa needs a yield_mpa")
            value = float(self.at("yield_mpa", REFERENCE_DEGC))
            span = checked_range(self._owner, "yield_mpa", self.yield_range_mpa, value)
            check(self._owner, "yield_mpa", span, self.idealized, "yield_range_mpa")
            object.__setattr__(self, "yield_range_mpa", span)

    def __repr__(self) -> str:
        given = [prop for prop in PROPERTIES if getattr(self, prop) is not None]
        head = f"Material {self.name}" + (", idealized" if self.idealized else "")
        law = [] if self.law is None else [f"  law: {self.law.name}"]
        moves = self.migration
        if isinstance(moves, Migration):
            moves = f"Z* {moves.effective_charge:g}, activation {moves.activation_ev:g} eV"
        moved = [] if moves is None else [f"  migration: {moves}"]
        return "\n".join([head, *(f"  {prop}: {self._told(prop)}" for prop in given), *law, *moved])

    @property
    def _owner(self) -> str:
        return f"material '{self.name}'"

    def _check_solid(self) -> None:
        deposited, melts = self.deposition_degc, self.solidus_degc
        if deposited is not None and melts is not None and deposited > melts:
            raise InputError(
                f"{self._owner}: deposition_degc = {deposited:g} must be at most its solidus of "
                f"{melts:g} degC"
            )

    def is_molten(self, degc: float) -> bool:
        """Whether it has begun to melt at a temperature; False where no solidus is known."""
        return self.solidus_degc is not None and degc > self.solidus_degc

    @property
    def is_conductor(self) -> bool:
        """Whether the material carries electric current."""
        return self.conductivity_s_per_m is not None

    def require(self, property_name: str) -> None:
        """Raise `InputError` if the material lacks `property_name`."""
        if property_name not in PROPERTIES:
            raise InputError(
                f"{self._owner}: property '{property_name}' is unknown; known are "
                f"{', '.join(PROPERTIES)}"
            )
        if getattr(self, property_name) is None:
            raise InputError(
                f"{self._owner} has no {property_name}, which {_NEEDED_BY[property_name]} needs: "
                "give it one, or leave its regions out"
            )

    def at(self, property_name: str, temperature_degc: ArrayLike) -> NDArray[np.float64]:
        """Value of a property at given temperatures.

        Parameters
        ----------
        property_name : str
            One of the properties above, e.g. ``"young_mpa"``.
        temperature_degc : array_like
            Temperatures in degC.

        Returns
        -------
        ndarray
            Values in the property's unit, in the shape of `temperature_degc`.
        """
        self.require(property_name)
        t = temperatures(self._owner, temperature_degc)
        value = getattr(self, property_name)
        return evaluate(self._owner, property_name, value, t, self.idealized)

    def thermal_strain(
        self, temperature_degc: ArrayLike, stress_free_degc: ArrayLike
    ) -> NDArray[np.float64]:
        """Free thermal strain at `temperature_degc` of a body stress-free at `stress_free_degc`.

        Parameters
        ----------
        temperature_degc, stress_free_degc : array_like
            Temperatures in degC, broadcast against each other.

        Returns
        -------
        ndarray
            Integral of `cte_per_k` from the stress-free to the actual temperature; negative after
            cooling if the coefficient is positive. And the initial strain.
        """
        t, t0 = np.broadcast_arrays(
            temperatures(self._owner, temperature_degc),
            temperatures(self._owner, stress_free_degc),
        )
        grown = integral(self._owner, "cte_per_k", self.cte_per_k, t, t0)
        return grown + self.initial_strain if self.initial_strain else grown

    def yield_band_mpa(
        self, temperature_degc: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Lowest, nominal and highest credible yield strength in MPa.

        The range is known at 25 degC; elsewhere it is scaled like the nominal strength.
        """
        nominal = self.at("yield_mpa", temperature_degc)
        if self.yield_range_mpa is None:
            return nominal, nominal, nominal
        scale = nominal / self.at("yield_mpa", REFERENCE_DEGC)
        low, high = self.yield_range_mpa
        return low * scale, nominal, high * scale

    def for_thickness(self, thickness_um: float) -> Material:
        """The material of a film of this thickness: what of its law depends on it is taken there.

        `notes` says where that is out of the range that the law is known for.

        Examples
        --------
        >>> from fem_bump import materials
        >>> seed = materials["Cu"].for_thickness(0.5)
        >>> round(float(seed.law.parts[0].values["yield_mpa"](25.0)))
        609
        """
        law = self.law
        return self if law is None else replace(self, law=law.for_thickness(thickness_um))

    def notes(self, used: Mapping[str, tuple[float, float]] | None = None) -> list[str]:
        """What looks like a slip of the unit, and tables that do not reach as far as they are used.

        A film's law as well, where the film is thinner or thicker than it is known for.

        Parameters
        ----------
        used : mapping of str to (float, float), optional
            Lowest and highest temperature in degC at which a property is used, by its name.
            Functions are judged there, and at 25 degC.

        Returns
        -------
        list of str
            A sentence each, without its full stop; empty for an ordinary material.

        Examples
        --------
        >>> glass = Material("glass", 70.0, 0.2, 5e-6)
        >>> glass.notes()[0].split(" (")[1]
        '70 GPa would be 70000 MPa)'
        """
        law = self.__dict__["law"]
        of_film = law.notes() if hasattr(law, "for_thickness") else []  # None, or not made yet
        moved = self.migration.notes() if isinstance(self.migration, Migration) else []
        return [
            *notes(self, {} if used is None else used),
            *(f"the law of material '{self.name}': {note}" for note in of_film),
            *(f"{self._owner}: {note}" for note in moved if not self.idealized),
        ]

    def record(self) -> dict[str, Any]:
        """Everything that determines results, as plain JSON-able data (for hashing).

        A function is recorded by its qualified name and its values at a few temperatures, since
        the name alone does not tell one lambda from another.
        """
        record: dict[str, Any] = {"name": self.name}
        for prop in PROPERTIES:
            record[prop] = self._recorded(prop)
        record["yield_range_mpa"] = (
            None if self.yield_range_mpa is None else list(self.yield_range_mpa)
        )
        for prop in OF_A_FILM:
            if (value := getattr(self, prop)) is not None:
                record[prop] = value
        if self.initial_strain:
            record["initial_strain"] = self.initial_strain
        if self.law is not None:
            record["law"] = self.law.record()
        if self.migration is not None:
            moves = self.migration
            record["migration"] = moves.record() if isinstance(moves, Migration) else moves
        return record

    def _recorded(self, prop: str) -> Any:
        value = getattr(self, prop)
        if isinstance(value, ConductivityFromResistivity):
            return {
                "resistivity_ohm_m": plain(value.resistivity_ohm_m),
                "tcr_per_k": value.tcr_per_k,
                "reference_degc": value.reference_degc,
            }
        if not callable(value):
            return plain(value)
        named = value if hasattr(value, "__qualname__") else type(value)
        samples: list[list[float | None]] = []
        for t in (-55.0, 0.0, 25.0, 85.0, 125.0, 150.0, 183.0, 217.0, 260.0):
            try:
                at = evaluate(self._owner, prop, value, np.asarray(t), idealized=True)
                samples.append([t, float(at)])
            except InputError:  # outside of what the function was made for
                samples.append([t, None])
        return {"function": f"{named.__module__}.{named.__qualname__}", "samples": samples}

    def _told(self, prop: str) -> str:
        """A property as it prints: its number, the ends of its table, or a function at 25 degC."""
        value = getattr(self, prop)
        if is_table(value):
            return " to ".join(f"{v:.6g} at {t:g} degC" for t, v in (value[0], value[-1]))
        if callable(value):
            return f"{float(self.at(prop, REFERENCE_DEGC)):.6g} at {REFERENCE_DEGC:g} degC"
        return f"{value:.6g}"
