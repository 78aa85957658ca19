"""A partner's word about a promotion, whose word it is, and whether this wallet shows all of them by chance."""

import hashlib
import hmac
from collections.abc import Sequence

from bank_api.protocol.documents.condition import Condition, read_condition
from bank_api.protocol.promotion import (
    CHANCE_LABEL,
    PromotionBody,
    PromotionWords,
    is_by_chance,
    promotion_text,
)
from bank_api.protocol.shapes.promotions import PromotionView
from chaincode.ids import to_hex
from chaincode.keys import recover_text, sign_text
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer


@translated_errors()
def file_promotion(
    signer: Signer, url: str, words: Sequence[PromotionWords], class_id: str, until: int, condition: Condition
) -> PromotionBody:
    """`url` is the bank's address as this wallet reaches it, `until` unix seconds."""
    at, promotion_id = signer.now(), to_hex(signer.new_id())
    text = promotion_text(url, signer.account, promotion_id, list(words), class_id, until, condition, at)
    return PromotionBody(
        promotion_id=promotion_id,
        words=list(words),
        class_id=class_id,
        until=until,
        condition=condition.to_json(),
        at=at,
        signature=to_hex(bytes(sign_text(text, signer.key))),
    )


def is_signed(shown: PromotionView, url: str, key: str) -> bool:
    """Whether this key signed a promotion as it is shown. Raises FieldError for a condition that is none,
    ValidationError for words that are none."""
    words = [PromotionWords.model_validate(one.model_dump()) for one in shown.words]
    condition = read_condition(shown.condition)
    text = promotion_text(
        url, shown.partner, shown.promotion_id, words, shown.class_id, shown.until, condition, shown.at
    )
    return recover_text(text, shown.signature) == key


def is_shown_all(signer: Signer) -> bool:
    """Whether this wallet is one of those that show every promotion; it follows from its secret key alone."""
    return is_by_chance(hmac.digest(bytes(signer.key.key), CHANCE_LABEL, hashlib.sha256))
