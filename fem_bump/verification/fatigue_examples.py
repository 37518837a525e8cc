"""Life laws of solder at the examples that were printed with them, and beside a measurement.

Darveaux's table 7 (ECTC 2000): 33 psi over 0.5 mil of solder and a path of 0.016 inch. A board of
the same form in SI, a PBGA of 19 mm at -40/125 degC, whose joints lived 4719 cycles (63.2 %) where
its constants give 6564 at 0.20 MPa: what such a law is good for.
"""

from __future__ import annotations

from fem_bump.laws.shipped.anand import Anand
from fem_bump.life.fatigue import M_PER_INCH, MPA_PER_PSI, darveaux
from fem_bump.life.weibull import Weibull
from fem_bump.verification.row import Row, compared

NAME = "fatigue laws"
DARVEAUX = "Darveaux, ECTC 2000, table 7"
BOARD = "Motalab, Suhling: 19 mm PBGA, 288 balls, -40 to 125 degC"
PSI, INCH = 33.0, 0.016
JOINTS, SHAPE = 32, 2.6
WORK_MPA, PATH_M, MEASURED = 0.20, 0.46e-3, 4719.0


def rows() -> list[Row]:
    """Initiation, growth, lives; the board's by the formula, and over what was measured."""
    found = darveaux("quarter, 0.5 mil", Anand.of_set("62Sn36Pb2Ag, Darveaux 2000"), 12.7)
    work, path_m = PSI * MPA_PER_PSI, INCH * M_PER_INCH
    life = found.life(work, path_m)
    joints = Weibull(life.value, SHAPE, found.free_share)
    growth = found.growth_m(work) / M_PER_INCH
    board = darveaux("SAC305, Motalab", Anand.of_set("SAC305, Motalab 2012"), 12.7)
    cycles = board.life(WORK_MPA, PATH_M).value
    return [
        compared(NAME, "cycles to a crack", "1", found.initiation(work), 246, 4e-3, DARVEAUX),
        compared(NAME, "growth of the crack", "in", growth, 1.08e-5, 5e-3, DARVEAUX),
        compared(NAME, "characteristic life", "1", life.value, 1721, 3e-3, DARVEAUX),
        compared(NAME, "failure-free life", "1", joints.failure_free, 861, 3e-3, DARVEAUX),
        compared(NAME, "first of 32 joints", "1", joints.first_of(JOINTS), 1058, 3e-3, DARVEAUX),
        compared(NAME, "a board by its constants, 4719 measured", "1", cycles, 6564, 2e-3, BOARD),
        compared(NAME, "the same over the measured", "1", cycles / MEASURED, 1.39, 5e-3, BOARD),
    ]
