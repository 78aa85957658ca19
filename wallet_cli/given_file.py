"""Files that a person names on the command line."""

from pathlib import Path

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from wallet_cli.errors import InputError


def read_text(path: Path, option: str) -> str:
    """The same as text in UTF-8."""
    try:
        return read_given(path, option).decode("utf-8")
    except UnicodeDecodeError as error:
        why = said("rule-file-cannot-be-read", file=str(path), why=fault(error))
        raise InputError(option, why) from error


def read_given(path: Path, option: str) -> bytes:
    """The file's bytes; InputError names the option and why it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        why = said("rule-file-cannot-be-read", file=str(path), why=fault(error))
        raise InputError(option, why) from error


def read_standard_input() -> str:
    """What is piped in, as text. Raises InputError for bytes that are none."""
    try:
        return str(typer.get_text_stream("stdin").read())
    except UnicodeDecodeError as error:
        raise InputError("stdin", said("rule-text-on-stdin")) from error
