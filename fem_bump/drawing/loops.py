"""Picture of thermal cycles: loops of the last one, and the work of each."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fem_bump.drawing.curves import COLOURS
from fem_bump.mechanics.cycling.found import ThermalCycles
from groundwork.lettering import literal, shortened
from groundwork.pictures import pictures

COMPONENTS = ("rr", "zz", "tt", "rz")
WIDTH_IN, HEIGHT_IN = 9.0, 3.2
MOST_ZONES = 6


@pictures.named("cycles")
@literal
def cycles_picture(found: ThermalCycles, component: str | None = None) -> Figure:
    """Stress over inelastic strain, strain over temperature, work over cycles; zones that do most.

    Parameters
    ----------
    component
        ``rr``, ``zz``, ``tt`` or ``rz``; by default of each zone that which does most work.
    """
    drawn = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
    axes = drawn.subplots(1, 3)
    work = {zone.name: float(found.work_per_cycle(zone.name)[-1]) for zone in found.zones}
    zones = sorted(work, key=lambda name: -work[name])[:MOST_ZONES]
    for zone, colour in zip(zones, COLOURS, strict=False):
        _draw_zone(axes, found, zone, component, colour)
    labels = (
        ("inelastic strain (%)", "stress (MPa)"),
        ("temperature (°C)", "inelastic strain (%)"),
        ("cycle", "inelastic work (MJ/m³)"),
    )
    for ax, (x, y) in zip(axes, labels, strict=True):
        ax.set_xlabel(x)
        ax.set_ylabel(y)
        ax.grid(alpha=0.3)
    axes[2].set_ylim(bottom=0)
    axes[2].xaxis.get_major_locator().set_params(integer=True)
    if zones:
        drawn.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", fontsize=8,
                     ncols=3)  # fmt: skip
    return drawn


def _draw_zone(
    axes: np.ndarray, found: ThermalCycles, zone: str, component: str | None, colour: str
) -> None:
    loop: Axes
    loop, over_degc, works = axes
    last = found.loop(zone)
    k = _most_work(last.stress_mpa, last.strain)
    if component is not None:
        k = COMPONENTS.index(component)
    strain = 100 * (last.strain[k] - last.strain[k, 0])
    label = f"{shortened(zone, 30)} {COMPONENTS[k]}"
    loop.plot(strain, last.stress_mpa[k], color=colour, label=label, lw=1.3)
    over_degc.plot(last.degc, strain, color=colour, lw=1.3)
    works.plot(found.numbers, found.work_per_cycle(zone), "o-", color=colour, ms=3)


def _most_work(stress: np.ndarray, strain: np.ndarray) -> int:
    """The component whose mean stress does most work on its mean strain over the loop."""
    middle = (stress[:, 1:] + stress[:, :-1]) / 2
    work = (middle * np.diff(strain, axis=1)).sum(axis=1)
    # of those that do as much but for round-off, as a body that is free to expand, the first
    nothing = 1e-9 * np.abs(stress).max() * np.abs(strain).max()
    return int((work >= work.max() - nothing).argmax())
