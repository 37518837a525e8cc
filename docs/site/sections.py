"""The site's sections: which pages stand in which, and the front page's table of contents."""

from __future__ import annotations

from pathlib import Path

REST = "*"  # pages of docs/ that stand nowhere by name, later ones among them

SECTIONS = {
    "Tutorial": ["docs/tutorial/first-study", "docs/tutorial/afternoon"],
    "Examples": ["gallery/index"],
    "How to": [
        "docs/starting-a-design", "docs/design-file", "docs/study-file",
        "docs/cluster", "docs/reading-the-report", "docs/explorer", "docs/own-meshes",
        "docs/meshes/*", "docs/notebook", "docs/claims", "docs/heat-and-migration",
        "docs/calibration", "docs/conditions", "docs/reliability", "docs/decision", "docs/optimum",
        "docs/extending",
    ],
    "Theory": [
        "docs/theory", "docs/materials", "docs/histories", "docs/process-stress",
        "docs/cycles", "docs/heat", "docs/migration",
        "docs/voids", "docs/intermetallics", "docs/fatigue", "docs/corners", "docs/fracture",
        "docs/probe-mark", "docs/off-centre-film", "docs/reflow", REST, "limits",
    ],
    "Verification": [
        "docs/verification", "docs/validation", "verification/index", "benchmarks/README",
    ],
    "Reference": ["docs/metrics", "reference/*"],
    "Project": ["README", "docs/architecture", "CONTRIBUTING", "CHANGELOG",
                "docs/distribution", "docs/licences"],
}  # fmt: skip


def write_index(source: Path, front: Path) -> None:
    """The front page, and behind it the contents of every section.

    Whatever else is in ``docs/`` is theory.
    """
    there = {
        page.relative_to(source).with_suffix("").as_posix()
        for page in (source / "docs").glob("*.md")
    }
    named = {page for pages in SECTIONS.values() for page in pages}
    rest = sorted(there - named)
    text = [front.read_text(encoding="utf-8")]
    for title, pages in SECTIONS.items():
        found = [each for page in pages for each in (rest if page == REST else [page])]
        options = [f":caption: {title}", ":hidden:", ":titlesonly:", ":glob:"]
        text += ["```{toctree}", *options, "", *found, "```", ""]
    (source / "index.md").write_text("\n".join(text), encoding="utf-8")
