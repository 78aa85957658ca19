"""What a member signs to have everything erased, and the reason under which the ledger has it.

The word is for this bank and soon ends; it says in its own sentences what it means. The bank keeps it, with the account
and nothing else: it is all that shows, afterwards, that the member and nobody else asked.
"""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Body, Signature, Time
from chaincode.ids import text_hash

SECONDS = 3600
"""How long the word is good for; asked again later, it is signed anew."""
REASON = "Everything kept for this account was erased at its own signed word"
REASON_HASH = text_hash(REASON)
"""In the ledger's record of the dismissal. The same for everybody, so that the ledger alone tells who was erased, also
to a bank that was put back from an older copy."""


class ErasureBody(Body):
    until: Time
    signature: Signature
    leave_own_place: Annotated[
        bool, Field(description="do not ask my own server, which is gone: what is there is mine to remove")
    ] = False


def erasure_text(url: str, account: str, until: int) -> str:
    """The text (EIP-191) that the account's key signs. `url` is the bank's own address, `until` unix seconds."""
    return (
        f"Erase everything that my information bank at {url} keeps for me.\n\n"
        "I was told what will be destroyed and what must stay, and I know that nobody can undo it.\n\n"
        f"Account: {account}\nUntil: {until}"
    )
