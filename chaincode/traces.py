"""What an act leaves on the ledger once its contract has taken it, and where.

A wallet that looks there need not believe whoever says that it was done. Most contracts keep the digest of the signed
words under their id: then it is those very words that were taken. Where one keeps less, what it keeps is told by
its function. Tests hold the places to the compiler, and the traces to what every act of the bank's flows leaves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chaincode import places
from chaincode.acts import item_id
from chaincode.events.consent import ConsentState
from chaincode.keccak import keccak
from chaincode.places import Place, slot_in
from chaincode.typed_data import structs
from chaincode.typed_data.eip712 import SignedStruct

MEMBERSHIP_DIGEST = ("membership", "roster.digest", 4)
ACCOUNT = places.MEMBERSHIP_RECORD
DELEGATION_DIGEST = ("membership", "delegation.digest", 13)
RECOVERY_DIGEST = ("recovery", "digest", 1)
RECOVERY_PENDING = ("recovery", "pending_id", 4)
QUOTA_DIGEST = ("coin", "quota.digest", 3)
ISSUE_APPROVED = ("coin", "quota.approved", 4)
COIN_DIGEST = ("coin", "coin_book.digest", 12)
SURVEY_DIGEST = places.SURVEY_DIGEST
REQUEST_HEAD = places.REQUEST_HEAD
REQUEST_DIGEST = places.REQUEST_DIGEST
DECISION_DIGEST = places.DECISION_DIGEST
REVOCATION_DIGEST = ("request", "revocation_digest", 10)
WITHDRAWAL_DIGEST = ("consent", "withdrawal.digest", 9)
RULE = ("rule", "rule", 3)
RULE_COVER = ("rule", "cover", 4)
RULE_SEQUENCE = ("rule", "sequenceOf", 6)
COUPON_DIGEST = ("coupon", "coupon_class.digest", 7)
DRAW_DIGEST = ("draw", "digest", 14)
ESCROW = ("escrow", "escrow_book.escrow", 1)
ESCROW_PLACE = ("escrow", "escrow_book.place", 4)
CONTRIBUTION = ("escrow", "opening.contributionOf", 11)
TRACE_PLACES: tuple[Place, ...] = (
    *(MEMBERSHIP_DIGEST, DELEGATION_DIGEST, RECOVERY_DIGEST, RECOVERY_PENDING, COIN_DIGEST, SURVEY_DIGEST),
    *(QUOTA_DIGEST, ISSUE_APPROVED),
    *(REQUEST_HEAD, REQUEST_DIGEST, DECISION_DIGEST, REVOCATION_DIGEST),
    *(WITHDRAWAL_DIGEST, RULE, RULE_COVER, RULE_SEQUENCE),
    *(COUPON_DIGEST, DRAW_DIGEST, ESCROW, ESCROW_PLACE, CONTRIBUTION),
)

_BITS_8 = 2**8 - 1
_REQUEST_STATE, _REQUEST_CLOSED = 168, 4
_RULE_STATE, _RULE_ENDED, _RULE_DIGEST = 160, 2, 192
_ACKNOWLEDGED = 215

Actor = Callable[[], str]
"""The account that acts, for words that do not name it."""


@dataclass(frozen=True)
class Trace:
    """Slots of one contract, and whether what stands in them shows that the act was taken."""

    contract: str
    slots: tuple[int, ...]
    is_left: Callable[[Sequence[int]], bool]


def trace_of(struct: SignedStruct, actor: Actor) -> Trace:
    """Where an act's trace is looked for. Raises KeyError for what no bank relays."""
    place = DIGESTS.get(type(struct)) or TOGETHER.get(type(struct))
    if place is None:
        return SPECIAL[type(struct)](struct, actor)
    return _trace([(place, item_id(struct))], lambda found: found == [_number(struct.struct_hash())])


def account_trace(account: str, is_so: Callable[[places.AccountWord], bool]) -> Trace:
    """What an order leaves of an account: roles, suspension; and the end of a recovery: a key."""
    return _trace([(ACCOUNT, account)], lambda found: is_so(places.read_account(found[0])))


def _trace(where: Sequence[tuple[Any, ...]], is_left: Callable[[list[int]], bool]) -> Trace:
    (contract,) = {place[0] for place, *_ in where}
    slots = tuple(slot_in(place, *keys) for place, *keys in where)
    return Trace(contract, slots, lambda found: is_left(list(found)))


def _number(word: bytes) -> int:
    return int.from_bytes(word, "big")


def _consent(consent: structs.Consent, _: Actor) -> Trace:
    """Whose it is, and the first 96 bits of the words' hash: whatever became of it since."""

    def is_left(found: list[int]) -> bool:
        word = places.read_consent(found[0], found[1])
        return (
            word.state > ConsentState.REQUESTED and word.member == consent.member and word.is_of(consent.struct_hash())
        )

    id = consent.consent_id
    return _trace([(places.CONSENT_HEAD, id), (places.CONSENT_BODY, id)], is_left)


def _closing(closing: structs.Closing, _: Actor) -> Trace:
    return _trace(
        [(REQUEST_HEAD, closing.request_id)],
        lambda found: found[0] >> _REQUEST_STATE & _BITS_8 == _REQUEST_CLOSED,
    )


def _standing_rule(rule: structs.StandingRule, _: Actor) -> Trace:
    """The first 64 bits of the words' hash."""
    digest = _number(rule.struct_hash()) >> _RULE_DIGEST
    return _trace([(RULE_COVER, rule.rule_id)], lambda found: found[0] >> _RULE_DIGEST == digest)


def _rule_end(end: structs.RuleEnd, _: Actor) -> Trace:
    """That the rule has ended; of one that never came, only that its member ended something."""

    def is_left(found: list[int]) -> bool:
        rule, sequence = found
        return rule >> _RULE_STATE & _BITS_8 == _RULE_ENDED or (rule == 0 and sequence != 0)

    return _trace([(RULE, end.rule_id), (RULE_SEQUENCE, end.member)], is_left)


def _acknowledgement(received: structs.Acknowledgement, _: Actor) -> Trace:
    def is_left(found: list[int]) -> bool:
        return places.read_release(found[0]).is_acknowledged and found[1] == _number(received.payload_root)

    id = received.release_id
    return _trace([(places.RELEASE, id), (places.RELEASE_ROOT, id)], is_left)


def _deletion(deletion: structs.Deletion, _: Actor) -> Trace:
    return _trace([(places.RELEASE, deletion.release_id)], lambda found: places.read_release(found[0]).is_deleted)


def _redemption(redemption: structs.Redemption, actor: Actor) -> Trace:
    """The words and the member, whom they name by a salted hash only."""
    member = bytes.fromhex(actor()[2:]).rjust(32, b"\0")
    bound = _number(keccak(redemption.struct_hash() + member))
    return _trace([(COUPON_DIGEST, redemption.redemption_id)], lambda found: found == [bound])


def _share_receipt(receipt: structs.ShareReceipt, _: Actor) -> Trace:
    def is_left(found: list[int]) -> bool:
        escrow, seat = found
        return seat != 0 and bool(escrow >> (_ACKNOWLEDGED + seat) & 1)

    return _trace([(ESCROW, receipt.escrow_id), (ESCROW_PLACE, receipt.escrow_id, receipt.custodian)], is_left)


def _veto(veto: structs.Veto, _: Actor) -> Trace:
    return _trace(
        [(places.ESCROW_OPENING, veto.opening_id)],
        lambda found: places.read_opening(found[0])[0] is places.OpeningWord.VETOED,
    )


def _contribution(contribution: structs.Contribution, _: Actor) -> Trace:
    return _trace(
        [(CONTRIBUTION, contribution.opening_id, contribution.custodian)],
        lambda found: found == [_number(contribution.contribution_hash)],
    )


def _issue(issue: structs.CoinIssue, _: Actor) -> Trace:
    """For whom, and how many coins: what the contract keeps of the words."""
    terms = keccak(bytes.fromhex(issue.account[2:]).rjust(32, b"\0") + issue.coins.to_bytes(32, "big"))
    return _trace([(ISSUE_APPROVED, issue.issue_id)], lambda found: found == [_number(terms)])


def _recovery_veto(veto: structs.RecoveryVeto, _: Actor) -> Trace:
    """That this recovery waits no longer; had it come to its end instead, the account would have another key."""
    return _trace([(RECOVERY_PENDING, veto.account)], lambda found: found != [_number(veto.recovery_id)])


DIGESTS: Mapping[type[SignedStruct], Place] = {
    structs.Join: MEMBERSHIP_DIGEST,
    structs.Acceptance: MEMBERSHIP_DIGEST,
    structs.KeyRotation: MEMBERSHIP_DIGEST,
    structs.EncryptionKey: MEMBERSHIP_DIGEST,
    structs.Delegation: DELEGATION_DIGEST,
    structs.Guardians: RECOVERY_DIGEST,
    structs.CoinTransfer: COIN_DIGEST,
    structs.BoundTransfer: COIN_DIGEST,
    structs.Answer: SURVEY_DIGEST,
    structs.Correction: SURVEY_DIGEST,
    structs.DataRequest: REQUEST_DIGEST,
    structs.Decision: DECISION_DIGEST,
    structs.ApprovalRevocation: REVOCATION_DIGEST,
    structs.Withdrawal: WITHDRAWAL_DIGEST,
    structs.CouponClass: COUPON_DIGEST,
    structs.GiftOrder: COUPON_DIGEST,
    structs.Purchase: COUPON_DIGEST,
    structs.CouponTransfer: COUPON_DIGEST,
    structs.DrawBinding: DRAW_DIGEST,
    structs.Entry: DRAW_DIGEST,
    structs.EscrowPolicy: places.ESCROW_DIGEST,
    structs.OpeningRequest: places.ESCROW_DIGEST,
}
"""Where the digest of an act stands under its id."""
TOGETHER: Mapping[type[SignedStruct], Place] = {
    structs.Seat: MEMBERSHIP_DIGEST,
    structs.Appointment: DELEGATION_DIGEST,
    structs.Recovery: RECOVERY_DIGEST,
    structs.Quota: QUOTA_DIGEST,
}
"""The same of what goes in with the signatures of several."""
SPECIAL: Mapping[type[SignedStruct], Callable[[Any, Actor], Trace]] = {
    structs.Consent: _consent,
    structs.Closing: _closing,
    structs.StandingRule: _standing_rule,
    structs.RuleEnd: _rule_end,
    structs.Acknowledgement: _acknowledgement,
    structs.Deletion: _deletion,
    structs.Redemption: _redemption,
    structs.ShareReceipt: _share_receipt,
    structs.Veto: _veto,
    structs.Contribution: _contribution,
    structs.RecoveryVeto: _recovery_veto,
    structs.CoinIssue: _issue,
}
"""Acts of which a contract keeps something else than their digest under their id."""
