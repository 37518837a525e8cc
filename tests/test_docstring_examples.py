"""Examples in docstrings run as they stand, and every public object has one.

Public is what a package or a room names in ``__all__``; modules there are no objects. An example of
a public object needs nothing but itself: it starts from an empty namespace, as where it is pasted.
That of an object that cannot have a docstring (a law, the materials) stands in that of the module
that makes it.
"""

import doctest
import inspect
import pkgutil
import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("fem_bump", "geometry", "groundwork", "studies")


def rooms():
    """The packages and all packages within them, by name."""
    for name in PACKAGES:
        yield name
        inner = pkgutil.walk_packages([str(ROOT / name)], f"{name}.")
        yield from (found.name for found in inner if found.ispkg)


def names_of(room):
    """The names that a room's ``__all__`` states, without importing it."""
    source = ROOT.joinpath(*room.split("."), "__init__.py").read_text(encoding="utf-8")
    found = re.search(r"^__all__ = \[(.*?)\]", source, re.M | re.S)
    return re.findall(r'"(\w+)"', found[1]) if found else []


PUBLIC = [(room, name) for room in rooms() for name in names_of(room)]
SLOW = {("fem_bump.laws", "law"): "compiles a law", ("studies", "StudyResults"): "solves a case"}
EACH = [
    pytest.param(*one, id=".".join(one), marks=[pytest.mark.slow] if one in SLOW else [])
    for one in PUBLIC
]


def home(room, name):
    """Name of the module that makes an object of a room."""
    made = re.compile(rf"^{name}\b.* = |^(?:def|class) {name}\b|^{name} = ", re.M)
    for path in sorted(ROOT.joinpath(*room.split(".")).rglob("*.py")):
        if made.search(path.read_text(encoding="utf-8")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            return ".".join(parts).removesuffix(".__init__")
    raise AssertionError(f"nothing in {room} makes {name}")


def example_of(room, name):
    """The docstring that has the example of a public object; None for a module."""
    thing = getattr(import_module(room), name)
    if isinstance(thing, ModuleType):
        return None
    if inspect.isclass(thing) or inspect.isroutine(thing):
        return inspect.getdoc(thing)
    module = home(room, name)
    return import_module(module) and sys.modules[module].__doc__


def run(text, name, names):
    """Run the examples of a docstring; the report of those that fail."""
    test = doctest.DocTestParser().get_doctest(text, names, name, None, None)
    said = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=said.append)
    return "".join(said)


@pytest.mark.parametrize("room, name", EACH)
def test_a_public_object_has_an_example_that_runs(room, name, tmp_path, monkeypatch):
    text = example_of(room, name)
    if text is None:
        return
    assert ">>>" in text, f"{room}.{name} has no example in its docstring"
    monkeypatch.chdir(tmp_path)
    assert run(text, f"{room}.{name}", {"__name__": "example"}) == ""


def others():
    """Modules with an example somewhere."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if re.search(r"^\s*>>> ", path.read_text(encoding="utf-8"), re.M):
                parts = path.relative_to(ROOT).with_suffix("").parts
                yield ".".join(parts).removesuffix(".__init__")


@pytest.mark.parametrize("module", list(others()))
def test_examples_of_everything_else_run_where_they_stand(module, tmp_path, monkeypatch):
    import_module(module)
    here = sys.modules[module]
    public = {f"{module}.{name}" for _, name in PUBLIC}
    monkeypatch.chdir(tmp_path)
    found = doctest.DocTestFinder(exclude_empty=True).find(here, module)
    for test in found:
        if test.name not in public and test.name != module:
            said = []
            doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(
                test, out=said.append
            )
            assert "".join(said) == ""
