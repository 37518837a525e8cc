"""Dimension lines around a picture: rows along r, columns along z, none meeting another.

Lengths along r stand in rows above and below a picture, one to a row; lengths along z in columns at
its sides, their texts spread apart. All layout is in inches; a panel says how much room it needs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from shapely.geometry.base import BaseGeometry

from geometry.drawing.canvas import HIGHLIGHT, OUTLINE, Window, draw_films, fill, scale_bar
from geometry.process.operations import Film

FONT = 7.0
CHARACTER_IN = 0.0585  # mean width at FONT, on the safe side
ROW_IN = 0.19
COLUMN_IN = 0.2
LINE = {"color": OUTLINE, "linewidth": 0.5}
WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}


@dataclass(frozen=True)
class Along:
    """A length along r, from ``start`` to ``end``, um; a single place where they are equal.

    ``start_z`` and ``end_z`` are where on the picture its extension lines begin.
    """

    text: str
    start: float
    end: float
    start_z: float | None
    end_z: float


@dataclass(frozen=True)
class Up:
    """A length along z, from ``start`` to ``end``, um; its extension lines begin at ``radius``.

    ``broken``: the far end is cut off by the picture's border.
    """

    text: str
    start: float
    end: float
    radius: float
    broken: bool = False


@dataclass(frozen=True)
class Panel:
    """A picture and the dimensions around it."""

    title: str
    window: Window
    width_in: float
    above: tuple[Along, ...] = ()
    below: tuple[Along, ...] = ()
    left: tuple[Up, ...] = ()
    right: tuple[Up, ...] = ()
    ghost: BaseGeometry | None = None

    @property
    def per_in(self) -> float:
        """um per inch."""
        return (self.window[1] - self.window[0]) / self.width_in

    @property
    def height_in(self) -> float:
        return (self.window[3] - self.window[2]) / self.per_in

    def side_in(self, dimensions: Sequence[Up]) -> float:
        """Room for the columns and texts of one side."""
        if not dimensions:
            return 0.15
        columns = 1 + max(_columns(dimensions))
        return 0.25 + COLUMN_IN * (columns + 1) + _text_in(dimensions)

    @property
    def margins_in(self) -> tuple[float, float, float, float]:
        """Left, right, below, above."""
        right = self.side_in(self.right)
        for row in (*self.above, *self.below):
            reach = (max(row.start, row.end) - self.window[1]) / self.per_in
            right = max(right, reach + 0.2 + CHARACTER_IN * len(row.text))
        texts = max(len(side) * _gap_in(side) for side in (self.left, self.right))
        spread = max(0.0, (texts - self.height_in) / 2)
        below = 0.2 + ROW_IN * (len(self.below) + 0.5)
        above = 0.2 + ROW_IN * (len(self.above) + 0.5)
        return self.side_in(self.left), right, max(below, spread), max(above, spread)


def _columns(dimensions: Sequence[Up]) -> list[int]:
    """Column of each dimension: the innermost in which it overlaps no other, short ones first."""
    order = sorted(range(len(dimensions)), key=lambda k: _length(dimensions[k]))
    taken: list[list[tuple[float, float]]] = []
    out = [0] * len(dimensions)
    for k in order:
        low, high = sorted((dimensions[k].start, dimensions[k].end))
        slack = 1e-6 * (high - low)
        free = [
            column
            for column, spans in enumerate(taken)
            if all(high <= a + slack or low >= b - slack for a, b in spans)
        ]
        column = free[0] if free else len(taken)
        if not free:
            taken.append([])
        taken[column].append((low, high))
        out[k] = column
    return out


def _length(up: Up) -> float:
    return abs(up.end - up.start)


def _text_in(dimensions: Sequence[Up]) -> float:
    return CHARACTER_IN * max(len(line) for up in dimensions for line in up.text.split("\n"))


def _lines(dimensions: Sequence[Up]) -> int:
    return max((1 + up.text.count("\n") for up in dimensions), default=0)


def _gap_in(dimensions: Sequence[Up]) -> float:
    """Distance of one text from the next."""
    return (1.25 * _lines(dimensions) + 0.2) * FONT / 72


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Places at least ``gap`` apart, each as near to what is wanted as its neighbours allow."""
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    groups: list[list[float]] = []  # [sum of wanted, count]: a run of texts that touch
    for k in order:
        groups.append([wanted[k], 1])
        while len(groups) > 1:
            (a, n), (b, m) = groups[-2], groups[-1]
            if b / m - a / n >= gap * (n + m) / 2:
                break
            groups[-2:] = [[a + b, n + m]]
    places = []
    for total, count in groups:
        first = total / count - gap * (count - 1) / 2
        places += [first + gap * j for j in range(int(count))]
    out = [0.0] * len(wanted)
    for k, place in zip(order, places, strict=True):
        out[k] = place
    return out


def draw_panel(ax: Axes, films: Iterable[Film], panel: Panel) -> None:
    """Draw films in a panel's picture, and its dimensions around it."""
    r0, r1, z0, z1 = panel.window
    per_in = panel.per_in
    left, right, below, above = (margin * per_in for margin in panel.margins_in)
    ax.set_xlim(r0 - left, r1 + right)
    ax.set_ylim(z0 - below, z1 + above)
    ax.set_aspect("equal")
    ax.set_axis_off()
    border = Rectangle((r0, z0), r1 - r0, z1 - z0, fill=False, linewidth=0.8, edgecolor=OUTLINE)
    ax.add_patch(border)
    films = list(films)
    patches = draw_films(ax, films)
    if panel.ghost is not None:
        patches += fill(ax, panel.ghost, facecolor="none", edgecolor=HIGHLIGHT, linewidth=0.9,
                        linestyle=(0, (4, 2)), zorder=2)  # fmt: skip
    for patch in patches:
        patch.set_clip_path(border)
    scale_bar(ax, panel.window, films=films)
    if r0 == 0.0:
        ax.plot([0, 0], [z0 - 0.1 * per_in, z1 + 0.1 * per_in], color=OUTLINE, linewidth=0.7,
                linestyle=(0, (8, 2, 2, 2)))  # fmt: skip
    for sign, rows, start in ((1, panel.above, z1), (-1, panel.below, z0)):
        for k, row in enumerate(rows):
            _row(ax, row, start + sign * (0.25 + ROW_IN * k) * per_in, panel, sign)
    for sign, ups, start in ((1, panel.right, r1), (-1, panel.left, r0)):
        _side(ax, ups, start, sign, panel)


def _row(ax: Axes, row: Along, z: float, panel: Panel, sign: int) -> None:
    """One length along r: extension lines from the picture, arrows, its text beside them."""
    past = z + sign * 0.05 * panel.per_in
    ends = [(row.end, row.end_z)]
    if row.start_z is not None:
        ends.append((row.start, row.start_z))
    for r, begin in ends:
        ax.plot([r, r], [begin, past], **LINE, zorder=3)
    if row.start == row.end:
        ax.plot([row.end], [row.end_z], marker="o", markersize=2.5, color=OUTLINE, zorder=4)
    else:
        _arrows(ax, (row.start, z), (row.end, z), panel.per_in)
        cut_off = row.start_z is None and row.start > 0
        if cut_off:
            ax.plot([row.start, row.start - 0.12 * panel.per_in], [z, z], color=OUTLINE,
                    linewidth=0.8, linestyle=(0, (2, 1)))  # fmt: skip
    ax.annotate(
        row.text, (max(row.start, row.end), z), xytext=(5, 0), textcoords="offset points",
        fontsize=FONT, va="center_baseline", ha="left", bbox=WHITE, zorder=5,
    )  # fmt: skip


def _side(ax: Axes, ups: Sequence[Up], border: float, sign: int, panel: Panel) -> None:
    """Lengths along z in columns beside the picture, their texts beyond the last column."""
    if not ups:
        return
    per_in = panel.per_in
    columns = _columns(ups)
    text_at = border + sign * (0.15 + COLUMN_IN * (max(columns) + 1.6)) * per_in
    middles = [(up.start + up.end) / 2 for up in ups]
    places = spread(middles, _gap_in(ups) * per_in)
    for up, column, middle, place in zip(ups, columns, middles, places, strict=True):
        r = border + sign * (0.15 + COLUMN_IN * column) * per_in
        past = r + sign * 0.05 * per_in
        for z in (up.start,) if up.broken else (up.start, up.end):
            ax.plot([up.radius, past], [z, z], **LINE, zorder=3)
        if up.broken:
            _broken(ax, r, up.start, up.end, per_in)
        else:
            _arrows(ax, (r, up.start), (r, up.end), per_in)
        elbow = text_at - sign * 0.08 * per_in
        turn = elbow - sign * 0.12 * per_in
        ax.plot([r, turn, elbow], [middle, place, place], color="#888888", linewidth=0.5, zorder=2)
        ax.text(text_at - sign * 0.04 * per_in, place, up.text, fontsize=FONT, va="center",
                ha="left" if sign > 0 else "right", zorder=5)  # fmt: skip


def _arrows(ax: Axes, start: tuple[float, float], end: tuple[float, float], per_in: float) -> None:
    """Arrows between two points, or from outside where they are too close; ticks if very close."""
    length = math.dist(start, end) / per_in
    line = {"linewidth": 0.7, "color": OUTLINE, "shrinkA": 0, "shrinkB": 0}
    if length >= 0.16:
        ax.annotate("", end, start, zorder=4,
                    arrowprops=line | {"arrowstyle": "<|-|>", "mutation_scale": 5})  # fmt: skip
        return
    ax.plot([start[0], end[0]], [start[1], end[1]], color=OUTLINE, linewidth=0.7, zorder=4)
    ax.plot([start[0], end[0]], [start[1], end[1]], color=OUTLINE, marker=(4, 0, 0),
            markersize=1.8, linewidth=0, zorder=4)  # fmt: skip


def _broken(ax: Axes, r: float, start: float, end: float, per_in: float) -> None:
    """An arrow at the start, and a zigzag where the picture cuts the length off."""
    sign = math.copysign(1.0, end - start)
    stop = end - sign * 0.1 * per_in
    line = {"linewidth": 0.7, "color": OUTLINE, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (r, start), (r, stop), zorder=4,
                arrowprops=line | {"arrowstyle": "-|>", "mutation_scale": 5})  # fmt: skip
    w, h = 0.05 * per_in, sign * 0.03 * per_in
    ax.plot([r, r - w, r + w, r], [stop, stop + h, stop + 2 * h, stop + 3 * h], color=OUTLINE,
            linewidth=0.7, zorder=4)  # fmt: skip
