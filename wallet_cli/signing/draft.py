"""What a wallet made and has not sent yet: the signed words, and what travels beside them."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from bank_api.protocol.acts import Parts
from chaincode.typed_data import Signed, SignedStruct

S = TypeVar("S", bound=SignedStruct)
P = TypeVar("P", bound=Parts)


@dataclass(frozen=True)
class Draft(Generic[S, P]):
    signed: Signed[S]
    parts: P
