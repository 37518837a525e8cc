"""Pictures along a line: densities along an interface, histories over time, materials over degC."""

from __future__ import annotations

import re

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fem_bump.interfaces.densities import Density
from fem_bump.interfaces.flux import FluxInterface
from fem_bump.interfaces.traction import TractionInterface
from fem_bump.materials.material import Material
from fem_bump.materials.property import PROPERTIES, REFERENCE_DEGC, UNITS
from fem_bump.mechanics.history import History
from fem_bump.mechanics.inelastic.path import Field
from fem_bump.migration.electromigration import Electromigration
from groundwork.lettering import literal, shortened
from groundwork.pictures import pictures

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
WIDTH_IN, HEIGHT_IN = 7.5, 3.4
TOP = 99.0  # percentile at which an axis ends: values at corners are singular
MOST_STATES = 120  # of a history that a curve is drawn through
RANGE_DEGC = (-55.0, 260.0)
UNIT_SUFFIX = re.compile("_(mpa|per_k|s_per_m|w_per_mk)$")


@pictures.named("traction")
@literal
def traction_picture(found: TractionInterface, theta_deg: float = 0.0) -> Figure:
    """Peel and shear along the arc length, leg by leg, at one angle."""
    here = found.at(theta_deg) if found.varies_around else found
    figure, ax = _along(here, f"at θ = {theta_deg:g}°" if found.varies_around else "")
    curves = {"peel": here.peel_mpa, "shear": here.shear_mpa}
    if found.varies_around and np.abs(here.shear_theta_mpa).max(initial=0.0) > 0:
        curves["shear around the axis"] = here.shear_theta_mpa
    _draw_pieces(ax, here, curves)
    ax.set_ylabel("traction (MPa)")
    return figure


@pictures.named("flux")
@literal
def flux_picture(found: FluxInterface) -> Figure:
    """Normal current density along the arc length, its mean around the axis where it varies."""
    around = "mean around the axis" if found.varies_around else ""
    figure, ax = _along(found, around)
    even = found.values[:, [0, 2, 1]].ravel()
    _draw_pieces(ax, found, {f"J·n, out of {found.line.b}": even})
    ax.set_ylabel("current density (A/µm²)")
    return figure


@pictures.named("history")
@literal
def history_picture(history: History) -> Figure:
    """Temperature and mean inelastic strain of every region with a law, over time."""
    problem = history.problem
    times = history.times_s
    some = np.unique(np.linspace(0, len(times) - 1, MOST_STATES).round().astype(int))
    regions = tuple(problem.flowing)
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN * (1.5 if regions else 1.0)), layout="constrained")
    upper, *lower = figure.subplots(1 + bool(regions), 1, sharex=True, squeeze=False)[:, 0]
    temperatures = (each.degc for each in history.instants)
    degc = [float(np.mean(t.points)) if isinstance(t, Field) else t for t in temperatures]
    upper.plot(times, degc, ".-", color=COLOURS[0], ms=3)
    upper.set_ylabel("temperature (°C)")
    for ax in lower:
        states = [history.at(times[k]) for k in some]
        for region, colour in zip(regions, COLOURS * len(regions), strict=False):
            strain = [100 * state.mean_inelastic_strain(region) for state in states]
            ax.plot(times[some], strain, color=colour, label=shortened(region, 40))
        ax.set_ylabel("mean inelastic strain (%)")
        ax.legend(fontsize=8)
    for ax in (upper, *lower):
        ax.grid(alpha=0.3)
    figure.axes[-1].set_xlabel("time (s)")
    return figure


@pictures.named("electromigration")
@literal
def electromigration_picture(moved: Electromigration) -> Figure:
    """Largest and least hydrostatic stress of every block over time; at theta = 0 of one that
    varies around the axis."""
    times = moved.times_s[1:]
    states = [moved.at(float(t)).local_stress_mpa() for t in times]
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
    ax = figure.add_subplot()
    blocks = moved.body.blocks
    for block, colour in zip(blocks, COLOURS * len(blocks), strict=False):
        found = np.array([state[block.elements] for state in states])
        label = shortened(block.name, 40)
        ax.plot(times, found.max(axis=(1, 2)), color=colour, label=label)
        ax.plot(times, found.min(axis=(1, 2)), color=colour, ls="--")
    ax.set_xscale("log")
    ax.set_xlabel("time (s)")
    ax.set_ylabel("hydrostatic stress (MPa)")
    ax.set_title("largest, and least dashed", fontsize=9)
    ax.axhline(0.0, color="#888888", lw=0.6)
    ax.grid(alpha=0.3)
    ax.legend(fontsize=8)
    return figure


@pictures.named("material")
@literal
def material_picture(material: Material, degc: tuple[float, float] = RANGE_DEGC) -> Figure:
    """Every property that the material has, over temperature; a dot at the reference."""
    given = [name for name in PROPERTIES if getattr(material, name) is not None]
    rows = -(-len(given) // 3)
    figure = Figure(figsize=(WIDTH_IN + 1.5, 2.1 * rows), layout="constrained")
    axes = figure.subplots(rows, min(len(given), 3), squeeze=False, sharex=True).ravel()
    temperatures = np.linspace(*degc, 200)
    for ax, name in zip(axes, given, strict=False):
        ax.plot(temperatures, material.at(name, temperatures), color=COLOURS[0])
        at = float(material.at(name, REFERENCE_DEGC))
        ax.plot(REFERENCE_DEGC, at, "o", color=COLOURS[1], ms=4)
        ax.set_title(UNIT_SUFFIX.sub("", name).replace("_", " "), fontsize=9)
        ax.set_ylabel("" if UNITS[name] == "1" else UNITS[name], fontsize=8)
        ax.ticklabel_format(axis="y", style="sci", scilimits=(-3, 5), useOffset=False)
        ax.grid(alpha=0.3)
    for ax in axes[len(given) :]:
        ax.set_axis_off()
    figure.supxlabel("temperature (°C)", fontsize=9)
    return figure


def _along(found: Density, said: str) -> tuple[Figure, Axes]:
    """Axes over the arc length with the legs marked."""
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
    ax = figure.add_subplot()
    line = found.line
    ends = np.append(line.start_um, line.start_um[-1] + line.length_um[-1])
    starts = np.concatenate([[0], np.nonzero(np.diff(line.leg))[0] + 1])
    for first, stop in zip(starts, [*starts[1:], len(line.leg)], strict=True):
        low, high = ends[first], ends[stop]
        if first:
            ax.axvline(low, color="#888888", lw=0.7, ls="--")
        ax.annotate(
            shortened(line.leg_names[line.leg[first]], 24), ((low + high) / 2, 1.0),
            xycoords=("data", "axes fraction"), xytext=(0, 3), textcoords="offset points",
            ha="center", va="bottom", fontsize=8, color="#555555",
        )  # fmt: skip
    ax.axhline(0.0, color="#888888", lw=0.6)
    ax.set_xlim(float(ends[0]), float(ends[-1]))
    ax.set_xlabel("arc length s (µm)")
    title = shortened(f"{line.a}/{line.b}, side {found.side}", 60)
    figure.suptitle(f"{title}{', ' if said else ''}{said}", fontsize=10)
    return figure, ax


def _draw_pieces(ax: Axes, found: Density, curves: dict[str, np.ndarray]) -> None:
    """Curves (3 m,) that break where the interface does; the axis ends short of singular ends."""
    s, piece = found.arc_length_um, np.repeat(found.line.piece, 3)
    for (name, values), colour in zip(curves.items(), COLOURS, strict=False):
        for k in np.unique(piece):
            label = name if k == piece[0] else None
            ax.plot(s[piece == k], values[piece == k], color=colour, lw=1.3, label=label)
    every = np.concatenate(list(curves.values()))
    low, high = np.percentile(every, [100 - TOP, TOP])
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.12 * (high - low) or 1.0
    ax.set_ylim(low - room, high + room)
    ax.legend(fontsize=8)
    ax.grid(alpha=0.3)
