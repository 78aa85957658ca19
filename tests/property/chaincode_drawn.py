"""Every signed struct, drawn at random."""

from typing import Any

from chaincode_drawn_data import Data
from chaincode_drawn_people import People
from chaincode_drawn_tokens import Tokens

from chaincode.typed_data import SignedStruct


class Draw(People, Data, Tokens):
    """Draws structs that fit the model's present state, mostly."""

    def struct(self, kind: type[SignedStruct]) -> Any:
        return getattr(self, "_" + kind.__name__.lower())()
