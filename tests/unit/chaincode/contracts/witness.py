"""Whose word an event needs: what says on the ledger that somebody acted, and so must never be there without them.

Held complete against the contracts' ABIs by `test_rogue_operator.py`: a new event that names an account is put here, or
among those that say nothing of the kind, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

WORD_OF: dict[str, str] = {
    "Acknowledged": "partner",
    "Answered": "member",
    "Approval": "owner",
    "ApprovalForAll": "account",
    "BoundSpent": "account",
    "Burnt": "account",
    "ConsentByRule": "member",
    "ConsentChanged": "member",
    "Contributed": "custodian",
    "Corrected": "member",
    "CouponClassPublished": "issuer",
    "CouponIssued": "member",
    "CouponMoved": "owner",
    "CouponRedeemed": "member",
    "Delegated": "account",
    "DeletionAttested": "partner",
    "DrawEntered": "member",
    "DrawerBound": "drawer",
    "EncryptionKeySet": "account",
    "EscrowCreated": "owner",
    "GiftsOrdered": "issuer",
    "GuardiansNamed": "account",
    "Joined": "account",
    "KeyRotated": "account",
    "Moved": "sender",
    "OpeningRequested": "requester",
    "OpeningVetoed": "owner",
    "PermitUsed": "owner",
    "RecoveryBegun": "account",
    "RecoveryVetoed": "account",
    "Recovered": "account",
    "RequestDecided": "board",
    "ApprovalRevoked": "board",
    "RequestFiled": "partner",
    "RuleEnded": "member",
    "RuleSet": "member",
    "Seated": "account",
    "ShareAcknowledged": "custodian",
    "TermsAccepted": "account",
    "Transfer": "sender",
    "TransferBatch": "owner",
    "TransferSingle": "owner",
}
"""The account whose signature, or whose quorum's, an event needs, by the event's name."""

SAYS_NOTHING_OF_THE_KIND: dict[str, str] = {
    "Bound": "what somebody received is under a policy; who gave it is told by Moved",
    "Disclosed": "to whom a release went; that every consent in it lived is the contract's to check",
    "Dismissed": "the operator's power, or the board's, which Seated tells",
    "DrawOpened": "the operator's power; drawers are bound by their own word alone",
    "DrawWon": "what somebody got",
    "Enrolled": "the operator's power, or the board's, which Seated tells",
    "EntryRefunded": "what somebody got back",
    "Granted": "what somebody got",
    "IssueApproved": "the board's word about coins for a partner; counted against the quota otherwise",
    "Issued": "coins that come into being; the quota bounds them",
    "MinterSet": "before the bank opens, and sealed since",
    "PartnerCategorized": "the operator's power; a rule names categories",
    "PartnerRewarded": "what somebody got",
    "PolicySet": "the operator's power; nobody's coins are under one but by whoever gives them",
    "Reinstated": "the operator's power",
    "Suspended": "the operator's power; who is suspended may still withdraw, veto and end",
}

NOT_SAID = (1, 6, 7)
"""States of a consent that the bank may bring about: asked for, out of time, ended by the bank. None lets data out."""


def without_their_word(events: Iterable[Any], protected: Iterable[str]) -> Iterator[str]:
    """Yield what the events say that somebody of the protected did, whose key the caller has not."""
    people = set(protected)
    for event in events:
        field = WORD_OF.get(event.name)
        if field is None or event.args[field] not in people:
            continue
        if event.name == "ConsentChanged" and event.args["state"] in NOT_SAID:
            continue
        yield f"{event.name} of {event.args[field]}"
