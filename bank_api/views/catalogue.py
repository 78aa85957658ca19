"""What everybody may see: surveys, coupons on sale, offers at the till. And a member's documents, sealed as kept."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from bank_api.bank import Bank
from bank_api.errors import NotFoundError
from bank_api.index.ledger_index import LedgerIndex
from bank_api.index.rows import position_of
from bank_api.index.tallies import Tally
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.kinds import RedemptionState, SurveyState
from bank_api.store.tables import CouponClassRow, RedemptionRow, SurveyRow
from bank_api.views.kept import class_message, survey_from
from bank_api.views.named import asked
from chaincode.events import (
    CouponClassPublished,
    CouponRedeemed,
    Event,
    PartnerRewardSet,
    SurveyClosed,
    SurveyPublished,
)
from chaincode.ids import EMPTY_ID, to_hex


def surveys(bank: Bank) -> list[dict[str, Any]]:
    on_ledger = bank.index.once_a_block(_published_surveys)
    return [_survey(bank, row) for row in bank.catalog.surveys() if row.survey_id in on_ledger]


def _published_surveys(index: LedgerIndex) -> frozenset[str]:
    return frozenset(to_hex(event.survey_id) for event in index.events(SurveyPublished))


def survey_view(bank: Bank, survey_id: str) -> dict[str, Any]:
    row = bank.catalog.survey(survey_id)
    if row is None:
        raise NotFoundError("survey", survey_id)
    return _survey(bank, row)


def _survey(bank: Bank, row: SurveyRow) -> dict[str, Any]:
    survey = survey_from(row.document)
    left = bank.index.tally(Tally.BUDGET, survey.survey_id)
    history = bank.index.events_about(survey.survey_id)
    state = _state(survey, history, left, bank.ledger_time())
    promised = next((one for one in history if isinstance(one, PartnerRewardSet)), None)
    return survey.to_json() | {
        "content_hash": row.content_hash,
        "state": state,
        "budget_left": left,
        "partner_reward_coins": promised.coins if promised else 0,
        "partners_rewarded_maximum": promised.partners_maximum if promised else 0,
    }


def _state(survey: Survey, history: Sequence[Event], left: int, now: int) -> SurveyState:
    """What `history`, all events about the survey, and the time make of it."""
    if any(isinstance(event, SurveyClosed) for event in history) or now > survey.closes_at:
        return SurveyState.CLOSED
    if now < survey.opens_at or not history:
        return SurveyState.UPCOMING
    return SurveyState.OPEN if left >= survey.coins_minimum else SurveyState.FULL


def documents(bank: Bank, account: str) -> list[dict[str, Any]]:
    """A member's whole store, sealed as it is kept."""
    bank.pds.open_account(account, bank.clock())
    return [
        {
            "box": document.box,
            "name": document.name,
            "etag": document.etag,
            "sealed_base64": base64.b64encode(document.content.to_bytes()).decode(),
        }
        for document in bank.pds.export(account)
    ]


def coupon_classes(bank: Bank) -> list[dict[str, Any]]:
    names = bank.directory.names()
    on_ledger = bank.index.once_a_block(_published_classes)
    return [_coupon_class(bank, row, names) for row in bank.catalog.coupon_classes() if row.class_id in on_ledger]


def _published_classes(index: LedgerIndex) -> frozenset[str]:
    return frozenset(to_hex(event.class_id) for event in index.events(CouponClassPublished))


def _coupon_class(bank: Bank, row: CouponClassRow, names: dict[str, str]) -> dict[str, Any]:
    message = class_message(bank, row.class_id)
    return {
        "class_id": row.class_id,
        "issuer": message.issuer,
        "issuer_name": names.get(message.issuer, message.issuer),
        "title": message.title,
        "description": row.description,
        "price_coins": message.price,
        "stock": message.stock,
        "issued": bank.index.tally(Tally.SOLD, row.class_id),
        "opens_at": message.opens_at,
        "closes_at": message.closes_at,
        "redeem_until": message.redeem_until,
        **_premium(bank, message.premium_request),
        "shops": [{"account": s.account, "name": s.name} for s in bank.directory.shops_of(message.issuer)],
    }


def _premium(bank: Bank, request_id: bytes) -> dict[str, Any]:
    """Whose data were in a release of which request may have it; everybody where there is none."""
    if request_id == EMPTY_ID:
        return {"premium_request": None}
    return {"premium_request": to_hex(request_id), "premium_purpose": asked(bank, to_hex(request_id)).purpose}


def redemption(bank: Bank, redemption_id: str) -> dict[str, Any]:
    row = bank.catalog.redemption(redemption_id)
    if row is None:
        raise NotFoundError("redemption", redemption_id)
    return _redemption(bank, row) | {"shop": row.shop, "shop_name": bank.directory.names().get(row.shop, row.shop)}


def redemptions_of_shop(bank: Bank, shop: str) -> list[dict[str, Any]]:
    """A shop's offers and what became of them; never whose coupon it was."""
    return [_redemption(bank, row) for row in bank.catalog.redemptions_of(shop)]


def _redemption(bank: Bank, row: RedemptionRow) -> dict[str, Any]:
    redeemed = bank.index.events_about(row.redemption_id, CouponRedeemed)
    view = {
        "redemption_id": row.redemption_id,
        "class_id": row.class_id,
        "title": class_message(bank, row.class_id).title,
        "deadline": json.loads(row.message)["deadline"],
    }
    if not redeemed:
        return view | {"state": _offer_state(bank, row.redemption_id, view["deadline"])}
    place = position_of(redeemed[0])
    redeemed_at = {"block_number": place.block_number, "time": place.timestamp}
    return view | {"state": RedemptionState.REDEEMED} | redeemed_at


def _offer_state(bank: Bank, redemption_id: str, deadline: int) -> RedemptionState:
    if bank.catalog.is_cancelled(redemption_id):
        return RedemptionState.CANCELLED
    return RedemptionState.EXPIRED if bank.ledger_time() > deadline else RedemptionState.OFFERED
