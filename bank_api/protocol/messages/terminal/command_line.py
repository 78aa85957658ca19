"""The command line's frame: groups loaded when they are asked for, and every word in the reader's language.

The language is known before anything is parsed: from `--language` wherever it stands, else from the environment.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from bank_api.protocol.messages import Catalogue, language_of
from bank_api.protocol.messages.terminal.help import command_help, help_text, parameter_help
from bank_api.protocol.messages.terminal.usage import ExtraArgumentsError, NoSuchCommandError, usage_message

LANGUAGE_VARIABLE = "AZUKARI_LANGUAGE"


class Command(TyperCommand):
    """A command; its epilog is the example of its use, without the words that name it."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(help_text(messages_of(ctx), ctx, _path(ctx), (), self.epilog or ""))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True  # too many arguments are refused below, in the reader's language
        left = super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            raise ExtraArgumentsError(ctx, list(ctx.args))
        return left


class Group(TyperGroup):
    """A group of commands."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(help_text(messages_of(ctx), ctx, _path(ctx), self.list_commands(ctx), None))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        command = self.commands.get(cmd_name)
        if command is not None:
            _speak(command, messages_of(ctx), (*_path(ctx), cmd_name))
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0]
        if not name.startswith("-") and not ctx.resilient_parsing and self.get_command(ctx, name) is None:
            raise NoSuchCommandError(ctx, name, get_close_matches(name, self.list_commands(ctx)))
        return super().resolve_command(ctx, args)


class Root(Group):
    """A program: its groups are modules that are imported when one of their commands is wanted."""

    PROGRAM = "azukari"
    MODULES: Mapping[str, str] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        return [*self.MODULES, *(name for name in super().list_commands(ctx) if name not in self.MODULES)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in self.MODULES and cmd_name not in self.commands:
            group = typer.main.get_group(import_module(self.MODULES[cmd_name]).app)
            group.name = cmd_name
            self.commands[cmd_name] = group
        return super().get_command(ctx, cmd_name)

    def main(self, args: Sequence[str] | None = None, *names: Any, **extra: Any) -> Any:
        words, named = _without_language(sys.argv[1:] if args is None else args)
        say = Catalogue(language_of(named or os.environ.get(LANGUAGE_VARIABLE)))
        try:
            code = super().main(words, *names, **(extra | {"standalone_mode": False, "obj": say}))
        except typer.Abort:
            typer.echo(say("usage-aborted"), err=True)
            code = 1
        except TyperException as error:
            code = _tell(say, error)
        sys.exit(code if isinstance(code, int) else 0)


def messages_of(ctx: Any) -> Catalogue:
    """The language of this run; that of the environment where a command is looked at without a run."""
    said = ctx.find_root().obj
    return said if isinstance(said, Catalogue) else Catalogue(language_of(os.environ.get(LANGUAGE_VARIABLE)))


def _tell(say: Catalogue, error: TyperException) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.format_message(), err=True)
        return error.exit_code
    ctx = getattr(error, "ctx", None)
    typer.echo(say("error-is", message=usage_message(say, error)), err=True)
    if ctx is not None:
        command = " ".join((*_path(ctx), "--help"))
        typer.echo(say("error-hint", hint=say("help-try", command=command)), err=True)
    return error.exit_code


def _speak(command: Any, say: Catalogue, path: tuple[str, ...]) -> None:
    """Give a command and its parameters their words, which completion shows as well."""
    command.help = command_help(say, path)
    command.short_help = command.help.split("\n")[0]
    for parameter in command.params:
        parameter.help = parameter_help(say, path, parameter.name)


def _path(ctx: Any) -> tuple[str, ...]:
    """The words of a command, the program's name first."""
    words: list[str] = []
    while ctx.parent is not None:
        words.insert(0, cast(str, ctx.info_name))
        ctx = ctx.parent
    return (ctx.command.PROGRAM, *words)


def _without_language(words: Sequence[str]) -> tuple[list[str], str | None]:
    """The words without `--language`, which may stand anywhere, and the language that it names."""
    left: list[str] = []
    named, given = None, iter(words)
    for word in given:
        if word == "--":
            return [*left, word, *given], named
        option, _, value = word.partition("=")
        if option != "--language" or not (value := value or next(given, "")):
            left.append(word)  # one that lacks its value is for the parser to refuse
        else:
            named = value
    return left, named
