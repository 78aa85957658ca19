"""What became of a partner's coupons in a stretch of time: bought, given, used, left; held against the ledger's sums.

All numbers are counted from events, one by one; the ledger's own sums are only compared with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bank_api.bank import Bank
from bank_api.index.rows import position_of
from bank_api.index.tallies import Tally
from bank_api.views.kept import class_message
from bank_api.views.named import asked
from chaincode.events import CouponClassPublished, CouponIssued, CouponRedeemed, GiftGiven
from chaincode.ids import EMPTY_ID, to_hex


@dataclass(frozen=True)
class _Issue:
    time: int
    count: int
    coins: int
    is_gift: bool


@dataclass
class _Story:
    """What the ledger tells of one class."""

    issues: list[_Issue] = field(default_factory=list)
    uses: list[int] = field(default_factory=list)
    """When each coupon was used."""


def coupon_sales(bank: Bank, partner: str, since: int, until: int) -> tuple[list[dict[str, Any]], bool]:
    """Of every class of the partner's, from `since` (included) to `until` (not), unix seconds; and whether all that
    ever happened comes to what the ledger has."""
    published = [to_hex(event.class_id) for event in bank.index.events_of(partner, CouponClassPublished)]
    stories = _stories(bank, published) if published else {}
    shown = [_class(bank, class_id, stories[class_id], since, until) for class_id in published]
    return shown, all(_is_reconciled(bank, partner, class_id, stories[class_id]) for class_id in published)


def _stories(bank: Bank, classes: Sequence[str]) -> dict[str, _Story]:
    stories = {class_id: _Story() for class_id in classes}
    gifts = {event.gift_id for event in bank.index.events(GiftGiven)}
    for issued in bank.index.events(CouponIssued):
        if (story := stories.get(to_hex(issued.class_id))) is not None:
            time, is_gift = position_of(issued).timestamp, issued.purchase_id in gifts
            story.issues.append(_Issue(time, issued.count, issued.coins, is_gift))
    for used in bank.index.events(CouponRedeemed):
        if (story := stories.get(to_hex(used.class_id))) is not None:
            story.uses.append(position_of(used).timestamp)
    return stories


def _class(bank: Bank, class_id: str, story: _Story, since: int, until: int) -> dict[str, Any]:
    message = class_message(bank, class_id)
    within = [one for one in story.issues if since <= one.time < until]
    issued = sum(one.count for one in story.issues if one.time < until)
    used = sum(time < until for time in story.uses)
    is_premium = message.premium_request != EMPTY_ID
    return {
        "class_id": class_id,
        "title": message.title,
        "price_coins": message.price,
        "premium_purpose": asked(bank, to_hex(message.premium_request)).purpose if is_premium else None,
        "closes_at": message.closes_at,
        "redeem_until": message.redeem_until,
        "stock": message.stock,
        "sold": sum(one.count for one in within if not one.is_gift),
        "coins": sum(one.coins for one in within),
        "given": sum(one.count for one in within if one.is_gift),
        "redeemed": sum(since <= time < until for time in story.uses),
        "left": message.stock - issued,
        "unused": issued - used,
    }


def _is_reconciled(bank: Bank, partner: str, class_id: str, story: _Story) -> bool:
    """As many left the stock as the contract counts, each for its price; as many were used as the shops took."""
    price = class_message(bank, class_id).price
    issued, used = sum(one.count for one in story.issues), len(story.uses)
    shops = [shop.account for shop in bank.directory.shops_of(partner)]
    taken = sum(bank.index.tally(Tally.REDEEMED, class_id, shop) for shop in shops)
    is_paid = all(one.coins == (0 if one.is_gift else price * one.count) for one in story.issues)
    return is_paid and issued == bank.index.tally(Tally.SOLD, class_id) and used == taken <= issued
