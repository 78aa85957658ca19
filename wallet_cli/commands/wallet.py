"""azukari wallet: make, list, show and import wallets. Keys stay in their files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from pds_adapter.sealing import keys
    from wallet_cli import keystore, layout
    from wallet_cli.keystore import Kdf, WalletEntry
else:
    layout = later("wallet_cli.layout")
    keys = later("pds_adapter.sealing.keys")
    keystore = later("wallet_cli.keystore")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str | None, typer.Argument()]
KdfOption = Annotated[str, typer.Option("--kdf")]


@command(app, "new", "alice")
def new(invocation: Invocation, name: Name = None, kdf: KdfOption = "scrypt") -> None:
    chosen = name or invocation.wallet
    passphrase = invocation.passphrase(said("ask-passphrase-new", wallet=chosen), new=True)
    _show(invocation, invocation.keystore.create(chosen, passphrase, _kdf(kdf)))
    invocation.output.say(invocation.messages("done-wallet-new"))


@command(app, "list", "--json", listing=True)
def list_wallets(invocation: Invocation) -> None:
    entries = invocation.keystore.entries()
    rows = [(entry.name, entry.address, entry.path) for entry in entries]
    document = {"wallets": [_document(entry) for entry in entries]}
    say = invocation.messages
    invocation.output.result(
        document, layout.table(say("word-wallets"), [say("word-name"), say("word-address"), say("word-file")], rows)
    )


@command(app, "show", "alice")
def show(invocation: Invocation, name: Name = None) -> None:
    _show(invocation, invocation.keystore.entry(name or invocation.wallet))


@command(app, "import", "alice --keyfile UTC--2026-11-22.json")
def import_wallet(
    invocation: Invocation,
    name: Name = None,
    keyfile: Annotated[Path | None, typer.Option()] = None,
    private_key_file: Annotated[Path | None, typer.Option()] = None,
    old_passphrase_file: Annotated[Path | None, typer.Option()] = None,
    kdf: KdfOption = "scrypt",
) -> None:
    chosen = name or invocation.wallet
    if (keyfile is None) == (private_key_file is None):
        raise InputError("--keyfile", said("rule-or-private-key-file"))

    def new_passphrase() -> str:
        return invocation.passphrase(said("ask-passphrase-new", wallet=chosen), new=True)

    if keyfile is not None:
        asked = said("ask-passphrase-of-file", file=str(keyfile))
        old = _line(old_passphrase_file) if old_passphrase_file else invocation.passphrase(asked)
        entry = invocation.keystore.import_keyfile(chosen, keyfile, old, new_passphrase, _kdf(kdf))
    else:
        key = keystore.parse_private_key(_line(private_key_file or Path()))
        entry = invocation.keystore.create(chosen, new_passphrase(), _kdf(kdf), key)
    _show(invocation, entry)


@command(app, "export-address", "--wallet acme --json > acme.json")
def export_address(invocation: Invocation) -> None:
    encryption_key = keys.KeyPair.from_wallet_key(bytes(invocation.key.key)).public.to_hex()
    document = {"account": invocation.key.address, "encryption_key": encryption_key}
    say = invocation.messages
    rows = [(say("word-address"), invocation.key.address), (say("word-encryption-key"), encryption_key)]
    invocation.output.result(document, layout.facts(invocation.wallet, rows))


def _show(invocation: Invocation, entry: "WalletEntry") -> None:
    say = invocation.messages
    view = layout.facts(entry.name, [(say("word-address"), entry.address), (say("word-file"), entry.path)])
    invocation.output.result(_document(entry), view)


def _document(entry: "WalletEntry") -> dict[str, str]:
    return {"name": entry.name, "address": entry.address, "path": str(entry.path)}


def _kdf(text: str) -> "Kdf":
    for kdf in keystore.KDFS:
        if kdf == text:
            return kdf
    raise InputError("--kdf", said("rule-one-of", names=", ".join(keystore.KDFS)))


def _line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(file), said("rule-cannot-be-read", why=fault(error))) from error
