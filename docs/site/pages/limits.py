"""What is not modelled: what the pages say of it, in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pages.markdown import page

INTRODUCTION = """\
Put together from the pages that say it, each under its own title."""
HEADING = re.compile(r"^(#+) +(.*\b(?:not modelled|limits|known gaps)\b.*)$", re.I | re.M)
LINK = re.compile(r"\]\((?!\w+:|#)([^)]+)\)")


def pages(source: Path) -> dict[str, str]:
    parts = [INTRODUCTION]
    for file in [source / "README.md", *sorted((source / "docs").glob("*.md"))]:
        text = file.read_text(encoding="utf-8")
        title = re.search(r"^# +(.*)$", text, re.M)
        for said in _said(text):
            place = file.relative_to(source).as_posix()
            parts.append(f"## {title[1] if title else file.stem}")
            parts.append(f"From [{place}]({place}):")
            folder = f"{file.parent.relative_to(source).as_posix()}/".removeprefix("./")
            parts.append(LINK.sub(lambda found, at=folder: f"]({at}{found[1]})", said))
    return {"limits": page("What is not modelled", *parts)}


def _said(text: str) -> Iterator[str]:
    """What stands under each heading that is about it."""
    for found in HEADING.finditer(text):
        below = re.compile(rf"^#{{1,{len(found[1])}}} ", re.M).search(text, found.end())
        yield text[found.end() : below.start() if below else None].strip()
