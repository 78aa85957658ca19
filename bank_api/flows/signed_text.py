"""Whether a text that people read (EIP-191) was signed by whoever sends it."""

from eth_account import Account
from eth_account.messages import encode_defunct

from bank_api.auth import Caller
from bank_api.errors import InvalidInputError
from bank_api.protocol.messages.said import said


def check_signed(caller: Caller, text: str, signature: str) -> None:
    """Raises InvalidInputError unless the caller's own key signed this text."""
    try:
        signer = Account.recover_message(encode_defunct(text=text), signature=signature)
    except Exception as error:
        raise InvalidInputError("signature", said("rule-signature")) from error
    if signer != caller.key:
        raise InvalidInputError("signature", said("rule-preference-signer"))
