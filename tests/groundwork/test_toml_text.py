"""Data written as TOML read as themselves."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.toml_text import toml_text

# halves of a pair are no text by themselves, in TOML as in UTF-8
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=5)
LEAF = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), TEXT)
DATA = st.dictionaries(
    TEXT,
    st.recursive(
        LEAF,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@given(DATA)
def test_data_read_back_as_they_were(data):
    assert tomllib.loads(toml_text(data)) == data


def test_numbers_of_numpy_and_paths_are_plain_and_nothing_is_left_out():
    data = {"a": np.linspace(0, 1, 3), "b": np.float64(2.5), "c": Path("x.toml"), "d": None}
    assert tomllib.loads(toml_text({**data, "e": (1, 2)})) == {
        "a": [0.0, 0.5, 1.0], "b": 2.5, "c": "x.toml", "e": [1, 2],
    }  # fmt: skip


@pytest.mark.parametrize(
    "data, sentence",
    [
        ({"part": [{"factors": {"x": {1}}}]}, r"part\[0\].factors.x: \{1\} is a set"),
        ({"x": [1, None]}, r"x\[1\]: None, which TOML cannot say"),
        ({"t": {3: 1}}, "t: the key 3 is no text"),
    ],
    ids=["set", "none", "key"],
)
def test_what_toml_cannot_say_is_refused_with_its_place(data, sentence):
    with pytest.raises(ValueError, match=sentence):
        toml_text(data)
