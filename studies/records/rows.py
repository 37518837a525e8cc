"""Records as lines of a few files: appended, synced, and found again after a kill at any instant.

A row is one line, ``<key> <status> <bytes> <checksum> <json>``: what became of a design, the number
of bytes of its JSON and their CRC-32 as eight hexadecimal digits. A line that is torn or edited
does not fit its own head and is no row.

    rows/all-0001.rows      written by the run that holds the folder; the next number at 256 MB
    rows/w-<token>.rows     written by one worker on another machine, and by nobody else
    rows/w-<token>-<n>.taken   the same, while the run folds its rows into all-....rows

Files only grow. One of a worker may be folded at any time: it is renamed first, and a worker whose
file is gone after a row was synced writes that row again into another. So no lock is needed, every
row is in one file or in two, and a fold that was interrupted is done again.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import re
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from studies.records.record import SCHEMA, CaseRecord
from studies.records.strict_json import to_json

LOG = logging.getLogger("studies")
FOLDER = "rows"
MOST_BYTES = 1 << 28  # of a file to which further rows are appended
TRIES = 20  # readings of a folder in which files are being folded
_HEAD = re.compile(rb"(\S+) (solved|failed|invalid) (\d+) ([0-9a-f]{8}) ")
_LONGEST_HEAD = 200  # bytes; a key has 64


@dataclass(frozen=True)
class Row:
    """Where a row is, and what its head says.

    Attributes
    ----------
    start, length
        Of the JSON in the file, in bytes.
    checksum
        CRC-32 of the JSON.
    """

    key: str
    status: str
    path: Path
    start: int
    length: int
    checksum: int

    def read(self, file: IO[bytes]) -> bytes | None:
        """The JSON, from its file; None when it does not fit the head."""
        file.seek(self.start)
        data = file.read(self.length)
        if len(data) != self.length or zlib.crc32(data) != self.checksum:
            return None
        return data


def line_of(key: str, record: CaseRecord) -> bytes:
    """The row of a record."""
    data = to_json(record.to_json(key), indent=None).encode()
    return _head(key, record.status, data) + data + b"\n"


def ending_of(key: str) -> bytes:
    """How the JSON of a record of this schema ends, as :func:`line_of` writes it."""
    return f'"schema": {SCHEMA}, "key": "{key}"}}'.encode()


def append(path: Path, lines: bytes) -> os.stat_result:
    """Add whole lines to a file and sync them; what the file had is left alone if that fails.

    Returns
    -------
    os.stat_result
        Of the file that they are in.

    Raises
    ------
    OSError
        What the system refuses, with ``path`` as its ``filename``.
    """
    try:
        is_new = not path.exists()
        with open(path, "a+b", buffering=0) as file:
            if is_new:
                _sync_entry(path)
            before = _cut(file)  # nothing may stand behind half a row
            try:
                left = memoryview(lines)
                while left:
                    left = left[file.write(left) :]
                os.fsync(file.fileno())
            except BaseException:
                with suppress(OSError):
                    file.truncate(before)
                raise
            return os.fstat(file.fileno())
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = str(path)
        raise


def mend(folder: Path) -> None:
    """Cut off what a killed run left of a row at the end of its file, with a warning.

    Only for the run that holds the folder.
    """
    path = _newest(folder)
    if not path.exists():
        return
    with open(path, "r+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        if _cut(file) < size:
            os.fsync(file.fileno())
            LOG.warning(
                "the last record in %s is discarded: it is torn; its case has to be solved again",
                path.name,
            )


def append_to_newest(folder: Path, lines: bytes) -> None:
    """Add lines to the rows of the run that holds the folder."""
    append(_newest(folder), lines)


def append_of_worker(folder: Path, token: str, lines: bytes) -> None:
    """Add lines to a worker's own file; they are synced, and found, when this returns."""
    path = folder / FOLDER / f"w-{token}.rows"
    while True:
        written = append(path, lines)
        with suppress(FileNotFoundError):
            if os.path.samestat(written, path.stat()):
                return
        # taken while it was written to: nobody knows whether before or after it was read


def find(folder: Path, key: str) -> tuple[Row, bytes] | None:
    """The row of a design that counts, and its JSON; damaged ones are passed over.

    A row that says how it ended counts before one that failed, and the last before earlier ones.
    """
    return next(find_each(folder, (key,)))[1]


def find_each(
    folder: Path, wanted: Iterable[str]
) -> Iterator[tuple[str, tuple[Row, bytes] | None]]:
    """:func:`find` of many designs: the folder is listed once, and every file opened once."""
    listed: list[dict[str, tuple[Row, ...]]] = []
    files: dict[Path, IO[bytes]] = {}
    with ExitStack() as held:
        is_listed = False
        for key in wanted:
            for _ in range(TRIES):
                was_listed = is_listed
                try:
                    if not is_listed:
                        listed, files, is_listed = list(_by_file(folder)), {}, True
                    rows = [row for one in listed for row in one.get(key, ())]
                    for path in {row.path for row in rows} - files.keys():
                        files[path] = held.enter_context(open(path, "rb"))
                except FileNotFoundError:  # folded between listing and reading
                    is_listed = False
                    continue
                found = _first_whole(rows, files)
                if rows and found is None and was_listed:
                    is_listed = False  # folded, and another file has its name now
                    continue
                break
            else:
                raise TimeoutError(f"the records in '{folder}' change faster than they can be read")
            if rows and found is None:
                LOG.warning(
                    "record %s is discarded: it is damaged; its case has to be solved again", key
                )
            yield key, found


def keys(folder: Path) -> set[str]:
    """Keys that have a row, a damaged one included."""
    for _ in range(TRIES):
        with suppress(FileNotFoundError):
            return {key for rows in _by_file(folder) for key in rows}
    raise TimeoutError(f"the records in '{folder}' change faster than they can be read")


def content(data: bytes) -> dict[str, Any]:
    """What the JSON of a row says."""
    said: dict[str, Any] = json.loads(data)
    return said


def ending(data: bytes) -> CaseRecord:
    """How a case ended, of the JSON of its row: its record without the result."""
    said = content(data)
    return CaseRecord(said["status"], said["reason"], said["seconds"])


def files_of_workers(folder: Path) -> int:
    """How many files there are beside those of the run itself."""
    return len(_files(folder)[1])


def fold(folder: Path) -> int:
    """Append the rows of all workers' files to the run's own, and remove those files.

    Only for the run that holds the folder. A file goes after its rows are synced elsewhere: what
    fails or is interrupted loses nothing, and the next fold does the rest.

    Returns
    -------
    int
        Rows that were folded.

    Raises
    ------
    OSError
        What the system refuses; all rows are still there.
    """
    _, waiting = _files(folder)
    if not waiting:
        return 0
    taken = []
    for path in waiting:
        if path.suffix == ".rows":
            # a name of its own: one that an interrupted fold has left may not be replaced
            path = path.rename(path.with_name(f"{path.stem}-{secrets.token_hex(4)}.taken"))
        taken.append(path)
    own, _ = _files(folder)
    there = _whole(own, {key for path in taken for key in _rows(path)})
    folded = 0
    for path in taken:
        lines = []
        with open(path, "rb") as file:
            for row in (row for rows in _rows(path).values() for row in reversed(rows)):
                if (row.key, row.checksum) in there:
                    continue
                data = row.read(file)
                if data is None:
                    LOG.warning("a row of record %s is dropped: it is damaged", row.key)
                    continue
                lines.append(_head(row.key, row.status, data) + data + b"\n")
                there.add((row.key, row.checksum))
        if lines:
            append_to_newest(folder, b"".join(lines))
        path.unlink()
        folded += len(lines)
    return folded


# ---------------------------------------------------------------------------------- helpers


def _whole(own: list[Path], asked: set[str]) -> set[tuple[str, int]]:
    """Keys and checksums of the run's own rows of some keys; a damaged one is no copy."""
    found = set()
    for path in own:
        by_key = _rows(path)
        with open(path, "rb") as file:
            for row in (row for key in asked & by_key.keys() for row in by_key[key]):
                if row.read(file) is not None:
                    found.add((row.key, row.checksum))
    return found


def _head(key: str, status: str, data: bytes) -> bytes:
    return f"{key} {status} {len(data)} {zlib.crc32(data):08x} ".encode()


def _first_whole(rows: list[Row], files: Mapping[Path, IO[bytes]]) -> tuple[Row, bytes] | None:
    """Of rows of a design the one that counts, and its JSON."""
    for row in sorted(rows, key=lambda row: row.status == "failed"):
        data = row.read(files[row.path])
        if data is not None:
            return row, data
    return None


def _newest(folder: Path) -> Path:
    own, _ = _files(folder)
    if not own:
        return folder / FOLDER / "all-0001.rows"
    path = own[-1]
    if path.stat().st_size >= MOST_BYTES:
        path = path.with_name(f"all-{int(path.stem[4:]) + 1:04d}.rows")
    return path


def _files(folder: Path) -> tuple[list[Path], list[Path]]:
    """The run's own files, in the order of their numbers, and those of workers."""
    place = folder / FOLDER
    try:
        names = sorted(os.listdir(place))
    except FileNotFoundError:
        return [], []
    own = [place / name for name in names if name.startswith("all-") and name.endswith(".rows")]
    others = [name for name in names if name.startswith("w-")]
    return own, [place / name for name in others if name.endswith((".rows", ".taken"))]


def _by_file(folder: Path) -> Iterator[dict[str, tuple[Row, ...]]]:
    """Rows by key, of every file; the last first."""
    own, others = _files(folder)
    for path in [*others, *reversed(own)]:
        yield _rows(path)


def _rows(path: Path) -> dict[str, tuple[Row, ...]]:
    """Rows of a file by key, the last first; read again where it has changed."""
    with open(path, "rb") as file:  # on a shared disk what opening finds is up to date, stat is not
        now = os.fstat(file.fileno())
    return _rows_at(path, now.st_ino, now.st_size, now.st_mtime_ns)


@functools.lru_cache(maxsize=1024)
def _rows_at(path: Path, inode: int, size: int, mtime_ns: int) -> dict[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    with open(path, "rb") as file:
        position = 0
        while position < size:
            file.seek(position)
            head = _HEAD.match(file.read(_LONGEST_HEAD))
            if head is not None:
                start, length = position + head.end(), int(head[3])
                file.seek(start + length)
                if start + length < size and file.read(1) == b"\n":
                    key = head[1].decode()
                    row = Row(key, head[2].decode(), path, start, length, int(head[4], 16))
                    found[key] = (row, *found.get(key, ()))
                    position = start + length + 1
                    continue
            # a torn line: on with the next
            file.seek(position)
            position += len(file.readline())
    return found


def _cut(file: IO[bytes]) -> int:
    """Cut off what follows the last whole line; the size that is left."""
    size = whole = file.seek(0, os.SEEK_END)
    while whole:
        step = min(whole, 1 << 16)
        file.seek(whole - step)
        at = file.read(step).rfind(b"\n")
        whole += at + 1 - step if at >= 0 else -step
        if at >= 0:
            break
    if whole < size:
        file.truncate(whole)
    return whole


def _sync_entry(path: Path) -> None:
    """Sync the folder, so that a new file is in it after a crash of the machine."""
    if os.name == "nt":
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
