"""Build the documentation's site: the repository's pages, what the code says of itself, examples.

    python docs/site/build.py [--out FOLDER] [--quick] [--links]

Everything is put together in a folder of its own, laid out like the repository, so that links hold
there as they do here; the checkout stays as it is. Pages that the code writes are made there too
(:mod:`pages`). Sphinx then writes ``FOLDER/VERSION``, its warnings are errors, and
``FOLDER/index.html`` leads to every version that is there.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path

from packaging.version import InvalidVersion, Version

import links
import pages
import sections

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLES = ROOT / "docs" / "examples"
PAGES = ("*.md", "docs/**/*.md", "benchmarks/*.md")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
INDEX = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>fem-bump: documentation</title>
<meta name="viewport" content="width=device-width">
<style>body {{ font: 1.1rem/1.6 sans-serif; margin: 4rem auto; max-width: 40rem }}</style>
<h1>fem-bump</h1>
<p>Documentation by version; each says what held when it was released.</p>
<ul>
{items}
</ul>
</html>
"""


def version() -> str:
    """Of the checkout."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def put_together(source: Path) -> None:
    """Pages of the repository and the files that they link to, in their places; examples."""
    for page in sorted({page for pattern in PAGES for page in ROOT.glob(pattern)}):
        _put(page, source)
        for file in _linked(page):
            _put(file, source)
    shutil.copytree(EXAMPLES, source / "examples", dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip


def _put(file: Path, source: Path) -> None:
    place = source / file.relative_to(ROOT)
    if HERE in file.parents:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix != ".md":
        shutil.copy2(file, place)
        return
    up = "../" * len(file.relative_to(ROOT).parent.parts)
    place.write_text(links.linked(file.read_text(encoding="utf-8"), up), encoding="utf-8")


def _linked(page: Path) -> Iterator[Path]:
    """Files of the repository, other than pages and examples, to which a page has links."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        file = (page.parent / target).resolve()
        if file.is_file() and file.suffix != ".md" and file.is_relative_to(ROOT):
            if file.parent != EXAMPLES:
                yield file


def build(out: Path, work: Path, quick: bool, others: bool) -> int:
    """Write the site of this version; Sphinx's exit status."""
    source = work / "source"
    shutil.rmtree(source, ignore_errors=True)
    put_together(source)
    pages.write(source, quick)
    sections.write_index(source, HERE / "index.md")
    target = out / version()
    command = [
        sys.executable, "-m", "sphinx", "-W", "--keep-going", "--nitpicky", "--quiet",
        "-b", "linkcheck" if others else "html", "-c", str(HERE), "-d", str(work / "doctrees"),
        "-D", f"release={version()}", "-D", f"plot_gallery={0 if quick or others else 1}",
        str(source), str(work / "links" if others else target),
    ]  # fmt: skip
    status = subprocess.run(command, cwd=ROOT).returncode
    if status == 0 and others:
        print("links to other sites lead somewhere")
    elif status == 0:
        write_versions(out)
        print(target / "index.html")
    return status


def write_versions(out: Path) -> None:
    """The page that leads to every version in a folder, the newest first."""
    found = []
    for folder in out.iterdir():
        try:
            found.append(Version(folder.name))
        except InvalidVersion:
            continue
    items = "\n".join(
        f'<li><a href="{escape(str(one))}/index.html">{escape(str(one))}</a></li>'
        for one in sorted(found, reverse=True)
    )
    (out / "index.html").write_text(INDEX.format(items=items), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the documentation's site.")
    parser.add_argument("--out", type=Path, default=ROOT / "_site", help="folder of all versions")
    parser.add_argument("--quick", action="store_true", help="run no example, verify little")
    parser.add_argument("--links", action="store_true", help="check links to other sites instead")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        return build(given.out.resolve(), Path(work), given.quick, given.links)


if __name__ == "__main__":
    sys.exit(main())
