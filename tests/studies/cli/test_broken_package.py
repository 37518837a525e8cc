"""A package that is installed beside the program and cannot be imported: one sentence, exit 2.

Plan: of every group of entry points a broken one, found as an installed package's are, and a
command that asks the group.
"""

import os
import subprocess
import sys

import pytest
from fabricated_run import run_folder

GROUPS = {
    "process_steps": "design",
    "loads": "design",
    "metrics": "solve",
    "figures": "report",
    "report_sections": "report",
}
ONE_CASE = '[[part]]\nname = "only"\n[part.factors]\npad_etch.depth_ratio = [0.0]\n'


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_it_is_said_in_a_sentence(tmp_path, group):
    site, run = tmp_path / "site", tmp_path / "run"
    about = site / "somebodys-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: somebodys\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[fem_bump.{group}]\nadded = torn_module\n")
    (site / "torn_module.py").write_text("import no_such_library\n")
    if GROUPS[group] == "report":
        run_folder(run, ONE_CASE)
    asked = {
        "design": ("draw", "default", "--out", str(tmp_path / "drawn.png")),
        "solve": ("solve", "default", "--set", "mesh.size_factor=6"),
        "report": ("report", str(run)),
    }[GROUPS[group]]
    done = subprocess.run(
        [sys.executable, "-c", "from studies.cli import main; main()", *asked],
        capture_output=True,
        text=True,
        timeout=280,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(site), *sys.path])},
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.splitlines()[-1] == (
        f"fem-bump: entry point 'added = torn_module' of group fem_bump.{group} of package "
        "'somebodys' cannot be loaded: ModuleNotFoundError: No module named 'no_such_library'; "
        "mend or uninstall the package"
    )
    assert "Traceback" not in done.stderr
