"""What `--help` shows, in the reader's language: every word of it stands in the catalogue.

A command's help is the message `help-PATH`, where PATH is its words joined by dashes (after `azukari`, whose own words
go without it); its attributes are the command's arguments and options by their names, and those that many commands
share are attributes of `help-shared`.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from bank_api.protocol.messages import Catalogue
from bank_api.protocol.messages.figures import figure

COMMON = ("wallet", "bank", "home", "passphrase_file", "language", "for_account", "as_json", "help")
"""Options that every command has; they are told last."""


def command_help(say: Catalogue, path: Sequence[str]) -> str:
    """What a command does; `path` is that of the program first: `("azukari", "member", "join")`."""
    return say(_id(path))


def parameter_help(say: Catalogue, path: Sequence[str], name: str) -> str:
    """What an argument or option is for."""
    attribute = name.replace("_", "-")
    own = say.find(f"{_id(path)}.{attribute}")
    return own if own is not None else say(f"help-shared.{attribute}")


def _id(path: Sequence[str]) -> str:
    return "-".join(("help", *(path[1:] if path[0] == "azukari" and path[1:] else path)))


def help_text(say: Catalogue, ctx: Any, path: Sequence[str], subcommands: Sequence[str], example: str | None) -> str:
    """The whole help of the command of a context; `subcommands` are the names of a group's."""
    from rich.console import Console

    written = " ".join(path)
    arguments, options, common = _parameters(ctx)
    blocks: list[Any] = [command_help(say, path)]
    usage = [written, f"[{say('help-options')}]", *(_argument(one) for one in arguments)]
    usage += [f"{say('help-commands')} …"] if subcommands else []
    blocks.append(say("help-usage", usage=" ".join(usage)))
    rows = [(name, command_help(say, (*path, name)).split("\n")[0]) for name in subcommands]
    blocks += _titled(say("help-commands"), rows)
    for title, parameters in (
        ("help-arguments", arguments),
        ("help-options", options),
        ("help-common-options", common),
    ):
        shown = [(_written(one), _explained(say, path, one)) for one in parameters]
        blocks += _titled(say(title), shown)
    if example is not None:
        blocks.append(say("help-example", command=f"{written} {example}".rstrip()))
    codes = say.find(f"{_id(path)}.exit-codes")
    if codes is not None:
        blocks.append(codes)
    console = Console(file=sys.stdout, highlight=False, soft_wrap=False)
    with console.capture() as captured:
        for index, block in enumerate(blocks):
            if index:
                console.print()
            console.print(block, markup=False)
    return captured.get()


def _titled(title: str, rows: Sequence[tuple[str, str]]) -> list[Any]:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return []
    table = Table.grid(padding=(0, 2), pad_edge=True)
    table.add_column(no_wrap=True, style="bold cyan")
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(Text(name), Text(text))
    return [Group(Text(title, "bold"), table)]


def _parameters(ctx: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """Arguments, the command's own options, and the common ones."""
    every = [one for one in ctx.command.get_params(ctx) if not getattr(one, "hidden", False)]
    arguments = [one for one in every if one.param_type_name == "argument"]
    options = [one for one in every if one.param_type_name != "argument"]
    own = [one for one in options if one.name not in COMMON]
    return arguments, own, [one for one in options if one.name in COMMON]


def _argument(parameter: Any) -> str:
    name = str(parameter.name).upper()
    return name if parameter.required else f"[{name}]"


def _written(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _argument(parameter)
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return names if parameter.is_flag else f"{names} {_value_name(parameter.opts)}"


def _value_name(names: Iterable[str]) -> str:
    return max(names, key=len).lstrip("-").upper()


def _explained(say: Catalogue, path: Sequence[str], parameter: Any) -> str:
    """What it is for, and in brackets whether it is needed, else where its value comes from."""
    notes = []
    if parameter.required:
        notes.append(say("help-required"))
    variable = getattr(parameter, "envvar", None)
    if variable:
        notes.append(say("help-variable", name=variable))
    default = parameter.default
    if (
        isinstance(default, str | int | float)
        and not isinstance(default, bool)
        and parameter.show_default
        and default != ""
    ):
        notes.append(say("help-default", value=figure(default) if isinstance(default, float) else str(default)))
    return " ".join([parameter_help(say, path, parameter.name), *(f"[{note}]" for note in notes)])
