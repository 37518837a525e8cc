"""Gmsh, and which one: known without what meshes with it."""

from __future__ import annotations

import signal
import threading
from typing import Any

from geometry.errors import MeshingError

# Gmsh offers no other way to get these libraries with its wheel
SYSTEM_LIBRARIES = "libglu1-mesa libgl1 libxcursor1 libxft2 libxinerama1 libgomp1"


def gmsh_library() -> Any:
    """Gmsh's module.

    Raises
    ------
    MeshingError
        It cannot be loaded here.
    """
    try:
        import gmsh
    except OSError as error:
        raise MeshingError(
            f"Gmsh needs system libraries that this machine lacks ({error}); on Debian or Ubuntu: "
            f"apt-get install -y --no-install-recommends {SYSTEM_LIBRARIES}"
        ) from None
    return gmsh


def begin_session(gmsh: Any) -> None:
    """Open Gmsh's session, without configuration files; the process's signals stay as they are.

    Gmsh gives SIGPIPE its default back, which ends a process whose reader has gone, as a server's
    browser; Python has it ignored, so that the write fails instead. Signals are the main thread's.
    """
    gmsh.initialize([], readConfigFiles=False, interruptible=False)
    if hasattr(signal, "SIGPIPE") and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGPIPE, signal.getsignal(signal.SIGPIPE))


def gmsh_version() -> str:
    """Version of the Gmsh that makes the meshes."""
    return str(gmsh_library().__version__)
