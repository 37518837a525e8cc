"""The command ``fem-bump``: new, check, draw, solve, run, status, report, reliability, front,
explore, crack, corners, marks, calibrate, standards, claims, schema, verify.

Exit status: 0 done; 1 a computation failed, or the machine refused, as a full disk does; 2 bad
input, with one sentence on standard error; 130 interrupted. Nothing heavy is imported before a
command needs it: ``--help`` must be instant.
"""

from __future__ import annotations

import errno
import sys

import typer

from groundwork.memory import keep_freed_memory
from studies.cli import streams
from studies.cli.calibration import calibrate
from studies.cli.cracks import crack
from studies.cli.decisions.explore import explore
from studies.cli.decisions.front import front
from studies.cli.designs import claims, corners, draw, solve
from studies.cli.inputs import check, new, schema
from studies.cli.standards import standards
from studies.cli.status import status
from studies.cli.studies import reliability, report, run
from studies.cli.verification import verify
from studies.cli.wafer_tests import marks
from studies.runs.threads import prefer_one_thread, seldom_look_for_cycles

app = typer.Typer(
    help="Finite-element reliability analyzer for flip-chip bumps on etched contact pads.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
COMMANDS = (
    *(new, check, draw, solve, run, status, report, reliability, front, explore),
    *(crack, corners, marks, calibrate),
    *(standards, claims, schema, verify),
)
for command in COMMANDS:
    app.command()(command)


def main(arguments: list[str] | None = None) -> None:
    """Entry point: errors of the user, of the analysis and of the machine become one sentence.

    Examples
    --------
    >>> from studies.cli import main
    >>> try:
    ...     main(["solve", "no-such-design"])  # the sentence is on standard error
    ... except SystemExit as end:
    ...     print(end.code)
    2
    """
    prefer_one_thread()
    seldom_look_for_cycles()
    keep_freed_memory()
    streams.make_usable()
    streams.quieten_matplotlib()
    try:
        status = app(arguments, standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("fem-bump: interrupted", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None and streams.broken():
            if error.errno != errno.EPIPE:  # whoever reads no further wants no word of it
                _say(f"cannot write to standard output: {error.strerror}")
            sys.exit(1)
        sys.exit(_explained(error))
    sys.exit(status if isinstance(status, int) else 0)


def _explained(error: Exception) -> int:
    """Exit status after a sentence on standard error; what is a bug propagates."""
    if hasattr(error, "format_message"):  # the library's own mark of a mistake in the arguments
        from studies.cli.errors import usage_sentence

        if sentence := usage_sentence(error):  # empty where help was printed instead
            _say(sentence)
        return 2
    # loading the classes takes a while
    from fem_bump.errors import AnalysisError, InputError
    from geometry.errors import DesignError, MeshingError
    from groundwork.registry import PackageError
    from studies.records import machine

    if isinstance(error, OSError) and machine.is_of_the_machine(error):
        _say(machine.sentence(error))
        return 2 if machine.is_mendable(error) else 1
    mendable = (InputError, DesignError, PackageError)
    known = (*mendable, AnalysisError, MeshingError, machine.StorageError)
    if not isinstance(error, known):
        raise error
    _say(str(error))
    return 2 if isinstance(error, mendable) else 1


def _say(sentence: str) -> None:
    print(f"fem-bump: {' '.join(sentence.split())}", file=sys.stderr)
