"""A built wheel holds all that a study needs: an editable install hides what is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("fem_bump", "geometry", "groundwork", "studies")
STUDY = """
schema = 1
name = "two"
[base.mesh]
size_factor = 6.0
[[part]]
name = "depth"
[part.factors]
pad_etch.depth_ratio = [0.0, 1.0]
"""


def run(*command, **kwargs):
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, **kwargs)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_an_installed_wheel_runs_a_study_and_writes_its_report(tmp_path):
    source, site = tmp_path / "source", tmp_path / "site"
    source.mkdir()
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", tmp_path, source)
    (wheel,) = tmp_path.glob("*.whl")
    run(*pip, "install", "--no-deps", "--no-index", "--target", site, wheel)
    assert all(
        (site / name / "py.typed").exists()
        for name in ("fem_bump", "geometry", "groundwork", "studies")
    )
    (tmp_path / "two.toml").write_text(STUDY)
    # found before the editable install, and a sub-package that it lacks is found nowhere else
    fresh = {**os.environ, "PYTHONPATH": str(site)}
    where = run(sys.executable, "-c", "import studies; print(studies.__file__)", env=fresh,
                cwd=tmp_path)  # fmt: skip
    assert where.startswith(str(site))
    main = "from studies.cli.commands import main; main()"
    run(sys.executable, "-c", main, "run", "two.toml", "--jobs", "1", "--out", "out", env=fresh,
        cwd=tmp_path)  # fmt: skip
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert len(page) > 100_000
    for name in (path.stem for path in (ROOT / "studies" / "report" / "scripts").iterdir()):
        assert f'"report/{name}": "data:text/javascript;base64,' in page
    assert "@media print" in page
    assert len((tmp_path / "out" / "table.csv").read_text().splitlines()) == 3
