"""The key by which a case counts as solved: it moves with what can change a number, and only so.

Plan: in a copy of the packages, change one file at a time and look at the hash; move a file into a
room of its own; and compare what is hashed with what a solve really loads.
"""

import json
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from studies.solving.code_key import AFTER_SOLVING, PACKAGES, deciding_sources, hash_of_sources


def copied(folder):
    skip = shutil.ignore_patterns("__pycache__")
    return {
        name: Path(shutil.copytree(str(resources.files(name)), folder / name, ignore=skip))
        for name in PACKAGES
    }


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Packages that a test leaves as it found them, and their hash."""
    roots = copied(tmp_path_factory.mktemp("packages"))
    return roots, hash_of_sources(roots)


@pytest.mark.parametrize(
    "file, moves",
    [
        ("fem_bump/mechanics/axisymmetric_kernels.py", True),
        ("fem_bump/interfaces/windows.py", True),
        ("fem_bump/life/black.py", True),
        ("fem_bump/laws/shipped/anand.py", True),  # found by its folder
        ("fem_bump/mechanics/history.py", True),
        ("geometry/process/operations.py", True),
        ("geometry/process/steps/polyimide.py", True),
        ("geometry/meshing/triangles.py", True),
        ("geometry/liquid/reflow.py", True),  # imported inside a function
        ("studies/metrics/shipped/tractions.py", True),
        ("studies/solving/code_key.py", True),
        ("geometry/drawing/film_strip.py", False),
        ("geometry/drawing/canvas.py", False),
        ("geometry/drawing/pictures.py", False),
        ("studies/figures/heat_maps.py", False),
        ("studies/figures/style.py", False),
        ("studies/report/page.py", False),
        ("studies/cli/commands.py", False),
        ("studies/fields/files.py", False),
        ("fem_bump/verification/elasticity/le11.py", False),
    ],
)
def test_what_can_change_a_number_changes_the_key(copy, file, moves):
    roots, before = copy
    package, _, rest = file.partition("/")
    path = roots[package] / rest
    source = path.read_text(encoding="utf-8")
    path.write_text(f"{source}\nCHANGED = True\n", encoding="utf-8")
    changed = hash_of_sources(roots)
    path.write_text(source, encoding="utf-8")
    assert (changed != before) is moves


@pytest.mark.parametrize(
    "statement",
    [
        "from fem_bump.parlour.windows import Trace, cubic_mean_weights",
        "from fem_bump.parlour import (  # (a room)\n    windows,\n)",
        "from .parlour import windows",
        "import fem_bump.parlour.windows as windows",
        "def later():\n    from fem_bump.parlour.windows import Trace",
    ],
)
def test_a_physics_file_in_a_room_of_its_own_still_counts(tmp_path, statement):
    roots = copied(tmp_path)
    room = roots["fem_bump"] / "parlour"
    room.mkdir()
    (room / "__init__.py").write_text("")
    (roots["fem_bump"] / "interfaces" / "windows.py").rename(room / "windows.py")
    line = roots["fem_bump"] / "errors.py"
    source = line.read_text(encoding="utf-8")
    line.write_text(source + f"\n{statement}\n", encoding="utf-8")
    assert "fem_bump.parlour.windows" in deciding_sources(roots)
    before = hash_of_sources(roots)
    (room / "windows.py").write_text("CHANGED = True\n")
    assert hash_of_sources(roots) != before


@pytest.mark.slow
def test_all_that_a_solve_loads_is_hashed():
    """A reflowed joint under a side trace and shear, and one that yields, in a fresh process."""
    program = """
import json, sys
from geometry import Design
from studies.solving.evaluate import evaluate
evaluate(Design(
    pad={"feed": "trace"}, bump={"shape": "reflowed"}, assembly={"standoff_um": 60.0},
    load={"shear": {"displacement_um": 0.1}}, mesh={"size_factor": 6.0},
), compare_with_no_recess=True)
evaluate(Design(
    load={"inelastic": True, "history": {"tolerance": 0.2, "rest_s": 0.0}},
    mesh={"size_factor": 8.0},
))
print(json.dumps([name for name in sys.modules
                  if name.split(".")[0] in ("fem_bump", "geometry", "groundwork", "studies")]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=250
    )
    loaded = set(json.loads(done.stdout))
    assert loaded - set(deciding_sources()) == set()
    assert not any(name.startswith(("geometry.drawing", *AFTER_SOLVING)) for name in loaded)
