"""All that shows a member's consent and what was disclosed under it, to whoever does not believe the bank."""

from typing import Any

from bank_api.protocol.fields import Body, Shape
from bank_api.protocol.shapes.proofs import LedgerProof
from bank_api.protocol.shapes.requests import Notice


class DisclosureEvidence(Shape):
    """A release that used the consent, as the ledger has it at the block of the consent's proof."""

    release_id: str
    proof: dict[str, Any]
    """The node's answer to eth_getProof for the contract `disclosure`."""


class PurposeEvidence(Shape):
    """What the operator named the request's code of purpose, once and for good."""

    name: str
    proof: dict[str, Any]
    """The node's answer to eth_getProof for the contract `rule`, at the block of the consent's proof."""


class ConsentEvidence(Shape):
    """Everything here is checked by the wallet: by hash, signature, and proof under a sealed header."""

    bank: str
    chain_id: int
    genesis_hash: str
    consent: dict[str, Any]
    """The words that the member signed."""
    signature: str
    request: dict[str, Any]
    """The words that the partner signed."""
    notice: Notice
    """What the member read."""
    proof: LedgerProof
    purpose: PurposeEvidence | None = None
    """None where the code had no name at that block."""
    disclosures: list[DisclosureEvidence]


class ReceiptCredentialBody(Body):
    """To whose key a receipt is bound."""

    holder: dict[str, str]
    """The public JWK (secp256k1) of the account's present key."""


class ReceiptCredential(Shape):
    credential: str
    """An SD-JWT of `documents.consent_receipt`, signed by the operator's key."""
