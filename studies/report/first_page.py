"""The first page: the question, the state shown, verdicts, and five sentences at most."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from studies.report import tables
from studies.report.rules.compared import Finding, added_by_loads, everywhere, shared
from studies.report.rules.model_statement import state
from studies.report.rules.scattered import review, scatters
from studies.report.section import Report
from studies.report.sections.scatter import front
from studies.report.words import compared as say
from studies.report.words import lives as life_words
from studies.report.words import migration as migration_words
from studies.report.words import model_statement
from studies.report.words import probed as mark_words
from studies.report.words import scattered as scatter_words
from studies.report.words.nonlinear import fatigue as fatigue_words
from studies.report.words.nonlinear import yielding as yield_words
from studies.results.results import Results
from studies.wording.labels import capitalized, listing
from studies.wording.levels import level

MOST_SENTENCES = 5
MOST_ROWS = 12  # more do not fit one screen beside the sentences


def first_page(report: Report) -> dict[str, Any]:
    """The question, the state shown, a verdict per metric, and a few sentences."""
    results = report.results
    rows, alike = first_rows(results, shared(report.findings))
    return {
        "title": results.study.title or results.study.name,
        "question": results.study.question.strip(),
        "state": model_statement.state(state(results)),
        "stress": model_statement.stress(state(results)),
        "counts": counts(results),
        "headline_um": level(results.headline_um),
        "base_text": capitalized(results.base_text),
        "left": _left(len(report.findings) - len(rows), alike),
        "headings": tables.headings(results, results.compared),
        "at_a_glance": tables.at_a_glance(results, rows),
        "in_short": in_short(report),
        "closing": closing(report),
        "short_names": [(short, name) for name, short in results.names.items()],
    }


def first_rows(results: Results, found: Sequence[Finding]) -> tuple[list[Finding], int]:
    """What the first page shows, and how many rows made room for it.

    What the study's loads add comes first, unless the study lists its metrics itself. Where not all
    fit, those make room in which all designs are equal within 5 %, but not the loads' own. A metric
    is not cut off between its places.
    """
    own = set() if results.study.metrics else added_by_loads(results)
    rows = sorted(found, key=lambda f: f.family.stem not in own)
    if len(rows) > MOST_ROWS:
        rows = [f for f in rows if f.family.stem in own or not f.is_shared]
    metrics = [f.family.known and f.family.known.metric for f in rows]
    end = min(MOST_ROWS, len(rows))
    while 0 < end < len(rows) and metrics[end] is not None and metrics[end] is metrics[end - 1]:
        end += 1
    return rows[:end], len(found) - len(rows)


def _left(rows: int, alike: int) -> str:
    """How many rows are not here, and of how many that is because they tell nothing apart."""
    why = f", {alike} of them equal within 5 % in all of these designs" if alike else ""
    return f"; {rows} more under Comparison{why}" if rows else ""


def in_short(report: Report) -> list[str]:
    """The findings in a few sentences: who is lowest, what is not told apart, and where.

    What is found of a probe's mark comes first, for it may be a no-go; what a load is found to do
    before what is not told apart. Loads and methods take turns for what sentences are left, their
    sections say all of it.
    """
    results, found = report.results, shared(report.findings)
    out = [
        *([] if report.marks is None else mark_words.in_short(report.marks)),
        scatter_words.in_short(review(results) if scatters(results) else None, results),
        front.in_short(results),
        say.winners_in_short(found),
        yield_words.in_short(report.yielding),
        life_words.in_short(report.lives),
        fatigue_words.in_short(report.fatigue),
        migration_words.in_short(results, report.migrating),
    ]
    rest = [say.others_in_short(found), say.everywhere(everywhere(results, found))]
    each = [*(load.summary for load in report.loads), [m.summary for m in report.methods]]
    turns = list(itertools.chain.from_iterable(itertools.zip_longest(*each)))
    first = turns[: len(report.loads)]
    return [text for text in [*out, *first, *rest, *turns[len(first) :]] if text][:MOST_SENTENCES]


def closing(report: Report) -> str:
    """That the comparison has one side, where unetched pads are compared and none is probed."""
    compares = report.results.compares_variants and any(
        entry.design.depth_ratio == 0.0 for entry in report.results.compared
    )
    return mark_words.UNPROBED_ELSEWHERE if compares and report.marks is None else ""


def counts(results: Results) -> str:
    """How many cases there are and what became of them."""
    said = [
        f"{n} {word}"
        for status, word in (
            ("solved", "solved"), ("failed", "failed"), ("invalid", "impossible"),
            ("pending", "not run"),
        )
        if (n := sum(row["status"] == status for row in results.rows)) or status == "solved"
    ]  # fmt: skip
    return f"{len(results.rows)} cases: {listing(said)}"
