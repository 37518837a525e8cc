"""Electromigration life relative to a reference: Black's law at equal temperature.

MTTF ~ j^-n exp(Ea / kT), hence MTTF / MTTF_ref = (j_ref / j)^n when temperatures are equal. Only
ratios are offered: absolute hours from literature constants are not worth their digits, and Joule
heating is not modelled.
"""

from __future__ import annotations

from dataclasses import dataclass

from fem_bump.errors import InputError


@dataclass(frozen=True)
class Exponent:
    """Current-density exponent n of Black's law, with the band that published tests span."""

    value: float
    low: float
    high: float
    source: str
    verified: bool


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


MATERIAL_CLASS = {
    "Al": "Al",
    "Al-0.5Cu": "Al",
    "Cu": "Cu",
    "Sn63Pb37": "solder",
    "Pb95Sn5": "solder",
    "Sn96.5Ag3.5": "solder",
    "SAC305": "solder",
}


def black_exponent(material: str) -> Exponent:
    """Exponent for a material of the shipped library.

    A user's own material has none, whatever its name resembles.

    Raises
    ------
    InputError
        Where no exponent is known.
    """
    if material not in MATERIAL_CLASS:
        raise InputError(f"no exponent of Black's law is known for material '{material}'")
    return BLACK_EXPONENTS[MATERIAL_CLASS[material]]


def black_mttf_ratio(j_reference: float, j: float, exponent: float) -> float:
    """MTTF over the reference's MTTF at equal temperature, (j_reference / j) ** exponent."""
    if not (j_reference > 0 and j > 0):
        raise InputError(f"current densities {j_reference} and {j} must be positive")
    return (j_reference / j) ** exponent


def black_mttf_error(ratio: float, exponent: float, *relative_errors: float) -> float:
    """Error of a ratio of Black's law, to first order: n times the sum of the densities' shares.

    The shares are summed, not their squares: errors of two meshes are not independent.
    """
    return abs(exponent) * ratio * sum(relative_errors)
