"""How an act is sent to the bank: where to, by whom, with what beside it, and what comes back.

The other half of the declaration is `chaincode.acts`. From the two follow the body with its schema and example, the
route with its documented problems, the lane to the ledger, and `client.send`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import create_model

from bank_api.protocol.errors import FieldError
from bank_api.protocol.fields import Body
from bank_api.protocol.messages.said import Named, said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.signed import SignedBody, schema_of
from chaincode.acts import Act
from chaincode.ids import to_hex
from chaincode.typed_data import Signed, SignedStruct


class Sender(StrEnum):
    """Who may send an act; what the signature may do is the contract's to say."""

    STRANGER = "stranger"
    """Somebody who has no login yet."""
    HOLDER = "holder"
    """Whoever is logged in, suspended and departed people too: what nobody may take from them."""
    ANYONE = "anyone"
    """Whoever is logged in and has a role now."""
    MEMBER = "member"
    PARTNER = "partner"
    SHOP = "shop"
    BOARD = "board"
    OPERATOR = "operator"


class Parts(Body):
    """What travels beside a signed act: nothing, unless told."""


@dataclass(frozen=True)
class Submission:
    """One act's way in. `path` names fields of the struct in braces: an id in the path is the id that was signed."""

    act: Act[Any]
    path: str
    sender: Sender
    summary: str
    tag: str
    parts: type[Parts] = Parts
    receipt: type[Receipt] = Receipt
    own: str | None = None
    """The field that must name the sender's own account, where the bank asks for that already."""
    by_delegate: bool = False
    """Whether somebody may send it for another, whom a delegation of this scope names."""

    @cached_property
    def body(self) -> type[Body]:
        """The request body: the signed act under its name, and its parts."""
        struct = self.act.struct
        signed: Any = (Annotated[SignedBody, schema_of(struct)], ...)
        return create_model(f"{struct.__name__}Body", __base__=self.parts, **{self.act.name: signed})

    @property
    def path_fields(self) -> tuple[str, ...]:
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    def path_of(self, struct: SignedStruct) -> str:
        """Where this very act is sent."""
        return self.path.format_map({name: to_hex(getattr(struct, name)) for name in self.path_fields})

    def check_path(self, struct: SignedStruct, ids: dict[str, str]) -> None:
        """Raise FieldError unless the ids in the path are the ones that were signed."""
        for name in self.path_fields:
            if to_hex(getattr(struct, name)) != ids[name]:
                what = Named("thing", name.removesuffix("_id").replace("_", " "))
                raise FieldError(f"{self.act.name}.message.{name}", said("rule-another-than-address", what=what))

    def body_of(self, signed: Signed[Any], parts: Parts) -> dict[str, Any]:
        """The JSON body that carries this act."""
        if type(parts) is not self.parts:
            raise TypeError(f"{self.act.name} travels with {self.parts.__name__}, not {type(parts).__name__}")
        return {self.act.name: signed.to_json()} | parts.model_dump(mode="json", exclude_none=True)
