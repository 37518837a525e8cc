"""What the data show of the two masks: which film carries the UBM's edge, and what that changes.

Each sentence is printed only where the numbers of every pair bear it out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from fem_bump import materials
from geometry.design.design import Design
from studies.case.design_materials import design_library
from studies.report.method_sentences import relation, sets_text, span
from studies.results.methods import Comparison, Contrast
from studies.results.ranking import Verdict, difference
from studies.results.results import Entry, Results
from studies.wording.labels import MASK, Measured, interface_title, listing, number, plain_number
from studies.wording.window_tags import window_tag

PASSIVATION, POLYIMIDE = "passivation", "polyimide"
Pair = tuple[Entry, Entry]


def mechanism(results: Results, found: Comparison) -> list[str]:
    """Sentences on a comparison of masks or of metals; none for other factors."""
    if found.choice.path.endswith("material"):
        return list(filter(None, [_materials(results, found)]))
    if found.choice.path != MASK:
        return []
    pairs = [
        (results.entry(s[PASSIVATION]), results.entry(s[POLYIMIDE]))
        for s in found.choice.sets
        if PASSIVATION in s and POLYIMIDE in s
    ]
    if not pairs:
        return []
    by_stem = {contrast.family.stem: contrast for contrast in found.contrasts}
    said = [_contact(found, pairs), _edge(pairs), _handed_over(by_stem), _brittle(found, by_stem)]
    return [text for text in [*said, _path(pairs, by_stem)] if text]


def _contact(found: Comparison, pairs: Sequence[Pair]) -> str:
    areas = [[number(e.result["derived"].get("contact_area_um2")) for e in p] for p in pairs]
    known = [(a, b) for a, b in areas if a and b]
    if len(known) < len(pairs):
        return ""
    if all(math.isclose(a, b, rel_tol=1e-9) for a, b in known):
        sizes = dict.fromkeys(plain_number(a, 4) for a, _ in known)
        return (
            f"Both masks open the same contact: in all {sets_text(found.choice, len(pairs))} "
            f"UBM and pad meet over equal areas ({listing(sizes)} µm²)."
        )
    ratios = [b / a for a, b in known]
    return (
        "The masks do not open the same contact: with polyimide the area of UBM and pad is "
        f"{plain_number(min(ratios), 3)} to {plain_number(max(ratios), 3)} times as large."
    )


def _edge(pairs: Sequence[Pair]) -> str:
    """The film under the UBM's edge: a leg ``top`` in the records' curves says which."""
    said = []
    for k, film in enumerate((PASSIVATION, POLYIMIDE)):
        name = f"ubm/{film}"
        if not all("top" in _legs(p[k], name) for p in pairs):
            return ""
        design = pairs[0][k].design
        layer = design.passivation if film == PASSIVATION else design.polyimide
        assert layer is not None
        modulus = _young(design, layer.material)
        stiff = f", modulus {plain_number(modulus, 3)} GPa" if modulus else ""
        said.append(
            f"the {film} ({layer.material}, {layer.thickness_um:g} µm{stiff}) with the {film} mask"
        )
    text = f"The UBM's edge rests on {'; on '.join(said)}"
    lost = interface_title(f"ubm/{PASSIVATION}")
    gone = all(f"ubm/{PASSIVATION}" not in p[1].result["curves"] for p in pairs)
    return text + (f", where there is no {lost} any more." if gone else ".")


def _handed_over(by_stem: dict[str, Contrast]) -> str:
    """Peel at the film, and at UBM/pad in the pairs where it rises."""
    film, pad = by_stem.get("peel_max_ubm_{mask}"), by_stem.get("peel_max_ubm_pad")
    if film is None or pad is None or film.winner != POLYIMIDE:
        return ""
    legs = [_worst_leg(film, film_name) for film_name in (PASSIVATION, POLYIMIDE)]
    text = (
        f"Peel at UBM/mask film is {span(film.values(POLYIMIDE), errors=False)} MPa with "
        f"polyimide against {span(film.values(PASSIVATION), errors=False)} MPa with passivation "
        f"({relation(film, POLYIMIDE, errors=False)})"
    )
    if all(legs):
        text += f", largest at the {legs[1]} of the polyimide and the {legs[0]} of the passivation"
    pairs = list(zip(pad.relations(POLYIMIDE), pad.calls, strict=True))
    raised = [r for r, call in pairs if call == (Verdict.WINNER, (PASSIVATION,))]
    eased = [r for r, call in pairs if call == (Verdict.WINNER, (POLYIMIDE,))]
    if raised and not pad.is_ratio:
        text += (
            f"; at UBM/pad it is higher by {span(raised, errors=False)} MPa in {len(raised)} of "
            f"{len(pairs)} pairs"
        )
    if eased and not pad.is_ratio:
        lower = [Measured(-r.value, r.error) for r in eased]
        text += f", and lower by {span(lower, errors=False)} MPa in {len(eased)}"
    return text + "."


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


def _brittle(found: Comparison, by_stem: dict[str, Contrast]) -> str:
    passivation = by_stem.get("principal_max_passivation")
    if passivation is None or passivation.winner is None:
        return ""
    text = (
        "First principal stress in the passivation with the polyimide mask: "
        f"{relation(passivation, POLYIMIDE, errors=False)} of that with the passivation mask"
    )
    alone = [a for a in found.alone if a.family.stem == "principal_max_polyimide"]
    if alone:
        text += f"; in the polyimide itself {span(alone[0].values, errors=False)} MPa"
    return text + "."


def _path(pairs: Sequence[Pair], by_stem: dict[str, Contrast]) -> str:
    """Geometry of the current's path, and the resistance that a longer neck would add."""
    resistance = by_stem.get("resistance")
    designs = [(a.design, b.design) for a, b in pairs]
    if resistance is None or resistance.winner != PASSIVATION:
        return ""
    radii = _same(designs, lambda d: d.ubm_radius_um)
    openings = _same(designs, lambda d: d.opening_radius_um)
    both = zip(resistance.values(POLYIMIDE), resistance.values(PASSIVATION), strict=True)
    added = [difference(b, a) for b, a in both]
    text = f"With polyimide the resistance is higher by {span(added, errors=False)} mΩ"
    if radii is None or openings is None:
        return f"{text}; the UBM's radius or the opening differ as well."
    a, b = designs[0]
    assert b.polyimide is not None
    neck = b.polyimide.thickness_um - a.passivation.thickness_um
    text += f", although UBM ({radii:g} µm) and opening ({openings:g} µm) keep their radii"
    metals = {d.bump.material for pair in designs for d in pair}
    if neck > 0 and len(metals) == 1 and b.bump.material in materials:
        degc = b.load.current.temperature_degc
        sigma = float(materials.get(b.bump.material).at("conductivity_s_per_m", degc))
        extra = neck * 1e-6 / (sigma * math.pi * (openings * 1e-6) ** 2) * 1e3
        text += (
            f": the opening is a neck of bump metal, longer by {neck:g} µm, and a cylinder of "
            f"that length would add {plain_number(extra, 2)} mΩ"
        )
    return text + "."


def _materials(results: Results, found: Comparison) -> str:
    """Properties of the metals compared: numbers from the library, at the load's temperatures."""
    said = []
    library = design_library(results.base)
    degc = results.base.load.thermal.temperature_degc
    for name in found.choice.levels:
        if name not in library:
            return ""
        material = library.get(name)
        young, cte = (float(material.at(p, degc)) for p in ("young_mpa", "cte_per_k"))
        parts = [
            f"modulus {plain_number(young / 1e3, 3)} GPa",
            f"expansion {plain_number(cte * 1e6, 3)} ppm/K",
        ]
        if material.is_conductor:
            sigma = float(material.at("conductivity_s_per_m", degc))
            parts.append(f"resistivity {plain_number(1e9 / sigma, 3)} nΩ m")
        said.append(f"{name}: {', '.join(parts)}")
    return f"At {degc:g} °C, {'; '.join(said)}."


def _young(design: Design, name: str) -> float | None:
    library = design_library(design)
    if name not in library:
        return None
    degc = design.load.thermal.temperature_degc
    return float(library.get(name).at("young_mpa", degc)) / 1e3


def _legs(entry: Entry, interface: str) -> set[str]:
    return set(entry.result["curves"].get(interface, {}).get("leg", ()))


def _same(designs: Sequence[tuple[Design, Design]], of: Callable[[Design], float]) -> float | None:
    """What all designs share, or None."""
    found = {of(design) for pair in designs for design in pair}
    return found.pop() if len(found) == 1 else None
