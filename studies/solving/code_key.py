"""Which sources decide a number, and a hash of them: found by following imports, not by a list.

A record may be used again only while nothing has changed that could change a number in it. From the
evaluator on every import of the packages is followed, deferred ones and those for annotations
included: what is followed needlessly makes a record old without need, what is missed would make an
old record pass for a new one. A registry that finds its modules in a folder (laws of materials)
names that folder, all modules of which are followed too. Only what draws or writes what was solved
is not followed.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path

START = "studies.solving.evaluate"
PACKAGES = ("fem_bump", "geometry", "groundwork", "studies")
# take numbers and give none back
AFTER_SOLVING = ("studies.fields.files", "studies.notebook")

_AFTER = tuple(f"{module}." for module in AFTER_SOLVING)
_COMMENT = re.compile(r"#[^\n]*")
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)|import[ \t]+([^\n]+))",
    re.MULTILINE,
)
_FOLDER = re.compile(r"""\bfolder=["']([\w.]+)["']""")  # of a groundwork.registry.Registry
_NAME = re.compile(r"([\w.]+)(?:\s+as\s+\w+)?")


def deciding_sources(roots: Mapping[str, Path] | None = None) -> dict[str, Path]:
    """Module name to file, of every module that can change a number.

    Parameters
    ----------
    roots
        Package name to its folder; the installed packages without it.
    """
    if roots is None:
        roots = {name: Path(str(resources.files(name))) for name in PACKAGES}
    found: dict[str, Path] = {}
    waiting = [START]
    while waiting:
        module = waiting.pop()
        file = _file_of(module, roots)
        if file is None or module in found or f"{module}.".startswith(_AFTER):
            continue
        found[module] = file
        parents = module.split(".")[:-1]
        waiting += [".".join(parents[: k + 1]) for k in range(len(parents))]
        source = file.read_text(encoding="utf-8")
        waiting += _imports(source, module, file.name == "__init__.py")
        for folder in _FOLDER.findall(source):
            waiting += _modules_in(folder, roots)
    return dict(sorted(found.items()))


def hash_of_sources(roots: Mapping[str, Path] | None = None) -> str:
    """Hash of the sources that decide a number."""
    digest = hashlib.sha256()
    for module, file in deciding_sources(roots).items():
        digest.update(f"{module}\0".encode() + file.read_bytes())
    return digest.hexdigest()


@functools.cache
def code_hash() -> str:
    """Hash of the installed sources that decide a number."""
    return hash_of_sources()


def _file_of(module: str, roots: Mapping[str, Path]) -> Path | None:
    package, *rest = module.split(".")
    if package not in roots:
        return None
    place = roots[package].joinpath(*rest)
    for file in (place / "__init__.py", place.with_name(f"{place.name}.py")):
        if file.is_file():
            return file
    return None


def _modules_in(folder: str, roots: Mapping[str, Path]) -> Iterator[str]:
    """Modules of a package, not of packages within."""
    package = _file_of(folder, roots)
    if package is not None:
        stems = sorted(file.stem for file in package.parent.glob("*.py"))
        yield from (f"{folder}.{stem}" for stem in stems if stem != "__init__")


def _imports(source: str, module: str, is_package: bool) -> Iterator[str]:
    """Names that a module imports; those of no module among them do no harm."""
    for base, names, modules in _IMPORT.findall(_COMMENT.sub("", source)):
        if modules:
            yield from _NAME.findall(modules)
            continue
        above = len(base) - len(base.lstrip("."))
        if above:
            parts = module.split(".")
            here = parts[: len(parts) - above + is_package]
            base = ".".join([*here, *filter(None, [base.lstrip(".")])])
        yield base
        yield from (f"{base}.{name}" for name in _NAME.findall(names))
