"""The member's word to erase everything: not for the ledger, but for this bank, in sentences."""

from bank_api.protocol.erasure import SECONDS, ErasureBody, erasure_text
from chaincode.ids import to_hex
from chaincode.keys import sign_text
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer


@translated_errors()
def erase_everything(signer: Signer, url: str, leave_own_place: bool = False) -> ErasureBody:
    """`url` is the bank's address as this wallet reaches it."""
    until = signer.now() + SECONDS
    signature = to_hex(bytes(sign_text(erasure_text(url, signer.account, until), signer.key)))
    return ErasureBody(until=until, signature=signature, leave_own_place=leave_own_place)
