"""Where results come from: versions, commit, kind of machine; nothing names a person or host."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from importlib import metadata
from pathlib import Path
from typing import Any, Self

from groundwork.files import write_atomic
from studies.records.strict_json import to_json

PACKAGES = (
    "fem-bump numpy scipy scikit-fem meshio gmsh numba llvmlite kvxopt shapely pydantic pandas "
    "pyarrow matplotlib pebble"
).split()


SCHEMA = 1  # of provenance.json
ALWAYS = ("started", "environment", "jobs", "case_timeout_s", "on_failure", "finished")


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Versions, commit and kind of machine; None where that is not known."""

    python: str | None = None
    packages: Mapping[str, str] = field(default_factory=dict)
    git_commit: str | None = None
    git_modified: bool | None = None
    platform: str | None = None
    cpu: str | None = None
    cpu_count: int | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From the object in the JSON; raises like :meth:`Session.from_json`."""
        known = _known(cls, data)
        return cls(**{**known, "packages": dict(known.get("packages") or {})})


@dataclass(frozen=True, kw_only=True)
class Session:
    """One run into a folder.

    Attributes
    ----------
    started, finished
        ISO 8601, UTC; one that was broken off is not finished.
    jobs, case_timeout_s, case_memory_mb, on_failure
        As asked for, and what jobs became.
    rows, solved, failed, invalid, pending
        Rows of the table at its end, by status.
    solved_now, found_stored, wall_s, interrupted
        Designs solved by it and before it, the seconds it took, whether it was stopped.
    """

    started: str
    environment: Environment
    jobs: int | None = None
    case_timeout_s: float | None = None
    case_memory_mb: float | None = None
    on_failure: str | None = None
    finished: str | None = None
    rows: int | None = None
    solved: int | None = None
    failed: int | None = None
    invalid: int | None = None
    pending: int | None = None
    solved_now: int | None = None
    found_stored: int | None = None
    wall_s: float | None = None
    interrupted: bool | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From the object in the JSON.

        Raises
        ------
        AttributeError, KeyError, TypeError, ValueError
            When it is no session.
        """
        about = Environment.from_json(data.get("environment") or {})
        return cls(**{"started": data["started"], **_known(cls, data), "environment": about})

    def to_json(self) -> dict[str, Any]:
        """The object in the JSON; what only the end of a session knows is not there before."""
        said = asdict(self).items()
        return {name: value for name, value in said if name in ALWAYS or value is not None}


@dataclass(frozen=True)
class Provenance:
    """Where the results of a folder come from: its latest environment, and all sessions."""

    environment: Environment = field(default_factory=Environment)
    sessions: tuple[Session, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From the content of provenance.json; raises like :meth:`Session.from_json`."""
        if data.get("schema") != SCHEMA:
            raise ValueError(f"provenance.json is not of schema {SCHEMA}")
        about = Environment.from_json(data.get("environment") or {})
        return cls(about, tuple(Session.from_json(one) for one in data.get("sessions") or ()))


def environment() -> Environment:
    """Versions, commit and kind of machine, here and now."""
    packages = {}
    for name in PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            packages[name] = metadata.version(name)
    commit, modified = _git()
    return Environment(
        python=platform.python_version(),
        packages=packages,
        git_commit=commit,
        git_modified=modified,
        platform=f"{platform.system()} {platform.machine()}",
        cpu=_cpu(),
        cpu_count=os.cpu_count(),
    )


def now() -> str:
    """The time as ISO 8601 in UTC: a local zone would place the user."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def record_session(folder: Path, session: Session) -> None:
    """Write or update a session in provenance.json, where the time it started tells it apart.

    The file holds ``environment`` (of the latest session) and ``sessions``, each with its own.
    """
    path = folder / "provenance.json"
    sessions: list[dict[str, Any]] = []
    # a damaged history is no reason to lose the run it describes
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads(path.read_text(encoding="utf-8-sig"))["sessions"]
        sessions = [one for one in found if one["started"] != session.started]
    said = session.to_json()
    content = {
        "schema": SCHEMA, "environment": said["environment"], "sessions": [*sessions, said]
    }  # fmt: skip
    write_atomic(path, to_json(content))


def read_provenance(folder: Path) -> Provenance:
    """provenance.json of a folder; empty when there is none that can be read."""
    with suppress(OSError, AttributeError, KeyError, TypeError, ValueError):
        text = (folder / "provenance.json").read_text(encoding="utf-8-sig")
        return Provenance.from_json(json.loads(text))
    return Provenance()


def _known(cls: type[Environment] | type[Session], data: Mapping[str, Any]) -> dict[str, Any]:
    """What of an object in the JSON has a name here."""
    names = {one.name for one in fields(cls)}
    return {name: value for name, value in data.items() if name in names}


def _git() -> tuple[str | None, bool | None]:
    """Commit and whether tracked files differ from it, if this code runs from its repository."""
    here = Path(__file__).resolve().parent

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", str(here), *arguments],
            capture_output=True, text=True, check=True, timeout=10,
        ).stdout.strip()  # fmt: skip

    try:
        # installed into an environment inside somebody's repository, the commit would be theirs
        git("ls-files", "--error-unmatch", Path(__file__).name)
        return git("rev-parse", "HEAD"), bool(git("status", "--porcelain", "-uno"))
    except (OSError, subprocess.SubprocessError):
        return None, None


def _cpu() -> str | None:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or None
