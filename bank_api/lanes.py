"""One lane to the ledger per kind of signed action (see `relay`)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from bank_api.relay import Lane
from chaincode.bindings import Outcome, Signed, SignedRedemption
from chaincode.typed_data import (
    Acknowledgement,
    Consent,
    Contribution,
    CouponClass,
    DataRequest,
    Decision,
    EscrowPolicy,
    Join,
    OpeningRequest,
    Purchase,
    ShareReceipt,
    Veto,
    Withdrawal,
)

if TYPE_CHECKING:
    from bank_api.bank import Bank
    from bank_api.flows.answer import SealedAnswer

Item = TypeVar("Item")


@dataclass(frozen=True)
class Lanes:
    join: Lane[Signed[Join], Outcome]
    answer: "Lane[SealedAnswer, Outcome]"
    request: Lane[Signed[DataRequest], Outcome]
    decision: Lane[Signed[Decision], Outcome]
    consent: Lane[Signed[Consent], Outcome]
    withdrawal: Lane[Signed[Withdrawal], Outcome]
    acknowledgement: Lane[Signed[Acknowledgement], Outcome]
    coupon_class: Lane[Signed[CouponClass], Outcome]
    purchase: Lane[Signed[Purchase], Outcome]
    redemption: Lane[SignedRedemption, Outcome]
    escrow: Lane[Signed[EscrowPolicy], Outcome]
    share_receipt: Lane[Signed[ShareReceipt], Outcome]
    opening: Lane[Signed[OpeningRequest], Outcome]
    contribution: Lane[Signed[Contribution], Outcome]
    veto: Lane[Signed[Veto], Outcome]

    def close(self) -> None:
        for field in fields(self):
            getattr(self, field.name).close()


def open_lanes(bank: "Bank") -> Lanes:
    """All lanes of a bank; their threads start with the first item."""
    from bank_api.flows.answer import store_and_record
    from bank_api.flows.join import record as record_joins

    contracts, transactor = bank.contracts, bank.transactor

    def lane(name: str, handler: Callable[[Sequence[Item]], Sequence[Outcome | Exception]]) -> Lane[Item, Outcome]:
        return Lane(name, handler, bank.settings.gather_seconds, bank.settings.batch_items_max)

    def relay(batch: Callable[[Any, Sequence[Item]], list[Outcome]]) -> Callable[[Sequence[Item]], list[Outcome]]:
        return lambda items: batch(transactor, items)

    return Lanes(
        join=lane("join", lambda items: record_joins(bank, items)),
        answer=lane("answer", lambda items: store_and_record(bank, items)),
        request=lane("request", relay(contracts.request.file_batch)),
        decision=lane("decision", relay(contracts.request.decide_batch)),
        consent=lane("consent", relay(contracts.consent.record_batch)),
        withdrawal=lane("withdrawal", relay(contracts.consent.withdraw_batch)),
        acknowledgement=lane("acknowledgement", relay(contracts.disclosure.acknowledge_batch)),
        coupon_class=lane("coupon_class", relay(contracts.coupon.publish_batch)),
        purchase=lane("purchase", relay(contracts.coupon.buy_batch)),
        redemption=lane("redemption", relay(contracts.coupon.redeem_batch)),
        escrow=lane("escrow", relay(contracts.escrow.create_batch)),
        share_receipt=lane("share_receipt", relay(contracts.escrow.acknowledge_batch)),
        opening=lane("opening", relay(contracts.escrow.request_opening_batch)),
        contribution=lane("contribution", relay(contracts.escrow.contribute_batch)),
        veto=lane("veto", relay(contracts.escrow.veto_batch)),
    )
