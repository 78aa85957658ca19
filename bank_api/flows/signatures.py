"""Who signed, asked before anything is kept: what travels beside an act is stored only for whom the signature names."""

from typing import Any

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import InvalidInputError
from bank_api.protocol.messages.said import said
from chaincode.acts import ACT_OF
from chaincode.errors import MessageError
from chaincode.typed_data import Signed, recover


def check_own_signature(bank: Bank, caller: Caller, signed: Signed[Any]) -> None:
    """Refuse an act that was not signed by the very key its sender is logged in with."""
    field = f"{ACT_OF[type(signed.struct)].name}.signature"
    try:
        signer = recover(signed.struct, bank.deployment, signed.signature)
    except MessageError as error:
        raise InvalidInputError(field, error.rule) from error
    if signer != caller.key:
        raise InvalidInputError(field, said("rule-signed-by-login"))
