"""A share that was dealt anew, as its new custodian gets it: the terms before, and every deal of the round.

Canonical JSON. The pieces in the deals are sealed: of each deal one alone is for this custodian.
"""

import base64
from collections.abc import Sequence

from bank_api.protocol.messages.said import said
from pds_adapter.escrow.resharing import Deal, receive_share
from pds_adapter.escrow.shares import EscrowShare
from pds_adapter.escrow.terms import EscrowTerms
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.keys import KeyPair
from wallet_cli.errors import EvidenceError

FIELDS = ["deals", "terms"]


def pack_pieces(terms: EscrowTerms, deals: Sequence[Deal]) -> bytes:
    """`terms`: those before the round."""
    dealt = [base64.b64encode(deal.to_bytes()).decode() for deal in deals]
    return canonical_json({"terms": terms.to_json(), "deals": dealt})


def open_pieces(data: bytes, key_pair: KeyPair, terms: EscrowTerms) -> EscrowShare:
    """This custodian's share under `terms`, every deal and piece checked. Raises EvidenceError, EscrowError."""
    value = parse_canonical_json(data)
    if not isinstance(value, dict) or sorted(value) != FIELDS or not isinstance(value["deals"], list):
        raise EvidenceError(said("error-no-pieces"))
    deals = [Deal.from_bytes(base64.b64decode(str(one))) for one in value["deals"]]
    share, after = receive_share(deals, EscrowTerms.from_json(value["terms"]), key_pair)
    if after != terms:
        raise EvidenceError(said("error-terms-and-policy"))
    return share
