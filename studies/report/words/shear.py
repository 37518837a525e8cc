"""The board's shear in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from studies.report.rules.loads import BACK, FRONT, Side
from studies.report.rules.shear import (
    KINDS,
    AlongDnp,
    Lead,
    Limit,
    ModeMix,
    Shear,
    Stiffness,
    Wins,
    shear,
)
from studies.report.words.loads import (
    LoadSection,
    LoadTable,
    extent,
    levels_at,
    places_text,
    table_row,
)
from studies.report.words.verdicts import explained, phrase
from studies.results.case_sets import where
from studies.results.results import Results
from studies.wording.labels import (
    capitalized,
    factor_at,
    factor_text,
    interface_title,
    level,
    listing,
    percent,
    with_error,
)

LOAD_WORDS = {
    "by_cooldown": "the cool-down alone", "by_shear": "the shear alone", "": "both together"
}  # fmt: skip
KIND_WORDS = {"peel_max": "Peel", "shear_max": "Shear"}


def section(results: Results) -> LoadSection | None:
    """All sentences on the shear, and the designs side by side under each load.

    None where the board does not move.
    """
    found = shear(results)
    if found is None:
        return None
    who = {kind: _leads(results, found, kind) for kind in KINDS}
    sides = {
        kind: places_text(
            results, places, f"{KIND_WORDS[kind]} at UBM/pad is worst", side_text
        )
        for kind, places in found.sides.items()
    }  # fmt: skip
    limits = elastic_limit(results, found.limits)
    parts = len({steps.row["part"] for steps in found.along})
    sentences = [
        who["peel_max"], _wins(results, found.wins),
        *(along(results, steps, parts > 1) for steps in found.along),
        who["shear_max"], *sides.values(),
        "" if found.mode_mix is None else _mode_mix(found.mode_mix),
        "" if found.stiffness is None else _stiffness(found.stiffness), *limits,
    ]  # fmt: skip
    summary = [who["peel_max"], *limits[:1], sides.get("peel_max", "")]
    title = "Cool-down and shear: who is lowest under which load"
    return LoadSection(
        title if found.table else "Shear by the board",
        [text for text in sentences if text], _table(results, found),
        [text for text in summary if text], place=10, angular=True,
    )  # fmt: skip


def _leads(results: Results, found: Shear, kind: str) -> str:
    """Who is lowest under each load at the base, and by how much."""
    if kind not in found.leads:
        return ""
    said = [f"{LOAD_WORDS[x.load]}: {lead(x)}" for x in found.leads[kind]]
    levels = levels_at(found.entries[0].row, results)
    at = f" ({levels})" if levels else ""
    return f"{KIND_WORDS[kind]} at UBM/pad{at} by {'; by '.join(said)}."


def lead(found: Lead) -> str:
    """Who is lowest and how far ahead: ``no recess is lowest by 63.0 ± 0.2 MPa``."""
    ranking = found.ranking
    if ranking.winner is None:
        return explained(ranking)
    next_one = f", {found.second} next" if ranking.count > 2 else ""
    ahead = found.family.united(with_error(found.ahead))
    text = f"{ranking.winner} is lowest by {ahead}{next_one}"
    if found.close is not None:
        text += f" (within {percent(found.close)}: do not choose between them by it)"
    return text


def _wins(results: Results, found: Sequence[Wins]) -> str:
    said = []
    for wins in found:
        every = wins.every
        paths = [*(["part"] if len(results.parts) > 1 else []), *results.other_factors]
        texts = []
        for call in dict.fromkeys(wins.calls):
            mine = [row for row, c in zip(every, wins.calls, strict=True) if c == call]
            if len(mine) == len(every):
                texts.append(f"{phrase(call)} in all {len(every)} comparisons")
                continue
            at = where(mine, every, paths)
            some = f"at {at}" if at else f"in {len(mine)} of {len(every)}"
            texts.append(f"{phrase(call)} {some}")
        said.append(f"by {LOAD_WORDS[wins.load]}: {'; '.join(texts)}")
    if not said:
        return ""
    text = ". ".join([said[0], *map(capitalized, said[1:])])
    return f"Lowest in peel at UBM/pad over the study, {text}."


def along(results: Results, found: AlongDnp, in_part: bool = False) -> str:
    """Between which distances to the neutral point the lowest changes; in which part of several."""
    rest = [p for p in results.other_factors if p != found.path]
    at = ", ".join(factor_text(p, found.row[p]) for p in rest if found.row[p])
    if in_part:
        at = ", ".join(filter(None, [at, f"part {found.row['part']}"]))
    words, levels = [phrase(call) for call in found.calls], found.levels
    head = f"Peel at UBM/pad by both together{f', {at}' if at else ''}: "
    if len(set(words)) == 1:
        ends = factor_at(found.path, f"{levels[0]} to {levels[-1]}")
        text = f"lowest at every step of {ends}: {words[0]}"
    else:
        changes = [
            f"from “{words[k]}” to “{words[k + 1]}” at {factor_at(found.path, between)}"
            for k in range(len(words) - 1)
            if words[k] != words[k + 1]
            for between in [f"between {levels[k]} and {levels[k + 1]}"]
        ]
        text = f"what is lowest changes {listing(changes)}"
    text = f"{head}{text}."
    if (gap := found.gap) is not None:
        word = "grows" if gap.last.value > gap.first.value else "shrinks"
        text += (
            f" What {gap.label} has more than no recess {word} from {with_error(gap.first)} to "
            f"{with_error(gap.last)} MPa over this range."
        )
    return text


def side_text(side: Side) -> str:
    """A side of a sheared joint in words."""
    if side == FRONT:
        return "on the far side, away from the neutral point (θ = 0°)"
    if side == BACK:
        return "on the side that faces the neutral point (θ = 180°)"
    return f"at θ = {side.theta_deg}° (0° is away from the neutral point)"


def _mode_mix(found: ModeMix) -> str:
    said = listing(f"{label} {with_error(v)}°" for label, v in found.degrees.items())
    text = (
        f"Mode mix where peel at UBM/pad is worst (0° is peel only, 90° shear only), averaged over "
        f"{level(found.length_um)} µm: {said}"
    )
    if found.turn:
        text += f"; a recess turns it towards {'peel' if found.turn < 0 else 'shear'}"
    return f"{text}."


def _stiffness(found: Stiffness) -> str:
    if not found.mn_per_um:
        forces = listing(f"{at} {with_error(force)} mN" for at, force in found.force_mn.items())
        return f"Lateral force on the joint, in the end: {forces}."
    said = listing(
        f"{label} {with_error(found.force_mn[label])} mN ({with_error(value)} mN/µm)"
        for label, value in found.mn_per_um.items()
    )
    text = f"Lateral force on the joint and its stiffness: {said}"
    values = [value.value for value in found.mn_per_um.values()]
    if found.varies:
        share = 100 * (max(values) / min(values) - 1)
        text += f"; over the designs the stiffness varies by {share:.2g} %"
    elif len(values) > 1:
        text += "; the recess makes no difference beyond the errors"
    return f"{text}."


def elastic_limit(results: Results, found: Sequence[Limit]) -> list[str]:
    """How far from the neutral point an elastic joint is still to be believed."""
    if not found:
        return []
    over = [x for x in found if x.is_exceeded]
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
        some = f"{'all' if len(over) == len(found) else f'{len(over)} of'} {len(found)} cases"
        some = "the one case" if len(found) == 1 else some
        head[0] += (
            f" It is exceeded in {some} with shear{f' ({at})' if at else ''}: "
            "there the solder would creep and limit the force, and the stresses from the shear are "
            "no prediction."
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


def _table(results: Results, found: Shear) -> LoadTable | None:
    entries = found.entries
    if len(entries) < 2:
        return None
    rows = []
    for kind, pair, load, finding in found.table:
        said = f"{KIND_WORDS[kind]} at {interface_title(pair)} by {LOAD_WORDS[load]}"
        rows.append(table_row(said, finding))
    at = levels_at(entries[0].row, results)
    if not rows:
        return None
    return LoadTable(
        f"By load{f', at {at}' if at else ''}, averaged over "
        f"{level(results.headline_um)} µm along the interface and "
        f"{results.base.metrics.arc_length_um:g} µm around it",
        [e.label for e in entries], rows,
    )  # fmt: skip
