"""A signed act as it travels: `{"message": {…}, "signature": "0x…"}`. OpenAPI lists the fields of its message."""

from typing import Any, TypeVar

from pydantic import WithJsonSchema

from bank_api.protocol.errors import FieldError
from bank_api.protocol.fields import Body, Signature
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import Sentence
from chaincode.errors import MessageError
from chaincode.typed_data import Signed, SignedStruct, check_signature
from chaincode.typed_data.eip712 import layout

S = TypeVar("S", bound=SignedStruct)


class SignedBody(Body):
    message: dict[str, Any]
    signature: Signature


_KINDS: dict[str, dict[str, Any]] = {
    "bytes32": {"type": "string", "pattern": "^0x[0-9a-f]{64}$", "example": "0x" + "1f" * 32},
    "address": {
        "type": "string",
        "pattern": "^0x[0-9a-fA-F]{40}$",
        "example": "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf",
    },
    "string": {"type": "string", "example": "words that a person can judge"},
    "bool": {"type": "boolean", "example": True},
}
_NUMBER = {"type": "integer", "minimum": 0, "example": 1}
_SIGNATURE = {
    "type": "string",
    "description": "EIP-712 signature, 65 bytes, 0x-hex",
    "example": "0x" + "5a" * 64 + "1b",
}


def _schema(kind: str) -> dict[str, Any]:
    if kind.endswith("[]"):
        inner = _schema(kind[:-2])
        return {"type": "array", "items": inner, "example": [inner["example"]]}
    return _KINDS.get(kind, _NUMBER)


def schema_of(struct: type[SignedStruct]) -> WithJsonSchema:
    """OpenAPI schema of a signed struct, with an example of each field."""
    rows = layout(struct).fields
    message = {
        "type": "object",
        "title": struct.__name__,
        "description": (struct.__doc__ or "").strip(),
        "properties": {name: _schema(kind) for name, _, kind in rows},
        "required": [name for name, _, _ in rows],
    }
    return WithJsonSchema(
        {
            "type": "object",
            "properties": {"message": message, "signature": _SIGNATURE},
            "required": ["message", "signature"],
        }
    )


def read_signed(struct: type[S], body: SignedBody, field: str) -> Signed[S]:
    """The struct and its signature. Raises FieldError naming the field and the rule."""
    try:
        parsed = struct.from_json(body.message)
    except MessageError as error:
        raise FieldError(f"{field}.message.{error.field}", Sentence(error.rule)) from error
    signature = signature_from(body.signature, f"{field}.signature")
    try:
        check_signature(signature)
    except MessageError as error:
        raise FieldError(f"{field}.signature", Sentence(error.rule)) from error
    return Signed(parsed, signature)


def signature_from(text: str, field: str) -> bytes:
    """The bytes of a Signature field, of whatever length. Raises FieldError."""
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError as error:
        raise FieldError(field, said("rule-signature-digits")) from error
