"""``python -m studies.cli`` is the command ``fem-bump``."""

from studies.cli import main

main()
