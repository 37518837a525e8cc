"""Ranges of peel and shear over the last cycle, at the UBM's interfaces.

Between its start and the ends of its ramps and dwells: a window's mean at one of them less that at
another, where the difference is largest. Windows keep their place.
"""

from __future__ import annotations

from itertools import combinations

from fem_bump.interfaces.traction import TractionInterface
from studies.case.inelastic import is_cycled
from studies.metrics.names import Place
from studies.metrics.places import where, windows
from studies.metrics.registry import metric
from studies.solution.interfaces import traction_window
from studies.solution.solved import View

WINDOWS = where(is_cycled, windows)


def _differences(view: View, place: Place) -> list[TractionInterface]:
    """Tractions at one turn of the cycle less those at another, each two of them."""
    assert place.pair is not None
    a, b = place.pair

    def make() -> list[TractionInterface]:
        states = view.solved.once("turns", lambda: view.cycles.states)
        found = [state.interface(a, b, view.side) for state in states]
        return [
            TractionInterface(
                one.line,
                one.side,
                {n: one.amplitudes[n] - two.amplitudes[n] for n in one.amplitudes},
            )
            for one, two in combinations(found, 2)
        ]

    return view.once(("differences", view.side, place.pair), make)


@metric(
    "peel_range", unit="mpa", title="Range of peel at {where} over a cycle",
    short="range of peel at {where}", places=WINDOWS, better="lower", described=True,
    says="Largest difference of a window's mean peel between two of the last cycle's turns.",
)  # fmt: skip
def peel_range(view: View, place: Place) -> float:
    assert place.length_um is not None
    found = [traction_window(view.design, each, place.length_um)
             for each in _differences(view, place)]  # fmt: skip
    return max(max(each.peel_max_mpa, -each.peel_min_mpa) for each in found)


@metric(
    "shear_range", unit="mpa", title="Range of shear at {where} over a cycle",
    short="range of shear at {where}", places=WINDOWS, better="lower", described=True,
    says="The same of the shear along the interface.",
)  # fmt: skip
def shear_range(view: View, place: Place) -> float:
    assert place.length_um is not None
    return max(
        traction_window(view.design, each, place.length_um).shear_max_mpa
        for each in _differences(view, place)
    )
