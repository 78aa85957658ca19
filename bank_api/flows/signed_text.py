"""Whether a text that people read (EIP-191) was signed by the key that it should be."""

from eth_account import Account
from eth_account.messages import encode_defunct

from bank_api.errors import InvalidInputError
from bank_api.protocol.messages.said import said


def check_signed(key: str, text: str, signature: str, rule: str = "rule-preference-signer") -> None:
    """Raises InvalidInputError unless this key signed the text; `rule` says whose signature it should be."""
    try:
        signer = Account.recover_message(encode_defunct(text=text), signature=signature)
    except Exception as error:
        raise InvalidInputError("signature", said("rule-signature")) from error
    if signer != key:
        raise InvalidInputError("signature", said(rule))
