"""Study: the TOML of a sweep, validated; ``docs/study-file.md`` describes every key.

A study is a base design and one or more parts. A part says how its cases differ from the base:
factors with levels (a full grid, or zipped), listed cases, a CSV of cases, or a sampling plan. A
part may also list further points of another one.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fem_bump.errors import InputError
from geometry.design.parameters import parameter_names, read_toml
from geometry.design.paths import keys_of
from geometry.design.sentences import one_sentence, shown
from geometry.errors import DesignError
from studies.metrics.names import split
from studies.plan.case_table import read_cases
from studies.plan.flat_paths import flat_paths, nearest_of
from studies.plan.limits import Limit, check_limits
from studies.plan.sampling import Sampling, checked_sampling
from studies.plan.slug import Slug
from studies.plan.study_files import WrittenStudy

Accuracy = Annotated[float, Field(strict=True, ge=1e-4, le=0.5)]
WAYS = ("factors", "case", "cases_csv", "sampling")


DEFAULT_ACCURACY = 0.02  # of every headline metric, unless the study says something of its meshes
DECIDE = "decide"  # beyond it where a decision needs it: studies.results.decisions


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Part(_Table):
    """One set of cases that are compared with each other, or further points of such a set."""

    name: Slug
    title: str = ""
    set: dict[str, Any] = {}
    factors: dict[str, Any] = {}
    zip: bool = False
    case: list[dict[str, Any]] = []
    cases_csv: str | None = None
    sampling: Sampling | None = None
    more_of: Slug | None = None

    @property
    def varied(self) -> list[str]:
        """Dotted paths that it varies, once its tables are flat."""
        ranges = self.sampling.ranges if self.sampling else {}
        return list(dict.fromkeys([*self.factors, *ranges, *(p for c in self.case for p in c)]))


class Study(_Table):
    """A study as its file says it; dotted paths are flat, ``base`` is a partial design."""

    schema_version: Literal[1] = Field(1, alias="schema")
    name: Slug
    title: str = ""
    question: str = ""
    base: dict[str, Any] = {}
    base_file: str | None = None
    accuracy: Accuracy | Literal[False, "decide"] = DEFAULT_ACCURACY
    metrics: list[str] = []
    keep_fields: bool | list[dict[str, Any]] = False
    part: Annotated[list[Part], Field(min_length=1)]
    limit: list[Limit] = []

    def to_dict(self) -> dict[str, Any]:
        """The study as plain data, self-contained: base and listed cases are read in."""
        return self.model_dump(mode="json", by_alias=True)


def load_study(given: str | Path | WrittenStudy) -> Study:
    """Read and check a study, in its file or as text.

    Raises
    ------
    InputError, DesignError
        For any mistake in it, in one sentence.
    """
    if isinstance(given, WrittenStudy):
        return _checked(tomllib.loads(given.text), given.name, given.folder)
    path = Path(given)
    return _checked(read_toml(path), path.name, path.parent)


def _checked(data: dict[str, Any], name: str, folder: Path) -> Study:
    """A study of its data; ``name`` is that of its file, ``folder`` where that lies."""
    try:
        study = Study(**data)
    except ValidationError as error:
        raise InputError(f"study '{name}': {one_sentence(error, Study, data)}") from None
    if study.base_file is not None:
        if study.base:
            raise InputError(f"study '{study.name}': give base or base_file, not both")
        study = study.model_copy(
            update={"base": read_toml(folder / study.base_file), "base_file": None}
        )
    if study.metrics:
        _check_metrics(study)
    names = [part.name for part in study.part]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"study '{study.name}': part names must differ, '{name}' is twice")
    parts = [_checked_part(study, part, folder) for part in study.part]
    parts = [_checked_further(study, part, parts) for part in parts]
    keep = study.keep_fields
    if not isinstance(keep, bool):
        at = f"study '{study.name}': keep_fields"
        keep = [flat_paths(matcher, at, extra=("part",), through=True) for matcher in keep]
    study = study.model_copy(update={"part": parts, "keep_fields": keep})
    if study.limit:
        said = _set_or_varied(study)
        probes = "probe" in study.base or any(keys_of(path)[0] == "probe" for path in said)
        check_limits(f"study '{study.name}'", study.limit, said, probes)
    if "accuracy" not in study.model_fields_set and _says_its_mesh(study):
        study = study.model_copy(update={"accuracy": False})
    return study.model_copy(update={"base": _with_accuracy(study)})


def _says_its_mesh(study: Study) -> bool:
    """Whether the base, or anything that is varied, is about element sizes or accuracy."""
    said = set(_mesh(study)) - {"most_unknowns"}
    return bool(said) or any(path.startswith("mesh.") for path in _set_or_varied(study))


def _varies_accuracy(study: Study) -> list[str]:
    return sorted(path for path in _set_or_varied(study) if path.startswith("mesh.accuracy"))


def _set_or_varied(study: Study) -> set[str]:
    """Dotted paths that any part says something of."""
    found: set[str] = set()
    for part in study.part:
        found = found.union(part.set, part.varied)
    return found


def _with_accuracy(study: Study) -> dict[str, Any]:
    """The base, adapted to the study's accuracy if it has one."""
    if study.accuracy is False or not isinstance(study.base.get("mesh", {}), Mapping):
        return study.base
    mesh = _mesh(study)
    if study.accuracy == DECIDE:
        if said := sorted({"accuracy", "accuracy_of"} & set(mesh)) or _varies_accuracy(study):
            raise InputError(
                f"study '{study.name}': accuracy = \"{DECIDE}\" sets mesh.accuracy and "
                f"mesh.accuracy_of of every case itself; leave out {said[0]}"
            )
        return {**study.base, "mesh": {**mesh, "accuracy": DEFAULT_ACCURACY}}
    differs = mesh.get("accuracy", study.accuracy) != study.accuracy
    if differs and not _is_replaced(study, "mesh.accuracy"):
        raise InputError(
            f"study '{study.name}': accuracy = {study.accuracy:g} contradicts "
            f"base.mesh.accuracy = {shown(mesh['accuracy'])}"
        )
    return {**study.base, "mesh": {**mesh, "accuracy": study.accuracy}}


def _is_replaced(study: Study, path: str) -> bool:
    """Whether every case has its own value of a parameter, whatever the base says."""
    return all(
        path in {**part.set, **part.factors, **(part.sampling.ranges if part.sampling else {})}
        or (part.case and all(path in case for case in part.case))
        for part in study.part
    )


def _mesh(study: Study) -> Mapping[str, Any]:
    """What the base says of its meshes; anything but a table is judged with the cases."""
    mesh = study.base.get("mesh", {})
    return mesh if isinstance(mesh, Mapping) else {}


def shipped(kind: Literal["design", "study"]) -> list[str]:
    """Names of the shipped designs or studies."""
    names = []
    for file in (resources.files("studies") / "library").iterdir():
        if file.name.endswith(".toml"):
            text = file.read_text(encoding="utf-8")
            if ("[[part]]" in text) == (kind == "study"):
                names.append(file.name.removesuffix(".toml"))
    return sorted(names)


def find_file(kind: Literal["design", "study"], given: str) -> Path:
    """The file that a path, or the name of a shipped design or study, stands for.

    Raises
    ------
    InputError
        Where there is none, and where it is of the other kind.
    """
    other: Literal["design", "study"] = "design" if kind == "study" else "study"
    path = Path(given)
    if path.is_file():
        if _kind_of(path) == other:
            raise InputError(_other_kind(given, other))
        return path
    if path.is_dir():
        raise InputError(f"'{given}' is a directory; give the TOML file of a {kind} in it")
    known = shipped(kind)
    if given in known:
        # the package is always unpacked on disk: Gmsh and the report's templates need that too
        return Path(str(resources.files("studies") / "library" / f"{given}.toml"))
    if given in shipped(other):
        raise InputError(_other_kind(given, other))
    close = difflib.get_close_matches(given, known, n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"shipped: {', '.join(known)}"
    raise InputError(f"there is no file '{given}', nor a shipped {kind} of that name; {hint}")


def _kind_of(path: Path) -> str | None:
    """Whether a file is a study, which has parts, or has keys of designs alone; None: neither."""
    try:
        data = read_toml(path)
    except DesignError:
        return None  # refused in the words of whoever reads it
    if "part" in data:
        return "study"
    of_designs = {keys_of(name)[0] for name in parameter_names()}
    said = set(data) - set(Study.model_fields)
    return "design" if said & of_designs else None


def _other_kind(given: str, is_a: str) -> str:
    """What is said of a design where a study is needed, and the reverse."""
    if is_a == "study":
        return f"'{given}' is a study; fem-bump run {given} runs it"
    return f"'{given}' is a design; fem-bump solve {given} solves it"


# ---------------------------------------------------------------------------------- checking


def _check_metrics(study: Study) -> None:
    if not study.metrics:
        return
    # with the solver behind it
    from studies.metrics.catalogue import catalogue
    from studies.metrics.unprobed import known_metric

    metrics = catalogue()
    for name in study.metrics:
        if known_metric(name) is None:
            raise InputError(
                f"study '{study.name}': metrics names '{name}', which is no metric; "
                f"{nearest_of(split(name).stem, tuple(metrics.known_stems()))}"
            )


def place(study: Study, part: Part) -> str:
    """Where a mistake is, as a sentence begins."""
    return f"study '{study.name}', part '{part.name}'"


def _checked_part(study: Study, part: Part, folder: Path) -> Part:
    where = place(study, part)
    ways = [way for way in WAYS if getattr(part, way)]
    if len(ways) > 1:
        raise InputError(f"{where}: give only one of {', '.join(WAYS)}, not {' and '.join(ways)}")
    factors = _checked_factors(where, part)
    cases = [
        flat_paths(case, f"{where}: case {i}", base=study.base)
        for i, case in enumerate(part.case, 1)
    ]
    if part.cases_csv is not None:
        cases = _csv_cases(folder / part.cases_csv, f"{where}: cases_csv")
    sampling = None if part.sampling is None else checked_sampling(where, part.sampling)
    fixed = flat_paths(part.set, f"{where}: set", base=study.base)
    varied = {*factors, *(sampling.ranges if sampling else ())}
    for path in fixed:
        if path in varied.union(*cases):
            raise InputError(
                f"{where}: set '{path}' = {shown(fixed[path])} contradicts the levels that it "
                "takes in the same part; leave out one of them"
            )
    return part.model_copy(
        update={
            "set": fixed,
            "factors": factors,
            "case": cases,
            "cases_csv": None,
            "sampling": sampling,
        }
    )


def _checked_further(study: Study, part: Part, parts: Sequence[Part]) -> Part:
    """A part of further points of another, with what that sets; any other part as it is."""
    if part.more_of is None:
        return part
    where = f"{place(study, part)}: more_of = '{part.more_of}'"
    source = next((p for p in parts if p.name == part.more_of and p.more_of is None), None)
    if source is None:
        names = [each.name for each in parts if each.more_of is None]
        raise InputError(f"{where} must name a part of its own cases: {', '.join(names) or 'none'}")
    if not part.case:
        raise InputError(f"{where}: further points are listed, each as a [[part.case]]")
    if part.set and part.set != source.set:
        raise InputError(f"{where}: what '{source.name}' sets is set here too; leave out part.set")
    for number, case in enumerate(part.case, 1):
        if set(case) != set(source.varied):
            raise InputError(
                f"{where}: case {number} gives {', '.join(case) or 'nothing'}; it must give every "
                f"factor of '{source.name}' and nothing else: {', '.join(source.varied)}"
            )
    return part.model_copy(update={"set": source.set})


def _checked_factors(where: str, part: Part) -> dict[str, Any]:
    factors = flat_paths(part.factors, f"{where}: factor", through=True)
    for path, levels in factors.items():
        if not isinstance(levels, list) or not levels:
            raise InputError(f"{where}: factor '{path}' = {shown(levels)} must be a list of levels")
        again = _repeated(levels)
        if again is not None and not part.zip:
            raise InputError(
                f"{where}: factor '{path}' = {shown(levels)} must be a list of different levels, "
                f"but {shown(again)} is there twice"
            )
    if part.zip and not factors:
        raise InputError(f"{where}: zip = true needs factors")
    lengths = {path: len(levels) for path, levels in factors.items()}
    if part.zip and len(set(lengths.values())) > 1:
        listed = ", ".join(f"{path} has {n}" for path, n in lengths.items())
        raise InputError(f"{where}: zipped factors need equally many levels, but {listed}")
    again = _repeated(list(zip(*factors.values(), strict=True))) if part.zip else None
    if again is not None:
        raise InputError(
            f"{where}: zipped factors {', '.join(factors)} = {shown(again)} are there twice; cases "
            "must differ"
        )
    return factors


def _repeated(levels: list[Any]) -> Any:
    """The first level that was there before; None if all differ."""
    return next((level for k, level in enumerate(levels) if level in levels[:k]), None)


def _csv_cases(path: Path, where: str) -> list[dict[str, Any]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{where}: cannot read '{path}': {error.strerror}") from None
    names, cases = read_cases(path, content, where)
    named = dict(zip(names, flat_paths(dict.fromkeys(names), where), strict=True))
    return [{named[name]: value for name, value in case.items()} for case in cases]
