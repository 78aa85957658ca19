"""What the API shows of surveys, requests, releases and coupons: documents joined with what the ledger says of them."""

import base64
import json
from typing import Any

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, NotFoundError
from bank_api.flows.answer import survey_of
from bank_api.flows.consent import notice_of, request_message, request_row
from bank_api.flows.disclose import recorded_release
from bank_api.flows.redeem import class_message
from bank_api.passbook import STATES
from bank_api.protocol.documents.request import release_coins
from bank_api.protocol.documents.survey import Survey
from bank_api.tables import LedgerEventRow, RedemptionRow, ReleaseRow, RequestRow
from chaincode.ids import EMPTY_ID, id_from_hex, text_hash, to_hex

SEES_ALL = frozenset({"board", "operator", "auditor"})


def surveys(bank: Bank) -> list[dict[str, Any]]:
    bank.catch_up()
    on_ledger = {row.subject for row in bank.index.events_named("SurveyPublished")}
    documents = [Survey.from_json(json.loads(row.document)) for row in bank.catalog.surveys()]
    return [survey_view(bank, survey) for survey in documents if survey.survey_id in on_ledger]


def survey_view(bank: Bank, survey: Survey) -> dict[str, Any]:
    row = bank.catalog.survey(survey.survey_id)
    if row is None:
        raise NotFoundError("survey", survey.survey_id)
    now = bank.ledger_time()
    if bank.contracts.survey.is_open(id_from_hex(survey.survey_id)):
        state = "open"
    else:
        state = "upcoming" if now < survey.opens_at else "closed"
    return survey.to_json() | {"content_hash": row.content_hash, "state": state}


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


def request_view(bank: Bank, row: RequestRow) -> dict[str, Any]:
    """A request as partner, board and auditor see it."""
    counts: dict[str, int] = {"given": 0, "refused": 0, "withdrawn": 0}
    for state, count in bank.index.consent_counts(row.request_id).items():
        counts[STATES[state]] = count
    counts["given"] += counts.pop("renewed", 0)
    locked = bank.contracts.request.locked(id_from_hex(row.request_id))
    return _request(bank, row) | {"coins_locked": locked, "consents": counts}


def _request(bank: Bank, row: RequestRow) -> dict[str, Any]:
    message = request_message(row)
    survey = survey_of(bank, row.survey_id)
    return {
        "request_id": row.request_id,
        "partner": row.partner,
        "recipient": message.recipient,
        "survey_id": row.survey_id,
        "purpose": message.purpose,
        "purpose_code": message.purpose_code,
        "items": list(survey.keys(message.items)),
        "item_labels": list(survey.labels(message.items)),
        "item_mask": message.items,
        "legal_class": message.legal_class,
        "k_minimum": message.k_minimum,
        "persons_maximum": message.persons_maximum,
        "coins_base": message.coins_base,
        "coins_per_item": message.coins_per_item,
        "valid_until": message.valid_until,
        "retention_days": message.retention_days,
        "contract_hash": to_hex(message.contract_hash),
        "description": row.description,
        "state": request_state(bank, row.request_id),
        "decision_note": row.decision_note,
    }


def request_state(bank: Bank, request_id: str) -> str:
    """filed, approved, refused or closed, as the ledger's events tell; "unknown" if it never got there."""
    state = "unknown"
    for event in bank.index.events_about(request_id):
        if event.name == "RequestFiled":
            state = "filed"
        elif event.name == "RequestDecided":
            state = "approved" if json.loads(event.data)["approved"] else "refused"
        elif event.name == "RequestClosed" and state != "refused":
            state = "closed"  # a refusal unlocks the coins with the same event
    return state


def requests(bank: Bank, caller: Caller) -> list[dict[str, Any]]:
    bank.catch_up()
    everything = bool(SEES_ALL & caller.roles)
    rows = bank.catalog.requests(None if everything else caller.account)
    return [request_view(bank, row) for row in rows if bank.index.events_about(row.request_id, "RequestFiled")]


def request_for(bank: Bank, caller: Caller, request_id: str) -> dict[str, Any]:
    bank.catch_up()
    row = request_row(bank, request_id)
    if row.partner != caller.account and not SEES_ALL & caller.roles:
        raise ForbiddenError("this request is another partner's")
    return request_view(bank, row)


def requests_for_member(bank: Bank, account: str, language: str) -> list[dict[str, Any]]:
    """Approved requests, with the notice in the member's language and the member's consent as it stands."""
    bank.catch_up()
    answered = {row.survey_id for row in bank.index.answers_of(account)}
    consents = {row.request_id: row for row in bank.index.consents_of(account) if row.state != 8}
    found = []
    for row in bank.catalog.requests():
        if request_state(bank, row.request_id) != "approved":
            continue
        message = request_message(row)
        text = notice_of(bank, row, survey_of(bank, row.survey_id)).text(language)
        consent = consents.get(row.request_id)
        found.append(
            _request(bank, row)
            | {
                "consent": {"consent_id": consent.consent_id, "state": STATES[consent.state]} if consent else None,
                "notice": {"text": text, "hash": to_hex(text_hash(text)), "language": language},
                "coins_offered": release_coins(message.coins_base, message.coins_per_item, message.items),
                "answered": row.survey_id in answered,
            }
        )
    return found


def release_view(bank: Bank, release_id: str) -> dict[str, Any]:
    """A release as the ledger recorded it. Raises NotFoundError before that."""
    bank.catch_up()
    found = recorded_release(bank, release_id)
    if found is None:
        raise NotFoundError("release", release_id)
    return _release(bank, *found)


def _release(bank: Bank, row: ReleaseRow, disclosed: LedgerEventRow) -> dict[str, Any]:
    message = request_message(request_row(bank, row.request_id))
    return {
        "release_id": row.release_id,
        "request_id": row.request_id,
        "partner": row.partner,
        "recipient": message.recipient,
        "purpose": message.purpose,
        "rows": row.rows,
        "suppressed": row.suppressed,
        "k": row.k,
        "loss": row.loss,
        "legal_class": message.legal_class,
        "payload_root": row.payload_root,
        "method_hash": row.method_hash,
        "block_number": disclosed.block_number,
        "time": disclosed.time,
        "acknowledged": bool(bank.index.events_about(row.release_id, "Acknowledged")),
    }


def releases(bank: Bank, caller: Caller) -> list[dict[str, Any]]:
    """A partner sees its own; board, operator and auditor see all. In the ledger's order."""
    bank.catch_up()
    found = [recorded_release(bank, event.subject or "") for event in bank.index.events_named("Disclosed")]
    everything = bool(SEES_ALL & caller.roles)
    return [
        _release(bank, *one) for one in found if one is not None and (everything or one[0].partner == caller.account)
    ]


def release_for(bank: Bank, caller: Caller, release_id: str) -> dict[str, Any]:
    view = release_view(bank, release_id)
    if view["partner"] != caller.account and not SEES_ALL & caller.roles:
        raise ForbiddenError("this release was made for another partner")
    return view


def releases_with(bank: Bank, account: str) -> list[dict[str, Any]]:
    """Releases that consents of this member went into."""
    bank.catch_up()
    used = [event.subject for event in bank.index.events_of(account) if event.name == "ConsentUsed"]
    return [release_view(bank, release_id) for release_id in used if release_id is not None]


def coupon_classes(bank: Bank) -> list[dict[str, Any]]:
    bank.catch_up()
    names = bank.directory.names()
    on_ledger = {row.subject for row in bank.index.events_named("CouponClassPublished")}
    found = []
    for row in bank.catalog.coupon_classes():
        if row.class_id not in on_ledger:
            continue
        message = class_message(bank, row.class_id)
        record = bank.contracts.coupon.class_of(message.class_id)
        found.append(
            {
                "class_id": row.class_id,
                "issuer": message.issuer,
                "issuer_name": names.get(message.issuer, message.issuer),
                "title": message.title,
                "description": row.description,
                "price_coins": message.price,
                "stock": message.stock,
                "issued": record.sold if record else 0,
                "opens_at": message.opens_at,
                "closes_at": message.closes_at,
                "redeem_until": message.redeem_until,
                "premium_request": to_hex(message.premium_request) if message.premium_request != EMPTY_ID else None,
                "shops": [{"account": s.account, "name": s.name} for s in bank.directory.shops_of(message.issuer)],
            }
        )
    return found


def redemption(bank: Bank, redemption_id: str) -> dict[str, Any]:
    row = bank.catalog.redemption(redemption_id)
    if row is None:
        raise NotFoundError("redemption", redemption_id)
    bank.catch_up()
    return _redemption(bank, row) | {"shop": row.shop, "shop_name": bank.directory.names().get(row.shop, row.shop)}


def redemptions_of_shop(bank: Bank, shop: str) -> list[dict[str, Any]]:
    """A shop's offers and what became of them; never whose coupon it was."""
    bank.catch_up()
    return [_redemption(bank, row) for row in bank.catalog.redemptions_of(shop)]


def _redemption(bank: Bank, row: RedemptionRow) -> dict[str, Any]:
    redeemed = bank.index.events_about(row.redemption_id, "CouponRedeemed")
    view = {
        "redemption_id": row.redemption_id,
        "class_id": row.class_id,
        "title": class_message(bank, row.class_id).title,
        "deadline": json.loads(row.message)["deadline"],
        "state": "redeemed" if redeemed else "offered",
    }
    return view | ({"block_number": redeemed[0].block_number, "time": redeemed[0].time} if redeemed else {})


def partner_summary(bank: Bank, account: str) -> dict[str, Any]:
    bank.catch_up()
    mine = bank.catalog.requests(account)
    shops = bank.directory.shops_of(account)
    redeemed: dict[str, int] = {}
    for event in bank.index.events_named("CouponRedeemed"):
        if json.loads(event.data)["shop"] in {shop.account for shop in shops}:
            title = class_message(bank, json.loads(event.data)["class_id"]).title
            redeemed[title] = redeemed.get(title, 0) + 1
    return {
        "coins": bank.contracts.coin.balance_of(account),
        "locked": sum(bank.contracts.request.locked(id_from_hex(row.request_id)) for row in mine),
        "releases": len([e for e in bank.index.events_of(account) if e.name == "Disclosed"]),
        "redemptions": redeemed,
    }


def operator_summary(bank: Bank) -> dict[str, Any]:
    """The books: how many of everything, and the coins, as the ledger has them."""
    bank.catch_up()
    counts = bank.index.event_counts()
    names = {
        "members": "Joined",
        "answers": "Answered",
        "requests": "RequestFiled",
        "releases": "Disclosed",
        "coupons_issued": "CouponIssued",
        "coupons_redeemed": "CouponRedeemed",
        "escrows": "EscrowCreated",
        "escrows_opened": "EscrowOpened",
    }
    consents = {STATES[state]: count for state, count in bank.index.consent_counts().items()}
    supply = bank.contracts.coin.supply()
    coins = {"granted": supply.granted, "burnt": supply.burnt, "supply": supply.total}
    return {key: counts.get(name, 0) for key, name in names.items()} | {"consents": consents, "coins": coins}
