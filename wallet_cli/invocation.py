"""One run of a command: its common options, and the wallet, connection and signer they stand for, opened when needed.

What a command does not need is not imported either: the whole of it costs a second of processor time, a start does not.

`command` gives every command the same options after its own, catches the one root of our errors and turns it into a
message, a hint and an exit code. Passphrases come from a file, the environment or a prompt, never from an argument.
"""

import inspect
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from bank_api.protocol.messages import Language
from bank_api.protocol.messages.said import Said, said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.messages.terminal.command_line import Command, messages_of
from wallet_cli.errors import InputError, PassphraseMissingError, WalletError
from wallet_cli.messages import Messages
from wallet_cli.output import Excerpt, Output, find_account
from wallet_cli.shown_lists import LISTS, ShownLists

if TYPE_CHECKING:
    from bank_api.protocol.shapes.bank import BankInfo
    from bank_api.protocol.shapes.receipts import Receipt
    from chaincode.keys import Key
    from chaincode.typed_data import Signed
    from pds_adapter.sealing.keys import PublicKey
    from wallet_cli.bank_client import BankClient, BankConnection
    from wallet_cli.bank_client.public import PublicFace
    from wallet_cli.keystore import Keystore
    from wallet_cli.pins import PinFile
    from wallet_cli.proven import ProvenLedger, ProvenSlots
    from wallet_cli.signing.signer import Signer
    from wallet_cli.unrecorded import Records

DEFAULT_BANK = "http://127.0.0.1:8600"
DEFAULT_WALLET = "default"
AGREED = ("y", "yes", "はい")
PASSPHRASE_VARIABLE = "AZUKARI_PASSPHRASE"  # noqa: S105  the variable's name
FRESH_VARIABLE, FRESH_SECONDS = "AZUKARI_FRESH_SECONDS", 300
"""How long ago the block may have been sealed by which something is believed."""

Home = Annotated[Path, typer.Option(envvar="AZUKARI_HOME", show_default=False)]
Wallet = Annotated[str, typer.Option(envvar="AZUKARI_WALLET")]
Bank = Annotated[str, typer.Option(envvar="AZUKARI_BANK")]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(),
]
LanguageName = Annotated[
    str | None,
    typer.Option("--language", envvar="AZUKARI_LANGUAGE"),
]
Ward = Annotated[str | None, typer.Option("--for", envvar="AZUKARI_FOR")]
AsJson = Annotated[bool, typer.Option("--json")]

Yes = Annotated[bool, typer.Option("--yes", "-y")]
"""An option of the commands that ask before they sign."""

Series = Annotated[bool, typer.Option("--series")]
"""An option of what can be done for every wave of a series of surveys at once."""


@dataclass
class Invocation:
    """The common options of one run and what they open."""

    home: Path
    wallet: str
    bank_url: str
    passphrase_file: Path | None
    output: Output
    messages: Messages
    clock: Callable[[], int] = field(default=lambda: int(time.time()))
    ward: str | None = None
    """The account to act for, where the wallet's own may do so."""

    @cached_property
    def keystore(self) -> "Keystore":
        from wallet_cli.keystore import Keystore

        return Keystore(self.home)

    @cached_property
    def connection(self) -> "BankConnection":
        from wallet_cli.bank_client import BankConnection

        connection = BankConnection(self.bank_url)
        if not connection.is_private:
            connection.close()
            raise InputError("--bank", said("rule-encrypted", url=self.bank_url))
        return connection

    @cached_property
    def key(self) -> "Key":
        """The wallet's key, unlocked."""
        self.keystore.entry(self.wallet)
        return self.keystore.unlock(self.wallet, self.passphrase(said("ask-passphrase", wallet=self.wallet)))

    @cached_property
    def client(self) -> "BankClient":
        from wallet_cli.bank_client import BankClient

        return BankClient(self.connection, self.key, self.ward, self._check_receipt)

    @cached_property
    def public(self) -> "PublicFace":
        """What needs neither wallet nor login."""
        from wallet_cli.bank_client.public import PublicFace

        return PublicFace(self.connection)

    @cached_property
    def bank(self) -> "BankInfo":
        return self.public.bank()

    @cached_property
    def pins(self) -> "PinFile":
        """What this home holds the bank to; the bank as it is now was compared with it."""
        from wallet_cli.pins import PinFile

        pins = PinFile(self.home, self.connection.url)
        found, is_new = pins.hold(self.bank)
        if is_new:
            self.output.say(self.messages("done-pinned", genesis=found.genesis_hash[:18], file=str(pins.path)))
        return pins

    @cached_property
    def proven(self) -> "ProvenLedger":
        """The ledger as far as the bank proves it."""
        from wallet_cli.pins import pins_of
        from wallet_cli.proven import Freshness, ProvenLedger

        pins, proofs = self.pins, self.client.proofs
        fresh = Freshness(_fresh_seconds(), self.clock, proofs.pulse)
        return ProvenLedger(proofs, pins_of(self.bank), pins.newest_block, pins.note_block, fresh)

    @cached_property
    def proven_to_strangers(self) -> "ProvenLedger":
        """The same where this wallet has no account: nobody has a block sealed for it, so that old ones are taken."""
        from wallet_cli.pins import pins_of
        from wallet_cli.proven import ProvenLedger

        pins = self.pins
        return ProvenLedger(self.client.proofs, pins_of(self.bank), pins.newest_block, pins.note_block)

    @cached_property
    def proven_openly(self) -> "ProvenSlots":
        """What stands in the ledger's slots, without a wallet."""
        from wallet_cli.bank_client.proofs import LedgerFace
        from wallet_cli.pins import pins_of
        from wallet_cli.proven import ProvenSlots

        pins = self.pins
        return ProvenSlots(LedgerFace(self.connection), pins_of(self.bank), pins.newest_block, pins.note_block)

    @property
    def records(self) -> "Records":
        """That the bank says it is done is not enough: receipts are held against the ledger."""
        from wallet_cli.unrecorded import Records

        return Records(self.proven, self.home, lambda: self.signer.account)

    def _check_receipt(self, signed: "Signed[Any]", receipt: "Receipt") -> None:
        self.records.check(signed, receipt)

    @cached_property
    def signer(self) -> "Signer":
        """Signs for the account this key acts for: the ward, or what the login tells."""
        return self.signer_for(self.ward or self.client.account)

    @property
    def wards_encryption_key(self) -> "PublicKey | None":
        """The ward's own, proven by the ledger; None where nobody is acted for."""
        if self.ward is None:
            return None
        return self.proven.encryption_key(self.ward, self.client.member.me().encryption_key or "")

    def signer_for(self, account: str) -> "Signer":
        from wallet_cli.signing.signer import Signer, deployment_of

        self.pins  # noqa: B018  nothing is signed for contracts other than those that were there before
        return Signer(self.key, account, deployment_of(self.bank), self.clock)

    @property
    def at_terminal(self) -> bool:
        """Whether somebody is there to be asked."""
        return sys.stdin.isatty()

    def passphrase(self, prompt: Said, new: bool = False) -> str:
        """From the file, the environment or the person; a new one is asked twice."""
        given = self._given_passphrase()
        if given is None:
            if not self.at_terminal:
                hint = said("hint-passphrase", variable=PASSPHRASE_VARIABLE)
                raise PassphraseMissingError(said("error-no-passphrase"), hint)
            given = self._asked_passphrase(prompt.told(self.messages), new)
        if new:
            from wallet_cli.keystore import check_passphrase

            check_passphrase(given)
        return given

    def _asked_passphrase(self, prompt: str, new: bool) -> str:
        while True:
            given = str(typer.prompt(prompt, hide_input=True, err=True))
            if not new or typer.prompt(self.messages("ask-passphrase-again"), hide_input=True, err=True) == given:
                return given
            self.output.say(self.messages("ask-passphrase-differs"))

    def confirm(self, question: str, yes: bool) -> None:
        """Go on only if the person agrees; `--yes` agrees in advance."""
        if yes:
            return
        if not self.at_terminal:
            raise InputError("--yes", said("rule-needed-alone"))
        answer = typer.prompt(f"{question} [y/N]", default="", show_default=False, err=True)
        if answer.strip().lower() not in AGREED:
            raise WalletError(said("error-nothing-sent"))

    def close(self) -> None:
        if "connection" in self.__dict__:
            self.connection.close()

    def _given_passphrase(self) -> str | None:
        if self.passphrase_file is not None:
            try:
                return self.passphrase_file.read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
            except (OSError, UnicodeDecodeError) as error:
                raise InputError("--passphrase-file", said("rule-cannot-be-read", why=fault(error))) from error
        return os.environ.get(PASSPHRASE_VARIABLE)


def _fresh_seconds() -> int:
    """Raises InputError."""
    given = os.environ.get(FRESH_VARIABLE, str(FRESH_SECONDS))
    if not (given.isascii() and given.isdigit()) or int(given) == 0:
        raise InputError(FRESH_VARIABLE, said("rule-whole-number"))
    return int(given)


def command(
    app: typer.Typer, name: str, example: str = "", *, listing: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `run(invocation, …)` as a command with the common options added; with `listing` those of lists too.

    What it does and what its parameters are for stands in the catalogue (see `messages.terminal.help`); `example` is
    what follows its name in the example of its use. The language is read before anything is parsed.
    """

    def register(run: Callable[..., None]) -> Callable[..., None]:
        hints = get_type_hints(run, include_extras=True)
        own = list(inspect.signature(run).parameters.values())[1:]
        parameters = [parameter.replace(annotation=hints[parameter.name]) for parameter in own]
        parameters += [*(_OF_LISTS if listing else ()), *_COMMON]

        def wrapper(**arguments: Any) -> None:
            wanted = {one.name: arguments.pop(one.name) for one in _OF_LISTS if listing}
            common = {parameter.name: arguments.pop(parameter.name) for parameter in _COMMON}
            common["language"] = messages_of(common.pop("context")).language
            _run(run, _invocation(**common, excerpt=Excerpt(**wanted)), arguments)

        wrapper.__name__ = run.__name__
        wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        wrapper.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        app.command(name, cls=Command, epilog=example)(wrapper)
        return run

    return register


def _run(run: Callable[..., None], invocation: Invocation, arguments: dict[str, Any]) -> None:
    lists = LISTS.set(ShownLists(invocation.home, invocation.bank_url, invocation.wallet))
    try:
        if invocation.ward is not None:  # in the one spelling that is signed
            invocation.ward = find_account(invocation.ward, "--for")
        run(invocation, **arguments)
    except WalletError as error:
        invocation.output.refusal(error)
        raise typer.Exit(error.exit_code) from error
    finally:
        LISTS.reset(lists)
        invocation.close()


def _invocation(
    home: Path,
    wallet: str,
    bank: str,
    passphrase_file: Path | None,
    language: Language,
    as_json: bool,
    for_account: str | None,
    excerpt: Excerpt,
) -> Invocation:
    messages = Messages(language)
    return Invocation(
        home=home,
        wallet=wallet,
        bank_url=bank,
        passphrase_file=passphrase_file,
        output=Output(as_json, messages, excerpt),
        messages=messages,
        ward=for_account,
    )


def _common(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


_COMMON = [
    _common("wallet", Wallet, DEFAULT_WALLET),
    _common("bank", Bank, DEFAULT_BANK),
    _common("home", Home, Path("~/.azukari").expanduser()),
    _common("passphrase_file", PassphraseFile, None),
    _common("language", LanguageName, None),
    _common("for_account", Ward, None),
    _common("as_json", AsJson, False),
    _common("context", typer.Context, inspect.Parameter.empty),
]
_OF_LISTS = [
    _common("find", Annotated[str | None, typer.Option()], None),
    _common("page", Annotated[int, typer.Option(min=1)], 1),
    _common("limit", Annotated[int | None, typer.Option(min=1)], None),
]
"""Of commands that show a list."""
