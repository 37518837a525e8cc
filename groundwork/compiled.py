"""Compiled kernels, whose machine code is kept from one run to the next where that is possible.

Numba keeps it beside the sources or under the user's home, and refuses a function where neither can
be written: a read-only installation that is used by somebody without a home. There a folder of this
process keeps it, for the processes that it starts as well, and goes with it. Code that cannot be
kept, as on a full disk, costs the time to compile it again and nothing else.

Numba compiles a function again when its own file has changed. What it calls and the numbers that it
takes from other files are part of its code as well, so here a change of those counts too.
"""

from __future__ import annotations

import atexit
import hashlib
import inspect
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.ccallback import CFunc

ENVIRONMENT, PREFIX = "NUMBA_CACHE_DIR", "fem-bump-kernels-"
_KERNELS: list[Any] = []  # of this process


class _Cache(FunctionCache):
    """Numba's store of a function's code; what goes wrong with it is no reason to stop.

    ``stamp`` tells one state of the sources of that code from another.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self.stamp = (self._impl.locator.get_source_stamp(), *_compiled_into(function))
        self._cache_file = IndexDataCacheFile(self.cache_path, self.file_name, self.stamp)

    @property
    def file_name(self) -> str:
        return self._impl.filename_base

    def signatures(self, codegen: Any) -> list[Any]:
        """Argument types for which there is code for this machine."""
        keys = self._cache_file._load_index()
        return [key[0] for key in keys if key == self._index_key(key[0], codegen)]

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        with suppress(OSError):
            return super().load_overload(sig, target_context)
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        with suppress(OSError):
            super().save_overload(sig, data)


def _compiled_into(function: Callable[..., Any]) -> Iterator[str]:
    """What of other files becomes part of a function's code: kernels that it calls, numbers."""
    outside = inspect.getclosurevars(function)
    for name, value in sorted({**outside.globals, **outside.nonlocals}.items()):
        cache = getattr(value, "_cache", None)
        if isinstance(cache, _Cache):
            yield f"{name} {hashlib.sha256(repr(cache.stamp).encode()).hexdigest()}"
        elif isinstance(value, int | float):
            yield f"{name} {value!r}"


def kernel(function: Callable[..., Any]) -> Any:
    """Have Numba compile a function at its first call, its code kept."""
    compiled = numba.njit(function)
    _keep(compiled, function)
    _KERNELS.append(compiled)
    return compiled


def load_kept() -> None:
    """Load the kept code of all kernels that have been imported, for processes forked from here.

    They would each load it at the first call. Then it is compiled, too, where it is not kept.
    """
    for compiled in _KERNELS:
        if isinstance(compiled._cache, _Cache):
            with suppress(Exception):  # said by the call, if it is ever called
                for signature in compiled._cache.signatures(compiled.targetctx.codegen()):
                    compiled.compile(signature)


def callback(function: Callable[..., Any], signature: Any) -> CFunc:
    """Have Numba compile a function that C may call, its code kept."""
    compiled = CFunc(function, (signature.args, signature.return_type), locals={}, options={})
    _keep(compiled, function)
    compiled.compile()
    return compiled


def _keep(compiled: Any, function: Callable[..., Any]) -> None:
    cache = _cache_of(function)
    if cache is None and _use_temporary_folder():
        cache = _cache_of(function)
    if cache is not None:
        _bring_along(function, cache)
        compiled._cache = cache  # as its enable_caching does


def _cache_of(function: Callable[..., Any]) -> _Cache | None:
    try:
        return _Cache(function)
    except RuntimeError:  # no folder for it can be written
        return None


def _use_temporary_folder() -> bool:
    """Give Numba a new folder that only this user may enter; False where there is none."""
    try:
        folder = tempfile.mkdtemp(prefix=PREFIX)
    except OSError:
        return False
    numba.config.CACHE_DIR = folder  # type: ignore[attr-defined]
    os.environ[ENVIRONMENT] = folder
    owner = os.getpid()

    @atexit.register
    def remove() -> None:
        if os.getpid() == owner:  # not in a forked child
            shutil.rmtree(folder, ignore_errors=True)

    return True


def _bring_along(function: Callable[..., Any], cache: _Cache) -> None:
    """Start from the code that lies beside the sources, where it can be read but not written."""
    kept = Path(cache.cache_path)
    if not kept.parent.name.startswith(PREFIX):
        return
    beside, name = Path(function.__code__.co_filename).with_name("__pycache__"), cache.file_name
    with suppress(OSError):
        if not (kept / f"{name}.nbi").exists():
            for file in [*beside.glob(f"{name}.*.nbc"), *beside.glob(f"{name}.nbi")]:
                shutil.copyfile(file, kept / file.name)
