"""What is said of the board's shear: who is lowest under which load, where, and how far it holds.

Each sentence is made from the numbers; a difference within the sum of the errors is none. Theta is
0 on the side of the joint that lies away from the chip's neutral point.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geometry.design.design import Design
from studies.case.design_materials import design_library
from studies.report.load_sentences import (
    NEAR_DEG,
    LoadSection,
    LoadTable,
    extent,
    levels_at,
    places,
    table_row,
)
from studies.report.words.verdicts import explained, phrase
from studies.results.case_sets import where
from studies.results.ranking import Ranking, difference, near, rank, sign_of
from studies.results.results import Entry, Results, Row, by_length, variant_label, variants
from studies.wording.labels import (
    Family,
    Measured,
    capitalized,
    factor_at,
    factor_text,
    interface_title,
    level,
    listing,
    number,
    percent,
    with_error,
)

LOADS = {
    "by_cooldown": "the cool-down alone", "by_shear": "the shear alone", "": "both together"
}  # fmt: skip
KINDS = {"peel_max": "Peel", "shear_max": "Shear"}


def shear_section(results: Results) -> LoadSection | None:
    """What the board's shear does next to the cool-down; None where the board does not move."""
    rows = sheared(results)
    if not rows or "peel_max_by_shear_ubm_pad" not in results.families:
        return None
    entries = _sheared_side_by_side(results, rows)
    sentences: list[str] = []
    summary: list[str] = []
    for kind in KINDS:
        said = [who_wins(results, entries, kind)]
        if kind == "peel_max":
            summary += filter(None, said)
            said += [_wins_over_study(results), *along_dnp(results)]
        sentences += filter(None, said)
    sides = [_sides(results, rows, kind) for kind in KINDS]
    sentences += filter(None, [*sides, _mode_mix(results, entries), _stiffness(entries)])
    limit = elastic_limit(results, rows)
    sentences += limit
    summary += [*limit[:1], *filter(None, sides[:1])]
    return LoadSection(
        "Cool-down and shear: who is lowest under which load", sentences,
        _shear_table(results, entries), summary,
    )  # fmt: skip


def _sheared_side_by_side(results: Results, rows: Sequence[Row]) -> list[Entry]:
    """The designs side by side if the board moves there, else the variants where it first does."""
    keys = {row["key"] for row in rows}
    found = [e for e in results.compared if e.row["key"] in keys]
    if found or not results.compares_variants:
        return found
    groups = [rs for rs in results.groups.values() if len(variants(rs)) > 1]
    groups = [rs for rs in groups if rs[0]["key"] in keys]
    if not groups:
        return []
    nearest = min(groups, key=lambda rs: abs(float(rs[0]["lateral_displacement_um"])))
    chosen = variants(nearest, number(results.base.depth_ratio))
    return [results.entry(row, variant_label(row)) for row in chosen.values()]


def sheared(results: Results) -> list[Row]:
    """Solved cases in which the board does move."""
    return [row for row in results.solved if number(row.get("lateral_displacement_um"))]


def who_wins(results: Results, entries: Sequence[Entry], kind: str) -> str:
    """Who is lowest under each load at the base, and by how much."""
    said = []
    for load, words in LOADS.items():
        family = results.families.get(_stem(kind, load))
        if family is None or len(entries) < 2:
            return ""
        said.append(f"{words}: {lead(results, family, {e.label: e.row for e in entries})}")
    at = f" ({levels_at(entries[0].row, results)})" if levels_at(entries[0].row, results) else ""
    return f"{KINDS[kind]} at UBM/pad{at} by {'; by '.join(said)}."


def lead(results: Results, family: Family, rows: Mapping[str, Row]) -> str:
    """Who is lowest and how far ahead at the headline length: ``no recess by 63.0 ± 0.2 MPa``."""
    values = by_length(family, rows)
    ranking = rank(values)
    if ranking.winner is None:
        return explained(ranking)
    found = values[family.at(results.headline_um)]
    best = found[ranking.winner]
    rest = sorted((v.value, a) for a, v in found.items() if v is not None and a != ranking.winner)
    second = rest[0][1]
    other = found[second]
    assert best is not None and other is not None
    gap = with_error(difference(other, best))
    ahead = f", {second} next" if len(rest) > 1 else ""
    text = f"{ranking.winner} is lowest by {gap} {family.unit}{ahead}"
    share = near(found, ranking.winner).get(second)
    if share is not None:
        text += f" (within {percent(share)}: do not choose between them by it)"
    return text


def among_variants(results: Results, family: Family, rows: Sequence[Row]) -> Ranking:
    """Rank the variants of a group, as the rest of the report does."""
    chosen = variants(list(rows), number(results.base.depth_ratio))
    return rank(by_length(family, {variant_label(row): row for row in chosen.values()}))


def _wins_over_study(results: Results) -> str:
    """Which variant has the lowest peel under each load over the groups."""
    said = []
    moved = {row["key"] for row in sheared(results)}
    for load, words in LOADS.items():
        family = results.families[_stem("peel_max", load)]
        groups = [
            rows
            for rows in results.groups.values()
            if len(variants(rows)) > 1 and (load != "by_shear" or rows[0]["key"] in moved)
        ]
        if len(groups) < 2:
            return ""
        found = [phrase(among_variants(results, family, rows).call) for rows in groups]
        every = [rows[0] for rows in groups]
        paths = [*(["part"] if len(results.parts) > 1 else []), *results.other_factors]
        texts = []
        for word in dict.fromkeys(found):
            mine = [row for row, w in zip(every, found, strict=True) if w == word]
            if len(mine) == len(every):
                texts.append(f"{word} in all {len(every)} comparisons")
                continue
            at = where(mine, every, paths)
            texts.append(f"{word} " + (f"at {at}" if at else f"in {len(mine)} of {len(every)}"))
        said.append(f"by {words}: {'; '.join(texts)}")
    first, *rest = said
    return (
        f"Lowest in peel at UBM/pad over the study, {'. '.join([first, *map(capitalized, rest)])}."
    )


def along_dnp(results: Results) -> list[str]:
    """Between which distances the lowest peel under both loads changes hands."""
    family = results.families["peel_max_ubm_pad"]
    path = next((p for p in results.numeric_factors if p.startswith("load.shear.")), None)
    if path is None:
        return []
    rest = [p for p in results.other_factors if p != path]
    series: dict[tuple[Any, ...], list[tuple[float, list[Row]]]] = {}
    for rows in results.groups.values():
        value = number(rows[0][path])
        if value is not None and len(rows) > 1:
            key = (rows[0]["part"], *(level(rows[0][p]) for p in rest))
            series.setdefault(key, []).append((value, rows))
    out = []
    for steps in series.values():
        steps.sort(key=lambda step: step[0])
        if len(steps) < 2:
            continue
        words = [phrase(among_variants(results, family, rows).call) for _, rows in steps]
        at = ", ".join(factor_text(p, steps[0][1][0][p]) for p in rest if steps[0][1][0][p])
        levels = [level(value) for value, _ in steps]
        head = f"Peel at UBM/pad by both together{f', {at}' if at else ''}: "
        if len(set(words)) == 1:
            ends = factor_at(path, f"{levels[0]} to {levels[-1]}")
            text = f"lowest at every step of {ends}: {words[0]}"
        else:
            changes = [
                f"from “{words[k]}” to “{words[k + 1]}” at {factor_at(path, between)}"
                for k in range(len(steps) - 1)
                if words[k] != words[k + 1]
                for between in [f"between {levels[k]} and {levels[k + 1]}"]
            ]
            text = f"what is lowest changes {listing(changes)}"
        out.append(f"{head}{text}.{_lead_along(results, family, steps)}")
    return out


def _lead_along(results: Results, family: Family, steps: Sequence[tuple[float, list[Row]]]) -> str:
    """How the gap between no recess and the deepest etch moves with the shear."""
    gaps = []
    for _, rows in (steps[0], steps[-1]):
        first, last = rows[0], rows[-1]
        a, b = (family.read(row, family.at(results.headline_um)) for row in (first, last))
        if first["variant"] != "no-recess" or a is None or b is None:
            return ""
        gaps.append((variant_label(last), difference(b, a)))
    if gaps[0][0] != gaps[1][0]:
        return ""
    sign = sign_of(gaps[1][1], gaps[0][1])
    if sign is None or sign == 0 or min(gaps[0][1].value, gaps[1][1].value) <= 0:
        return ""
    word = "grows" if sign > 0 else "shrinks"
    return (
        f" What {gaps[0][0]} has more than no recess {word} from {with_error(gaps[0][1])} to "
        f"{with_error(gaps[1][1])} {family.unit} over this range."
    )


def _sides(results: Results, rows: Sequence[Row], kind: str) -> str:
    """On which side of the joint it is worst."""
    family = results.families.get(f"{kind}_theta_ubm_pad")
    if family is None:
        return ""
    return places(results, rows, family, f"{KINDS[kind]} at UBM/pad is worst", shear_side)


def shear_side(theta_deg: float) -> str:
    """A side of a sheared joint in words."""
    if abs(theta_deg) <= NEAR_DEG:
        return "on the far side, away from the neutral point (θ = 0°)"
    if abs(theta_deg) >= 180.0 - NEAR_DEG:
        return "on the side that faces the neutral point (θ = 180°)"
    return f"at θ = {abs(theta_deg):.0f}° (0° is away from the neutral point)"


def _mode_mix(results: Results, entries: Sequence[Entry]) -> str:
    family = results.families.get("mode_mix_ubm_pad")
    if family is None or not entries:
        return ""
    length = family.at(results.headline_um)
    found = [(e, family.read(e.row, length)) for e in entries]
    known = [(e, v) for e, v in found if v is not None]
    if not known:
        return ""
    said = listing(f"{e.label} {with_error(v)}°" for e, v in known)
    text = (
        f"Mode mix where peel at UBM/pad is worst (0° is peel only, 90° shear only), averaged over "
        f"{level(length)} µm: {said}"
    )
    first = known[0]
    others = known[1:]
    if first[0].row["variant"] == "no-recess" and others:
        signs = {sign_of(v, first[1]) for _, v in others}
        if signs == {-1}:
            text += "; a recess turns it towards peel"
        elif signs == {1}:
            text += "; a recess turns it towards shear"
    return f"{text}."


def _stiffness(entries: Sequence[Entry]) -> str:
    """Force, stiffness, and whether the recess changes it."""
    said = []
    found = [Family("lateral_stiffness", "mn_per_um", ()).read(e.row, None) for e in entries]
    forces = [Family("lateral_force", "mn", ()).read(e.row, None) for e in entries]
    known = [v for v in found if v is not None]
    if not known or len(known) < len(entries) or any(f is None for f in forces):
        return ""
    for entry, force, stiffness in zip(entries, forces, found, strict=True):
        assert force is not None
        size = Measured(abs(force.value), force.error)
        said.append(f"{entry.label} {with_error(size)} mN ({with_error(stiffness)} mN/µm)")
    text = f"Lateral force on the joint and its stiffness: {listing(said)}"
    low, high = (f(v.value for v in known) for f in (min, max))
    if len(known) > 1:
        if all(sign_of(v, known[0]) == 0 for v in known[1:]):
            text += "; the recess makes no difference beyond the errors"
        else:
            text += f"; over the designs the stiffness varies by {100 * (high / low - 1):.2g} %"
    return f"{text}."


@dataclass(frozen=True)
class Limit:
    """Where the mean shear of one case reaches what its solder bears."""

    row: Row
    mean_mpa: Measured
    bears_mpa: float
    yield_mpa: tuple[float, float, float]
    dnp_um: float | None


def limits(results: Results, rows: Sequence[Row]) -> list[Limit]:
    """Mean shear over the UBM against the solder's yield strength over sqrt(3), case by case."""
    family = Family("lateral_shear_mean", "mpa", ())
    out = []
    for row in rows:
        mean, design = family.read(row, None), results.entry(row).design
        band = solder_yield_mpa(design)
        if mean is None or not mean.value or band is None:
            continue
        bears = band[1] / math.sqrt(3.0)
        load = design.load.shear
        distance = None if load is None else load.dnp_um
        dnp = None if distance is None else distance * bears / mean.value
        out.append(Limit(row, mean, bears, band, dnp))
    return out


def solder_yield_mpa(design: Design) -> tuple[float, float, float] | None:
    """Lowest, nominal, highest credible yield strength of the bump's metal at the temperature."""
    library = design_library(design)
    material = library[design.bump.material]
    if material.yield_mpa is None:
        return None
    low, nominal, high = material.yield_band_mpa(design.load.thermal.temperature_degc)
    return float(low), float(nominal), float(high)


def elastic_limit(results: Results, rows: Sequence[Row]) -> list[str]:
    """How far from the neutral point an elastic joint is still to be believed."""
    found = limits(results, rows)
    if not found:
        return []
    over = [x for x in found if x.mean_mpa.value > x.bears_mpa]
    metals = listing(dict.fromkeys(str(x.row["bump_material"]) for x in found), "or")
    bears = extent([x.bears_mpa for x in found])
    reach = [x.dnp_um for x in found if x.dnp_um is not None]
    text = (
        f"Elastic shear against what the solder bears: the mean lateral shear stress over the UBM "
        f"is {extent([x.mean_mpa.value for x in found])} MPa, and {metals} yields in shear at "
        f"{bears} MPa (yield strength over √3, at the final temperature)"
    )
    if reach:
        text += (
            f"; the stress is proportional to the distance to the neutral point and reaches that "
            f"at {extent(reach)} µm"
        )
    head = [f"{text}."]
    if over:
        at = where([x.row for x in over], [x.row for x in found], results.factors)
        some = "all" if len(over) == len(found) else f"{len(over)} of"
        head[0] += (
            f" It is exceeded in {some} {len(found)} cases with shear{f' ({at})' if at else ''}: "
            "there the solder would creep and limit the force, and the stresses from the shear are "
            "upper bounds."
        )
    weak = [x.yield_mpa for x in found]
    lows, highs = ([band[k] / math.sqrt(3.0) for band in weak] for k in (0, 2))
    if reach and (lows != highs):
        scaled = [
            x.dnp_um * end / x.yield_mpa[1]
            for x in found if x.dnp_um is not None for end in (x.yield_mpa[0], x.yield_mpa[2])
        ]  # fmt: skip
        head.append(
            f"Over the credible range of that yield strength ({extent([*lows, *highs])} MPa in "
            f"shear) the limit lies at {extent(scaled)} µm from the neutral point. Underfill and "
            "bending of the board move it out, as they take a share of the mismatch "
            "(load.shear.mismatch_share)."
        )
    return head


def _shear_table(results: Results, entries: Sequence[Entry]) -> LoadTable | None:
    if len(entries) < 2:
        return None
    rows = []
    pairs = [i for i in ("ubm/pad", "ubm/passivation", "ubm/polyimide")
             if _family_of(results, "peel_max", "by_shear", i)]  # fmt: skip
    for pair in pairs:
        for kind in KINDS:
            for load, words in LOADS.items():
                family = _family_of(results, kind, load, pair)
                if family is None:
                    continue
                said = f"{KINDS[kind]} at {interface_title(pair)} by {words} ({family.unit})"
                rows.append(table_row(results, said, family, entries))
    at = levels_at(entries[0].row, results)
    return LoadTable(
        f"By load{f', at {at}' if at else ''}, averaged over "
        f"{level(results.headline_um)} µm along the interface and "
        f"{results.base.metrics.arc_length_um:g} µm around it",
        [e.label for e in entries], rows,
    )  # fmt: skip


def _family_of(results: Results, kind: str, load: str, pair: str) -> Family | None:
    middle = f"{load}_" if load else ""
    return results.families.get(f"{kind}_{middle}{pair.replace('/', '_')}")


def _stem(kind: str, load: str, pair: str = "ubm_pad") -> str:
    return f"{kind}_{load}_{pair}" if load else f"{kind}_{pair}"
