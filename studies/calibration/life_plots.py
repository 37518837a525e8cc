"""The plot of a calibration: probability paper, and lives against temperature and density."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from fem_bump.life.black import KELVIN, Stressed
from fem_bump.life.calibration import Calibrated, plotting_positions
from fem_bump.life.regression import standard_quantile
from studies.calibration.calibration_files import unit_of
from studies.figures.style import COLOURS, MARKERS, mark_state, new_figure, panel_title, styled

SHARES = (0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.99)
TELLS = (
    "lines: one law for all conditions; medians in (b) and (c), to whose density or temperature it "
    "brings all failures; shaded: what its constants leave open, 95 %; arrows: still alive"
)


@styled
def life_plot(found: Calibrated, stress: str) -> Figure:
    """Failures of every condition with the fitted line and its band; lives over 1 / T and j."""
    figure = new_figure(6.6)
    grid = figure.add_gridspec(2, 2, height_ratios=(1.5, 1.0))
    _paper(figure.add_subplot(grid[0, :]), found, unit_of(stress))
    _over_temperature(figure.add_subplot(grid[1, 0]), found, unit_of(stress))
    _over_density(figure.add_subplot(grid[1, 1]), found, stress)
    mark_state(figure, False, TELLS)
    return figure


def _paper(ax: Axes, found: Calibrated, unit: str) -> None:
    """Shares on the scale on which the distribution is a straight line over ln(time)."""
    law, lives = found.law, found.lives
    kind = law.distribution
    marks = np.array([standard_quantile(kind, share) for share in SHARES])
    z = np.linspace(marks[0], marks[-1], 60)
    share = [_share(kind, one) for one in z]
    for k, (density, degc) in enumerate(lives.conditions):
        colour = COLOURS[k % len(COLOURS)]
        here = (lives.density == density) & (lives.temperature_degc == degc)
        times, failed = lives.time_h[here], lives.failed[here]
        points = plotting_positions(times.tolist(), failed.tolist())
        label = f"{density:g} {unit}, {degc:g} °C: {int(failed.sum())} of {len(times)}"
        ax.plot(
            [t for t, _ in points], [standard_quantile(kind, p) for _, p in points],
            MARKERS[k % len(MARKERS)], color=colour, label=label,
        )  # fmt: skip
        bands = [law.lives_h(Stressed(density, degc), one) for one in share]
        line, low, high = ([band[i][0] for band in bands] for i in range(3))
        ax.plot(line, z, "-", color=colour)
        ax.fill_betweenx(z, low, high, color=colour, alpha=0.12, lw=0)
        alive = times[~failed]
        if len(alive):
            ax.plot(alive, np.full(len(alive), marks[0]), ">", color=colour, mfc="none")
    ax.set_xscale("log")
    ax.set_yticks(marks, [f"{100 * one:g}" for one in SHARES])
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_ylim(marks[0] - 0.2, marks[-1] + 0.2)
    ax.set_xlabel("time (h)")
    ax.set_ylabel("failed (%)")
    ax.legend(fontsize=7.5)
    shape = "σ" if kind == "lognormal" else "shape"
    panel_title(
        ax, 0, f"{'Lognormal' if kind == 'lognormal' else 'Weibull'}, {shape} {law.shape:.3g}"
    )


def _share(kind: str, z: float) -> float:
    """The share below a z."""
    return 0.5 * math.erfc(-z / math.sqrt(2)) if kind == "lognormal" else -math.expm1(-math.exp(z))


def _failures(ax: Axes, found: Calibrated, over: str) -> None:
    """Failures of each condition, brought by the law to the density or temperature of the line."""
    law, lives = found.law, found.lives
    middle = law.reference
    for k, (density, degc) in enumerate(lives.conditions):
        here = lives.failed & (lives.density == density) & (lives.temperature_degc == degc)
        if over == "density":
            x, moved = density, Stressed(density, middle.temperature_degc)
        else:
            x, moved = 1e3 / (degc + KELVIN), Stressed(middle.density, degc)
        times = lives.time_h[here] * law.ratios(Stressed(density, degc), moved)[0][0]
        mark, colour = MARKERS[k % len(MARKERS)], COLOURS[k % len(COLOURS)]
        ax.plot(np.full(len(times), x), times, mark, color=colour, ms=3.5, mfc="none")
    ax.set_yscale("log")
    ax.set_ylabel("life (h)")


def _band(ax: Axes, found: Calibrated, x: np.ndarray, states: Sequence[Stressed]) -> None:
    bands = [found.law.lives_h(state) for state in states]
    line, low, high = ([band[i][0] for band in bands] for i in range(3))
    ax.plot(x, line, "-", color="#444444")
    ax.fill_between(x, low, high, color="#444444", alpha=0.12, lw=0)


def _over_temperature(ax: Axes, found: Calibrated, unit: str) -> None:
    kelvin = found.lives.temperature_degc + KELVIN
    x = np.linspace(1e3 / kelvin.max() - 0.02, 1e3 / kelvin.min() + 0.02, 40)
    middle = found.law.reference.density
    _band(ax, found, x, [Stressed(middle, 1e3 / one - KELVIN) for one in x])
    _failures(ax, found, "temperature")
    ax.set_xlabel("1000 / T (1/K)")
    ea = found.activation_ev
    said = f"Ea {ea.value:.3g} eV ({ea.low:.3g} to {ea.high:.3g})"
    panel_title(ax, 1, f"{said}\nat {middle:.3g} {unit}")


def _over_density(ax: Axes, found: Calibrated, stress: str) -> None:
    density = found.lives.density
    x = np.geomspace(0.9 * density.min(), 1.1 * density.max(), 40)
    middle = found.law.reference.temperature_degc
    _band(ax, found, x, [Stressed(one, middle) for one in x])
    _failures(ax, found, "density")
    ax.set_xscale("log")
    ax.set_xlabel("current (A)" if unit_of(stress) == "A" else "current density (A/cm²)")
    n = found.exponent
    said = f"n {n.value:.3g} ({n.low:.3g} to {n.high:.3g})"
    panel_title(ax, 2, f"{said}\nat {middle:.3g} °C")
