"""Who works in an output folder, told across machines: a file with host, process and a heartbeat.

The system's lock (:func:`studies.records.store.locked`) keeps two runs of one machine apart and
goes with its process. On a shared disk it may hold on one machine only; there the file counts,
which its owner touches every ten seconds. Ages are differences of times that the disk itself gives,
so clocks of two machines need not agree.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fem_bump.errors import InputError
from studies.records.provenance import now
from studies.records.rows import LOG

NAME = ".owner"
BEAT_S = 10.0
STALE_S = 60.0  # without a heartbeat an owner on another machine is gone


@dataclass
class Owner:
    """This run as the owner of a folder."""

    folder: Path
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    def check(self) -> None:
        """Raise InputError where another run has taken the folder over, as from one that slept."""
        said = _said(self.folder / NAME)
        if said is not None and said.get("token") != self.token:
            raise InputError(
                f"the output folder '{self.folder}' has been taken over by another run"
                f"{_who(said)}, as this one gave no sign for {STALE_S:g} s; what is stored is safe"
            )


@contextmanager
def owned(folder: Path) -> Iterator[Owner]:
    """Own a folder whose lock this process holds.

    Raises
    ------
    InputError
        When a run on another machine owns it.
    """
    owner = Owner(folder)
    _take(owner)
    done = threading.Event()
    beating = threading.Thread(target=_beat, args=(owner, done), daemon=True)
    beating.start()
    try:
        yield owner
    finally:
        done.set()
        beating.join()
        said = _said(folder / NAME)
        if said is not None and said.get("token") == owner.token:
            with suppress(OSError):
                (folder / NAME).unlink()


def is_owned(folder: Path, token: str) -> bool:
    """Whether a folder is seen, and its owner is the run with that token."""
    try:
        said = _said(folder / NAME)
    except OSError:
        return False
    return said is not None and said.get("token") == token


def _take(owner: Owner) -> None:
    path, here = owner.folder / NAME, socket.gethostname()
    mine = {"host": here, "process": os.getpid(), "started": now(), "token": owner.token}
    while True:
        try:
            with open(path, "x", encoding="utf-8") as file:
                json.dump(mine, file)
            return
        except FileExistsError:
            said = _said(path)
        age_s = _age_s(path)
        if said is None or age_s is None:  # it went in between
            continue
        if said.get("host") != here:  # one of this machine is dead: the lock is ours
            if age_s < STALE_S:
                raise InputError(
                    f"the output folder '{owner.folder}' is in use by another run{_who(said)}, "
                    f"seen {age_s:.0f} s ago; wait for it to end"
                )
            LOG.warning(
                "the run%s in '%s' has given no sign for %.0f s; its folder is taken over",
                _who(said), owner.folder, age_s,
            )  # fmt: skip
        # of two that see a stale owner one gets its file; who gets that of the other puts it back
        away = path.with_name(f"{NAME}.{owner.token}")
        with suppress(FileNotFoundError):
            path.rename(away)
            if _said(away) == said:
                away.unlink()
            else:
                away.rename(path)


def _beat(owner: Owner, done: threading.Event) -> None:
    path = owner.folder / NAME
    while not done.wait(BEAT_S):
        said = _said(path)
        if said is not None and said.get("token") == owner.token:
            with suppress(OSError):
                os.utime(path)


def _said(path: Path) -> dict[str, Any] | None:
    """What the file says; an empty one, of a machine that crashed, says nothing of anybody."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        said = {}
    return said if isinstance(said, dict) else {}


def _age_s(path: Path) -> float | None:
    """Seconds since the last heartbeat, by the clock of the disk."""
    probe = path.with_name(f"{NAME}.{secrets.token_hex(4)}")
    try:
        probe.touch()
        return probe.stat().st_mtime - path.stat().st_mtime
    except FileNotFoundError:
        return None
    finally:
        probe.unlink(missing_ok=True)


def _who(said: dict[str, Any]) -> str:
    if "host" not in said:
        return ""
    return f" (process {said.get('process')} on {said['host']}, since {said.get('started')})"
