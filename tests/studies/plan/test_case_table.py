"""Tables of cases as spreadsheets save them: read where they mean one thing, else named."""

import codecs
from pathlib import Path

import pytest
from fake_evaluator import write_study

from fem_bump.errors import InputError
from studies.plan.case_table import read_cases
from studies.plan.study import load_study

T, D, M = "pad.thickness_um", "pad_etch.depth_ratio", "pad.material"
TWO = [{T: 1.0, D: 0.5}, {T: 2.25, D: 0.25}]

READ = {
    "commas and points": f"{T},{D}\n1.0,0.5\n2.25,0.25\n",
    "semicolons and commas": f"{T};{D}\n1,0;0,5\n2,25;0,25\n",
    "semicolons and points": f"{T};{D}\n1.0;0.5\n2.25;0.25\n",
    "tabs and commas": f"{T}\t{D}\n1,0\t0,5\n2,25\t0,25\n",
    "tabs and points": f"{T}\t{D}\n1.0\t0.5\n2.25\t0.25\n",
    "quoted decimal commas": f'{T},{D}\n"1,0","0,5"\n"2,25","0,25"\n',
    "everything quoted": f'"{T}";"{D}"\n"1,0";"0,5"\n"2,25";"0,25"\n',
    "a separator line": f"sep=;\n{T};{D}\n1,0;0,5\n2,25;0,25\n",
    "a separator line in capitals": f"SEP=,\n{T},{D}\n1.0,0.5\n2.25,0.25\n",
    "blank lines and columns": f"\n{T};;{D};;\n1,0;;0,5;;\n;;;;\n\n2,25;;0,25;;\n;;;;\n",
    "cells beyond the header": f"{T},{D}\n1.0,0.5,,\n2.25,0.25,\n",
    "blanks around": f' {T} , "{D}" \n 1.0 , 0.5\n"2.25" ,0.25\n',
    "other capitals": f"{T.upper()};Pad_Etch.Depth_Ratio\n1,0;0,5\n2,25;0,25\n",
    "exponents": f"{T};{D}\n1,0e0;5e-1\n225e-2;2,5e-1\n",
    "bars": f"{T}|{D}\n1.0|0.5\n2.25|0.25\n",
    "windows line ends": f"{T};{D}\r\n1,0;0,5\r\n2,25;0,25\r\n",
    "lone carriage returns": f"{T};{D}\r1,0;0,5\r2,25;0,25",
    "no digit before the comma": f"{T};{D}\n1,0;,5\n2,25;,25\n",
}


def read(text, encoding="utf-8"):
    return read_cases(Path("cases.csv"), text.encode(encoding), "here")[1]


@pytest.mark.parametrize("how", READ)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_means_one_thing_is_read(how, encoding):
    assert read(READ[how], encoding) == TWO


@pytest.mark.parametrize(
    ("text", "cases"),
    [
        (f"{T}\n1,5\n2\n", [{T: 1.5}, {T: 2}]),  # nothing separates a single column
        (f"{M};{T}\nCu;1\nAl-0.5Cu;\n", [{M: "Cu", T: 1}, {M: "Al-0.5Cu"}]),
        (f"{M},{T}\nCu,2,\nAl-0.5Cu\n", [{M: "Cu", T: 2}, {M: "Al-0.5Cu"}]),
        (f"{T};{D}\n1,234;0,5\n", [{T: 1.234, D: 0.5}]),
        (f"{T}\t{D}\n1,234\t0,5\n", [{T: 1.234, D: 0.5}]),  # the other says which comma it is
        (f"{T}\n\u22120.5\n-.5\n", [{T: -0.5}, {T: -0.5}]),
        (f"assembly.underfill,{T}\nFALSE,1\nfalse,2\n", [
            {"assembly.underfill": False, T: 1}, {"assembly.underfill": False, T: 2}]),
        (f"{T}\n1e-5\n7\n", [{T: 1e-5}, {T: 7}]),
        ("UBM.layers.cu.thickness_um,x\n1,2\n", [{"UBM.layers.cu.thickness_um": 1, "x": 2}]),
    ],
)  # fmt: skip
def test_what_stands_in_cells(text, cases):
    found = read(text)
    assert found == cases
    assert [[type(v) for v in c.values()] for c in found] == [
        [type(v) for v in c.values()] for c in cases
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"{T};{D}\n1,5;0.5\n", rf"commas \('1,5' in line 2, column '{T}'\) and decimal points"),
        (f"{T};{D}\n1.234,5;0,5\n", rf"line 2, column '{T}': '1\.234,5' is no number; .*thousands"),
        (f"{T},{D}\n2,0.5\n\"1,234.5\",0.5\n", r"line 3, .*'1,234\.5' is no number"),
        (f"{T};{D}\n1 234;0,5\n", "'1 234' is no number"),
        (f"{T};{D}\n1\u00a0234;0,5\n", "is no number; write it without separators of thousands"),
        (f"{T};{D}\n1'234;0,5\n", "'1'234' is no number"),
        (f"{T};{D}\n1,234,567;0,5\n", "'1,234,567' is no number"),
        (f'{T},{D}\n"1,234",1\n', "may have a decimal comma or one of thousands"),
        (f"{T}\t{D}\n1,234\t1\n", "may have a decimal comma or one of thousands"),
        (f"{T},{D}\n1,0,0,5\n", r"line 2 has more cells than the header: 4 for 2; a decimal comma"),
        (f"{T};{D}\n1;2;3\n", "line 2 has more cells than the header: 3 for 2$"),
        (f"{T},{D}\n1;0\n", "'1;0' is no number; it holds semicolons, but .* by commas"),
        (f"{T};{D}\n1,5\n", "line 2 has fewer cells than the header: '1,5' may be one"),
        (f"{T};{D}\n1,0.5\n", r"'1,0\.5' is no number"),
        (f"{T};{D}\num;-\n1;0\n", r"line 2 is a row of units \('um'\)"),
        (f"{T},{D}\n[µm],[-]\n1,0\n", "is a row of units"),
        (f"{T},{D}\n1,50%\n", "'50%' must be a number without %"),
        (f"{T},{D}\n1,#DIV/0!\n", f"line 2, column '{D}': '#DIV/0!' is an error or a formula"),
        (f"{T},{D}\n1,=A2/2\n", "is an error or a formula"),
        (f"{T},,{D}\n1,3,0\n", "line 2: column 2 has no name in the header"),
        (f"{T},{T.upper()}\n1,2\n", "names a parameter twice in its header"),
        (f'{T},{D}\n"1,0.5\n2,0.5\n', r"line 2: a quote \(\"\) is not closed"),
        (f"{T},{D}\n", "needs a header and at least one row below it"),
        ("", "needs a header"),
        ("sep=;\n", "needs a header"),
    ],
)  # fmt: skip
def test_what_could_mean_two_things_is_named(text, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        read(text)
    assert "\n" not in str(error.value) and str(error.value).startswith("here: 'cases.csv'")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (f"{M}\nZinn\xfc\n".encode("cp1252"), "not UTF-8 text: byte 0xfc at line 2"),
        (
            codecs.BOM_UTF8 + f"{T};depth_ratio\n1,0;0,5\n".encode(),
            "nearest: .*pad_etch.depth_ratio",
        ),
        (b"PK\3\4\0\0", "is a workbook; save it as CSV"),
        (f"{T},pad.glue\n1,\n".encode(), "'pad.glue' names no parameter"),
    ],
)
def test_a_study_names_its_table(tmp_path, content, sentence):
    (tmp_path / "cases.csv").write_bytes(content)
    study = write_study(tmp_path, "[[part]]\nname = 'p'\ncases_csv = 'cases.csv'\n")
    with pytest.raises(InputError, match=rf"part 'p': cases_csv.*{sentence}"):
        load_study(study)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{T};{D}\n1.000;0\n", ("line 2", "'1.000' may have a decimal point", "thousands")),
        (f"{T};{D}\n-12.345;1\n2.500;0\n", ("'-12.345'",)),
        (f"{T}\n1e400\n", ("'1e400' is larger than any number",)),
        (f"{T};{D}\n1,5e999;0\n", ("'1,5e999'",)),
        (f"# my cases\n{T},{D}\n1,0\n", ("line 1 is a comment",)),
        (f"sep=;\n{T},{D}\n1,0\n", ("sep=;", "separated by commas")),
    ],
)
def test_what_spreadsheets_of_either_kind_would_read_differently_is_refused(text, said):
    with pytest.raises(InputError) as error:
        read(text)
    assert all(piece in str(error.value) for piece in said)


@pytest.mark.parametrize("other", ["0.5", "0.25", "1.2500"])
def test_another_decimal_point_settles_what_a_point_is(other):
    assert read(f"{T};{D}\n1.000;{other}\n") == [{T: 1.0, D: float(other)}]
    assert read(f"{T},{D}\n1.000,0\n") == [{T: 1.0, D: 0}]
