"""Request bodies. A signed action is `{"message": {…}, "signature": "0x…"}`; OpenAPI lists its fields."""

import base64
import binascii
from typing import Any, TypeVar

from pydantic import Field, WithJsonSchema

from bank_api.errors import InvalidInputError
from bank_api.protocol.fields import Body
from chaincode.bindings import Signed
from chaincode.errors import MessageError
from chaincode.ids import id_from_hex, parse_address
from chaincode.typed_data import SignedStruct, parse_signature
from chaincode.typed_data.eip712 import layout

Struct = TypeVar("Struct", bound=SignedStruct)


class SignedBody(Body):
    message: dict[str, Any]
    signature: str = Field(examples=["0x" + "5a" * 64 + "1b"])


_SCHEMAS: dict[str, dict[str, Any]] = {
    "bytes32": {"type": "string", "pattern": "^0x[0-9a-f]{64}$", "example": "0x" + "1f" * 32},
    "address": {
        "type": "string",
        "pattern": "^0x[0-9a-fA-F]{40}$",
        "example": "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf",
    },
    "string": {"type": "string"},
    "bool": {"type": "boolean"},
}


def schema_of(struct: type[SignedStruct]) -> WithJsonSchema:
    """OpenAPI schema of a signed struct."""

    def of(kind: str) -> dict[str, Any]:
        if kind.endswith("[]"):
            return {"type": "array", "items": of(kind[:-2])}
        return _SCHEMAS.get(kind, {"type": "integer", "minimum": 0})

    rows = layout(struct).fields
    message = {
        "type": "object",
        "title": struct.__name__,
        "description": (struct.__doc__ or "").strip(),
        "properties": {name: of(kind) for name, _, kind in rows},
        "required": [name for name, _, _ in rows],
    }
    signature = {"type": "string", "description": "EIP-712 signature, 65 bytes, 0x-hex"}
    return WithJsonSchema(
        {
            "type": "object",
            "properties": {"message": message, "signature": signature},
            "required": ["message", "signature"],
        }
    )


def signed(struct: type[Struct], body: SignedBody, field: str) -> "Signed[Struct]":
    """The struct and its signature. Raises InvalidInputError naming the field and the rule."""
    try:
        parsed = struct.from_json(body.message)
    except MessageError as error:
        raise InvalidInputError(f"{field}.message.{error.field}", error.rule) from error
    try:
        signature = bytes.fromhex(body.signature.removeprefix("0x"))
        parse_signature(signature)
    except ValueError as error:
        raise InvalidInputError(f"{field}.signature", "must be 0x and 130 hex digits") from error
    except MessageError as error:
        raise InvalidInputError(f"{field}.signature", error.rule) from error
    return Signed(parsed, signature)


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


def from_base64(text: str, field: str, bytes_max: int) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInputError(field, "must be base64 with padding") from error
    if len(content) > bytes_max:
        raise InvalidInputError(field, f"must be at most {bytes_max} bytes, not {len(content)}")
    return content
