"""Figures of densities along an interface, with the means over windows that the metrics are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from studies.figures.registry import Drawing, figure
from studies.figures.style import (
    COLOURS,
    LINES,
    MARKERS,
    legend_columns,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.records.record import Circle, Curve
from studies.results.curve_pieces import chains, piece_names
from studies.results.results import Entry, Results
from studies.results.twins import state_of
from studies.wording.labels import interface_title, listing
from studies.wording.levels import level

CORNER_UM = 0.05  # nearer than this to a corner the densities say nothing
COLUMN_TITLES = {
    "peel_mpa": ("peel stress", "MPa", 1.0),
    "shear_mpa": ("shear stress", "MPa", 1.0),
    "jn_a_per_cm2": ("current density J·n", "kA/cm²", 1e-3),
}


@styled
def interface_curves(
    entries: Sequence[Entry], column: str, length_um: float, interface: str = "ubm/pad"
) -> Figure:
    """A density along the interface, designs overlaid: its floor, and the edge of the recess.

    Thin lines are the density itself, which is singular at corners; thick ones its running mean
    over a window of ``length_um``, whose extreme is the headline number.
    """
    name, unit, scale = COLUMN_TITLES[column]
    figure = new_figure(3.3)
    floor, edge = figure.subplots(1, 2, width_ratios=(1.0, 1.35), sharey=True)
    reach = 3.0 * length_um
    seen: list[float] = []
    depths: set[float] = set()
    no_floor = []
    for k, entry in enumerate(entries):
        curve = entry.result.curves.get(interface)
        if curve is None or column not in curve.densities:
            continue
        named = replace(curve, leg=piece_names(curve))
        pieces = [refined(chain, column) for chain in chains(named)]
        s, value, on_floor = (np.concatenate([piece[k] for piece in pieces]) for k in (0, 2, 3))
        value = value * scale
        corner = s[on_floor].max() if on_floor.any() else s.min()
        depth = max(piece[0].max() for piece in pieces if piece[0].min() <= corner) - corner
        look = {"color": COLOURS[k % len(COLOURS)], "linestyle": LINES[k % len(LINES)]}
        for at, radius, density, inside in pieces:
            floor.plot(radius[inside], scale * density[inside], lw=1.4, **look)
            for on in (inside, ~inside):
                edge.plot(at[on] - corner, scale * density[on], color=look["color"], lw=0.6,
                          alpha=0.65)  # fmt: skip
        ends = np.array([corner, *(end for piece in pieces for end in piece[0][[0, -1]])])
        calm = np.abs(s[:, None] - ends).min(axis=1) > CORNER_UM
        near = np.abs(s - corner) < reach
        seen += list(value[calm & near])
        span = min(length_um, max(piece[0][-1] - piece[0][0] for piece in pieces))
        long = [piece for piece in pieces if piece[0][-1] - piece[0][0] > span * (1 - 1e-6)]
        means = [running_mean(at, r, scale * density, span) for at, r, density, _ in long]
        centre, mean = (np.concatenate([found[k] for found in means]) for k in (0, 1))
        seen += list(mean[np.abs(centre - corner) < reach])
        highest = int(np.argmax(mean if column == "peel_mpa" else np.abs(mean)))
        marker = dict(marker=MARKERS[k % len(MARKERS)], ms=7, mec="white", mew=0.8)
        for (centres, values), (at, *_) in zip(means, long, strict=True):
            if len(centres) == 1:  # no longer than the window: one mean over the whole of it
                centres, values = at[[0, -1]], np.repeat(values, 2)
            edge.plot(centres - corner, values, lw=2.2, **look)
        edge.plot(centre[highest] - corner, mean[highest], color=look["color"], **marker)
        edge.plot([], [], lw=2.2, label=entry.label, **look, **marker)  # for the legend
        if not on_floor.any():
            no_floor.append(entry.label)
        if depth > 1e-6:
            depths.add(round(float(depth), 6))
    if no_floor:
        text = f"{', '.join(no_floor)}: no {interface_title(interface)} on the floor"
        floor.text(0.03, 0.97, text, va="top", fontsize=7.5, color="#555555",
                   transform=floor.transAxes)  # fmt: skip
    edge.axvline(0.0, color="#888888", lw=0.8)
    for depth in depths:
        edge.axvline(depth, color="#888888", lw=0.8, linestyle=(0, (2, 2)))
    edge.set_xlim(-reach, max([*depths, 0.35 * reach]) * 1.12)
    if seen:
        low, high = min(seen), max(seen)
        margin = 0.08 * (high - low or 1.0)
        floor.set_ylim(min(low, 0.0) - margin, max(high, 0.0) + margin)
    for ax in (floor, edge):
        ax.axhline(0.0, color="#444444", lw=0.6)
    # above the picture, where neither curves nor the ends of the sidewalls are in the way
    legs = {"floor ": "right", " sidewall": "left"} if depths else {"floor ": "right"}
    for leg, side in legs.items():
        edge.text(0.0, 1.01, leg, ha=side, va="bottom", fontsize=7.5, color="#555555",
                  transform=edge.get_xaxis_transform())  # fmt: skip
    floor.set_ylabel(f"{name} ({unit})")
    floor.set_xlabel("radius r on the floor (µm)")
    edge.set_xlabel("arc length from the floor's outer corner (µm)")
    panel_title(floor, 0, "whole floor")
    panel_title(edge, 1, "edge of the opening")
    labels = edge.get_legend_handles_labels()[1]
    if labels:
        figure.legend(loc="outside upper center", ncols=legend_columns(labels, len(entries)))
    mark_state(
        figure, column != "jn_a_per_cm2",
        f"{interface_title(interface)}; thin: the density, singular at corners and cut off there; "
        f"thick in (b): running mean over {level(length_um)} µm",
        state_of(entry.row for entry in entries),
    )  # fmt: skip
    return figure


def refined(curve: Curve, column: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Arc length, radius, density and whether on the floor, at points close enough for sums.

    Its points are start, midpoint and end of facets, on which the density is quadratic; where they
    are not, they are taken as they are.
    """
    columns = (curve.arc_length_um, curve.r_um, curve.densities[column])
    s, r, v = (np.asarray(values, float) for values in columns)
    floor = np.asarray(curve.leg) == "floor"
    if len(s) % 3 == 0 and np.allclose(s[1::3], (s[::3] + s[2::3]) / 2):
        x = np.linspace(0.0, 1.0, 13)
        shape = np.array([(1 - x) * (1 - 2 * x), 4 * x * (1 - x), x * (2 * x - 1)])
        s, r, v = ((a.reshape(-1, 3) @ shape).ravel() for a in (s, r, v))
        floor = np.repeat(floor[::3], len(x))
    return s, r, v, floor


def running_mean(
    s: np.ndarray, radius: np.ndarray, value: np.ndarray, length_um: float
) -> tuple[np.ndarray, np.ndarray]:
    """Means over windows of arc length, weight r ds, and the windows' centres.

    An interface shorter than the window has one, over the whole of it.
    """
    step = np.diff(s)  # zero between facets
    moment = np.concatenate(
        [[0.0], np.cumsum(step * (value * radius)[:-1] / 2 + step * (value * radius)[1:] / 2)]
    )
    weight = np.concatenate([[0.0], np.cumsum(step * (radius[:-1] + radius[1:]) / 2)])
    span = min(length_um, s[-1] - s[0])
    if s[-1] - s[0] <= length_um * (1 + 1e-6):
        return np.array([(s[0] + s[-1]) / 2]), np.array([moment[-1] / weight[-1]])
    starts = np.unique(np.clip(np.concatenate([s, s - span]), s[0], s[-1] - span))
    ends = starts + span
    total = np.interp(ends, s, moment) - np.interp(starts, s, moment)
    return starts + span / 2, total / (np.interp(ends, s, weight) - np.interp(starts, s, weight))


@figure("curve", "curves")
def curves_of_compared(results: Results) -> Iterator[Drawing]:
    """Peel, shear and current density along UBM/pad."""
    for column, (title, unit, _) in COLUMN_TITLES.items():
        found = [e.result.curves.get("ubm/pad", Curve()) for e in results.compared]
        if any(column in curve.densities for curve in found):
            drawn = interface_curves(results.compared, column, results.headline_um)
            sign = {
                "peel_mpa": "Tension is positive.",
                "shear_mpa": "Positive along the direction of arc length, outwards and up; the "
                "headline is the largest absolute mean.",
                "jn_a_per_cm2": "Positive from the pad into the UBM.",
            }[column]
            side, marker = _side_of_curves(results, column)
            yield Drawing(
                drawn, f"{title} along UBM/pad",
                f"{title[0].upper()}{title[1:]} ({unit}) along the interface of UBM and pad{side}. "
                f"{sign} Thin lines are the density itself: at the corners it is singular, so "
                "its peaks there are the mesh's, not the design's, and are cut off. Thick lines "
                f"are means over windows of {level(results.headline_um)} µm that slide across the "
                f"corners; each marker is {marker}.", column,
            )  # fmt: skip


def _side_of_curves(results: Results, column: str) -> tuple[str, str]:
    """At which angle a density is shown that varies around the circle, and what its marker is."""
    varied = [
        e for e in results.compared if column in e.result.circle.get("ubm/pad", Circle()).amplitudes
    ]
    if not varied:
        return "", "the headline value of the tables"
    if column == "jn_a_per_cm2":
        side = ", at θ = 0 in front of where the current enters"
    else:
        found = [abs(e.result.flags.get("curve_theta_deg", 0.0)) for e in varied]
        angles = dict.fromkeys(f"{angle:.0f}°" for angle in found)
        side = f", at θ = {listing(angles, 'or')} where the mean peel is largest"
    arc = results.base.metrics.arc_length_um
    return side, (
        f"the extreme mean at this angle; the tables' values are averaged over {arc:g} µm around "
        "as well, each where it is worst"
    )
