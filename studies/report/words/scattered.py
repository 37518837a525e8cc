"""The few sentences that a design review needs of a study that scatters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from studies.reliability.study.limits import Difference, LimitProbability
from studies.reliability.study.surrogates import Sensitivity
from studies.report.rules.scattered import SMALL, STEP, LimitReview, Review
from studies.results.results import Results
from studies.wording.labels import capitalized, factor_name, listing, uncapitalized

CLEAR = 0.1  # of a variance, from which a factor is named


def sentences(found: Review, results: Results) -> list[str]:
    """From who keeps all limit states to what each of them hangs on."""
    parts = {name: uncapitalized(title) for name, title in results.parts.items()}
    said = _verdict(found, parts)
    for one in found.limits:
        said.append(_fails(one, parts))
        said += _differs(one, parts)
        if one.worst.interval[0] > 0:
            said.append(_hangs(one, parts))
        if one.driver is not None and one.worst.interval[0] > 0:
            said.append(_driven(one.driver, parts))
    if found.narrowed is not None and found.narrowed[1] >= 1.05:
        low, high = (f"{ratio:.2g}" for ratio in found.narrowed)
        times = f"{low} times" if low == high else f"{low} to {high} times"
        said.append(
            "Parts that draw the same points are compared design by design. Where both fail, that "
            f"makes the interval of their difference {times} shorter than what the designs leave "
            "without pairs."
        )
    return said


def in_short(found: Review | None, results: Results) -> str:
    """Which parts keep all limit states, and which do not."""
    if found is None:
        return ""
    parts = {name: uncapitalized(title) for name, title in results.parts.items()}
    return f"Probability of failure. {' '.join(_verdict(found, parts))}"


def _verdict(found: Review, parts: Mapping[str, str]) -> list[str]:
    limits = f"{len(found.limits)} limit states" if len(found.limits) > 1 else "the limit state"
    said = []
    if found.keep:
        verb = "fail" if len(found.keep) > 1 else "fails"
        none = f"none of {limits}" if len(found.limits) > 1 else f"{limits} not"
        said.append(
            f"{capitalized(listing(parts[name] for name in found.keep))} {verb} {none} in "
            f"{_percent(SMALL)} of what the line makes, or more."
        )
    if found.fail:
        each = []
        for name in found.fail:
            lost = [one.limit for one in found.limits for p in one.found
                    if p.part == name and p.interval[0] >= SMALL]  # fmt: skip
            each.append(f"{parts[name]} ({listing(lost)})")
        said.append(f"Beyond {_percent(SMALL)} for certain: {listing(each)}.")
    open_ = [name for name in dict.fromkeys(p.part for one in found.limits for p in one.found)
             if name not in found.keep and name not in found.fail]  # fmt: skip
    if open_:
        said.append(
            f"Within the intervals it is open whether {listing(parts[n] for n in open_)} "
            f"{'stay' if len(open_) > 1 else 'stays'} below {_percent(SMALL)}: more designs, or "
            "finer meshes, decide it."
        )
    return said


def _fails(one: LimitReview, parts: Mapping[str, str]) -> str:
    each = [f"{parts[p.part]} in {_probability(p)}" for p in one.found]
    return f"{capitalized(one.limit)} ({one.survives}) fails with {listing(each)}."


def _probability(one: LimitProbability) -> str:
    low, high = one.interval
    if low <= 0:
        return f"{_percent(high)} at most"
    return f"{_percent(one.probability)} ({_percent(low)} to {_percent(high)})"


def _differs(one: LimitReview, parts: Mapping[str, str]) -> list[str]:
    said, undecided = [], []
    for pair in one.differences:
        if pair.interval[0] <= 0 <= pair.interval[1]:
            if max(p.interval[1] for p in one.found if p.part in (pair.part, pair.other)) < SMALL:
                continue
            undecided.append((parts[pair.other], parts[pair.part]))
            continue
        more, less = (pair.part, pair.other) if pair.interval[0] > 0 else (pair.other, pair.part)
        said.append(f"{parts[more]} more often than {parts[less]}, by {_points(pair)}")
    out = [f"By {one.limit} {_semicolons(said)}."] if said else []
    if undecided:
        out.append(f"By {one.limit} it is open {_which(undecided)}.")
    return out


def _which(pairs: Sequence[tuple[str, str]]) -> str:
    """Which of some parts fails more often, where that is open between each two; else by pairs."""
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    if len(pairs) == len(names) * (len(names) - 1) // 2:
        return f"which of {listing(names)} fails more often"
    return f"which fails more often: {'; '.join(' or '.join(pair) for pair in pairs)}"


def _semicolons(said: Sequence[str]) -> str:
    return f"{said[0].replace(' more often', ' fails more often', 1)}" + "".join(
        f"; {each}" for each in said[1:]
    )


def _points(pair: Difference) -> str:
    low, high = sorted(abs(end) for end in pair.interval)
    return f"{100 * low:.2g} to {100 * high:.3g} points of 100"


def _hangs(one: LimitReview, parts: Mapping[str, str]) -> str:
    """How the worst part's probability moves with the limit."""
    name, what = parts[one.worst.part], "strength" if one.has_strength else "limit"
    low, high = (_percent(moved.probability) for moved in one.moved)
    said = (
        f"With a {what} of {STEP[0]:g} and {STEP[1]:g} times the stated one {name} fails in {low} "
        f"and {high} instead of {_percent(one.worst.probability)}"
    )
    if one.needed is not None:
        said += f"; in less than {_percent(SMALL)} for certain with {one.needed:.3g} times"
    return f"{said}."


def _driven(found: Sensitivity, parts: Mapping[str, str]) -> str:
    assert found.indices is not None
    total = found.indices.total
    order = np.argsort([-each.share for each in total], kind="stable")
    named = [k for k in order if total[k].shown and total[k].share >= CLEAR] or [order[0]]
    each = [
        f"{factor_name(found.factors[k])} ({100 * total[k].interval[0]:.0f} to "
        f"{100 * total[k].interval[1]:.0f} % of the variance)"
        for k in named
    ]
    if not total[named[0]].shown:
        return f"What makes it scatter in {parts[found.part]} is not shown beyond the errors."
    return f"What makes it scatter in {parts[found.part]}: {listing(each)}."


def _percent(share: float) -> str:
    """Per cent to two digits, and never as all or nothing where it is not."""
    if 0 < share < 1e-4:
        return "less than 0.01 %"
    if 0.995 <= share < 1:
        return "more than 99 %"
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"
