"""Files that users saved: byte order marks, other encodings and line ends, damage, by line."""

import codecs

import pytest

from fem_bump.errors import InputError
from fem_bump.materials import MaterialLibrary
from geometry import Design, DesignError
from groundwork.user_text import text_of, toml_of

TEXT = '[paste]\nyoung_mpa = 20000.0\npoisson = 0.3\ncte_per_k = 2e-5\nnote = "Zinn für µm"\n'


def saved(encoding: str, mark: bytes = b"", end: str = "\n") -> bytes:
    return mark + TEXT.replace("\n", end).encode(encoding)


SAVED = {
    "utf-8": saved("utf-8"),
    "utf-8 with a mark": saved("utf-8", codecs.BOM_UTF8),
    "two marks": saved("utf-8", 2 * codecs.BOM_UTF8),
    "utf-16 little endian": saved("utf-16-le", codecs.BOM_UTF16_LE, "\r\n"),
    "utf-16 big endian": saved("utf-16-be", codecs.BOM_UTF16_BE),
    "utf-32 little endian": saved("utf-32-le", codecs.BOM_UTF32_LE),
    "utf-32 big endian": saved("utf-32-be", codecs.BOM_UTF32_BE),
    "windows line ends": saved("utf-8", codecs.BOM_UTF8, "\r\n"),
    "lone carriage returns": saved("utf-8", end="\r"),
}


@pytest.mark.parametrize("how", SAVED)
def test_what_editors_save_is_read(tmp_path, how):
    assert text_of(SAVED[how]) == TEXT
    (tmp_path / "m.toml").write_bytes(SAVED[how])
    library = MaterialLibrary.from_toml(tmp_path / "m.toml")
    assert library["paste"].at("young_mpa", 25.0) == 20000.0


@pytest.mark.parametrize("how", ["utf-8-sig", "utf-16"])
def test_designs_and_materials_are_read_alike(tmp_path, how):
    (tmp_path / "d.toml").write_bytes("[pad]\nthickness_um = 1.2\n".encode(how))
    assert Design.from_toml(tmp_path / "d.toml").pad.thickness_um == 1.2
    (tmp_path / "m.toml").write_bytes(TEXT.encode(how))
    assert "paste" in MaterialLibrary.from_toml(tmp_path / "m.toml")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (saved("cp1252"), "not UTF-8 text: byte 0xfc at line 5; save it as UTF-8"),
        (saved("utf-8", b"\xef\xbb\xbf").replace(b"2e-5", b"2e-\xff"), "byte 0xff at line 4"),
        (saved("utf-16-le"), "not UTF-8 text|NUL byte at line 1"),
        (b"[pad]\nthickness_um = 1\0", "NUL byte at line 2"),
        (saved("utf-16-le", codecs.BOM_UTF16_LE)[:-1], "not UTF-16 text: byte 0x.. at line 5"),
        (b"[pad]\nthickness_um = ", "not valid TOML: .*at line 2"),
        (b'[pad]\nname = """\n', "not valid TOML: .*at line 3"),
        (b"a = " + 5000 * b"[" + 5000 * b"]", "nested too deeply"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(tmp_path, content, sentence):
    with pytest.raises(ValueError, match=sentence) as error:
        toml_of(content)
    assert "\n" not in str(error.value)
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(DesignError, match=rf"x\.toml' is .*({sentence})"):
        Design.from_toml(path)
    with pytest.raises(InputError, match=rf"x\.toml: .*({sentence})"):
        MaterialLibrary.from_toml(path)


def test_an_empty_file_says_nothing():
    assert toml_of(b"") == toml_of(codecs.BOM_UTF8) == {}
