"""Electromigration life relative to a reference: Black's law, at equal temperature or at each own.

MTTF ~ j^-n exp(Ea / kT), hence

    MTTF / MTTF_ref = (j_ref / j)^n exp[ (Ea / k) (1 / T - 1 / T_ref) ],

without the second factor where temperatures are equal. Only ratios are offered: absolute hours from
literature constants are not worth their digits.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fem_bump.errors import InputError

BOLTZMANN_EV_PER_K = 8.617333262e-5
KELVIN = 273.15  # at 0 degC


@dataclass(frozen=True)
class Band:
    """A constant of Black's law, with the band that published tests span."""

    value: float
    low: float
    high: float
    source: str
    verified: bool


class Exponent(Band):
    """Current-density exponent n."""


class Energy(Band):
    """Activation energy Ea, eV."""


BLACK_EXPONENTS = {
    "solder": Exponent(
        2.0,
        1.8,
        2.5,
        "SnPb 1.8-2 (Choi, Yeh, Tu 2003; Wu 2004: 1.9), SnAg/SAC on Ni 1.8-2.5",
        False,
    ),
    "Al": Exponent(2.0, 1.0, 2.63, "Al(Cu) line 2; void growth 1; 2.63 Al-0.5Cu line (URI)", False),
    "Cu": Exponent(1.3, 1.1, 1.5, "Cu damascene 1.1-1.5", False),
}

ACTIVATION_EV = {
    "solder": Energy(0.9, 0.7, 1.2, "SnPb 0.7-0.8, SnAg/SAC on Ni 0.8-1.1, high-Pb 1.0-1.2", False),
    "Al": Energy(
        0.8, 0.5, 0.95, "Al(Cu) 0.7-0.9; Al, Al-Si 0.5-0.6; 0.95 Al-0.5Cu line (URI)", False
    ),
    "Cu": Energy(0.9, 0.8, 1.0, "Cu damascene 0.8-1.0", False),
}

_CLASS_OF = {
    "Al": "Al",
    "Al-0.5Cu": "Al",
    "Cu": "Cu",
    "Sn63Pb37": "solder",
    "Pb95Sn5": "solder",
    "Sn96.5Ag3.5": "solder",
    "SAC305": "solder",
}


def black_exponent(material: str) -> Exponent | None:
    """Exponent for a material of the shipped library; None where none is known.

    A user's own material has none, whatever its name resembles.
    """
    return BLACK_EXPONENTS.get(_CLASS_OF.get(material, ""))


def activation_energy(material: str) -> Energy | None:
    """Activation energy for a material of the shipped library; None where none is known."""
    return ACTIVATION_EV.get(_CLASS_OF.get(material, ""))


class Stressed(NamedTuple):
    """What a conductor bears: current density, temperature, and the error of either."""

    density: float
    temperature_degc: float
    density_error: float | None = 0.0
    temperature_error: float | None = 0.0


Ratios = list[tuple[float, float | None]]


def mttf_ratios(
    exponent: Exponent,
    j_reference: float,
    j: float,
    error_reference: float | None = 0.0,
    error: float | None = 0.0,
) -> Ratios:
    """MTTF over that of a reference at equal temperature, (j_reference / j) ** n, and its error.

    Parameters
    ----------
    error_reference, error
        Of either density. The relative error of the ratio is n times the sum of theirs, to first
        order; they are summed, not their squares, since errors of two meshes are not independent.

    Returns
    -------
    list of (float, float or None)
        For the exponent's value, then the lowest and the highest ratio of its band. Errors are None
        where one of the densities' is.

    Raises
    ------
    InputError
        When a density is not positive.
    """
    reference, now = Stressed(j_reference, 0.0, error_reference), Stressed(j, 0.0, error)
    return _ratios(
        [(n, 0.0) for n in (exponent.value, exponent.low, exponent.high)], reference, now
    )


def heated_mttf_ratios(
    exponent: Exponent, energy: Energy, reference: Stressed, now: Stressed
) -> Ratios:
    """The same with each at its own temperature, over the bands of exponent and energy together."""
    ends = itertools.product((exponent.low, exponent.high), (energy.low, energy.high))
    return _ratios([(exponent.value, energy.value), *ends], reference, now)


def _ratios(constants: Sequence[tuple[float, float]], reference: Stressed, now: Stressed) -> Ratios:
    """Of the first pair of n and Ea, then the lowest and the highest of all."""
    found: Ratios = []
    for n, energy in constants:
        ratio = ratio_for(n, energy, reference, now)
        share = relative_error(n, energy, (reference, now))
        found.append((ratio, None if share is None else ratio * share))
    ends = sorted(found, key=lambda pair: pair[0])
    return [found[0], ends[0], ends[-1]]


def ratio_for(n: float, energy_ev: float, reference: Stressed, now: Stressed) -> float:
    """MTTF over that of a reference, each at its own temperature."""
    if not (reference.density > 0 and now.density > 0):
        raise InputError(
            f"current densities {reference.density} and {now.density} must be positive"
        )
    kelvin = [one.temperature_degc + KELVIN for one in (reference, now)]
    colder = (1 / kelvin[1] - 1 / kelvin[0]) / BOLTZMANN_EV_PER_K
    return (reference.density / now.density) ** n * math.exp(energy_ev * colder)


def relative_error(n: float, energy_ev: float, found: Iterable[Stressed]) -> float | None:
    """What errors of densities and temperatures leave of a life, to first order, summed."""
    share = 0.0
    for one in found:
        if one.density_error is None or one.temperature_error is None:
            return None
        kelvin = one.temperature_degc + KELVIN
        share += abs(n) * one.density_error / one.density
        share += energy_ev * one.temperature_error / (BOLTZMANN_EV_PER_K * kelvin**2)
    return share
