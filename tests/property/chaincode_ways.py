"""How every signed struct is sent, directly and relayed, and what the model does with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chaincode.model import World
from chaincode.typed_data import (
    Acceptance,
    Acknowledgement,
    Answer,
    ApprovalRevocation,
    BoundTransfer,
    Closing,
    CoinTransfer,
    Consent,
    Contribution,
    Correction,
    CouponClass,
    CouponTransfer,
    DataRequest,
    Decision,
    Delegation,
    Deletion,
    DrawBinding,
    EncryptionKey,
    Entry,
    EscrowPolicy,
    GiftOrder,
    Guardians,
    Join,
    OpeningRequest,
    Purchase,
    RecoveryVeto,
    RuleEnd,
    ShareReceipt,
    SignedStruct,
    StandingRule,
    Veto,
    Withdrawal,
)

Direct = Callable[[World, str, Any], None]
Batch = Callable[[World, str, list[Any]], None]


@dataclass(frozen=True)
class Way:
    """How a struct is sent, and what the model does with it."""

    contract: str
    direct: str | None
    batch: str
    actor: str
    """The field that names the account that signs."""
    act: Direct
    act_batch: Batch


WAYS: dict[type[SignedStruct], Way] = {
    Join: Way(
        "membership", None, "join_batch", "account",
        lambda m, s, x: None, lambda m, s, i: m.membership.join_batch(s, m.now, i),
    ),
    Acceptance: Way(
        "membership", "accept", "accept_batch", "account",
        lambda m, s, x: m.membership.accept(x, s, m.now),
        lambda m, s, i: m.membership.accept_batch(m.now, i),
    ),
    Delegation: Way(
        "membership", "delegate", "delegate_batch", "account",
        lambda m, s, x: m.membership.delegate(x, s, m.now),
        lambda m, s, i: m.membership.delegate_batch(m.now, i),
    ),
    EncryptionKey: Way(
        "membership", "set_encryption_key", "set_encryption_key_batch", "account",
        lambda m, s, x: m.membership.set_encryption_key(x, s, m.now),
        lambda m, s, i: m.membership.set_encryption_key_batch(m.now, i),
    ),
    Guardians: Way(
        "recovery", "name_guardians", "name_guardians_batch", "account",
        lambda m, s, x: m.recovery.name_guardians(x, s, m.now),
        lambda m, s, i: m.recovery.name_guardians_batch(m.now, i),
    ),
    RecoveryVeto: Way(
        "recovery", "veto_recovery", "veto_recovery_batch", "account",
        lambda m, s, x: m.recovery.veto_recovery(x, s, m.now),
        lambda m, s, i: m.recovery.veto_recovery_batch(m.now, i),
    ),
    Deletion: Way(
        "disclosure", "attest_deletion", "attest_deletion_batch", "partner",
        lambda m, s, x: m.disclosure.attest_deletion(x, s, m.now),
        lambda m, s, i: m.disclosure.attest_deletion_batch(m.now, i),
    ),
    StandingRule: Way(
        "rule", "set_rule", "set_rule_batch", "member",
        lambda m, s, x: m.rule.set_rule(x, s, m.now), lambda m, s, i: m.rule.set_rule_batch(m.now, i),
    ),
    RuleEnd: Way(
        "rule", "end_rule", "end_rule_batch", "member",
        lambda m, s, x: m.rule.end_rule(x, s, m.now), lambda m, s, i: m.rule.end_rule_batch(m.now, i),
    ),
    GiftOrder: Way(
        "coupon", "order_gifts", "order_gifts_batch", "issuer",
        lambda m, s, x: m.coupon.order_gifts(x, s, m.now),
        lambda m, s, i: m.coupon.order_gifts_batch(m.now, i),
    ),
    DrawBinding: Way(
        "draw", "bind", "bind_batch", "drawer",
        lambda m, s, x: m.draw.bind(x, s, m.now), lambda m, s, i: m.draw.bind_batch(m.now, i),
    ),
    Entry: Way(
        "draw", "enter", "enter_batch", "member",
        lambda m, s, x: m.draw.enter(x, s, m.now), lambda m, s, i: m.draw.enter_batch(m.now, i),
    ),
    BoundTransfer: Way(
        "coin", "transfer_bound", "transfer_bound_batch", "owner",
        lambda m, s, x: m.coin.transfer_bound(x, s, m.now),
        lambda m, s, i: m.coin.transfer_bound_batch(m.now, i),
    ),
    CoinTransfer: Way(
        "coin", None, "transfer_batch", "owner",
        lambda m, s, x: None, lambda m, s, i: m.coin.transfer_batch(m.now, i),
    ),
    Answer: Way(
        "survey", "answer", "answer_batch", "member",
        lambda m, s, x: m.survey.answer(s, m.now, x), lambda m, s, i: m.survey.answer_batch(m.now, i),
    ),
    Correction: Way(
        "survey", "correct", "correct_batch", "member",
        lambda m, s, x: m.survey.correct(s, m.now, x), lambda m, s, i: m.survey.correct_batch(m.now, i),
    ),
    DataRequest: Way(
        "request", "file", "file_batch", "partner",
        lambda m, s, x: m.request.file(x, s, m.now), lambda m, s, i: m.request.file_batch(m.now, i),
    ),
    Decision: Way(
        "request", "decide", "decide_batch", "board",
        lambda m, s, x: m.request.decide(x, s, m.now), lambda m, s, i: m.request.decide_batch(m.now, i),
    ),
    ApprovalRevocation: Way(
        "request", "revoke", "revoke_batch", "board",
        lambda m, s, x: m.request.revoke(x, s, m.now), lambda m, s, i: m.request.revoke_batch(m.now, i),
    ),
    Closing: Way(
        "request", None, "close_batch", "partner",
        lambda m, s, x: None, lambda m, s, i: m.request.close_batch(m.now, i),
    ),
    Consent: Way(
        "consent", "record", "record_batch", "member",
        lambda m, s, x: m.consent.record(x, s, m.now), lambda m, s, i: m.consent.record_batch(m.now, i),
    ),
    Withdrawal: Way(
        "consent", "withdraw", "withdraw_batch", "member",
        lambda m, s, x: m.consent.withdraw(x, s, m.now), lambda m, s, i: m.consent.withdraw_batch(m.now, i),
    ),
    Acknowledgement: Way(
        "disclosure", "acknowledge", "acknowledge_batch", "partner",
        lambda m, s, x: m.disclosure.acknowledge(x, s, m.now),
        lambda m, s, i: m.disclosure.acknowledge_batch(m.now, i),
    ),
    CouponClass: Way(
        "coupon", "publish", "publish_batch", "issuer",
        lambda m, s, x: m.coupon.publish(x, s, m.now), lambda m, s, i: m.coupon.publish_batch(m.now, i),
    ),
    CouponTransfer: Way(
        "coupon", None, "transfer_batch", "owner",
        lambda m, s, x: None, lambda m, s, i: m.coupon.transfer_batch(s, m.now, i),
    ),
    Purchase: Way(
        "coupon", "buy", "buy_batch", "member",
        lambda m, s, x: m.coupon.buy(s, x, s, m.now), lambda m, s, i: m.coupon.buy_batch(s, m.now, i),
    ),
    EscrowPolicy: Way(
        "escrow", "create", "create_batch", "owner",
        lambda m, s, x: m.escrow.create(x, s, m.now), lambda m, s, i: m.escrow.batch("create", m.now, i),
    ),
    ShareReceipt: Way(
        "escrow", "acknowledge", "acknowledge_batch", "custodian",
        lambda m, s, x: m.escrow.acknowledge(x, s, m.now),
        lambda m, s, i: m.escrow.batch("acknowledge", m.now, i),
    ),
    OpeningRequest: Way(
        "escrow", "request_opening", "request_opening_batch", "requester",
        lambda m, s, x: m.escrow.request_opening(x, s, m.now),
        lambda m, s, i: m.escrow.batch("request_opening", m.now, i),
    ),
    Veto: Way(
        "escrow", "veto", "veto_batch", "owner",
        lambda m, s, x: m.escrow.veto(x, s, m.now), lambda m, s, i: m.escrow.batch("veto", m.now, i),
    ),
    Contribution: Way(
        "escrow", "contribute", "contribute_batch", "custodian",
        lambda m, s, x: m.escrow.contribute(x, s, m.now),
        lambda m, s, i: m.escrow.batch("contribute", m.now, i),
    ),
}  # fmt: skip
