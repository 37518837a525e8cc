"""The licences of everything that fem-bump needs to run, as the installed packages state them.

Prints the table of docs/licences.md; ``--write`` puts it there. Run it in the environment that
script/bootstrap makes::

    .venv/bin/python script/licences.py --write
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"
BEGIN, END = "<!-- written by script/licences.py -->", "<!-- end -->"
PREFIX = "License :: OSI Approved :: "
# names of classifiers as others of the table have them
SHORT = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
}


def needed() -> list[str]:
    """Names of all packages that the program needs to run on this machine, without extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: set[str] = set()
    left = _names(project["dependencies"])
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += _names(metadata.requires(name) or [])
    return sorted(found)


def _names(requirements: list[str]) -> list[str]:
    names = []
    for text in requirements:
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            names.append(re.sub(r"[-_.]+", "-", wanted.name).lower())
    return names


def licence(package: str) -> str:
    """A package's licence: its SPDX expression, else its classifiers, else its first words."""
    said = metadata.metadata(package)
    if said.get("License-Expression"):
        return str(said["License-Expression"])
    listed = [
        text.removeprefix(PREFIX)
        for text in said.get_all("Classifier", [])
        if text.startswith(PREFIX)
    ]
    text = (said.get("License") or "not stated").strip().splitlines()[0]
    if len(text) > 40:  # a whole text
        text = text[:40]
    return ", ".join(SHORT.get(each, each) for each in listed) or SHORT.get(text, text)


def table() -> str:
    """Rows of a table in Markdown, by name."""
    rows = [f"| {name} | {licence(name)} |" for name in needed()]
    return "\n".join(["| package | licence |", "|---|---|", *rows])


def page(text: str) -> str:
    """The page with the table as it is now."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(table())
