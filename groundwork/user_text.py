"""The text of a file that a user saved, whatever editor or shell wrote it.

UTF-8, or UTF-16 and UTF-32 with a byte order mark (which some editors and shells write), in any
convention of line ends. Everything else is refused by name and line, not guessed.
"""

from __future__ import annotations

import codecs
import tomllib
from typing import Any

# a mark of UTF-32 begins like one of UTF-16
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def text_of(content: bytes) -> str:
    r"""The text of a file's bytes, without byte order mark, every line end as ``\n``.

    Raises
    ------
    ValueError
        When it is no text; the message continues "the file is ...".
    """
    mark, encoding = next(((m, e) for m, e in MARKS if content.startswith(m)), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        before = content[len(mark) : len(mark) + error.start].decode(encoding)
        line = _unix(before).count("\n") + 1
        wrong = f"byte 0x{content[len(mark) + error.start]:02x} at line {line}"
        called = encoding.removesuffix("-le").removesuffix("-be").upper()
        raise ValueError(f"not {called} text: {wrong}; save it as UTF-8") from None
    text = _unix(text).lstrip("\ufeff")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ValueError(
            f"not UTF-8 text: a NUL byte at line {line}, as in UTF-16 without a byte order mark or "
            "in a damaged file; save it as UTF-8"
        )
    return text


def toml_of(content: bytes) -> dict[str, Any]:
    """The tables of a TOML file's bytes.

    Raises
    ------
    ValueError
        When it is no text or no TOML; the message continues "the file is ...".
    """
    text = text_of(content)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:  # its message ends in the line and the column
        last = text.count("\n") + 1
        message = str(error).replace("at end of document", f"at line {last}, the last")
        raise ValueError(f"not valid TOML: {message}") from None
    except RecursionError:
        raise ValueError("not valid TOML: its lists or tables are nested too deeply") from None


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
