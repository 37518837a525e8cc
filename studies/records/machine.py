"""What the machine refuses, in one sentence: a full disk, a read-only folder, a limit.

The system's own errors say neither in which folder nor what of a computation is safe.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WORKING = re.compile(r"\.\d+")  # a process's own folder beside the files that it is to write
# what no other path or permission would mend: the machine has no more of something
SPENT = {
    errno.ENOSPC: "no space is left on the disk of",
    errno.EDQUOT: "the disk quota is used up for",
    errno.EFBIG: "the system allows no file as large as",
    errno.EIO: "the disk does not work for",
    errno.EMFILE: "too many files are open to open",
    errno.ENFILE: "too many files are open on this machine to open",
    errno.EAGAIN: "the system starts no more processes for",
    errno.ENOMEM: "the system gives no more memory for",
    errno.ESTALE: "the network drive is gone that holds",
}
SOMETHING = "something else"


class StorageError(RuntimeError):
    """Results cannot be stored where they should; the message says what is safe.

    ``result`` is what a design that was solved before amounts to, if there is one.
    """

    def __init__(self, message: str, result: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.result = result


def is_of_the_machine(error: BaseException) -> bool:
    """Whether an error tells of the machine and its files rather than of a bug.

    Those that name a file do, those that say that something is used up, and that nothing temporary
    can be written.
    """
    if not isinstance(error, OSError):
        return False
    return error.filename is not None or error.errno in SPENT or _has_no_temporary(error)


def is_mendable(error: OSError) -> bool:
    """Whether another path, or another right to it, is all that it takes."""
    return error.errno not in SPENT and not _has_no_temporary(error)


def sentence(error: OSError) -> str:
    """Where and why, without a full stop."""
    name = error.filename if isinstance(error.filename, str | bytes | os.PathLike) else None
    if _has_no_temporary(error):
        return "no folder for temporary files can be written; set TMPDIR to one that can"
    where = f"'{_final(Path(os.fsdecode(name)))}'" if name is not None else SOMETHING
    if error.errno in SPENT:
        return f"{SPENT[error.errno]} {where}"
    return f"cannot use {where}: {error.strerror}"


def working_place(path: Path) -> Path:
    """Where a process writes a file that has others beside it until all of them are whole."""
    return path.with_name(f".{os.getpid()}") / path.name


def _final(path: Path) -> Path:
    """Where a file was to go in the end: a process's hidden folder says nothing to anybody."""
    if WORKING.fullmatch(path.name):
        return path.parent
    return path.parent.parent / path.name if WORKING.fullmatch(path.parent.name) else path


def _has_no_temporary(error: BaseException | None) -> bool:
    """Whether nothing temporary could be written, also as the reason for another error."""
    while error is not None:
        if "No usable temporary directory" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def kept_safe(what_is_safe: Callable[[], str]) -> Iterator[None]:
    """Turn what the machine refuses in the block into a sentence that ends with what is safe.

    Raises
    ------
    StorageError
        With the folder, the cause, and what is stored.
    """
    try:
        yield
    except StorageError as error:
        raise StorageError(f"{error}; {what_is_safe()}", error.result) from error
    except OSError as error:
        if not is_of_the_machine(error):
            raise
        raise StorageError(f"{sentence(error)}; {what_is_safe()}") from error
