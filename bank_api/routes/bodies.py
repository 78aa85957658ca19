"""Addresses and ids of a request that a route reads before its flow does."""

from bank_api.errors import InvalidInputError
from chaincode.errors import MessageError
from chaincode.ids import id_from_hex, parse_address


def address(text: str, field: str) -> str:
    try:
        return parse_address(text, field)
    except MessageError as error:
        raise InvalidInputError(field, error.rule) from error


def identifier(text: str, field: str) -> bytes:
    try:
        return id_from_hex(text, field)
    except MessageError as error:
        raise InvalidInputError(field, error.rule) from error
