"""What draws a thing, by the thing's name (a cross-section is "section"): it stands above it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from groundwork.registry import Registry

pictures: Registry[Callable[..., Any]] = Registry("fem_bump.pictures")
