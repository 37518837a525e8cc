"""What is said of the methods compared: ranges, verdicts, the table's rows, the first page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studies.report.rules.methods import own_interfaces, sets_without_result
from studies.report.words.verdicts import phrase
from studies.results.case_sets import where
from studies.results.methods import Choice, Comparison, Contrast, compare
from studies.results.ranking import Verdict
from studies.results.results import Results
from studies.wording.labels import (
    PLUS_MINUS,
    TIMES,
    Measured,
    capitalized,
    interface_title,
    listing,
    plain_number,
    with_error,
)

LONGEST = 90  # characters on where something holds, on the first page
NOT_RANKED = (Verdict.MISSING, Verdict.FILMS)


@dataclass(frozen=True)
class Line:
    """A row of a table of methods: ranges over the sets, and who is lower."""

    metric: str
    levels: list[tuple[str, bool]]
    relations: list[str]
    verdict: str


@dataclass(frozen=True)
class Section:
    """All that the page says of one choice."""

    comparison: Comparison
    summary: str
    intro: list[str]
    relation_heads: list[str]
    lines: list[Line]
    alone: list[str]


def sections(results: Results) -> list[Section]:
    """One section per factor of names."""
    out = []
    for found in compare(results):
        choice = found.choice
        first = choice.levels[0]
        own = replaced(own_interfaces(results, choice))
        out.append(Section(
            found,
            summary(results, found),
            list(filter(None, [_meaning(results, choice), own])),
            [f"{other} against {first}" for other in choice.levels[1:]],
            [line(choice, contrast) for contrast in found.contrasts],
            [
                f"{a.family.title} exists with {a.level} only: "
                f"{a.family.united(span(list(a.values)))}."
                for a in found.alone
            ],
        ))  # fmt: skip
    return out


def sets_text(choice: Choice, n: int) -> str:
    """``12 pairs``; sets, where there are more than two levels."""
    word = "pair" if len(choice.levels) == 2 else "set"
    return f"{n} {word}{'' if n == 1 else 's'}"


def span(found: Sequence[Measured], errors: bool = True, signed: bool = False) -> str:
    """Least to largest of some values: ``0.254 ± 0.004 to 0.283 ± 0.007``."""
    low, high = (f(found, key=lambda m: m.value) for f in (min, max))

    def text(m: Measured) -> str:
        said = with_error(m) if errors else plain_number(m.value, 3)
        return f"+{said}" if signed and m.value > 0 and said[:1].isdigit() else said

    if text(low) == text(high):
        return text(low)
    return f"{text(low)} to {text(high)}"


def relation(contrast: Contrast, at: str, errors: bool = True) -> str:
    """Range over the sets of a level against the first: ``× 0.254 to 0.283``."""
    found = contrast.relations(at)
    if contrast.is_ratio:
        return f"{TIMES} {span(found, errors)}"
    return contrast.family.united(span(found, errors, signed=True))


def line(choice: Choice, contrast: Contrast) -> Line:
    """A metric's row of the table."""
    there = contrast.levels
    compares_first = choice.levels[0] in there
    return Line(
        contrast.family.title_with_unit,
        [
            (_unbroken(span(contrast.values(a))) if a in there else "–", a == contrast.winner)
            for a in choice.levels
        ],
        [
            _unbroken(relation(contrast, a)) if a in there and compares_first else "–"
            for a in choice.levels[1:]
        ],
        verdict(choice, contrast),
    )


def _unbroken(text: str) -> str:
    """With spaces that keep value and error on one line."""
    return text.replace(f" {PLUS_MINUS} ", f"\N{NO-BREAK SPACE}{PLUS_MINUS}\N{NO-BREAK SPACE}")


def verdict(choice: Choice, contrast: Contrast) -> str:
    """Which level is lower in which cases."""
    n = len(contrast.sets)
    fewer = f" of the {len(choice.sets)}" if n < len(choice.sets) else ""
    if contrast.outcome is not None:
        everywhere = f" in all {sets_text(choice, n)}" if n > 1 else f" in {sets_text(choice, n)}"
        text = phrase(contrast.outcome) + everywhere + fewer
    else:
        text = "; ".join(outcomes(contrast))
    named = any(call.verdict is Verdict.WINNER for call in contrast.calls)
    if contrast.is_small and named:
        text += "; by less than 5 %, no reason to choose"
    return text


def outcomes(contrast: Contrast) -> list[str]:
    """Every outcome with the cases it holds for."""
    choice = contrast.choice
    every = choice.rows(contrast.sets)
    words = [phrase(call) for call in contrast.calls]
    places: dict[str, str | None] = {}
    for word in dict.fromkeys(words):
        mine = [row for row, w in zip(every, words, strict=True) if w == word]
        at = where(mine, every, choice.others)
        places[word] = at if at and len(at) <= LONGEST else None
    places = dict(sorted(places.items(), key=lambda item: item[0] not in choice.levels))
    vague = [word for word, at in places.items() if at is None]
    said = [f"{word} at {at}" for word, at in places.items() if at is not None]
    if len(vague) == 1:
        return [*said, f"{vague[0]} elsewhere"]
    n = sets_text(choice, len(every))
    return said + [f"{word} in {words.count(word)} of {n}" for word in vague]


def summary(results: Results, found: Comparison) -> str:
    """The first page's sentence on a choice."""
    choice = found.choice
    clear = [c for c in found.contrasts if not c.is_small]
    lower = "lower" if len(choice.levels) == 2 else "lowest"
    said = []
    for a in choice.levels:
        mine = [_with_range(c) for c in clear if c.winner == a]
        if mine:
            said.append(f"{a} is {lower} for {listing(mine)}")
    rest = []
    for c in clear:
        text = ", ".join(outcomes(c))
        verdicts = {call.verdict for call in c.calls}
        decided = c.outcome is None and verdicts <= {Verdict.WINNER, Verdict.EQUAL}
        if decided and len(text) <= LONGEST:
            said.append(f"for {c.family.short} it is {text}")
        elif c.winner is None and verdicts & {Verdict.WINNER, Verdict.LENGTHS, *NOT_RANKED}:
            rest.append(c.family.short)
    if rest:
        unknown = any(c.outcome in [(verdict, ()) for verdict in NOT_RANKED] for c in clear)
        word = "changes or is not ranked" if unknown else "changes"
        said.append(f"which is lower {word} for {listing(rest)}")
    if not said:
        return ""
    levels = listing((_named(results, choice, a) for a in choice.levels), "or")
    brackets = f" (in brackets {choice.levels[1]} against {choice.levels[0]})"
    brackets = brackets if len(choice.levels) == 2 and any("(" in text for text in said) else ""
    return (
        f"{capitalized(choice.title)} {levels}, {sets_text(choice, len(choice.sets))}{brackets}: "
        f"{'; '.join(said)}."
    )


def _named(results: Results, choice: Choice, at: str) -> str:
    """A level as it is written, a part with its title."""
    title = results.parts.get(at, at) if choice.path == "part" else at
    if title == at:
        return at
    title = re.sub(r"\s*\([^()]*\)$", "", title)
    plain = title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] == " " else title
    return f"{at} ({plain})"


def replaced(found: Mapping[str, Sequence[str]]) -> str:
    """Which interfaces only some levels have, and what the others have in their place."""
    said = [
        f"{listing(map(interface_title, names)) or 'none such'} with {a}"
        for a, names in found.items()
    ]
    return f"Interfaces that not every level has: {'; in its place '.join(said)}." if said else ""


def _meaning(results: Results, choice: Choice) -> str:
    """What the levels are, how many sets there are, and which hold one design twice."""
    said = []
    if choice.path == "part":
        said.append("; ".join(f"{a}: {results.parts[a]}" for a in choice.levels) + ".")
    missing = sets_without_result(results, choice)
    if missing > 0:
        said.append(f"{sets_text(choice, missing)} more lack a result.")
    if choice.same:
        said.append(
            f"{capitalized(sets_text(choice, choice.same))} more hold the same design at every "
            "level and are left out."
        )
    return " ".join(said)


def _with_range(contrast: Contrast) -> str:
    if len(contrast.choice.levels) > 2:
        return contrast.family.short
    return f"{contrast.family.short} ({relation(contrast, contrast.levels[1], errors=False)})"
