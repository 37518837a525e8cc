"""Links that only the site can have: names of modules, files and problems lead to their pages."""

from __future__ import annotations

import re
from pathlib import Path

from fem_bump.verification import PROBLEMS

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"(^```.*?^```$)", re.M | re.S)
MODULE = re.compile(r"`((?:fem_bump|geometry|groundwork|studies)(?:[./]\w+)+)`")
FILE = re.compile(r"`((?:fem_bump|geometry|groundwork|studies)(?:/\w+)+)\.py`")
EXAMPLE = re.compile(r"\]\([^)]*\bexamples/(\w+)\.py\)")
PROBLEM = re.compile(r"`(" + "|".join(PROBLEMS) + ")`")


def linked(text: str, up: str) -> str:
    """A page's text with such links outside its blocks of code; ``up`` leads to the site's root."""
    parts = FENCE.split(text)
    return "".join(part if k % 2 else _linked(part, up) for k, part in enumerate(parts))


def _linked(text: str, up: str) -> str:
    text = EXAMPLE.sub(rf"]({up}gallery/\1.rst)", text)
    text = PROBLEM.sub(lambda found: f"[`{found[1]}`](#problem-{found[1].replace('_', '-')})", text)
    for pattern in (MODULE, FILE):
        text = pattern.sub(_module, text)
    return text


def _module(found: re.Match[str]) -> str:
    path = found[1].replace(".", "/").removesuffix("/__init__")
    if (ROOT / f"{path}.py").is_file() or (ROOT / path / "__init__.py").is_file():
        return f"{{py:mod}}`{found[0].strip('`')} <{path.replace('/', '.')}>`"
    return found[0]
