"""Promotions as everybody reads them, the same list for all; and how each stands, for its partner and the operator."""

import json
from typing import Any

from bank_api.bank import Bank
from bank_api.index.tallies import Tally
from bank_api.protocol.kinds import PromotionStanding
from bank_api.protocol.promotion import ONE_IN
from bank_api.store.tables import PromotionRow
from bank_api.views.kept import class_message
from chaincode.bindings import Role


def shown(bank: Bank) -> dict[str, Any]:
    """What every wallet gets, whoever asks, in the order in which they were filed."""
    rows = bank.promotions.every(decision=str(PromotionStanding.APPROVED))
    listed = [_view(bank, row) for row in rows if standing(bank, row) == PromotionStanding.APPROVED]
    return {"promotions": listed, "one_in": ONE_IN}


def of_partner(bank: Bank, partner: str) -> dict[str, Any]:
    return _states(bank, partner=partner)


def waiting(bank: Bank) -> list[dict[str, Any]]:
    """What the operator has to decide, in the order in which it was filed."""
    rows = bank.promotions.every(decision=str(PromotionStanding.WAITING))
    return [state_of(bank, row) for row in rows if standing(bank, row) == PromotionStanding.WAITING]


def of_all(bank: Bank) -> dict[str, Any]:
    return _states(bank)


def state_of(bank: Bank, row: PromotionRow) -> dict[str, Any]:
    """How one stands. What was sold and used is of the coupon, whoever bought it: no number is of the promotion."""
    shops = bank.directory.shops_of(row.partner)
    used = sum(bank.index.tally(Tally.REDEEMED, row.class_id, shop.account) for shop in shops)
    more = {"state": str(standing(bank, row)), "filed_at": row.filed_at}
    more |= {"reason": row.reason, "decided_at": row.decided_at}
    return _view(bank, row) | more | {"sold": bank.index.tally(Tally.SOLD, row.class_id), "used": used}


def standing(bank: Bank, row: PromotionRow) -> PromotionStanding:
    """What was decided, and what time, stock and the partner's standing and key make of it."""
    decision = PromotionStanding(row.decision)
    if decision not in (PromotionStanding.WAITING, PromotionStanding.APPROVED):
        return decision
    partner, coupon = bank.index.account(row.partner), class_message(bank, row.class_id)
    is_to_be_had = bank.index.tally(Tally.SOLD, row.class_id) < coupon.stock
    is_partners = partner is not None and Role.PARTNER in partner.active and partner.key == row.key
    is_over = bank.ledger_time() >= row.until or not is_to_be_had or not is_partners
    return PromotionStanding.ENDED if is_over else decision


def _states(bank: Bank, **where: str) -> dict[str, Any]:
    rows = bank.promotions.every(**where)
    return {"promotions": [state_of(bank, row) for row in rows], "one_in": ONE_IN}


def _view(bank: Bank, row: PromotionRow) -> dict[str, Any]:
    coupon = class_message(bank, row.class_id)
    return {
        "promotion_id": row.promotion_id,
        "partner": row.partner,
        "partner_name": bank.directory.names().get(row.partner, row.partner),
        "words": json.loads(row.words),
        "condition": json.loads(row.condition),
        "class_id": row.class_id,
        "coupon_title": coupon.title,
        "price_coins": coupon.price,
        "until": row.until,
        "at": row.at,
        "signature": row.signature,
    }
