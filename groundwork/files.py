"""Files that are either whole or absent."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LONGEST_STEM = 180  # bytes; most systems allow names of 255
_COUNT = itertools.count()


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A place to write to that becomes the file when the block ends, and nothing if it fails.

    A kill at any instant leaves the old file or the new one, never half of it. The place has the
    ending of the file, from which some writers take the format.

    Raises
    ------
    OSError
        What the system refuses, with ``path`` as its ``filename``.
    """
    # same folder, hence same file system: only there is the replacement atomic; and a short name,
    # as that of the file may be as long as the system allows
    temporary = path.with_name(f".{os.getpid()}-{next(_COUNT)}.tmp{path.suffix}")
    try:
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError) and error.errno is not None:
            # write and fsync name no file, and the temporary one says nothing to anybody
            if error.filename in (None, temporary, str(temporary)):
                error.filename, error.filename2 = str(path), None
        raise


def file_stem(text: str) -> str:
    """A text as the name of a file; cut, with a hash of the whole, where it would be too long."""
    data = text.encode()
    if len(data) <= LONGEST_STEM:
        return text
    return f"{data[: LONGEST_STEM - 9].decode(errors='ignore')}-{short_hash(text)}"


def short_hash(text: str) -> str:
    """Eight digits that tell a text from others."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file, whole or not at all: see :func:`whole_file`."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    with whole_file(path) as temporary, open(temporary, "wb") as file:
        file.write(data)
