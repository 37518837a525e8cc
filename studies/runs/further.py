"""Further points of a study that has been run: added to its file, solved, and stored as its own.

They are cases of a part of their own that is ``more_of`` another, so that surrogates of that one
are fitted with them and its probabilities, which count what a distribution has drawn, are not. The
study is taken as its folder holds it, and written there with the points: a later run of
``DIR/study.toml`` and the report know them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from fem_bump.errors import InputError
from groundwork.toml_text import toml_text
from studies.plan.study_files import WrittenStudy, study_files
from studies.records import store
from studies.records.record import Result
from studies.records.strict_json import plain, to_json
from studies.runs import CASE_TIMEOUT_S
from studies.runs.processes import EVALUATOR
from studies.runs.progress import Progress
from studies.runs.rounds import run_rounds

Point = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """What became of a point.

    Attributes
    ----------
    part, number
        Where it stands among the study's cases.
    factors
        The point, values by dotted path.
    status
        ``solved``, ``failed``, ``invalid`` (no possible design), or ``pending`` (not reached).
    reason
        Why it is not solved.
    result
        What it was found to be, where it is solved.
    """

    part: str
    number: int
    factors: Point
    key: str | None
    status: str
    reason: str | None
    result: Result | None


def solve_further(
    folder: str | Path,
    part: str,
    points: Sequence[Point],
    *,
    name: str,
    title: str = "",
    jobs: int | None = None,
    progress: Progress | None = None,
    case_timeout_s: float = CASE_TIMEOUT_S,
    evaluator: str = EVALUATOR,
) -> list[Case]:
    """Solve further points of a part; those that are stored already are not solved again.

    Of the rest of the study nothing is solved. A point that failed before is tried again.

    Parameters
    ----------
    folder
        Output folder of a run.
    part
        Which part they are points of.
    points
        A value of every factor of the part by dotted path, each.
    name, title
        Of the part of further points, which is made, or extended where it is there.
    jobs, progress, case_timeout_s, evaluator
        As of :func:`studies.runs.runner.run_study`.

    Returns
    -------
    list of Case
        In the order of the points.

    Raises
    ------
    InputError
        For a folder without a study, a part that it has not, or a point that does not give every
        factor of it.
    KeyboardInterrupt
        After what is solved has been stored.
    """
    folder = Path(folder)
    stored = store.read_plan(folder)  # refused here where a folder holds no study
    _check_part(folder, part, [each.name for each in stored.study.part if each.more_of is None])
    if not points:
        return []
    asked = [_said(point) for point in points]
    with store.locked(folder) as owner:
        text = study_files(folder / "study.toml").text
        text = with_points(text, part, [plain(dict(point)) for point in points], name, title)
        done = run_rounds(
            WrittenStudy(text, folder, "study.toml"),
            folder,
            jobs=jobs,
            progress=progress,
            case_timeout_s=case_timeout_s,
            evaluator=evaluator,
            say_notes=False,
            held=owner,
            wanted=lambda case: case.part == name and _said(case.factors) in asked,
        )
    if done.interrupted:
        raise KeyboardInterrupt("what is solved is stored; the same call goes on from there")
    found = _cases(folder, name)
    return [found[each] for each in asked]


def _check_part(folder: Path, part: str, parts: Sequence[str]) -> None:
    if part not in parts:
        raise InputError(f"the study in '{folder}' has no part '{part}'; it has {', '.join(parts)}")


def with_points(text: str, part: str, points: Sequence[Point], name: str, title: str) -> str:
    """A study's text with further points of a part; comments stay where they can."""
    wanted = _added(tomllib.loads(text), part, points, name, title)
    try:
        found = tomlkit.dumps(_added(tomlkit.parse(text), part, points, name, title))
        if tomllib.loads(found) == wanted:
            return found
    except (TOMLKitError, tomllib.TOMLDecodeError):  # parts that stand in braces
        pass
    return toml_text(wanted)


def _added(document: Any, part: str, points: Sequence[Point], name: str, title: str) -> Any:
    """A study's data, plain or with the comments around them, with further points of a part."""
    mine = next((each for each in document["part"] if each["name"] == name), None)
    if mine is None:
        about = {"name": name, **({"title": title} if title else {}), "more_of": part}
        document["part"].append({**about, "case": _different(points, [])})
    elif mine.get("more_of") != part:
        raise InputError(f"the study has a part '{name}' that is not more_of = '{part}'")
    else:
        mine["case"].extend(_different(points, mine["case"]))
    return document


def _different(points: Sequence[Point], there: Sequence[Point]) -> list[dict[str, Any]]:
    """Those that are new, each once."""
    known = {_said(each) for each in there}
    return list({said: dict(p) for p in points if (said := _said(p)) not in known}.values())


def _said(point: Point) -> str:
    """A point as text: the same for numbers of NumPy, and in any order."""
    return to_json(dict(sorted(point.items())))


def _cases(folder: Path, name: str) -> dict[str, Case]:
    """What became of the points of a part, by their JSON."""
    plan = store.read_plan(folder)
    mine = [case for case in plan.cases if case.part == name]
    found: dict[str, Case] = {}
    for case in mine:
        record = store.read_record(folder, case.key) if case.key else None
        if case.key is None:
            status, reason = "invalid", case.reason
        elif record is None:
            status, reason = "pending", None
        else:
            status, reason = record.status, record.reason
        result = record.result if record else None
        found[_said(case.factors)] = Case(
            name, case.number, case.factors, case.key, status, reason, result
        )
    return found
