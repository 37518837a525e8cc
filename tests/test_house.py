"""The house stays one that a person finds the way in: its sizes, and that its contracts bite.

Which room may import which stands in pyproject.toml. Here: how many modules a folder holds, how
long a module is, and, in a copy of the packages, that the contracts notice an import that goes up
or round in a circle wherever it hides. What is above a size today is listed, and a list may only
shrink.
"""

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("fem_bump", "geometry", "groundwork", "studies")
MOST_MODULES, MOST_LINES = 15, 420
FULL: set[str] = set()
LONG: set[str] = set()


def modules():
    return [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]


def test_folders_hold_few_modules():
    count = Counter(
        path.parent.relative_to(ROOT).as_posix() for path in modules() if path.name != "__init__.py"
    )
    assert {folder for folder, n in count.items() if n > MOST_MODULES} == FULL


def test_modules_are_short():
    found = set()
    for path in modules():
        if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES:
            found.add(path.relative_to(ROOT).as_posix())
    assert found == LONG


def test_the_picture_of_the_rooms_is_whole():
    picture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("```")[1]
    rooms = {path.parent.name for path in ROOT.glob("[fgs]*/*/__init__.py")}
    assert {room for room in rooms if not re.search(rf"\b{room}\b", picture)} == set()


@pytest.fixture
def copy(tmp_path):
    for name in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(folder):
    """Names of the contracts that imports break."""
    program = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=120
    )
    lines = done.stdout.splitlines()
    assert any(line.startswith("Contracts: ") for line in lines), done.stdout + done.stderr
    return [line.partition(" BROKEN")[0] for line in lines if " BROKEN" in line]


def test_imports_keep_the_contracts(copy):
    assert broken_contracts(copy) == []


@pytest.mark.parametrize(
    "file, statement, contract",
    [
        (
            "fem_bump/algebra/quadrature.py",
            "from fem_bump.body.model import Model",
            "Physics: one way down",
        ),
        (
            "studies/case/checks.py",
            "def later():\n    from studies.results import table",
            "Studies: one way down",
        ),
        (
            "geometry/errors.py",
            "import typing\nif typing.TYPE_CHECKING:\n    from geometry import claims",
            "Geometry: one way down",
        ),
        (
            "groundwork/files.py",
            "def later():\n    import geometry.errors",
            "The groundwork knows nothing of what stands on it",
        ),
        (
            "fem_bump/errors.py",
            "def later():\n    import geometry.errors",
            "Physics and geometry know nothing of each other",
        ),
        (
            "studies/records/strict_json.py",
            "def later():\n    from studies.records import store",
            "No circles within a room",
        ),
    ],
)
def test_the_contracts_see_an_import_wherever_it_hides(copy, file, statement, contract):
    path = copy / file
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{statement}\n", encoding="utf-8")
    assert contract in broken_contracts(copy)


def test_a_new_room_must_find_its_place(copy):
    (copy / "studies" / "attic").mkdir()
    (copy / "studies" / "attic" / "__init__.py").write_text("")
    assert broken_contracts(copy)
