"""Imported by the process that workers are forked from, after what they need: code of its kernels.

What the process holds by then stays, and no worker searches it for cycles of objects: they would
have to copy the memory that they share.
"""

from __future__ import annotations

import gc
import sys

if compiled := sys.modules.get("groundwork.compiled"):  # else there are no kernels
    compiled.load_kept()
gc.collect()
gc.freeze()
