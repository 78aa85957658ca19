"""What travels beside signed acts: sealed documents, texts whose hashes are signed, keys, an invitation."""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.acts.submission import Parts
from bank_api.protocol.fields import Address, Base64, Body, EncryptionKey, Id, Short, Signature, Text
from bank_api.protocol.quota import Approvals


class JoinParts(Parts):
    invitation: Annotated[Short, Field(repr=False)]
    encryption_key: EncryptionKey


class AnswerParts(Parts):
    sealed_base64: Base64
    """The answer's document, sealed to the member's own key and the bank's release key."""


class DataRequestParts(Parts):
    items: list[Short]
    """Keys of the questions that the signed mask stands for."""
    description: Text
    salt: Id
    """Of the contract's hash."""


class DecisionParts(Parts):
    note: Text
    salt: Id
    """Of the note's hash."""
    approvals: Approvals
    """Of the same words by others on the board, in any order: where it has several seats, a majority decides."""


class ApprovalRevocationParts(Parts):
    note: Text
    """The reason: the partner and the members concerned are told."""
    salt: Id
    """Of the note's hash."""
    approvals: Approvals
    """As of a decision."""


class RedemptionParts(Parts):
    salt: Annotated[Id, Field(repr=False)]
    """Opens the member hash in the signed words to the contract."""


class CouponClassParts(Parts):
    description: Text


class SealedShareBody(Body):
    custodian: Address
    sealed_base64: Base64


class EscrowPolicyParts(Parts):
    title: Short
    document_base64: Base64
    commitments_base64: Base64
    shares: list[SealedShareBody]
    """One for each custodian of the policy."""


class OpeningRequestParts(Parts):
    recipient_key: EncryptionKey
    reason: Text


class EncryptionKeyParts(Parts):
    public_key: EncryptionKey
    """The key itself, whose hash is signed."""


class KeyRotationParts(Parts):
    new_key_signature: Signature
    """The new key signs the same words."""
    encryption_key: EncryptionKey
    """Of the new wallet, whose hash is signed."""


class ContributionParts(Parts):
    sealed_base64: Base64
    """The contribution, sealed to the requester."""
