"""A key that things are sealed to, against the hash of it that somebody signed."""

from bank_api.errors import InvalidInputError
from bank_api.protocol.messages.said import said
from chaincode.ids import text_hash
from pds_adapter.errors import KeyFormatError
from pds_adapter.sealing.envelope import PublicKey


def check_encryption_key(key: str, expected_hash: bytes, field: str) -> None:
    try:
        PublicKey.from_hex(key)
    except KeyFormatError as error:
        raise InvalidInputError("encryption_key", error.rule) from error
    if text_hash(key) != expected_hash:
        raise InvalidInputError(field, said("rule-hash-of", what="encryption_key"))
