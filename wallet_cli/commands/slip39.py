"""azukari escrow slip39: split a secret into words among people, and combine them again, without any bank."""

import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.messages.terminal.command_line import Group
from pds_adapter.errors import MnemonicSetError, PaperWordError
from wallet_cli.errors import InputError
from wallet_cli.given_file import read_standard_input
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from pds_adapter.escrow import slip39
else:
    slip39 = later("pds_adapter.escrow.slip39")

BITS = (128, 256)
REMARK = "#"

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)

Passphrase = Annotated[str, typer.Option()]


@command(app, "split", "--group 2/3 --group 3/5 --group-threshold 2 < secret.hex")
def split(
    invocation: Invocation,
    group: Annotated[list[str], typer.Option()],
    group_threshold: Annotated[int, typer.Option()] = 1,
    bits: Annotated[int | None, typer.Option()] = None,
    passphrase: Passphrase = "",
    extendable: Annotated[bool, typer.Option("--extendable/--no-extendable")] = True,
    exponent: Annotated[int, typer.Option()] = 1,
) -> None:
    groups = [_group(text) for text in group]
    secret = secrets.token_bytes(_length(bits)) if bits is not None else _secret()
    try:
        made = slip39.split(secret, groups, group_threshold, passphrase, extendable, exponent)
    except MnemonicSetError as error:
        raise InputError("split", fault(error)) from error
    lines, say = [], invocation.messages
    for number, (rule, members) in enumerate(zip(groups, made, strict=True), start=1):
        told = say("line-slip39-group", number=str(number), threshold=rule.threshold, members=rule.members)
        lines += [f"{REMARK} {told}", *members]
    invocation.output.result({"group_threshold": group_threshold, "groups": made}, "\n".join(lines))


@command(app, "combine", "--passphrase TREZOR < words.txt")
def combine(invocation: Invocation, passphrase: Passphrase = "") -> None:
    lines = [line.strip() for line in read_standard_input().splitlines()]
    mnemonics = [line for line in lines if line and not line.startswith(REMARK)]
    if not mnemonics:
        raise InputError("stdin", said("rule-mnemonics"))
    try:
        secret = slip39.combine([_whole(number, words) for number, words in enumerate(mnemonics, 1)], passphrase)
    except MnemonicSetError as error:
        raise InputError("stdin", fault(error)) from error
    invocation.output.result({"master_secret": secret.hex()}, secret.hex())


def _whole(number: int, words: str) -> str:
    try:
        return slip39.whole_words(words)
    except PaperWordError as error:
        raise InputError(said("error-set-of-words", number=str(number)), fault(error)) from error


def _group(text: str) -> "slip39.Group":
    threshold, slash, members = text.partition("/")
    if not (slash and threshold.isdecimal() and members.isdecimal()):
        raise InputError("--group", said("rule-group-of-people"))
    return slip39.Group(int(threshold), int(members))


def _length(bits: int) -> int:
    if bits not in BITS:
        raise InputError("--bits", said("rule-one-of", names=", ".join(map(str, BITS))))
    return bits // 8


def _secret() -> bytes:
    text = read_standard_input().strip().removeprefix("0x")
    try:
        secret = bytes.fromhex(text)
    except ValueError as error:
        raise InputError("stdin", said("rule-secret-hex")) from error
    if not secret:
        raise InputError("stdin", said("rule-secret-hex"))
    return secret
