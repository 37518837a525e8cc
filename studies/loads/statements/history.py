"""A history in a report: which way, at which rate, how long a rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from studies.case.inelastic import is_inelastic
from studies.loads.phrases import amounts, either
from studies.loads.shipped.history import HistoryLoad
from studies.loads.statement import Share, Statement

if TYPE_CHECKING:
    from geometry import Design


class Histories(NamedTuple):
    """Of how many designs metals yield and creep, and over which histories."""

    share: Share
    rates_k_per_s: tuple[float, ...]
    rests_s: tuple[float, ...]
    ways: tuple[str, ...]


def find(designs: Sequence[Design], tables: Sequence[HistoryLoad | None]) -> Histories:
    """The histories of those designs whose metals yield and creep; a process may be elastic."""
    pairs = [
        (design.load.thermal, table)
        for design, table in zip(designs, tables, strict=True)
        if table is not None and is_inelastic(design)
    ]
    heats, given = [heat for heat, _ in pairs], [table for _, table in pairs]
    rises = {heat.temperature_degc - heat.stress_free_degc for heat in heats}
    cooled, heated = any(rise < 0 for rise in rises), any(rise > 0 for rise in rises)
    return Histories(
        Share(len(given), len(designs)),
        tuple(dict.fromkeys(table.cooling_k_per_s for table in given)),
        tuple(dict.fromkeys(table.rest_s for table in given)),
        ("cooled",) * cooled + ("heated",) * heated,
    )


def _sentences(found: Histories) -> Iterator[str]:
    if not found.share.some:
        return
    who = (
        "Metals"
        if found.share.some == found.share.every
        else (f"In {found.share.some} of {found.share.every} designs metals")
    )
    yield f"{who} yield and creep: {_course(found)}."


def _course(found: Histories) -> str:
    """How it goes: ``cooled at 2 K/s, then at rest for 60 s``."""
    said = []
    if found.ways:
        said.append(f"{' or '.join(found.ways)} at {amounts(found.rates_k_per_s, 'K/s')}")
    rests = [seconds for seconds in sorted(found.rests_s) if seconds > 0]
    rest = ["without rest"] if len(rests) < len(found.rests_s) else []
    if rests:
        then = "then at" if found.ways else "at"
        rest.append(f"{then} rest for {either(rests, lambda seconds: f'{seconds:g} s')}")
    return ", ".join([*said, " or ".join(rest)])


STATEMENT = Statement(
    find=find,
    partly=lambda found: [(found.share, "a history of yield and creep")],
    sentences=_sentences,
)
