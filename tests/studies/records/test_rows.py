"""Rows outlive kills at any instant: torn lines, folds that are interrupted, disks that fill up."""

import os

import pytest

from studies.records import rows
from studies.records.record import CaseRecord


@pytest.fixture
def folder(tmp_path):
    (tmp_path / rows.FOLDER).mkdir()
    return tmp_path


def line(key, status="failed", reason="x"):
    result = None
    record = CaseRecord(status, reason, 0.5, result)
    return rows.line_of(key, record)


def reason(folder, key):
    found = rows.find(folder, key)
    return found and rows.ending(found[1]).reason


def test_a_row_torn_anywhere_is_none_and_those_around_it_stay(folder, caplog):
    whole = line("second")
    for length in range(len(whole)):
        file = folder / rows.FOLDER / "all-0001.rows"
        file.write_bytes(line("first") + whole[:length])
        assert rows.keys(folder) == {"first"}
        rows.append(file, line("third"))
        assert rows.keys(folder) == {"first", "third"}
    file.write_bytes(line("first") + whole[:-1])
    rows.mend(folder)
    assert file.read_bytes() == line("first") and "it is torn" in caplog.text


def test_an_edited_row_is_passed_over(folder, caplog):
    file = folder / rows.FOLDER / "all-0001.rows"
    old, bad = line("k", reason="old"), line("k", reason="new").replace(b"new", b"NEW")
    file.write_bytes(old + bad)
    assert rows.keys(folder) == {"k"} and reason(folder, "k") == "old"
    file.write_bytes(bad)
    assert rows.find(folder, "k") is None and "record k is discarded" in caplog.text


def test_what_a_failed_case_became_counts(folder):
    rows.append_to_newest(folder, line("k", "invalid", "solved later"))
    rows.append_of_worker(folder, "a", line("k", "failed", "first"))
    assert reason(folder, "k") == "solved later"
    rows.append_of_worker(folder, "a", line("other", "failed", "first"))
    rows.append_of_worker(folder, "a", line("other", "failed", "second"))
    assert reason(folder, "other") == "second"


def test_a_fold_leaves_one_file_and_does_not_double(folder, caplog):
    rows.append_to_newest(folder, line("a"))
    for token, keys in {"1": "abc", "2": "cd", "3": "e"}.items():
        for key in keys:
            rows.append_of_worker(folder, token, line(key))
    torn = folder / rows.FOLDER / "w-3.rows"
    torn.write_bytes(torn.read_bytes() + line("f")[:-5])
    assert rows.fold(folder) == 4 and rows.keys(folder) == set("abcde")
    (file,) = (folder / rows.FOLDER).iterdir()
    assert len(file.read_bytes().splitlines()) == 5
    assert rows.fold(folder) == 0


def test_a_damaged_row_of_the_run_does_not_cost_the_good_one_of_a_worker(folder):
    """Head and end of its line are whole, so that it seems to be the same row."""
    good = line("k", reason="it is whole")
    rows.append_of_worker(folder, "1", good)
    damaged = folder / rows.FOLDER / "all-0001.rows"
    damaged.write_bytes(good.replace(b"whole", b"\0\0\0\0\0"))
    assert rows.fold(folder) == 1
    assert reason(folder, "k") == "it is whole" and rows.files_of_workers(folder) == 0


@pytest.mark.parametrize("after", range(6))
def test_a_full_disk_or_an_interrupt_in_a_fold_loses_nothing(folder, monkeypatch, after):
    for token in "123":
        rows.append_of_worker(folder, token, line(f"key{token}"))
    done, sync, remove = [], os.fsync, rows.Path.unlink

    def refuse(ask):
        def asked(*given, **options):
            done.append(given)
            if len(done) > after:
                raise OSError(28, "No space left on device")
            return ask(*given, **options)

        return asked

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", refuse(sync))
        full.setattr(rows.Path, "unlink", refuse(remove))
        with pytest.raises(OSError, match="No space"):
            rows.fold(folder)
    assert rows.keys(folder) == {"key1", "key2", "key3"}
    # a worker that lives writes on meanwhile
    rows.append_of_worker(folder, "1", line("key4"))
    assert rows.fold(folder) >= 1
    (file,) = (folder / rows.FOLDER).iterdir()
    assert len(file.read_bytes().splitlines()) == 4 and len(rows.keys(folder)) == 4


def test_a_row_written_while_its_file_is_folded_is_written_again(folder, monkeypatch):
    rows.append_of_worker(folder, "1", line("a"))
    real, folds = rows.append, []

    def append(path, lines):
        done = real(path, lines)
        if path.name == "w-1.rows" and not folds:
            folds.append(1)
            rows.fold(folder)
        return done

    monkeypatch.setattr(rows, "append", append)
    rows.append_of_worker(folder, "1", line("b"))
    assert rows.keys(folder) == {"a", "b"} and (folder / rows.FOLDER / "w-1.rows").exists()
    rows.fold(folder)
    assert rows.keys(folder) == {"a", "b"}


def test_files_are_not_appended_to_for_ever(folder, monkeypatch):
    monkeypatch.setattr(rows, "MOST_BYTES", 300)
    for k in range(10):
        rows.append_to_newest(folder, line(f"k{k}"))
    files = sorted((folder / rows.FOLDER).iterdir())
    assert [file.name for file in files][:2] == ["all-0001.rows", "all-0002.rows"]
    assert all(file.stat().st_size < 500 for file in files) and len(rows.keys(folder)) == 10
