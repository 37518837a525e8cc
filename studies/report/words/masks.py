"""Masks and metals compared, in words."""

from __future__ import annotations

from studies.report.rules.masks import (
    Brittle,
    Contact,
    Edge,
    HandedOver,
    Metals,
    Path,
    Why,
)
from studies.report.words.methods import relation, sets_text, span
from studies.wording.labels import Measured, interface_title, listing, plain_number


def sentence(found: Why) -> str:
    """One finding on masks or metals."""
    match found:
        case Contact():
            return _contact(found)
        case Edge():
            return _edge(found)
        case HandedOver():
            return _handed_over(found)
        case Brittle():
            return _brittle(found)
        case Path():
            return _path(found)
        case Metals():
            return _metals(found)


def _film(name: str) -> str:
    """A film's name in a sentence."""
    return name.replace("_", " ")


def _contact(found: Contact) -> str:
    areas = found.areas_um2
    if found.are_equal:
        sizes = dict.fromkeys(plain_number(a, 4) for a, _ in areas)
        return (
            f"Both masks open the same contact: in all {sets_text(found.choice, len(areas))} "
            f"UBM and pad meet over equal areas ({listing(sizes)} µm²)."
        )
    ratios = [b / a for a, b in areas]
    return (
        f"The masks do not open the same contact: with {_film(found.masks.other)} the area of UBM "
        "and pad is "
        f"{plain_number(min(ratios), 3)} to {plain_number(max(ratios), 3)} times as large."
    )


def _edge(found: Edge) -> str:
    said = []
    for film in found.films:
        stiff = f", modulus {plain_number(film.young_gpa, 3)} GPa" if film.young_gpa else ""
        said.append(
            f"the {_film(film.name)} ({film.material}, {film.thickness_um:g} µm{stiff}) with the "
            f"{_film(film.name)} mask"
        )
    text = f"The UBM's edge rests on {'; on '.join(said)}"
    lost = interface_title(f"ubm/{found.masks.first}")
    return text + (f", where there is no {lost} any more." if found.leaves_first else ".")


def _handed_over(found: HandedOver) -> str:
    """Peel at the film, and at UBM/pad in the pairs where it rises."""
    film, (hard, soft) = found.film, found.legs
    first, other = found.masks.first, found.masks.other
    text = (
        f"Peel at UBM/mask film is {span(film.values(other), errors=False)} MPa with "
        f"{_film(other)} against {span(film.values(first), errors=False)} MPa with {_film(first)} "
        f"({relation(film, other, errors=False)})"
    )
    if hard and soft:
        text += (
            f", largest at the {soft} of the {_film(other)} and the {hard} of the {_film(first)}"
        )
    if found.raised:
        text += (
            f"; at UBM/pad it is higher by {span(found.raised, errors=False)} MPa in "
            f"{len(found.raised)} of {found.pairs} pairs"
        )
    if found.eased:
        lower = [Measured(-r.value, r.error) for r in found.eased]
        text += f", and lower by {span(lower, errors=False)} MPa in {len(lower)}"
    return text + "."


def _brittle(found: Brittle) -> str:
    first, other = _film(found.masks.first), _film(found.masks.other)
    text = (
        f"First principal stress in the {first} with the {other} mask: "
        f"{relation(found.first, found.masks.other, errors=False)} of that with the {first} mask"
    )
    if found.other:
        text += f"; in the {other} itself {span(found.other, errors=False)} MPa"
    return text + "."


def _path(found: Path) -> str:
    added = span(found.added_mohm, errors=False)
    text = f"With {_film(found.masks.other)} the resistance is higher by {added} mΩ"
    if found.radii_um is None:
        return f"{text}; the UBM's radius or the opening differ as well."
    radius, opening = found.radii_um
    text += f", although UBM ({radius:g} µm) and opening ({opening:g} µm) keep their radii"
    if found.neck_um is not None:
        text += (
            f": the opening is a neck of bump metal, longer by {found.neck_um:g} µm, and a "
            f"cylinder of that length would add {plain_number(found.neck_mohm, 2)} mΩ"
        )
    return text + "."


def _metals(found: Metals) -> str:
    said = []
    for name, metal in found.metals.items():
        parts = [
            f"modulus {plain_number(metal.young_gpa, 3)} GPa",
            f"expansion {plain_number(metal.cte_ppm_per_k, 3)} ppm/K",
        ]
        if metal.resistivity_nohm_m is not None:
            parts.append(f"resistivity {plain_number(metal.resistivity_nohm_m, 3)} nΩ m")
        said.append(f"{name}: {', '.join(parts)}")
    return f"At {found.temperature_degc:g} °C, {'; '.join(said)}."
