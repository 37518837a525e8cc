"""What a run folder says of its study: the base, the parts, every case with its key.

On disk it is ``plan.json``; ``to_json`` and ``from_json`` alone know its layout. Levels, and what
designs are made of, are open tables by dotted path or by the design file's own names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from studies.records.record import Json

PLAN_SCHEMA = 1  # of plan.json; to be raised with every change of its layout


@dataclass(frozen=True)
class StoredSampling:
    """How a part draws its cases.

    Attributes
    ----------
    ranges
        Lowest and highest value, or a distribution as the study has it, by dotted path.
    correlations, constraints
        As the study has them.
    """

    method: str
    n: int
    seed: int
    ranges: Mapping[str, Any]
    correlations: Sequence[Json] = ()
    constraints: Sequence[str] = ()

    @property
    def scatters(self) -> bool:
        """Whether any factor has a distribution, and is not merely spread over a range."""
        return any(isinstance(given, Mapping) for given in self.ranges.values())

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """From the object in the JSON."""
        return cls(
            data["method"],
            data["n"],
            data["seed"],
            data["ranges"],
            data.get("correlations") or (),
            data.get("constraints") or (),
        )

    def to_json(self) -> dict[str, Any]:
        """The object in the JSON."""
        more = {"correlations": list(self.correlations), "constraints": list(self.constraints)}
        said = {name: given for name, given in more.items() if given}
        return {
            "method": self.method,
            "n": self.n,
            "seed": self.seed,
            "ranges": self.ranges,
            **said,
        }


@dataclass(frozen=True)
class StoredPart:
    """A part of a study.

    Attributes
    ----------
    set
        What all its cases have, by dotted path.
    factors
        Levels by dotted path.
    case
        Cases that are listed, each by dotted path; those of a file are read in.
    more_of
        The part of which these are further points, if they are.
    """

    name: str
    title: str = ""
    set: Json = field(default_factory=dict)
    factors: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    zip: bool = False
    case: Sequence[Json] = ()
    sampling: StoredSampling | None = None
    more_of: str | None = None

    @property
    def varied(self) -> list[str]:
        """Dotted paths that it varies, in alphabetical order."""
        ranges = self.sampling.ranges if self.sampling else ()
        listed = (path for case in self.case for path in case)
        return sorted({*self.factors, *ranges, *listed})

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """From the object in the JSON."""
        sampling = data.get("sampling")
        return cls(
            name=data["name"],
            title=data.get("title") or "",
            set=data["set"],
            factors=data["factors"],
            zip=data.get("zip", False),
            case=data["case"],
            sampling=StoredSampling.from_json(sampling) if sampling else None,
            more_of=data.get("more_of"),
        )

    def to_json(self) -> dict[str, Any]:
        """The object in the JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "set": self.set,
            "factors": self.factors,
            "zip": self.zip,
            "case": list(self.case),
            "cases_csv": None,  # read into its cases
            "sampling": self.sampling and self.sampling.to_json(),
            **({"more_of": self.more_of} if self.more_of else {}),
        }


@dataclass(frozen=True)
class StoredStudy:
    """A study, self-contained.

    Attributes
    ----------
    schema
        Of the study's file.
    base
        The base design with every default filled in; as written, where it is none by itself.
    accuracy
        That meshes adapt to; ``decide``: what each ranking needs; False where they do not adapt,
        None where a folder does not say.
    metrics
        What the report is to be about; empty for the headline metrics.
    keep_fields
        Of which cases fields are kept: of all, of none, of those that match.
    limit
        Limit states, as the study has them.
    """

    schema: int
    name: str
    title: str
    question: str
    base: Json
    part: Sequence[StoredPart]
    accuracy: float | bool | str | None = None
    metrics: Sequence[str] = ()
    keep_fields: bool | Sequence[Json] = False
    limit: Sequence[Json] = ()

    def with_further(self, name: str) -> list[str]:
        """Names of a part and of those that list further points of it."""
        return [name, *(part.name for part in self.part if part.more_of == name)]

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """From the object in the JSON."""
        return cls(
            schema=data.get("schema", 1),
            name=data["name"],
            title=data.get("title") or "",
            question=data.get("question") or "",
            base=data["base"],
            part=tuple(StoredPart.from_json(part) for part in data["part"]),
            accuracy=data.get("accuracy"),
            metrics=data.get("metrics") or (),
            keep_fields=data.get("keep_fields", False),
            limit=data.get("limit") or (),
        )

    def to_json(self) -> dict[str, Any]:
        """The object in the JSON."""
        return {
            "schema": self.schema,
            "name": self.name,
            "title": self.title,
            "question": self.question,
            "base": self.base,
            "base_file": None,  # read into the base
            "accuracy": self.accuracy,
            "metrics": list(self.metrics),
            "keep_fields": self.keep_fields,
            "part": [part.to_json() for part in self.part],
            **({"limit": list(self.limit)} if self.limit else {}),
        }


@dataclass(frozen=True)
class StoredCase:
    """A case: what it varies, and its record's key or the reason why it is no design.

    Attributes
    ----------
    candidates
        In a study in rounds that is not through with them: keys of the records that the case may
        have, the sharpest first. It has the first that is solved.
    """

    part: str
    number: int
    factors: Json
    reason: str | None
    key: str | None
    keep_fields: bool = False
    candidates: Sequence[str] = ()

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """From the object in the JSON."""
        return cls(
            part=data["part"],
            number=data["case"],
            factors=data["factors"],
            reason=data["reason"],
            key=data["key"],
            keep_fields=data.get("keep_fields", False),
            candidates=data.get("candidates", ()),
        )

    def to_json(self) -> dict[str, Any]:
        """The object in the JSON."""
        return {
            "part": self.part,
            "case": self.number,
            "factors": self.factors,
            "reason": self.reason,
            "key": self.key,
            "keep_fields": self.keep_fields,
            **({"candidates": list(self.candidates)} if self.candidates else {}),
        }


@dataclass(frozen=True)
class StoredPlan:
    """A study with all its cases; designs are in the records.

    Attributes
    ----------
    base_key, base_reason
        The base's key, or why it is no design by itself.
    base_as_written
        What the study's file says of the base; None where a folder of an earlier version does not.
    stand_in
        The first case's design, in place of a base that is none.
    """

    study: StoredStudy
    cases: Sequence[StoredCase]
    base_key: str | None = None
    base_as_written: Json | None = None
    base_reason: str | None = None
    stand_in: Json | None = None

    def with_keys(self, keys: Mapping[str, str]) -> Self:
        """With other keys in the place of some; nobody is a candidate any more."""
        cases = tuple(
            replace(case, key=keys.get(case.key or "", case.key), candidates=())
            for case in self.cases
        )
        return replace(self, cases=cases, base_key=keys.get(self.base_key or "", self.base_key))

    @property
    def base(self) -> Json:
        """The base design, or the case that stands for a base which is no design by itself."""
        return self.stand_in or self.study.base

    @property
    def factors(self) -> list[str]:
        """Dotted paths that any case varies, in the order in which they come up."""
        return list(dict.fromkeys(path for case in self.cases for path in case.factors))

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """From the content of plan.json.

        Raises
        ------
        AttributeError, KeyError, TypeError, ValueError
            When it is no plan of this schema.
        """
        if data.get("schema") != PLAN_SCHEMA:
            raise ValueError(f"it is not of schema {PLAN_SCHEMA}")
        return cls(
            study=StoredStudy.from_json(data["study"]),
            cases=tuple(StoredCase.from_json(case) for case in data["cases"]),
            base_key=data.get("base_key"),
            base_as_written=data.get("base_as_written"),
            base_reason=data.get("base_reason"),
            stand_in=data.get("stand_in"),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "schema": PLAN_SCHEMA,
            "study": self.study.to_json(),
            "base_key": self.base_key,
            "base_as_written": self.base_as_written,
            "base_reason": self.base_reason,
            "stand_in": self.stand_in,
            "cases": [case.to_json() for case in self.cases],
        }
