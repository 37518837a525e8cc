"""A page printed to PDF by whichever browser of the Chromium family is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from fem_bump.errors import AnalysisError, InputError
from groundwork.files import whole_file

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
         "microsoft-edge")  # fmt: skip
# nothing of the user's profile, and no calls home
QUIET = ("--headless", "--disable-gpu", "--disable-background-networking", "--disable-sync",
         "--disable-component-update", "--disable-quic", "--no-first-run")  # fmt: skip
MOST_S = 180.0


def browser() -> str | None:
    """Path of a browser that prints; None where none of the known names is on the path."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def flags(profile: Path) -> list[str]:
    """Arguments that every start of a browser has."""
    # Chromium refuses its sandbox to root
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [*QUIET, *root, f"--user-data-dir={profile}"]


def needed_browser() -> str:
    """The browser.

    Raises
    ------
    InputError
        When there is none.
    """
    found = browser()
    if found is None:
        raise InputError(
            "--format pdf prints the page with Chromium, Chrome or Edge, and none of "
            f"{', '.join(NAMES)} is on the path; install one, or open the HTML report and print it"
        )
    return found


def write_pdf(page: Path) -> Path:
    """Print a page beside itself.

    Raises
    ------
    InputError
        When there is no browser.
    AnalysisError
        When the browser prints nothing.
    """
    program, path = needed_browser(), page.with_suffix(".pdf")
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        whole_file(path) as pdf,
    ):
        command = [program, *flags(Path(home)), "--no-pdf-header-footer",
                   "--virtual-time-budget=20000", f"--print-to-pdf={pdf.absolute()}",
                   page.absolute().as_uri()]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_S)
            said = done.stderr.strip().splitlines()[-1:]
        except subprocess.TimeoutExpired:
            said = [f"no answer within {MOST_S:g} s"]
        if not pdf.exists() or not pdf.stat().st_size:
            raise AnalysisError(f"{program} printed nothing: {' '.join(said) or 'no reason given'}")
    return path
