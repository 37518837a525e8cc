"""The commands new, check and schema: files written, exit status, one sentence per mistake."""

import json
import sys
import tomllib

import pytest

from geometry import Design
from studies.cli import commands as cli


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        with pytest.raises(SystemExit) as stop:
            cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return stop.value.code or 0, said.out, said.err

    return call


@pytest.fixture
def terminal(monkeypatch):
    """Let the command take its answers from a list."""

    def answer(*given):
        left = list(given)
        for stream in (sys.stdin, sys.stdout):
            monkeypatch.setattr(stream, "isatty", lambda: True)

        def ask(question):
            print(question)
            if not left:
                raise EOFError
            return left.pop(0)

        monkeypatch.setattr("builtins.input", ask)

    return answer


def test_a_preset_becomes_a_file_and_its_schema(call, tmp_path):
    assert call("new", "a/pillar.toml", "--preset", "cu-pillar", "--set", "pad.material=Cu") == (
        0,
        "a/pillar.toml\na/design.schema.json\n",
        "",
    )
    text = (tmp_path / "a" / "pillar.toml").read_text(encoding="utf-8")
    assert text.startswith("#:schema ./design.schema.json\n")
    design = Design.from_toml(tmp_path / "a" / "pillar.toml")
    assert (design.name, design.pad.material) == ("pillar", "Cu")
    schema = json.loads((tmp_path / "a" / "design.schema.json").read_text(encoding="utf-8"))
    assert json.loads(call("schema")[1]) == schema
    assert json.loads(call("schema", "study")[1])["title"] == "fem-bump study"


def test_questions_are_asked_on_a_terminal(call, terminal, tmp_path):
    terminal("wafer-bump", "100", "done")
    status, out, err = call("new", "--set", "pad.thickness_um=60.0")
    assert (status, err) == (0, "")
    assert "bump [wafer-bump]" in out and "[2/13] pad metal [Al-0.5Cu]: " in out
    assert "note: check the unit of pad.thickness_um = 60" in out
    data = tomllib.loads((tmp_path / "wafer-bump.toml").read_text(encoding="utf-8"))
    assert data["cell"]["pitch_um"] == 100.0 and data["pad"]["thickness_um"] == 60.0


def test_questions_that_end_too_soon_write_nothing(call, terminal, tmp_path):
    terminal("wafer-bump", "100")
    assert call("new", "x.toml")[0] == 130
    assert list(tmp_path.iterdir()) == []


def test_the_list(call):
    status, out, _ = call("new", "--list")
    assert status == 0 and [line.split()[0] for line in out.splitlines()[2:]] == [
        "cu-pillar", "default", "micro-bump", "wafer-bump", "wlcsp-ball",
    ]  # fmt: skip


def test_files_of_others_are_left_alone(call, tmp_path):
    schema = tmp_path / "design.schema.json"
    schema.write_text("{}", encoding="utf-8")
    status, out, err = call("new", "x.toml", "--preset", "default")
    assert (status, out) == (
        2,
        "",
    ) and "'design.schema.json' is there already, and no schema" in err
    assert [path.name for path in tmp_path.iterdir()] == [schema.name]
    schema.write_text('{"title": "fem-bump design"}', encoding="utf-8")  # of another version
    assert call("new", "x.toml", "--preset", "default")[0] == 0
    assert len(schema.read_text(encoding="utf-8")) > 10_000


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["new"], "asks questions, and this is no terminal; give --preset NAME: cu-pillar, "),
        (["new", "--preset", "pilar"], "no file 'pilar', nor a shipped design of that name"),
        (["new", "x.txt", "--preset", "default"], "OUT = 'x.txt' must be a file name that ends in"),
        (["new", "there.toml", "--preset", "default"], "OUT = 'there.toml' is there already"),
        (["new", "#.toml", "--preset", "default"], "name = '#' must be a name of at most 100"),
        (["new", "--preset", "default", "--set", "pad.diameter_um=1"], "passivation.opening_diam"),
        (["new", "--preset", "default", "--set", "pad.material=Alu"], "pad.material = 'Alu' is no"),
        (["check", "default", "--set", "pad.thickness_um=-1"], "pad.thickness_um = -1 must be a"),
        (["check"], "give a DESIGN, or --claim N"),
        (["schema", "designs"], "'designs' must be 'design' or 'study'"),
    ],
)
def test_mistakes_are_one_sentence(call, tmp_path, arguments, sentence):
    (tmp_path / "there.toml").write_text("", encoding="utf-8")
    status, out, err = call(*arguments)
    assert (status, out) == (2, "") and err.count("\n") == 1 and sentence in err
    assert [path.name for path in tmp_path.iterdir()] == ["there.toml"]


def test_check_shows_keys_materials_and_notes(call):
    status, out, err = call("check", "default", "--set", "pad.thickness_um=60.0")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    at = lines.index("[pad]")
    assert lines[at + 3].split() == [
        "thickness_um", "60", "um", "file", "0.005", "to", "10000", "0.05", "to", "50",
    ]  # fmt: skip
    assert "Al-0.5Cu: pad.material" in lines
    assert lines[-1].startswith("note: check the unit of pad.thickness_um = 60")
    assert call("check", "default")[1].endswith(
        "note: nothing in this design is out of the ordinary\n"
    )
    said = json.loads(call("check", "--claim", "8", "--json")[1])
    assert list(said) == ["name", "keys", "properties", "used_by", "notes"]
