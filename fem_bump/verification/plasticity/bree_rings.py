"""Bree's wall: a constant mean stress, and a temperature gradient that comes and goes.

Perfectly plastic; mean stress X Y_s and largest elastic thermal stress Y Y_s, Y_s the yield limit.
In every cycle the wall grows by

    0 where X + Y/4 < 1 (Y > 2: XY < 1),   2 Y (1 - 2 sqrt((1 - X) / Y)) where Y (1 - X) < 1,

times Y_s / E (J. Bree, J. Strain Analysis 2, 226 (1967); regimes S and R1). The wall is made of
rings of equal section that share their axial strain and nothing else: softest filler lies between
them; each expands as its place across the wall would, and a soft ring, that has swollen before
the start, holds the mean stress up. They are held to as many fibres, followed by
hand, and many fibres to Bree.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from fem_bump.body.model import Model
from fem_bump.laws.shipped.j2 import J2
from fem_bump.materials import Material
from fem_bump.mechanics.cycling.cycle import Cycle
from fem_bump.mechanics.cycling.found import ThermalCycles
from fem_bump.mechanics.cycling.run import thermal_cycles
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared, vanishing

NAME = "Bree's wall"
SOURCE = "Bree, J. Strain Analysis 2, 226 (1967)"
YOUNG, YIELD, RISE = 200e3, 200.0, 100.0
SPRING, FILLER = 1e-3, 1e-10  # of the moduli: what the rings share besides their strain
CYCLES = 3
DWELL_S = 1e-3
SECTION = 1.0  # of a ring, um^2 / 2 pi


def ratchet(x: float, y: float) -> float:
    """Growth per cycle in units of Y_s / E."""
    return 0.0 if x + y / 4 < 1 else 2 * y * (1 - 2 * np.sqrt((1 - x) / y))


def solve(x: float, y: float, rings: int) -> ThermalCycles:
    """From cold to hot and back, over and over."""
    edge, lines, regions, metals = 1.0, [1.0], {}, {}
    filler = Material("filler", FILLER * YOUNG, 0.0, 0.0, idealized=True)
    largest = y * YIELD / (YOUNG * RISE)
    names = [*(f"ring_{k}" for k in range(rings)), "spring"]
    for k, name in enumerate(names):
        outer = float(np.sqrt(edge**2 + 2 * SECTION))
        regions[name] = (edge, outer, 0, 1)
        lines.append(outer)
        if name != "spring":
            place = (2 * k + 1) / rings - 1
            metals[name] = Material(
                name, YOUNG, 0.3, largest * place, law=J2(YIELD), idealized=True
            )
            edge = outer + 0.05
            regions[f"gap_{k}"] = (outer, edge, 0, 1)
            metals[f"gap_{k}"] = filler
            lines.append(edge)
    # it swells below 0 degC, which it has left for good when the rings begin
    strain = x * YIELD * rings / (SPRING * YOUNG)
    swelling = [(-RISE, 0.0), (-RISE + 1, strain / (RISE - 1)), (-1.0, strain / (RISE - 1)),
                (0.0, 0.0)]  # fmt: skip
    metals["spring"] = Material("spring", SPRING * YOUNG, 0.0, swelling, idealized=True)
    model = Model(grid(np.array(lines), np.array([0.0, 1.0]), regions=regions), metals)
    free = {name: -RISE if name == "spring" else 0.0 for name in model.regions}
    return thermal_cycles(
        model, Cycle(0.0, RISE, 1.0, 1.0, DWELL_S, DWELL_S), CYCLES, free, {"bottom": "z"},
        {"top": "z"}, tolerance=1e-2, start_degc=0.0,
    )  # fmt: skip


def growth(found: ThermalCycles) -> float:
    """Axial strain that the last cycle added, in units of Y_s / E."""
    states = found.states
    before, after = (
        state.displacement(np.array([[1.01], [1.0]]))[1, 0] for state in (states[0], states[-1])
    )
    return float(after - before) * YOUNG / YIELD


def ratchet_of_rings(found: ThermalCycles, rings: int) -> float:
    """The same as the mean axial plastic strain that the last cycle left in the rings."""
    left = [found.ratchet_per_cycle(f"ring_{k}")[-1, 1] for k in range(rings)]
    return float(np.mean(left)) * YOUNG / YIELD


def fibres(x: float, y: float, count: int, cycles: int) -> float:
    """The same growth of fibres that are followed from turn to turn, each at its yield limit."""
    place = (2 * np.arange(count) + 1) / count - 1
    plastic, grown = np.zeros(count), []
    for turn in range(2 * cycles + 1):
        free = plastic + (y * place if turn % 2 else 0.0)  # strains and stresses of the limit
        grown.append(brentq(lambda e, f=free: np.clip(e - f, -1, 1).mean() - x, -1e3, 1e3,
                            xtol=1e-13))  # fmt: skip
        elastic = np.clip(grown[-1] - free, -1, 1)
        plastic += grown[-1] - free - elastic
    return grown[-1] - grown[-3]


def rows(rings: int = 10) -> list[Row]:
    """A wall that ratchets and one that shakes down: as rings, as fibres, and Bree's."""
    y = 1.5
    cycled = {x: solve(x, y, rings) for x in (0.75, 0.5)}
    found = {x: growth(each) for x, each in cycled.items()}
    what = f"growth per cycle, {rings} rings, Y = {y:g}, X = "
    many = fibres(0.75, y, 4000, 200)
    return [
        compared(NAME, what + "0.75", "Y_s/E", found[0.75], fibres(0.75, y, rings, CYCLES), 5e-3,
                 "fibres, followed from turn to turn"),
        compared(NAME, f"plastic strain that a cycle leaves, {rings} rings, Y = {y:g}, X = 0.75",
                 "Y_s/E", ratchet_of_rings(cycled[0.75], rings),
                 fibres(0.75, y, rings, CYCLES), 5e-3, "fibres, followed from turn to turn"),
        compared(NAME, "growth per cycle, fibres, Y = 1.5, X = 0.75", "Y_s/E", many,
                 ratchet(0.75, y), 1e-3, SOURCE),
        vanishing(NAME, what + "0.5", "Y_s/E", found[0.5], 1.0, 1e-3, SOURCE),
    ]  # fmt: skip
