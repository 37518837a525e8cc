"""The page and its files: own styles and programs, and those of the report that it shares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from studies.explorer.session import Session
from studies.report.interactive.embed import SCRIPTS as REPORT_SCRIPTS
from studies.report.interactive.embed import STYLES as REPORT_STYLES
from studies.wording.control_signs import harmless

ROOM = Path(__file__).parent
SHARED = ("dom", "numbers", "scales", "section_drawing")  # programs of the report
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True)
class Served:
    """A file that the page may ask for."""

    kind: str
    content: bytes


def files() -> dict[str, Served]:
    """All of them by name, read once: a request names one of these or nothing."""
    found = {
        "page.css": REPORT_STYLES / "page.css",
        "explore.css": REPORT_STYLES / "explore.css",
        "explorer.css": ROOM / "styles" / "explorer.css",
        **{f"report-{name}.js": REPORT_SCRIPTS / f"{name}.js" for name in SHARED},
        **{file.name: file for file in sorted((ROOM / "scripts").glob("*.js"))},
    }
    return {name: Served(KINDS[path.suffix], path.read_bytes()) for name, path in found.items()}


def page(session: Session, served: Mapping[str, Served], nonce: str) -> bytes:
    """The page; its import map is the one script in it, by a ``nonce`` of its policy."""
    environment = Environment(
        loader=PackageLoader("studies.explorer"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    imports = {}
    for name in served:
        stem = name.removesuffix(".js")
        if stem == name:
            continue
        shared = stem.removeprefix("report-")
        imports[f"report/{shared}" if shared != stem else f"explorer/{stem}"] = f"./files/{name}"
    study = session.now.results.study
    text = environment.get_template("explorer.html.j2").render(
        title=harmless(study.title or study.name),
        folder=harmless(str(session.folder)),
        styles=[name for name in served if name.endswith(".css")],
        nonce=nonce,
        imports=Markup(json.dumps({"imports": imports})),
    )
    return text.encode("utf-8", "replace")
