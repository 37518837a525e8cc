"""A machine that refuses: a full disk, a limit, a closed stream, a folder that is only read."""

import errno
import os
import resource
import subprocess
import sys
import types
from pathlib import Path

import fake_evaluator as fake
import meshio
import numpy as np
import pytest
from matplotlib.figure import Figure

from fem_bump.errors import InputError
from geometry.drawing import pictures as drawing
from groundwork.files import whole_file, write_atomic
from studies.cli import commands as cli
from studies.cli import options
from studies.cli.console import LineProgress
from studies.fields.cutaway import Scene
from studies.records import machine, rows, store
from studies.records.record import CaseRecord
from studies.runs import runner

ROOT = Path(__file__).parents[3]
PART = fake.heights(70.0, 71.0, 72.0, 73.0)


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return tmp_path / "log"


@pytest.fixture
def study(tmp_path, log):
    return fake.write_study(tmp_path, PART)


def fill_up(monkeypatch, after, number=errno.ENOSPC):
    """Let the disk of this process be full after so many files."""
    written, sync = [], os.fsync

    def refuse(file):
        written.append(file)
        if len(written) > after:
            raise OSError(number, os.strerror(number))
        sync(file)

    monkeypatch.setattr(os, "fsync", refuse)


def command(*arguments, before="", **options):
    """The command line as a process of its own, after some lines of Python."""
    code = f"{before}\nfrom studies.cli.commands import main\nmain()"
    options = {"stdout": subprocess.PIPE, **options}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=120, **options,
    )  # fmt: skip


def one_sentence(text):
    assert text.count("\n") == 1 and text.startswith("fem-bump: ") and "Traceback" not in text, text
    return text


@pytest.mark.slow
@pytest.mark.parametrize("after", range(9))
def test_a_disk_that_fills_up_leaves_whole_files_and_the_run_resumes(
    study, tmp_path, log, monkeypatch, after
):
    folder = tmp_path / "out"
    with monkeypatch.context() as full:
        fill_up(full, after)
        with pytest.raises(machine.StorageError) as told:
            runner.run_study(study, folder, jobs=1, evaluator=fake.SPEC)
    solved = len(rows.keys(folder))
    # after the plan, the study, the session, and the name of a file for rows
    assert solved == max(after - 4, 0)
    assert str(told.value).startswith(f"no space is left on the disk of '{folder}")
    assert f"{solved} of 4 cases are solved and stored in '{folder}'" in str(told.value)
    assert str(told.value).endswith("the same command resumes the run")
    assert not [path for path in folder.rglob(".*") if path.name != ".lock"]
    done = runner.run_study(study, folder, jobs=1, evaluator=fake.SPEC)
    assert (done.solved, done.found_stored) == (4, solved)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EDQUOT, "quota is used up for"),
        (errno.EFBIG, "no file as large as"),
        (errno.EIO, "disk does not work for"),
        (errno.EROFS, "cannot use .*Read-only"),
        (errno.EACCES, "cannot use .*Permission denied"),
    ],
)
def test_every_refusal_says_where_and_why(study, tmp_path, monkeypatch, number, words):
    fill_up(monkeypatch, 5, number)
    with pytest.raises(machine.StorageError, match=words + ".*1 of 4 cases"):
        runner.run_study(study, tmp_path / "out", jobs=1, evaluator=fake.SPEC)


def test_a_folder_that_vanishes_is_one_sentence(study, tmp_path, monkeypatch):
    write, folder = store.write_record, tmp_path / "out"

    def vanish(where, key, record):
        os.rename(folder / "rows", tmp_path / "gone")
        write(where, key, record)

    monkeypatch.setattr(store, "write_record", vanish)
    with pytest.raises(machine.StorageError, match=r"cannot use .*No such file.*0 of 4 cases"):
        runner.run_study(study, folder, jobs=1, evaluator=fake.SPEC)


def test_a_worker_whose_disk_is_full_stops_the_run_and_is_no_failed_case(
    tmp_path, log, monkeypatch
):
    monkeypatch.setenv("FAKE_FULL", "yes")
    file = fake.write_study(tmp_path, "keep_fields = true\n" + PART, 'schema = 1\nname = "small"\n')
    folder = tmp_path / "out"
    with pytest.raises(machine.StorageError, match=r"no space is left.*0 of 4 cases"):
        runner.run_study(file, folder, jobs=1, evaluator=fake.SPEC)
    assert list(folder.glob("rows/*")) == list(folder.glob("fields/.*")) == []


def test_a_bug_that_is_an_oserror_stays_a_bug(study, tmp_path, monkeypatch):
    def write(*_):
        raise TimeoutError("of the evaluator's own")

    monkeypatch.setattr(store, "write_record", write)
    with pytest.raises(TimeoutError, match="own"):
        runner.run_study(study, tmp_path / "out", jobs=1, evaluator=fake.SPEC)


def test_a_lock_that_the_file_system_lacks_is_not_another_run(study, tmp_path, monkeypatch):
    def refuse(_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(store, "_lock", refuse)
    with pytest.raises(InputError, match=r"cannot write the output folder .*: No locks available"):
        runner.run_study(study, tmp_path / "out", jobs=1, evaluator=fake.SPEC)


# ------------------------------------------------------------------------ single files


def limited(write, tmp_path):
    """Write under a limit on the size of files; what is left of them."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(OSError) as told:
            write(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert told.value.errno == errno.EFBIG
    assert (
        Path(told.value.filename).parent == tmp_path
        and "tmp" not in Path(told.value.filename).suffixes
    )
    return [path.name for path in tmp_path.iterdir()]


def a_scene(folder):
    one = np.zeros((2, 400)) + np.arange(400)
    Scene(
        "a", "b", one, np.zeros((3, 1), int), np.zeros(1, int), ("pad",), (0.0, 90.0),
        np.random.default_rng(1).random((2, 400)), np.zeros((2, 1), int), np.arange(3.0),
        np.random.default_rng(2).random((3, 2, 40)),
    ).save(folder / "scene.npz")  # fmt: skip


def a_mesh(folder):
    points = np.random.default_rng(1).random((90, 3))
    with whole_file(folder / "x.vtu") as place:
        meshio.Mesh(points, [("triangle", np.arange(90).reshape(-1, 3))]).write(place)


@pytest.mark.parametrize(
    "write",
    [
        lambda folder: write_atomic(folder / "a.json", "x" * 1000),
        lambda folder: drawing.save(Figure(), folder / "a.png"),
        lambda folder: drawing.save(Figure(), folder / "a.svg"),
        a_scene,
        a_mesh,
    ],
    ids=["text", "png", "svg", "scene", "mesh"],
)
def test_no_writer_leaves_half_a_file(write, tmp_path):
    assert limited(write, tmp_path) == []


def test_the_old_file_stays_when_the_new_one_does_not_fit(tmp_path):
    write_atomic(tmp_path / "a.json", "old")
    limited(lambda folder: write_atomic(folder / "a.json", "x" * 1000), tmp_path)
    assert (tmp_path / "a.json").read_text() == "old"


def test_nothing_writes_past_the_one_helper():
    past = ("savefig(path", ".write_text(", ".write_bytes(", "savefig(figure", "to_csv(path")
    for package in ("studies", "geometry", "fem_bump"):
        for file in (ROOT / package).glob("*.py"):
            text = file.read_text(encoding="utf-8")
            assert not [found for found in past if found in text], file


# -------------------------------------------------------------------- the command line

# Python leaves compiled code that does not fit cut off beside its source, and fails on it ever
# after
LIMIT = (
    "import resource, sys; sys.dont_write_bytecode = True; "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))"
)


@pytest.mark.slow
def test_draw_on_a_full_disk_is_one_sentence_and_leaves_no_picture(tmp_path):
    done = command("draw", "default", "--out", tmp_path / "p", before=LIMIT)
    assert done.returncode == 1 and done.stdout == ""
    assert f"'{tmp_path}/p/default-section.png'" in one_sentence(done.stderr)
    assert list((tmp_path / "p").iterdir()) == []


@pytest.mark.slow
def test_fields_that_do_not_fit_cost_no_metrics(tmp_path):
    done = command(
        "solve", "default", "--set", "mesh.size_factor=4.0", "--fields", tmp_path / "f.vtu",
        before=LIMIT,
    )  # fmt: skip
    assert done.returncode == 1 and "peel_max_ubm_pad_L1 " in done.stdout
    assert f"'{tmp_path}/f.vtu'" in one_sentence(done.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("solve", "default", "--fields"), "--fields '.*x.vtu' is a folder"),
        (("draw", "default", "--film"), "--film '.*x.svg' is a folder"),
        (("verify", "--estimators", "--figure"), "--figure '.*x.png' is a folder"),
    ],
)
def test_a_file_that_is_a_folder_is_refused_before_any_work(tmp_path, capsys, arguments, words):
    name = words.rsplit("*", 1)[1].split("'")[0]
    (tmp_path / name).mkdir()
    with pytest.raises(SystemExit) as stop:
        cli.main([*arguments, str(tmp_path / name)])
    assert stop.value.code == 2
    assert name in one_sentence(capsys.readouterr().err)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
@pytest.mark.parametrize("arguments", [("claims",), ("--help",)])
def test_a_full_standard_output_is_one_sentence(arguments):
    with open("/dev/full", "w") as full:
        done = command(*arguments, stdout=full)
    assert done.returncode == 1
    assert "standard output: No space left" in one_sentence(done.stderr)


def test_a_reader_that_goes_away_hears_nothing():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        done = command("claims", stdout=pipe)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_closed_standard_output_is_no_crash():
    done = command("claims", before="import sys; sys.stdout = None")
    assert (done.returncode, done.stderr) == (0, "")


def test_characters_that_a_stream_lacks_are_escaped():
    before = (
        "import sys; sys.stdout.reconfigure(encoding='ascii', errors='strict')\n"
        "from studies.cli import commands as cli; cli.app.registered_commands.clear()\n"
        "@cli.app.command()\ndef claims(): print('\u94dc')\n"
        "@cli.app.command()\ndef other(): pass\n"
    )
    done = command("claims", before=before)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\\u94dc\n", "")


def test_progress_goes_on_when_nobody_listens(monkeypatch):
    class Gone:
        def write(self, _):
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")

        flush = write

    monkeypatch.setattr(sys, "stderr", Gone())
    progress = LineProgress()
    progress.start(4, 4)
    case = types.SimpleNamespace(part="only", number=1, label="base")
    progress.case_done(1, case, CaseRecord("solved", seconds=1.0))


def test_a_report_that_does_not_fit_says_how_to_write_it_later(
    study, tmp_path, monkeypatch, capsys
):
    def write_report(folder):
        fill_up(monkeypatch, 0)
        write_atomic(folder / "report.html", "<html/>")

    report = types.SimpleNamespace(write_report=write_report)
    monkeypatch.setitem(sys.modules, "studies.report.page", report)
    monkeypatch.setattr(options, "EVALUATOR", fake.SPEC)
    folder = tmp_path / "out"
    with pytest.raises(SystemExit) as stop:
        cli.main(["run", str(study), "--out", str(folder), "--jobs", "1"])
    told = capsys.readouterr()
    assert stop.value.code == 1 and "table: " in told.out
    last = told.err.splitlines()[-1]
    assert last.startswith(f"fem-bump: no space is left on the disk of '{folder}/report.html'")
    assert f"all 4 solved cases are stored, and 'fem-bump report {folder}' writes" in last
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize("name", [".4711/grid-base-abc.vtu", "grid-base-abc.vtu", ".4711"])
def test_a_hidden_folder_is_never_what_a_sentence_names(tmp_path, name):
    error = OSError(errno.EFBIG, "File too large", str(tmp_path / "fields" / name))
    said = machine.sentence(error)
    assert "4711" not in said
    assert str(tmp_path / "fields") in said and said.count("abc.vtu") == name.count("abc.vtu")
