"""A folder on a disk that machines share has one owner; who gives no sign is replaced."""

import json
import os
import time

import pytest

from fem_bump.errors import InputError
from studies.records import owner, store


def elsewhere(folder, seconds_ago):
    said = {"host": "node7", "process": 4711, "started": "2026-01-01", "token": "t"}
    (folder / owner.NAME).write_text(json.dumps(said))
    then = time.time() - seconds_ago
    os.utime(folder / owner.NAME, (then, then))


def test_a_run_on_another_machine_is_refused_until_it_is_stale(tmp_path, caplog):
    elsewhere(tmp_path, 20)
    with pytest.raises(
        InputError, match=r"in use by another run \(process 4711 on node7.*20 s ago"
    ):
        with store.locked(tmp_path):
            pass
    elsewhere(tmp_path, 100)
    with store.locked(tmp_path) as held:
        assert "process 4711 on node7" in caplog.text and "taken over" in caplog.text
        held.check()
        assert owner.is_owned(tmp_path, held.token)
    assert list(tmp_path.iterdir()) == []


def test_an_owner_beats_and_notices_that_it_has_been_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr(owner, "BEAT_S", 0.02)
    with store.locked(tmp_path) as held:
        os.utime(tmp_path / owner.NAME, (0, 0))
        time.sleep(0.3)
        assert (tmp_path / owner.NAME).stat().st_mtime > 0
        elsewhere(tmp_path, 0)
        with pytest.raises(InputError, match="has been taken over by another run"):
            held.check()
    assert (tmp_path / owner.NAME).exists(), "that of the other stays"
