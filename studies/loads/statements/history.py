"""A history in a report: at which rate, how long a rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

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


def find(designs: Sequence[Design], tables: Sequence[HistoryLoad | None]) -> Histories:
    """The histories of those designs that have one."""
    given = [table for table in tables if table is not None]
    return Histories(
        Share(len(given), len(designs)),
        tuple(dict.fromkeys(table.cooling_k_per_s for table in given)),
        tuple(dict.fromkeys(table.rest_s for table in given)),
    )


def _sentences(found: Histories) -> Iterator[str]:
    if not found.share.some:
        return
    rate = amounts(found.rates_k_per_s, "K/s")
    rest = either(sorted(found.rests_s), lambda seconds: f"{seconds:g} s")
    who = (
        "Metals"
        if found.share.some == found.share.every
        else (f"In {found.share.some} of {found.share.every} designs metals")
    )
    yield f"{who} yield and creep: cooled at {rate}, then at rest for {rest}."


STATEMENT = Statement(
    find=find,
    partly=lambda found: [(found.share, "a history of yield and creep")],
    sentences=_sentences,
)
