"""A condition of a test by its standard's name in a design: where the cool-down ends."""

import pytest

from geometry import Design, DesignError
from studies.cli import commands


def test_the_name_stands_for_its_end_and_its_tag_is_noted():
    cold = Design(load={"condition": "JESD22-A104 G"})
    assert cold.load.thermal.temperature_degc == -40.0
    (note,) = cold.notes()
    assert note.startswith("load.condition = 'JESD22-A104 G' is -40 to 125 degC, of which the cold")
    assert "read in a test house's table" in note
    hot = cold.replace(**{"load.condition_end": "hot"})
    assert hot.load.thermal.temperature_degc == 125.0
    other = hot.replace(**{"load.condition": "JESD22-A104 J"})
    assert other.load.thermal.temperature_degc == 100.0
    assert "not verified" in other.notes()[0]
    assert Design(**other.to_dict()) == other
    assert "condition" not in Design().to_dict()["load"]


@pytest.mark.parametrize(
    ("load", "said"),
    [
        ({"condition": "JESD22-A104 Z"}, r"load.condition: 'JESD22-A104 Z' is no known condition"),
        ({"condition": "JESD22-A104 G", "thermal": {"temperature_degc": 25.0}}, "contradicts"),
        ({"condition_end": "hot"}, "condition_end = 'hot' needs load.condition"),
        ({"condition": 5}, "load.condition = 5 must be"),
    ],
)
def test_names_that_cannot_be(load, said):
    with pytest.raises(DesignError, match=said) as caught:
        Design(load=load)
    assert "\n" not in str(caught.value)


def test_the_command_lists_names_with_tags_and_refuses_others(capsys):
    with pytest.raises(SystemExit) as end:
        commands.main(["standards"])
    shown = capsys.readouterr().out
    assert end.value.code == 0
    for name in ("JESD22-A104 G", "JESD22-A104 soak", "AEC-Q100 grade 0", "JESD22-A105 power"):
        assert name in shown
    assert shown.count("not verified: from memory") >= 9 and "resistance up by 20 %" in shown
    with pytest.raises(SystemExit) as end:
        commands.main(["standards", "JEDS22-A104"])
    said = capsys.readouterr().err
    assert end.value.code == 2 and "nearest are 'JESD22-A104'" in said and said.count("\n") == 1
