"""A feed by a trace or vias in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from studies.report.rules.feed import PAIRS, ByLabel, Cost, Feed, Follows, Power, Remedy, feed
from studies.report.rules.loads import BACK, FRONT, Side
from studies.report.words.loads import (
    LoadSection,
    LoadTable,
    extent,
    levels_at,
    places_text,
    table_row,
)
from studies.report.words.methods import span
from studies.results.case_sets import level_of
from studies.results.results import Results
from studies.wording.labels import (
    TIMES,
    factor_at,
    factor_text,
    level,
    listing,
    scaled,
    with_error,
)

PAIR_WORDS = {"ubm_pad": "UBM/pad", "bump_ubm": "bump/UBM"}


def section(results: Results) -> LoadSection | None:
    """All sentences on the feed, and the designs side by side; None where it is all around."""
    found = feed(results)
    if found is None:
        return None
    vias = found.vias
    sentences = [
        _crowding(results, found),
        *(
            places_text(
                results, places, f"Current density at {PAIR_WORDS[pair]} is largest",
                side_text(vias),
            )
            for pair, places in found.places.items()
        ),
        *_recess_costs(found), _opposite(found.opposite, vias),
        *(_follows(results, follows) for follows in found.follows),
        *(_cost(cost) for cost in found.costs),
        "" if found.power is None else _power(found.power),
    ]  # fmt: skip
    title = "The feed: what single vias add" if vias else "The feed: what a trace on one side adds"
    summary = [crowding_in_short(found), remedies_in_short(found)]
    return LoadSection(
        title, [text for text in sentences if text], _table(results, found),
        [text for text in summary if text], place=20, angular=True,
    )  # fmt: skip


def side_text(vias: bool) -> Callable[[Side], str]:
    """Names of the sides of a pad that is fed through arcs."""

    def text(side: Side) -> str:
        if side == FRONT:
            return "in front of the vias" if vias else "in front of the trace (θ = 0°)"
        if side == BACK and not vias:
            return "opposite the trace (θ = 180°)"
        return f"at θ = {side.theta_deg}° from the middle of a {'via' if vias else 'trace'}"

    return text


def _crowding(results: Results, found: Feed) -> str:
    """How much more the density is than with the same current fed evenly all around."""
    if not found.crowding:
        return ""
    said = []
    for pair, values in found.crowding.items():
        each = listing(f"{label} {with_error(v)}" for label, v in values.items())
        said.append(f"at {PAIR_WORDS[pair]} {each}")
    at = levels_at(found.entries[0].row, results)
    return (
        f"Crowding in plane, the largest current density over that with the same current fed "
        f"evenly all around{f' ({at})' if at else ''}: {'; '.join(said)}."
    )


def crowding_in_short(found: Feed) -> str:
    """The range of the crowding in plane over the designs side by side."""
    said = [
        f"{TIMES} {span(list(values.values()))} at {PAIR_WORDS[pair]}"
        for pair, values in found.crowding.items()
    ]
    who = "The vias crowd" if found.vias else "The trace crowds"
    return f"{who} the current, against an even feed: {listing(said)}." if said else ""


def _recess_costs(found: Feed) -> list[str]:
    who = "vias" if found.vias else "trace"
    words = {
        1: f"more with the {who}", -1: f"less with the {who}", 0: "no difference beyond the errors"
    }  # fmt: skip
    out = []
    for pair in PAIRS:
        mine = [cost for cost in found.recess_costs if cost.pair == pair]
        said = [
            f"{x.label} {TIMES} {with_error(x.here)}, against {TIMES} {with_error(x.even)} with "
            f"an even feed ({words[x.sign]})"
            for x in mine
        ]
        if said:
            out.append(
                f"What the recess does to the current density at {PAIR_WORDS[pair]}, against "
                f"{mine[0].reference}: {'; '.join(said)}."
            )
    return out


def _opposite(found: Mapping[str, ByLabel], vias: bool) -> str:
    said = []
    for pair, shares in found.items():
        each = (f"{label} {with_error(scaled(v, 100))} %" for label, v in shares.items())
        said.append(f"at {PAIR_WORDS[pair]} {listing(each)}")
    place = "Between two vias" if vias else "Opposite the trace"
    return f"{place}, of the largest density there remain {'; '.join(said)}." if said else ""


def _follows(results: Results, found: Follows) -> str:
    said = []
    for pair, direction in found.direction.items():
        both = " to ".join(with_error(end) for end in found.ends[pair])
        word = {1: "rises", -1: "falls"}.get(direction or 0, "follows no one direction")
        said.append(f"at {PAIR_WORDS[pair]} it {word} ({both})")
    first, last = (level_of(results, row, found.path) for row in (found.first, found.last))
    at = levels_at(found.first, results, (found.path,))
    count = f", in each of {found.series} series" if found.series > 1 else ""
    return (
        f"Crowding in plane with {factor_at(found.path, f'{level(first)} to {level(last)}')}"
        f"{count}: {'; '.join(said)}{f'; in brackets at {at}' if at else ''}."
    )


def remedies_in_short(found: Feed) -> str:
    """What makes good the cost of the deepest etch, by name only."""
    mine = [cost for cost in found.costs if cost.is_deepest]
    if not mine:
        return ""
    said = []
    for cost in mine:
        good = [factor_text(x.path, x.level) for x in cost.remedies if x.makes_good]
        by = listing(good, "or by") or "nothing that varies here"
        said.append(f"{cost.family.short} by {by}")
    costs = f"What {mine[0].label} costs against {mine[0].reference}"
    return f"{costs} is made good, one change at a time: {'; '.join(said)}."


def _cost(found: Cost) -> str:
    """What makes good a cost, at some lengths only, or not at all."""
    relation = found.family.united(f"+{with_error(found.more)}")
    if found.times is not None:
        relation = f"{TIMES} {with_error(found.times)}"
    groups = (
        ("made good by ", "or by", [x for x in found.remedies if x.makes_good]),
        ("made good at some averaging lengths only by ", "or by",
         [x for x in found.remedies if x.outcome is None]),
        ("not made good by ", "nor by", [x for x in found.remedies if x.outcome == 1]),
    )  # fmt: skip
    said = [f"{head}{listing(map(_remedy, some), joint)}" for head, joint, some in groups if some]
    return f"What {found.label} costs in {found.family.short} ({relation}) is {'; '.join(said)}."


def _remedy(found: Remedy) -> str:
    brackets = f" ({TIMES} {with_error(found.ratio)})" if found.ratio is not None else ""
    return f"{factor_text(found.path, found.level)}{brackets}"


def _power(found: Power) -> str:
    """Power and resistance, and what of it is in series."""
    at = f" at {found.current_a:g} A" if found.current_a is not None else ""
    said = listing(f"{label} {with_error(v)} mW" for label, v in found.power_mw.items())
    more = [f"{label} {TIMES} {with_error(r)}" for label, r in found.times.items()]
    text = f"Power between the terminals{at}: {said}"
    text += f" ({listing(more)})" if more else ""
    if found.series_mohm:
        text += f"; {extent(found.series_mohm)} mΩ of the resistance lie in series before the pad"
    return f"{text}."


def _table(results: Results, found: Feed) -> LoadTable | None:
    entries = found.entries
    rows = []
    for at_pair in found.table:
        name, unit = PAIR_WORDS[at_pair.pair], at_pair.largest.family.unit
        rows.append(table_row(f"Largest density at {name}", at_pair.largest))
        for title, values in (
            (f"The same, fed evenly all around ({unit})", at_pair.even),
            (f"Crowding in plane at {name}", at_pair.crowding),
            (f"Density at {name} farthest from the feed ({unit})", at_pair.opposite),
        ):
            cells = [(with_error(values.get(e.label)), False) for e in entries]
            rows.append((title, cells, ""))
    if not rows:
        return None
    at = levels_at(entries[0].row, results)
    return LoadTable(
        f"The feed{f', at {at}' if at else ''}, averaged over "
        f"{level(results.headline_um)} µm along the interface and "
        f"{results.base.metrics.arc_length_um:g} µm around it",
        [e.label for e in entries], rows,
    )  # fmt: skip
