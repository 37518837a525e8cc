"""Where results come from: no person, no place, and none where the file is damaged."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studies.records import provenance


def test_provenance_names_no_person_and_no_place(tmp_path):
    about = provenance.environment()
    first, later = (provenance.Session(started=t, environment=about) for t in ("t0", "t2"))
    provenance.record_session(tmp_path, first)
    provenance.record_session(tmp_path, replace(first, finished="t1", rows=3))
    provenance.record_session(tmp_path, later)
    found = provenance.read_provenance(tmp_path)
    assert found == provenance.Provenance(about, (replace(first, finished="t1", rows=3), later))
    text = (tmp_path / "provenance.json").read_text()
    content = json.loads(text)
    assert [set(s) - set(provenance.ALWAYS) for s in content["sessions"]] == [{"rows"}, set()]
    assert content["schema"] == 1
    assert os.path.expanduser("~") not in text and os.getcwd() not in text
    assert set(content["environment"]) == {
        "python", "packages", "git_commit", "git_modified", "platform", "cpu", "cpu_count",
    }  # fmt: skip
    assert content["environment"]["packages"]["numpy"] == np.__version__


@pytest.mark.parametrize("text", ["[]", "{", '{"schema": 2}', '{"schema": 1, "sessions": [3]}'])
def test_a_damaged_provenance_is_none(tmp_path, text):
    (tmp_path / "provenance.json").write_text(text)
    assert provenance.read_provenance(tmp_path) == provenance.Provenance()
    session = provenance.Session(started="t", environment=provenance.Environment())
    provenance.record_session(tmp_path, session)
    assert provenance.read_provenance(tmp_path).sessions[-1] == session


def test_the_committed_run_tells_where_it_comes_from():
    found = provenance.read_provenance(Path(__file__).parents[3] / "results" / "reference")
    assert found.environment.packages["numpy"] and found.sessions[0].solved
