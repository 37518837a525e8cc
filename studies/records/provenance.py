"""Where results come from: versions, commit, kind of machine; nothing names a person or host."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from groundwork.files import write_atomic
from studies.records.strict_json import to_json

PACKAGES = (
    "fem-bump numpy scipy scikit-fem meshio gmsh numba llvmlite kvxopt shapely pydantic pandas "
    "pyarrow matplotlib pebble"
).split()


def environment() -> dict[str, Any]:
    """Versions, commit and kind of machine."""
    packages = {}
    for name in PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            packages[name] = metadata.version(name)
    commit, modified = _git()
    return {
        "python": platform.python_version(),
        "packages": packages,
        "git_commit": commit,
        "git_modified": modified,
        "platform": f"{platform.system()} {platform.machine()}",
        "cpu": _cpu(),
        "cpu_count": os.cpu_count(),
    }


def now() -> str:
    """The time as ISO 8601 in UTC: a local zone would place the user."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def record_session(folder: Path, started: str, session: Mapping[str, Any]) -> None:
    """Write or update the session that began at ``started`` in provenance.json.

    The file holds ``environment`` (of the latest session) and ``sessions``, each with its own.
    """
    path = folder / "provenance.json"
    sessions: list[dict[str, Any]] = []
    # a damaged history is no reason to lose the run it describes
    with suppress(OSError, ValueError, KeyError, TypeError):
        sessions = [s for s in json.loads(path.read_text(encoding="utf-8-sig"))["sessions"]]
    sessions = [s for s in sessions if s.get("started") != started]
    sessions.append({"started": started, **session})
    content = {"schema": 1, "environment": session["environment"], "sessions": sessions}
    write_atomic(path, to_json(content))


def read_provenance(folder: Path) -> dict[str, Any]:
    """provenance.json of a folder; empty when there is none."""
    with suppress(OSError, ValueError):
        return json.loads((folder / "provenance.json").read_text(encoding="utf-8-sig"))
    return {}


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
