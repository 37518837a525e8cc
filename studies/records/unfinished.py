"""How far a case has come that takes long: files beside the run's, until its row is written.

The runner says where a case may keep them, ``unfinished/<key>`` of its run folder, and what solves
it asks here; a design that is solved by itself keeps nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from studies.records.record import CaseRecord

FOLDER = "unfinished"
_PLACE: ContextVar[Path | None] = ContextVar("place of an unfinished case", default=None)


def place_of(folder: Path, key: str) -> Path:
    """Where a case of a run folder keeps how far it is."""
    return folder / FOLDER / key


@contextmanager
def kept_in(place: Path | None) -> Iterator[None]:
    """Let what is solved meanwhile keep how far it is there."""
    token = _PLACE.set(place)
    try:
        yield
    finally:
        _PLACE.reset(token)


def place() -> Path | None:
    """Where the case that is being solved may keep how far it is; None: nowhere."""
    return _PLACE.get()


def remove(folder: Path, key: str, record: CaseRecord) -> None:
    """A case has its row; one that failed may go on when it is tried again."""
    if record.status != "failed":
        shutil.rmtree(place_of(folder, key), ignore_errors=True)
        with suppress(OSError):  # others have theirs
            (folder / FOLDER).rmdir()


def remove_others(folder: Path, keys: Container[str | None]) -> None:
    """What is kept of cases that a run has not, of an earlier program or other levels."""
    for found in (folder / FOLDER).glob("*"):
        if found.name not in keys:
            shutil.rmtree(found, ignore_errors=True)
