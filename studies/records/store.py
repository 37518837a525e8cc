"""The output folder of a study: what a run leaves behind, and what a resumed run finds.

    study.toml       the study as run; its references lead into inputs/
    inputs/          the base file and case tables that it refers to
    plan.json        the same, resolved: base design, every case, its key
    provenance.json  versions and sessions
    rows/            a row per solved, failed or impossible design, the only truth: see
                     :mod:`studies.records.rows`
    records/         <key>.json, the same of an earlier version
    fields/          <part>-<factors>-<key>.vtu of the cases that keep their fields; beside it
                     <same>-3d.vtu and <same>-....npz of those that are not axisymmetric, and
                     <same>-hot.vtu and -cold.vtu at the extremes of thermal cycles
    table.parquet    derived from the records; table.csv is the same
    unfinished/      <key>/ of cases that keep how far they are, until they have a row
    figures/ report.html    written by the report, and report-brief.html, .pdf where asked for
    finished.json    what was made from what, when nothing is left to do: see
                     :mod:`studies.runs.finished`

Every file is replaced as a whole, but those of rows, which only grow. A record carries a checksum:
one that is torn or edited is dropped with a warning and its case solved again.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from fem_bump.errors import InputError
from groundwork.files import write_atomic
from studies.records import rows, unfinished
from studies.records.owner import Owner, owned
from studies.records.record import SCHEMA, CaseRecord
from studies.records.stored_plan import StoredPlan, StoredStudy
from studies.records.strict_json import to_json

IN_USE = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)  # how a lock is refused that another holds
LOG = logging.getLogger("studies")


@contextmanager
def locked(folder: Path, held: Owner | None = None) -> Iterator[Owner]:
    """Keep other runs out of a folder; the system drops the lock when this process dies.

    On a disk that machines share, the owner's file keeps those of other machines out. Where this
    run has ``held`` the folder before, it goes on to.

    Raises
    ------
    InputError
        When another run holds the folder, or it cannot be written.
    """
    if held is not None:
        yield held
        return
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stack.callback(_drop_lock, _take_lock(folder / ".lock", folder), folder)
            owner = stack.enter_context(owned(folder))
        except OSError as error:
            why = error.strerror or error
            raise InputError(f"cannot write the output folder '{folder}': {why}") from None
        yield owner


def claim(
    folder: Path,
    plan: StoredPlan,
    study_toml: str,
    inputs: Mapping[str, bytes] | None = None,
) -> None:
    """Make a locked folder this study's; nothing is touched when it holds another one.

    ``inputs`` are the files that the study refers to, by the reference.
    """
    check_same_study(folder, plan)
    # the plan first: from then on the folder has an owner
    write_plan(folder, plan)
    for name, content in (inputs or {}).items():
        (folder / name).parent.mkdir(exist_ok=True)
        write_atomic(folder / name, content)
    write_atomic(folder / "study.toml", study_toml)
    (folder / rows.FOLDER).mkdir(exist_ok=True)
    (folder / "fields").mkdir(exist_ok=True)
    hidden = (".*.tmp*", "inputs/.*.tmp*", "records/.*", "figures/.*.tmp*")
    for left_over in [path for pattern in hidden for path in folder.glob(pattern)]:
        left_over.unlink()
    rows.mend(folder)
    rows.fold(folder)  # of workers of a run that was killed
    remove_unfinished_fields(folder)
    unfinished.remove_others(folder, {case.key for case in plan.cases})


def write_plan(folder: Path, plan: StoredPlan) -> None:
    """Let a folder that is this study's have its plan."""
    write_atomic(folder / "plan.json", to_json(plan.to_json()))


def remove_unfinished_fields(folder: Path) -> None:
    """Remove what workers left that ended before their fields were whole."""
    for left_over in folder.glob("fields/.*"):
        shutil.rmtree(left_over, ignore_errors=True)


def check_same_study(folder: Path, plan: StoredPlan) -> None:
    """Raise InputError unless the folder is free or holds this study, perhaps with other levels."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"the output folder '{folder}' is a file")
    if not (folder / "plan.json").exists():
        if folder.exists() and any(not path.name.startswith(".") for path in folder.iterdir()):
            raise InputError(f"the output folder '{folder}' is not empty and holds no study")
        return
    difference = _difference(read_plan(folder).study, plan.study)
    if difference:
        raise InputError(
            f"the output folder '{folder}' holds another study: {difference}; choose another --out"
        )


def read_plan(folder: Path) -> StoredPlan:
    """The plan of the study in a folder, each case with the key of the record that it has."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"DIR = '{folder}' is a file; it must be the output folder of a run")
    try:
        text = (folder / "plan.json").read_text(encoding="utf-8-sig")
        plan = StoredPlan.from_json(json.loads(text))
    except FileNotFoundError:
        raise InputError(
            f"DIR = '{folder}' holds no study: it must be the output folder of a run, which has a "
            "plan.json"
        ) from None
    except KeyError as error:
        raise InputError(f"plan.json in '{folder}' cannot be read: it has no {error}") from None
    except (AttributeError, TypeError):
        raise InputError(f"plan.json in '{folder}' cannot be read: it is no plan") from None
    except (ValueError, OSError) as error:
        raise InputError(f"plan.json in '{folder}' cannot be read: {error}") from None
    several = {case.key: case.candidates for case in plan.cases if case.key and case.candidates}
    if not several:
        return plan
    known = statuses(folder, (key for keys in several.values() for key in keys))
    best = {
        key: next((one for one in keys if known.get(one) == "solved"), key)
        for key, keys in several.items()
    }
    return plan.with_keys(best)


def write_record(folder: Path, key: str, record: CaseRecord) -> None:
    """Store what became of one design; for the run that holds the folder."""
    rows.append_to_newest(folder, rows.line_of(key, record))


def read_record(folder: Path, key: str, discard: bool = False) -> CaseRecord | None:
    """A stored record, or None where its case has to be solved again.

    A damaged one counts as absent, and is removed on ``discard`` where it is a file by itself. One
    that is whole but of another schema is not used either, and kept until its case is solved.
    """
    return _record(folder, key, rows.find(folder, key), discard)


def read_records(folder: Path, plan: StoredPlan) -> dict[str, CaseRecord]:
    """All records that a plan refers to, by key."""
    wanted = dict.fromkeys(case.key for case in plan.cases if case.key)
    found = ((key, _record(folder, key, row)) for key, row in rows.find_each(folder, wanted))
    return {key: record for key, record in found if record is not None}


def statuses(folder: Path, keys: Iterable[str], discard: bool = False) -> dict[str, str]:
    """What became of designs, by key: those whose record :func:`read_record` gives.

    The head of a row says it, and its checksum that the row is whole: no JSON is parsed.
    """
    out, alone = {}, _files_alone(folder)
    for key, row in rows.find_each(folder, dict.fromkeys(keys)):
        if row is None and key not in alone:
            continue
        if row is not None and row[1].endswith(rows.ending_of(key)):
            out[key] = row[0].status
        elif (record := _record(folder, key, row, discard)) is not None:
            out[key] = record.status
    return out


def _record(
    folder: Path, key: str, row: tuple[rows.Row, bytes] | None, discard: bool = False
) -> CaseRecord | None:
    """The record of a row, or of a file by itself."""
    path = folder / "records" / f"{key}.json"
    try:
        if row is not None:
            content = rows.content(row[1])
        else:
            stored = json.loads(path.read_text(encoding="utf-8-sig"))
            content = stored["record"]
            if stored["checksum"] != _checksum(content) or content["key"] != key:
                raise ValueError("its checksum does not fit")
        if content.get("schema") == SCHEMA:
            return CaseRecord.from_json(content)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        LOG.warning(
            "record %s is discarded: it is damaged; its case has to be solved again", path.name
        )
        if discard:
            path.unlink(missing_ok=True)
        return None
    LOG.warning(
        "record %s is older: of schema %s, not %d; it is kept but not used, and its case has to be "
        "solved again",
        key,
        content.get("schema"),
        SCHEMA,
    )
    return None


def has_records(folder: Path) -> bool:
    """Whether anything is stored in a folder."""
    return bool(rows.keys(folder)) or next(folder.glob("records/[!.]*.json"), None) is not None


def warn_of_unused(folder: Path, plan: StoredPlan) -> None:
    """Say how many stored records no case refers to: other levels, or older code and materials."""
    stored = rows.keys(folder) | _files_alone(folder)
    if unused := len(stored - {case.key for case in plan.cases}):
        LOG.warning(
            "%d of the stored records fit no case (other levels, or code, materials or Gmsh have "
            "changed); they are kept but not used",
            unused,
        )


def fields_file(folder: Path, key: str) -> Path | None:
    """Where the fields of a solved design are, if they were kept."""
    # by the key alone: its part and factors only name the file for people
    return next(iter(sorted((folder / "fields").glob(f"[!.]*-{key[:12]}.vtu"))), None)


def fields_of(folder: Path, keys: Iterable[str]) -> dict[str, Path]:
    """Where the fields of those designs are whose were kept, by key: one look at the folder."""
    found: dict[str, Path] = {}
    for path in sorted((folder / "fields").glob("[!.]*.vtu")):
        found.setdefault(path.stem[-12:], path)
    return {key: found[key[:12]] for key in keys if key[:12] in found}


def beside(fields: Path, ending: str) -> Path:
    """The path of a further file of a case that keeps its fields: ``<fields>-<ending>``."""
    return fields.with_name(f"{fields.stem}-{ending}")


def fields_name(part: str, label: str, key: str) -> str:
    """A file name for fields: what a person reads, and the key that tells it apart."""
    readable = re.sub(r"[^A-Za-z0-9_.]+", "-", f"{part}-{label}").strip("-")[:100]
    return f"{readable}-{key[:12]}.vtu"


# ---------------------------------------------------------------------------------- helpers


def _files_alone(folder: Path) -> set[str]:
    """Keys of the records that are files by themselves."""
    return {path.stem for path in folder.glob("records/[!.]*.json")}


def _checksum(record: Any) -> str:
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _difference(there: StoredStudy, here: StoredStudy) -> str | None:
    """In what two studies differ, levels and titles aside; parts may be added or removed."""
    if there.name != here.name:
        return f"'{there.name}', not '{here.name}'"
    base_there, base_here = _leaves(there.base), _leaves(here.base)
    for path in [*base_here, *base_there]:
        a, b = base_there.get(path), base_here.get(path)
        if a != b and path != "name":
            return f"its base has {path} = {a}, not {b}"
    parts = {part.name: part for part in there.part}
    for part in here.part:
        old = parts.get(part.name)
        if old is None:
            continue
        if old.set != part.set:
            return f"its part '{part.name}' sets {old.set}, not {part.set}"
        if old.varied != part.varied:
            was, now = ", ".join(old.varied) or "nothing", ", ".join(part.varied) or "nothing"
            return f"its part '{part.name}' varies {was}, not {now}"
    return None


def _leaves(data: Any, prefix: str = "") -> dict[str, Any]:
    if not isinstance(data, Mapping):
        return {prefix: data}
    out: dict[str, Any] = {}
    for key, value in data.items():
        out.update(_leaves(value, f"{prefix}.{key}" if prefix else key))
    return out


def _take_lock(path: Path, folder: Path) -> IO[bytes]:
    while True:
        # stays open as long as the run; nothing is left to be written when it is closed
        file = open(path, "a+b", buffering=0)
        try:
            _lock(file)
        except OSError as error:
            file.seek(0)
            holder = file.read().decode(errors="replace").strip()
            file.close()
            if error.errno not in IN_USE:  # a file system without locks
                raise
            who = f" (process {holder})" if holder else ""
            raise InputError(
                f"the output folder '{folder}' is in use by another run{who}; wait for it to end"
            ) from None
        # the holder before us may have removed the file between our open and our lock
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                with suppress(OSError):  # who holds the folder is a courtesy, the lock is not
                    file.truncate(0)
                    file.write(str(os.getpid()).encode())
                return file
        file.close()


def _drop_lock(file: IO[bytes], folder: Path) -> None:
    with suppress(OSError):  # Windows does not remove an open file; it is only litter
        (folder / ".lock").unlink()
    file.close()


def _lock(file: IO[bytes]) -> None:
    """Take the system's lock on an open file, or raise OSError at once."""
    if os.name == "nt":
        import msvcrt

        # far behind the text, which stays readable that way
        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
