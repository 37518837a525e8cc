"""The curves of a crack as a figure: energy release rate and mode mix against its length."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, StrMethodFormatter

from studies.cracks.curves import CrackGrowth, CrackPoint
from studies.figures.style import (
    COLOURS,
    LINES,
    MARKERS,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.wording.levels import level


@styled
def growth_figure(curves: Sequence[CrackGrowth]) -> Figure:
    """Energy release rate and mode mix against crack length, a curve per design, with errors.

    Hollow marks: the faces touch. A cross: they overlap, and the value is not that of the body. G
    of faces that friction holds is 0 and stands at the lower edge.
    """
    figure = new_figure(3.6)
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1.0))
    drawn = [curve for curve in curves if curve.points]
    for k, curve in enumerate(drawn):
        _draw_curve(left, k, curve, "g_max_j_per_m2")
        _draw_curve(right, k, curve, "mode_mix_deg")
    crack = curves[0].crack
    left.set(xscale="log", yscale="log", xlabel="crack length (µm)")
    left.set_ylabel("energy release rate G (J/m²)")
    right.set(xscale="log", xlabel="crack length (µm)", ylim=(-185, 185))
    right.set_yticks([-180, -90, 0, 90, 180])
    lengths_um = [p.reference_length_um for curve in drawn for p in curve.points]
    at = f" at {level(lengths_um[0])} µm" if lengths_um else ""
    right.set_ylabel(f"mode mix{at} (deg)")
    panel_title(left, 0, crack.title)
    panel_title(right, 1, "0 opens, ±90 slides")
    _mark_toughness(left, crack.toughness_j_per_m2)
    _format_axes(left, right, drawn, crack.toughness_j_per_m2)
    if drawn:
        left.legend()
    mark_state(figure, stress=False, note="; ".join(_notes([p for c in drawn for p in c.points])))
    return figure


def _notes(points: Sequence[CrackPoint]) -> list[str]:
    """What marks and bars mean, of those that are there."""
    said = ["elastic", "bars: change from a mesh of twice the size, or between ways to find G"]
    touching = [p.contact for p in points if p.contact is not None]
    if touching:
        said.append(f"hollow: the faces touch (friction {touching[0].friction:g})")
    if any(contact.held for contact in touching):
        said.append("on the lower edge: held by friction, G = 0")
    if any(p.overlaps for p in points):
        said.append("crosses: the faces overlap, a contact that is not solved; G is another one")
    return said


def _draw_curve(ax: Axes, k: int, curve: CrackGrowth, name: str) -> None:
    """The k-th curve of one value, its error bars, and a mark for each length."""
    colour, marker = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
    length = [p.length_um for p in curve.points]
    value = [getattr(p, name) for p in curve.points]
    if name == "g_max_j_per_m2":  # a logarithm: 0 has no place
        value = [v if v > 0 else math.nan for v in value]
    error = [p.errors[name] for p in curve.points]
    ax.errorbar(length, value, error, fmt="none", ecolor=colour, elinewidth=0.8)
    line = LINES[k % len(LINES)]
    ax.plot(length, value, label=curve.design.variant, lw=1.4, color=colour, linestyle=line)
    for p, y in zip(curve.points, value, strict=True):
        if p.contact is not None and p.contact.held and name == "g_max_j_per_m2":
            edge = ax.get_xaxis_transform()
            ax.plot(
                p.length_um, 0.0, marker, mfc="white", mec=colour, transform=edge, clip_on=False
            )
            continue
        face = "white" if p.closed else colour
        ax.plot(p.length_um, y, "x" if p.overlaps else marker, mfc=face, mec=colour)


def _mark_toughness(ax: Axes, toughness_j_per_m2: float | None) -> None:
    if toughness_j_per_m2 is None:
        return
    ax.axhline(toughness_j_per_m2, color="#555555", lw=0.9, linestyle=(0, (4, 2)))
    ax.annotate(
        "toughness",
        (1.0, toughness_j_per_m2),
        xycoords=("axes fraction", "data"),
        ha="right",
        va="bottom",
        fontsize=7.5,
    )


def _format_axes(
    left: Axes, right: Axes, curves: Sequence[CrackGrowth], toughness: float | None
) -> None:
    """Plain numbers; minor ones only where major ones alone would be too few."""
    shown = [p.g_max_j_per_m2 for curve in curves for p in curve.points if p.g_max_j_per_m2 > 0]
    shown += [] if toughness is None else [toughness]
    wide = bool(shown) and max(shown) > 10 * min(shown)
    if not any(value > 0 for value in shown):
        left.set(yscale="linear", ylim=(0.0, 1.0))
    left.yaxis.set_major_formatter("{x:g}")
    left.yaxis.set_minor_formatter(NullFormatter() if wide else StrMethodFormatter("{x:g}"))
    lengths = [p.length_um for curve in curves for p in curve.points]
    wide = bool(lengths) and max(lengths) > 9 * min(lengths)
    for ax in (left, right):
        ax.xaxis.set_major_formatter("{x:g}")
        ax.xaxis.set_minor_formatter(NullFormatter() if wide else StrMethodFormatter("{x:g}"))
