"""Further points of a study that has been run: solved once, stored with it, all else as it was."""

import tomllib

import fake_evaluator as fake
import pandas as pd
import pytest

from fem_bump.errors import InputError
from studies.records import store
from studies.runs.further import solve_further, with_points
from studies.runs.runner import run_study

STUDY = f"""
# heights of a line
[[part]]
name = "line"
[part.set]
pad.thickness_um = 1.5
[part.sampling]  # four of them
n = 4
[part.sampling.ranges]
bump.height_um = [70, 80]

[[part]]
name = "broken"
[part.factors]
bump.height_um = [{fake.NO_ANSWER}]

[[limit]]
name = "density"
survives = "current_density_max_bump_ubm_L1_a_per_cm2 < 1e5"
"""


def points(*heights):
    return [{"bump.height_um": height} for height in heights]


@pytest.mark.slow
def test_further_points_are_solved_once_and_stay_with_the_study(tmp_path, monkeypatch):
    log, out = tmp_path / "log", tmp_path / "out"
    monkeypatch.setenv("FAKE_LOG", str(log))
    given = fake.write_study(tmp_path, STUDY)
    run_study(given, out, jobs=1, evaluator=fake.SPEC)
    tried = len(fake.solved_keys(log))

    def further(heights, part="line", name="explored-line"):
        return solve_further(
            out, part, points(*heights), name=name, title="More", jobs=1, evaluator=fake.SPEC
        )

    found = further([76.5, -1.0, fake.BAD_INPUT, 75.5])
    assert [case.status for case in found] == ["solved", "invalid", "invalid", "solved"]
    assert [case.factors["bump.height_um"] for case in found] == [76.5, -1.0, fake.BAD_INPUT, 75.5]
    assert found[0].result.design["pad"]["thickness_um"] == 1.5  # as the part sets it
    assert "must be" in found[1].reason and "no conductivity" in found[2].reason
    # what failed elsewhere is not tried again
    assert len(fake.solved_keys(log)) == tried + 3
    assert [case.number for case in further([75.5, 77.0, 77.0])] == [4, 5, 5]
    assert len(fake.solved_keys(log)) == tried + 4
    text = (out / "study.toml").read_text(encoding="utf-8")
    assert "# heights of a line" in text and "# four of them" in text

    # the study in the folder is one as any other
    run_study(out / "study.toml", out, jobs=1, evaluator=fake.SPEC)
    assert len(fake.solved_keys(log)) == tried + 5
    table = pd.read_parquet(out / "table.parquet")
    assert list(table.part) == ["line"] * 4 + ["broken"] + ["explored-line"] * 5
    assert store.read_plan(out).study.with_further("line") == ["line", "explored-line"]

    before = (out / "study.toml").read_bytes()
    for part, name, heights, why in (
        ("lines", "explored-line", [75.0], "no part 'lines'; it has line, broken"),
        ("explored-line", "x", [75.0], "no part 'explored-line'"),
        ("broken", "explored-line", [75.0], "is not more_of = 'broken'"),
    ):
        with pytest.raises(InputError, match=why):
            further(heights, part, name)
    with pytest.raises(InputError, match=r"case 6 gives .*; it must give every factor"):
        solve_further(out, "line", [{"pad.thickness_um": 2.0}], name="explored-line")
    assert (out / "study.toml").read_bytes() == before


def test_parts_in_braces_take_further_points_too():
    text = 'name = "small"\npart = [{ name = "line", factors = { "bump.height_um" = [70, 75] } }]\n'
    for heights in ([71.0, 72.0], [72.0, 73.0]):
        text = with_points(text, "line", points(*heights), "more", "")
    line, more = tomllib.loads(text)["part"]
    assert line == {"name": "line", "factors": {"bump.height_um": [70, 75]}}
    assert more == {"name": "more", "more_of": "line", "case": points(71.0, 72.0, 73.0)}
