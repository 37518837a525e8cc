"""Copies of the sources with a line broken, and what notices: see :mod:`tests.verification.mutate`.

Compiled code is what takes the time, so the copy starts with what the checkout has compiled, and a
mutant with that of the unbroken sources. Numba
asks whether the file of a function has changed and not those of the functions that it calls, whose
code is part of its own. So a mutant is lent the code of all files but the broken one and those that
import it, directly or through others; what it compiles itself stays in its own folder.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from numba.core.caching import _CacheLocator

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("fem_bump", "geometry", "groundwork", "studies")
PHYSICS = ("fem_bump", "groundwork")
COMPILED = (*PHYSICS, "geometry")  # with kernels that call others
WITH_TESTS = (*PACKAGES, "tests", "pyproject.toml")
TRY = Path(__file__).with_name("try_problems.py")
LIMIT_S = 900  # for one problem or test, which take seconds


@dataclass(frozen=True)
class Mutation:
    """A substitution that must match exactly ``times`` times in a file of a package.

    Attributes
    ----------
    tests
        What may notice, as pytest names them; none: the verification problems.
    """

    name: str
    file: str
    old: str
    new: str
    times: int = 1
    package: str = "fem_bump"
    tests: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """From the repository's root."""
        return f"{self.package}/{self.file}"

    def broken(self, folder: Path) -> str:
        """The mutant's text of a file under a folder with the packages."""
        text = (folder / self.path).read_text(encoding="utf-8")
        if text.count(self.old) != self.times:
            raise LookupError(
                f"mutation '{self.name}' matches {text.count(self.old)} times in {self.path}, "
                f"not {self.times}"
            )
        return text.replace(self.old, self.new)

    def in_functions(self, folder: Path) -> bool:
        """Whether all that changes stands in the bodies of functions."""
        text = (folder / self.path).read_text(encoding="utf-8")
        lines = {text.count("\n", 0, at) + 1 for at in _places(text, self.old)}
        bodies = [
            (node.body[0].lineno, node.end_lineno or 0)
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef)
        ]
        return all(any(low <= line <= high for low, high in bodies) for line in lines)


@dataclass
class Workshop:
    """A folder with a copy of the sources, their compiled code, and mutants while they are tried.

    What is compiled there is used again by the next run as long as the sources of all kernels are
    the same.
    """

    folder: Path
    _used: dict[str, list[str]] = field(default_factory=dict, init=False)
    _passed: set[str] = field(default_factory=set, init=False)  # tests
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self.unbroken = self.folder / digest(COMPILED) / "unbroken"
        self.compiled = self.unbroken.with_name("compiled")
        shutil.rmtree(self.unbroken, ignore_errors=True)
        _copy_sources(ROOT, self.unbroken, WITH_TESTS)
        self.compiled.mkdir(exist_ok=True)
        self._start_from_what_is_compiled()
        self._kept = self.unbroken.with_name("used.json")
        if self._kept.exists():
            self._used = json.loads(self._kept.read_text(encoding="utf-8"))
        self.importers = _importers(self.unbroken)

    def _start_from_what_is_compiled(self) -> None:
        """Take the code that lies with the checkout: a stamp of all it is made of tells its state.

        A source's time of change is part of the stamp, and kept by the copy.
        """
        for package in COMPILED:
            for source in (ROOT / package).rglob("*.py"):
                kept = source.parent / "__pycache__"
                if folder := os.environ.get("NUMBA_CACHE_DIR"):
                    kept = self.cache_of(Path(folder), source)
                to = self.cache_of(self.compiled, self.unbroken / source.relative_to(ROOT))
                for file in sorted(kept.glob(f"{source.stem}.*.nb[ci]"), reverse=True):  # nbi first
                    to.mkdir(parents=True, exist_ok=True)
                    with suppress(FileNotFoundError):  # another process compiles it again
                        shutil.copyfile(file, to / file.name)

    def noticed_by(
        self, mutation: Mutation, candidates: Sequence[str], first: bool = False
    ) -> dict[str, list[str]]:
        """Problems or tests that notice a mutation, and what each has found wrong.

        Parameters
        ----------
        candidates
            Those that are tried, in this order. Problems that do not use what is broken are not.
        first
            Whether the first that notices is enough.

        Raises
        ------
        RuntimeError
            A candidate that fails with the unbroken sources too.
        """
        self._must_pass(candidates, bool(mutation.tests))
        if not mutation.tests:
            candidates = [name for name in candidates if self._may_notice(mutation, name)]
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            mutant = Path(name) / "mutant"
            _copy_sources(self.unbroken, mutant, WITH_TESTS if mutation.tests else PHYSICS)
            (mutant / mutation.path).write_text(mutation.broken(mutant), encoding="utf-8")
            compiled = Path(name) / "compiled"
            self.lend(mutation.path, mutant, compiled)
            run = _failing_tests if mutation.tests else _failing_problems
            return run(mutant, compiled, candidates, first)

    def _must_pass(self, candidates: Iterable[str], are_tests: bool) -> None:
        """Try on the unbroken sources what has not been yet, which compiles what it uses."""
        with self._lock:
            new = [name for name in candidates if name not in (*self._passed, *self._used)]
            if not new:
                return
            if are_tests:
                failed = _failing_tests(self.unbroken, self.compiled, new, False)
            else:
                lines, code = _problem_lines(self.unbroken, self.compiled, new, "apart")
                if code:
                    raise RuntimeError(f"the unbroken sources end with status {code}")
                failed = {line["problem"]: line["wrong"] for line in lines if line["wrong"]}
                used = {line["problem"]: line["files"] for line in lines}
            if failed:
                raise RuntimeError(f"the unbroken sources fail: {failed}")
            if are_tests:
                self._passed.update(new)
            else:
                self._used |= used
                self._kept.write_text(json.dumps(self._used), encoding="utf-8")

    def _may_notice(self, mutation: Mutation, problem: str) -> bool:
        """Whether a problem uses the file, or kernels into which its kernels are compiled."""
        if not mutation.in_functions(self.unbroken):
            return True
        touched = _with_importers(mutation.path, self.importers)
        callers = {path for path in touched if _has_kernels(self.unbroken / path)}
        used = {f"fem_bump/{file}" for file in self._used[problem]}
        return mutation.path in used or bool(callers & used)

    def lend(self, broken: str, mutant: Path, compiled: Path) -> None:
        """Give a mutant the unbroken sources' code but for what the broken file may be part of."""
        stale = _with_importers(broken, self.importers)
        for path in self.importers:
            if path in stale:
                continue
            lent = self.cache_of(self.compiled, self.unbroken / path)
            for file in lent.glob(f"{Path(path).stem}.*.nb[ci]"):
                to = self.cache_of(compiled, mutant / path)
                to.mkdir(parents=True, exist_ok=True)
                os.link(file, to / file.name)  # replaced and never written into

    @staticmethod
    def cache_of(compiled: Path, source: Path) -> Path:
        """The folder in which Numba keeps the code of a source."""
        return compiled / _CacheLocator.get_suitable_cache_subpath(str(source))


def digest(folders: Iterable[str], files: Iterable[str] = ()) -> str:
    """Short hash of the sources in folders and of single files under the repository's root."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    out = hashlib.sha256()
    for path in sorted([*found, *(ROOT / file for file in files)]):
        if "__pycache__" not in path.parts:
            out.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return out.hexdigest()[:16]


def _copy_sources(root: Path, folder: Path, names: Iterable[str]) -> None:
    for name in names:
        if (root / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(root / name, folder / name, ignore=ignored)
        else:
            shutil.copy2(root / name, folder / name)


def _places(text: str, part: str) -> list[int]:
    found, at = [], text.find(part)
    while at >= 0:
        found.append(at)
        at = text.find(part, at + len(part))
    return found


def _importers(folder: Path) -> dict[str, set[str]]:
    """Files of the packages, each with those that import it or a name from it."""
    files = [p for name in PACKAGES for p in (folder / name).rglob("*.py")]
    out: dict[str, set[str]] = {p.relative_to(folder).as_posix(): set() for p in files}
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            base = node.module.replace(".", "/")
            for module in (base, *(f"{base}/{alias.name}" for alias in node.names)):
                for file in (f"{module}.py", f"{module}/__init__.py"):
                    if file in out:
                        out[file].add(path.relative_to(folder).as_posix())
    return out


def _with_importers(file: str, importers: dict[str, set[str]]) -> set[str]:
    """A file and all that import it, directly or through others."""
    found, new = {file}, {file}
    while new:
        new = set().union(*(importers[path] for path in new)) - found
        found |= new
    return found


def _has_kernels(path: Path) -> bool:
    return "from groundwork.compiled import" in path.read_text(encoding="utf-8")


def _environment(compiled: Path, folder: Path) -> dict[str, str]:
    return os.environ | {
        "NUMBA_CACHE_DIR": str(compiled),
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _problem_lines(
    folder: Path, compiled: Path, problems: Sequence[str], how: str
) -> tuple[list[dict[str, list[str]]], int]:
    """What :mod:`try_problems` prints, and its exit status."""
    run = subprocess.run(
        [sys.executable, TRY, str(LIMIT_S), how, *problems],
        cwd=folder,
        env=_environment(compiled, folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode > 0:
        raise RuntimeError(f"{problems} did not run:\n{run.stderr}")
    return [json.loads(line) for line in run.stdout.splitlines()], run.returncode


def _failing_problems(
    folder: Path, compiled: Path, problems: Sequence[str], first: bool
) -> dict[str, list[str]]:
    noticed: dict[str, list[str]] = {}
    left = list(problems)
    while left and not (first and noticed):
        lines, code = _problem_lines(folder, compiled, left, "first" if first else "all")
        noticed |= {line["problem"]: line["wrong"] for line in lines if line["wrong"]}
        left = left[len(lines) :] if code < 0 else []
        if code < 0:
            noticed[left.pop(0)] = [f"ends by {signal.Signals(-code).name}"]
    return noticed


def _failing_tests(
    folder: Path, compiled: Path, tests: Sequence[str], first: bool
) -> dict[str, list[str]]:
    noticed = {}
    for test in tests:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", test],
            cwd=folder,
            env=_environment(compiled, folder),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        if run.returncode not in (0, 1):  # all passed, some failed
            raise RuntimeError(f"{test} did not run:\n{run.stdout}{run.stderr}")
        if run.returncode:
            noticed[test] = [line for line in run.stdout.splitlines() if line.startswith("FAILED")]
            if first:
                break
    return noticed
