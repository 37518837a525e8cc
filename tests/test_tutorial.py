"""The tutorials as a reader goes through them: files written, commands run, Python run.

A block whose first line is a comment with a file's name is that file; lines of ``sh`` blocks are
commands of the program, or of pip; other blocks of Python are run where the files are, and print
what stands behind a ``print`` as a comment. What a block of text shows of a solve is what the
command before it printed, and a refusal is that of its command.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[1] / "docs" / "tutorial"
ROOT = TUTORIAL.parents[1]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
FILE = re.compile(r"# ([\w./-]+\.\w+)\n")
SHOWN = re.compile(r"^print\(.*\)  # (.+)$", re.M)
NUMBER = re.compile(r"^(\w+_L[\d.]+) +([-+.\de]+) ", re.M)
PROGRAM = "from studies.cli.commands import main; main()"
COARSE = "--set", "mesh.size_factor=6"
# written by the page's commands
LEFT = {
    "first-study": ["default-section.png", "results/first/table.csv", "results/first/report.html"],
    "afternoon": ["pillar-process.png", "pillars/report.html"],
}


def test_every_tutorial_is_gone_through():
    assert set(LEFT) == {page.stem for page in TUTORIAL.glob("*.md")}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", LEFT)
def test_a_tutorial_does_what_it_says(page, tmp_path):
    site = tmp_path / "site-packages"
    paths = os.pathsep.join([str(site), str(ROOT)])
    beside = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"}

    def run(*command, status=0):
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=beside, capture_output=True, text=True,
            timeout=280,
        )  # fmt: skip
        assert done.returncode == status, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    said = ""
    blocks = BLOCK.findall((TUTORIAL / f"{page}.md").read_text(encoding="utf-8"))
    for (language, text), (_, following) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        named = FILE.match(text)
        if named:
            file = tmp_path / named[1]
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif language == "python":
            printed = run("-W", "error", "-c", text).splitlines()
            assert [line for line in SHOWN.findall(text) if line not in printed] == []
        elif language == "sh":
            for program, *words in map(shlex.split, text.splitlines()):
                if program == "pip":
                    run("-m", "pip", *words, "--quiet", "--target", str(site))
                else:
                    assert program == "fem-bump"
                    # on a coarse mesh where the page does not show the numbers
                    fast = words[0] == "solve" and not NUMBER.search(following)
                    said = run("-c", PROGRAM, *words, *(COARSE if fast else ()))
        elif text.startswith("$ fem-bump"):
            command, sentence = text.splitlines()
            assert sentence in run("-c", PROGRAM, *shlex.split(command)[2:], status=2)
        else:
            for name, value in NUMBER.findall(text):
                assert float(value) == pytest.approx(
                    float(dict(NUMBER.findall(said))[name]), rel=1e-3
                )
    assert [name for name in LEFT[page] if not (tmp_path / name).stat().st_size] == []
