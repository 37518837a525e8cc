"""The verification problems can fail: break the physics in a copy and they notice.

The list of mutations must keep matching the code and the table in docs/verification.md; a
selection of each kind is run here (marked slow), the whole survey is
``python -m tests.verification.mutate``.
"""

import shutil

import pytest

from tests.verification import mutate
from tests.verification.mutants import ROOT, Workshop

SELECTION = {
    "thermal load: sign": ["le11"],
    # compiled into the kernels of other files
    "prescribed values: sign": ["rigid_harmonics"],
    "contact: sign of the jump": ["balances"],
    # nothing of it is compiled
    "peel: sign of the normal": ["press_fit"],
    "arc source: harmonics not doubled": ["rim_source_disk"],
    "mark: its floor may rise in an etch": [
        "tests/geometry/process/test_probe_mark.py::test_a_shallow_etch_cannot_even_out_a_deep_mark"
    ],
}


@pytest.fixture
def workshop(tmp_path):
    return Workshop(tmp_path)


@pytest.mark.parametrize("mutation", mutate.MUTATIONS, ids=lambda m: m.name)
def test_mutation_still_applies(mutation):
    text = (ROOT / mutation.path).read_text(encoding="utf-8")
    broken = mutation.broken(ROOT)
    assert mutation.new not in (mutation.old, text) and broken != text
    # a mutant that is no Python would tell nothing
    compile(broken, mutation.file, "exec")
    for test in mutation.tests:
        file, _, function = test.partition("::")
        assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8")


def test_the_table_of_the_docs_has_every_mutation_and_what_notices_it():
    table = mutate.documented(mutate.DOCS.read_text(encoding="utf-8"))
    assert list(table) == [mutation.name for mutation in mutate.MUTATIONS]
    for mutation in mutate.MUTATIONS:
        possible = mutation.tests or mutate.PROBLEMS
        assert table[mutation.name] and set(table[mutation.name]) <= set(possible)
    noticing = {name for names in table.values() for name in names}
    assert set(mutate.PROBLEMS) <= noticing


def test_the_table_is_written_in_the_order_of_the_list():
    text = f"before\n\n{mutate.HEADER}| gone | le11 |\n| flux: sign | balances |\n\nafter\n"
    found = {"flux: sign": ["annular_feed", "balances"], "thermal load: sign": ["le11"]}
    rows = "| thermal load: sign | le11 |\n| flux: sign | annular_feed, balances |\n"
    assert mutate.with_table(text, found) == f"before\n\n{mutate.HEADER}{rows}\nafter\n"


def test_code_into_which_a_broken_kernel_was_compiled_is_not_lent(workshop, tmp_path):
    shutil.rmtree(workshop.compiled)  # what the checkout has compiled
    files = ("algebra/pattern", "mechanics/harmonic_kernels", "laws/point", "interfaces/windows")
    for name in files:
        kept = workshop.cache_of(workshop.compiled, workshop.unbroken / f"fem_bump/{name}.py")
        kept.mkdir(parents=True, exist_ok=True)
        (kept / f"{name.partition('/')[2]}.kernel-1.py311.nbi").touch()
    workshop.lend("fem_bump/algebra/pattern.py", tmp_path / "mutant", tmp_path / "lent")
    assert {path.name.partition(".")[0] for path in (tmp_path / "lent").rglob("*.nbi")} == {
        "point",
        "windows",
    }


@pytest.mark.slow
def test_a_selection_is_noticed(workshop):
    chosen = {m.name: m for m in mutate.MUTATIONS if m.name in SELECTION}
    assert len(chosen) == len(SELECTION)
    for name, noticing in SELECTION.items():
        assert list(workshop.noticed_by(chosen[name], noticing)) == noticing, name
