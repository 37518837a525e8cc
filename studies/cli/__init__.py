"""The command line."""

from studies.cli.commands import main

__all__ = ["main"]
