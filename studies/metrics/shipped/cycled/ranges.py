"""Ranges of peel and shear over the last cycle, at the UBM's interfaces.

Between its start and the ends of its ramps and dwells: a window's mean at one of them less that at
another, where the difference is largest. Windows keep their place. Bars have what more cycles and
cycles that were extrapolated over leave open, as all numbers per cycle
(:mod:`studies.metrics.shipped.cycled.per_cycle`).
"""

from __future__ import annotations

from itertools import combinations

from fem_bump.interfaces.traction import TractionInterface
from fem_bump.interfaces.traction_windows import TractionWindow
from fem_bump.mechanics.cycling.trace import Trace
from studies.case.inelastic import is_cycled
from studies.metrics.names import Place
from studies.metrics.places import where, windows
from studies.metrics.registry import metric
from studies.solution.interfaces import traction_window
from studies.solution.solved import View

WINDOWS = where(is_cycled, windows)


def _differences(view: View, place: Place, cycle: Trace) -> list[TractionWindow]:
    """Worst windows of the traction at one turn of a cycle less that at another, each two."""
    assert place.pair is not None and place.length_um is not None
    (a, b), length = place.pair, place.length_um

    def make() -> list[TractionWindow]:
        line = view.traction((a, b)).line
        apart = (
            TractionInterface(line, view.side, {n: one[n] - two[n] for n in one})
            for one, two in combinations(cycle.tractions[a, b, view.side], 2)
        )
        return [traction_window(view.design, each, length) for each in apart]

    return view.once(("differences", view.side, a, b, length, cycle.number), make)


def _peel(view: View, place: Place, cycle: Trace) -> float:
    found = _differences(view, place, cycle)
    return max(max(each.peel_max_mpa, -each.peel_min_mpa) for each in found)


def _shear(view: View, place: Place, cycle: Trace) -> float:
    return max(each.shear_max_mpa for each in _differences(view, place, cycle))


@metric(
    "peel_range", unit="mpa", title="Range of peel at {where} over a cycle",
    short="range of peel at {where}", places=WINDOWS, better="lower", described=True,
    tail=lambda view, place: float(view.cycles.open_of(lambda cycle: _peel(view, place, cycle))),
    says="Largest difference of a window's mean peel between two of the last cycle's turns.",
)  # fmt: skip
def peel_range(view: View, place: Place) -> float:
    return _peel(view, place, view.cycles.solved[-1])


@metric(
    "shear_range", unit="mpa", title="Range of shear at {where} over a cycle",
    short="range of shear at {where}", places=WINDOWS, better="lower", described=True,
    tail=lambda view, place: float(view.cycles.open_of(lambda cycle: _shear(view, place, cycle))),
    says="The same of the shear along the interface.",
)  # fmt: skip
def shear_range(view: View, place: Place) -> float:
    return _shear(view, place, view.cycles.solved[-1])
