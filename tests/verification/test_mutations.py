"""The verification problems can fail: break the physics in a copy and they notice.

The list of mutations must keep matching the code; a selection from every file is run here (marked
slow), the whole survey is ``python -m tests.verification.mutate`` and its table stands in
docs/verification.md.
"""

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).with_name("mutate.py")
spec = importlib.util.spec_from_file_location("mutate", HERE)
mutate = importlib.util.module_from_spec(spec)
sys.modules["mutate"] = mutate
spec.loader.exec_module(mutate)

SELECTION = {
    "thermal load: sign": {"thick_cylinder", "hollow_sphere", "le11", "film_on_substrate"},
    "axis condition u_r = 0 dropped": {"manufactured_elastic"},
    "tied boundaries ignored": {"thick_cylinder", "film_on_substrate"},
    "contact: sign of the jump": {"annular_feed", "balances"},
    "facet weight 2 pi r -> 2 pi": {"press_fit", "flux_tube", "balances"},
    "peel: sign of the normal": {"press_fit"},
    "harmonic stiffness: sign of n u_z in g_tz": {"rigid_harmonics", "flexure", "bonded_bars"},
    "axis, n = 1: u_r + u_t = 0 dropped": {"rigid_harmonics", "shifted_bar"},
    "cell side, odd n: u_z = 0 dropped": {"layered_cell"},
    "arc source: harmonics not doubled": {"rim_source_disk", "arc_fed_rings"},
}


@pytest.mark.parametrize("mutation", mutate.MUTATIONS, ids=lambda m: m.name)
def test_mutation_still_applies(mutation):
    text = (mutate.PACKAGE / mutation.file).read_text(encoding="utf-8")
    assert text.count(mutation.old) == mutation.times
    assert mutation.new not in (mutation.old, text)
    # a mutant that is no Python would tell nothing
    compile(text.replace(mutation.old, mutation.new), mutation.file, "exec")


@pytest.mark.slow
def test_a_selection_is_noticed(tmp_path):
    chosen = {m.name: m for m in mutate.MUTATIONS if m.name in SELECTION}
    assert len(chosen) == len(SELECTION)
    tried = sorted(set().union(*SELECTION.values()))
    assert mutate.noticed_by(None, tmp_path, tried) == {}
    for name, problems in SELECTION.items():
        assert set(mutate.noticed_by(chosen[name], tmp_path, sorted(problems))) == problems, name
