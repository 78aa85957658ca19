"""The kinds of field that requests and documents are made of, with their limits and an example each."""

import base64
import binascii
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import said


class Body(BaseModel):
    """What somebody sends. Unknown fields are refused: a misspelt option must not be ignored in silence."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Shape(BaseModel):
    """What the bank answers. Fields that a client does not know are kept, so that `--json` shows everything."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)


class Paged(Shape):
    """A list, or a page of one."""

    next: str | None = None
    """The cursor to go on with; None where nothing follows, as always where the list was asked for whole."""


Id = Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$", examples=["0x" + "1f" * 32])]
Address = Annotated[str, Field(examples=["0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"])]
Signature = Annotated[str, Field(examples=["0x" + "5a" * 64 + "1b"], description="65 bytes, 0x-hex")]
EncryptionKey = Annotated[
    str, Field(min_length=1, max_length=200, examples=["0x" + "2b" * 32], description="X25519 public key, 0x-hex")
]
Coins = Annotated[int, Field(ge=0, le=2**32 - 1)]
Time = Annotated[int, Field(ge=0, le=2**53, examples=[1_795_000_000], description="unix seconds")]
LAST_MOMENT = 253_402_300_799
"""The end of the year 9999: beyond it no moment can be written as a date, and the ledger counts on."""
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Short = Annotated[str, Field(min_length=1, max_length=200)]
Base64 = Annotated[str, Field(examples=["AAAA"], description="base64 with padding")]


def from_base64(text: str, field: str, bytes_max: int) -> bytes:
    """The bytes of a Base64 field. Raises FieldError."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FieldError(field, said("rule-base64")) from error
    if len(content) > bytes_max:
        raise FieldError(field, said("rule-bytes-at-most", most=str(bytes_max), found=str(len(content))))
    return content
