"""Figures of loads that are not axisymmetric: around the circle, from above, cut away.

Maps come from the amplitudes in the records, so every compared design has them; cut-away pictures
from the bodies that lie beside the fields of cases that keep theirs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from matplotlib.figure import Figure

from geometry import build_cross_section
from studies.fields.cutaway import Scene
from studies.figures.interface_maps import QUANTITIES, InterfaceMap, recorded_map
from studies.figures.registry import Drawing, figure
from studies.figures.solid import cutaway_plots
from studies.figures.top_view_plots import top_views
from studies.figures.unrolled_plots import unrolled_maps
from studies.loads.load import mark_of
from studies.records.store import beside, fields_file
from studies.results.results import Entry, Results
from studies.results.twins import state_of
from studies.wording.labels import capitalized, listing
from studies.wording.levels import level

SHOWN_SHIFT = 0.2  # largest displacement as drawn, over the body's radius
Kept = tuple[Entry, tuple[Scene, Scene]]  # a design with its cut bodies, with solder and without
VIEWS = {
    "whole": ("a quarter cut away", "with a quarter cut away between θ = −90° and 0."),
    "opened": (
        "solder and UBM lifted off",
        "without solder and UBM, so that the recess and the edge of the opening are seen, and "
        "with a quarter cut away on the side of θ = 180°. Colours as in the figure before.",
    ),
    "edge": (
        "edge of the opening",
        "at the edge of the opening, on the cut face at θ = 0. Colours as in the figure before.",
    ),
}


@figure("circle", "circle", 10, "The interface of UBM and pad, unrolled")
def circle_maps(results: Results) -> Iterator[Drawing]:
    """Peel, shear and current density over the whole interface of UBM and pad, unrolled."""
    state = state_of([entry.row for entry in results.compared])
    for quantity in QUANTITIES:
        maps = _maps(results, quantity)
        if maps:
            title = QUANTITIES[quantity].title
            yield Drawing(
                unrolled_maps(maps, state=state), f"{title} around UBM/pad: {_labels(maps)}",
                _map_caption(results, quantity, maps), quantity,
            )  # fmt: skip


@figure("top-view", "circle", 20, "The same from above")
def views_from_above(results: Results) -> Iterator[Drawing]:
    """Current density on the interface of UBM and pad, with the trace or the vias."""
    maps = _maps(results, "current")
    if not maps:
        return
    outlined = _window_words(results, maps)
    yield Drawing(
        top_views(maps), f"UBM/pad from above: {_labels(maps)}",
        "Normal current density |J·n| (kA/cm²) on the interface of UBM and pad, seen from above, "
        f"colours as in the unrolled figure; {_entry(maps)}. The recess's sidewall is the ring "
        f"around the floor, its height stretched as stated. Outlined: {outlined}.", "current",
    )  # fmt: skip


@figure("cutaway", "circle", 30, "In three dimensions")
def cutaways(results: Results) -> Iterator[Drawing]:
    """Bodies with a quarter cut away, of those designs whose fields were kept."""
    for field, word in (("current", "current density"), ("von-mises", "von Mises stress")):
        kept = _kept(results, field)
        if kept:
            figures, what = (_current if field == "current" else _von_mises)(kept)
            names = ", ".join(entry.label for entry, _ in kept)
            for view, drawn in figures.items():
                alt, shown = VIEWS[view]
                yield Drawing(
                    drawn, f"{capitalized(word)}, {alt}: {names}",
                    f"{what} {shown}{_around_it(kept) if view == 'whole' else ''}",
                    f"{field}-{view}",
                )  # fmt: skip


# ---------------------------------------------------------------------------------- maps


def _maps(results: Results, quantity: str) -> list[InterfaceMap]:
    found = (recorded_map(entry, quantity) for entry in results.compared)
    return [map_ for map_ in found if map_ is not None]


def _labels(maps: Sequence[InterfaceMap]) -> str:
    return ", ".join(map_.label for map_ in maps)


def _map_caption(results: Results, quantity: str, maps: Sequence[InterfaceMap]) -> str:
    what = {
        "peel": "Peel stress (MPa)",
        "shear": "Magnitude of the shear stress (MPa), along the arc length and around the axis "
        "together,",
        "current": "Normal current density |J·n| (kA/cm², logarithmic)",
    }[quantity]
    sign = " Tension is positive (red)." if quantity == "peel" else ""
    if quantity == "current":
        kinds = _entry(maps)
        sign = f" {kinds[0].upper()}{kinds[1:]}, between the dashed lines."
    zero = _listed(map_.load.zero for map_ in maps if map_.load is not None)
    return (
        f"{what} on the whole interface of UBM and pad, unrolled: around the axis from left to "
        f"right, outwards and up the sidewall from bottom to top. {zero}.{sign} Boxes: "
        f"{_window_words(results, maps)}. At corners the density is singular: colours end with the "
        "scale there."
    )


def _entry(maps: Sequence[InterfaceMap]) -> str:
    return _listed(map_.load.entry for map_ in maps if map_.load is not None)


def _listed(words: Iterable[str]) -> str:
    return listing(dict.fromkeys(words), "or")


def _window_words(results: Results, maps: Sequence[InterfaceMap]) -> str:
    """What is outlined; without outlines in an older run's records, what the tables say."""
    arc = results.base.metrics.arc_length_um
    size = f"{level(results.headline_um)} µm along the arc length and {arc:g} µm around"
    if any(map_.window is None for map_ in maps):
        return "the tables' windows, where the records say where they lie"
    most = "worst" if maps[0].quantity != "current" else "largest"
    alike = max((map_.load.count for map_ in maps if map_.load is not None), default=1)
    first = f", the first of {alike} alike" if alike > 1 else ""
    return (
        f"the window of {size} in which the mean is {most}{first}; its value stands above and in "
        "the tables"
    )


# ------------------------------------------------------------------------------ cut away


def _kept(results: Results, name: str) -> list[Kept]:
    """Compared designs with their bodies of one field, where those were kept."""
    out = []
    for entry in results.compared:
        fields = fields_file(results.folder, str(entry.row["key"]))
        if fields is None:
            continue
        paths = [beside(fields, f"{name}-{part}.npz") for part in ("whole", "opened")]
        if all(path.exists() for path in paths):
            whole, opened = (Scene.load(path, entry.label) for path in paths)
            out.append((entry, (whole, opened)))
    return out


def _current(kept: Sequence[Kept]) -> tuple[dict[str, Figure], str]:
    loads = [mark_of(entry.design, "current_flow") for entry, _ in kept]
    figures = cutaway_plots.cutaways(_rows(kept), loads, logarithmic=True)
    return figures, "Magnitude of the current density |J| (kA/cm², logarithmic)"


def _von_mises(kept: Sequence[Kept]) -> tuple[dict[str, Figure], str]:
    loads = [mark_of(entry.design, "thermal_stress") for entry, _ in kept]
    factor = exaggeration([whole for _, (whole, _) in kept])
    state = state_of([entry.row for entry, _ in kept])
    figures = cutaway_plots.cutaways(_rows(kept), loads, exaggeration=factor, state=state)
    return figures, f"Von Mises stress (MPa), {state},"


def _rows(kept: Sequence[Kept]) -> dict[str, cutaway_plots.Row]:
    sections = [build_cross_section(entry.design) for entry, _ in kept]
    return cutaway_plots.cutaway_rows([scenes for _, scenes in kept], sections)


def _around_it(kept: Sequence[Kept]) -> str:
    if all(entry.design.assembly is None for entry, _ in kept):
        return " The chip is below."
    return " The chip is below; of the board only its pad is drawn."


def exaggeration(scenes: Sequence[Scene]) -> float:
    """Factor on displacements, 1, 2 or 5 times a power of ten, at which they are seen; or 0."""
    shifts = [s.skin_shift_um for s in scenes if s.skin_shift_um is not None]
    largest = max((float(np.linalg.norm(shift, axis=1).max()) for shift in shifts), default=0.0)
    if largest == 0.0:
        return 0.0
    wanted = SHOWN_SHIFT * max(float(s.points_um[0].max()) for s in scenes) / largest
    power = 10.0 ** math.floor(math.log10(wanted))
    return max(m * power for m in (1, 2, 5) if m * power <= wanted * (1 + 1e-9))
