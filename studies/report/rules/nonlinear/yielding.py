"""What yield and creep change: rankings of the designs side by side, and stresses up or down.

An elastic stress is an upper bound where none of the designs that were solved both ways has a
higher one once its metals yield and creep. Load that a yielding metal sheds goes elsewhere, so
that has to be found, metric by metric.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studies.metrics.families import Family
from studies.results.ranking import Ranking, Values, Verdict, ratio, sign_of
from studies.results.results import Results, by_length, rank_rows
from studies.results.twins import Twins, compared_twins, twins

DECIDED = (Verdict.WINNER, Verdict.EQUAL, Verdict.LENGTHS)


@dataclass(frozen=True)
class Moves:
    """In how many designs a stress is lower, higher, or not told apart after yield and creep.

    Of each design it is the worst of all averaging lengths: higher where it is so at any, lower
    where it is so at some and higher at none. ``most`` is the largest ratio of the two where it is
    higher and both are clearly tension, else None.
    """

    lower: int
    higher: int
    same: int
    most: float | None = None

    @property
    def count(self) -> int:
        return self.lower + self.higher + self.same


@dataclass(frozen=True)
class Change:
    """One metric of stress, elastic and after yield and creep; or of what has flowed."""

    family: Family
    length_um: float | None
    elastic: Ranking
    flowed: Ranking
    elastic_values: Values
    flowed_values: Values
    moves: Moves

    @property
    def changes(self) -> bool:
        """Whether who is lowest is decided both ways, and not alike."""
        both = self.elastic.verdict in DECIDED and self.flowed.verdict in DECIDED
        return both and self.elastic.call != self.flowed.call

    @property
    def stays(self) -> bool:
        """Whether who is lowest is decided both ways, and alike."""
        return self.elastic.verdict in DECIDED and self.elastic.call == self.flowed.call

    @property
    def is_bound(self) -> bool:
        """Whether the elastic stress is nowhere exceeded, and somewhere above."""
        return self.moves.higher == 0 and self.moves.lower > 0


@dataclass(frozen=True)
class Yielding:
    """All that is found; ``labels`` are those of the designs side by side, ``pairs`` how many."""

    labels: tuple[str, ...]
    pairs: int
    changes: tuple[Change, ...]


def yielding(results: Results) -> Yielding | None:
    """What yield and creep change; None where no design was solved both ways."""
    every = twins(results)
    elastic, flowed = compared_twins(results)
    if not every or not elastic:
        return None
    out = []
    for family in results.shown:
        before, after = ({e.label: e.row for e in each} for each in (elastic, flowed))
        length = family.at(results.headline_um)
        values = by_length(family, before)[length], by_length(family, after)[length]
        there = [any(v is not None for v in each.values()) for each in values]
        # what flows is no stress, and nothing elastic has any
        if any(there) if family.is_stress else there == [False, True]:
            rankings = rank_rows(family, before), rank_rows(family, after)
            out.append(Change(family, length, *rankings, *values, _moves(family, every)))
    return Yielding(tuple(e.label for e in elastic), len(every), tuple(out))


def _moves(family: Family, every: Sequence[Twins]) -> Moves:
    lower = higher = same = 0
    most: float | None = None
    for pair in every:
        signs = []
        for length in family.columns():
            before, after = (family.read(row, length) for row in pair)
            if (sign := sign_of(after, before)) is None:
                continue
            signs.append(sign)
            assert before is not None and after is not None
            if sign == 1 and (times := ratio(after, before)) is not None:
                most = max(most or 0.0, times.value)
        higher += 1 in signs
        lower += bool(signs) and 1 not in signs and -1 in signs
        same += bool(signs) and set(signs) == {0}
    return Moves(lower, higher, same, most)
