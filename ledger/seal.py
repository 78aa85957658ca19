"""Who sealed a Clique header, and the fee recipient that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import cast

from eth.abc import BlockHeaderAPI, ConsensusAPI
from eth.consensus.clique._utils import get_signature_hash
from eth.consensus.clique.constants import SIGNATURE_LENGTH, VANITY_LENGTH
from eth.constants import ZERO_ADDRESS
from eth_typing import Address

from .recover import recover_address

EMPTY_SIGNATURE = b"\x00" * SIGNATURE_LENGTH


@lru_cache(maxsize=256)  # asked at every call on the same block, and an eighth of an audit
def header_signer(header: BlockHeaderAPI) -> Address:
    """The address whose key sealed the header. Raises ValueError when there is no valid seal."""
    if len(header.extra_data) < VANITY_LENGTH + SIGNATURE_LENGTH:
        raise ValueError("the extra data is too short to hold a seal")
    signature = header.extra_data[-SIGNATURE_LENGTH:]
    return cast(Address, recover_address(signature, get_signature_hash(header)))


class SealedFeeRecipient(ConsensusAPI):
    """Fees go to whoever sealed the header; a header without a seal pays nobody (eth_call on a draft)."""

    def __init__(self, context: object = None) -> None:
        pass

    def validate_seal(self, header: BlockHeaderAPI) -> None:
        """Seals are checked by `ledger.clique` before anything is executed."""

    def validate_seal_extension(self, header: BlockHeaderAPI, parents: Iterable[BlockHeaderAPI]) -> None:
        """See validate_seal."""

    @classmethod
    def get_fee_recipient(cls, header: BlockHeaderAPI) -> Address:
        try:
            return header_signer(header)
        except ValueError:
            return ZERO_ADDRESS
