"""Promotions: a partner files and withdraws them, the operator lets them be shown or not. Who fits is never asked here.

The bank holds a condition to the surveys that it names and to the number of members, never to an answer.
"""

import json
from typing import Any

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ConflictError, IdAlreadyUsedError, InvalidInputError, NotFoundError
from bank_api.flows.signed_text import check_signed
from bank_api.protocol.documents.condition import Clause, Condition, check_condition, clauses, read_condition
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.kinds import PromotionStanding
from bank_api.protocol.messages.said import said
from bank_api.protocol.promotion import AHEAD_SECONDS, ASKED_AGAIN_SECONDS, ONE_IN, PromotionBody, promotion_text
from bank_api.store.tables import PromotionRow
from bank_api.views.kept import class_message, is_published, survey_from
from bank_api.views.promotions import standing, state_of
from chaincode.bindings import Role
from chaincode.events import SurveyPublished
from chaincode.ids import EMPTY_ID, to_hex

LIVING = (PromotionStanding.WAITING, PromotionStanding.APPROVED)


def file(bank: Bank, caller: Caller, body: PromotionBody) -> dict[str, Any]:
    """Keep a partner's promotion until the operator decides; the same again changes nothing.

    Raises FieldError and InvalidInputError naming field and rule, IdAlreadyUsedError, ConflictError where too many
    wait or are shown.
    """
    body.check_words()
    condition = read_condition(body.condition)
    _check_word(bank, caller, body, condition)
    row = PromotionRow(
        promotion_id=body.promotion_id,
        partner=caller.account,
        words=json.dumps([one.model_dump() for one in body.words], ensure_ascii=False),
        condition=json.dumps(condition.to_json(), ensure_ascii=False),
        class_id=body.class_id,
        until=body.until,
        at=body.at,
        key=caller.key,
        signature=body.signature,
        filed_at=bank.clock(),
    )
    with bank.promoting:
        known = bank.promotions.find(body.promotion_id)
        if known is not None:
            if _words_of(known) != _words_of(row):
                raise IdAlreadyUsedError(said("refusal-promotion-id"))
            return state_of(bank, known)
        _check_coupon(bank, caller.account, body)
        check_condition(condition, _surveys(bank, condition))
        _check_asked(bank, caller.account, condition)
        mine = [one for one in bank.promotions.every(partner=caller.account) if standing(bank, one) in LIVING]
        if len(mine) >= bank.settings.promotions_max:
            full = said("refusal-promotions-full", most=bank.settings.promotions_max)
            raise ConflictError(full, hint=said("hint-promotions-full"))
        bank.promotions.save(row)
    return state_of(bank, row)


def withdraw(bank: Bank, caller: Caller, promotion_id: str) -> dict[str, Any]:
    """The partner's own word that it is over. Raises NotFoundError for another's too: nobody learns of those."""
    with bank.promoting:
        row = bank.promotions.find(promotion_id)
        if row is None or row.partner != caller.account:
            raise NotFoundError("promotion", promotion_id)
        if row.decision == PromotionStanding.REFUSED:  # why stands there
            raise ConflictError(said("refusal-promotion-decided"), hint=said("hint-promotion-again"))
        return _decided(bank, row, PromotionStanding.WITHDRAWN, None)


def approve(bank: Bank, promotion_id: str) -> dict[str, Any]:
    """From now on every wallet has it in the list. Raises ConflictError where too few members would see it by chance,
    where it was decided otherwise, and where its time is over."""
    with bank.promoting:
        row = _filed(bank, promotion_id)
        state = standing(bank, row)
        if state not in LIVING:
            raise ConflictError(said("refusal-promotion-decided"), hint=said("hint-promotion-again"))
        members = bank.index.active_count(Role.MEMBER)
        least = bank.settings.promotion_k
        if state == PromotionStanding.WAITING and members < ONE_IN * least:
            few = said("refusal-promotion-few", one_in=ONE_IN, least=least, members=members)
            raise ConflictError(few, hint=said("hint-promotion-few", members=ONE_IN * least))
        return _decided(bank, row, PromotionStanding.APPROVED, None)


def refuse(bank: Bank, promotion_id: str, reason: str) -> dict[str, Any]:
    """Say no and why, or take down what is shown. Raises ConflictError for what its partner withdrew."""
    with bank.promoting:
        row = _filed(bank, promotion_id)
        if row.decision == PromotionStanding.WITHDRAWN:
            raise ConflictError(said("refusal-promotion-decided"), hint=said("hint-promotion-again"))
        return _decided(bank, row, PromotionStanding.REFUSED, reason)


def _filed(bank: Bank, promotion_id: str) -> PromotionRow:
    row = bank.promotions.find(promotion_id)
    if row is None:
        raise NotFoundError("promotion", promotion_id)
    return row


def _decided(bank: Bank, row: PromotionRow, decision: PromotionStanding, reason: str | None) -> dict[str, Any]:
    if (row.decision, row.reason) != (decision, reason):
        changed: dict[str, Any] = {"decision": str(decision), "reason": reason, "decided_at": bank.clock()}
        if decision == PromotionStanding.APPROVED:
            changed["approved_at"] = changed["decided_at"]
        row = PromotionRow(**row.model_dump() | changed)
        bank.promotions.save(row)
    return state_of(bank, row)


def _words_of(row: PromotionRow) -> tuple[object, ...]:
    """What its partner said; a signature of other bytes over the same words is the same promotion."""
    return row.partner, row.words, row.condition, row.class_id, row.until


def _check_word(bank: Bank, caller: Caller, body: PromotionBody, condition: Condition) -> None:
    if body.at > bank.clock() + AHEAD_SECONDS:
        raise InvalidInputError("at", said("rule-preference-time"))
    text = promotion_text(
        bank.here.url,
        caller.account,
        body.promotion_id,
        body.words,
        body.class_id,
        body.until,
        condition,
        body.at,
    )
    check_signed(caller.key, text, body.signature)


def _check_coupon(bank: Bank, partner: str, body: PromotionBody) -> None:
    """One of the partner's own that everybody can buy for as long as the promotion is shown: were it to be had by this
    way alone, whoever holds it would have answered so."""
    row = bank.catalog.coupon_class(body.class_id)
    if row is None or row.issuer != partner or not is_published(bank, body.class_id):
        raise InvalidInputError("class_id", said("rule-promotion-coupon"))
    message = class_message(bank, body.class_id)
    if message.premium_request != EMPTY_ID:
        raise InvalidInputError("class_id", said("rule-promotion-premium"))
    if bank.ledger_time() < message.opens_at:
        raise InvalidInputError("class_id", said("rule-promotion-opens"))
    if not bank.ledger_time() < body.until <= message.closes_at:
        raise InvalidInputError("until", said("rule-promotion-until"))


def _check_asked(bank: Bank, partner: str, condition: Condition) -> None:
    """A partner asks each question with the same values in all that waits, is shown, or was shown lately.

    Of two that oppose each other somebody shown both uses one: what is used beside what is not would tell, pair by
    pair, who is shown everything (ADR 72).
    """
    others = [one for one in bank.promotions.every(partner=partner) if _still_counts(bank, one)]
    asked = {key: same for one in others for key, same in _asked(read_condition(json.loads(one.condition))).items()}
    wanted = _asked(condition)
    for where, clause in clauses(condition):
        key = clause.survey_id, clause.item
        if asked.get(key, wanted[key]) != wanted[key]:
            raise InvalidInputError(f"{where}.item", said("rule-condition-again", days=ASKED_AGAIN_SECONDS // 86_400))


def _asked(condition: Condition) -> dict[tuple[str, str], frozenset[Clause]]:
    """What it asks of each question."""
    found: dict[tuple[str, str], frozenset[Clause]] = {}
    for _, clause in clauses(condition):
        key = clause.survey_id, clause.item
        found[key] = found.get(key, frozenset()) | {clause}
    return found


def _still_counts(bank: Bank, row: PromotionRow) -> bool:
    if standing(bank, row) in LIVING:
        return True
    is_decided = row.decision in (PromotionStanding.REFUSED, PromotionStanding.WITHDRAWN)
    over_at = row.decided_at if is_decided and row.decided_at is not None else row.until
    return row.approved_at is not None and bank.ledger_time() < over_at + ASKED_AGAIN_SECONDS


def _surveys(bank: Bank, condition: Condition) -> dict[str, Survey]:
    """Those that it names and the ledger has."""
    named = {clause.survey_id for _, clause in clauses(condition)}
    on_ledger = {to_hex(event.survey_id) for event in bank.index.events(SurveyPublished)}
    rows = [row for row in bank.catalog.surveys() if row.survey_id in named & on_ledger]
    return {row.survey_id: survey_from(row.document) for row in rows}
