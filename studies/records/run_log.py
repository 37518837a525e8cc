"""What a run tells of itself while it goes on, for whoever looks at its folder meanwhile.

    log/run.jsonl       one JSON object a line, appended by the run alone
    log/started.jsonl   the same, appended by its worker processes on this machine

Every line has ``at`` (seconds since 1970) and ``event``:

    began     cases, to_solve, found, workers     a session starts; ``found`` were stored before
    started   key, part, case, label, worker      a case is being solved, by a process of this
                                                  machine or at an address of a cluster
    case      key, part, case, label, status, reason, seconds     a case has ended
    ended     interrupted                         the session is over

A session that is alive touches its file every :data:`BEAT_S` seconds. The log is a courtesy: it is
not synced, a line that is torn is passed over, and what cannot be written is left out. The truth is
in the records.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from studies.records.strict_json import to_json

FOLDER = "log"
RUN, STARTED = "run", "started"
BEAT_S = 5.0
SILENT_S = 6 * BEAT_S  # without a sign a session is taken for dead


class RunLog:
    """The run's own file; every method returns also where nothing can be written."""

    def __init__(self, folder: Path) -> None:
        self.path = _file(folder, RUN)
        self._over = threading.Event()
        with suppress(OSError):
            self.path.parent.mkdir(exist_ok=True)
        threading.Thread(target=self._beat, daemon=True).start()

    def tell(self, event: str, **what: Any) -> None:
        """Append a line."""
        _append(self.path, event, what)

    def close(self) -> None:
        """Give no further sign of life."""
        self._over.set()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_S):
            with suppress(OSError):
                os.utime(self.path)


def tell_started(folder: Path, case: Mapping[str, Any]) -> None:
    """Say that this process begins a case; ``case`` is what its line says of it."""
    _append(_file(folder, STARTED), "started", {**case, "worker": os.getpid()})


def read_log(folder: Path) -> list[dict[str, Any]]:
    """All whole lines of all writers, by time."""
    return sorted(_lines(folder), key=lambda line: line["at"])


def silent_for_s(folder: Path, now_s: float) -> float | None:
    """Seconds since the last sign of any writer; None where there never was one."""
    signs = []
    for path in (folder / FOLDER).glob("*.jsonl"):
        with suppress(OSError):
            signs.append(path.stat().st_mtime)
    return max(now_s - max(signs), 0.0) if signs else None


def _file(folder: Path, writer: str) -> Path:
    return folder / FOLDER / f"{writer}.jsonl"


def _append(path: Path, event: str, what: Mapping[str, Any]) -> None:
    line = to_json({"at": round(time.time(), 3), "event": event, **what}, indent=None)
    with suppress(OSError), open(path, "ab", buffering=0) as file:
        # half a line that a full disk has left must not spoil this one
        torn = file.tell() > 0 and not _ends_in_newline(path)
        file.write(b"\n" * torn + line.encode() + b"\n")


def _lines(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((folder / FOLDER).glob("*.jsonl")):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        for line in text.split("\n"):
            with suppress(ValueError):
                said = json.loads(line)
                if isinstance(said, dict) and isinstance(said.get("at"), int | float):
                    yield said


def _ends_in_newline(path: Path) -> bool:
    with open(path, "rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
