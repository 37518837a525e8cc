"""A study that is all solved and looked at again: known without making one of its designs.

When a run has nothing left to do, ``finished.json`` says what its plan was made from, the study
with its inputs and the whole program, and of which size and time the files are that it left. A run
that finds the same of both, and every row whole, has nothing to solve and nothing to write. What
has changed in any way is planned, looked up and written as ever.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata, resources, util
from pathlib import Path
from typing import Any

from fem_bump.errors import InputError
from geometry.design.parameters import read_toml
from geometry.errors import DesignError
from groundwork.files import write_atomic
from studies.plan.study_files import StudyFiles, WrittenStudy, study_files
from studies.records import store
from studies.records.provenance import PACKAGES
from studies.records.stored_plan import StoredPlan
from studies.records.strict_json import to_json

NAME = "finished.json"
SCHEMA = 1
PROGRAM = ("fem_bump", "geometry", "groundwork", "studies")
LEFT = ("plan.json", "study.toml", "inputs/*", "rows/*", "records/*", "table.*", "fields/*")
REPORT = ("report.html", "figures/*")
LOG = logging.getLogger("studies")


@dataclass(frozen=True)
class Summary:
    """What a run did; rows of the table by status, and designs solved now or found stored.

    ``notes`` are what is noted of the designs' input; ``left`` are designs that it was to solve
    and did not come to.
    """

    folder: Path
    rows: int
    solved: int
    failed: int
    invalid: int
    pending: int
    solved_now: int
    found_stored: int
    wall_s: float
    interrupted: bool = False
    notes: Sequence[str] = ()
    left: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether every case has been solved, or is none."""
        return not (self.failed or self.pending or self.left or self.interrupted)


@dataclass(frozen=True)
class Found:
    """What is known of a finished run; ``has_report`` says whether its report is there too."""

    summary: Summary
    has_report: bool


def made_from(study: str | Path | WrittenStudy, evaluator: str) -> str:
    """Hash of what a plan and its keys follow from: study, inputs, program, packages beside it.

    Raises
    ------
    InputError
        When a file of the study cannot be read.
    """
    digest = hashlib.sha256()
    with suppress(KeyError, TypeError, AttributeError, ValueError):  # refused when it is loaded
        _add(digest, repr(_of_study(study_files(study))))
    _add(digest, evaluator)
    for name, path in _sources():
        _add(digest, name, path.read_bytes())
    for package in PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            _add(digest, package, metadata.version(package))
    _add(digest, sys.version)
    every = metadata.entry_points()
    for group in sorted(name for name in every.groups if name.startswith("fem_bump.")):
        for entry in sorted(every.select(group=group), key=lambda entry: (entry.name, entry.value)):
            found = util.find_spec(entry.module)
            origin = Path(found.origin or "") if found is not None else Path()
            _add(digest, group, entry.name, entry.value)
            _add(digest, origin.read_bytes() if origin.is_file() else b"")
    return digest.hexdigest()


def note_finished(folder: Path, of: str, notes: Sequence[str], with_report: bool) -> None:
    """Note that nothing is left to do in a folder, what it is made from, if so with its report."""
    content = {
        "schema": SCHEMA,
        "made_from": of,
        "notes": list(notes),
        "left": _state(folder, LEFT),
        "report": _state(folder, REPORT) if with_report else {},
    }
    with suppress(OSError):  # a courtesy to the next run
        write_atomic(folder / NAME, to_json(content))


def finished(study: Path, out: Path | None, of: str) -> Found | None:
    """What a run of a study would find done; None where there may be something to do.

    Parameters
    ----------
    study
        Its file.
    out
        Output folder; ``results/<study name>`` by default.
    of
        :func:`made_from` of the study.
    """
    began = time.monotonic()
    try:
        folder = out if out is not None else Path("results") / read_toml(study)["name"]
        said: Mapping[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        known = said["schema"] == SCHEMA and said["made_from"] == of
        if not known or said["left"] != _state(folder, LEFT):
            return None
        plan, notes, report = store.read_plan(folder), said["notes"], said["report"]
    except (OSError, ValueError, KeyError, TypeError, InputError, DesignError):
        return None
    summary = _summary(folder, plan, notes, began)
    if summary is None:
        return None
    for note in notes:
        LOG.warning("note: %s", note)
    if plan.study.accuracy != "decide":  # whose rounds leave records that fit no case
        store.warn_of_unused(folder, plan)
    return Found(summary, bool(report) and report == _state(folder, REPORT))


# ---------------------------------------------------------------------------------- helpers


def _summary(folder: Path, plan: StoredPlan, notes: list[str], began: float) -> Summary | None:
    """Of a plan all of whose cases are solved or none; None where one has to be solved."""
    keys = [case.key for case in plan.cases if case.key]
    found = store.statuses(folder, keys)
    kept = store.fields_of(folder, keys)
    for case in plan.cases:
        status = found.get(case.key or "")
        wants_fields = status == "solved" and case.keep_fields and case.key not in kept
        if case.key and (status not in ("solved", "invalid") or wants_fields):
            return None
    solved = sum(found[key] == "solved" for key in keys)
    if not solved:
        return None
    return Summary(
        folder,
        rows=len(plan.cases),
        solved=solved,
        failed=0,
        invalid=len(plan.cases) - solved,
        pending=0,
        solved_now=0,
        found_stored=len(found),
        wall_s=time.monotonic() - began,
        notes=notes,
    )


def _of_study(files: StudyFiles) -> tuple[str, list[tuple[str, bytes]]]:
    return files.text, sorted(files.inputs.items())


def _sources() -> Iterator[tuple[str, Path]]:
    """All files of the program by name, sources and data."""
    for package in PROGRAM:
        root = Path(str(resources.files(package)))
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.suffix not in (".pyc", ".nbi", ".nbc"):
                yield f"{package}/{path.relative_to(root).as_posix()}", path


def _state(folder: Path, patterns: Sequence[str]) -> dict[str, list[int]]:
    """Size and time of files by their place in a folder."""
    out = {}
    for path in (path for pattern in patterns for path in sorted(folder.glob(pattern))):
        about = path.stat()
        out[path.relative_to(folder).as_posix()] = [about.st_size, about.st_mtime_ns]
    return out


def _add(digest: hashlib._Hash, *parts: str | bytes) -> None:
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(f"{len(data)}\0".encode() + data)
