"""The command line in the reader's language: help, and what is wrong with a command. English is what the sources say.

The language is known before anything is parsed: from `--language` wherever it stands, else from AZUKARI_LANGUAGE, else
from the locale.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer import rich_utils
from typer.exceptions import TyperException

from . import cli_output
from .words import in_japanese, sentence_in_japanese

TITLES = {
    "ARGUMENTS_PANEL_TITLE": "title-arguments",
    "OPTIONS_PANEL_TITLE": "title-options",
    "COMMANDS_PANEL_TITLE": "title-commands",
    "DEFAULT_STRING": "title-default",
    "REQUIRED_LONG_STRING": "title-required",
}
"""Where the parser keeps the words that stand in every help."""


def without_language(words: Sequence[str]) -> tuple[list[str], bool]:
    """The words without `--language`, and whether the reader's language is Japanese."""
    left: list[str] = []
    names = ("AZUKARI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    named = next((os.environ[name] for name in names if os.environ.get(name)), "")
    given = iter(words)
    for word in given:
        option, _, value = word.partition("=")
        if option != "--language" or not (value := value or next(given, "")):
            left.append(word)
        else:
            named = value
    return left, named.lower().startswith("ja")


def run_in_japanese(app: typer.Typer, words: list[str]) -> None:
    """As `app(words)`, with help and what is wrong with the command in Japanese."""
    command = typer.main.get_command(app)
    speak_japanese(command)
    cli_output.reader_is_japanese = True
    try:
        sys.exit(command.main(words, prog_name="azukari-ledger", standalone_mode=False) or 0)
    except typer.Abort:
        sys.exit(1)
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(error.format_message(), err=True)
        else:
            typer.echo(told_in_japanese(error), err=True)
            typer.echo(in_japanese("title-try", command="azukari-ledger --help"), err=True)
        sys.exit(error.exit_code)


def speak_japanese(command: Any) -> None:
    """Give a command, its parts and every command under it their Japanese words."""
    for name, message in TITLES.items():
        setattr(rich_utils, name, in_japanese(message))
    for path, one in _commands(command, ("help",)):
        message = "-".join(path)
        one.help = in_japanese(message) or one.help
        one.epilog = one.epilog and one.epilog.replace("Example", in_japanese("title-example") or "Example")
        for parameter in one.params:
            attribute = parameter.name.replace("_", "-")
            words = in_japanese(f"{message}.{attribute}") or in_japanese(f"help-shared.{attribute}")
            parameter.help = words or parameter.help
        _speak_of_itself(one)


def _speak_of_itself(command: Any) -> None:
    """The option --help and the line of its use, which the parser words itself."""
    usage, option = command.get_usage, command.get_help_option
    command.get_usage = lambda ctx: usage(ctx).replace("Usage:", f"{in_japanese('title-usage')}:", 1)

    def get_help_option(ctx: Any) -> Any:
        found = option(ctx)
        if found is not None:
            found.help = in_japanese("help-shared.help")
        return found

    command.get_help_option = get_help_option


def told_in_japanese(error: Any) -> str:
    """What is wrong with a command, or what the ledger refused."""
    kind, parameter = type(error).__name__, getattr(error, "param", None)
    quoted = re.findall("'([^']+)'", str(error))  # the command that there is not
    name = getattr(error, "param_hint", None) or _name(parameter) or getattr(error, "option_name", None)
    told = in_japanese(f"usage-{kind}", name=name or " ".join(quoted[:1]))
    reason = getattr(error, "reason", None) or str(error)
    return told or sentence_in_japanese(reason) or in_japanese("title-in-english", text=str(error)) or str(error)


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, one in getattr(command, "commands", {}).items():
        yield from _commands(one, (*path, name))


def _name(parameter: Any) -> str | None:
    if parameter is None:
        return None
    return str(parameter.name).upper() if parameter.param_type_name == "argument" else str(max(parameter.opts, key=len))
