"""Who is lowest, in words: a cell, a phrase or a sentence for every verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from studies.metrics.families import Family
from studies.results.ranking import SMALL_SPREAD, AtLength, Call, Ranking, Verdict
from studies.wording.labels import capitalized, listing, percent
from studies.wording.levels import level

WITHIN = f"within {percent(SMALL_SPREAD)}"
EQUAL = f"equal {WITHIN}"


def cell(ranking: Ranking) -> str:
    """The verdict in one or two words, for a table of many."""
    match ranking.verdict:
        case Verdict.WINNER:
            return ranking.leaders[0]
        case Verdict.EQUAL:
            return "equal" if ranking.takes_in_all else " = ".join(ranking.leaders)
        case Verdict.LENGTHS:
            return "by length"
        case Verdict.UNDECIDED:
            who = "" if ranking.takes_in_all else f": {' / '.join(ranking.leaders)}"
            return f"undecided{who}"
        case Verdict.FILMS:
            return "films differ"
        case _:
            return "–"


def phrase(call: Call) -> str:
    """The verdict in a few words: ``no recess`` or ``no recess and full depth, equal ...``."""
    verdict, who = call
    match verdict:
        case Verdict.WINNER:
            return who[0]
        case Verdict.EQUAL:
            return f"{listing(who)}, {EQUAL}" if who else EQUAL
        case Verdict.LENGTHS:
            return "depends on the averaging length"
        case Verdict.UNDECIDED:
            if len(who) == 1:
                return f"undecided, although {who[0]} leads"
            return f"undecided between {listing(who)}" if who else "undecided"
        case Verdict.FILMS:
            return "not ranked, their contact films differ"
        case _:
            return "not ranked"


def both_ways(before: str, after: str) -> str:
    """What is said before and after, once where that is the same."""
    return before if before == after else f"{before} → {after}"


def explained(ranking: Ranking) -> str:
    """Why nobody is lowest: the phrase, with who is at which length."""
    text = phrase(ranking.call)
    if ranking.verdict is not Verdict.LENGTHS:
        return text
    found: dict[str, list[str]] = {}
    for at in ranking.at:
        found.setdefault(_at(at), []).append(level(at.length_um))
    per = ", ".join(f"{who} at {listing(lengths)} µm" for who, lengths in found.items())
    return f"{text} ({per})"


def outcome(ranking: Ranking, close: Mapping[str, float]) -> str:
    """The phrase, with who lies close behind a winner."""
    said = [phrase(ranking.call), *_ties(ranking)]
    return ", ".join(said) + (f" ({near_by(close)})" if close else "")


def sentence(family: Family, ranking: Ranking, close: Mapping[str, float] | None = None) -> str:
    """The verdict as a sentence; a winner is named only where there is one.

    ``close`` holds those too close behind it to choose by the difference.
    """
    everywhere = f" at {lengths_text(family.lengths)}" if len(family.lengths) > 1 else ""
    who = listing(ranking.leaders)
    match ranking.verdict:
        case Verdict.WINNER:
            text = f"{capitalized(who)} is lowest{everywhere}, beyond the errors"
            text += "".join(f"; {tie}" for tie in _ties(ranking))
            if close:
                text += f", but {near_by(close, 'is')}: do not choose between them by it"
            return f"{text}."
        case Verdict.EQUAL:
            if ranking.takes_in_all:
                return f"Equal {WITHIN}{everywhere}, errors included."
            return f"{capitalized(who)} are lowest and {EQUAL}{everywhere}, errors included."
        case Verdict.LENGTHS:
            per = [f"{_at(at)} at {level(at.length_um)} µm" for at in ranking.at]
            return f"The ranking depends on the averaging length: lowest is {'; '.join(per)}."
        case Verdict.UNDECIDED:
            open_at = [at for at in ranking.at if at.verdict is Verdict.UNDECIDED]
            some = ""
            if len(open_at) < len(ranking.at):
                some = f" at {listing(level(at.length_um) for at in open_at)} µm"
            if len(ranking.leaders) == 1:
                return f"Undecided: {who} leads, but{some} only within the errors."
            between = "" if ranking.takes_in_all else f" between {who}"
            return f"Undecided{between}{some}: within the errors, which reach beyond 5 %."
        case Verdict.FILMS:
            return (
                "Not ranked: their contact films differ, and a film spreads the current, so that "
                "the worse contact has the lower density. Compare heat and voltage of the contact."
            )
        case _:
            return "Not ranked: a value or its error is missing."


def near_by(close: Mapping[str, float], verb: str = "") -> str:
    """Who is how near: ``full depth is within 0.84 %``."""
    verb = f" {verb}" if verb else ""
    return listing(f"{label}{verb} within {percent(share)}" for label, share in close.items())


def lengths_text(lengths: Iterable[float]) -> str:
    """Averaging lengths, ``all averaging lengths`` where they are more than two."""
    lengths = list(lengths)
    text = f"{listing(level(x) for x in lengths)} µm"
    return f"all averaging lengths ({text})" if len(lengths) > 2 else text


def _at(at: AtLength) -> str:
    """Who is lowest at one length."""
    return phrase(Call(at.verdict, at.leaders))


def _ties(ranking: Ranking) -> list[str]:
    """At which lengths others are as low as a winner."""
    if ranking.verdict is not Verdict.WINNER:
        return []
    found: dict[str, list[str]] = {}
    for at in ranking.ties:
        others = listing(a for a in at.leaders if a != ranking.winner)
        found.setdefault(others, []).append(level(at.length_um))
    return [f"{others} {EQUAL} of it at {listing(lengths)} µm" for others, lengths in found.items()]
