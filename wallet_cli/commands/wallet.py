"""azukari wallet: make, list, show and import wallets. Keys stay in their files."""

from pathlib import Path
from typing import Annotated

import typer

from pds_adapter.sealing.keys import KeyPair
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, command
from wallet_cli.keystore import KDFS, Kdf, WalletEntry, parse_private_key
from wallet_cli.output import facts, table

app = typer.Typer(help="Wallets on this machine.", no_args_is_help=True)

Name = Annotated[str | None, typer.Argument(help="Name of the wallet; --wallet if not given.")]
KdfOption = Annotated[str, typer.Option("--kdf", help=f"Key derivation: {', '.join(KDFS)}.")]


@command(app, "new")
def new(invocation: Invocation, name: Name = None, kdf: KdfOption = "scrypt") -> None:
    """Make a wallet with a fresh key.

    Example: azukari wallet new alice
    """
    chosen = name or invocation.wallet
    passphrase = invocation.passphrase(f"New passphrase for wallet {chosen}", new=True)
    _show(invocation, invocation.keystore.create(chosen, passphrase, _kdf(kdf)))


@command(app, "list")
def list_wallets(invocation: Invocation) -> None:
    """List the wallets; no passphrase is needed.

    Example: azukari wallet list --json
    """
    entries = invocation.keystore.entries()
    rows = [(entry.name, entry.address, entry.path) for entry in entries]
    document = {"wallets": [_document(entry) for entry in entries]}
    invocation.output.result(document, table("Wallets", ["name", "address", "file"], rows))


@command(app, "show")
def show(invocation: Invocation, name: Name = None) -> None:
    """Show one wallet; no passphrase is needed.

    Example: azukari wallet show alice
    """
    _show(invocation, invocation.keystore.entry(name or invocation.wallet))


@command(app, "import")
def import_wallet(
    invocation: Invocation,
    name: Name = None,
    keyfile: Annotated[Path | None, typer.Option(help="A V3 key file of another Ethereum wallet.")] = None,
    private_key_file: Annotated[Path | None, typer.Option(help="A file that holds the private key in hex.")] = None,
    old_passphrase_file: Annotated[Path | None, typer.Option(help="Passphrase of --keyfile; else a prompt.")] = None,
    kdf: KdfOption = "scrypt",
) -> None:
    """Take over a key from another wallet. A private key is never an argument.

    Example: azukari wallet import alice --keyfile UTC--2026-11-22.json
    """
    chosen = name or invocation.wallet
    if (keyfile is None) == (private_key_file is None):
        raise InputError("--keyfile", "or --private-key-file must be given, and only one of them")

    def new_passphrase() -> str:
        return invocation.passphrase(f"New passphrase for wallet {chosen}", new=True)

    if keyfile is not None:
        old = _line(old_passphrase_file) if old_passphrase_file else invocation.passphrase(f"Passphrase of {keyfile}")
        entry = invocation.keystore.import_keyfile(chosen, keyfile, old, new_passphrase, _kdf(kdf))
    else:
        key = parse_private_key(_line(private_key_file or Path()))
        entry = invocation.keystore.create(chosen, new_passphrase(), _kdf(kdf), key)
    _show(invocation, entry)


@command(app, "export-address")
def export_address(invocation: Invocation) -> None:
    """Print the address and the encryption key: all that the bank needs to enroll this wallet.

    Example: azukari wallet export-address --wallet acme --json > acme.json
    """
    encryption_key = KeyPair.from_wallet_key(bytes(invocation.key.key)).public.to_hex()
    document = {"account": invocation.key.address, "encryption_key": encryption_key}
    say = invocation.messages
    rows = [(say("address"), invocation.key.address), (say("encryption-key"), encryption_key)]
    invocation.output.result(document, facts(invocation.wallet, rows))


def _show(invocation: Invocation, entry: WalletEntry) -> None:
    view = facts(entry.name, [(invocation.messages("address"), entry.address), ("file", entry.path)])
    invocation.output.result(_document(entry), view)


def _document(entry: WalletEntry) -> dict[str, str]:
    return {"name": entry.name, "address": entry.address, "path": str(entry.path)}


def _kdf(text: str) -> Kdf:
    for kdf in KDFS:
        if kdf == text:
            return kdf
    raise InputError("--kdf", f"must be one of {', '.join(KDFS)}")


def _line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(file), f"cannot be read: {error}") from error
