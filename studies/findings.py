"""The report's sentences, each made from the numbers and true of them.

"Better" is lower throughout. Errors are the discretization's: what materials and loads add is said
elsewhere in the report.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studies.labels import (
    TIMES,
    Family,
    Measured,
    factor_title,
    interface_title,
    level,
    listing,
    number,
    plain_number,
    with_error,
)
from studies.ranking import Ranking, Trend, order, peak, rank, trend
from studies.results import Entry, Results, Row, by_length, variant_label, variants

SMALL_SPREAD = 0.05  # what is nearer than this is smaller than what material data are good for


@dataclass(frozen=True)
class Finding:
    """What the numbers say about one metric.

    Attributes
    ----------
    family
        The metric.
    ranking
        Of the designs side by side.
    verdict
        One sentence.
    details
        More sentences: values, differences, other openings.
    is_small
        Whether there is a winner, but by less than material data are good for.
    """

    family: Family
    ranking: Ranking
    verdict: str
    details: list[str] = field(default_factory=list)
    is_small: bool = False


@dataclass(frozen=True)
class Cell:
    """Who is lowest for one metric in one group: for the table over all openings."""

    text: str
    kind: str
    title: str


def findings(results: Results) -> list[Finding]:
    """One finding per metric shown, at the designs side by side."""
    return [_finding(results, family) for family in results.shown] if results.compared else []


def outcome(finding: Finding) -> str:
    """The ranking in two or three words."""
    word = _short(finding.ranking)
    return {"by length": "depends on the averaging length"}.get(word, word) + (
        " (by less than 5 %)" if finding.is_small else ""
    )


def in_short(results: Results, found: list[Finding]) -> list[str]:
    """The findings in a few sentences: who is lowest for what, and whether that holds elsewhere."""
    groups: dict[tuple[str, str, bool], list[Finding]] = {}
    for f in found:
        groups.setdefault((f.ranking.kind, f.ranking.winner or "", f.is_small), []).append(f)
    out = []
    for (kind, winner, small), members in sorted(groups.items(), key=lambda item: item[0][2]):
        who = listing(f.family.short for f in members)
        if kind == "winner" and small:
            out.append(
                f"{_first(winner)} is lowest for {who}, but all differ by less than "
                f"{100 * SMALL_SPREAD:g} %: no reason to choose it."
            )
        elif kind == "winner":
            out.append(f"{_first(winner)} is lowest for {who}.")
        elif kind == "lengths":
            out.append(f"For {who} the ranking depends on the averaging length.")
        elif kind == "errors":
            out.append(
                f"For {who} there is no winner: the differences are not beyond the errors at "
                "every averaging length."
            )
        else:
            out.append(f"Not ranked, because a value or an error is missing: {who}.")
    if results.compares_variants and len(results.groups) > 1:
        same = []
        for f in found:
            each = {r.winner for r in ranked_groups(results, f.family).values()}
            if len(each) == 1 and None not in each:
                same.append(f.family.short)
        rest = [f.family.short for f in found if f.family.short not in same]
        if same and rest:
            out.append(
                f"The winner is the same in all {len(ranked_groups(results, found[0].family))} "
                f"comparisons of the study for {listing(same)}; not for {listing(rest)}."
            )
        elif same:
            out.append("In every comparison of the study the winners are the same.")
    return out


def _finding(results: Results, family: Family) -> Finding:
    rows = {entry.label: entry.row for entry in results.compared}
    values = by_length(family, rows)
    ranking = rank(values)
    length = family.at(results.headline_um)
    details = [_values_sentence(family, values[length], length)]
    others = values[length]
    spread = _spread(ranking, others)
    details += filter(None, [spread, _clipped(results.compared, family)])
    if results.compares_variants:
        details += filter(None, [over_groups(results, family)])
    said = verdict(family, ranking)
    return Finding(family, ranking, said, details, spread is not None)


def verdict(family: Family, ranking: Ranking) -> str:
    """The ranking as a sentence; a winner is named only where there is one."""
    lengths = family.lengths
    everywhere = f" at {_lengths(lengths)}" if len(lengths) > 1 else ""
    match ranking.kind:
        case "winner":
            return f"{_first(ranking.leaders[0])} is lowest{everywhere}, beyond the errors."
        case "lengths":
            per = [f"{listing(who)} at {length:g} µm" for length, who in ranking.unbeaten
                   if length is not None]  # fmt: skip
            return f"The ranking depends on the averaging length: lowest is {'; '.join(per)}."
        case "errors":
            if len(ranking.leaders) == ranking.count:
                return "No winner: the differences are within the errors."
            if len(ranking.leaders) > 1:
                return (
                    f"No winner: {listing(ranking.leaders)} are lowest and within the errors of "
                    "each other."
                )
            tied = [f"{length:g} µm" for length, who in ranking.unbeaten
                    if length is not None and len(who) > 1]  # fmt: skip
            lowest = ranking.leaders[0]
            return (
                f"No winner: {lowest} leads, but at {listing(tied)} only within the errors."
            )
        case _:
            return "Not ranked: a value or its error is missing."


def _values_sentence(
    family: Family, found: Mapping[str, Measured | None], length: float | None
) -> str:
    """Values at one length, each after the first with its difference or ratio to the first."""
    window = "" if length is None else f"Averaged over {length:g} µm: "
    labels = list(found)
    first = found[labels[0]]
    said = []
    for label in labels:
        value = found[label]
        text = f"{label} {with_error(value)}"
        text += f" {family.unit}" if value is not None else ""
        if label != labels[0] and value is not None and first is not None:
            text += f" ({_relation(value, first, family.unit)})"
        said.append(text)
    reference = f" In brackets: against {labels[0]}." if len(said) > 1 else ""
    sentence = _first(f"{window}{listing(said)}.{reference}")
    if family.stem.startswith("peel_max") and all(v is not None for v in found.values()):
        pressed = [a for a, v in found.items() if v is not None and v.value < -(v.error or 0)]
        if pressed:
            sentence += f" A negative maximum means compression everywhere: {listing(pressed)}."
    return sentence


def _relation(value: Measured, first: Measured, unit: str) -> str:
    """Ratio with its error where both are clearly positive, else the difference."""
    errors = (value.error, first.error)
    margin = [error or 0.0 for error in errors]
    if value.value > 2 * margin[0] and first.value > 2 * margin[1] and first.value > 0:
        ratio = value.value / first.value
        if None in errors:
            return f"{TIMES} {plain_number(ratio, 3)}"
        error = ratio * (margin[0] / value.value + margin[1] / first.value)
        return f"{TIMES} {with_error(Measured(ratio, error))}"
    difference = Measured(value.value - first.value, None if None in errors else sum(margin))
    sign = "+" if difference.value > 0 else ""
    return f"{sign}{with_error(difference)} {unit}"


def _spread(ranking: Ranking, found: Mapping[str, Measured | None]) -> str | None:
    known = [v.value for v in found.values() if v is not None]
    largest = max((abs(v) for v in known), default=0.0)
    if ranking.kind != "winner" or largest == 0.0:
        return None
    spread = (max(known) - min(known)) / largest
    if spread >= SMALL_SPREAD:
        return None
    return (
        f"The whole spread is {plain_number(100 * spread, 2)} %: more than the mesh's error, but "
        "less than what material data are good for. Do not choose by it."
    )


def _clipped(entries: list[Entry], family: Family) -> str | None:
    """Which interfaces are shorter than a window, so that they are averaged whole."""
    said = []
    for entry in entries:
        for interface in entry.result.get("curves", {}):
            if not family.stem.endswith("_" + interface.replace("/", "_")):
                continue
            size = entry.length_um(interface)
            short = [x for x in family.lengths if size is not None and size < x * (1 - 1e-6)]
            if short and size is not None:
                said.append(
                    f"{entry.label} has only {plain_number(size, 3)} µm of "
                    f"{interface_title(interface)}, averaged whole where {_lengths(short)} is "
                    "asked for"
                )
    return f"{'; '.join(said)[:1].upper()}{'; '.join(said)[1:]}." if said else None


# ------------------------------------------------------------------------- across the openings


def ranked_groups(results: Results, family: Family) -> dict[tuple[Any, ...], Ranking]:
    """The ranking of the variants in every group that has more than one."""
    out = {}
    for key, rows in results.groups.items():
        chosen = variants(rows, number(results.base.depth_ratio))
        if len(chosen) > 1:
            labelled = {variant_label(row): row for row in chosen.values()}
            out[key] = rank(by_length(family, labelled))
    return out


def over_groups(results: Results, family: Family) -> str | None:
    """Whether the winner is the same in all groups, and where it is not."""
    found = ranked_groups(results, family)
    if len(found) < 2:
        return None
    words = {key: _word(ranking) for key, ranking in found.items()}
    different = set(words.values())
    span = _span(results, found)
    if len(different) == 1:
        word = different.pop()
        if next(iter(found.values())).winner is None:
            return f"The same everywhere ({span}): {word}."
        return f"The same wins everywhere: {word} ({span})."
    said = []
    for part in dict.fromkeys(key[0] for key in found):
        keys = sorted_groups(results, part)
        runs: dict[str, list[int]] = {}
        for k, key in enumerate(keys):
            if key in words:
                runs.setdefault(words[key], []).append(k)
        texts = [f"{word} at {_ranges([_group_text(key) for key in keys], where)}"
                 for word, where in runs.items()]  # fmt: skip
        whole = f"{next(iter(runs))} throughout" if len(runs) == 1 else "; ".join(texts)
        said.append(f"part {part}: {whole}" if len(results.parts) > 1 else whole)
    what = listing([factor_title(p) for p in results.other_factors]) or "the part"
    return f"The outcome changes with {what}. Lowest in {'. In '.join(said)}."


def winners(results: Results, part: str) -> tuple[list[str], list[tuple[Family, list[Cell]]]]:
    """Table of who is lowest: a column per group of a part, a row per metric shown."""
    keys = sorted_groups(results, part)
    table = []
    for family in results.shown:
        found = ranked_groups(results, family)
        cells = []
        for key in keys:
            ranking = found.get(key, Ranking("missing"))
            cells.append(Cell(_short(ranking), _kind(ranking), _order_title(results, family, key)))
        table.append((family, cells))
    return [_group_text(key) for key in keys], table


def sorted_groups(results: Results, part: str) -> list[tuple[Any, ...]]:
    """Groups of a part in the order of their levels."""
    keys = [key for key in results.groups if key[0] == part]
    keys.sort(key=lambda key: tuple((number(v) is None, number(v) or 0.0) for v in key[1:]))
    return keys


def _ranges(texts: list[str], where: list[int]) -> str:
    """Names of some of the groups, three or more neighbours in short: ``0.5 to 0.8``."""
    said, k = [], 0
    while k < len(where):
        end = k
        while end + 1 < len(where) and where[end + 1] == where[end] + 1:
            end += 1
        if end - k >= 2:
            said.append(f"{texts[where[k]]} to {texts[where[end]]}")
        else:
            said += [texts[i] for i in where[k : end + 1]]
        k = end + 1
    return listing(said)


def _order_title(results: Results, family: Family, key: tuple[Any, ...]) -> str:
    chosen = variants(results.groups[key], number(results.base.depth_ratio))
    values = by_length(family, {variant_label(row): row for row in chosen.values()})
    said = [
        f"{'' if length is None else f'{length:g} µm: '}{text}"
        for length, found in values.items()
        if (text := order(found)) is not None
    ]
    return "; ".join(said)


def _word(ranking: Ranking) -> str:
    match ranking.kind:
        case "winner":
            return ranking.leaders[0]
        case "lengths":
            return "depends on the averaging length"
        case "errors":
            if len(ranking.leaders) == ranking.count:
                return "no difference beyond the errors"
            if len(ranking.leaders) == 1:
                return f"{ranking.leaders[0]}, but not beyond the errors"
            return f"{' or '.join(ranking.leaders)}, within the errors of each other"
        case _:
            return "not known"


def _short(ranking: Ranking) -> str:
    match ranking.kind:
        case "winner":
            return ranking.leaders[0]
        case "lengths":
            return "by length"
        case "errors":
            if len(ranking.leaders) == ranking.count:
                return "no difference"
            return "≈ " + " / ".join(ranking.leaders)
        case _:
            return "–"


def _kind(ranking: Ranking) -> str:
    if ranking.winner is None:
        return ranking.kind
    return ranking.winner.split()[0]


# -------------------------------------------------------------------------------- trends


def trends(results: Results) -> list[str]:
    """Monotonic trends over each numeric factor, only where they hold in every series."""
    out = []
    for path in results.numeric_factors:
        series = series_over(results, path)
        if not series:
            continue
        kinds: dict[str, list[str]] = {}
        for family in results.shown:
            found = [_series_values(family, rows) for rows in series]
            each: set[Trend] = {trend(values) for values in found}
            if len(each) == 1 and (kind := each.pop()) in ("rises", "falls"):
                kinds.setdefault(kind, []).append(family.short)
                continue
            peaks = {
                None if (k := peak(values)) is None else level(rows[k][path])
                for values, rows in zip(found, series, strict=True)
            }
            if len(peaks) == 1 and (where := peaks.pop()) is not None:
                kinds.setdefault(f"peak {where}", []).append(family.short)
        name = factor_title(path)
        said = []
        for kind, who in kinds.items():
            if kind.startswith("peak "):
                said.append(f"largest at {kind.removeprefix('peak ')}: {listing(who)}")
            else:
                said.append(f"{'rising' if kind == 'rises' else 'falling'}: {listing(who)}")
        rest = [f.short for f in results.shown if not any(f.short in who for who in kinds.values())]
        if rest:
            said.append(f"neither in all series: {listing(rest)}")
        out.append(
            f"With the {name}, in each of {len(series)} series, at every averaging length and by "
            f"more than the errors: {'; '.join(said)}."
        )
    return out


def series_over(results: Results, path: str) -> list[list[Row]]:
    """Rows that differ in one factor only, sorted by it; at least three in each."""
    rest = [p for p in results.factors if p != path]
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in results.solved:
        if number(row[path]) is not None:
            found.setdefault((row["part"], *(level(row[p]) for p in rest)), []).append(row)
    return [sorted(rows, key=lambda r: r[path]) for rows in found.values() if len(rows) > 2]


def _series_values(
    family: Family, rows: list[Row]
) -> dict[float | None, list[Measured | None]]:
    return {length: [family.read(row, length) for row in rows] for length in family.columns()}


# ------------------------------------------------------------------------------ mechanism


def mechanism(entries: list[Entry]) -> list[str]:
    """What the data show of the why: contact areas, paths of the current, where it is pulled."""
    out = []
    ratios = [(e, number(e.result["derived"].get("contact_area_ratio"))) for e in entries]
    if ratios and all(ratio is not None for _, ratio in ratios):
        said = [f"{e.label} {plain_number(ratio, 3)}" for e, ratio in ratios]
        out.append(f"Contact area of UBM and pad over the opening's area: {listing(said)}.")
    for entry in entries:
        out += filter(None, [_sidewall_only(entry), _paths(entry), _thinned(entry)])
    return out


def _sidewall_only(entry: Entry) -> str | None:
    legs = leg_shares(entry)
    ratio = number(entry.result["derived"].get("contact_area_ratio"))
    if set(legs) != {"sidewall"} or not ratio:
        return None
    design = entry.design
    expected = 4 * design.pad.thickness_um / design.passivation.opening_diameter_um
    formula = ""
    if math.isclose(ratio, expected, rel_tol=0.02):
        formula = " = 4 t/d, pad thickness t over opening d"
    return (
        f"{_first(entry.label)}: the UBM meets the pad at the recess sidewall only, so all current "
        f"enters there, through {plain_number(100 * ratio, 2)} % of the opening's area"
        f" (ratio {plain_number(ratio, 3)}{formula}); its mean density is "
        f"{plain_number(1 / ratio, 3)} times the nominal I/(πa²)."
    )


def _paths(entry: Entry) -> str | None:
    legs = leg_shares(entry)
    if len(legs) < 2:
        return None
    said = []
    for leg, share in legs.items():
        parts = [f"{plain_number(100 * share.area, 2)} % of the contact area"]
        if share.current is not None:
            parts.append(f"{plain_number(100 * share.current, 2)} % of the current")
        if share.peel_mpa is not None:
            parts.append(f"mean peel {plain_number(share.peel_mpa, 3)} MPa")
        said.append(f"the {leg} has {', '.join(parts)}")
    return f"{_first(entry.label)}: {'; '.join(said)}."


@dataclass(frozen=True)
class LegShare:
    """What one leg of UBM/pad has of the area and the current, and its mean peel."""

    area: float
    current: float | None
    peel_mpa: float | None


def leg_shares(entry: Entry) -> dict[str, LegShare]:
    """Integrals along the UBM/pad curve per leg, weight r, densities quadratic on each facet."""
    curve = entry.result.get("curves", {}).get("ubm/pad")
    if not curve:
        return {}
    legs = list(dict.fromkeys(curve["leg"]))
    area = {leg: _integral(curve, leg, None) for leg in legs}
    total = sum(area.values())
    if not total > 0:
        return {}
    current: dict[str, float] = {}
    if "jn_a_per_cm2" in curve:
        current = {leg: _integral(curve, leg, "jn_a_per_cm2") for leg in legs}
    whole = sum(current.values())
    return {
        leg: LegShare(
            area[leg] / total,
            current[leg] / whole if whole else None,
            _integral(curve, leg, "peel_mpa") / area[leg] if "peel_mpa" in curve else None,
        )
        for leg in legs
        if area[leg] > 0
    }


def _integral(curve: Mapping[str, Any], leg: str, column: str | None) -> float:
    points = [
        (s, r * (1.0 if column is None else curve[column][k]))
        for k, (s, r, name) in enumerate(
            zip(curve["arc_length_um"], curve["r_um"], curve["leg"], strict=True)
        )
        if name == leg
    ]
    if len(points) % 3 == 0:  # start, midpoint and end of facets
        triples = zip(points[::3], points[1::3], points[2::3], strict=True)
        return sum((c[0] - a[0]) * (a[1] + 4 * b[1] + c[1]) / 6 for a, b, c in triples)
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in itertools.pairwise(points))


def _thinned(entry: Entry) -> str | None:
    """Whether the pad's density is higher inside the opening than outside, beyond the errors."""
    metrics, errors = entry.result["metrics"], entry.result["errors"]
    at = f"L{entry.design.metrics.headline_length_um:g}_a_per_cm2"
    names = [f"pad_lateral_density_{side}_{at}" for side in ("inside", "outside")]
    inside, outside = (number(metrics.get(name)) for name in names)
    margin = sum(number(errors.get(name)) or 0.0 for name in names)
    if inside is None or outside is None or outside <= 0 or inside - outside <= margin:
        return None
    left = 1 - entry.design.depth_ratio
    thinner = f", where {left:g} of its thickness is left," if left < 1 else ""
    return (
        f"{_first(entry.label)}: the pad's current density just inside the opening{thinner} is "
        f"{plain_number(inside / outside, 3)} times that just outside: the etched pad carries the "
        "current inwards."
    )


def life(entries: list[Entry]) -> list[str]:
    """Black's ratios of the designs side by side, with the band of the exponent."""
    out = []
    for place, where in (
        ("solder", "solder, by the density at bump/UBM"),
        ("pad", "pad, by the density at the opening's edge"),
    ):
        said = []
        for entry in entries:
            name = f"mttf_ratio_{place}"
            ratio, low, high = (number(entry.row.get(name + t)) for t in ("", "_low", "_high"))
            if ratio is not None and entry.row.get("variant") != "no-recess":
                band = f" ({plain_number(low, 2)} to {plain_number(high, 2)})"
                said.append(f"{entry.label} {plain_number(ratio, 2)}{band}")
        if said:
            out.append(
                f"Life under electromigration against no recess at the same opening and equal "
                f"current, {where}: {listing(said)} times; in brackets the band of Black's "
                "exponent n. Temperatures are taken as equal: no Joule heating."
            )
    return out


# ------------------------------------------------------------------------------- helpers


def _lengths(lengths: Iterable[float]) -> str:
    lengths = list(lengths)
    text = f"{listing(f'{x:g}' for x in lengths)} µm"
    return f"all averaging lengths ({text})" if len(lengths) > 2 else text


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _group_text(key: tuple[Any, ...]) -> str:
    return ", ".join(level(value) for value in key[1:] if value is not None)


def _span(results: Results, found: Mapping[tuple[Any, ...], Ranking]) -> str:
    said = []
    for k, path in enumerate(results.other_factors, 1):
        levels = sorted({key[k] for key in found if number(key[k]) is not None})
        if len(levels) > 1:
            said.append(f"{factor_title(path)} {level(levels[0])} to {level(levels[-1])}")
    parts = {key[0] for key in found}
    if len(parts) > 1:
        said.append("both parts" if len(parts) == 2 else f"all {len(parts)} parts")
    return ", ".join(said) or f"{len(found)} groups"

