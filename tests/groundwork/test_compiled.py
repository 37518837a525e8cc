"""Kernels compile wherever the program is installed and whoever runs it."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from groundwork import compiled

TIMES = """
import os, stat, subprocess, sys
import numba
from groundwork.compiled import kernel
from groundwork import _doubled
assert _doubled.doubled(2.0) == 4.0, "kernel"
folder = numba.config.CACHE_DIR
kept = sum(name.endswith(".nbc") for _, _, names in os.walk(folder or ".") for name in names)
mode = oct(stat.S_IMODE(os.stat(folder).st_mode)) if folder else "-"
if len(sys.argv) > 1 and folder:
    again = [sys.executable, "-c", sys.argv[1]]
    print(subprocess.run(again, capture_output=True, text=True, check=True).stdout.strip())
print(folder or "-", kept, mode, len(_doubled.doubled.stats.cache_hits))
"""
DOUBLED = """
from groundwork.compiled import kernel

@kernel
def doubled(x):
    return 2.0 * x
"""


@pytest.fixture
def installed(tmp_path):
    """A copy of the package with one small kernel; nothing can be kept beside it."""
    home = tmp_path / "site" / "groundwork"
    home.mkdir(parents=True)
    shutil.copy(compiled.__file__, home)
    (home / "__init__.py").write_text("")
    (home / "_doubled.py").write_text(DOUBLED)
    # what a read-only file system says, to root as well
    (home / "__pycache__").write_text("")
    return home


def run(
    home: Path, *arguments: str, code: str = TIMES, **variables: str
) -> subprocess.CompletedProcess:
    kept = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    nowhere = {"HOME": "/proc/none", "XDG_CACHE_HOME": "/proc/none", "PYTHONPATH": "."}
    nowhere |= {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=home.parent, env=kept | nowhere | variables,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_without_a_writable_folder_the_code_is_kept_in_one_of_the_process(installed, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = run(installed, TIMES, TMPDIR=str(temporary))
    assert done.returncode == 0, done.stderr
    child, own = (line.split() for line in done.stdout.splitlines())
    assert own[:3] == [own[0], "1", "0o700"]
    assert own[0].startswith(str(temporary))
    assert child[:3] == own[:3] and child[3] == "1"  # loaded, not compiled again
    assert list(temporary.iterdir()) == []


def test_without_any_folder_kernels_still_compile(installed, tmp_path):
    # Python itself looks at the usual places, and at the current folder, after TMPDIR
    nowhere = "import tempfile; tempfile.tempdir = '/proc/none'"
    (installed.parent / "sitecustomize.py").write_text(nowhere)
    done = run(installed)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["-", "0", "-", "0"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs POSIX limits")
def test_code_that_a_full_disk_does_not_take_is_compiled_all_the_same(installed, tmp_path):
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))"
    (installed.parent / "sitecustomize.py").write_text(full)
    done = run(installed, NUMBA_CACHE_DIR=str(tmp_path / "kept"))
    assert done.returncode == 0, done.stderr
    assert [p.name for p in tmp_path.glob("kept/*/*") if p.stat().st_size or "tmp" in p.name] == []


def test_a_folder_that_can_be_written_is_used(installed, tmp_path):
    done = run(installed, NUMBA_CACHE_DIR=str(tmp_path / "kept"), TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[:2] == [str(tmp_path / "kept"), "1"]
    assert not list(tmp_path.glob("fem-bump-*"))


def test_code_kept_beside_sources_that_are_only_read_is_brought_along(installed, tmp_path):
    beside = installed / "__pycache__"
    beside.unlink()
    done = run(installed)
    assert len(list(beside.glob("_doubled.*.nb?"))) == 2, done.stderr
    # from now on only reading is allowed
    (installed.parent / "sitecustomize.py").write_text(
        "import tempfile\nmake = tempfile.TemporaryFile\n"
        "def refuse(*args, dir=None, **more):\n"
        f"    if str(dir).startswith({str(installed)!r}): raise PermissionError(13, 'read-only')\n"
        "    return make(*args, dir=dir, **more)\n"
        "tempfile.TemporaryFile = refuse\n"
    )
    done = run(installed)
    assert done.returncode == 0, done.stderr
    folder, kept, _, hits = done.stdout.split()
    assert folder.startswith(tempfile.gettempdir()) and (kept, hits) == ("1", "1")


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), [("2.0 * x", "2.5 * x"), ("TWO = 2.0", "TWO = 2.5")])
def test_what_a_kernel_takes_from_another_file_is_not_kept_longer_than_that(
    installed, tmp_path, before, after
):
    source = DOUBLED + "\n\nTWO = 2.0\n"
    kernels = (
        "from groundwork.compiled import kernel\nfrom groundwork._doubled import TWO, doubled\n"
        "@kernel\ndef {name}(x):\n    return {value}\n"
    )
    (installed / "_middle.py").write_text(kernels.format(name="middle", value="doubled(x) + TWO"))
    top = kernels.format(name="top", value="middle(x)")
    (installed / "_top.py").write_text(f"from groundwork._middle import middle\n{top}")
    code = "from groundwork._top import top; print(top(1.0), len(top.stats.cache_hits))"
    found = []
    for text in (source, source, source.replace(before, after)):
        if not found or text != source:
            (installed / "_doubled.py").write_text(text)
        done = run(installed, code=code, NUMBA_CACHE_DIR=str(tmp_path / "kept"))
        assert done.returncode == 0, done.stderr
        found.append(done.stdout.split())
    assert found == [["4.0", "0"], ["4.0", "1"], ["4.5", "0"]]


def test_every_kernel_is_kept_this_way():
    root = Path(compiled.__file__).parents[1]
    packages = ("groundwork", "geometry", "fem_bump", "studies")
    files = [f for package in packages for f in root.glob(f"{package}/**/*.py")]
    direct = [f.name for f in files if "cache=True" in f.read_text(encoding="utf-8")]
    assert direct == []


def test_kept_code_is_loaded_without_a_call(installed, tmp_path):
    loads = (
        "from groundwork import _doubled\nfrom groundwork.compiled import load_kept\n"
        "load_kept(); load_kept()\n"
        "print(len(_doubled.doubled.signatures), sum(_doubled.doubled.stats.cache_hits.values()))"
    )
    kept = {"NUMBA_CACHE_DIR": str(tmp_path / "kept")}
    assert run(installed, code=loads, **kept).stdout == "0 0\n", "there is none yet"
    run(installed, **kept)
    assert run(installed, code=loads, **kept).stdout == "1 1\n"
