"""Mistakes on the command line in one sentence: option, value, what is allowed.

The command line's library prints a box of several lines, without the value.
"""

from __future__ import annotations

import difflib
import re
from typing import Any

KINDS = {"float": "a number", "int": "a whole number", "integer": "a whole number"}


def usage_sentence(error: Any) -> str:
    """What is wrong with the arguments, from the library's exception."""
    context: Any = getattr(error, "ctx", None)
    command = "fem-bump" if context is None else _command(context)
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    message = " ".join(str(error.format_message()).split())
    if option is not None and context is not None:
        return f"{command} has no option '{option}'; {_like(option, _options(context))}"
    if option is not None:
        return f"{option} {'takes no' if 'not take' in message else 'needs a'} value; see --help"
    if type(error).__name__ == "MissingParameter" and parameter is not None:
        what = parameter.metavar or parameter.name.upper()
        return f"{command} needs {what}: {_lowered(getattr(parameter, 'help', '') or 'see --help')}"
    if parameter is not None:
        return _bad_value(error, parameter)
    unknown = re.search(r"No such command '(.*?)'", message)
    if unknown:
        name = unknown[1]
        return f"fem-bump has no command '{name}'; {_like(name, list(context.command.commands))}"
    extra = re.search(r"unexpected extra argument(?:\(s\)|s)? \((.*)\)", message)
    if extra:
        return f"{command} takes no further argument, but '{extra[1]}' is given; see --help"
    return _lowered(message)


def _bad_value(error: Any, parameter: Any) -> str:
    """A value that its option does not take."""
    name = max(parameter.opts, key=len) if parameter.opts else parameter.name
    found = re.search(r"'(.*?)'", error.message)
    value = found[1] if found else None
    if error.__cause__ is not None:  # of the validation behind it
        value = error.__cause__.errors()[0]["input"]
    said = name if value is None else f"{name} = '{value}'"
    allowed = _allowed(parameter)
    return f"{said} must be {allowed}" if allowed else f"{said}: {_lowered(error.message)}"


def _allowed(parameter: Any) -> str:
    descriptor: Any = getattr(parameter, "type_descriptor", None)
    choices = getattr(descriptor, "choices", None)
    if choices:
        return " or ".join(f"'{getattr(choice, 'value', choice)}'" for choice in choices)
    kind = getattr(getattr(descriptor, "annotation", None), "__name__", "")
    if kind not in KINDS:
        return ""
    info = descriptor.parameter_info
    low, high = info.min, info.max
    if low is not None and high is not None:
        return f"{KINDS[kind]} from {low:g} to {high:g}"
    return KINDS[kind] + (f" of at least {low:g}" if low is not None else "")


def _command(context: Any) -> str:
    """``fem-bump solve``, however it was started."""
    return "fem-bump" if context.parent is None else f"fem-bump {context.info_name}"


def _options(context: Any) -> list[str]:
    return [o for parameter in context.command.params for o in parameter.opts if "--" in o]


def _like(given: str, known: list[str]) -> str:
    close = difflib.get_close_matches(given, known, n=2)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"allowed: {', '.join(known)}" if known else "see --help"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")
