"""Styles and programs of the page, put into it from their own files.

Each file of ``studies/report/scripts`` is a module of JavaScript; a map gives the browser its text
under the name by which the others import it, ``report/dom`` for ``dom.js``. Nothing is fetched, and
the page's own policy forbids it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from studies.report.interactive.payload import packed, payload
from studies.results.results import Results

ROOM = Path(__file__).parents[1]
SCRIPTS, STYLES = ROOM / "scripts", ROOM / "styles"
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline' data:; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Program:
    """What the page runs: its data, packed, and its modules as an import map."""

    data: Markup
    modules: Markup


def styles() -> Markup:
    """All style sheets of the page."""
    files = sorted(STYLES.glob("*.css"))
    return Markup("\n".join(file.read_text(encoding="utf-8") for file in files))


def program(results: Results) -> Program:
    """The page's program with the data of a run."""
    imports = {}
    for file in sorted(SCRIPTS.glob("*.js")):
        text = base64.b64encode(file.read_bytes()).decode("ascii")
        imports[f"report/{file.stem}"] = f"data:text/javascript;base64,{text}"
    return Program(Markup(packed(payload(results))), Markup(json.dumps({"imports": imports})))
