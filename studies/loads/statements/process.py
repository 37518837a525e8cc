"""A process in a report: that stresses are those it leaves, and with which temperatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from studies.loads.phrases import amounts
from studies.loads.shipped.process import UNDERFILL, ProcessLoad, apart_of
from studies.loads.statement import Share, Statement

if TYPE_CHECKING:
    from geometry import Design


class Processes(NamedTuple):
    """Of how many designs the stress is what the process leaves, and how hot its etches are.

    ``soldered`` and ``filled``: whether any of them has a bump of solder, an underfill.
    """

    share: Share
    ambient_degc: tuple[float, ...]
    soldered: bool
    filled: bool


def find(designs: Sequence[Design], tables: Sequence[ProcessLoad | None]) -> Processes:
    """The processes of those designs that follow theirs."""
    pairs = zip(designs, tables, strict=True)
    given = [(table, apart_of(design)) for design, table in pairs if table is not None]
    return Processes(
        Share(len(given), len(designs)),
        tuple(dict.fromkeys(table.ambient_degc for table, _ in given)),
        any("bump" in late for _, late in given),
        any(UNDERFILL in late for _, late in given),
    )


def _sentences(found: Processes) -> Iterator[str]:
    if not found.share.some:
        return
    some = found.share.some != found.share.every
    which = f"In {found.share.some} of {found.share.every} designs stresses" if some else "Stresses"
    solder = ", solder freezes after the films, without stress" if found.soldered else ""
    filler = ", an underfill cures last, without stress" if found.filled else ""
    yield (
        f"{which} are those that the process leaves: each film is born on the stack as it is then, "
        "at its deposition temperature and with its intrinsic stress, etches are done at "
        f"{amounts(found.ambient_degc, '°C')}{solder}{filler}."
    )


def _left_out(found: Processes) -> Iterator[tuple[str, str]]:
    """What designs leave out that do not follow their process."""
    some, every = found.share
    if some < every:
        films = f"In {every - some} of {every} designs films" if some else "Films"
        yield (
            "Stress from processing",
            f"{films} are stress-free at the stated temperature; the intrinsic stress of sputtered "
            "and plated films, and of cured polymers, is left out.",
        )


STATEMENT = Statement(
    find=find,
    partly=lambda found: [(found.share, "process stress")],
    sentences=_sentences,
    left_out=_left_out,
)
