"""The command line, from the commands themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer.main

from pages.markdown import code, page, table
from studies.cli.commands import app

INTRODUCTION = """\
Exit status: 0 done; 1 a computation failed, or the machine refused, as a full disk does; 2 bad
input, with one sentence on standard error; 130 interrupted.

`DESIGN` is a TOML file or the name of a shipped one; keys are in [](design-keys), what they mean
in [the design file](../docs/design-file.md)."""


def pages() -> dict[str, str]:
    group: Any = typer.main.get_command(app)
    parts = [
        table(
            ["command", "what it does"],
            [(f"[`fem-bump {name}`](#fem-bump-{name})", each.help) for name, each in
             group.commands.items()],
        )
    ]  # fmt: skip
    for name, command in group.commands.items():
        parts += [f"## fem-bump {name}", command.help or ""]
        parts.append(f"```text\nfem-bump {name} {_usage(command)}\n```")
        if command.params:
            parts.append(table(["", "default", "meaning"], map(_row, command.params)))
    return {"reference/command-line": page("Command line", INTRODUCTION, *parts)}


def _usage(command: Any) -> str:
    arguments = [_called(each) for each in command.params if each.param_type_name == "argument"]
    return " ".join([*arguments, "[OPTIONS]"])


def _called(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _row(parameter: Any) -> tuple[str, str, str]:
    if parameter.param_type_name == "argument":
        return code(_called(parameter)), "required" if parameter.required else "", parameter.help
    value = "" if parameter.is_flag else f" {_called(parameter)}"
    default = parameter.default
    shown = "" if default in (None, False) else code(default)
    if isinstance(default, Path) and str(default) == ".":
        shown = "this folder"
    return code(parameter.opts[0] + value), shown, parameter.help
