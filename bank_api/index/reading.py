"""From the chain to rows of the index: which events are kept, whose they are, what they are about.

A token movement that the contract tells again with its reason (Granted, Burnt, Moved, CouponIssued, …) is kept once,
as the event that has the reason; one that a holder made alone, past the bank, is kept as the token standard tells it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from bank_api.index.accounts import AccountChange, changes
from bank_api.index.decisions import RecordedDecision, decisions_in, revocations_in
from bank_api.index.rows import EventRow, RecordedAnswer, RecordedConsent, position_of, row_of
from bank_api.index.tallies import Place, Tally, sums
from chaincode import events
from chaincode.bindings import ConsentState, Contracts
from chaincode.ids import to_hex


class Ownership(NamedTuple):
    """Which fields of an event name whose it is, the other side of it, and the id it is about."""

    account: str | None = None
    counterparty: str | None = None
    subject: str | None = None


OWNERSHIP: dict[type[events.Event], Ownership] = {
    events.TermsSet: Ownership(subject="terms_hash"),
    events.TermsAccepted: Ownership(account="account", subject="acceptance_id"),
    events.Joined: Ownership(account="account", subject="join_id"),
    events.Enrolled: Ownership(account="account"),
    events.Dismissed: Ownership(account="account"),
    events.Suspended: Ownership(account="account"),
    events.Reinstated: Ownership(account="account"),
    events.KeyRotated: Ownership(account="account", subject="rotation_id"),
    events.EncryptionKeySet: Ownership(account="account", subject="key_id"),
    events.GuardiansNamed: Ownership(account="account", subject="guardians_id"),
    events.RecoveryBegun: Ownership(account="account", subject="recovery_id"),
    events.RecoveryVetoed: Ownership(account="account", subject="recovery_id"),
    events.Recovered: Ownership(account="account", subject="recovery_id"),
    events.Granted: Ownership(account="account", subject="reason"),
    events.Burnt: Ownership(account="account", subject="reason"),
    events.Moved: Ownership("receiver", "sender", "reason"),
    events.Transfer: Ownership("receiver", "sender"),
    events.SurveyPublished: Ownership(subject="survey_id"),
    events.SurveyClosed: Ownership(subject="survey_id"),
    events.BudgetAdded: Ownership(subject="survey_id"),
    events.Answered: Ownership(account="member", subject="answer_id"),
    events.Corrected: Ownership(account="member", subject="correction_id"),
    events.PartnerRewarded: Ownership(account="member", subject="consent_id"),
    events.RequestFiled: Ownership(account="partner", subject="request_id"),
    events.RequestDecided: Ownership(subject="request_id"),
    events.ApprovalRevoked: Ownership(subject="request_id"),
    events.RequestClosed: Ownership(subject="request_id"),
    events.ConsentChanged: Ownership(account="member", subject="consent_id"),
    events.ConsentUsed: Ownership(subject="release_id"),
    events.Disclosed: Ownership(account="partner", subject="release_id"),
    events.Acknowledged: Ownership(account="partner", subject="release_id"),
    events.DeletionAttested: Ownership(account="partner", subject="release_id"),
    events.CouponClassPublished: Ownership(account="issuer", subject="class_id"),
    events.CouponIssued: Ownership(account="member", subject="purchase_id"),
    events.CouponMoved: Ownership("receiver", "owner", "transfer_id"),
    events.CouponRedeemed: Ownership(account="member", subject="redemption_id"),
    events.GiftGiven: Ownership(subject="gift_id"),
    events.TransferSingle: Ownership("to", "owner"),
    events.TransferBatch: Ownership("to", "owner"),
    events.DrawOpened: Ownership(subject="draw_id"),
    events.DrawerBound: Ownership(account="drawer", subject="draw_id"),
    events.DrawEntered: Ownership(account="member", subject="entry_id"),
    events.EntryRefunded: Ownership(account="member", subject="entry_id"),
    events.PartsShown: Ownership(subject="draw_id"),
    events.Drawn: Ownership(subject="draw_id"),
    events.DrawWon: Ownership(account="member", subject="entry_id"),
    events.EscrowCreated: Ownership(account="owner", subject="escrow_id"),
    events.ShareAcknowledged: Ownership(account="custodian", subject="escrow_id"),
    events.EscrowActivated: Ownership(subject="escrow_id"),
    events.EscrowReplaced: Ownership(subject="escrow_id"),
    events.OpeningRequested: Ownership(account="requester", subject="opening_id"),
    events.OpeningVetoed: Ownership(account="owner", subject="opening_id"),
    events.Contributed: Ownership(account="custodian", subject="opening_id"),
    events.EscrowOpened: Ownership(subject="opening_id"),
    events.PartnerRewardSet: Ownership(subject="survey_id"),
    events.PolicySet: Ownership(subject="policy_id"),
    events.GiftsOrdered: Ownership(account="issuer", subject="order_id"),
    events.CategoryNamed: Ownership(),
    events.PartnerCategorized: Ownership(account="partner"),
    events.RuleSet: Ownership(account="member", subject="rule_id"),
    events.RuleEnded: Ownership(account="member", subject="rule_id"),
    events.ConsentByRule: Ownership(account="member", subject="consent_id"),
    events.Delegated: Ownership("account", "delegate", "delegation_id"),
}
"""Events that people or flows ask for; the others stay on the ledger."""

TOLD_AGAIN: dict[type[events.Event], tuple[type[events.Event], ...]] = {
    events.Transfer: (events.Granted, events.Burnt, events.Moved),
    events.TransferSingle: (events.CouponIssued, events.CouponRedeemed, events.CouponMoved),
}
"""The contracts write the event that names the reason right after the token standard's own."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What some blocks say, as rows. `uses` names the consent of each ConsentUsed by block number and log index."""

    events: Sequence[EventRow]
    answers: Sequence[RecordedAnswer]
    consents: Sequence[RecordedConsent]
    uses: dict[tuple[int, int], str]
    through_block: int
    accounts: Sequence[AccountChange] = ()
    sums: Mapping[Place, int] = field(default_factory=dict)
    """What the blocks add to each sum."""
    decisions: Sequence[RecordedDecision] = ()
    revocations: Sequence[RecordedDecision] = ()


def read(contracts: Contracts, first: int, last: int) -> Reading:
    """Read the blocks from `first` to `last`, both included."""
    found = list(contracts.events(first, last))
    decisions, revocations = decisions_in(contracts, found), revocations_in(contracts, found)
    return replace(reading_of(found, last), decisions=list(decisions), revocations=list(revocations))


def reading_of(found: Sequence[events.Event], through_block: int) -> Reading:
    """What events, all those of whole blocks in the order of the chain, say."""
    kept = list(_told_once(found))
    latest = {event.consent_id: event for event in kept if isinstance(event, events.ConsentChanged)}
    return Reading(
        events=[row_of(event, OWNERSHIP[type(event)]) for event in kept],
        answers=[_answer(event) for event in kept if isinstance(event, events.Answered | events.Corrected)],
        consents=[_consent(event) for event in latest.values()],
        uses={_place(event): to_hex(event.consent_id) for event in kept if isinstance(event, events.ConsentUsed)},
        through_block=through_block,
        accounts=changes(found),
        sums=sums(found) | _counts(kept),
    )


def _counts(kept: Iterable[events.Event]) -> dict[Place, int]:
    return {Place(Tally.EVENTS, name): count for name, count in Counter(type(event).__name__ for event in kept).items()}


def _told_once(found: Sequence[events.Event]) -> Iterator[events.Event]:
    for event, following in pairwise([*found, None]):
        if event is not None and type(event) in OWNERSHIP and not _is_told_again(event, following):
            yield event


def _is_told_again(event: events.Event, following: events.Event | None) -> bool:
    if following is None or not isinstance(following, TOLD_AGAIN.get(type(event), ())):
        return False
    here, there = position_of(event), position_of(following)
    return (here.transaction_hash, here.log_index + 1) == (there.transaction_hash, there.log_index)


def _answer(event: events.Answered | events.Corrected) -> RecordedAnswer:
    position = position_of(event)
    replaces = to_hex(event.replaces) if isinstance(event, events.Corrected) else ""
    return RecordedAnswer(
        answer_id=to_hex(event.correction_id if isinstance(event, events.Corrected) else event.answer_id),
        survey_id=to_hex(event.survey_id),
        member=event.member,
        commitment=to_hex(event.commitment),
        items=event.items,
        coins=0 if isinstance(event, events.Corrected) else event.coins,
        replaces=replaces,
        block_number=position.block_number,
        time=position.timestamp,
    )


def _consent(event: events.ConsentChanged) -> RecordedConsent:
    position = position_of(event)
    return RecordedConsent(
        consent_id=to_hex(event.consent_id),
        request_id=to_hex(event.request_id),
        member=event.member,
        state=ConsentState(event.state),
        items=event.items,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        uses=0,
        uses_maximum=event.uses_maximum,
        coins=event.coins,
        block_number=position.block_number,
        time=position.timestamp,
    )


def _place(event: events.Event) -> tuple[int, int]:
    position = position_of(event)
    return position.block_number, position.log_index
