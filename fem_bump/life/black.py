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


def mttf_ratios(
    exponent: Exponent,
    j_reference: float,
    j: float,
    error_reference: float | None = 0.0,
    error: float | None = 0.0,
) -> list[tuple[float, float | None]]:
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
    if not (j_reference > 0 and j > 0):
        raise InputError(f"current densities {j_reference} and {j} must be positive")
    share = None
    if error_reference is not None and error is not None:
        share = error_reference / j_reference + error / j
    found: list[tuple[float, float | None]] = []
    for n in (exponent.value, exponent.low, exponent.high):
        ratio = (j_reference / j) ** n
        found.append((ratio, None if share is None else abs(n) * ratio * share))
    ends = sorted(found, key=lambda pair: pair[0])
    return [found[0], ends[0], ends[-1]]
