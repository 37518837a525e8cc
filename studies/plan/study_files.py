"""A study's file and the files that it refers to, as one whole that can be put elsewhere.

In the copy every reference leads into the folder ``inputs`` beside the study; everything else in
its text, comments included, stays as it was written.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fem_bump.errors import InputError
from groundwork.toml_text import toml_text
from groundwork.user_text import text_of

INPUTS = "inputs"
# strings and, so that a quote in them opens none, comments
TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' r"'''.*?'{3,5}|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'|" r"#[^\n]*",
    re.DOTALL,
)
Place = tuple[Any, ...]


@dataclass(frozen=True)
class StudyFiles:
    """What a study is read from.

    Attributes
    ----------
    text
        Of the study's file, its references relative to it.
    inputs
        Bytes of each file that it refers to, by the reference.
    """

    text: str
    inputs: Mapping[str, bytes]


@dataclass(frozen=True)
class WrittenStudy:
    """A study that is in no file: its text, and the folder that its references are relative to."""

    text: str
    folder: Path
    name: str = "of Python"  # as sentences call its file

    @classmethod
    def of(cls, data: Mapping[str, Any], folder: str | Path = ".") -> WrittenStudy:
        """From plain data in the layout of a study's file.

        Raises
        ------
        InputError
            For what no such file can say.
        """
        try:
            return cls(toml_text(data), Path(folder))
        except ValueError as error:
            raise InputError(f"the study's {error}") from None


def study_files(study: str | Path | WrittenStudy) -> StudyFiles:
    """Read a study's file and all files that it refers to.

    Raises
    ------
    InputError
        When one of them cannot be read.
    """
    if isinstance(study, WrittenStudy):
        return _with_inputs(study.text, study.folder)
    path = Path(study)
    try:
        text = text_of(_read(path))
    except ValueError as error:
        raise InputError(f"'{path}' is {error}") from None
    return _with_inputs(text, path.parent)


def _with_inputs(text: str, folder: Path) -> StudyFiles:
    inputs: dict[str, bytes] = {}
    names: dict[Path, str] = {}
    for place, reference in _references(tomllib.loads(text)):
        source = folder / reference
        name = names.setdefault(source.resolve(), _free_name(source, inputs))
        inputs[name] = _read(source)
        text = _rewritten(text, place, name)
    return StudyFiles(text, inputs)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read '{path}': {error.strerror or error}") from None


def _references(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Where a study names a file, and what it names."""
    if data.get("base_file") is not None:
        yield ("base_file",), data["base_file"]
    for k, part in enumerate(data["part"]):
        if part.get("cases_csv") is not None:
            yield ("part", k, "cases_csv"), part["cases_csv"]


def _free_name(source: Path, taken: Mapping[str, bytes]) -> str:
    """A name in the folder of inputs that no other file has, on any file system."""
    used = {name.casefold() for name in taken}
    number, name = 1, f"{INPUTS}/{source.name}"
    while name.casefold() in used:
        number += 1
        name = f"{INPUTS}/{source.stem}-{number}{source.suffix}"
    return name


def _rewritten(text: str, place: Place, name: str) -> str:
    """A study's text with another reference at one place, and everything else as it was."""
    wanted = deepcopy(data := tomllib.loads(text))
    node = wanted
    for key in place[:-1]:
        data, node = data[key], node[key]
    old, node[place[-1]] = data[place[-1]], name
    if old == name:
        return text
    for token in TOKEN.finditer(text):
        if token[0].startswith("#") or tomllib.loads(f"x = {token[0]}")["x"] != old:
            continue
        found = text[: token.start()] + json.dumps(name, ensure_ascii=False) + text[token.end() :]
        try:
            # as text: a level that is not a number differs from itself
            if repr(tomllib.loads(found)) == repr(wanted):
                return found
        except tomllib.TOMLDecodeError:  # a key of the same spelling, now twice
            continue
    raise AssertionError(f"no string of the study is its {place}")
