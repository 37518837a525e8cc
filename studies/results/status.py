"""How far a run is, seen from its folder: read only, while it goes on or after it ended.

What a session has told of itself (:mod:`studies.records.run_log`) is read beside the plan. Nothing
is locked and nothing written.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from studies.records.run_log import SILENT_S, read_log, silent_for_s
from studies.records.store import read_plan

State = Literal["running", "silent", "finished", "interrupted", "not started"]
LATEST = 10  # cases that ended last
WINDOW = 50  # cases over which the rate is taken


@dataclass(frozen=True)
class Status:
    """A run at an instant.

    Attributes
    ----------
    state
        ``silent`` has neither ended nor given a sign of life for half a minute: it was killed, or
        its machine is gone.
    cases, invalid
        Rows of the table, and those that the plan found impossible.
    to_solve, found
        Designs that the latest session set out to solve, and those stored before.
    ended
        Of the former by what became of them: solved, failed, invalid.
    workers
        Cases at a time; 0 on a cluster, where workers come and go.
    per_minute, left_s
        Rate over the latest cases, and the time that the rest takes at it; None where that is not
        known.
    silent_s
        Since the last sign of life.
    reasons
        Why cases failed, by number; a case that was tried again counts as it ended last.
    latest
        Cases that ended last, the newest first, as the log says them.
    working
        Cases that are being solved, the longest first, as the log says them, and for how long as
        ``for_s``; of a run that is not running those that it was at when it was last heard of.
    """

    study: str
    state: State
    cases: int
    invalid: int
    to_solve: int
    found: int
    ended: Mapping[str, int]
    workers: int
    per_minute: float | None
    left_s: float | None
    silent_s: float | None
    reasons: Mapping[str, int]
    latest: Sequence[Mapping[str, Any]]
    working: Sequence[Mapping[str, Any]]

    @property
    def left(self) -> int:
        """Designs that the session has not come to."""
        return max(self.to_solve - sum(self.ended.values()), 0)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {**asdict(self), "left": self.left}


def read_status(folder: Path, now_s: float | None = None) -> Status:
    """Look at a run.

    Parameters
    ----------
    now_s
        Seconds since 1970; by the clock without it.

    Raises
    ------
    InputError
        When the folder holds no study.
    """
    now = time.time() if now_s is None else now_s
    plan, log, silent = read_plan(folder), read_log(folder), silent_for_s(folder, now)
    starts = [k for k, line in enumerate(log) if line.get("event") == "began"]
    session = log[starts[-1] :] if starts else []
    began: Mapping[str, Any] = session[0] if session else {}
    ended = _cases(session)
    in_plan = {case.key for case in plan.cases if case.key}
    last = {line.get("key"): line for line in _cases(log) if line.get("key") in in_plan}
    failed = (str(line.get("reason")) for line in last.values() if line.get("status") == "failed")
    counts = Counter(str(line.get("status")) for line in ended)
    to_solve = int(began.get("to_solve", 0))
    state = _state(session, silent)
    rate = _per_minute(began, ended)
    left = max(to_solve - len(ended), 0)
    return Status(
        study=plan.study.name,
        state=state,
        cases=len(plan.cases),
        invalid=sum(case.key is None for case in plan.cases),
        to_solve=to_solve,
        found=int(began.get("found", 0)),
        ended={name: counts[name] for name in ("solved", "failed", "invalid")},
        workers=int(began.get("workers", 0)),
        per_minute=rate,
        left_s=60 * left / rate if rate and state == "running" else None,
        silent_s=silent,
        reasons=dict(Counter(failed).most_common()),
        latest=ended[: -LATEST - 1 : -1],
        working=_working(session, now - silent if silent and state == "silent" else now),
    )


def _cases(log: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [line for line in log if line.get("event") == "case"]


def _working(session: Sequence[Mapping[str, Any]], now_s: float) -> list[dict[str, Any]]:
    """Cases that have begun and not ended; one that was begun again as it was begun last."""
    if any(line.get("event") == "ended" for line in session):
        return []
    ended = {line.get("key") for line in _cases(session)}
    begun = {line.get("key"): line for line in session if line.get("event") == "started"}
    return [
        {**line, "for_s": round(max(now_s - line["at"], 0.0), 1)}
        for key, line in sorted(begun.items(), key=lambda item: item[1]["at"])
        if key not in ended
    ]


def _state(session: Sequence[Mapping[str, Any]], silent_s: float | None) -> State:
    if not session:
        return "not started"
    ends = [line for line in session if line.get("event") == "ended"]
    if ends:
        return "interrupted" if ends[-1].get("interrupted") else "finished"
    return "running" if silent_s is not None and silent_s < SILENT_S else "silent"


def _per_minute(began: Mapping[str, Any], ended: Sequence[Mapping[str, Any]]) -> float | None:
    """Cases a minute, over the latest of them."""
    times = [began["at"], *(line["at"] for line in ended)][-WINDOW - 1 :] if ended else []
    if len(times) < 2 or times[-1] <= times[0]:
        return None
    return 60 * (len(times) - 1) / (times[-1] - times[0])
