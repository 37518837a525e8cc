"""Who is lowest, and do the numbers carry it: comparisons across averaging lengths and errors.

Two values differ if they do so by more than the sum of their errors. They are equal within 5 % if
their difference is below 5 % of the larger one with the errors added: that is as decided as a
winner, and material data carry no finer choice. What is neither could still go either way, and only
that is undecided. A winner has to win at every averaging length; an unknown error or value decides
nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

from studies.wording.labels import Measured

SMALL_SPREAD = 0.05  # what is nearer than this is smaller than what material data are good for
ROUND_OFF = 1e-9  # relative: what is nearer than this is equal, however small its error bar
Values = Mapping[str, Measured | None]
ByLength = Mapping[float | None, Values]


class Verdict(StrEnum):
    """What the numbers decide about several designs."""

    WINNER = "winner"  # one is lowest at every length, beyond the errors
    EQUAL = "equal"  # the lowest of them are equal within 5 %, errors included, at every length
    LENGTHS = "lengths"  # who is lowest is decided, but not the same at every averaging length
    UNDECIDED = "undecided"  # within the errors, which reach beyond 5 %
    FILMS = "films"  # contact films differ, which decide the metric: no design wins by it
    MISSING = "missing"  # a value or an error is not known, or there is only one design


class Call(NamedTuple):
    """A verdict and whom it names; nobody where it is about all."""

    verdict: Verdict
    who: tuple[str, ...] = ()


@dataclass(frozen=True)
class AtLength:
    """The verdict at one averaging length: winner, equal or undecided, and between whom."""

    length_um: float | None
    verdict: Verdict
    leaders: tuple[str, ...]


@dataclass(frozen=True)
class Ranking:
    """Which of several designs has the lowest value, with the evidence.

    Attributes
    ----------
    verdict
        What is decided.
    leaders
        The winner; those that are equal and lowest; those between which it is undecided; or what
        is among the lowest at every length, if anything is.
    at
        The same at each averaging length.
    count
        How many were compared.
    """

    verdict: Verdict
    leaders: tuple[str, ...] = ()
    at: tuple[AtLength, ...] = ()
    count: int = 0

    @property
    def winner(self) -> str | None:
        return self.leaders[0] if self.verdict is Verdict.WINNER else None

    @property
    def call(self) -> Call:
        """The verdict and whom it names, to tell outcomes apart."""
        named = self.verdict is Verdict.WINNER or (
            self.verdict in (Verdict.EQUAL, Verdict.UNDECIDED) and not self.takes_in_all
        )
        return Call(self.verdict, self.leaders if named else ())

    @property
    def takes_in_all(self) -> bool:
        """Whether nobody is left outside: all are equal, or all undecided."""
        return len(self.leaders) == self.count

    @property
    def ties(self) -> tuple[AtLength, ...]:
        """The averaging lengths at which a winner and others are equal within 5 %."""
        return tuple(found for found in self.at if found.verdict is Verdict.EQUAL)


def sign_of(a: Measured | None, b: Measured | None) -> int | None:
    """Sign of a - b if it exceeds the sum of the errors, 0 if not, None if that is not known."""
    if a is None or b is None or a.error is None or b.error is None:
        return None
    apart = a.value - b.value
    margin = max(a.error + b.error, ROUND_OFF * max(abs(a.value), abs(b.value)))
    return 0 if abs(apart) <= margin else (1 if apart > 0 else -1)


def ratio(a: Measured, b: Measured) -> Measured | None:
    """a / b with its error, where both are clearly positive."""
    ea, eb = a.error or 0.0, b.error or 0.0
    if a.value <= max(2 * ea, 0.0) or b.value <= max(2 * eb, 0.0):
        return None
    value = a.value / b.value
    known = a.error is not None and b.error is not None
    return Measured(value, value * (ea / a.value + eb / b.value) if known else None)


def difference(a: Measured, b: Measured) -> Measured:
    """a - b with the sum of the errors."""
    known = a.error is not None and b.error is not None
    return Measured(a.value - b.value, (a.error or 0.0) + (b.error or 0.0) if known else None)


def are_equal(a: Measured, b: Measured) -> bool:
    """Whether two values differ by less than 5 % of the larger, the sum of the errors included."""
    if a.error is None or b.error is None:
        return False
    reach = abs(a.value - b.value) + a.error + b.error
    return reach == 0.0 or reach < SMALL_SPREAD * max(abs(a.value), abs(b.value))


def rank(values: ByLength) -> Ranking:
    """Find the lowest, or say why there is none."""
    labels = {label for found in values.values() for label in found}
    known = all(
        found.get(label) is not None and found[label].error is not None  # type: ignore[union-attr]
        for found in values.values()
        for label in labels
    )
    if len(labels) < 2 or not known:
        return Ranking(Verdict.MISSING)
    at = tuple(_at_length(length, found) for length, found in values.items())
    every = {found.verdict for found in at}
    common = tuple(a for a in at[0].leaders if all(a in found.leaders for found in at))
    alone = {unbeaten[0] if len(unbeaten := _unbeaten(found)) == 1 else None
             for found in values.values()}  # fmt: skip
    if every == {Verdict.EQUAL} and len(common) > 1:
        verdict = Verdict.EQUAL
    elif len(every) == 1 and all(found.leaders == common for found in at):
        verdict = every.pop()
    elif len(alone) == 1 and (winner := alone.pop()) is not None and Verdict.WINNER in every:
        verdict, common = Verdict.WINNER, (winner,)
    elif common and Verdict.UNDECIDED in every:
        verdict = Verdict.UNDECIDED
    else:
        verdict = Verdict.LENGTHS
    return Ranking(verdict, common, at, len(labels))


def _unbeaten(found: Values) -> list[str]:
    """Those than which nothing is lower beyond the errors."""
    return [a for a in found if not any(sign_of(found[a], v) == 1 for v in found.values())]


def _at_length(length: float | None, found: Values) -> AtLength:
    """Who is lowest at one length: what nothing beats, and what is equal to the lowest value."""
    known = {label: value for label, value in found.items() if value is not None}
    best = min(known.values(), key=lambda value: value.value)
    unbeaten = _unbeaten(found)
    leaders = {a: v for a, v in known.items() if a in unbeaten or are_equal(v, best)}
    if len(leaders) == 1:
        verdict = Verdict.WINNER
    elif all(are_equal(a, b) for a, b in itertools.combinations(leaders.values(), 2)):
        verdict = Verdict.EQUAL
    else:
        verdict = Verdict.UNDECIDED
    return AtLength(length, verdict, tuple(leaders))


def apart(a: Measured, b: Measured) -> float:
    """Difference of two values over the larger of them."""
    largest = max(abs(a.value), abs(b.value))
    return abs(a.value - b.value) / largest if largest else 0.0


def near(found: Values, winner: str | None) -> dict[str, float]:
    """Those that lie within 5 % behind a winner, though not with their errors, and how close.

    Such a difference is beyond the mesh's errors and still none to choose by.
    """
    best = found.get(winner) if winner is not None else None
    if best is None:
        return {}
    rest = {a: v for a, v in found.items() if v is not None and a != winner}
    shares = {a: apart(best, v) for a, v in rest.items() if not are_equal(best, v)}
    return {a: share for a, share in shares.items() if share < SMALL_SPREAD}


def order(found: Values) -> str | None:
    """All designs from low to high, ``<`` beyond the errors and ``≈`` within them."""
    known = [(label, value) for label, value in found.items() if value is not None]
    if len(known) < 2 or any(value.error is None for _, value in known):
        return None
    known.sort(key=lambda item: item[1].value)
    text = known[0][0]
    for (_, low), (label, high) in itertools.pairwise(known):
        text += f" {'<' if sign_of(high, low) == 1 else '≈'} {label}"
    return text


Trend = Literal["rises", "falls", "flat", "mixed", ""]


def trend(values: Mapping[float | None, Sequence[Measured | None]]) -> Trend:
    """``rises`` or ``falls`` only if every step does, at every length, beyond the errors."""
    kinds = {_trend(found) for found in values.values()}
    if "" in kinds or not kinds:
        return ""
    return kinds.pop() if len(kinds) == 1 else "mixed"


def peak(values: Mapping[float | None, Sequence[Measured | None]]) -> int | None:
    """Index of the one largest value at every length, beyond the errors; None if there is none."""
    places = set()
    for found in values.values():
        if len(found) < 3 or any(v is None for v in found):
            return None
        k = max(range(len(found)), key=lambda i: found[i].value)  # type: ignore[union-attr]
        if any(sign_of(found[k], v) != 1 for i, v in enumerate(found) if i != k):
            return None
        places.add(k)
    return places.pop() if len(places) == 1 else None


def _trend(found: Sequence[Measured | None]) -> Trend:
    if len(found) < 3:
        return ""
    signs = {sign_of(b, a) for a, b in itertools.pairwise(found)}
    if None in signs:
        return ""
    if signs == {1}:
        return "rises"
    if signs == {-1}:
        return "falls"
    return "flat" if signs == {0} else "mixed"
