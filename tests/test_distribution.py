"""What is handed out: source distribution, container file, citation, and that they agree.

The wheel itself is installed and run in test_wheel.py.
"""

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("fem_bump", "geometry", "groundwork", "studies")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ALONE = {
    *("CHANGELOG.md", "CITATION.cff", "LICENSE", "MANIFEST.in", "PKG-INFO", "README.md"),
    *("pyproject.toml", "setup.cfg", "fem_bump.egg-info"),
}


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_source_distribution_holds_what_is_installed_and_is_small(tmp_path):
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in (*PACKAGES, "docs", "script", "tests"):
        shutil.copytree(ROOT / name, source / name, ignore=ignored)
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith(".git"):
            shutil.copy(path, source)
    installed = [path for name in PACKAGES for path in (source / name).rglob("*") if path.is_file()]
    expected = {path.relative_to(source).as_posix() for path in installed}
    build = "from setuptools import build_meta; build_meta.build_sdist('out')"
    done = subprocess.run(
        [sys.executable, "-c", build], cwd=source, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0 and "deprecat" not in done.stderr.lower(), done.stderr
    (archive,) = (source / "out").glob("*.tar.gz")
    assert archive.stat().st_size < 1_500_000
    with tarfile.open(archive) as packed:
        names = [Path(name).relative_to(Path(name).parts[0]) for name in packed.getnames()[1:]]
    assert {name.parts[0] for name in names} == {*PACKAGES, *ALONE}
    assert expected <= {name.as_posix() for name in names}


def test_the_citation_is_of_this_version():
    said = dict(re.findall(r"^([a-z-]+): (.+)$", text_of("CITATION.cff"), re.MULTILINE))
    assert said["version"] == PROJECT["version"] and said["license"] == PROJECT["license"]
    (author,) = re.findall(r"name: (?:The )?(.+)$", text_of("CITATION.cff"), re.MULTILINE)
    assert f'"the {author}"' in text_of("docs/site/conf.py")


def test_the_container_takes_what_there_is_and_what_the_program_needs():
    text = text_of("Containerfile")
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
              for word in line.split()]  # fmt: skip
    assert {"pyproject.toml", "script/requirements.txt", *PACKAGES} <= set(copied)
    assert all((ROOT / name).exists() for name in copied)
    kept = [line[1:] for line in text_of(".dockerignore").splitlines() if line.startswith("!")]
    assert sorted(kept) == sorted(copied)
    libraries = re.search(r'^libraries="(.+)"', text_of("script/bootstrap"), re.MULTILINE)[1]
    assert libraries in text


def test_every_dependency_is_pinned():
    pins = re.findall(r"^([A-Za-z0-9._-]+)==", text_of("script/requirements.txt"), re.MULTILINE)
    known = {re.sub(r"[-_.]+", "-", name).lower() for name in pins}
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
    named = {re.match(r"[A-Za-z0-9._-]+", each)[0].lower() for each in wanted}
    assert named - known == set()


def test_versions_of_python_that_are_named_are_tested_from_the_oldest_on():
    tested = re.findall(r"Python :: 3\.(\d+)", " ".join(PROJECT["classifiers"]))
    assert f">=3.{tested[0]}" == PROJECT["requires-python"]
    assert [int(minor) for minor in tested] == list(range(int(tested[0]), int(tested[-1]) + 1))


@pytest.mark.parametrize(
    "given, sentence",
    [(["--python"], "--python needs a version"), (["--python", "2.99"], "no 'python2.99' found")],
)
def test_the_script_of_tests_refuses_a_python_that_is_not_there(given, sentence):
    done = subprocess.run(
        ["sh", str(ROOT / "script" / "test"), *given], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2 and sentence in done.stderr and done.stderr.count("\n") == 1
