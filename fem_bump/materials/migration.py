"""Migration: how the atoms of a material move.

A current drives them, and so does a gradient of the temperature or of the hydrostatic stress sigma,
tension positive; their volume flux is

    Omega J = (D Omega / k T) (grad sigma + Z* e rho j / Omega - Q* grad T / (T Omega)),
    D = D0 exp(-Ea / k T),   rho j = -grad phi.

Signs: Z* is negative where atoms go with the electrons, which leaves tension where electrons enter;
Q* > 0 moves atoms to the cold. M. A. Korhonen et al., J. Appl. Phys. 73, 3790 (1993). Units: m2/s,
eV, m3 per atom, MPa; constants of 2019.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fem_bump.errors import InputError, is_number
from fem_bump.materials.provenance import SOURCE_KEYS, Provenance, check_source, value_row
from fem_bump.materials.quantities import ABSOLUTE_ZERO_DEGC, Quantity, Slip, by

ELEMENTARY_CHARGE_C = 1.602176634e-19
BOLTZMANN_J_PER_K = 1.380649e-23
AVOGADRO = 6.02214076e23

IMMOBILE = "immobile"  # carries current, and its atoms stay
NOT_STATED = "none"  # takes back what `based_on` inherits

_EV = (Slip("kJ/mol", by(1e3 / (ELEMENTARY_CHARGE_C * AVOGADRO))), Slip("J", by(1 / 1.602e-19)))

QUANTITIES = {
    "d0_m2_per_s": Quantity(
        "m2/s", (1e-18, 1e3), (1e-14, 1e-1), (Slip("cm2/s", by(1e-4)), Slip("um2/s", by(1e-12)))
    ),
    "activation_ev": Quantity("eV", (0.0, 10.0), (0.15, 3.5), _EV),
    "effective_charge": Quantity("1", (-1e4, 1e4), (-200.0, 100.0), ()),
    # from hydrogen's place in a metal to molecules
    "atomic_volume_m3": Quantity(
        "m3", (1e-31, 1e-26), (5e-30, 1e-28),
        (Slip("nm3", by(1e-27)), Slip("cm3", by(1e-6)), Slip("m3/mol", by(1 / AVOGADRO)),
         Slip("cm3/mol", by(1e-6 / AVOGADRO))),
    ),
    "modulus_mpa": Quantity(
        "MPa", (1e-3, 1e7), (1e2, 1.3e6), (Slip("GPa", by(1e3)), Slip("Pa", by(1e-6)))
    ),
    "heat_of_transport_ev": Quantity("eV", (-10.0, 10.0), (-2.0, 2.0), _EV),
}  # fmt: skip


@dataclass(frozen=True)
class Migration:
    """What moves a material's atoms, and what moving them does to its stress.

    Parameters
    ----------
    d0_m2_per_s, activation_ev
        Diffusivity D = D0 exp(-Ea / k T) of the path that atoms take.
    effective_charge
        Z*, negative where atoms go with the electrons.
    atomic_volume_m3
        Omega of one atom.
    modulus_mpa
        Korhonen's B: stress per relative change of the atoms' number, with what surrounds them.
    heat_of_transport_ev
        Q*, positive where atoms go to the cold.

    Examples
    --------
    >>> from fem_bump import Migration
    >>> cu = Migration(7.8e-5, 0.9, -5.0, 1.18e-29, 1e5)
    >>> round(float(cu.stress_per_volt_mpa))  # of steady stress in a body without outlet
    -67889
    """

    d0_m2_per_s: float
    activation_ev: float
    effective_charge: float
    atomic_volume_m3: float
    modulus_mpa: float
    heat_of_transport_ev: float = 0.0

    def __post_init__(self) -> None:
        for name, quantity in QUANTITIES.items():
            value = getattr(self, name)
            if not is_number(value) or not np.isfinite(value):
                raise InputError(f"migration: {name} = {value!r} must be a finite number")
            low, high = quantity.physical
            if not low <= value <= high:
                why = quantity.likely(float(value))
                raise InputError(
                    f"migration: {name} = {value:g} must lie between {low:g} and "
                    f"{high:g}{quantity.after}" + (why and f": {why}")
                )
            object.__setattr__(self, name, float(value))

    @property
    def stress_per_volt_mpa(self) -> float:
        """Z* e / Omega, MPa per V: the steady stress rises by it with the potential."""
        return self.effective_charge * ELEMENTARY_CHARGE_C / self.atomic_volume_m3 * 1e-6

    @property
    def stress_per_log_kelvin_mpa(self) -> float:
        """Q* / Omega, MPa: the steady stress rises by it with the logarithm of the temperature."""
        return self.heat_of_transport_ev * ELEMENTARY_CHARGE_C / self.atomic_volume_m3 * 1e-6

    def diffusivity_m2_per_s(self, temperature_degc: ArrayLike) -> NDArray[np.float64]:
        """D = D0 exp(-Ea / k T)."""
        kt = BOLTZMANN_J_PER_K * _kelvin(temperature_degc)
        return np.asarray(self.d0_m2_per_s * np.exp(-self.activation_ev * ELEMENTARY_CHARGE_C / kt))

    def mobility_um2_per_s_mpa(self, temperature_degc: ArrayLike) -> NDArray[np.float64]:
        """D Omega / (k T): volume flux, um/s, over a gradient of stress, MPa/um."""
        kt = BOLTZMANN_J_PER_K * _kelvin(temperature_degc)
        per_pa = self.diffusivity_m2_per_s(temperature_degc) * self.atomic_volume_m3 / kt
        return np.asarray(per_pa * 1e18)  # m2 to um2, per Pa to per MPa

    def notes(self) -> list[str]:
        """What looks like a slip of the unit, a sentence each without its full stop."""
        out = []
        for name, quantity in QUANTITIES.items():
            value = getattr(self, name)
            if not quantity.is_credible(value):
                why = quantity.likely(value)
                out.append(
                    f"migration: {name} = {value:g} is not usual: {quantity.credible_text(value)}"
                    + (why and f" ({why})")
                )
        return out

    def record(self) -> dict[str, float]:
        """Its constants as plain data."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def _kelvin(temperature_degc: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(temperature_degc, dtype=float) - ABSOLUTE_ZERO_DEGC


def stated_migration(owner: str, given: Any) -> tuple[Migration | str | None, list[Provenance]]:
    """What a file states under ``migration``, and where it comes from.

    A table of the constants, each a number or, like a property, a table with ``value``, ``unit``,
    ``range``, ``source`` and so on, where what the whole table says of its source holds for those
    that say nothing; ``"immobile"``, or a table with that as its ``value``; or ``"none"``.
    """
    where = f"{owner}, migration"
    table = dict(given) if isinstance(given, Mapping) else {"value": given}
    if "value" in table:
        if table["value"] == NOT_STATED:
            return None, []
        if table["value"] != IMMOBILE:
            raise InputError(
                f"{owner}: migration = {given!r} must be a table of {', '.join(QUANTITIES)}, "
                f"'{IMMOBILE}' or '{NOT_STATED}'"
            )
        return IMMOBILE, [value_row("migration", where, table, "", {})]
    whole = {key: table.pop(key) for key in SOURCE_KEYS if key in table}
    check_source(where, dict(whole))
    for key in table:
        if key not in QUANTITIES:
            raise InputError(
                f"{where}: key '{key}' is unknown; allowed are {', '.join(QUANTITIES)}"
            )
    rows = [
        value_row(f"migration: {key}", f"{where}, {key}", stated, QUANTITIES[key].unit, whole)
        for key, stated in table.items()
    ]
    values = {
        key: stated["value"] if isinstance(stated, Mapping) else stated
        for key, stated in table.items()
    }
    missing = [key for key in QUANTITIES if key not in values and key != "heat_of_transport_ev"]
    if missing:
        raise InputError(f"{where}: {missing[0]} is missing")
    try:
        return Migration(**values), rows
    except InputError as error:
        raise InputError(f"{owner}: {error}") from error
