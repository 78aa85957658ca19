"""Who signs, for which account, on which deployment, at what time: everything a message is bound to."""

import base64
import binascii
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.bank import BankInfo
from chaincode.deployment import Deployment
from chaincode.ids import new_id, text_hash
from chaincode.keys import Key
from chaincode.typed_data import Signed, SignedStruct, sign
from pds_adapter.sealing.keys import KeyPair, PublicKey
from wallet_cli.errors import BankAnswerError
from wallet_cli.foreign_errors import translated_errors

T = TypeVar("T", bound=SignedStruct)

SIGNATURE_SECONDS = 3600
"""How long a signature waits to be taken: long enough for a slow line and a clock a little off."""


def _now() -> int:
    return int(time.time())


@dataclass(frozen=True)
class Signer:
    """A key and the permanent account it acts for; after a key rotation the two differ."""

    key: Key
    account: str
    deployment: Deployment
    clock: Callable[[], int] = _now
    randomness: Callable[[int], bytes] = field(default=secrets.token_bytes, repr=False)

    def now(self) -> int:
        return self.clock()

    def deadline(self) -> int:
        return self.clock() + SIGNATURE_SECONDS

    def sequence(self) -> int:
        """A word's place among this wallet's words, in milliseconds since 1970: the later one stands."""
        return self.clock() * 1000 + time.time_ns() // 1_000_000 % 1000

    def new_id(self) -> bytes:
        return new_id(self.randomness)

    @cached_property
    def encryption(self) -> KeyPair:
        """The key pair that documents for this wallet are sealed to, derived from the wallet's own key."""
        return KeyPair.from_wallet_key(bytes(self.key.key))

    def sign(self, struct: T) -> Signed[T]:
        return Signed(struct, sign(struct, self.deployment, self.key))


@translated_errors()
def deployment_of(bank: BankInfo) -> Deployment:
    """The contracts that signatures are bound to, as the bank names them."""
    deployment = Deployment.from_json(bank.deployment)
    if deployment.chain_id != bank.chain_id:
        raise BankAnswerError(said("error-chains-differ", said=str(bank.chain_id), deployed=str(deployment.chain_id)))
    return deployment


def encryption_key_hash(public_key: PublicKey) -> bytes:
    """The hash that binds an encryption key to a signature: that of its hex text."""
    return text_hash(public_key.to_hex())


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BankAnswerError(said("error-not-base64", what=what, why=fault(error))) from error
