"""A share on paper: 33 SLIP-39 words for the secret part, and beside them what the words have no room for.

The identifier among the words is derived from the escrow, epoch and index, so words copied under the heading of
another share are found out. Reading needs the escrow's public terms and verifies the share against them.
"""

from __future__ import annotations

import hashlib
from typing import Final

from pds_adapter.errors import ForeignShareError, NotInGroupError, ShareFormatError
from pds_adapter.escrow.group import Scalar
from pds_adapter.escrow.shares import EscrowShare, verify_escrow_share
from pds_adapter.escrow.slip39 import IDENTIFIER_BITS, secret_of, words_of
from pds_adapter.escrow.terms import EscrowTerms

LABEL: Final = b"azukari paper 1\x00"
COLUMNS: Final = 4


def words_of_share(share: EscrowShare) -> str:
    return words_of(share.value.encoded, _identifier(share.escrow_id, share.epoch, share.index))


def share_of_words(words: str, index: int, terms: EscrowTerms) -> EscrowShare:
    """The share again, verified; says which word is unknown, or that the words belong to another share."""
    secret, identifier = secret_of(words)
    if identifier != _identifier(terms.escrow_id, terms.epoch, index):
        heading = f"epoch {terms.epoch}, share {index}"
        raise ForeignShareError(index, "paper", heading, "words of another share, epoch or escrow")
    try:
        value = Scalar(secret)
    except NotInGroupError as error:
        raise ShareFormatError("words", error.rule) from None
    share = EscrowShare(
        terms.escrow_id, terms.epoch, index, terms.threshold, terms.holders, terms.commitments_hash, value
    )
    verify_escrow_share(share, terms)
    return share


def page_of_share(share: EscrowShare) -> str:
    """What to print: heading, numbered words, and the warning that wallets must not be fed with it."""
    words = words_of_share(share).split()
    rows = [
        "   ".join(f"{number + 1:2} {words[number]:<8}" for number in range(start, min(start + COLUMNS, len(words))))
        for start in range(0, len(words), COLUMNS)
    ]
    heading = [
        "AZUKARI ESCROW SHARE  (not a wallet seed: do not type it into a wallet)",
        f"escrow  0x{share.escrow_id.hex()}",
        f"terms   0x{share.commitments_hash.hex()}",
        f"epoch {share.epoch}   share {share.index}   any {share.threshold} of {share.holders} open",
    ]
    return "\n".join([*heading, "", *(row.rstrip() for row in rows), ""])


def _identifier(escrow_id: bytes, epoch: int, index: int) -> int:
    digest = hashlib.blake2b(LABEL + escrow_id + epoch.to_bytes(4, "big") + bytes([index]), digest_size=2).digest()
    return int.from_bytes(digest, "big") >> (16 - IDENTIFIER_BITS)
