"""A bar with isotropic and kinematic hardening through a strain cycle.

E 200 GPa, nu 0.3, yield 400 MPa, of the hardening slope 40 000 MPa 30 000 / (1 - 30/200) kinematic:
stress in a tension test rises by 100 MPa from strain 0.002 to 0.0045. Axial strains 0.002, 0.0045,
0.0001, -0.002 give 400, 500, -380, -464 MPa. Code_Aster, SSNV133A (curve and Prager's constant
20 000, which is 30 000 MPa in uniaxial stress).

With H = 50 000 MPa (d stress / d plastic strain of the curve), 20 000 of it isotropic.
"""

from __future__ import annotations

from fem_bump.laws.shipped.j2 import J2
from fem_bump.verification.plasticity.bars import axial_stress, strained_bar
from fem_bump.verification.row import Row, compared

NAME = "combined hardening, bar"
SOURCE = "Code_Aster, SSNV133A"
YOUNG, POISSON, YIELD = 200e3, 0.3, 400.0
ISOTROPIC, KINEMATIC = 20e3, 30e3
STRAINS = (2e-3, 4.5e-3, 1e-4, -2e-3)
EXACT = (400.0, 500.0, -380.0, -464.0)


def rows(tolerance: float = 1e-3) -> list[Row]:
    """Axial stress at the turns of the cycle."""
    times = [float(k) for k in range(len(STRAINS) + 1)]
    law = J2(YIELD, ISOTROPIC, KINEMATIC)
    found = strained_bar(
        law, YOUNG, POISSON, times, [25.0] * len(times), [0.0, *STRAINS], tolerance
    )
    return [
        compared(NAME, f"axial stress at {strain:g}", "MPa", axial_stress(found, t), exact, 1e-6,
                 SOURCE)
        for t, strain, exact in zip(times[1:], STRAINS, EXACT, strict=True)
    ]  # fmt: skip
