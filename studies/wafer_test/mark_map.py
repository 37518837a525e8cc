"""The map of a wafer test: every mark where it lies in the opening, coloured by its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Circle, Patch, Rectangle

from geometry.design.design import Design
from studies.figures.style import mark_state, new_figure, styled
from studies.wafer_test.marked_designs import probe_for
from studies.wafer_test.verdicts import Grade, MarkVerdict, of_pads

COLOURS: Mapping[Grade, str] = {
    Grade.OFF: "#5b1a8b",
    Grade.THROUGH: "#7f1d1d",
    Grade.BROKEN: "#c8102e",
    Grade.BARE: "#e69f00",
    Grade.COUNTS: "#f0c419",
    Grade.UNDECIDED: "#ffffff",
    Grade.NO_RESULT: "#d9d9d9",
    Grade.GO: "#3f9b78",
}
PAD, OPENING = "#f7e2c1", "#fffaf0"
TELLS = (
    "film where it lies, relief as a centred mark of that depth; both rounded to the worse. "
    "Hatched: undecided within the errors"
)


@styled
def mark_map(design: Design, found: Sequence[MarkVerdict]) -> Figure:
    """All marks over one pad, the worst on top."""
    figure = new_figure(5.2, 6.4)
    ax = figure.subplots()
    opening, pad = design.passivation.opening_radius_um, design.pad_radius_um
    half = probe_for(design).diameter_um / 2
    reach = 1.08 * max(pad, *(one.placed.mark.offset_um + half for one in found))
    ax.set_xlim(-reach, reach)
    ax.set_ylim(-reach, reach)
    ax.set_aspect("equal")
    ax.grid(False)
    if design.trace is not None:
        wide = design.trace.width_um
        ax.add_patch(Rectangle((0.0, -wide / 2), reach, wide, fc=PAD, ec="#b08b57", lw=0.7))
    ax.add_patch(Circle((0.0, 0.0), pad, fc=PAD, ec="#b08b57", lw=0.7))
    ax.add_patch(Circle((0.0, 0.0), opening, fc=OPENING, ec="black", lw=1.0))
    for one in sorted(found, key=lambda one: -one.grade.rank):
        at = (one.placed.mark.x_um, one.placed.mark.y_um)
        hatch = "////" if one.grade is Grade.UNDECIDED else None
        ax.add_patch(Circle(at, half, fc=COLOURS[one.grade], ec="black", lw=0.6, alpha=0.75,
                            hatch=hatch))  # fmt: skip
    ax.set_xlabel("x (µm)")
    ax.set_ylabel("y (µm)")
    pads = list(of_pads(found).values())
    handles = [
        Patch(fc=COLOURS[grade], ec="black", lw=0.6,
              hatch="////" if grade is Grade.UNDECIDED else None,
              label=f"{grade.value}: {pads.count(grade)} of {len(pads)} pads")
        for grade in Grade
        if any(one.grade is grade for one in found)
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside upper center", ncols=2, fontsize=7.5)
    mark_state(figure, False, TELLS)
    return figure
