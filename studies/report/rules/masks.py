"""What the data show of two masks or of metals: which film carries the UBM's edge, what changes.

Of two masks the one is the film that is opened first, the other the one that lines it.

A finding is made only where the numbers of every pair bear it out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fem_bump import materials
from geometry.design.design import Design
from geometry.design.flow import masks
from studies.case.design_materials import design_library
from studies.metrics.names import window_tag
from studies.records.record import Curve
from studies.results.methods import Choice, Comparison, Contrast
from studies.results.ranking import Verdict, difference
from studies.results.results import Entry, Results
from studies.wording.labels import MASK, Measured, number

Pair = tuple[Entry, Entry]
Some = Sequence[Measured]


@dataclass(frozen=True)
class Masks:
    """Two masks by name: the one that is opened first, and the other."""

    first: str
    other: str


@dataclass(frozen=True)
class Contact:
    """Contact areas of UBM and pad with both masks, pair by pair, um2."""

    masks: Masks
    choice: Choice
    areas_um2: Sequence[tuple[float, float]]

    @property
    def are_equal(self) -> bool:
        return all(math.isclose(a, b, rel_tol=1e-9) for a, b in self.areas_um2)


@dataclass(frozen=True)
class Film:
    """The film under the UBM's edge; its modulus where it is known."""

    name: str
    material: str
    thickness_um: float
    young_gpa: float | None


@dataclass(frozen=True)
class Edge:
    """What the UBM's edge rests on with each mask; whether it leaves the first film at all."""

    masks: Masks
    films: Sequence[Film]
    leaves_first: bool


@dataclass(frozen=True)
class HandedOver:
    """Peel that the other mask takes off the film, the legs that have it, and off or onto the pad.

    ``raised`` and ``eased``: differences of the peel at UBM/pad in pairs where it is decided.
    """

    masks: Masks
    film: Contrast
    legs: tuple[str, str]
    raised: Some
    eased: Some
    pairs: int


@dataclass(frozen=True)
class Brittle:
    """First principal stress in the first film, and in the other that takes its place."""

    masks: Masks
    first: Contrast
    other: Some


@dataclass(frozen=True)
class Path:
    """Resistance that the other mask adds, mOhm, and the neck of bump metal that explains it.

    ``radii_um``: of UBM and opening, where no mask changes them; ``neck_um`` and ``neck_mohm``: by
    how much the neck is longer, and what a cylinder of that length would add.
    """

    masks: Masks
    added_mohm: Some
    radii_um: tuple[float, float] | None
    neck_um: float | None = None
    neck_mohm: float | None = None


@dataclass(frozen=True)
class Metal:
    """A metal's properties at the load's temperature; resistivity of conductors, nOhm m."""

    young_gpa: float
    cte_ppm_per_k: float
    resistivity_nohm_m: float | None


@dataclass(frozen=True)
class Metals:
    """The metals compared, from the library."""

    temperature_degc: float
    metals: Mapping[str, Metal]


Why = Contact | Edge | HandedOver | Brittle | Path | Metals


def mechanism(results: Results, found: Comparison) -> list[Why]:
    """Findings on a comparison of masks or of metals; none for other factors."""
    said: list[Why | None] = []
    if found.choice.path.endswith("material"):
        said = [_metals(results, found)]
    elif found.choice.path == MASK:
        by_stem = {contrast.family.stem: contrast for contrast in found.contrasts}
        first, *others = (name for name in masks() if name in found.choice.levels)
        for both in (Masks(first, other) for other in others):
            pairs = [
                (results.entry(s[both.first]), results.entry(s[both.other]))
                for s in found.choice.sets
                if both.first in s and both.other in s
            ]
            if pairs:
                said += [
                    _contact(both, found, pairs), _edge(both, pairs), _handed_over(both, by_stem),
                    _brittle(both, found, by_stem), _path(both, pairs, by_stem),
                ]  # fmt: skip
    return [one for one in said if one is not None]


def _contact(both: Masks, found: Comparison, pairs: Sequence[Pair]) -> Contact | None:
    areas = [[number(e.result.derived.get("contact_area_um2")) for e in p] for p in pairs]
    known = [(a, b) for a, b in areas if a and b]
    return Contact(both, found.choice, known) if len(known) == len(pairs) else None


def _edge(both: Masks, pairs: Sequence[Pair]) -> Edge | None:
    """A leg ``top`` in the records' curves says which film it is."""
    films = []
    for k, film in enumerate((both.first, both.other)):
        if not all("top" in _legs(p[k], f"ubm/{film}") for p in pairs):
            return None
        design = pairs[0][k].design
        layer = design.masks[film]
        modulus = _young(design, layer.material)
        films.append(Film(film, layer.material, layer.thickness_um, modulus))
    gone = all(f"ubm/{both.first}" not in p[1].result.curves for p in pairs)
    return Edge(both, films, gone)


def _handed_over(both: Masks, by_stem: Mapping[str, Contrast]) -> HandedOver | None:
    """Peel at the film, and at UBM/pad in the pairs where it rises or falls."""
    film, pad = by_stem.get("peel_max_ubm_{mask}"), by_stem.get("peel_max_ubm_pad")
    if film is None or pad is None or film.winner != both.other:
        return None
    pairs = [] if pad.is_ratio else list(zip(pad.relations(both.other), pad.calls, strict=True))
    raised = [r for r, call in pairs if call == (Verdict.WINNER, (both.first,))]
    eased = [r for r, call in pairs if call == (Verdict.WINNER, (both.other,))]
    legs = (_worst_leg(film, both.first), _worst_leg(film, both.other))
    return HandedOver(both, film, legs, raised, eased, len(pad.calls))


def _worst_leg(film: Contrast, name: str) -> str:
    """The leg of UBM/film that has the largest window mean in every case, if it is one."""
    found = set()
    for cases in film.sets:
        values = {
            leg: number(
                cases[name].get(f"peel_max_ubm_{name}_{leg}_{window_tag(film.headline_um)}_mpa")
            )
            for leg in ("sidewall", "top")
        }
        known = {leg: value for leg, value in values.items() if value is not None}
        found.add(max(known, key=lambda leg: known[leg]) if len(known) == len(values) else "")
    return found.pop() if len(found) == 1 else ""


def _brittle(both: Masks, found: Comparison, by_stem: Mapping[str, Contrast]) -> Brittle | None:
    first = by_stem.get(f"principal_max_{both.first}")
    if first is None or first.winner is None:
        return None
    alone = [a.values for a in found.alone if a.family.stem == f"principal_max_{both.other}"]
    return Brittle(both, first, alone[0] if alone else ())


def _path(both: Masks, pairs: Sequence[Pair], by_stem: Mapping[str, Contrast]) -> Path | None:
    """Geometry of the current's path, and the resistance that a longer neck would add."""
    resistance = by_stem.get("resistance")
    designs = [(a.design, b.design) for a, b in pairs]
    if resistance is None or resistance.winner != both.first:
        return None
    radius = _same(designs, lambda d: d.ubm_radius_um)
    opening = _same(designs, lambda d: d.opening_radius_um)
    values = zip(resistance.values(both.other), resistance.values(both.first), strict=True)
    added = [difference(b, a) for b, a in values]
    if radius is None or opening is None:
        return Path(both, added, None)
    a, b = designs[0]
    neck = b.masks[both.other].thickness_um - a.masks[both.first].thickness_um
    metals = {d.bump.material for pair in designs for d in pair}
    if neck <= 0 or len(metals) > 1 or b.bump.material not in materials:
        return Path(both, added, (radius, opening))
    degc = b.load.current.temperature_degc
    sigma = float(materials.get(b.bump.material).at("conductivity_s_per_m", degc))
    extra = neck * 1e-6 / (sigma * math.pi * (opening * 1e-6) ** 2) * 1e3
    return Path(both, added, (radius, opening), neck, extra)


def _metals(results: Results, found: Comparison) -> Metals | None:
    """Properties of the metals compared: numbers from the library, at the load's temperatures."""
    library = design_library(results.base)
    degc = results.base.load.thermal.temperature_degc
    out = {}
    for name in found.choice.levels:
        if name not in library:
            return None
        material = library.get(name)
        young, cte = (float(material.at(p, degc)) for p in ("young_mpa", "cte_per_k"))
        sigma = material.at("conductivity_s_per_m", degc) if material.is_conductor else None
        resistivity = None if sigma is None else 1e9 / float(sigma)
        out[name] = Metal(young / 1e3, cte * 1e6, resistivity)
    return Metals(degc, out)


def _young(design: Design, name: str) -> float | None:
    library = design_library(design)
    if name not in library:
        return None
    degc = design.load.thermal.temperature_degc
    return float(library.get(name).at("young_mpa", degc)) / 1e3


def _legs(entry: Entry, interface: str) -> set[str]:
    return set(entry.result.curves.get(interface, Curve()).leg)


def _same(designs: Sequence[tuple[Design, Design]], of: Callable[[Design], float]) -> float | None:
    """What all designs share, or None."""
    found = {of(design) for pair in designs for design in pair}
    return found.pop() if len(found) == 1 else None
