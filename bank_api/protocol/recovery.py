"""A recovery on its way: the words, the new key's signature, and the approvals that gather under it.

It travels as a file from hand to hand until enough have signed, then as a request to the bank; the bank keeps nothing
of it before the ledger does.
"""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Body, EncryptionKey, Signature
from bank_api.protocol.signed import SignedBody, schema_of
from chaincode.typed_data import Recovery


class RecoveryBody(Body):
    """`recovery` is signed by the new key; the approvals sign the same words, in any order."""

    recovery: Annotated[SignedBody, schema_of(Recovery)]
    encryption_key: EncryptionKey
    approvals: Annotated[list[Signature], Field(max_length=16, default_factory=list)]
