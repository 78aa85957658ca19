"""What a wallet holds a bank to: its ledger's beginning, signers and contracts as they were when it first came here.

Like the keys of hosts that one logs in to: the first time they are taken as they are, and said; another time they must
be the same. The newest block seen is kept too, so that nobody is shown an older state than it knows.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.bank import BankInfo
from chaincode.ids import to_hex
from ledger.sealed_header import HeaderError, read_header
from wallet_cli.errors import BankAnswerError, EvidenceError, InputError

FOLDER = "banks"


@dataclass(frozen=True)
class Pins:
    """A bank's ledger: whoever seals it, and where the contracts are."""

    chain_id: int
    genesis_hash: str
    signers: tuple[str, ...]
    operator: str
    """The account whose encryption key on the ledger is the bank's release key."""
    contracts: Mapping[str, str]


def pins_of(bank: BankInfo) -> Pins:
    """What a bank says of its ledger. Raises BankAnswerError."""
    try:
        genesis = read_header(bytes.fromhex(bank.genesis_header.removeprefix("0x")))
    except (HeaderError, ValueError) as error:
        raise BankAnswerError(said("error-header", why=fault(error))) from error
    contracts = {name: str(one["address"]) for name, one in bank.deployment["contracts"].items()}
    signers = tuple(to_hex(one) for one in genesis.listed)
    if genesis.number != 0 or not signers:
        raise BankAnswerError(said("error-header", why=said("rule-no-genesis")))
    return Pins(bank.chain_id, to_hex(genesis.hash), signers, str(bank.deployment["operator"]), contracts)


def kept_pins(home: Path, genesis_hash: str) -> Pins | None:
    """What this home holds the bank to whose ledger began so; None if it never met one. Asks nobody."""
    for path in sorted((home / FOLDER).glob("*.json")):
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            names = {name: kept[name] for name in Pins.__dataclass_fields__}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(str(path), said("rule-cannot-be-read", why=fault(error))) from error
        if names["genesis_hash"] == genesis_hash:
            return Pins(**{**names, "signers": tuple(names["signers"])})
    return None


class PinFile:
    """What was kept of one bank, in a file that is replaced whole."""

    def __init__(self, home: Path, url: str) -> None:
        self.path = home / FOLDER / f"{urlsplit(url).netloc.replace(':', '_')}.json"

    def hold(self, bank: BankInfo) -> tuple[Pins, bool]:
        """The bank's pins, and whether they are new. Raises EvidenceError if they are others than before."""
        said_now, kept = pins_of(bank), self._read()
        if kept is None:
            self._write({**asdict(said_now), "newest_block": 0})
            return said_now, True
        for name, value in asdict(said_now).items():
            if kept.get(name) != (list(value) if isinstance(value, tuple) else value):
                raise EvidenceError(said("error-other-bank", what=name), said("hint-other-bank", file=str(self.path)))
        return said_now, False

    def newest_block(self) -> int:
        kept = self._read()
        return int(kept["newest_block"]) if kept is not None else 0

    def note_block(self, number: int) -> None:
        kept = self._read()
        if kept is not None and number > int(kept["newest_block"]):
            self._write({**kept, "newest_block": number})

    def _read(self) -> dict[str, Any] | None:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise InputError(str(self.path), said("rule-cannot-be-read", why=fault(error))) from error
        if not isinstance(found, dict) or not isinstance(found.get("newest_block"), int):
            raise InputError(str(self.path), said("rule-cannot-be-read", why=said("rule-no-pins")))
        return found

    def _write(self, content: Mapping[str, object]) -> None:
        part = self.path.with_suffix(f".{os.getpid()}.part")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
            part.replace(self.path)
        except OSError as error:
            raise InputError(
                str(self.path), said("rule-cannot-be-written", file=str(part), why=fault(error))
            ) from error
