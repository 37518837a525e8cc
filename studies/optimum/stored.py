"""A front as a run's folder keeps it: ``front.json``, and its points as ``front.csv``."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fem_bump.errors import InputError
from groundwork.files import write_atomic
from studies.optimum.question import Goal, Quantity, Question
from studies.records.strict_json import to_json
from studies.results.lives.fronts import Stand

JSON, CSV = "front.json", "front.csv"
SCHEMA = 1


@dataclass(frozen=True)
class Valued:
    """A value with the interval that its error bar, or its percentile's, leaves."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Check:
    """A solve that confirms a percentile.

    Attributes
    ----------
    case
        Part and number of the case.
    goal
        Of which objective; None: what scatters is at its medians.
    rank
        Share of the scatter, percent, that the surrogate put below it before it was solved.
    values
        Solved, of every objective.
    """

    case: tuple[str, int]
    goal: str | None
    rank: float
    values: tuple[Valued, ...]


@dataclass(frozen=True)
class Point:
    """A solved design.

    Attributes
    ----------
    part, number, key
        Its case and its record; where something scatters that with the scatter at its medians.
    factors
        Values by dotted path; where something scatters the chosen ones only.
    values
        Of every objective.
    bounds
        Of every constraint: the sum that must stay below zero.
    stand
        Sure to be on the front, open, or behind.
    on_front
        Whether it is on the front by its values alone.
    checks
        What confirms a percentile.
    confirmed
        Whether the checks lie within the percentile's interval; without scatter always.
    """

    part: str
    number: int
    key: str
    factors: Mapping[str, Any]
    values: tuple[Valued, ...]
    bounds: tuple[Valued, ...]
    stand: Stand
    on_front: bool
    checks: tuple[Check, ...] = ()
    confirmed: bool = True

    @property
    def is_sure_of_bounds(self) -> bool:
        """Whether its constraints hold whatever the bars hide."""
        return all(bound.high < 0 for bound in self.bounds)


@dataclass(frozen=True)
class Round:
    """Designs that the search proposed, solved together.

    Attributes
    ----------
    asked, solved
        How many cases, and how many of them have all numbers.
    agreed
        How many of the solved were as predicted: within the bar of the solve, or 2 % of what the
        objective varies over the part's designs, whichever is larger.
    furthest
        The largest distance of a solve from its prediction, over what would have agreed.
    """

    asked: int
    solved: int
    agreed: int
    furthest: float | None


@dataclass(frozen=True)
class Front:
    """The front of a part.

    Attributes
    ----------
    points
        All that were compared, those that break a constraint for certain apart.
    broken
        How many those are.
    agreed
        Whether the last round was as predicted, or proposed nothing that was not solved before.
    why_not
        Why there is none.
    """

    part: str
    points: tuple[Point, ...] = ()
    broken: int = 0
    rounds: tuple[Round, ...] = ()
    agreed: bool = False
    why_not: str = ""

    @property
    def shown(self) -> list[Point]:
        """Points on the front by their values, in the order of the first objective."""
        found = [point for point in self.points if point.on_front]
        return sorted(found, key=lambda point: point.values[0].value)

    @property
    def close(self) -> list[Point]:
        """Points behind it by their values, but not for certain."""
        return [p for p in self.points if not p.on_front and p.stand is not Stand.BEHIND]

    @property
    def spent(self) -> int:
        return sum(one.asked for one in self.rounds)


@dataclass(frozen=True)
class Fronts:
    """What a question has found of a study's parts; ``budget`` is of cases, for each part."""

    question: Question
    fronts: tuple[Front, ...]
    budget: int
    seed: int

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        q = self.question
        return {
            "schema": SCHEMA,
            "objectives": [{"metric": goal.metric, "sense": goal.sense} for goal in q.goals],
            "constraints": [vars(bound) for bound in q.bounds],
            "percentile": q.percentile,
            "scatter": list(q.scatter),
            "budget": self.budget,
            "seed": self.seed,
            "fronts": [_front_json(front) for front in self.fronts],
        }


def _front_json(front: Front) -> dict[str, Any]:
    return {
        "part": front.part,
        "why_not": front.why_not,
        "agreed": front.agreed,
        "broken": front.broken,
        "rounds": [vars(one) for one in front.rounds],
        "points": [
            {
                **vars(point),
                "stand": point.stand.name.lower(),
                "values": [vars(one) for one in point.values],
                "bounds": [vars(one) for one in point.bounds],
                "checks": [
                    {**vars(one), "values": [vars(v) for v in one.values]} for one in point.checks
                ],
            }
            for point in front.points
        ],
    }


def write(folder: Path, found: Fronts) -> None:
    """Keep fronts in a run's folder."""
    write_atomic(folder / JSON, to_json(found.to_json()))
    write_atomic(folder / CSV, _csv(found))


def _csv(found: Fronts) -> str:
    """A row for every point on a front, or not told apart from one."""
    shown = [(front, p) for front in found.fronts for p in (*front.shown, *front.close)]
    paths = list(dict.fromkeys(path for _, point in shown for path in point.factors))
    heads = [
        f"{goal.metric}{end}" for goal in found.question.goals for end in ("", "_low", "_high")
    ]
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["part", "case_part", "case", "stand", "on_front", "confirmed", *paths, *heads])
    for front, p in shown:
        values = [x for one in p.values for x in (one.value, one.low, one.high)]
        levels = [p.factors.get(path, "") for path in paths]
        stand = p.stand.name.lower()
        rows.writerow(
            [front.part, p.part, p.number, stand, p.on_front, p.confirmed, *levels, *values]
        )
    return text.getvalue()


def has_front(folder: Path) -> bool:
    """Whether a run's folder keeps a front."""
    return (folder / JSON).is_file()


def read(folder: Path) -> Fronts:
    """The fronts that a run's folder keeps.

    Raises
    ------
    InputError
        Where there are none, or they are of another version.
    """
    try:
        said = json.loads((folder / JSON).read_text(encoding="utf-8"))
        if said["schema"] != SCHEMA:
            raise ValueError(f"it is not of schema {SCHEMA}")
        goals = tuple(Goal(one["metric"], one["sense"]) for one in said["objectives"])
        bounds = tuple(Quantity(**one) for one in said["constraints"])
        question = Question(goals, bounds, said["percentile"], tuple(said["scatter"]))
        fronts = tuple(_front(one) for one in said["fronts"])
        return Fronts(question, fronts, said["budget"], said["seed"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{JSON} in '{folder}' cannot be read: {error}") from None


def _front(said: Mapping[str, Any]) -> Front:
    return Front(
        said["part"],
        tuple(_point(one) for one in said["points"]),
        said["broken"],
        tuple(Round(**one) for one in said["rounds"]),
        said["agreed"],
        said["why_not"],
    )


def _point(said: Mapping[str, Any]) -> Point:
    checks = tuple(
        Check((one["case"][0], one["case"][1]), one["goal"], one["rank"], _valued(one["values"]))
        for one in said["checks"]
    )
    stand = Stand[said["stand"].upper()]
    values, bounds = _valued(said["values"]), _valued(said["bounds"])
    return Point(**{**said, "stand": stand, "values": values, "bounds": bounds, "checks": checks})


def _valued(said: Sequence[Mapping[str, float]]) -> tuple[Valued, ...]:
    return tuple(Valued(**one) for one in said)
