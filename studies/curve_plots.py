"""Figures of densities along an interface, with the means over windows that the metrics are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from studies.labels import interface_title
from studies.results import Entry
from studies.style import (
    COLOURS,
    LINES,
    MARKERS,
    legend_columns,
    mark_state,
    new_figure,
    panel_title,
    styled,
)

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
        curve = entry.result.get("curves", {}).get(interface)
        if not curve or column not in curve:
            continue
        s, radius, value, on_floor = refined(curve, column)
        value = value * scale
        corner = s[on_floor].max() if on_floor.any() else s.min()
        depth = s.max() - corner
        look = {"color": COLOURS[k % len(COLOURS)], "linestyle": LINES[k % len(LINES)]}
        floor.plot(radius[on_floor], value[on_floor], lw=1.4, **look)
        for on in (on_floor, ~on_floor):
            edge.plot(s[on] - corner, value[on], color=look["color"], lw=0.6, alpha=0.65)
        ends = np.array([s.min(), corner, s.max()])
        calm = np.abs(s[:, None] - ends).min(axis=1) > CORNER_UM
        near = np.abs(s - corner) < reach
        seen += list(value[calm & near])
        centre, mean = running_mean(s, radius, value, length_um)
        seen += list(mean[np.abs(centre - corner) < reach])
        highest = int(np.argmax(mean if column == "peel_mpa" else np.abs(mean)))
        marker = dict(marker=MARKERS[k % len(MARKERS)], ms=7, mec="white", mew=0.8)
        if len(centre) == 1:  # shorter than the window: one mean over the whole of it
            x, y, at = ends[[0, -1]] - corner, np.repeat(mean, 2), []
            edge.plot(centre - corner, mean, color=look["color"], **marker)
        else:
            x, y, at = centre - corner, mean, [highest]
        edge.plot(x, y, lw=2.2, label=entry.label, markevery=at, **look, **marker)
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
        f"thick in (b): running mean over {length_um:g} µm",
    )  # fmt: skip
    return figure


def refined(
    curve: Mapping[str, Sequence[Any]], column: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Arc length, radius, density and whether on the floor, at points close enough for sums.

    A leg's points are start, midpoint and end of its facets, on which the density is quadratic;
    where they are not, the points are taken as they are.
    """
    s, r, v = (np.asarray(curve[name], float) for name in ("arc_length_um", "r_um", column))
    legs = np.asarray(curve["leg"])
    x = np.linspace(0.0, 1.0, 13)
    shape = np.array([(1 - x) * (1 - 2 * x), 4 * x * (1 - x), x * (2 * x - 1)])
    pieces = []
    for leg in dict.fromkeys(curve["leg"]):
        parts = [a[legs == leg] for a in (s, r, v)]
        along = parts[0]
        if len(along) % 3 == 0 and np.allclose(along[1::3], (along[::3] + along[2::3]) / 2):
            parts = [(np.column_stack([a[::3], a[1::3], a[2::3]]) @ shape).ravel() for a in parts]
        pieces.append([*parts, np.full(len(parts[0]), leg == "floor")])
    s, r, v, floor = (np.concatenate(column) for column in zip(*pieces, strict=True))
    return s, r, v, floor.astype(bool)


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
