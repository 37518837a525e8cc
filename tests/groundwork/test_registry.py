"""Registries, and the order of the process steps that they hold."""

import sys

import pytest

from geometry import Design
from geometry.design.flow import Table, flow, tables
from geometry.design.values import declare_table
from geometry.process.step import ProcessStep, add, withdraw
from geometry.process.steps.pad import Pad
from groundwork.registry import PackageError, Registry

OWN = [
    "wafer", "via", "pad", "probe before passivation", "passivation", "probe", "polyimide",
    "pad etch", "ubm", "bump", "assembly",
]  # fmt: skip


def step(name, **what):
    return ProcessStep(name=name, stages=lambda d: [], tables={}, **what)


@pytest.fixture
def added():
    steps = []
    yield lambda *more: steps.extend(add(each) for each in more)
    for each in steps:
        withdraw(each)


def test_an_object_has_its_name_alone():
    things = Registry("fem_bump.things")
    first = things.named("a")(object())
    assert things.add("a", first) is first and things["a"] is first
    with pytest.raises(ValueError, match=r"two of fem_bump\.things are called 'a'"):
        things.add("a", object())
    things.remove("a")
    assert things.values() == ()


def test_a_module_is_imported_when_something_is_asked_for(tmp_path, monkeypatch):
    (tmp_path / "one_thing.py").write_text("def thing():\n    return 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    things = Registry("fem_bump.things")
    things.refer("one_thing")
    assert "one_thing" not in sys.modules
    assert things.values() == () and "one_thing" in sys.modules


def test_all_modules_of_a_folder_are_imported_when_something_is_asked_for(tmp_path, monkeypatch):
    folder = tmp_path / "folder_of_things"
    folder.mkdir()
    for name in ("__init__", "a_thing", "b_thing"):
        (folder / f"{name}.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    things = Registry("fem_bump.things", "folder_of_things")
    assert "folder_of_things" not in sys.modules
    assert things.values() == ()
    assert {"folder_of_things.a_thing", "folder_of_things.b_thing"} <= sys.modules.keys()


@pytest.mark.parametrize(
    ("value", "code", "reason"),
    [
        ("no_such_thing", None, "ModuleNotFoundError: No module named 'no_such_thing'"),
        ("torn", "1 / 0\n", "ZeroDivisionError: division by zero"),
        ("lacking:thing", "", "AttributeError: module 'lacking' has no attribute 'thing'"),
        ("second:thing", "thing = 2\n", "ValueError: two of fem_bump.things are called 'a'"),
    ],
)
def test_what_a_package_cannot_add_is_said_each_time(tmp_path, monkeypatch, value, code, reason):
    about = tmp_path / "somebodys-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: somebodys\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[fem_bump.things]\na = {value}\n")
    if code is not None:
        (tmp_path / f"{value.partition(':')[0]}.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    things = Registry("fem_bump.things")
    things.add("a", object())
    for _ in range(2):
        with pytest.raises(PackageError) as refused:
            things.values()
        assert str(refused.value) == (
            f"entry point 'a = {value}' of group fem_bump.things of package 'somebodys' cannot be "
            f"loaded: {reason}; mend or uninstall the package"
        )


def test_steps_stand_where_they_say(added):
    assert [each.name for each in flow()] == OWN
    added(
        step("b", after=("passivation", "no such step"), before=("polyimide",)),
        step("a", after=("b",), before=("pad etch",)),
        step("z", after=("assembly",)),
    )
    names = [each.name for each in flow()]
    assert [name for name in names if name in OWN] == OWN
    assert names.index("passivation") < names.index("b") < names.index("polyimide")
    assert names.index("b") < names.index("a") < names.index("pad etch") and names[-1] == "z"


def test_the_order_does_not_hang_on_who_came_first(added):
    added(step("y", after=("pad",), before=("ubm",)), step("x", after=("pad",), before=("ubm",)))
    names = [each.name for each in flow()]
    assert names.index("x") < names.index("y")


def test_a_table_is_declared_once():
    declare_table("via", tables()["via"])
    for name in ("via", "cell"):
        with pytest.raises(ValueError, match=rf"designs have another table \[{name}\]"):
            declare_table(name, Table("pad", Pad))
    assert list(Design.model_fields).count("via") == 1
