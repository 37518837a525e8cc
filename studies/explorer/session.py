"""A run that is explored: its parts, what is asked of them, and the one design that is solved.

Requests come from threads of the server and read what the folder held when it was last read; a
design is solved by whoever calls ``Session.work``, the process's main thread, so that Ctrl-C
ends it as it ends a run.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

from fem_bump.errors import AnalysisError, InputError
from geometry.design.design import Design
from geometry.errors import DesignError, MeshingError
from studies.explorer.predictor import Predicted, Predictor
from studies.explorer.space import space_of
from studies.metrics.families import Family, families
from studies.plan.cases import maker
from studies.records.machine import StorageError
from studies.report.interactive.drawings import one_drawing
from studies.results.results import Results, Row
from studies.runs.further import solve_further
from studies.runs.processes import EVALUATOR
from studies.wording.control_signs import harmless
from studies.wording.derived import DERIVED
from studies.wording.labels import Measured, capitalized, listing

Point = Mapping[str, Any]
MOST_METRICS = 12  # at a time: a surrogate takes some time to fit
SHOWN = 4  # to begin with


class Busy(InputError):
    """A design is being solved already."""


@dataclass(frozen=True)
class Job:
    """A design that is solved exactly.

    Attributes
    ----------
    status
        ``waiting``, ``solving``, then as a case: ``solved``, ``failed``, ``invalid``; ``refused``
        where the run could not be made at all.
    reason
        Why it is not solved.
    predicted
        By column, before it was solved.
    seconds
        Since it was asked for, once it has ended.
    """

    number: int
    part: str
    point: Point
    predicted: Mapping[str, Predicted] = field(default_factory=dict)
    status: str = "waiting"
    reason: str = ""
    began: float = 0.0
    seconds: float | None = None

    @property
    def is_over(self) -> bool:
        return self.status not in ("waiting", "solving")


@dataclass(frozen=True)
class Snapshot:
    """The folder as it was read: counted, so that a page sees when it has changed."""

    number: int
    results: Results
    predictors: Mapping[str, Predictor]


class Session:
    """A run's folder that is explored.

    Raises
    ------
    InputError
        When the folder holds no study, or none of its parts can be explored.
    """

    def __init__(self, folder: Path, evaluator: str = EVALUATOR) -> None:
        self.folder, self.evaluator = Path(folder), evaluator
        self._asked: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._job: Job | None = None
        self.now = self._read(1)
        if not self.now.predictors:
            raise InputError(
                f"no part of the study in '{self.folder}' can be explored: "
                f"{listing([f'{name}: {why}' for name, why in self.why_not.items()])}"
            )

    def _read(self, number: int) -> Snapshot:
        results = Results.read(self.folder, as_given=True)
        predictors: dict[str, Predictor] = {}
        self.why_not: dict[str, str] = {}
        for part in results.study.part:
            if part.more_of is not None:
                continue
            space = space_of(results, part)
            if isinstance(space, str):
                self.why_not[part.name] = space
                continue
            predictor = Predictor(results, space)
            if why := predictor.why_not:
                self.why_not[part.name] = why
            else:
                predictors[part.name] = predictor
        return Snapshot(number, results, predictors)

    def predictor(self, part: Any) -> Predictor:
        """Of a part that can be explored.

        Raises
        ------
        InputError
            For any other name.
        """
        found = self.now.predictors
        if not isinstance(part, str) or part not in found:
            raise InputError(f"part must be one of {', '.join(found)}")
        return found[part]

    # ------------------------------------------------------------------------- what is asked

    def study(self) -> dict[str, Any]:
        """Parts with their factors, and metrics, as the page lays them out."""
        now = self.now
        about = now.results.shown
        rest = [f for f in self._families if f not in about]
        headline = now.results.headline_um
        metrics = [
            {
                "column": family.column(length),
                "title": capitalized(family.short)
                + (f", over {length:g} µm" if length is not None else ""),
                "unit": family.unit,
                "about": family in about and length == family.at(headline),
            }
            for family in [*about, *rest]
            for length in family.columns()
        ]
        first = [each["column"] for each in metrics if each["about"]][:SHOWN]
        return {
            "parts": [self._part(name, each) for name, each in now.predictors.items()],
            "refused": {harmless(name): why for name, why in self.why_not.items()},
            "metrics": metrics,
            "shown": first or [each["column"] for each in metrics][:SHOWN],
            "most": MOST_METRICS,
            "seconds": self._usual_s(),
        }

    def _part(self, name: str, predictor: Predictor) -> dict[str, Any]:
        factors = [
            {
                "path": factor.path,
                "title": harmless(capitalized(factor.title)),
                "low": factor.low,
                "high": factor.high,
                "widest": factor.widest,
                "step": None if factor.levels else factor.step,
                "levels": list(factor.levels),
                "texts": [harmless(factor.level_text(level)) for level in factor.levels],
            }
            for factor in predictor.space.factors
        ]
        return {
            "name": name,
            "title": harmless(self.now.results.parts[name]),
            "factors": factors,
            "start": predictor.start(),
            "designs": len(predictor.solved),
        }

    def _usual_s(self) -> float | None:
        """What a design of this run has taken to solve."""
        records = self.now.results.records.values()
        taken = [r.seconds for r in records if r.status == "solved" and r.seconds is not None]
        return median(taken) if taken else None

    def look(self, part: str, point: Point, metrics: Sequence[str]) -> dict[str, Any]:
        """What needs no surrogate: whether a point is among designs, its picture, who is near."""
        predictor = self.predictor(part)
        picture, impossible = self._picture(predictor, point)
        here = predictor.here(point)
        return {
            "outside": predictor.outside(point),
            "ranges": predictor.ranges(point),
            "picture": picture,
            "impossible": impossible,
            "here": None if here is None else self._values(here.row, metrics),
            "near": [
                {
                    "part": each.case.row["part"],
                    "case": int(each.case.row["case"]),
                    "factors": {f.path: each.case.factors[f.path] for f in predictor.space.factors},
                    "distance": each.distance,
                    "values": self._values(each.case.row, metrics),
                }
                for each in predictor.near(point)
            ],
            "explored": self._explored(predictor, metrics),
        }

    def predict(
        self,
        part: str,
        point: Point,
        metrics: Sequence[str],
        slice_of: tuple[str, str] | None,
        beyond: bool,
    ) -> dict[str, Any]:
        """Metrics at a point, and one of them over a factor.

        What is outside the designs is not said, unless it is asked for ``beyond`` them.
        """
        predictor = self.predictor(part)
        outside = predictor.outside(point)
        said = {
            metric: self._shown(metric, Predicted(why_not="outside the designs"))
            if outside and not beyond
            else self._shown(metric, predictor.predict(point, metric))
            for metric in metrics
        }
        return {
            "outside": outside,
            "metrics": said,
            "slice": slice_of and self._slice(predictor, point, *slice_of, beyond),
        }

    def _slice(
        self, predictor: Predictor, point: Point, path: str, metric: str, beyond: bool
    ) -> dict[str, Any]:
        found = predictor.slice(point, path, metric, beyond)
        if isinstance(found, str):
            return {"why_not": found}
        scale = self._family(metric).scale
        shown = [beyond or inside for inside in found.inside]
        pairs = list(zip(found.mean, found.away, shown, strict=True))
        return {
            "at": found.at,
            "mean": [scale * m if m is not None and ok else None for m, _, ok in pairs],
            "away": [scale * a if a is not None and ok else None for _, a, ok in pairs],
            "inside": found.inside,
        }

    def _shown(self, metric: str, found: Predicted) -> dict[str, Any]:
        """A prediction in the unit of the page."""
        scale = self._family(metric).scale
        mean = None if found.mean is None else scale * found.mean
        return asdict(
            replace(found, mean=mean, scatter=scale * found.scatter, bar=scale * found.bar)
        )

    def _family(self, column: str) -> Family:
        return self._columns[column][0]

    @property
    def _columns(self) -> dict[str, tuple[Family, float | None]]:
        """Family and averaging length of every column."""
        return {
            column: (family, length)
            for family in self._families
            for length, column in family.columns().items()
        }

    @property
    def _families(self) -> list[Family]:
        """Metrics, then numbers of the cross-section that differ between designs."""
        results, table = self.now.results, self.now.results.table
        numbers = [name for name in DERIVED if name in table and name not in results.factors]
        varying = [name for name in numbers if table[name].nunique() > 1]
        return [*results.families.values(), *families(varying).values()]

    def checked_metric(self, column: Any) -> str:
        """A column of the table that is a metric.

        Raises
        ------
        InputError
            For anything else.
        """
        if not isinstance(column, str) or column not in self._columns:
            raise InputError("metrics must be columns of the study's table")
        return column

    def _values(self, row: Row, metrics: Sequence[str]) -> dict[str, Measured | None]:
        found = {}
        for metric in metrics:
            family, length = self._columns[metric]
            found[metric] = family.read(row, length)
        return found

    def _explored(self, predictor: Predictor, metrics: Sequence[str]) -> list[dict[str, Any]]:
        """The points that were solved from here, the last one first, whatever became of them."""
        name = part_name(predictor.space.part.name)
        factors = {c.number: c.factors for c in self.now.results.plan.cases if c.part == name}
        return [
            {
                "case": int(row["case"]),
                "factors": {
                    f.path: factors[int(row["case"])][f.path] for f in predictor.space.factors
                },
                "status": row["status"],
                "reason": harmless(row["reason"]) if isinstance(row["reason"], str) else "",
                "values": self._values(row, metrics),
            }
            for row in reversed(self.now.results.rows_of(name))
        ]

    def _picture(
        self, predictor: Predictor, point: Point
    ) -> tuple[dict[str, Any] | None, str]:  # fmt: skip
        """The drawing of a point's design, and why there is none."""
        base = self.now.results.plan.base_as_written
        if base is None:
            return None, "the folder is of an earlier version, which does not say the study's base"
        made = maker(base, predictor.space.part.set)({**predictor.space.fixed, **point})
        try:
            if not isinstance(made, Design):
                raise made
            return one_drawing(made), ""
        except (DesignError, InputError) as error:
            return None, harmless(str(error))

    # ------------------------------------------------------------------------- solved exactly

    def ask(self, part: str, point: Point, metrics: Sequence[str]) -> dict[str, Any]:
        """Have a design solved.

        Raises
        ------
        Busy
            When one is being solved.
        """
        predictor = self.predictor(part)
        with self._lock:
            if self._job is not None and not self._job.is_over:
                raise Busy("a design is being solved; wait for it to end")
            number = self._job.number + 1 if self._job is not None else 1
            self._job = Job(number, part, point, began=time.monotonic())
        predicted = {metric: predictor.predict(point, metric) for metric in metrics}
        self._job = replace(self._job, predicted=predicted)
        self._asked.put(self._job)
        return self.state()

    def state(self) -> dict[str, Any]:
        """What has become of the last design that was asked for, and how often the run was read."""
        job = self._job
        if job is None:
            return {"read": self.now.number, "job": None}
        since = time.monotonic() - job.began if job.seconds is None else job.seconds
        return {
            "read": self.now.number,
            "job": {
                "number": job.number,
                "part": job.part,
                "point": job.point,
                "status": job.status,
                "reason": harmless(job.reason),
                "seconds": since,
                "over": job.is_over,
                "predicted": {m: self._shown(m, found) for m, found in job.predicted.items()},
            },
        }

    def work(self) -> None:
        """Solve what is asked for, one after the other, until Ctrl-C.

        Raises
        ------
        KeyboardInterrupt
            Then; what is solved has been stored.
        """
        while True:
            self._solve(self._asked.get())

    def _solve(self, job: Job) -> None:
        self._job = job = replace(job, status="solving")
        space = self.predictor(job.part).space
        try:
            (case,) = solve_further(
                self.folder,
                job.part,
                [{**space.fixed, **job.point}],
                name=part_name(job.part),
                title=f"Explored: {self.now.results.parts[job.part]}",
                jobs=1,
                evaluator=self.evaluator,
            )
            status, reason = case.status, case.reason or ""
        except (AnalysisError, DesignError, InputError, MeshingError, StorageError) as error:
            status, reason = "refused", str(error)
        else:
            self.now = self._read(self.now.number + 1)
        seconds = time.monotonic() - job.began
        self._job = replace(job, status=status, reason=reason, seconds=seconds)


def part_name(part: str) -> str:
    """Of the part that holds the points of another which were solved from the page."""
    return f"explored-{part}"
