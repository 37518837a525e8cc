"""Names that studies, parts and limits have: they become names of files and columns."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

SLUG = "a name of at most 64 letters, digits and '_', '-', '.', a letter or digit first"
Slug = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64, description=SLUG)
]
