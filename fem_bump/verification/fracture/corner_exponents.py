"""Exponents of corners against closed forms and a table.

Elastic: bimaterial free edges of 90/90 degrees as a function of Dundurs' alpha and beta (Bogy's
equation), pairs of bump materials at free edges, film edges on a substrate and bonded corners, the
270 degree notch (Williams), the crack, the interface crack (1/2 +/- i eps), one material cut into
wedges. Conduction: re-entrant corners, pi / angle, and two-material wedges, s1 tan(l w1) + s2 tan(l
w2) = 0. Plane strain.

The table of pairs was computed from an Airy-function determinant on the real axis, independently of
the transfer matrices, and has four digits. It leaves out real exponents above 0.999 and complex
ones (SiN and Cu, nearly equal in stiffness, have a pair at 0.9988 +/- 0.0288 i all round).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq

from fem_bump.corners.modes import ConductionCorner, Corner, ElasticCorner
from fem_bump.corners.wedges import ConductingWedge, ElasticWedge
from fem_bump.verification.row import Row, compared

EDGE = "bimaterial free edge, 90/90 deg"
PAIR = "corners of two bump materials"
NOTCH = "notch and crack"
CONDUCTION = "conduction at corners"
FREE, INSULATED = ("free", "free"), ("insulated", "insulated")
FOUR_DIGITS = 5.01e-5  # half a unit of the last digit

DUNDURS = [(alpha, share * alpha) for share in (0.0, 0.25) for alpha in (0.2, 0.4, 0.6, 0.8, 0.99)]
# E (GPa), nu of the table
MATERIALS = {
    "Si": (130, 0.28),
    "SiN": (150, 0.25),
    "PI": (3.5, 0.35),
    "Al": (70, 0.34),
    "Ti": (110, 0.33),
    "Cu": (120, 0.34),
    "Ni": (200, 0.31),
    "SnAg": (50, 0.36),
    "SnPb": (30, 0.38),
}
# free edges of the first (90 deg) on the second, 90 and 180 deg, of the second (90) on the first
# (180); bonded all round: 90 deg of the first in 270 of the second, of the second in the first
PAIRS = {
    "Si/Al": ([0.9598], [0.5231, 0.8369], [0.5689, 0.9564], [0.9371, 0.9827], [0.9204, 0.9892]),
    "SiN/Al": ([0.9424], [0.5197, 0.8186], [0.5735, 0.9638], [0.9264, 0.9733], [0.9020, 0.9849]),
    "SiN/PI": ([0.7053], [], [0.6694], [0.6466, 0.7842], [0.5789, 0.9158]),
    "PI/Cu": ([0.7110], [0.6690], [], [0.5846, 0.9171], [0.6566, 0.7852]),
    "SiN/Cu": ([0.9918], [0.5455, 0.8841], [0.5438, 0.9292], [0.9981], [0.9984]),
    "Cu/SnAg": ([0.9292], [0.5127, 0.7996], [0.5854, 0.9700], [0.9041, 0.9619], [0.8690, 0.9800]),
    "Cu/SnPb": ([0.8554], [0.5039, 0.7270], [0.6023, 0.9865], [0.8702, 0.9002], [0.7927, 0.9613]),
    "Ni/SnAg": ([0.8627], [0.5030, 0.7295], [0.6065, 0.9859], [0.8655, 0.9038], [0.7896, 0.9619]),
    "Al/Ti": ([0.9792], [0.5666, 0.9462], [0.5253, 0.8575], [0.9347, 0.9936], [0.9447, 0.9910]),
    "Cu/Al": ([0.9723], [0.5210, 0.8461], [0.5730, 0.9519], [0.9321, 0.9868], [0.9177, 0.9911]),
}
# resistivities (uohm cm) and angles (deg) of insulated pairs
CONDUCTORS = {
    "Al(180)/solder(90)": ((3.2, 180.0), (14.6, 90.0)),
    "Cu(90)/solder(180)": ((2.1, 90.0), (14.6, 180.0)),
    "NiV(180)/solder(90)": ((63.2, 180.0), (14.6, 90.0)),
    "Al(180)/Cu(90)": ((3.2, 180.0), (2.1, 90.0)),
}


def bogy(alpha: float, beta: float) -> float:
    """Smallest exponent of two bonded quarter planes (Bogy 1971), 0 < exponent < 1."""

    def determinant(x: float) -> float:
        s = math.sin(math.pi * x / 2) ** 2 - x * x
        return (
            (s * beta) ** 2
            + 2 * x * x * s * alpha * beta
            + x * x * (x * x - 1) * alpha**2
            + math.sin(math.pi * x) ** 2 / 4
        )

    # from 1, where it vanishes for every pair, downwards to the first change of sign
    grid = np.linspace(0.9999, 0.3, 2000)
    values = np.array([determinant(x) for x in grid])
    k = int(np.nonzero(values[:-1] * values[1:] < 0)[0][0])
    return float(brentq(determinant, grid[k + 1], grid[k], xtol=1e-14))


def quarter_planes(alpha: float, beta: float) -> ElasticCorner:
    """Two free-edged quarter planes of given Dundurs parameters, plane strain."""
    for k1 in np.linspace(1.05, 2.95, 191):
        ratio = ((k1 + 1) * (1 + alpha - 2 * beta) / (1 - alpha) - (k1 - 1)) / 2
        k2 = (k1 + 1) * (1 + alpha) / ((1 - alpha) * ratio) - 1
        if 1.0 < k2 < 3.0:
            nu1, nu2 = (3 - k1) / 4, (3 - k2) / 4
            wedges = [
                ElasticWedge(90.0, 2 * ratio * 50e3 * (1 + nu1), nu1),
                ElasticWedge(90.0, 2 * 50e3 * (1 + nu2), nu2),
            ]
            return ElasticCorner(wedges, FREE)
    raise ValueError(f"no pair has alpha = {alpha:g}, beta = {beta:g} with 0 < nu < 0.5")


def pair_corners(pair: str) -> tuple[ElasticCorner, ...]:
    """The five corners of a pair of the table, in its order."""
    first, second = pair.split("/")

    def wedge(name: str, angle_deg: float) -> ElasticWedge:
        young_gpa, nu = MATERIALS[name]
        return ElasticWedge(angle_deg, young_gpa * 1e3, nu)

    return (
        ElasticCorner([wedge(first, 90), wedge(second, 90)], FREE),
        ElasticCorner([wedge(first, 90), wedge(second, 180)], FREE),
        ElasticCorner([wedge(second, 90), wedge(first, 180)], FREE),
        ElasticCorner([wedge(first, 90), wedge(second, 270)], None),
        ElasticCorner([wedge(second, 90), wedge(first, 270)], None),
    )


def singular(corner: Corner, real_below: float = 1.0) -> list[complex]:
    """Exponents below 1: of complex pairs one; real ones below a limit."""
    return [
        e.value
        for e in corner.exponents()
        if e.singular and (e.value.imag > 0 or (e.value.imag == 0 and e.value.real < real_below))
    ]


def two_conductors(pair: str) -> tuple[ConductionCorner, float]:
    """An insulated pair of the table, and its smallest exponent from the equation."""
    (rho1, w1), (rho2, w2) = CONDUCTORS[pair]
    s1, s2, a1, a2 = 1e8 / rho1, 1e8 / rho2, math.radians(w1), math.radians(w2)
    corner = ConductionCorner([ConductingWedge(w1, s1), ConductingWedge(w2, s2)], INSULATED)

    def flux(x: float) -> float:
        return s1 * math.sin(x * a1) * math.cos(x * a2) + s2 * math.sin(x * a2) * math.cos(x * a1)

    return corner, float(brentq(flux, 0.3, 0.99, xtol=1e-14))


def _worst(found: Sequence[float], listed: Sequence[float]) -> tuple[float, float, float]:
    """(found, listed, difference) where they differ most; infinite when one is missing."""
    if len(found) != len(listed):
        return float(len(found)), float(len(listed)), math.inf
    if not listed:
        return 0.0, 0.0, 0.0
    differences = [abs(f - x) for f, x in zip(found, listed, strict=True)]
    k = int(np.argmax(differences))
    return found[k], listed[k], differences[k]


def rows() -> list[Row]:
    """Smallest exponents of free edges, all exponents of pairs, notches, cracks and conductors."""
    out = []
    for alpha, beta in DUNDURS:
        found = min(e.real for e in singular(quarter_planes(alpha, beta)))
        what = f"exponent, alpha = {alpha:g}, beta = {beta:g}"
        out.append(compared(EDGE, what, "1", found, bogy(alpha, beta), 1e-9, "Bogy 1971"))
    for pair, listed in PAIRS.items():
        found_all = [
            sorted(e.real for e in singular(corner, 0.999) if e.imag == 0)
            for corner in pair_corners(pair)
        ]
        worst = max(map(_worst, found_all, listed), key=lambda item: item[2])
        source = "Airy-function determinant, four digits"
        what = f"all real exponents of five corners, {pair}, worst"
        out.append(Row(PAIR, what, "1", worst[0], worst[1], worst[2], FOUR_DIGITS, source))
    return [*out, *_notch_rows(), *_conduction_rows()]


def _notch_rows() -> list[Row]:
    out = []
    angle = 1.5 * math.pi
    for sign, mode in ((1, "opening"), (-1, "sliding")):

        def williams(x: float, sign: int = sign) -> float:
            return math.sin(x * angle) + sign * x * math.sin(angle)

        true = float(brentq(williams, 0.5, 0.8 if sign > 0 else 0.95, xtol=1e-14))
        for cuts in (1, 5):
            parts = [ElasticWedge(270.0 / cuts, 70e3, 0.34)] * cuts
            got = singular(ElasticCorner(parts, FREE))[0 if sign > 0 else 1].real
            what = f"exponent, 270 deg, {mode}, as {cuts} wedge{'s' * (cuts > 1)}"
            out.append(compared(NOTCH, what, "1", got, true, 1e-9, "Williams 1952"))
    crack = ElasticCorner([ElasticWedge(360.0, 70e3, 0.34)], FREE).exponents()[0]
    out.append(compared(NOTCH, "exponent of a crack", "1", crack.value.real, 0.5, 1e-9, "Williams"))
    modes = len(crack.modes)
    out.append(compared(NOTCH, "modes of a crack", "1", modes, 2, 1e-9, "opening and sliding"))
    first, second = ElasticWedge(180.0, 120e3, 0.34), ElasticWedge(180.0, 3.5e3, 0.35)
    g1, g2 = first.shear_mpa, second.shear_mpa
    k1, k2 = 3 - 4 * first.poisson, 3 - 4 * second.poisson
    beta = (g1 * (k2 - 1) - g2 * (k1 - 1)) / (g1 * (k2 + 1) + g2 * (k1 + 1))
    eps = math.log((1 + abs(beta)) / (1 - abs(beta))) / (2 * math.pi)
    (value,) = singular(ElasticCorner([first, second], FREE))
    what = "interface crack Cu/PI"
    out.append(compared(NOTCH, f"{what}, real part", "1", value.real, 0.5, 1e-9, "Williams 1959"))
    out.append(compared(NOTCH, f"{what}, imaginary part", "1", value.imag, eps, 1e-9, "eps(beta)"))
    return out


def _conduction_rows() -> list[Row]:
    out = []
    for angle in (270.0, 315.0, 360.0):
        corner = ConductionCorner([ConductingWedge(angle, 3e7)], INSULATED)
        got = singular(corner)[0].real
        what = f"exponent, insulated, {angle:g} deg"
        out.append(compared(CONDUCTION, what, "1", got, 180.0 / angle, 1e-9, "pi / angle"))
    mixed = ConductionCorner([ConductingWedge(180.0, 3e7)], ("equipotential", "insulated"))
    what = "exponent, edge of a flat electrode"
    out.append(compared(CONDUCTION, what, "1", singular(mixed)[0].real, 0.5, 1e-9, "pi / 2 angle"))
    for pair in CONDUCTORS:
        corner, true = two_conductors(pair)
        got = min(e.real for e in singular(corner))
        source = "s1 tan(l w1) + s2 tan(l w2) = 0"
        out.append(compared(CONDUCTION, f"exponent, {pair}", "1", got, true, 1e-9, source))
    return out
