"""The books at a glance, for a partner and for the operator."""

from typing import Any

from bank_api.bank import Bank
from bank_api.index.tallies import Tally
from bank_api.protocol.kinds import word_of
from bank_api.views.named import coupon_title
from chaincode.events import (
    Answered,
    CouponIssued,
    CouponRedeemed,
    Disclosed,
    EscrowCreated,
    EscrowOpened,
    Event,
    Joined,
    RequestFiled,
)

COUNTED: dict[str, type[Event]] = {
    "members": Joined,
    "answers": Answered,
    "requests": RequestFiled,
    "releases": Disclosed,
    "coupons_issued": CouponIssued,
    "coupons_redeemed": CouponRedeemed,
    "escrows": EscrowCreated,
    "escrows_opened": EscrowOpened,
}


def partner_summary(bank: Bank, account: str) -> dict[str, Any]:
    mine = bank.catalog.requests(account)
    shops = {shop.account for shop in bank.directory.shops_of(account)}
    redeemed: dict[str, int] = {}
    for shop in shops:
        for class_id, count in bank.index.tallies(Tally.REDEEMED, shop).items():
            title = coupon_title(bank, class_id) or class_id
            redeemed[title] = redeemed.get(title, 0) + count
    return {
        "coins": bank.index.tally(Tally.COINS, account=account),
        "locked": sum(bank.index.tally(Tally.LOCKED, row.request_id) for row in mine),
        "releases": len(bank.index.events_of(account, Disclosed)),
        "redemptions": redeemed,
    }


def operator_summary(bank: Bank) -> dict[str, Any]:
    """The books: how many of everything, and the coins, as the ledger has them."""
    counts = bank.index.counts()
    consents: dict[str, int] = {}
    for of_request in bank.index.consent_counts().values():
        for state, count in of_request.items():
            consents[word_of(state)] = consents.get(word_of(state), 0) + count
    granted, burnt = bank.index.tally(Tally.GRANTED), bank.index.tally(Tally.BURNT)
    coins = {"granted": granted, "burnt": burnt, "supply": granted - burnt}
    totals = {name: counts.get(kind.__name__, 0) for name, kind in COUNTED.items()}
    return totals | {"consents": consents, "coins": coins}
