"""What a curve of energy release rates says against a toughness, and no more than it says.

At each length computed, G with its error lies above the toughness, below it, or the toughness lies
within the error. A crack starts, or arrests, between two neighbouring lengths of which one is above
and one below. Of lengths between or beyond those computed nothing is said.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from studies.wording.levels import level


class Outcome(StrEnum):
    """Of one length against the toughness."""

    above = "above"
    below = "below"
    within = "within error"
    overlaps = "overlaps"  # a contact problem that is not solved: this G cannot say


DEFINITE = (Outcome.above, Outcome.below)
SAID = {
    Outcome.above: "G is above the toughness",
    Outcome.below: "G is below the toughness",
    Outcome.within: "the toughness lies within the error of G",
    Outcome.overlaps: "the faces overlap, so this G cannot say",
}


def outcome_of(g: float, error: float, toughness: float, overlaps: bool) -> Outcome:
    """The outcome at one length; G, its error and the toughness in J/m2."""
    if overlaps:
        return Outcome.overlaps
    if g - error > toughness:
        return Outcome.above
    return Outcome.below if g + error < toughness else Outcome.within


@dataclass(frozen=True)
class _Run:
    """Neighbouring lengths with the same outcome, um."""

    outcome: Outcome
    lengths_um: tuple[float, ...]

    @property
    def first(self) -> float:
        return self.lengths_um[0]

    @property
    def last(self) -> float:
        return self.lengths_um[-1]

    @property
    def where(self) -> str:
        n = len(self.lengths_um)
        if n == 1:
            return f"at {level(self.first)} um"
        if n == 2:
            return f"at {level(self.first)} and {level(self.last)} um"
        return f"at {n} lengths from {level(self.first)} to {level(self.last)} um"

    @property
    def sentence(self) -> str:
        return f"{self.where} {SAID[self.outcome]}"


def verdict(found: Iterable[tuple[float, Outcome]]) -> str:
    """Whether the crack starts, grows or arrests, and the lengths that this rests on.

    Parameters
    ----------
    found
        Lengths, um, ascending, with their outcomes.
    """
    runs = [
        _Run(outcome, tuple(length for length, _ in group))
        for outcome, group in itertools.groupby(found, key=lambda pair: pair[1])
    ]
    if len(runs) == 1 and len(runs[0].lengths_um) == 1:
        return runs[0].sentence  # one length: nothing of a curve
    return f"{', '.join(_headline(runs))}: {', '.join(run.sentence for run in runs)}"


def _headline(runs: Sequence[_Run]) -> list[str]:
    """What happens, in the order of the lengths."""
    if len(runs) == 1 and runs[0].outcome is Outcome.above:
        return ["grows from every length computed, no arrest among them"]
    if len(runs) == 1 and runs[0].outcome is Outcome.below:
        return ["starts from no length computed"]
    said: list[str] = []
    before: _Run | None = None  # the last definite one
    between: list[_Run] = []  # those since
    for run in runs:
        if run.outcome not in DEFINITE:
            between.append(run)
            continue
        said += _turn(before, between, run)
        before, between = run, []
    if before is None:
        return ["open"]
    if between:
        what = "goes on" if before.outcome is Outcome.above else "starts"
        said.append(f"open whether it {what} beyond {level(before.last)} um")
    return said


def _turn(before: _Run | None, between: Sequence[_Run], run: _Run) -> list[str]:
    """From one definite run to the next."""
    above = run.outcome is Outcome.above
    unsure = [r for r in between if r.outcome is Outcome.within]
    # without a run before, or overlapping in between: another problem
    if before is None or len(unsure) < len(between):
        return [f"{'grows' if above else 'does not grow'} from {level(run.first)} um"]
    if before.outcome is run.outcome:
        may = "arrest" if above else "start"
        return [f"may {may} {r.where}" for r in unsure]
    what = "starts" if above else "arrests"
    return [f"{what} between {level(before.last)} and {level(run.first)} um"]
