"""Promotions as Python reads them, for the pages' tests: the partner's words, and which answers fit and why."""

import hashlib
import hmac
from typing import Any

from bank_api.protocol.documents.condition import holds, read_condition, reasons
from bank_api.protocol.promotion import CHANCE_LABEL, PromotionWords, is_by_chance, promotion_text
from chaincode.ids import to_hex
from chaincode.keys import SigningKey, sign_text

SURVEY, OTHER, COUPON, PROMOTION = (to_hex(bytes([place]) * 32) for place in (0x1F, 0x2E, 0x77, 0x0A))
AGE: dict[str, Any] = {"survey_id": SURVEY, "item": "age", "low": 30, "high": 49}
HOBBY: dict[str, Any] = {"survey_id": SURVEY, "item": "hobby", "one_of": [2, 5]}
ELSEWHERE: dict[str, Any] = {"survey_id": OTHER, "item": "age", "low": 30, "high": 49}
CONDITIONS: tuple[dict[str, Any], ...] = (
    AGE,
    HOBBY,
    {"all_of": [AGE, HOBBY]},
    {"any_of": [AGE, HOBBY, ELSEWHERE]},
    {"any_of": [{"all_of": [AGE, HOBBY]}, {"all_of": [ELSEWHERE, HOBBY]}]},
)
ANSWERS: tuple[dict[str, dict[str, int]], ...] = (
    {},
    *({SURVEY: {"age": age, "hobby": hobby}} for age, hobby in ((29, 2), (30, 5), (49, 3), (50, 2))),
    {SURVEY: {"hobby": 5}, OTHER: {"age": 40}},
)


def promotion_vectors(url: str, now: int, key: SigningKey) -> dict[str, Any]:
    words = [
        {"language": "ja", "title": "本の会", "text": "お茶を一杯。"},
        {"language": "en", "title": "Readers", "text": "Tea"},
    ]
    text = promotion_text(
        url,
        key.address,
        PROMOTION,
        [PromotionWords.model_validate(one) for one in words],
        COUPON,
        now,
        read_condition(CONDITIONS[-1]),
        now - 60,
    )
    code = hmac.digest(key.key, CHANCE_LABEL, hashlib.sha256)
    return {
        "promotion": {
            "promotion_id": PROMOTION,
            "partner": key.address,
            "words": words,
            "condition": CONDITIONS[-1],
            "class_id": COUPON,
            "until": now,
            "at": now - 60,
            "signature": to_hex(bytes(sign_text(text, key))),
        },
        "text": text,
        "chance": {"code": to_hex(code), "by_chance": is_by_chance(code)},
        "fitting": [_fitting(condition, answers) for condition in CONDITIONS for answers in ANSWERS],
    }


def _fitting(condition: dict[str, Any], answers: dict[str, dict[str, int]]) -> dict[str, Any]:
    read = read_condition(condition)
    fits = holds(read, answers)
    why = [one.to_json() for one in reasons(read, answers)] if fits else []
    return {"condition": condition, "answers": answers, "holds": fits, "reasons": why}
