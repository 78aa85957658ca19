"""A command that was not written as it should be, told in the reader's language.

The parser's own sentences are English, so its errors are told anew from what they are about.
"""

from pathlib import Path
from typing import Any, get_args

import typer

from bank_api.protocol.messages import Catalogue


def usage_message(say: Catalogue, error: Any) -> str:
    """What is wrong with the command, in one sentence."""
    # The parser keeps its classes to itself; their names are what it shows of them.
    match type(error).__name__:
        case "MissingParameter" if error.param is not None:
            return say("usage-missing", name=parameter_name(error.param))
        case "BadParameter" if error.param is not None:
            return say("usage-bad-value", name=parameter_name(error.param), rule=_rule(say, error.param))
        case "NoSuchOption":
            return say("usage-no-such-option", name=error.option_name) + _near(say, error.possibilities)
        case "BadOptionUsage":
            return say("usage-option-value", name=error.option_name)
        case "NoSuchCommandError":
            return say("usage-no-such-command", name=error.name) + _near(say, error.near)
        case "ExtraArgumentsError":
            return say("usage-extra", words=" ".join(error.words))
        case _:
            return f"{say('usage-not-understood')}: {error.format_message()}"


def parameter_name(parameter: Any) -> str:
    """As it is typed: --until, REQUEST."""
    if parameter.param_type_name == "argument":
        return str(parameter.name).upper()
    return str(max(parameter.opts, key=len))


class NoSuchCommandError(typer.BadParameter):
    """There is no command of that name here."""

    def __init__(self, ctx: Any, name: str, near: list[str]) -> None:
        super().__init__(name, ctx)
        self.name, self.near = name, near


class ExtraArgumentsError(typer.BadParameter):
    """More arguments came than the command takes."""

    def __init__(self, ctx: Any, words: list[str]) -> None:
        super().__init__(" ".join(words), ctx)
        self.words = words


def _near(say: Catalogue, names: Any) -> str:
    found = ", ".join(sorted(names or ()))
    return f" ({say('usage-did-you-mean', names=found)})" if found else ""


def _rule(say: Catalogue, parameter: Any) -> str:
    low, high = getattr(parameter, "min", None), getattr(parameter, "max", None)
    if low is not None and high is not None:
        return say("usage-between", low=low, high=high)
    if low is not None:
        return say("usage-at-least", low=low)
    wanted = parameter.type_descriptor.annotation
    kinds = {wanted, *get_args(wanted)}
    if int in kinds:
        return say("usage-whole-number")
    if float in kinds:
        return say("usage-number")
    return say("usage-path") if Path in kinds else say("usage-text")
