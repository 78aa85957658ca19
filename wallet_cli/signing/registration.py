"""The word by which somebody asks to become a member: not for the ledger, but for this bank, in sentences."""

from bank_api.protocol.registration import RegistrationBody, registration_text
from chaincode.ids import to_hex
from chaincode.keys import sign_text
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer


@translated_errors()
def register(signer: Signer, url: str, name: str, email: str | None, words: str) -> RegistrationBody:
    """`url` is the bank's address as this wallet reaches it."""
    at = signer.now()
    text = registration_text(url, signer.account, name, email, words, at)
    signature = to_hex(bytes(sign_text(text, signer.key)))
    return RegistrationBody(account=signer.account, name=name, email=email, words=words, at=at, signature=signature)
